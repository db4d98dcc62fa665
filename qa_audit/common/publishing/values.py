"""What every report, pack and publication is made of: columns, tables, sections, and a document of them.

A table has rows of any kind, and columns that read them: a page writes its cells straight from the rows.
Frozen, it has plain cells in their place, each figure with its identity, and needs nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from qa_audit.common.text import without_tags
from qa_audit.common.wording import percent

Kind = Literal["text", "integer", "number", "tenths", "percent", "date", "month", "datetime"]
Plain = str | int | float | Decimal | Fraction | date | datetime | None
Pairs = tuple[tuple[str, Plain], ...]

IN_WORDS = ("text", "date", "month", "datetime")


@dataclass(frozen=True)
class Identity:
    """Which figure it is, wherever it is printed, and what it is worked out from.

    `of` names the report's cell or the indicator, in pairs; `n` is how many it is a figure of; `facts` are
    what else is printed with it, as its state, target or benchmark.
    """

    of: Pairs
    unit: str = ""
    period: str = ""
    n: Plain = None
    numerator: Plain = None
    denominator: Plain = None
    facts: Pairs = ()


class Cell(NamedTuple):
    """A frozen cell: the value that a file holds, the page's words where it says more, its identity."""

    value: Plain
    text: str | None = None
    identity: Identity | None = None


# Of the functions that read a row, none is part of what is frozen.
READS = {"default": None, "compare": False, "repr": False}


@dataclass(frozen=True)
class Column:
    """A column: its heading, what its values are, its width in characters; `short` heads it on a page.

    The functions read a row, and are no part of what is frozen; without `value` a row is a list of values.
    A page writes the value, or else its words in `text`, or `html`, which is safe as it is. `cell` narrows a
    report's records to the figure, `fraction` is its numerator and n, `figure` an identity of its own.
    """

    heading: str
    kind: Kind = "text"
    width: float | None = None
    _: KW_ONLY
    short: str = ""
    look: str = field(default="", compare=False)  # a class of its cells on a page
    value: Callable[[Any], object] | None = field(**READS)
    text: Callable[[Any], object] | None = field(**READS)
    html: Callable[[Any], str] | None = field(**READS)
    cell: Callable[[Any], dict | None] | None = field(**READS)
    fraction: Callable[[Any], tuple[int, int] | None] | None = field(**READS)
    figure: Callable[[Any], Identity | None] | None = field(**READS)

    def read(self, row: Any, index: int) -> object:
        """The value in the row; of markup alone, its words."""
        if self.value:
            return self.value(row)
        return without_tags(self.html(row)) if self.html else row[index]

    def bound(self, index: int) -> "Column":
        """The same column over frozen cells."""
        return Column(
            self.heading,
            self.kind,
            self.width,
            short=self.short,
            look=self.look,
            value=lambda cells: cells[index].value,
            text=lambda cells: cells[index].text,
            figure=lambda cells: cells[index].identity,
        )


@dataclass(frozen=True)
class Table:
    """Rows under columns; the last may be a total. `notes` are above it in a workbook.

    `of` and `period` are what its figures' identities share; `address` leads to the records of a cell.
    """

    caption: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    total: Any = None
    _: KW_ONLY
    freeze: int = 0  # so many columns stay in view in a workbook
    of: Pairs = ()
    period: str = ""
    address: Callable[..., str] | None = field(**READS)
    # Names a row, each of whose cells then has an identity.
    key: Callable[[Any], Pairs] | None = field(**READS)

    def values(self, row: Any) -> list[object]:
        """What a file holds of the row."""
        return [column.read(row, index) for index, column in enumerate(self.columns)]

    def frozen(self) -> "Table":
        """The same with plain cells, whose identities say whose figures they are."""
        columns = tuple(column.bound(index) for index, column in enumerate(self.columns))
        total = None if self.total is None else self._cells(self.total)
        rows = tuple(map(self._cells, self.rows))
        return Table(self.caption, columns, rows, total, freeze=self.freeze)

    def _cells(self, row: Any) -> tuple[Cell, ...]:
        values = self.values(row)
        return tuple(
            Cell(plain(value), _words(column, row), self._identity(column, row, values))
            for column, value in zip(self.columns, values, strict=True)
        )

    def _identity(self, column: Column, row: Any, values: Sequence[object]) -> Identity | None:
        """Which figure is there: its records' cell, or else the row's name and the column's heading."""
        if column.figure:
            return column.figure(row)
        unit: str = column.kind
        if unit in IN_WORDS:
            if not (column.fraction or self.key):
                return None
            unit = "percent" if column.fraction else unit
        cell = column.cell(row) if column.cell else None
        if cell is None:
            named = dict(self.key(row)) if self.key else self._named(values)
            cell = {**named, "column": column.heading}
        of = tuple((name, plain(key)) for name, key in {**dict(self.of), **cell}.items())
        numerator, n = (column.fraction(row) if column.fraction else None) or (None, None)
        return Identity(of, unit, self.period, n, numerator, n)

    def _named(self, values: Sequence[object]) -> dict[str, object]:
        """The row's name: what is in its first columns, up to the first figure."""
        name = {}
        for column, value in zip(self.columns, values, strict=True):
            if column.kind not in IN_WORDS:
                break
            name[column.heading] = value
        return name


@dataclass(frozen=True)
class Section:
    """A part of a document: words, drawings, tables and notes under a title. Frozen, drawings are tables."""

    title: str = ""
    tables: Sequence[Table] = ()
    words: Sequence[str] = ()
    notes: Sequence[str] = ()
    charts: Sequence[Any] = ()

    def frozen(self) -> "Section":
        """The same without a row of the database."""
        tables = [*(chart.table for chart in self.charts), *self.tables]
        return Section(
            self.title,
            tuple(table.frozen() for table in tables),
            tuple(map(_text, self.words)),
            tuple(map(_text, self.notes)),
        )


@dataclass(frozen=True)
class Document:
    """What is printed, sent and kept: sections for pages and print, sheets for files, facts about both.

    `period` is as a file's name has it. The first sheet makes the csv file, unless `single` is given for it.
    """

    name: str
    title: str
    period: str
    author: str
    made_at: datetime
    facts: Sequence[tuple[str, str]] = ()
    sections: Sequence[Section] = ()
    sheets: Sequence[Table] = ()
    single: Table | None = None

    def frozen(self) -> "Document":
        """The same in plain values, equal to what `frozen.read` gives back of its JSON."""
        return replace(
            self,
            facts=tuple((_text(label), _text(words)) for label, words in self.facts),
            sections=tuple(section.frozen() for section in self.sections),
            sheets=tuple(table.frozen() for table in self.sheets),
            single=self.single and self.single.frozen(),
        )


def as_text(value: object, kind: Kind) -> str:
    """12,345; 62%; nothing for None; words as they are."""
    if value is None:
        return ""
    if kind == "percent":
        return percent(value)
    return f"{value:,}" if kind in ("integer", "number") and not isinstance(value, str) else str(value)


def plain(value: object) -> Plain:
    """The value without what only the program knows: a choice is its text."""
    if value is None or isinstance(value, bool | int | float | Decimal | Fraction | date):
        return value
    return _text(value)


def _text(value: object) -> str:
    return str.__str__(str(value))


def _words(column: Column, row: Any) -> str | None:
    if column.html:
        return without_tags(column.html(row))
    words = column.text(row) if column.text else None
    return None if words is None else _text(words)
