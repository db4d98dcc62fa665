"""The figures that pages are made of: fractions, parts, rates, targets, versions."""

from datetime import date
from decimal import Decimal

import pytest

from kpi.indicators.models.comparisons import Profile
from kpi.indicators.models.indicators import Component, ComponentRole, IndicatorStatus
from kpi.indicators.models.versions import Basis, Unit
from kpi.packs.revisions import revisions
from kpi.packs.rows import indicator_rows
from kpi.returns.models import Observation, ObservationState
from qa_audit.common.months import last_months
from tests.factories.kpi import (
    BenchmarkFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    PopulationFactory,
    TargetFactory,
)
from tests.kpi.packs.conftest import MONTH, figures_of, revise, version_of

MONTHS = last_months(MONTH, 14)


def row_of(user, version):
    return next(row for row in indicator_rows(user, MONTHS) if row.indicator.pk == version.indicator_id)


def test_percentage_is_worked_out_from_its_fraction(cast, visits):
    row = row_of(cast.auditor, visits)
    assert (row.value(MONTH), row.shown(MONTH)) == (Decimal(90), Decimal(90))


def test_nothing_out_of_nothing_is_no_figure(cast, visits):
    Observation.objects.filter(indicator=visits.indicator, month=MONTH).update(numerator=0, denominator=0)
    assert row_of(cast.auditor, visits).value(MONTH) is None


def test_figure_entered_once_feeds_the_percentage_that_it_is_a_part_of(cast):
    contacts, referrals = version_of("M1", unit=Unit.NUMBER), version_of("M2", unit=Unit.NUMBER)
    figures_of(contacts, 1660)
    figures_of(referrals, 542)
    share = version_of("M3", decimal_places=1)
    Component.objects.create(
        indicator=share.indicator, part=referrals.indicator, role=ComponentRole.NUMERATOR
    )
    Component.objects.create(
        indicator=share.indicator, part=contacts.indicator, role=ComponentRole.DENOMINATOR
    )

    row = row_of(cast.auditor, share)

    assert row.shown(MONTH) == Decimal("32.7")
    assert row.figure(MONTH).ratio == (542, 1660)
    assert row.figure(MONTH).is_from_parts


def test_typed_percentage_stays_and_borrows_the_fraction_of_its_parts(cast):
    contacts, referrals = version_of("M1", unit=Unit.NUMBER), version_of("M2", unit=Unit.NUMBER)
    share = version_of("M3", decimal_places=1)
    for version, value in ((contacts, 1660), (referrals, 542), (share, 33)):
        figures_of(version, value)
    for part, role in ((referrals, ComponentRole.NUMERATOR), (contacts, ComponentRole.DENOMINATOR)):
        Component.objects.create(indicator=share.indicator, part=part.indicator, role=role)

    figure = row_of(cast.auditor, share).figure(MONTH)

    assert (figure.value, figure.ratio) == (33, (542, 1660))


def test_numerator_is_the_sum_of_its_parts_and_missing_when_one_is(cast):
    plans, moves = version_of("CP2", unit=Unit.NUMBER), version_of("CP2b", unit=Unit.NUMBER)
    figures_of(plans, 55, 71)
    figures_of(moves, None, 4)
    rate = version_of("CP2-NI", unit=Unit.RATE, population="0 to 17")
    PopulationFactory(people=50_000)
    for part in (plans, moves):
        Component.objects.create(indicator=rate.indicator, part=part.indicator, role=ComponentRole.NUMERATOR)

    row = row_of(cast.auditor, rate)

    assert row.shown(MONTH) == 15
    assert row.value(date(2026, 3, 1)) is None


def test_rate_takes_the_population_of_its_month(cast):
    PopulationFactory(people=49_900, from_month=date(2015, 4, 1), to_month=date(2026, 3, 1))
    PopulationFactory(people=50_300, from_month=MONTH)
    version = version_of("LAC1-NI", unit=Unit.RATE, population="0 to 17", decimal_places=1)
    for month in (date(2026, 3, 1), MONTH):
        ObservationFactory(indicator_version=version, month=month, numerator=Decimal(500), denominator=None)

    row = row_of(cast.auditor, version)

    assert (row.shown(date(2026, 3, 1)), row.shown(MONTH)) == (Decimal("100.2"), Decimal("99.4"))
    assert row.figure(MONTH).denominator == 50_300


def test_month_without_a_figure_keeps_its_state(cast, visits):
    ObservationFactory(
        indicator_version=visits,
        month=date(2025, 2, 1),
        numerator=None,
        denominator=None,
        state=ObservationState.WITHHELD,
    )
    rows = indicator_rows(cast.auditor, last_months(date(2026, 4, 1), 15))
    assert rows[0].figure(date(2025, 2, 1)).state == ObservationState.WITHHELD


def test_meaning_is_that_of_the_newest_month(cast, visits):
    IndicatorVersionFactory(
        indicator=visits.indicator, from_month=date(2026, 1, 1), title="Seen in 10 working days"
    )
    assert row_of(cast.auditor, visits).version.title == "Seen in 10 working days"
    earlier = indicator_rows(cast.auditor, last_months(date(2025, 12, 1), 14))
    assert earlier[0].version.title == visits.title


def test_benchmark_of_another_basis_stands_beside_nothing(cast, visits):
    same = BenchmarkFactory(indicator=visits.indicator)
    BenchmarkFactory(indicator=visits.indicator, basis=Basis.FINANCIAL_YEAR, comparator="region")
    assert [str(one) for one in row_of(cast.auditor, visits).benchmarks] == [str(same)]


def test_target_of_the_month_is_the_one_in_force(cast, visits):
    TargetFactory(indicator=visits.indicator, value=Decimal(80), to_month=date(2026, 3, 1))
    TargetFactory(indicator=visits.indicator, value=Decimal(95), from_month=MONTH)
    TargetFactory(indicator=visits.indicator, value=Decimal(50), team=cast.team)
    row = row_of(cast.auditor, visits)
    assert (row.target_in(date(2026, 3, 1)).value, row.target.value) == (80, 95)


def test_target_for_the_year_asks_of_a_month_its_share(cast):
    version = version_of("EH1c", unit=Unit.NUMBER, basis=Basis.YEAR_TO_DATE)
    figures_of(version, 30, last=date(2025, 6, 1))
    TargetFactory(
        indicator=version.indicator,
        value=Decimal(336),
        profile=Profile.CUMULATIVE,
        from_month=date(2025, 4, 1),
        to_month=date(2026, 3, 1),
    )
    row = indicator_rows(cast.auditor, last_months(date(2025, 6, 1), 13))[0]
    assert row.goal.value == 84


@pytest.mark.parametrize(("person", "sees"), [("auditor", False), ("head", False), ("analyst", True)])
def test_draft_indicators_are_the_analysts(cast, visits, person, sees):
    visits.indicator.status = IndicatorStatus.DRAFT
    visits.indicator.save()
    assert bool(indicator_rows(getattr(cast, person), MONTHS)) == sees


@pytest.mark.parametrize("person", ["administrator", "nobody"])
def test_who_does_not_meet_measures_gets_no_figures(cast, visits, person):
    assert indicator_rows(getattr(cast, person), MONTHS) == []


def test_one_indicator_comes_with_the_figures_of_its_parts(cast):
    whole, part = version_of("LAC9"), version_of("LAC9 (val)", unit=Unit.NUMBER)
    children = version_of("LAC1", unit=Unit.NUMBER)
    figures_of(part, 146)
    figures_of(children, 500)
    for made_of, role in ((part, ComponentRole.NUMERATOR), (children, ComponentRole.DENOMINATOR)):
        Component.objects.create(indicator=whole.indicator, part=made_of.indicator, role=role)

    rows = indicator_rows(cast.auditor, MONTHS, only=[whole.indicator_id])

    assert [row.indicator.pk for row in rows] == [whole.indicator_id]
    assert rows[0].value(MONTH) == Decimal("29.2")


def test_revision_tells_both_values_and_the_reason(cast, visits):
    old = Observation.objects.get(indicator=visits.indicator, month=date(2026, 3, 1))
    revise(old, "Late entries", numerator=Decimal(44), denominator=Decimal(50))

    found = revisions([row_of(cast.auditor, visits)])

    assert [str(one) for one in found] == [
        "Percentage of children seen in time, March 2026: 88%, previously 80% (Late entries)"
    ]
