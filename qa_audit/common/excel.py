"""The only writer of workbooks and csv files.

Rows are written as they come and never held, so an export costs the same memory at any length. Text is text:
what looks like a formula stays words in both kinds of file. Times are told in London time.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.xml.functions import fromstring

from qa_audit.common.dates import LONDON
from qa_audit.common.excel_charts import ClusteredColumns, SheetChart, StackedBars, add_charts
from qa_audit.common.publishing.values import Column, Kind
from qa_audit.common.statistics import half_up
from qa_audit.common.text import clean, guard, starts_formula

__all__ = [
    "ClusteredColumns",
    "Column",
    "Properties",
    "Sheet",
    "StackedBars",
    "csv_bytes",
    "write_csv",
    "write_xlsx",
    "xlsx_bytes",
]

MAX_TEXT = 32_767  # what one cell of Excel holds, in UTF-16 units
LINE_HEIGHT, MAX_LINES = 15, 27  # points; Excel's highest row is 409
MAX_DIGITS = 15  # Excel keeps no more digits of a number
FORMATS = {
    "integer": "#,##0",
    "number": "General",
    "tenths": "0.0",
    "percent": "0%",
    "date": "d mmm yyyy",
    "month": "mmm yyyy",
    "datetime": "d mmm yyyy hh:mm",
    "text": "General",
}
# Below these a number would read nought in its format: it is told in another.
SHOWN_FROM = {"percent": 0.005, "tenths": 0.05}
SMALL_FORMATS = {"percent": '"<1%"', "tenths": "General"}
WIDTHS = dict.fromkeys(("integer", "number", "tenths", "percent", "month"), 12)
WIDTHS |= {"text": 28, "date": 14, "datetime": 18}
FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
# A text that the format would read as the escape of a character is itself escaped.
ESCAPE_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
ESCAPED_UNDERSCORE = "_x005F_"
PLAIN = Font(name="Calibri", size=11)
BOLD = Font(name="Calibri", size=11, bold=True)
TITLE = Font(name="Calibri", size=14, bold=True)
HEADING = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
HEADING_FILL = PatternFill("solid", fgColor="1D4F76")
LANDSCAPE_A4 = {"orientation": "landscape", "paperSize": 9, "fitToWidth": 1, "fitToHeight": 0}


@dataclass(frozen=True)
class Sheet:
    """One table. `rows` is read once; `notes` are above it, `totals` below it, outside filter and charts.

    Percent values are percentages (0 to 100) that nobody has rounded: a workbook keeps them exact and shows
    them as whole percents, a csv file writes them rounded once, half up. Tenths are likewise shown with one
    decimal place, 50.0. In a workbook none that is there reads 0% or 0.0. A value that does not fit its
    column's kind is written as text. `freeze` columns stay in view
    when scrolling; the header always does.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    notes: Sequence[str] = ()
    totals: Sequence[Sequence[object]] = ()
    charts: Sequence[SheetChart] = ()
    freeze: int = 0


@dataclass(frozen=True)
class Properties:
    """What the file says about itself."""

    title: str
    author: str = ""
    subject: str = ""
    created: datetime | None = None


def write_xlsx(target: str | Path | BinaryIO, sheets: Iterable[Sheet], *, properties: Properties) -> None:
    """Write the sheets, one after the other, to a path or an open binary file."""
    workbook = Workbook(write_only=True)
    about = workbook.properties
    about.title, about.creator, about.subject = (
        _text(words) for words in (properties.title, properties.author, properties.subject)
    )
    if properties.created:
        about.created = about.modified = _plain_time(properties.created)
    titles: set[str] = set()
    for sheet in sheets:
        writer = _SheetWriter(workbook, _sheet_title(sheet.title, titles), sheet)
        try:
            writer.write()
        except Exception:
            writer.give_up()
            raise
    workbook.save(target)


def xlsx_bytes(sheets: Iterable[Sheet], *, properties: Properties) -> bytes:
    """Give the workbook as bytes."""
    target = io.BytesIO()
    write_xlsx(target, sheets, properties=properties)
    return target.getvalue()


def write_csv(target: BinaryIO, sheet: Sheet) -> None:
    """Write the table to an open binary file: header, rows, totals; no notes.

    UTF-8 with a byte order mark: without it Excel reads the bytes of “é” as two letters. Our own readers take
    it off, and so does Python's "utf-8-sig". Dates are written 2026-03-27. Text that a spreadsheet might run
    gets an apostrophe, which `uploads` takes off.
    """
    lines = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(lines)
    writer.writerow([_csv_value(column.heading) for column in sheet.columns])
    kinds = [column.kind for column in sheet.columns]
    for rows in (sheet.rows, sheet.totals):
        for row in rows:
            writer.writerow([_csv_value(value, kind) for value, kind in zip(row, kinds, strict=True)])
    lines.detach()


def csv_bytes(sheet: Sheet) -> bytes:
    """Give the csv file as bytes."""
    target = io.BytesIO()
    write_csv(target, sheet)
    return target.getvalue()


class _Style(NamedTuple):
    """The kind of a column, and the numbers of its styles: for plain cells, for text kept as text, and for
    numbers that are there and would read nought."""

    kind: Kind
    plain: int
    quoted: int
    small: int
    wraps: bool


def _sheet_title(title: str, taken: set[str]) -> str:
    """Make a title Excel accepts: at most 31 characters, none forbidden, not used before, not "History"."""
    wanted = FORBIDDEN_IN_TITLES.sub(" ", _text(title)).replace("\n", " ").strip(" '") or "Sheet"
    if wanted.casefold() == "history":
        wanted += " sheet"
    name, number = _cut(wanted, 31)[0].strip(" '"), 1
    while name.casefold() in taken:
        number += 1
        ending = f" ({number})"
        name = _cut(wanted, 31 - len(ending))[0].strip(" '") + ending
    taken.add(name.casefold())
    return name


def _text(value: object) -> str:
    return clean(str(value))


def _plain_time(moment: datetime) -> datetime:
    """Give London time without its zone: files know none."""
    return moment.astimezone(LONDON).replace(tzinfo=None) if moment.tzinfo else moment


def _simple(value: object) -> str | int | float | date | datetime | None:
    """Reduce a value to what a file can hold; a number that is not finite is left blank."""
    match value:
        case None:
            return None
        case bool():
            return "Yes" if value else "No"
        case int():
            return int(value)
        case float() | Decimal() | Fraction():
            return float(value) if math.isfinite(value) else None
        case datetime():
            return _plain_time(value)
        case date():
            return value
    return _text(value)


def _csv_value(value: object, kind: Kind = "text") -> str | int | float | None:
    simple = _simple(value)
    if kind == "percent" and isinstance(simple, int | float):
        return half_up(value)
    if kind == "tenths" and isinstance(simple, int | float):
        tenths = half_up(Fraction(value) * 10)
        return f"{tenths / 10:.1f}" if tenths or not value else f"{simple:.1g}"
    if isinstance(simple, datetime):
        return simple.isoformat(" ", "minutes")
    if isinstance(simple, date):
        return simple.isoformat()
    if isinstance(simple, float) and simple.is_integer() and abs(simple) < 10**MAX_DIGITS:
        return int(simple)
    return guard(simple) if isinstance(simple, str) else simple


def _cut(text: str, limit: int = MAX_TEXT) -> list[str]:
    """Cut text into pieces of at most `limit` UTF-16 units, never through a character."""
    if 2 * len(text) <= limit:
        return [text]
    units, pieces, start = text.encode("utf-16-le"), [], 0
    while start < len(units):
        end = start + 2 * limit
        if (
            end < len(units) and 0xDC <= units[end + 1] <= 0xDF
        ):  # the next unit is the second half of a character
            end -= 2
        pieces.append(units[start:end].decode("utf-16-le"))
        start = end
    return pieces


class _SheetWriter:
    """Writes one sheet, row by row.

    The rows are written as XML straight into openpyxl's stream: its own cells, made and taken apart one by
    one, take five times as long. Everything around the rows is openpyxl's.
    """

    def __init__(self, workbook: Workbook, title: str, sheet: Sheet) -> None:
        self.sheet = sheet
        self.worksheet = workbook.create_sheet(title)
        self.header_row = len(sheet.notes) + 1 + bool(sheet.notes)
        self.written = 0
        self.widths = [_width(column) for column in sheet.columns]
        self.letters = [get_column_letter(number) for number in range(1, max(len(sheet.columns), 1) + 1)]

    def write(self) -> None:
        """Write everything, top to bottom: what Excel wants before the rows, the rows, the rest."""
        sheet, worksheet = self.sheet, self.worksheet
        self._set_up()
        worksheet._get_writer()
        worksheet._values_to_row = lambda xml, _: xml
        worksheet._writer.write_row = _write_row
        for number, note in enumerate(sheet.notes):
            self._append([note], [self._style("text", font=TITLE if number == 0 else PLAIN)])
        if sheet.notes:
            self._append([], [])
        self._append(
            [column.heading for column in sheet.columns],
            self._styles(HEADING, HEADING_FILL),
        )
        self._write_rows(sheet.rows, PLAIN)
        last = self.written
        self._write_rows(sheet.totals, BOLD)
        worksheet.auto_filter.ref = f"A{self.header_row}:{self.letters[-1]}{last}"
        headings = [column.heading for column in sheet.columns]
        add_charts(worksheet, sheet.charts, headings, (self.header_row, last, self.written + 2))

    def give_up(self) -> None:
        """Close and remove the temporary file in which openpyxl keeps the rows so far."""
        self.worksheet.close()
        self.worksheet._writer.cleanup()

    def _set_up(self) -> None:
        worksheet, header = self.worksheet, self.header_row
        worksheet.freeze_panes = f"{get_column_letter(self.sheet.freeze + 1)}{header + 1}"
        for letter, column in zip(self.letters, self.sheet.columns, strict=False):
            worksheet.column_dimensions[letter].width = _width(column)
        worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        for name, value in LANDSCAPE_A4.items():
            setattr(worksheet.page_setup, name, value)
        worksheet.print_title_rows = f"{header}:{header}"
        worksheet.oddFooter.left.text = worksheet.title.replace("&", "&&")
        worksheet.oddFooter.right.text = "Page &P of &N"

    def _styles(self, font: Font, fill: PatternFill | None = None) -> list[_Style]:
        """By column; those of one kind look alike, and each look takes its time to register."""
        kinds = dict.fromkeys(column.kind for column in self.sheet.columns)
        looks = {kind: self._style(kind, font, fill) for kind in kinds}
        return [looks[column.kind] for column in self.sheet.columns]

    def _style(self, kind: Kind, font: Font, fill: PatternFill | None = None) -> _Style:
        """Register the looks of a column's cells, and give their numbers in the file."""
        is_text, is_heading = kind == "text", fill is not None
        # A title runs on over its neighbours; figures stand right, and so do their headings.
        alignment = Alignment(
            vertical="top",
            wrap_text=font is not TITLE and (is_text or is_heading),
            horizontal=None if is_text else "right",
        )
        numbers = []
        small = SMALL_FORMATS.get(kind, FORMATS[kind])
        for number_format, is_quoted in ((FORMATS[kind], False), (FORMATS[kind], True), (small, False)):
            cell = WriteOnlyCell(self.worksheet)
            cell.font, cell.number_format, cell.alignment = font, number_format, alignment
            if fill:
                cell.fill = fill
            if is_quoted:
                cell.quotePrefix = True
            numbers.append(cell.style_id)
        return _Style(kind, *numbers, bool(alignment.wrap_text))

    def _lines(self, value: float | list[str] | None, style: _Style, width: float) -> int:
        """How many lines the text takes in its column: some programs do not work it out when they open."""
        if not isinstance(value, list) or not style.wraps:
            return 1
        return min(sum(max(1, math.ceil(len(line) / width)) for line in value[0].split("\n")), MAX_LINES)

    def _write_rows(self, rows: Iterable[Sequence[object]], font: Font) -> None:
        styles = self._styles(font)
        for row in rows:
            self._append(row, styles)

    def _append(self, row: Sequence[object], styles: Sequence[_Style]) -> None:
        """Write one row; what is left of a text too long for its cell goes on in the rows below it."""
        values = [_for_cell(value, style.kind) for value, style in zip(row, styles, strict=True)]
        while True:
            self.written += 1
            cells = [
                _cell_xml(f"{letter}{self.written}", value, style)
                for letter, value, style in zip(self.letters, values, styles, strict=False)
                if value is not None
            ]
            lines = max(map(self._lines, values, styles, self.widths), default=1)
            height = f' ht="{LINE_HEIGHT * lines}" customHeight="1"' if lines > 1 else ""
            self.worksheet.append([f'<row r="{self.written}"{height}>{"".join(cells)}</row>'])
            values = [value[1:] or None if isinstance(value, list) else None for value in values]
            if not any(values):
                return


def _width(column: Column) -> float:
    return column.width or max(WIDTHS[column.kind], min(len(column.heading) + 4, 24))


def _for_cell(value: object, kind: Kind) -> float | list[str] | None:
    """Give the number a cell stores, or its text in pieces that fit, or None for a blank."""
    if kind == "percent" and isinstance(value, int | float | Decimal | Fraction):
        return _simple(Fraction(value) / 100) if math.isfinite(value) else None
    value = _simple(value)
    if isinstance(value, date):
        # Before March 1900 Excel counts a day that never was.
        value = to_excel(value) if (value.year, value.month) >= (1900, 3) else value.isoformat()
    elif isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        value = str(value)
    if isinstance(value, str):
        return _cut(value) if value else None
    return value


def _cell_xml(address: str, value: float | list[str], style: _Style) -> str:
    if not isinstance(value, list):
        is_small = 0 < value < SHOWN_FROM.get(style.kind, 0)
        return f'<c r="{address}" s="{style.small if is_small else style.plain}"><v>{value!r}</v></c>'
    text = value[0]
    # The quoted style keeps it text even when somebody edits the cell later.
    number = style.quoted if starts_formula(text) else style.plain
    if "_x" in text:
        text = ESCAPE_LOOKALIKE.sub(ESCAPED_UNDERSCORE, text)
    return (
        f'<c r="{address}" s="{number}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
    )


def _write_row(stream: object, row: list[str], _: int) -> None:
    """Stand in for openpyxl's writer of rows; with lxml installed its stream takes elements only."""
    if hasattr(stream, "_file"):
        stream._file(row[0])
    else:
        stream.write(fromstring(row[0]))
