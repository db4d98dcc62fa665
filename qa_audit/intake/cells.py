"""A cell of an uploaded table, and what several files read alike in one."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from openpyxl.utils import get_column_letter

from qa_audit.common.dates import parse_day

NO_RESULT = (
    "The cell holds a formula without a stored result. Open the file in Excel, save it, and try again."
)

Value = str | int | float | bool | date | datetime | time | timedelta | None


class CellRefused(Exception):
    """What is wrong with a cell, in plain words."""


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One cell. `is_error`: an Excel error (its name is the value) or a formula without result (no value).

    Only of a table read with formats: `number_format`, how Excel shows a number, and `is_percent`, whether as
    a percentage, 0.95 as 95%.
    """

    value: Value
    address: str
    is_error: bool = False
    is_percent: bool = False
    number_format: str = ""

    @property
    def is_blank(self) -> bool:
        """Say whether the cell is empty."""
        return self.value is None and not self.is_error


class InFile:
    """Something that a cell says, by its row and its column (from 0)."""

    __slots__ = ()
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell's address."""
        return f"{get_column_letter(self.column + 1)}{self.row}"


def value_of(cell: ReadCell) -> Value:
    """What the cell holds. Raises CellRefused where that is an error."""
    if cell.is_error:
        raise CellRefused(f"The cell holds the error {cell.value}." if cell.value else NO_RESULT)
    return cell.value


def as_typed(value: Value) -> str:
    """A value as a person would type it: 7, not 7.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read_day(value: Value) -> date:
    """A day, as Excel keeps one or as people write it. Raises CellRefused."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return parse_day(str(value))
    except ValueError as wrong:
        raise CellRefused(str(wrong)) from None
