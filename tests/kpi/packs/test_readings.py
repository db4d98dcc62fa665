"""The council's figure and its teams' fraction: two readings of one measure, shown together."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from kpi.indicators.models.indicators import Component
from kpi.indicators.models.versions import Polarity, Rollup, Unit
from kpi.measures.targets import Rating
from kpi.packs.indicator.page import IndicatorPage
from kpi.packs.performance_report import PerformanceReport
from kpi.packs.readings import both_readings, covered, needed, rating_of_teams
from kpi.packs.rows import indicator_rows
from kpi.returns.models import ObservationState
from qa_audit.common.months import last_months, later
from tests.factories import TeamFactory
from tests.factories.kpi import ObservationFactory, TargetFactory
from tests.kpi.packs.conftest import MONTH, figures_of, version_of
from tests.kpi.packs.test_pages import look
from tests.kpi.packs.test_rollup import of_teams

MONTHS = last_months(MONTH, 14)


@pytest.fixture
def supervision(db):
    """The council says 85%, its teams together 279 of 309; 351 plans stand at the end of the month."""
    version = version_of("Supervision", title="Plans with supervision in time", counts="plans")
    plans = version_of("Plans", title="Child protection plans", unit=Unit.NUMBER, polarity=Polarity.NEUTRAL)
    Component.objects.create(indicator=version.indicator, part=plans.indicator, role="denominator")
    figures_of(plans, 350, 351)
    figures_of(version, 98, 85)
    of_teams(version, (140, 150), (139, 159))
    of_teams(version, (150, 150), (100, 159), month=later(MONTH, -1))
    TargetFactory(indicator=version.indicator, value=Decimal(95))
    return version


def row_of(user, version, months=MONTHS):
    return next(row for row in indicator_rows(user, months) if row.indicator.pk == version.indicator_id)


def test_councils_figure_is_shown_and_rated_and_its_teams_stand_beside_it(cast, supervision):
    row = row_of(cast.leader, supervision)
    assert (row.value(MONTH), row.figure(MONTH).is_from_teams) == (85, False)
    assert covered(row) == (309, 351)
    assert both_readings(row) == (
        "Its teams together: 90.3% (279 of 309). The teams cover 309 of 351 plans. "
        "The council’s own figure is rated; by its teams it would be amber."
    )
    assert PerformanceReport(cast.leader, MONTH).rows[1].rating == Rating.RED
    assert rating_of_teams(row) == Rating.AMBER


@pytest.mark.parametrize("page", ["packs:performance_report", "packs:dataset"])
def test_packs_show_both_readings_with_what_the_teams_cover(sign_in, cast, supervision, page):
    shown = look(sign_in(cast.auditor), page)
    assert "85% teams 90.3%, cover 309 of 351|" in shown
    assert ": Its teams together: 90.3% (279 of 309). The teams cover 309 of 351 plans." in shown


def test_needed_is_a_number_by_the_teams_fraction_and_says_so(sign_in, cast, supervision):
    """294 of 309 would be 95%."""
    client = sign_in(cast.analyst)
    assert "|teams’ fraction: 15 more of 309 plans|" in look(client, "packs:performance_report")
    address = reverse("packs:export", args=["performance-report"])
    file = client.get(address, {"month": "2026-04", "format": "csv"}).content.decode("utf-8-sig")
    row = next(row for row in csv.DictReader(io.StringIO(file)) if row["code"] == "Supervision")
    assert (row["2026-04"], row["rating"]) == ("85", "red")
    assert (row["children_needed"], row["needed_by"]) == ("15", "teams’ fraction of 309")
    said = row["teams_together"], row["teams_numerator"], row["teams_denominator"], row["teams_cover"]
    assert said == ("90.3", "279", "309", "309 of 351")


def test_councils_own_fraction_goes_first_in_what_is_needed(cast, supervision):
    supervision.indicator.observations.filter(month=MONTH, team=None).update(
        value=None, numerator=297, denominator=345
    )
    row = row_of(cast.leader, supervision)
    assert str(needed(row)) == "31 more plans"
    assert covered(row) == (309, 345)


def test_page_of_the_indicator_tells_both_and_every_month_of_both(sign_in, cast, supervision):
    page = IndicatorPage(cast.leader, supervision.indicator, MONTH)
    assert page.reading[1].startswith("Its teams together: 90.3% (279 of 309). The teams cover 309 of 351")
    assert "Teams’ fraction: 15 more of 309 plans would reach it." in page.reading[2]
    assert [row.teams for row in page.by_month.rows[:2]] == ["90.3% (279 of 309)", "80.9% (250 of 309)"]
    address = reverse("packs:indicator", args=[supervision.indicator.slug])
    shown = sign_in(cast.leader).get(address, {"month": "2026-04"}).content.decode()
    assert "Teams together</th>" in shown
    assert "90.3% (279 of 309)" in shown


def test_overview_names_what_its_teams_would_rate_otherwise(sign_in, cast, supervision):
    shown = look(sign_in(cast.leader), "packs:index")
    assert "Plans with supervision in time 85%, red; by its teams 90.3%, amber" in shown


def test_what_the_council_counts_may_not_be_known(cast):
    version = version_of("V1")
    figures_of(version, 85)
    of_teams(version, (1, 2), (1, 2))
    row = row_of(cast.leader, version)
    assert both_readings(row) == (
        "Its teams together: 50.0% (2 of 4). The teams cover 4; how many the council has is not known."
    )


def test_teams_that_stand_in_say_what_they_cover(cast, supervision):
    supervision.indicator.observations.filter(month=MONTH, team=None).delete()
    row = row_of(cast.leader, supervision)
    assert (row.figure(MONTH).is_from_teams, row.teams.get(MONTH), covered(row)) == (True, None, (309, 351))
    assert str(needed(row)) == "teams’ fraction: 15 more of 309 plans"


def council_says(version, state) -> None:
    nothing = {"state": state, "numerator": None, "denominator": None}
    ObservationFactory(indicator_version=version, month=MONTH, **nothing)


def test_nothing_is_rated_where_the_council_says_not_yet(cast):
    version = version_of("V1")
    figures_of(version, 1, None)
    council_says(version, ObservationState.NOT_YET)
    of_teams(version, (1, 2), (1, 2))
    assert "The council’s own reading is “not yet”, so nothing is rated." in both_readings(
        row_of(cast.leader, version)
    )


def test_what_is_withheld_is_not_told_by_the_teams(cast):
    version = version_of("V1")
    figures_of(version, 1, None)
    council_says(version, ObservationState.WITHHELD)
    of_teams(version, (1, 2), (1, 2))
    row = row_of(cast.leader, version)
    assert (row.teams, both_readings(row), needed(row)) == ({}, "", None)


def test_reading_of_teams_that_would_tell_of_one_hidden_team_is_not_given(cast):
    version = version_of("V1")
    figures_of(version, 85)
    ObservationFactory(indicator_version=version, team=cast.team, numerator=1, denominator=2)
    ObservationFactory(indicator_version=version, team=TeamFactory(), numerator=1, denominator=2)
    assert row_of(cast.manager, version).teams == {}
    assert row_of(cast.leader, version).teams[MONTH].denominator == 4


def test_counts_have_two_readings_too(cast):
    version = version_of("N1", unit=Unit.NUMBER, team_rollup=Rollup.SUM)
    figures_of(version, 12)
    of_teams(version, 4, 5)
    assert both_readings(row_of(cast.leader, version)) == "Its teams together: 9."


def test_no_row_begins_with_a_code(sign_in, cast, visits, contacts):
    client = sign_in(cast.analyst)
    for page in ("packs:performance_report", "packs:dataset", "commentary:list", "indicators:list"):
        shown = look(client, page)
        assert "|Percentage of children seen in time" in shown, page
        assert "|CP8 " not in shown
        assert "|M1 " not in shown


def test_rows_of_one_place_stand_by_their_title(cast):
    for code, title in (("A9", "Visits"), ("B1", "Assessments"), ("C5", "Meetings")):
        figures_of(version_of(code, title=title), 1)
    rows = indicator_rows(cast.leader, MONTHS)
    assert [row.title for row in rows] == ["Assessments", "Meetings", "Visits"]
