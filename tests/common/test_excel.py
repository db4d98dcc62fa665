import csv
import io
import re
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from qa_audit.common.excel import (
    MAX_TEXT,
    ClusteredColumns,
    Column,
    Properties,
    Sheet,
    StackedBars,
    csv_bytes,
    write_xlsx,
    xlsx_bytes,
)
from qa_audit.common.text import FORMULA_SIGNS, clean
from qa_audit.intake.uploads import read_table
from tests.office import needs_office, pages

ABOUT = Properties("Figures", author="Quality assurance", created=datetime(2026, 3, 27, 18, 42, tzinfo=UTC))
GRADES = ("Outstanding", "Good")
COLOURS = ("00703C", "85994B")


def opened(*sheets):
    return load_workbook(io.BytesIO(xlsx_bytes(sheets, properties=ABOUT)))


def figures(**extra):
    columns = [Column("Service"), Column("Outstanding", "integer"), Column("Good", "integer")]
    rows = [("Fostering", 1, 2), ("Adoption", 0, 4)]
    return Sheet("Summary", columns, rows, totals=[("TOTAL", 1, 6)], **extra)


def one_column(values, kind="text"):
    return Sheet("One", [Column("value", kind)], [[value] for value in values])


dangerous = st.tuples(
    st.sampled_from(["", " ", "\t", "\r\n", "'", "''", "\u00a0"]),
    st.sampled_from(list(FORMULA_SIGNS)),
    st.one_of(st.text(max_size=20), st.sampled_from(["cmd|' /C calc'!A0", "1+1", "_x003D_", '"quoted",x'])),
).map("".join)
any_text = st.text(st.characters(blacklist_categories=()), max_size=40)


@settings(max_examples=20, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.one_of(dangerous, any_text), min_size=100, max_size=100))
def test_two_thousand_texts_stay_text_in_both_kinds_of_file(texts):
    sheet = one_column(texts)
    cells = [row[0] for row in opened(sheet).active.iter_rows(min_row=2, max_row=101)]
    assert all(
        cell.data_type in ("s", "n") and (cell.value is None or cell.data_type == "s") for cell in cells
    )
    written = csv_bytes(sheet)
    for [text] in csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")):
        assert not text.lstrip().startswith(tuple(FORMULA_SIGNS))
        assert not text.startswith(tuple("\t\r\n"))
    wanted = [clean(text).strip() or None for text in texts]
    for content, name in ((xlsx_bytes([sheet], properties=ABOUT), "a.xlsx"), (written, "a.csv")):
        read = {
            number: cells[0].value for number, cells in read_table(io.BytesIO(content), file_name=name).rows()
        }
        assert [read.get(number) for number in range(2, 102)] == wanted


def test_text_like_a_formula_stays_text_when_edited():
    cells = [row[0] for row in opened(one_column(["=1+1", "words", "-"])).active.iter_rows(min_row=2)]
    assert [(cell.value, cell.quotePrefix) for cell in cells] == [
        ("=1+1", True),
        ("words", False),
        ("-", True),
    ]


def test_no_file_holds_a_formula():
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes([one_column(["=1+1", " =A1"])], properties=ABOUT))) as archive:
        assert not re.search(rb"<f[ >/]", archive.read("xl/worksheets/sheet1.xml"))


def test_headings_notes_and_titles_are_text_too():
    sheet = Sheet("=1+1", [Column("=2+2")], [], notes=["=3+3"])
    worksheet = opened(sheet).active
    assert [(cell.value, cell.data_type) for cell in (worksheet["A1"], worksheet["A3"])] == [
        ("=3+3", "s"), ("=2+2", "s"),
    ]  # fmt: skip
    assert csv_bytes(sheet) == b"\xef\xbb\xbf'=2+2\r\n"


def test_values_are_real_dates_and_numbers():
    columns = [Column(kind, kind) for kind in ("text", "integer", "number", "percent", "date", "datetime")]
    row = ("é", 1234, 1.5, 67, date(2026, 3, 27), datetime(2026, 7, 1, 17, 42, tzinfo=UTC))
    cells = opened(Sheet("Kinds", columns, [row])).active[2]
    assert [cell.value for cell in cells] == [
        "é", 1234, 1.5, 0.67, datetime(2026, 3, 27), datetime(2026, 7, 1, 18, 42),
    ]  # fmt: skip
    assert [cell.number_format for cell in cells] == [
        "General", "#,##0", "General", "0%", "d mmm yyyy", "d mmm yyyy hh:mm",
    ]  # fmt: skip
    assert csv_bytes(Sheet("Kinds", columns, [row])).decode("utf-8-sig").splitlines()[1] == (
        "é,1234,1.5,67,2026-03-27,2026-07-01 18:42"
    )


@pytest.mark.parametrize(
    ("value", "kind", "in_xlsx", "in_csv"),
    [
        (None, "integer", None, ""),
        ("", "text", None, ""),
        (True, "text", "Yes", "Yes"),
        ("c", "percent", "c", "c"),
        (0, "percent", 0, "0"),
        (-5, "integer", -5, "-5"),
        (Decimal("33.4"), "percent", 0.334, "33"),
        (Fraction(125, 2), "percent", 0.625, "63"),
        (62.5, "percent", 0.625, "63"),
        (Fraction(1, 4), "number", 0.25, "0.25"),
        (float("nan"), "number", None, ""),
        (float("inf"), "percent", None, ""),
        (9434765919000000, "integer", "9434765919000000", "9434765919000000"),
        (date(1850, 1, 2), "date", "1850-01-02", "1850-01-02"),
        ("bell\x07 and\x00 nothing\ud800", "text", "bell and nothing", "bell and nothing"),
        (
            "a _x0041_ b",
            "text",
            "a _x005F_x0041_ b",
            "a _x0041_ b",
        ),  # openpyxl shows the escape, Excel undoes it
        ("two\r\nlines", "text", "two\nlines", '"two\nlines"'),
    ],
)
def test_odd_values_are_written_sensibly(value, kind, in_xlsx, in_csv):
    sheet = Sheet("Odd", [Column("first"), Column("value", kind)], [["x", value]])
    assert opened(sheet).active["B2"].value == in_xlsx
    assert csv_bytes(sheet).decode("utf-8-sig").split("\r\n")[1] == f"x,{in_csv}"


@pytest.mark.parametrize(
    ("value", "kind", "number_format", "in_csv"),
    [
        (Fraction(1, 3), "percent", '"<1%"', "0"),
        (Fraction(1, 2), "percent", "0%", "1"),
        (0, "percent", "0%", "0"),
        (Decimal("0.04"), "tenths", "General", "0.04"),
        (Decimal("0.05"), "tenths", "0.0", "0.1"),
        (Decimal("86.75"), "tenths", "0.0", "86.8"),
        (Decimal(50), "tenths", "0.0", "50.0"),
        (0, "tenths", "0.0", "0.0"),
    ],
)
def test_what_is_there_never_reads_nought(value, kind, number_format, in_csv):
    sheet = Sheet("Small", [Column("first"), Column("value", kind)], [["x", value]])
    cell = opened(sheet).active["B2"]
    assert cell.number_format == number_format
    assert cell.value == float(Fraction(value) / (100 if kind == "percent" else 1))
    assert csv_bytes(sheet).decode("utf-8-sig").splitlines()[1] == f"x,{in_csv}"


def test_row_with_more_or_fewer_values_than_columns_is_an_error():
    with pytest.raises(ValueError, match="argument 2"):
        xlsx_bytes([Sheet("x", [Column("a")], [(1, 2)])], properties=ABOUT)


def test_text_too_long_for_a_cell_goes_on_below_uncut():
    long = "🙂" * 20_000 + "é" * 40_000
    worksheet = opened(Sheet("Long", [Column("a"), Column("b")], [["x", long], ["y", "z"]])).active
    rows = list(worksheet.iter_rows(min_row=2, values_only=True))
    pieces = [piece for _, piece in rows[:-1]]
    assert "".join(pieces) == long
    assert all(len(piece.encode("utf-16-le")) // 2 <= MAX_TEXT for piece in pieces)
    assert [first for first, _ in rows] == ["x", *[None] * (len(pieces) - 1), "y"]


def test_header_is_frozen_filtered_printed_and_totals_stand_apart():
    worksheet = opened(figures(notes=["Title", "Figures as at 27 March 2026"], freeze=1)).active
    assert worksheet.freeze_panes == "B5"
    assert worksheet.auto_filter.ref == "A4:C6"
    assert worksheet.print_title_rows == "$4:$4"
    assert (worksheet.page_setup.orientation, worksheet.page_setup.fitToHeight) == ("landscape", 0)
    assert worksheet.sheet_properties.pageSetUpPr.fitToPage
    assert worksheet.oddFooter.right.text == "Page &P of &N"
    assert [cell.value for cell in worksheet[7]] == ["TOTAL", 1, 6]
    assert [worksheet.cell(row, 1).font.bold for row in (1, 4, 5, 7)] == [True, True, False, True]
    assert worksheet.column_dimensions["A"].width == 28


def test_file_says_what_it_is():
    properties = opened(figures()).properties
    assert (properties.title, properties.creator) == ("Figures", "Quality assurance")
    assert properties.created == datetime(2026, 3, 27, 18, 42)


def test_sheet_titles_are_made_acceptable_and_unique():
    titles = ["a/b:c", "A b c", "", "history", "x" * 40, "x" * 40, "'quoted'", "🙂" * 20]
    names = opened(*(Sheet(title, [Column("a")], []) for title in titles)).sheetnames
    assert names == [
        "a b c", "A b c (2)", "Sheet", "history sheet", "x" * 31, "x" * 27 + " (2)", "quoted", "🙂" * 15,
    ]  # fmt: skip


def test_charts_draw_the_rows_and_not_the_totals():
    charts = [
        StackedBars("Grades (n = 7)", "Service", GRADES, COLOURS),
        ClusteredColumns("Audits", "Service", GRADES, value_title="Audits"),
    ]
    stacked, clustered = opened(figures(charts=charts)).active._charts
    assert (stacked.type, stacked.grouping, stacked.overlap) == ("bar", "percentStacked", 100)
    assert (clustered.type, clustered.grouping) == ("col", "clustered")
    assert [series.val.numRef.f for series in stacked.series] == [
        "'Summary'!$B$2:$B$3",
        "'Summary'!$C$2:$C$3",
    ]
    assert {series.cat.numRef.f for series in stacked.series} == {"'Summary'!$A$2:$A$3"}
    assert [series.tx.strRef.f for series in stacked.series] == ["'Summary'!B1", "'Summary'!C1"]
    assert [series.graphicalProperties.solidFill.srgbClr for series in stacked.series] == list(COLOURS)
    assert stacked.anchor._from.row > 3
    assert clustered.anchor._from.row > stacked.anchor._from.row + 10


def test_table_without_rows_has_no_chart():
    sheet = Sheet("Empty", [Column("a"), Column("b", "integer")], [], charts=[StackedBars("x", "a", ["b"])])
    assert opened(sheet).active._charts == []


def test_chart_of_a_column_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="Inadequate"):
        xlsx_bytes([figures(charts=[StackedBars("x", "Service", ["Inadequate"])])], properties=ABOUT)


def test_csv_is_utf_8_with_its_mark_with_totals_and_without_notes():
    assert csv_bytes(figures(notes=["Title"])) == (
        b"\xef\xbb\xbfService,Outstanding,Good\r\nFostering,1,2\r\nAdoption,0,4\r\nTOTAL,1,6\r\n"
    )


def test_rows_are_never_held(tmp_path):
    script = (
        "import itertools, resource, sys\n"
        "from qa_audit.common.excel import Column, Properties, Sheet, write_xlsx\n"
        "columns = [Column(f'c{n}', 'integer' if n % 2 else 'text') for n in range(20)]\n"
        "def write(rows):\n"
        "    values = ('words that fill a cell', 12345) * 10\n"
        "    sheet = Sheet('x', columns, itertools.repeat(values, rows))\n"
        "    write_xlsx(sys.argv[1], [sheet], properties=Properties('x'))\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(write(100), write(30_000))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "x.xlsx")], capture_output=True, check=True
    )
    base, peak = map(int, run.stdout.split())
    # Held, the cells of 600,000 values take 70 MB, and their XML 40.
    assert peak - base < 15 * 1024


@needs_office
def test_libreoffice_opens_the_file(tmp_path):
    target = tmp_path / "figures.xlsx"
    chart = StackedBars("Grades (n = 7)", "Service", GRADES, COLOURS)
    write_xlsx(target, [figures(charts=[chart])], properties=ABOUT)
    assert "Grades (n = 7)" in "".join(pages(target))
