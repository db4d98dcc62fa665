"""Everything that a person sees in a file is read or named."""

import pytest

from qa_audit.intake.uploads import UploadRefused
from tests.intake.test_uploads import MAIN, read_all, with_sheet, workbook


def test_rows_that_only_have_a_format_hold_nothing_and_a_stray_value_far_below_is_named():
    row = '<row r="1"><c r="A1"><v>1</v></c></row>{}<row r="1048576"><c r="B1048576" s="0">{}</c></row>'
    formats = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, 9))
    table, rows = read_all(with_sheet(row.format(formats, "")))
    assert (table.last_row, rows) == (1, [])
    with pytest.raises(
        UploadRefused, match="There is something in row 1,048,576, far below the table of 2 rows"
    ):
        read_all(with_sheet(row.format(formats, "<v>1</v>")))


def test_what_a_person_sees_and_is_not_read_or_does_not_see_and_is_read_is_named():
    def change(book):
        sheet = book.active
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        book.create_sheet("Second").append(["x"])
        book.create_sheet("Empty")
        book.create_sheet("Secret").append(["x"])
        book["Secret"].sheet_state = "hidden"

    said = [
        str(notice.words)
        for notice in read_all(workbook(("a", "b"), (1, 2), (3, 4), change=change))[0].remarks()
    ]
    assert said == [
        "The sheet “Second” is not read: only “Sheet” is. It holds 1 row.",
        "This column is hidden in the sheet. It is read like any other.",
        "This row is hidden in the sheet. It is read like any other.",
    ]
    assert not list(read_all(workbook())[0].remarks())


@pytest.mark.parametrize("first", ["sep=,", "SEP=;", '"sep=|"', "\ufeffsep=,", "\r\nsep=,"])
def test_line_that_names_the_separator_is_no_row(first):
    mark = next(mark for mark in ",;|" if mark in first)
    table, rows = read_all(f"{first}\r\na{mark}b\r\n1{mark}2\r\n".encode(), "x.csv")
    assert [cell.value for cell in table.headers] == ["a", "b"]
    assert rows[0][1] == ["1", "2"]
    assert rows[0][0] == table.header_row + 1 == first.count("\n") + 3


@pytest.mark.parametrize("bad", [b"Ren\xe9e", b"\xe2\x80", b"caf\xc3"])
def test_bad_byte_in_a_file_of_utf8_is_refused_with_its_line(bad):
    with pytest.raises(UploadRefused, match="Line 3 holds a character that cannot be read"):
        read_all("a\nZoë\n".encode() + b"x" + bad + b"\n", "x.csv")


def test_strict_workbook_says_how_to_save_it():
    strict = MAIN.replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    with pytest.raises(UploadRefused, match="Strict Open XML"):
        read_all(with_sheet("<row/>", start=f"<worksheet {strict}>"))
