"""Tables that people upload: a gate against what could do harm, then a reader that never holds it all.

A file is an .xlsx workbook (its first visible sheet is read) or a .csv, by its name and by what it holds.
Whatever is wrong becomes one UploadRefused with a message fit for the page. `workbooks` holds the gate.
"""

import csv
import io
import math
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from itertools import islice
from typing import BinaryIO

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils import get_column_letter

from qa_audit.common.text import clean, unguard
from qa_audit.intake.cells import ReadCell, Value
from qa_audit.intake.remarks import Remark
from qa_audit.intake.workbooks import DAMAGED, SheetSize, UploadRefused, check_workbook

MAX_BYTES = 10 * 1024 * 1024
EXCEL_ERRORS = {
    *("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!"),
    *("#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BUSY!"),
}
CSV_SEPARATORS = ",;\t|"

_SEPARATOR = re.compile(r'"?sep=([,;|\t])"?', re.IGNORECASE)
_ESCAPED = re.compile("_x(005F|000D)_", re.IGNORECASE)

Row = tuple[int, tuple[ReadCell, ...]]


@dataclass(frozen=True)
class _Source:
    """Where rows come from.

    `last_row` is the number of the last row that may hold anything, for telling how far a reader is;
    `hidden` are the numbers of rows that the sheet does not show, `hidden_columns` those of columns; `unread`
    are the other visible sheets that hold something, each with how many rows.
    """

    _read: Callable[[], Iterator[Row]]
    last_row: int
    sheet: str = ""
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    unread: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class UploadedTable(_Source):
    """A header and the rows below it. The rows are read when asked for, afresh each time."""

    headers: tuple[ReadCell, ...]
    header_row: int

    def remarks(self) -> Iterator[Remark]:
        """Sheets that are not read, rows and columns that are read and not shown: to be warned of."""
        for title, rows in self.unread:
            size = f"{rows:,} row{'s' if rows > 1 else ''}"
            yield Remark(f"The sheet “{title}” is not read: only “{self.sheet}” is. It holds {size}.")
        for column in sorted(self.hidden_columns):
            heading = self.headers[column - 1].value if column <= len(self.headers) else None
            words = "This column is hidden in the sheet. It is read like any other."
            yield Remark(words, self.header_row, heading or "", _address(self.header_row, column))
        for row in sorted(self.hidden):
            if row > self.header_row:
                yield Remark("This row is hidden in the sheet. It is read like any other.", row)

    def rows(self) -> Iterator[Row]:
        """Give (row number, cells) of each row below the header that is not wholly empty.

        The cells are under their headers, never fewer; more only where there is something beyond them.
        Raises UploadRefused when the file turns out damaged or too large on the way.
        """
        for number, cells in _guarded(self._read()):
            if number > self.header_row:
                missing = range(len(cells) + 1, len(self.headers) + 1)
                yield number, cells + tuple(ReadCell(None, _address(number, column)) for column in missing)


def read_table(
    file: BinaryIO,
    *,
    file_name: str,
    max_rows: int = 200_000,
    max_columns: int = 500,
    with_formats: bool = False,
) -> UploadedTable:
    """Check an uploaded file and give its table; the first row that is not empty is the header.

    In: the open file, its name as the sender gave it, the most rows and columns that may hold anything, and
    whether cells shall say how Excel shows them, which takes longer.
    Raises UploadRefused.
    """
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UploadRefused("The file is larger than 10 MB.")
    if not content.strip():
        raise UploadRefused("The file is empty.")
    with _refusing():
        source = _source(content, file_name.lower(), max_rows, max_columns, with_formats)
    number, cells = next(_guarded(source._read()), (0, ()))
    if not cells:
        raise UploadRefused("The file has no rows.")
    headers = tuple(
        ReadCell(None if cell.value is None else str(cell.value), cell.address, cell.is_error)
        for cell in cells
    )
    return UploadedTable(**vars(source), headers=headers, header_row=number)


def _source(content: bytes, name: str, max_rows: int, max_columns: int, with_formats: bool) -> _Source:
    """Tell workbook from csv, by name and by content."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UploadRefused(
            "This is an old Excel file or one with a password. Save it as .xlsx without a password."
        )
    is_zip = content.startswith(b"PK\x03\x04")
    if name.endswith(".xlsx") and is_zip:
        return _open_workbook(content, max_rows, max_columns, with_formats)
    if name.endswith(".csv") and not is_zip:
        form = _csv_form(content)
        return _Source(lambda: _csv_rows(content, form, max_rows, max_columns), content.count(b"\n") + 1)
    if name.endswith((".xlsx", ".csv")):
        raise UploadRefused("The contents of the file do not match its name. Upload an .xlsx or .csv file.")
    raise UploadRefused("Only .xlsx and .csv files can be uploaded.")


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn any exception into one plain message: a damaged file makes the libraries raise many kinds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UploadRefused:
        raise
    except Exception as error:
        raise UploadRefused(DAMAGED) from error


def _guarded(rows: Iterator[Row]) -> Iterator[Row]:
    """Give the rows, any exception in reading them being a refusal."""
    while True:
        with _refusing():
            row = next(rows, None)
        if row is None:
            return
        yield row


def _address(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _filled(cells: list[ReadCell]) -> tuple[ReadCell, ...]:
    """Leave out the empty cells at the end."""
    last = next((place for place in range(len(cells), 0, -1) if not cells[place - 1].is_blank), 0)
    return tuple(cells[:last])


def _open_workbook(content: bytes, max_rows: int, max_columns: int, with_formats: bool) -> _Source:
    sizes = check_workbook(content)
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise UploadRefused("The workbook has no visible sheet.")
    sheet = visible[0]
    # What a sheet says of its own size can be a lie that takes minutes to read; the gate has counted it.
    sheet.reset_dimensions()
    # openpyxl has no public name for the path.
    size, *others = (sizes[one._worksheet_path] for one in visible)
    if size.rows > max_rows + 1:
        raise UploadRefused(f"The sheet has more than {max_rows:,} rows.")
    if size.last_row > max_rows + 1:
        raise UploadRefused(
            f"There is something in row {size.last_row:,}, far below the table of {size.rows:,} rows. "
            "Delete what is below it, or copy the table alone into a new sheet."
        )
    if size.last_column > max_columns:
        raise UploadRefused(f"The sheet has more than {max_columns:,} columns.")
    unread = [
        (clean(one.title), other.rows) for one, other in zip(visible[1:], others, strict=True) if other.rows
    ]
    return _Source(
        lambda: _workbook_rows(sheet, size, with_formats),
        size.last_row,
        sheet.title,
        frozenset(size.hidden),
        frozenset(size.hidden_columns),
        tuple(unread),
    )


def _workbook_rows(sheet: object, size: SheetSize, with_formats: bool) -> Iterator[Row]:
    letters = [get_column_letter(column) for column in range(1, size.last_column + 1)]
    rows = sheet.iter_rows(
        min_row=1,
        max_row=max(size.last_row, 1),
        max_col=max(size.last_column, 1),
        values_only=not with_formats,
    )
    read = _formatted if with_formats else _typed
    for number, row in enumerate(islice(rows, size.last_row), 1):
        cells = [read(value, f"{letters[i]}{number}", size.uncalculated) for i, value in enumerate(row)]
        if filled := _filled(cells):
            yield number, filled


@cache
def _shows_percent(number_format: str) -> bool:
    """Say whether a format multiplies by 100; a quoted or escaped sign is only text."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", number_format)


def _formatted(cell: ReadOnlyCell | EmptyCell, address: str, uncalculated: set[str]) -> ReadCell:
    """A cell that says how Excel shows its number."""
    typed = _typed(cell.value, address, uncalculated)
    if isinstance(typed.value, int | float) and (shown := cell.number_format) != "General":
        return ReadCell(typed.value, address, False, _shows_percent(shown), shown)
    return typed


def _typed(value: Value, address: str, uncalculated: set[str]) -> ReadCell:
    if value is None:
        return ReadCell(None, address, address in uncalculated)
    if isinstance(value, str):
        text = (
            _ESCAPED.sub(lambda match: "_" if match[1] == "005F" else "\r", value) if "_x" in value else value
        )
        text = clean(text).strip()
        return ReadCell(text or None, address, text in EXCEL_ERRORS)
    if isinstance(value, datetime) and value.time() == time():
        return ReadCell(value.date(), address)
    if isinstance(value, float) and not math.isfinite(value):
        return ReadCell("#NUM!", address, True)
    return ReadCell(value, address)


@dataclass(frozen=True, slots=True)
class _CsvForm:
    encoding: str
    separator: str
    # Whether the first line only names the separator: sep=,
    is_named: bool


def _csv_form(content: bytes) -> _CsvForm:
    """Find the encoding (UTF-8, else Windows) and the separator: named, or what cuts the first line most."""
    if b"\0" in content:
        raise UploadRefused("The file is not plain text. Save it as “CSV UTF-8” and try again.")
    encoding = _csv_encoding(content)
    first = next(line for line in content.decode(encoding).splitlines() if line.strip())
    if named := _SEPARATOR.fullmatch(first):
        return _CsvForm(encoding, named[1], True)
    quoted_away = re.sub('"[^"]*"', "", first)
    return _CsvForm(encoding, max(CSV_SEPARATORS, key=quoted_away.count), False)


def _csv_encoding(content: bytes) -> str:
    """UTF-8, or Windows where nothing in the file is UTF-8; a file that is both holds a damaged character."""
    try:
        content.decode("utf-8-sig")
        return "utf-8-sig"
    except UnicodeDecodeError as error:
        wrong = error
    is_utf8 = any(letter > "\x7f" for letter in content.decode("utf-8", "ignore"))
    if not is_utf8:
        try:
            content.decode("cp1252")
            return "cp1252"
        except UnicodeDecodeError as error:
            wrong = error
    line = content.count(b"\n", 0, wrong.start) + 1
    before = content[: wrong.start].rpartition(b"\n")[2][-20:].decode("utf-8", "ignore")
    raise UploadRefused(
        f"Line {line:,} holds a character that cannot be read, after “{clean(before).strip()}”. "
        "Correct it, save the file as “CSV UTF-8” and try again."
    )


def _csv_rows(content: bytes, form: _CsvForm, max_rows: int, max_columns: int) -> Iterator[Row]:
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=form.encoding, newline="")
    number = 0
    if form.is_named:
        number = next(number for number, line in enumerate(lines, 1) if line.strip())
    rows = csv.reader(lines, delimiter=form.separator, strict=True)
    while True:
        number += 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise UploadRefused(
                f"Row {number} cannot be read: a quotation mark is out of place, or a cell is too long."
            ) from error
        if row is None:
            return
        texts = (unguard(clean(text)).strip() for text in row)
        filled = _filled([_csv_cell(text, _address(number, column)) for column, text in enumerate(texts, 1)])
        if filled and number > max_rows + 1:
            raise UploadRefused(f"The file has more than {max_rows:,} rows.")
        if len(filled) > max_columns:
            raise UploadRefused(f"The file has more than {max_columns:,} columns.")
        if filled:
            yield number, filled


def _csv_cell(text: str, address: str) -> ReadCell:
    return ReadCell(text or None, address, text in EXCEL_ERRORS)
