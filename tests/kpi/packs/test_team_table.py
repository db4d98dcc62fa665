"""Team tables: who sees which team, and what all teams come to together."""

from decimal import Decimal

import pytest

from kpi.indicators.models.versions import Rollup, Unit
from kpi.packs.team_table import team_table
from kpi.returns.models import ObservationState
from tests.factories.kpi import ObservationFactory
from tests.kpi.packs.conftest import MONTH, meaning_of, version_of


def fraction(version, team, numerator, denominator):
    return ObservationFactory(
        indicator_version=version,
        team=team,
        numerator=None if numerator is None else Decimal(numerator),
        denominator=Decimal(denominator),
        state=ObservationState.VALUE if numerator is not None else ObservationState.NOT_APPLICABLE,
    )


@pytest.fixture
def teams(cast):
    version = version_of("CP8")
    fraction(version, cast.team, 14, 18)
    fraction(version, cast.other_team, 13, 21)
    fraction(version, cast.team_elsewhere, 7, 7)
    return version


SWF = ["SWF Harbour 1", "SWF Harbour 2"]
ALL = [*SWF, "Fostering Supervision A"]


@pytest.mark.parametrize(
    ("person", "names"),
    [
        ("manager", SWF[:1]),
        ("head", SWF),
        ("outsider", ALL[2:]),
        ("auditor", []),
        ("qa_lead", ALL),
        ("leader", ALL),
        ("analyst", ALL),
        ("administrator", []),
        ("nobody", []),
    ],
)
def test_person_sees_own_teams_and_the_total_of_all(cast, teams, person, names):
    table = team_table(getattr(cast, person), meaning_of(teams), MONTH)
    assert [row.name for row in table.rows] == names
    if names and person != "head":
        assert (table.total.numerator, table.total.denominator, str(table.total.shown)) == (34, 46, "73.9")


def test_total_that_would_tell_of_one_hidden_team_is_not_given(cast, teams):
    assert team_table(cast.head, meaning_of(teams), MONTH).total is None
    fraction(teams, type(cast.team).objects.create(name="Other", service=cast.elsewhere), 3, 4)
    assert team_table(cast.head, meaning_of(teams), MONTH).total.denominator == 50


def test_total_is_the_ratio_of_sums_and_not_the_mean(cast, teams):
    table = team_table(cast.analyst, meaning_of(teams), MONTH)
    assert [str(row.shown) for row in table.rows] == ["77.8", "61.9", "100.0"]
    assert str(table.total.shown) == "73.9"


def test_team_without_children_is_not_counted_as_nought_percent(cast, teams):
    empty = fraction(version_of("EH1"), cast.team, 0, 0)
    table = team_table(cast.analyst, meaning_of(empty.indicator_version), MONTH)
    assert (table.rows[0].value, table.total.value) == (None, None)


def test_team_that_has_no_figure_leaves_the_total_as_it_is(cast, teams):
    fraction(teams, type(cast.team).objects.create(name="New", service=cast.service), None, 12)
    assert team_table(cast.analyst, meaning_of(teams), MONTH).total.denominator == 46


def test_no_total_where_a_team_gave_a_percentage_alone(cast, teams):
    new = type(cast.team).objects.create(name="New", service=cast.service)
    ObservationFactory(indicator_version=teams, team=new, numerator=None, denominator=None, value=Decimal(80))
    assert team_table(cast.analyst, meaning_of(teams), MONTH).total is None


def test_counts_of_teams_add_up(cast):
    version = version_of("CP9", unit=Unit.NUMBER, team_rollup=Rollup.SUM)
    for team, value in ((cast.team, 12), (cast.team_elsewhere, 5)):
        ObservationFactory(
            indicator_version=version, team=team, numerator=None, denominator=None, value=Decimal(value)
        )
    assert team_table(cast.leader, meaning_of(version), MONTH).total.value == 17


def test_queries_are_as_many_for_many_teams(cast, teams, django_assert_num_queries):
    for number in range(30):
        fraction(teams, type(cast.team).objects.create(name=f"Team {number}", service=cast.service), 3, 4)
    with django_assert_num_queries(2):  # one of them asks for the person's roles
        assert len(team_table(cast.analyst, meaning_of(teams), MONTH).rows) == 33
