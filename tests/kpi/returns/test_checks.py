"""import_kpis: figures held against each other and against what is stored; both are named."""

from datetime import date
from decimal import Decimal

import pytest

from kpi.indicators.models.indicators import Component, ComponentRole, Indicator, IndicatorStatus
from kpi.indicators.models.months import Month, MonthState
from kpi.indicators.models.versions import Basis, Unit
from kpi.returns.models import Observation
from tests.factories.kpi import IndicatorFactory, IndicatorVersionFactory, PopulationFactory
from tests.kpi.returns.conftest import APRIL, DATA, last_line

pytestmark = pytest.mark.django_db


def made(code: str, **meaning) -> Indicator:
    return IndicatorVersionFactory(indicator=IndicatorFactory(code=code), **meaning).indicator


def link(whole: Indicator, part: Indicator, role: str) -> None:
    Component.objects.create(indicator=whole, part=part, role=role)


def test_rate_of_november_2022_does_not_agree_with_its_count(run):
    """113 per 10,000 of 49,310 is not 543 children: only this month of the file fails."""
    run(DATA / "performance_report_2023-06.csv", "--create-indicators")
    Observation.objects.filter(indicator__code__contains="in our care").update(is_current=False)
    rate = Indicator.objects.get(code="Rate of children in our care per 10,000")
    link(rate, Indicator.objects.get(code="Number of children in our care"), ComponentRole.NUMERATOR)
    PopulationFactory(people=49_310, from_month=date(2022, 6, 1))

    printed = run(DATA / "performance_report_2023-06.csv", "--check", "--reason", "again")[1]

    warnings = [line for line in printed.splitlines() if "per 10,000 of" in line]
    assert len(warnings) == 1
    assert (
        "Rate of children in our care per 10,000, November 2022: 113 per 10,000 of 49,310 children"
        in warnings[0]
    )
    assert "is 557 children, but the count is 543, which is 110 per 10,000." in warnings[0]


def test_typed_percentage_that_is_not_its_fraction_is_a_warning(percentage, csv_file, run):
    link(percentage, made("above", unit=Unit.NUMBER), ComponentRole.NUMERATOR)
    link(percentage, made("below", unit=Unit.NUMBER), ComponentRole.DENOMINATOR)
    printed = run(csv_file(["ref", "2026-04"], ["P1", 91.5], ["above", 45], ["below", 50]))[1]
    assert "P1, April 2026: 91.5% is typed, but 45 of 50 is 90.0%." in printed


def test_count_and_rate_of_two_files_are_held_against_each_other(csv_file, run):
    rate, count = made("R1", unit=Unit.RATE, population="0 to 17"), made("N2", unit=Unit.NUMBER)
    link(rate, count, ComponentRole.NUMERATOR)
    PopulationFactory(people=50_000)
    run(csv_file(["ref", "2026-04"], ["R1", 20]))
    assert (
        "but the count is 150, which is 30 per 10,000." in run(csv_file(["ref", "2026-04"], ["N2", 150]))[1]
    )


@pytest.mark.parametrize("value", ["0.95", "0.5"])
def test_fraction_among_percentages_is_refused(percentage, csv_file, run, refused, value):
    run(csv_file(["ref", "2026-02", "2026-03"], ["P1", 94, 96]))
    errors = refused(csv_file(["ref", "2026-04"], ["P1", value]))
    assert (
        f"P1, April 2026: {value}% among figures around 94%: did you mean {Decimal(value) * 100:.0f}%?"
        in errors
    )


def test_fraction_among_percentages_of_long_ago_is_refused(percentage, csv_file, run, refused):
    run(csv_file(["ref", "2019-05", "2019-06"], ["P1", 84, 76]))
    errors = refused(csv_file(["ref", "2026-04"], ["P1", "0.95"]))
    assert "0.95% among figures around 76%: did you mean 95%?" in errors


def test_true_one_percent_and_a_series_below_one_are_taken(percentage, csv_file, run):
    assert run(csv_file(["ref", "2026-02", "2026-03", "2026-04"], ["P1", 94, 1, 0]))[0] == 0
    made("P2")
    assert run(csv_file(["ref", "2026-02", "2026-03", "2026-04"], ["P2", "0.5", "0.9", "1.2"]))[0] == 0


def test_teams_may_not_count_more_than_their_service_or_the_council(cast, number, csv_file, run, refused):
    head, teams = ["ref", "team", "2026-04"], [["N1", "SWF Harbour 1", 4], ["N1", "SWF Harbour 2", 5]]
    errors = refused(csv_file(head, *teams, ["N1", "Social Work with Families", 8]))
    assert "N1, Social Work with Families, April 2026: 8 is less than its teams together, 9." in errors
    assert "8 is less than its teams together, 9." in refused(csv_file(head, *teams, ["N1", "", 8]))
    assert run(csv_file(head, *teams, ["N1", "", 12]))[0] == 0


def test_team_is_held_against_the_stored_figure_of_the_council(cast, number, csv_file, run, refused):
    run(csv_file(["ref", "2026-04"], ["N1", 8]))
    errors = refused(csv_file(["ref", "team", "2026-04"], ["N1", "SWF Harbour 1", 9]))
    assert "N1, SWF Harbour 1, April 2026: 8 is less than its teams together, 9." in errors


def test_parts_add_up_to_the_whole(number, csv_file, run, refused):
    for code in ("A", "B"):
        link(number, made(code, unit=Unit.NUMBER), ComponentRole.PART)
    head = ["ref", "2026-04"]
    errors = refused(csv_file(head, ["N1", 10], ["A", 4], ["B", 5]))
    assert "N1, April 2026: 10 is not the sum of its parts, 9 (A, B)." in errors
    assert run(csv_file(head, ["N1", 9], ["A", 4], ["B", 5]))[0] == 0


def test_rounded_shares_may_miss_the_whole_by_their_rounding(percentage, csv_file, run):
    for code in ("A", "B", "C"):
        link(percentage, made(code, decimal_places=1), ComponentRole.PART)
    path = csv_file(["ref", "2026-04"], ["P1", 100], ["A", "33.3"], ["B", "33.3"], ["C", "33.3"])
    assert run(path)[0] == 0


def test_year_to_date_never_falls_before_april(csv_file, run, refused):
    made("Y1", unit=Unit.NUMBER, basis=Basis.YEAR_TO_DATE)
    errors = refused(csv_file(["ref", "2026-01", "2026-02"], ["Y1", 50, 49]))
    assert "Y1, February 2026: Year to date falls from 50 in January 2026 to 49 in February 2026." in errors
    assert run(csv_file(["ref", "2026-03", "2026-04"], ["Y1", 50, 4]))[0] == 0
    assert "falls from 51 in February 2026 to 50 in March" in refused(
        csv_file(["ref", "2026-02"], ["Y1", 51])
    )


def test_stock_that_does_not_follow_from_starts_and_ends_is_a_warning(csv_file, run):
    stock = made("S1", unit=Unit.NUMBER, is_stock=True, basis=Basis.MONTH_END)
    link(stock, made("in", unit=Unit.NUMBER), ComponentRole.STARTS)
    link(stock, made("out", unit=Unit.NUMBER), ComponentRole.ENDS)
    run(csv_file(["ref", "2026-03"], ["S1", 100]))
    printed = run(csv_file(["ref", "2026-04"], ["S1", 106], ["in", 9], ["out", 5]))[1]
    assert "S1, April 2026: 106 is not 104: 100 in March 2026, 9 more, 5 fewer." in printed


def test_volatile_count_that_repeats_is_a_warning(number, csv_file, run):
    printed = run(csv_file(["ref", "2026-03", "2026-04"], ["N1", 45, 45]))[1]
    assert "N1, April 2026: 45 is exactly what March 2026 had (45)." in printed


@pytest.mark.parametrize("figures", [(12, 12), (200, 201, 200, 201, 201)])
def test_small_or_steady_count_may_repeat(number, csv_file, run, figures):
    months = [f"2026-0{n}" if n else "2025-12" for n in range(5)][-len(figures) :]
    assert "exactly" not in run(csv_file(["ref", *months], ["N1", *figures]))[1]


def test_figure_outside_the_plausible_is_a_warning(number, csv_file, run):
    number.versions.update(plausible_minimum=10, plausible_maximum=20)
    printed = run(csv_file(["ref", "2026-03", "2026-04"], ["N1", 9, 21]))[1]
    assert "March 2026: 9 is below the lowest plausible value, 10." in printed
    assert "April 2026: 21 is above the highest plausible value, 20." in printed


def test_figure_outside_the_process_limits_is_a_warning(number, csv_file, run):
    months = [f"2025-{n:02}" for n in range(1, 13)] + ["2026-01"]
    run(csv_file(["ref", *months], ["N1", *([50, 52, 51] * 5)[:13]]))
    printed = run(csv_file(["ref", "2026-02", "2026-03"], ["N1", 53, 70]))[1]
    assert "March 2026: 70 is outside the usual range of earlier months, " in printed
    assert "February 2026: 53 is outside" not in printed


def test_retired_indicator_takes_no_new_months_but_revisions(number, csv_file, run, refused):
    run(csv_file(["ref", "2026-03"], ["N1", 5]))
    Indicator.objects.update(status=IndicatorStatus.RETIRED)
    assert "N1 is retired and takes no new months." in refused(csv_file(["ref", "2026-04"], ["N1", 6]))
    assert run(csv_file(["ref", "2026-03"], ["N1", 6]), "--reason", "late")[0] == 0


def test_draft_takes_no_figures(number, csv_file, refused):
    Indicator.objects.update(status=IndicatorStatus.DRAFT)
    assert "N1 is still a draft. Make it live first." in refused(csv_file(["ref", "2026-04"], ["N1", 6]))


@pytest.mark.parametrize("state", [MonthState.LOCKED, MonthState.PUBLISHED])
def test_closed_month_takes_no_figures_but_may_stand_in_a_file(number, csv_file, run, refused, state):
    path = csv_file(["ref", "2026-04"], ["N1", 6])
    run(path)
    Month.objects.create(first=APRIL, state=state)
    assert last_line(run(path)[1]) == "new 0, unchanged 1, revised 0, problems 0"
    errors = refused(csv_file(["ref", "2026-04"], ["N1", 7]), "--reason", "late")
    assert f"April 2026 is {state} and takes no figures." in errors
