"""What one cell says: a figure, why there is none, or nothing. Each trap of spreadsheets has its rule here.

| In the cell | Is read as |
|---|---|
| nothing | nothing: what is stored stays |
| 0 | zero |
| - | not available |
| n/a | not applicable |
| tbc | not yet |
| withheld, c | withheld |
| 95%, or 0.95 that Excel shows as 95% | 95, and only where a percentage is expected |
| 1,448 or text with spaces around | the number |
| ↑ 95 | 95, with a warning: the arrow is left out |
| 167 (forecast), 167 (unvalidated) | the number with that state |
| an error, a formula without result, a date, other text | refused, with the reason |
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from kpi.indicators.models import Unit
from kpi.returns.models import ObservationState
from qa_audit.common.months import first_of
from qa_audit.common.uploads import Cell
from qa_audit.common.wording import day

STATES = {
    "-": ObservationState.NOT_AVAILABLE,
    "not available": ObservationState.NOT_AVAILABLE,
    "n/a": ObservationState.NOT_APPLICABLE,
    "na": ObservationState.NOT_APPLICABLE,
    "not applicable": ObservationState.NOT_APPLICABLE,
    "tbc": ObservationState.NOT_YET,
    "not yet": ObservationState.NOT_YET,
    "to be confirmed": ObservationState.NOT_YET,
    "withheld": ObservationState.WITHHELD,
    "c": ObservationState.WITHHELD,
}
# How a state is written where the next reading shall find it again.
WRITTEN = {
    ObservationState.NOT_AVAILABLE: "-",
    ObservationState.NOT_APPLICABLE: "n/a",
    ObservationState.NOT_YET: "tbc",
    ObservationState.WITHHELD: "withheld",
}
UNSURE = (ObservationState.FORECAST, ObservationState.UNVALIDATED)
MAY_BE_NEGATIVE = (Unit.MONEY,)
EARLIEST = 1990  # the year

NO_RESULT = (
    "The cell holds a formula without a stored result. Open the file in Excel, save it, and try again."
)
_ARROWS = re.compile("[\u2190-\u21ff\u25b2-\u25c5\u2b05-\u2b0d\u27a1\u2794\u27f5-\u27ff\ufe0f]+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_UNSURE = re.compile(rf"(.*\S)\s*\(({'|'.join(UNSURE)})\)", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:[, ][0-9]{3})+)(?:\.[0-9]*)?|-?\.[0-9]+")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2})(?: 00:00:00)?)?")
_PLACES = Decimal("0.000001")
_LARGEST = Decimal(10) ** 10


class CellRefused(Exception):
    """What is wrong with a cell, in plain words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell's number, or why it has none; no state at all where the cell is blank."""

    state: str = ""
    number: Decimal | None = None
    had_arrow: bool = False


def read_number(cell: Cell, unit: str) -> Reading:
    """Read a figure of an indicator's unit. Raises CellRefused."""
    if cell.is_error:
        raise CellRefused(f"The cell holds the error {cell.value}." if cell.value else NO_RESULT)
    value = cell.value
    if value is None:
        return Reading()
    if isinstance(value, str):
        return _read_text(value, unit)
    if isinstance(value, date | datetime | time | timedelta):
        raise CellRefused("The cell holds a date or a time where a figure is expected.")
    if isinstance(value, bool) and unit != Unit.YES_NO:
        raise CellRefused("The cell holds true or false where a figure is expected.")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if cell.is_percent:
        _require_percentage(unit)
        number *= 100
    return _figure(number, unit)


def _read_text(value: str, unit: str) -> Reading:
    text = " ".join(_ARROWS.sub(" ", _DASHES.sub("-", value)).split())
    had_arrow = _ARROWS.search(value) is not None
    if not text:
        raise CellRefused("The cell holds an arrow and no figure.")
    if text.casefold() in STATES:
        return Reading(STATES[text.casefold()], had_arrow=had_arrow)
    state = ""
    if unsure := _UNSURE.fullmatch(text):
        text, state = unsure[1], unsure[2].lower()
    if unit == Unit.YES_NO and text.casefold() in ("yes", "no"):
        text = "1" if text.casefold() == "yes" else "0"
    if text.endswith("%"):
        _require_percentage(unit)
        text = text[:-1].rstrip()
    if not _NUMBER.fullmatch(text):
        words = f"“{value[:60]}” is not a figure. Write a number, or tbc, n/a or - where there is none."
        raise CellRefused(words)
    return _figure(Decimal(re.sub("[, ]", "", text)), unit, state, had_arrow)


def _require_percentage(unit: str) -> None:
    if unit != Unit.PERCENTAGE:
        raise CellRefused("The cell holds a percentage, and this indicator is not one.")


def _figure(number: Decimal, unit: str, state: str = "", had_arrow: bool = False) -> Reading:
    """The number as it is stored, when the unit allows it."""
    if abs(number) >= _LARGEST:
        raise CellRefused("The number is too large.")
    number = number.quantize(_PLACES)
    if number < 0 and unit not in MAY_BE_NEGATIVE:
        raise CellRefused(f"{plain_number(number)} is below 0.")
    if unit == Unit.PERCENTAGE and number > 100:
        raise CellRefused(f"{plain_number(number)}% is more than 100%.")
    if unit == Unit.YES_NO and number not in (0, 1):
        raise CellRefused("Write yes or no.")
    return Reading(state or state_of(number), number, had_arrow)


def state_of(number: Decimal) -> str:
    """A figure is a value, or zero."""
    return ObservationState.VALUE if number else ObservationState.ZERO


def plain_number(number: Decimal | int) -> str:
    """1448 as 1,448; 17.400000 as 17.4"""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_month(value: object) -> date:
    """The month of a heading or cell: 2022-06, or a date that is the first of its month.

    Raises CellRefused.
    """
    if isinstance(value, datetime):
        value = value.date()
    found = _MONTH.fullmatch(value.isoformat() if isinstance(value, date) else " ".join(str(value).split()))
    if not found:
        raise CellRefused(f"“{str(value)[:60]}” is not a month. Write it like 2022-06.")
    year, month, day_ = int(found[1]), int(found[2]), int(found[3] or 1)
    try:
        read = date(year, month, day_)
    except ValueError:
        raise CellRefused(f"“{value}” is not a month. Write it like 2022-06.") from None
    if day_ != 1:
        raise CellRefused(
            f"This is the date {day(read)}, not a month: a spreadsheet reads “{read:%b}-{day_:02}” so. "
            "Write the month as text, like 2022-06."
        )
    if year < EARLIEST:
        raise CellRefused(f"{read.year} is before {EARLIEST}. Is the year right?")
    return first_of(read)
