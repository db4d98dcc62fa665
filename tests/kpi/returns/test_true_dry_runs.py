"""What a dry run says is so: beside a problem what is stored, totals in every layout, near misses named."""

from datetime import date
from decimal import Decimal

import pytest

from kpi.indicators.models.versions import Basis, Rollup, Unit
from kpi.returns.models import Caseload, Observation
from tests.factories.kpi import IndicatorFactory, IndicatorVersionFactory
from tests.kpi.returns.conftest import last_line

pytestmark = pytest.mark.django_db


def test_problem_shows_what_is_stored_and_what_the_file_says_and_is_not_also_revised(number, csv_file, run):
    run(csv_file(["ref", "2026-03", "2026-04"], ["N1", 1500, 7]))
    status, printed, errors = run(csv_file(["ref", "2026-03", "2026-04"], ["N1", "-3", "8"]), "--check")

    assert status == 1
    assert last_line(printed) == "new 0, unchanged 0, revised 1, problems 1"
    assert "-3 is below 0. Stored now: 1,500. In the file: -3." in errors


def test_figure_of_a_failed_check_is_a_problem_alone(csv_file, run):
    version = IndicatorVersionFactory(
        indicator=IndicatorFactory(code="Y1"), unit=Unit.NUMBER, basis=Basis.YEAR_TO_DATE
    )
    assert version.basis == Basis.YEAR_TO_DATE
    run(csv_file(["ref", "2026-01", "2026-02"], ["Y1", 50, 60]))
    _, printed, errors = run(csv_file(["ref", "2026-02"], ["Y1", 49]))
    assert last_line(printed) == "new 0, unchanged 0, revised 0, problems 1"
    assert "Stored now: 60. In the file: 49." in errors


def test_equal_year_to_date_figure_passes(csv_file, run):
    IndicatorVersionFactory(indicator=IndicatorFactory(code="Y1"), unit=Unit.NUMBER, basis=Basis.YEAR_TO_DATE)
    status, printed, errors = run(csv_file(["ref", "2026-01", "2026-02", "2026-03"], ["Y1", 50, 50, 50]))
    assert (status, errors, last_line(printed)) == (0, "", "new 3, unchanged 0, revised 0, problems 0")
    assert run(csv_file(["ref", "2026-02"], ["Y1", 50]))[0] == 0


def test_zero_is_equal_to_a_value_that_is_shown_as_zero(csv_file, run):
    IndicatorVersionFactory(indicator=IndicatorFactory(code="P0"), decimal_places=0)
    head = ["indicator_code", "month", "numerator", "denominator"]
    run(csv_file(head, ["P0", "2026-04", 1, 500]))
    printed = run(csv_file(["ref", "2026-04"], ["P0", 0]))[1]
    assert last_line(printed) == "new 0, unchanged 1, revised 0, problems 0"


@pytest.mark.parametrize("cell", ["-0", "-0.0", "0.0", "−0"])  # noqa: RUF001
def test_minus_zero_is_zero_in_the_dry_run_and_stored(number, csv_file, run, cell):
    status, printed, _ = run(csv_file(["ref", "2026-03", "2026-04"], ["N1", 40, cell]))
    assert (status, "-0" in printed) == (0, False)
    stored = Observation.objects.get(month=date(2026, 4, 1))
    assert (stored.state, str(stored.value.normalize())) == ("zero", "0")


@pytest.mark.parametrize(
    "word", ["Total", "TOTAL:", "Totals", "Grand total", "Total (all teams)", "All teams"]
)
@pytest.mark.parametrize(
    ("head", "rows", "total"),
    [
        (
            ["ref", "team", "2026-04"],
            [["N1", "SWF Harbour 1", 4], ["N1", "SWF Harbour 2", 5]],
            ["N1", None, 9],
        ),
        (["ref", "team", "2026-04"], [["N1", "SWF Harbour 1", 4], ["N1", "SWF Harbour 2", 5]], [None, "", 9]),
        (
            ["indicator_code", "team", "month", "value"],
            [["N1", "SWF Harbour 1", "2026-04", 4], ["N1", "SWF Harbour 2", "2026-04", 5]],
            ["", None, "", 9],
        ),
        (
            ["table", "team", "numerator", "month"],
            [["N1", "SWF Harbour 1", 4, "2026-04"], ["N1", "SWF Harbour 2", 5, "2026-04"]],
            ["", None, 9, ""],
        ),
    ],
)
def test_total_is_checked_and_not_stored_in_every_layout(
    cast, number, csv_file, run, refused, head, rows, total, word
):
    def with_total(amount):
        cells = [word if cell is None else cell for cell in total]
        return [amount if cell == 9 else cell for cell in cells]

    assert "The total says 10; its teams add up to 9." in refused(csv_file(head, *rows, with_total(10)))
    status, printed, errors = run(csv_file(head, *rows, with_total(9)))
    assert (status, errors, last_line(printed)) == (0, "", "new 2, unchanged 0, revised 0, problems 0")


def test_total_of_caseloads_is_checked_and_not_stored(cast, csv_file, run, refused):
    head = ["team", "qualifying_status", "allocations", "date"]
    rows = [["SWF Harbour 1", "SW", 18, "2026-04-30"], ["SWF Harbour 1", "ASYE", 9, "2026-04-30"]]
    assert "The total says 28; the rows above it add up to 27." in refused(
        csv_file(head, *rows, ["Total", "", 28, ""])
    )
    assert run(csv_file(head, *rows, ["Total", "", 27, ""]))[0] == 0
    assert Caseload.objects.count() == 2


def test_total_of_what_is_withheld_and_of_several_indicators_is_said_to_be_unchecked(
    cast, number, csv_file, run, refused
):
    IndicatorFactory(code="N2")
    IndicatorVersionFactory(indicator=IndicatorFactory(code="N3"), unit=Unit.NUMBER, team_rollup=Rollup.SUM)
    head = ["ref", "team", "2026-04"]
    rows = [["N1", "SWF Harbour 1", "c"], ["N1", "SWF Harbour 2", 5]]
    status, printed, _ = run(csv_file(head, *rows, ["N1", "Total", 9]))
    assert status == 0
    assert "This total cannot be checked: 1 of its 2 figures are not given." in printed
    errors = refused(csv_file(["ref", "2026-04"], ["N1", 5], ["N3", 5], ["Total", 10]))
    assert "cell A4: This row adds up several indicators." in errors


@pytest.mark.parametrize(
    ("rows", "near"),
    [
        ([["ref", "team", "2026-04"], ["N1", "SWF Harbor 1", 4]], "SWF Harbour 1"),
        ([["ref", "service", "2026-04"], ["N1", "Social work with familys", 4]], "Social Work with Families"),
        ([["ref", "2026-04"], ["Number of contact", 4]], "Number of contacts"),
        ([["ref", "polarty", "2026-04"], ["N1", "neutral", 4]], "polarity"),
        ([["indicator_cod", "month", "vale"], ["N1", "2026-04", 4]], "indicator_code"),
    ],
)
def test_near_miss_is_asked_about(cast, number, csv_file, refused, rows, near):
    number.versions.update(title="Number of contacts")
    assert f"Did you mean “{near}”?" in refused(csv_file(*rows))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            ["area_code,period,indicator,value", "E1,2023/24,N1,83"],
            "cell D1: There is a column “value” and none called",
        ),
        (
            ["time_period,geographic_level,total", "202324,Local authority,12"],
            "A return has a column “indicator_code”",
        ),
        (["indicator_code,month,value", "N1,2023/24,17"], "cell B2: “2023/24” is the year 2023-24"),
        (["indicator_code,month,value", "N1,202310,17"], "cell B2: “202310” may be October 2023"),
        (["ref,2026-04,target_2026-27", "N1,5,90%+"], "cell C2: N1: “90%+” is not a target. Write a number"),
        (["ref,2026-04,2025/26 YTD", "N1,5,6"], "cell C1: “2025/26 YTD” is the year 2025-26"),
        (
            ["ref,2026-04,target 2025/26", "N1,5,6"],
            "cell C1: “2025/26” is not a year of targets. Write it like target_2025",
        ),
        (["ref,first,second", "N1,5,6"], "cell B1: No column is a month."),
    ],
)
def test_published_file_of_another_shape_is_told_what_to_change(number, csv_file, refused, rows, says):
    assert says in refused(csv_file(*(row.split(",") for row in rows)))


@pytest.mark.parametrize(
    "heading",
    ["01/04/2026", "1.4.26", "Apr 2026", "April 2026", "30/04/2026", "2026-04-30", "4/2026", "2026/04"],
)
def test_heading_that_cannot_be_mistaken_is_its_month(number, csv_file, run, heading):
    assert run(csv_file(["ref", heading], ["N1", 5]))[0] == 0
    assert run(csv_file(["ref", "month", "value"], ["N1", heading, 5]))[1].endswith(
        "new 0, unchanged 1, revised 0, problems 0\n"
    )
    assert Observation.objects.get().value == Decimal(5)
