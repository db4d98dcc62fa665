"""import_kpis: every trap that a cell of a spreadsheet can hold, each with a file that has it."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from kpi.returns.models import Observation
from tests.kpi.returns.conftest import APRIL, last_line

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cell", "state", "value"),
    [
        ("0", "zero", 0),
        ("-", "not_available", None),
        ("–", "not_available", None),
        ("tbc", "not_yet", None),
        ("TBC", "not_yet", None),
        ("n/a", "not_applicable", None),
        ("N/A", "not_applicable", None),
        ("withheld", "withheld", None),
        ("1,448", "value", 1448),
        ("1 448", "value", 1448),
        ("  17.4  ", "value", "17.4"),
        ("\u00a017\u00a0", "value", 17),
        ("17.", "value", 17),
        ("↑ 95", "value", 95),
        ("95 ▼", "value", 95),
        ("167 (forecast)", "forecast", 167),
        ("167 (unvalidated)", "unvalidated", 167),
        ("0.1234567", "value", "0.123457"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_text_in_a_cell_becomes_a_figure_or_says_why_there_is_none(
    number, csv_file, workbook, run, kind, cell, state, value
):
    write = csv_file if kind == "csv" else workbook
    status, printed, errors = run(write(["ref", "2026-04"], ["N1", cell]))

    assert status == 0, errors
    assert last_line(printed) == "new 1, unchanged 0, revised 0, problems 0"
    stored = Observation.objects.get()
    assert (stored.state, stored.month, stored.cell) == (state, APRIL, "B2")
    assert stored.value == (None if value is None else Decimal(value))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_arrow_beside_a_figure_is_left_out_with_a_warning(number, csv_file, workbook, run, kind):
    write = csv_file if kind == "csv" else workbook
    printed = run(write(["ref", "2026-04"], ["N1", "↑ 95"]))[1]
    assert (
        "Warning. Row 2, column “2026-04”, cell B2: N1, April 2026: The arrow beside the figure was left out."
        in printed
    )


def test_blank_cell_leaves_what_is_stored(number, csv_file, run):
    run(csv_file(["ref", "2026-03", "2026-04"], ["N1", "5", "7"]))
    printed = run(csv_file(["ref", "2026-03", "2026-04"], ["N1", "5", ""]))[1]

    assert last_line(printed) == "new 0, unchanged 1, revised 0, problems 0"
    assert Observation.objects.count() == 2


@pytest.mark.parametrize(
    ("cell", "number_format"),
    [("95%", "@"), ("95 %", "@"), (0.95, "0%"), (0.95, "0.0%"), (95, '0"%"'), (95, "0")],
)
def test_percentage_is_read_however_excel_writes_it(percentage, workbook, run, cell, number_format):
    def change(sheet):
        sheet["B2"].number_format = number_format

    status, _, errors = run(workbook(["ref", "2026-04"], ["P1", cell], change=change))

    assert status == 0, errors
    assert Observation.objects.get().value == 95


def test_percentage_as_text_of_a_csv_file_is_read(percentage, csv_file, run):
    assert run(csv_file(["ref", "2026-04"], ["P1", "95%"]))[0] == 0
    assert Observation.objects.get().value == 95


@pytest.mark.parametrize("value", ["95%", 0.95])
def test_percentage_where_a_number_is_expected_is_refused(number, workbook, refused, value):
    def change(sheet):
        sheet["B2"].number_format = "0%"

    path = workbook(["ref", "2026-04"], ["N1", value], change=change)
    assert "cell B2: N1, April 2026: The cell holds a percentage, but this indicator is not one." in refused(
        path
    )


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("abc", "“abc” is not a figure. Write a number, or tbc, n/a or -"),
        ("1,44", "“1,44” is not a figure"),
        ("12 or 13", "“12 or 13” is not a figure"),
        ("↑", "The cell holds an arrow and no figure."),
        ("-5", "-5 is below 0."),
        ("12345678901", "The number is too large."),
        ("#REF!", "The cell holds the error #REF!."),
        ("#N/A", "The cell holds the error #N/A."),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_cell_that_is_no_figure_is_named(number, csv_file, workbook, refused, kind, cell, says):
    write = csv_file if kind == "csv" else workbook
    assert f"Row 2, column “2026-04”, cell B2: N1, April 2026: {says}" in refused(
        write(["ref", "2026-04"], ["N1", cell])
    )


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("=1+1", "formula without a stored result. Open the file in Excel, save it"),
        (date(2026, 4, 3), "a date or a time where a figure is expected"),
        (datetime(2026, 4, 3, 12, 30), "a date or a time where a figure is expected"),
        (True, "true or false where a figure is expected"),
    ],
)
def test_cell_of_a_workbook_that_is_no_number_is_named(number, workbook, refused, cell, says):
    assert f"cell B2: N1, April 2026: The cell holds {'a ' if cell == '=1+1' else ''}{says}" in refused(
        workbook(["ref", "2026-04"], ["N1", cell])
    )


def test_percentage_over_a_hundred_is_refused(percentage, csv_file, refused):
    assert "cell B2: P1, April 2026: 101% is more than 100%." in refused(
        csv_file(["ref", "2026-04"], ["P1", "101"])
    )


@pytest.mark.parametrize("heading", [date(2026, 4, 1), datetime(2026, 4, 1), "2026-04", " 2026-04 "])
def test_month_of_a_heading_is_text_or_a_true_date(number, workbook, run, heading):
    status, _, errors = run(workbook(["ref", heading], ["N1", 5]))
    assert status == 0, errors
    assert Observation.objects.get().month == APRIL


def test_heading_that_excel_read_as_a_day_is_refused_with_the_reason(number, workbook, refused):
    errors = refused(workbook(["ref", date(2025, 6, 22)], ["N1", 5]))
    assert (
        "cell B1: This is the date 22 June 2025, not a month: a spreadsheet reads “Jun-22” that way."
        in errors
    )


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        ("Jun-22", "“Jun-22” can be June 2022 or 22 June"),
        ("2025-13", "“2025-13” is not a month"),
        ("2025/26", "“2025/26” is the year 2025-26, or a part of it, not a month"),
        ("202504", "“202504” may be April 2025, but is not written like a month"),
        ("22/06/2025", "This is the date 22 June 2025, not a month: a spreadsheet reads “Jun-22” that way"),
        ("30/08/2025", "This is the date 30 August 2025, not a month"),
        ("Q3 2025-26", "“Q3 2025-26” is a quarter, not a month"),
    ],
)
def test_heading_that_only_looks_like_a_month_is_refused(number, csv_file, refused, heading, reason):
    errors = refused(csv_file(["ref", heading], ["N1", 5]))
    assert f"cell B1: {reason}. Write it like 2022-06." in errors


def test_same_month_twice_in_the_headings_is_refused(number, workbook, refused):
    errors = refused(workbook(["ref", "2026-04", date(2026, 4, 1)], ["N1", 5, 5]))
    assert "cell C1: This month appears twice: B1 (“2026-04”) is the same." in errors


def test_merged_heading_is_named_where_something_stands_below_it(number, workbook, refused):
    path = workbook(
        ["ref", "2026-03", "2026-04"], ["N1", 5, 6], change=lambda sheet: sheet.merge_cells("B1:C1")
    )
    assert (
        "cell C2: This column has no heading, but there is something in it. Is the heading a merged"
        in refused(path)
    )


def test_merged_title_above_the_headings_is_refused(number, workbook, refused):
    path = workbook(
        ["Monthly dataset"], ["ref", "2026-04"], ["N1", 5], change=lambda sheet: sheet.merge_cells("A1:B1")
    )
    errors = refused(path)
    assert "cell A1: These are not the headings of a return." in errors
    assert "remove titles and merged cells above it" in errors


def test_merged_code_is_named_on_the_rows_that_lost_it(cast, number, workbook, refused):
    path = workbook(
        ["ref", "team", "2026-04"],
        ["N1", "SWF Harbour 1", 5],
        [None, "SWF Harbour 2", 6],
        change=lambda sheet: sheet.merge_cells("A2:A3"),
    )
    assert "cell A3: This cell must not be empty. Merged cells must be split." in refused(path)


def test_hidden_row_is_read_with_a_warning(number, workbook, run):
    def change(sheet):
        sheet.row_dimensions[2].hidden = True

    status, printed, _ = run(workbook(["ref", "2026-04"], ["N1", 5], change=change))
    assert status == 0
    assert "Warning. Row 2: This row is hidden in the sheet. It is read like any other." in printed
    assert Observation.objects.get().value == 5


def test_same_figure_twice_is_refused_even_when_equal(number, csv_file, refused):
    errors = refused(csv_file(["ref", "2026-04"], ["N1", 5], ["n1", 5]))
    assert (
        "cell B3: N1, April 2026: This is the same figure as in cell B2. Each may appear only once." in errors
    )


def test_unknown_column_with_something_in_it_is_refused(number, csv_file, refused):
    errors = refused(csv_file(["ref", "2026-04", "Remarks"], ["N1", 5, "late"], ["N1", "", "x"]))
    assert errors.count("No return has a column “Remarks”") == 1


def test_unknown_column_without_anything_in_it_is_left_alone(number, csv_file, run):
    assert run(csv_file(["ref", "2026-04", "Remarks"], ["N1", 5, ""]))[0] == 0


def test_figure_of_a_month_to_come_is_refused_unless_it_is_a_forecast(number, csv_file, refused, run):
    assert "cell B2: N1, June 2026: June 2026 is in the future." in refused(
        csv_file(["ref", "2026-06"], ["N1", 5])
    )
    assert run(csv_file(["ref", "2026-06"], ["N1", "5 (forecast)"]))[0] == 0
    assert run(csv_file(["ref", "2026-07"], ["N1", "tbc"]))[0] == 0
