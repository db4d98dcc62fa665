"""What one cell says: a figure, why there is none, or nothing. Each trap of spreadsheets has its rule here.

| In the cell | Is read as |
|---|---|
| nothing | nothing: what is stored stays |
| 0 | zero |
| -, x, :, .., u, low | not available |
| n/a, z | not applicable |
| tbc | not yet |
| withheld, c, *, <5 | withheld |
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

from kpi.indicators.models.versions import Unit
from kpi.returns.models import ObservationState
from qa_audit.common.months import NotAMonth, month_of_day, parse_month
from qa_audit.common.names import name_key, plain_signs
from qa_audit.intake.cells import CellRefused, ReadCell, value_of

STATES = {
    **dict.fromkeys(
        ("-", "not available", "x", ":", "..", "...", "\u2026", "u", "low", "not known", "unknown"),
        ObservationState.NOT_AVAILABLE,
    ),
    **dict.fromkeys(("n/a", "na", "n.a.", "not applicable", "z"), ObservationState.NOT_APPLICABLE),
    **dict.fromkeys(("tbc", "not yet", "to be confirmed", "tba", "awaited"), ObservationState.NOT_YET),
    **dict.fromkeys(("withheld", "c", "*", "suppressed"), ObservationState.WITHHELD),
}
KNOWN_SIGNS = (
    "Write a number, or tbc, n/a or - where there is none. Also read: c, * and <5 (withheld), "
    "z (not applicable), x, :, .., u and low (not available)."
)
# Smaller than what may be told: <5, < 10, fewer than 5.
_SMALL = re.compile(r"(?:<|less than|fewer than) ?(?:[0-9]|10)")
# How a state is written where the next reading shall find it again.
WRITTEN = {
    ObservationState.NOT_AVAILABLE: "-",
    ObservationState.NOT_APPLICABLE: "n/a",
    ObservationState.NOT_YET: "tbc",
    ObservationState.WITHHELD: "withheld",
}
UNSURE = (ObservationState.FORECAST, ObservationState.UNVALIDATED)
MAY_BE_NEGATIVE = (Unit.MONEY,)

_ARROWS = re.compile("[\u2190-\u21ff\u25b2-\u25c5\u2b05-\u2b0d\u27a1\u2794\u27f5-\u27ff\ufe0f]+")
_UNSURE = re.compile(rf"(.*\S)\s*\(({'|'.join(UNSURE)})\)", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:[, ][0-9]{3})+)(?:\.[0-9]*)?|-?\.[0-9]+")
_PLACES = Decimal("0.000001")
_LARGEST = Decimal(10) ** 10


class NearlyAMonth(CellRefused):
    """Why text that is like a month is none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell's number, or why it has none; no state at all where the cell is blank."""

    state: str = ""
    number: Decimal | None = None
    had_arrow: bool = False


def read_number(cell: ReadCell, unit: str) -> Reading:
    """Read a figure of an indicator's unit. Raises CellRefused."""
    value = value_of(cell)
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
    text = plain_signs(_ARROWS.sub(" ", value))
    had_arrow = _ARROWS.search(value) is not None
    if not text:
        raise CellRefused("The cell holds an arrow and no figure.")
    if state := state_named(text):
        return Reading(state, had_arrow=had_arrow)
    state = ""
    if unsure := _UNSURE.fullmatch(text):
        text, state = unsure[1], unsure[2].lower()
    if unit == Unit.YES_NO and text.casefold() in ("yes", "no"):
        text = "1" if text.casefold() == "yes" else "0"
    if text.endswith("%"):
        _require_percentage(unit)
        text = text[:-1].rstrip()
    if not _NUMBER.fullmatch(text):
        raise CellRefused(f"“{value[:60]}” is not a figure. {KNOWN_SIGNS}")
    return _figure(Decimal(re.sub("[, ]", "", text)), unit, state, had_arrow)


def state_named(text: str) -> str:
    """Why there is no figure, as people and the national statistics write it; nothing for other text."""
    words = name_key(text)
    sign = words[1:-1] if words.startswith("[") and words.endswith("]") else words
    return ObservationState.WITHHELD if _SMALL.fullmatch(sign) else STATES.get(sign, "")


def _require_percentage(unit: str) -> None:
    if unit != Unit.PERCENTAGE:
        raise CellRefused("The cell holds a percentage, but this indicator is not one.")


def _figure(number: Decimal, unit: str, state: str = "", had_arrow: bool = False) -> Reading:
    """The number as it is stored, when the unit allows it."""
    if abs(number) >= _LARGEST:
        raise CellRefused("The number is too large.")
    number = number.quantize(_PLACES) + 0  # -0 is 0
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
    """The month of a heading or cell, in the ways of `parse_month`, or a date that stands for its month.

    Raises CellRefused; NearlyAMonth where the words say why.
    """
    try:
        if isinstance(value, date):
            return month_of_day(value.date() if isinstance(value, datetime) else value)
        return parse_month(str(value))
    except NotAMonth as wrong:
        like = "Write it like 2022-06."
        if wrong.reason.endswith("is not a month like June 2026"):
            raise CellRefused(f"“{str(value)[:60]}” is not a month. {like}") from None
        raise NearlyAMonth(f"{wrong.reason}. {like}") from None
