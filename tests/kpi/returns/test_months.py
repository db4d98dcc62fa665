"""Months of the pages: those of which the person may know that there are figures."""

from datetime import date

import pytest

from kpi.returns.months import months_of, months_with_figures
from tests.factories.kpi import ObservationFactory
from tests.kpi.packs.conftest import MONTH, version_of

MAY = date(2026, 5, 1)


@pytest.fixture
def version(cast):
    """April with the figures of two teams, May with that of one."""
    version = version_of("CP8")
    for team, month in ((cast.team, MONTH), (cast.other_team, MONTH), (cast.team, MAY)):
        ObservationFactory(indicator_version=version, team=team, month=month)
    return version


@pytest.mark.parametrize(
    ("person", "months"),
    [
        ("manager", [MAY, MONTH]),
        ("head", [MAY, MONTH]),
        ("analyst", [MAY, MONTH]),
        ("leader", [MAY, MONTH]),
        ("outsider", [MONTH]),
        ("auditor", [MONTH]),
    ],
)
def test_month_in_which_one_team_has_a_figure_is_told_to_those_who_may_see_it(cast, version, person, months):
    assert list(months_of(getattr(cast, person), version.indicator, "")) == months


@pytest.mark.parametrize("person", ["auditor", "manager", "analyst"])
def test_pages_of_all_indicators_begin_where_teams_stand_together(cast, version, person):
    assert list(months_with_figures(getattr(cast, person))) == [MONTH]


def test_councils_own_month_is_everybodys(cast, version):
    ObservationFactory(indicator_version=version, month=MAY)
    assert list(months_of(cast.auditor, version.indicator, "")) == [MAY, MONTH]
    assert list(months_with_figures(cast.auditor)) == [MAY]
