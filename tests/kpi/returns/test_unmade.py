"""Checks that cannot be made say so, on the command line and on the pages; benchmarks far from the series."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from kpi.indicators.actions.indicators import link_component
from kpi.indicators.models.versions import Rollup, Unit
from kpi.returns.dry_run import check_return
from kpi.returns.models import Return
from qa_audit.people.actions.persons import system_user
from tests.conftest import client_for
from tests.factories import TeamFactory
from tests.factories.kpi import (
    IndicatorFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    PopulationFactory,
)
from tests.kpi.returns.conftest import APRIL, DATA

pytestmark = pytest.mark.django_db
NO_PEOPLE = "Not checked against its count: no population of 0 to 17 is in force."


@pytest.fixture
def rate(number):
    """A rate per 10,000 of which N1 is the count."""
    indicator = IndicatorVersionFactory(
        indicator=IndicatorFactory(code="R1"), unit=Unit.RATE, population="0 to 17"
    ).indicator
    link_component(indicator=indicator, part=number, role="numerator", by=system_user())
    return indicator


def unmade(*rows: str) -> list[str]:
    check = check_return("\n".join(rows).encode(), file_name="a.csv", month=APRIL)
    assert not list(map(str, check.problems))
    return [str(line) for line in check.found.unmade]


def says(found: list[str], words: str) -> bool:
    return any(words in line for line in found)


def test_rate_without_a_population_in_force_cannot_be_held_against_its_count(rate, csv_file, run, cast):
    PopulationFactory(people=49_310, from_month=date(2022, 6, 1), to_month=date(2023, 7, 1))
    path = csv_file(["ref", "2023-07", "2023-08"], ["N1", 543, 543], ["R1", 110, 110])
    status, printed, errors = run(path)
    assert status == 0, errors
    assert f"R1, August 2023: {NO_PEOPLE}" in printed
    client, kept = client_for(cast.analyst), Return.objects.get()
    page = client.get(kept.get_absolute_url()).content.decode()
    assert NO_PEOPLE in page
    assert "Not checked" in page
    with path.open("rb") as file:
        client.post(reverse("returns:upload"), {"file": file})
    waiting = client.get(reverse("returns:waiting")).content.decode()
    assert "Checks that could not be made" in waiting
    assert "seen" not in waiting.partition("<form method")[2].partition("</form>")[0]


def test_population_makes_the_check_again(rate):
    PopulationFactory(people=49_310)
    assert not says(unmade("ref,2026-04", "N1,543", "R1,110"), "its count")


def test_rate_whose_count_is_missing_says_so(rate):
    PopulationFactory(people=49_310)
    assert says(
        unmade("ref,2026-04", "R1,110"),
        "R1, April 2026: Not checked against its count: the indicator of the count has no figure.",
    )


def test_count_of_a_rate_without_people_has_no_usual_range(rate):
    found = unmade("indicator_code,month,numerator", "R1,2026-04,543")
    assert says(found, "Not checked against the usual range: no population of 0 to 17 is in force.")


def test_percentage_whose_denominator_is_missing_says_so(percentage, number):
    below = IndicatorVersionFactory(indicator=IndicatorFactory(code="D1"), unit=Unit.NUMBER).indicator
    link_component(indicator=percentage, part=number, role="numerator", by=system_user())
    link_component(indicator=percentage, part=below, role="denominator", by=system_user())
    found = unmade("ref,2026-04", "P1,50", "N1,5")
    assert says(found, "P1, April 2026: Not checked against its count: the indicator of the denominator")
    assert not says(unmade("ref,2026-04", "P1,50", "N1,5", "D1,10"), "against its count")


def test_year_to_date_is_not_looked_for_where_the_basis_is_not_stated(number):
    words = "Not checked whether a year to date falls: the basis is not stated."
    assert not says(unmade("ref,2026-03,2026-04", "N1,5,4"), words)
    number.versions.update(basis="not_stated")
    assert says(unmade("ref,2026-03,2026-04", "N1,5,4"), f"N1, March 2026 to April 2026: {words}")


def test_parts_and_stocks_with_a_gap_say_so(number):
    parts = [
        IndicatorVersionFactory(indicator=IndicatorFactory(code=code), unit=Unit.NUMBER).indicator
        for code in ("A", "B", "IN", "OUT")
    ]
    for part, role in zip(parts, ("part", "part", "starts", "ends"), strict=True):
        link_component(indicator=number, part=part, role=role, by=system_user())
    found = unmade("ref,2026-04", "N1,5", "A,2", "IN,1", "OUT,1")
    assert says(found, "Not checked against the sum of its parts: a part has no figure.")
    assert says(found, "Not checked against what was added and what left: the month before")
    whole = unmade("ref,2026-03,2026-04", "N1,5,5", "A,2,2", "B,3,3", "IN,1,1", "OUT,1,1")
    assert not says(whole, "sum of its parts")
    assert [line for line in whole if "what was added and what left" in line and "April" in line] == []


def test_teams_that_cannot_be_held_against_the_council_say_so(percentage, number):
    number.versions.update(team_rollup=Rollup.SUM)
    team = TeamFactory(name="Harbour")
    head = "table,team,numerator,denominator"
    found = unmade(head, f"P1,{team.name},5,10")
    assert says(found, "P1, April 2026: Not checked against the teams together: the council has no figure of")
    ObservationFactory(
        indicator_version=percentage.versions.get(), value=Decimal(50), numerator=None, denominator=None
    )
    found = unmade(head, f"P1,{team.name},5,10")
    assert says(found, "Not checked against the teams together: the figure above them came without its num")


def test_total_without_a_numerator_says_so(percentage):
    TeamFactory(name="Harbour")
    found = unmade("indicator_code,team,month,value", "P1,Harbour,2026-04,50", "P1,Total,2026-04,50")
    assert says(found, "Not checked against its teams: a total has no numerator.")


def test_usual_range_needs_months_before_and_many_figures_are_one_line(db, run):
    printed = run(DATA / "dataset_2019-06.csv", "--create-indicators", "--check")[1]
    lines = [line for line in printed.splitlines() if "usual range" in line]
    assert len(lines) == 1
    assert "and 5" in lines[0]
    assert lines[0].startswith("M1, M2, M3, M2-NI, M8-QL and ")
    assert "June 2019: Not checked against the usual range: too few earlier months" in lines[0]


@pytest.mark.parametrize(
    ("benchmark", "words"),
    [
        ("20", ""),
        ("20.1", "20.1 is more than 4 times 5, the middle one of the council’s own figures."),
        ("1.25", ""),
        ("1.2", "1.2 is less than a quarter of 5, the middle one of the council’s own figures."),
    ],
)
def test_benchmark_far_from_the_series_is_warned_of(number, csv_file, run, benchmark, words):
    version = number.versions.get()
    for month, value in ((date(2024, 1, 1), 4), (date(2025, 1, 1), 5)):
        ObservationFactory(
            indicator_version=version, month=month, value=value, numerator=None, denominator=None
        )
    path = csv_file(["ref", "2026-04", "bench_england"], ["N1", 100, benchmark])
    status, printed, _ = run(path)
    assert status == 0
    assert (words or "the middle one") in printed if words else "the middle one" not in printed


def test_benchmarks_of_a_year_beside_figures_of_a_month_are_warned_of(db, run):
    printed = run(DATA / "dataset_2019-06.csv", "--create-indicators", "--check")[1]
    assert "M2-NI: 693 is more than 4 times" in printed
    assert "Is it counted over the same time?" in printed


def test_benchmark_of_an_indicator_without_figures_cannot_be_held_against_any(number):
    found = unmade("ref,2026-04,bench_england", "N1,,7")
    assert says(found, "N1: Not checked against the council’s own figures: there are none.")


def test_months_that_cannot_be_compared_name_their_first_and_last(number):
    assert says(unmade("ref,2026-03,2026-04", "N1,5,4"), "N1, March 2026 to April 2026: Not checked")
