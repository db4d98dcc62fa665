"""Teams that stand in for the council, and the months that this makes."""

from datetime import date
from decimal import Decimal

import pytest

from kpi.indicators.models.versions import Rollup, Unit
from kpi.packs.rows import indicator_rows
from kpi.returns.models import ObservationState
from kpi.returns.months import Months, months_of, months_with_figures
from qa_audit.common.months import last_months, later
from tests.factories import TeamFactory
from tests.factories.kpi import ObservationFactory
from tests.kpi.packs.conftest import MONTH, figures_of, version_of

MONTHS = last_months(MONTH, 3)


def figure_of(user, version, month=MONTH):
    rows = {row.indicator.pk: row for row in indicator_rows(user, MONTHS)}
    return rows[version.indicator_id].figure(month) if version.indicator_id in rows else None


def of_teams(version, *amounts, month=MONTH, **facts):
    """A figure for each of as many teams: (numerator, denominator), or a value alone."""
    for amount in amounts:
        fraction = amount if isinstance(amount, tuple) else (None, None)
        value = None if isinstance(amount, tuple) else Decimal(amount)
        numerator, denominator = (None if one is None else Decimal(one) for one in fraction)
        amounts_of = {"numerator": numerator, "denominator": denominator, "value": value}
        ObservationFactory(indicator_version=version, month=month, team=TeamFactory(), **amounts_of, **facts)


@pytest.mark.parametrize("person", ["auditor", "head", "analyst"])
def test_teams_together_stand_in_for_the_council_that_gave_no_figure(cast, person):
    version = version_of("V1", decimal_places=1)
    of_teams(version, (14, 18), (248, 284))
    figure = figure_of(getattr(cast, person), version)
    assert (figure.numerator, figure.denominator, figure.is_from_teams) == (262, 302, True)
    assert round(figure.value, 4) == Decimal("86.7550")


def test_teams_do_not_stand_in_where_that_would_tell_of_one_hidden_team(cast):
    version = version_of("V1")
    ObservationFactory(indicator_version=version, month=MONTH, team=cast.team, numerator=1, denominator=2)
    of_teams(version, (1, 2))
    assert figure_of(cast.manager, version) is None
    assert figure_of(cast.leader, version).denominator == 4


def test_counts_of_teams_stand_in_by_their_sum(cast):
    version = version_of("N1", unit=Unit.NUMBER, team_rollup=Rollup.SUM)
    of_teams(version, 4, 5)
    assert figure_of(cast.auditor, version).value == 9


def test_councils_own_figure_goes_first_even_where_it_has_none_yet(cast):
    version = version_of("V1")
    of_teams(version, (1, 2), (1, 2))
    nothing = {"state": ObservationState.NOT_YET, "numerator": None, "denominator": None}
    ObservationFactory(indicator_version=version, month=MONTH, **nothing)
    figure = figure_of(cast.auditor, version)
    assert (figure.value, figure.is_from_teams) == (None, False)


def test_one_team_alone_is_not_the_council(cast):
    version = version_of("V1")
    of_teams(version, (1, 2))
    assert figure_of(cast.analyst, version) is None


@pytest.mark.parametrize("rollup", [Rollup.NONE, Rollup.LATEST])
def test_figures_that_never_stand_together_do_not_stand_in(cast, rollup):
    version = version_of("V1", team_rollup=rollup)
    of_teams(version, (1, 2), (1, 2))
    assert figure_of(cast.analyst, version) is None


def test_percentage_of_one_team_without_its_fraction_leaves_no_total(cast):
    version = version_of("V1")
    of_teams(version, (1, 2), 50)
    assert figure_of(cast.analyst, version) is None


def test_month_of_teams_alone_is_a_month_with_figures(cast):
    figures_of(version_of("M1", unit=Unit.NUMBER), 1, 2, last=later(MONTH, -1))
    version = version_of("V1")
    of_teams(version, (1, 2), (1, 2))
    assert list(months_with_figures(cast.auditor)) == MONTHS[::-1]
    assert not months_with_figures(cast.nobody)


def test_indicator_has_its_own_months_and_the_one_that_was_asked_for(cast):
    figures_of(version_of("M1", unit=Unit.NUMBER), 1, 2, 3)
    version = version_of("V1")
    of_teams(version, (1, 2), (1, 2), month=MONTHS[0])
    assert list(months_of(cast.auditor, version.indicator, "")) == [MONTHS[0]]
    assert list(months_of(cast.auditor, version.indicator, "2026-04")) == [MONTH, MONTHS[0]]
    assert list(months_of(cast.auditor, version.indicator, "2031-04")) == [MONTHS[0]]


@pytest.mark.parametrize(
    ("counts", "usual"),
    [([50, 50, 6], 1), ([50, 50, 25], 2), ([50, 50, 24], 1), ([1], 0), ([60, 30, 2, 1], 1)],
)
def test_pages_begin_with_the_newest_month_that_is_mostly_in(counts, usual):
    newest = last_months(MONTH, len(counts))
    months = Months(dict(zip(newest, counts, strict=True)))
    assert months.usual == newest[usual]
    assert months.begun == newest[:usual:-1]


def test_fuller_months_of_long_ago_do_not_count():
    months = Months({date(2019, 6, 1): 500, date(2023, 6, 1): 50, date(2023, 7, 1): 49})
    assert months.usual == date(2023, 7, 1)


@pytest.mark.parametrize(("back", "usual"), [(12, -1), (13, 0)])
def test_month_is_mostly_in_beside_the_fullest_of_the_twelve_before_it(back, usual):
    fullest = later(MONTH, -back)
    months = Months({fullest: 50, MONTH: 24})
    assert months.usual == (fullest if usual else MONTH)


def test_no_months_have_no_usual_one():
    with pytest.raises(ValueError, match="no months"):
        _ = Months({}).usual
