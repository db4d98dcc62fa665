"""import_kpis: files that may not come in at all, and long ones. The database is the same row for row."""

import tracemalloc
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from kpi.returns import dry_run, reader
from kpi.returns.dry_run import check_return
from kpi.returns.lines import MOST_STORED
from tests.kpi.returns.conftest import last_line
from tests.stopwatch import no_runaway

pytestmark = pytest.mark.django_db

SHEET = "xl/worksheets/sheet1.xml"


def workbook_with(part: str, content: bytes) -> bytes:
    """A workbook in which one part is another than Excel would write, or is added."""
    made, target = BytesIO(), BytesIO()
    book = Workbook()
    book.active.append(["ref", "2026-04"])
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return target.getvalue()


def sheet(rows: str, dimension: str = "A1:B2") -> bytes:
    start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f'{start}<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'.encode()


HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>ref</t></is></c></row>'
GOOD_ROWS = f"""{HEAD[:-6]}<c r="B1" t="inlineStr"><is><t>2026-04</t></is></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>N1</t></is></c><c r="B2"><v>5</v></c></row>"""
HARMFUL = {
    "zip bomb": lambda: workbook_with("xl/media/bomb.bin", b"\0" * 60_000_000),
    "bomb of tags": lambda: workbook_with(SHEET, sheet("<row><c/></row>" * 3_000_000)),
    "claims a million rows": lambda: workbook_with(
        SHEET, sheet(f'{HEAD}<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "A1:XFD1048576")
    ),
    "macros": lambda: workbook_with("xl/vbaProject.bin", b"x"),
    "links": lambda: workbook_with("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
    "entities": lambda: workbook_with(SHEET, b'<!DOCTYPE x [<!ENTITY a "aa">]><worksheet>&a;</worksheet>'),
    "no workbook": lambda: b"PK\x03\x04" + b"x" * 100,
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_harmful_workbook_is_refused_at_once(number, tmp_path, run, everything_stored, kind):
    path = tmp_path / "return.xlsx"
    path.write_bytes(HARMFUL[kind]())
    before = everything_stored()
    with no_runaway():
        status, printed, errors = run(path)

    assert status == 1
    assert errors
    assert last_line(printed) == "new 0, unchanged 0, revised 0, problems 1"
    assert everything_stored() == before


def test_sheet_that_only_claims_a_million_rows_is_read_by_what_it_holds(number, tmp_path, run):
    assert len(HARMFUL["claims a million rows"]()) < 10_000
    path = tmp_path / "return.xlsx"
    path.write_bytes(workbook_with(SHEET, sheet(GOOD_ROWS, "A1:XFD1048576")))
    assert last_line(run(path)[1]) == "new 1, unchanged 0, revised 0, problems 0"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("return.csv", b"", "The file is empty."),
        ("return.csv", b"ref,2026-04\n", "The file has headings but no rows below them."),
        ("return.csv", b"x" * (10 * 1024 * 1024 + 1), "The file is larger than 10 MB."),
        ("return.csv", b"ref" + b",a" * 500 + b"\nN1,1\n", "The file has more than 500 columns."),
        ("return.pdf", b"%PDF", "Only .xlsx and .csv files can be uploaded."),
        ("return.xlsx", b"ref,2026-04\nN1,1\n", "The contents of the file do not match its name."),
        ("return.csv", b"name,amount\nx,1\n", "These are not the headings of a return."),
        ("return.csv", b"ref,polarity\nN1,neutral\n", "No column is a month."),
        ("return.csv", b"ref,ref,2026-04\nN1,N1,1\n", "This column appears twice: A1"),
        ("return.csv", b'ref,2026-04\nN1,"1\n', "Row 2 cannot be read: a quotation mark is out of place"),
    ],
)
def test_file_that_is_no_return_is_refused(number, tmp_path, refused, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    assert says in refused(path)


def test_file_with_too_many_rows_is_refused(number, monkeypatch, csv_file, refused):
    assert dry_run.MOST_ROWS == 200_000
    monkeypatch.setattr(dry_run, "MOST_ROWS", 20)
    errors = refused(csv_file(["ref", "2026-04"], *(["N1", 1] for _ in range(22))))
    assert errors.startswith("The file has more than 20 rows.")


def test_one_wrong_cell_keeps_the_whole_file_out(number, csv_file, refused):
    errors = refused(csv_file(["ref", "2026-03", "2026-04"], ["N1", 5, 6], ["N9", 5, 6]))
    assert "Row 3, column “ref”, cell A3: There is no indicator with the code “N9”." in errors


def test_missing_file_and_wrong_month_are_named(number, tmp_path, csv_file, run):
    assert "cannot be read" in run(tmp_path / "nowhere.csv")[2]
    assert "--month: “April” is not a month." in run(csv_file(["ref", "2026-04"]), "--month", "April")[2]


def test_of_many_problems_the_first_are_named_and_all_counted(number, csv_file, run):
    path = csv_file(["ref", "2026-04"], *([f"X{n}", 1] for n in range(MOST_STORED + 7)))
    _, printed, errors = run(path)
    assert last_line(printed).endswith(f"problems {MOST_STORED + 7}")
    assert "7 more problems." in errors


def test_file_with_more_figures_than_can_be_held_is_refused(number, monkeypatch, csv_file, refused):
    monkeypatch.setattr(reader, "MOST_FIGURES", 2)
    path = csv_file(["ref", "2026-01", "2026-02", "2026-03"], ["N1", 1, 2, 3])
    assert "The file has more than 2 figures. Split it in two." in refused(path)


def test_memory_grows_only_with_the_figures(number):
    """Two kilobytes for each figure at most, whatever the checks compare: 200,000 take less than 400 MB."""
    rows = "\n".join(f"Code{n},number,{n % 50},{n % 50}" for n in range(500))
    content = f"ref,unit_of_measure,2026-01,2026-02\n{rows}".encode()
    check_return(b"ref,2026-01\nN1,1", file_name="return.csv")
    tracemalloc.start()
    try:
        found = check_return(content, file_name="return.csv", create_indicators=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.counts()["new"] == 1_000
    assert peak < 1_000 * 2_000
