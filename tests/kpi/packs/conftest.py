"""A few indicators with their months, as the pages of Measures show them."""

from datetime import date
from decimal import Decimal

import pytest

from kpi.indicators.models.areas import Area
from kpi.indicators.models.comparisons import Benchmark
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import IndicatorVersion, Polarity, Unit
from kpi.packs.held_against import BenchmarkFacts
from kpi.packs.meaning import AreaFacts, IndicatorFacts, Meaning
from kpi.returns.models import Observation
from qa_audit.common.months import last_months
from tests.factories.kpi import (
    IndicatorFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    ReturnFactory,
)

MONTH = date(2026, 4, 1)


def version_of(code: str, **fields) -> IndicatorVersion:
    return IndicatorVersionFactory(indicator=IndicatorFactory(code=code), **fields)


def meaning_of(version: IndicatorVersion) -> Meaning:
    """The version as packs read it, stored or not."""
    own = version.indicator if version.indicator_id else Indicator(code="CP8", area=Area(title="Plans"))
    indicator = IndicatorFacts(own.pk, own.code, own.slug, AreaFacts(own.area.pk, own.area.title))
    return Meaning(indicator, *(getattr(version, name) for name in Meaning._fields[1:]))


def benchmark(**facts) -> BenchmarkFacts:
    """What others reach as packs read it, with a model's defaults for what is not given."""
    model = Benchmark(**facts)
    return BenchmarkFacts(*(getattr(model, name) for name in BenchmarkFacts._fields))


def figures_of(version: IndicatorVersion, *values, last: date = MONTH) -> None:
    """A value for each of the months that end with the last one; None leaves a month out."""
    source = ReturnFactory()
    Observation.objects.bulk_create(
        Observation(
            indicator=version.indicator,
            indicator_version=version,
            month=month,
            value=Decimal(str(value)),
            source=source,
        )
        for month, value in zip(last_months(last, len(values)), values, strict=True)
        if value is not None
    )


def revise(old: Observation, reason: str, **fields) -> Observation:
    """A later return's figure in place of an earlier one."""
    old.is_current = False
    old.save()
    return ObservationFactory(
        indicator=old.indicator,
        indicator_version=old.indicator_version,
        month=old.month,
        team=old.team,
        revision=old.revision + 1,
        replaces=old,
        reason=reason,
        **fields,
    )


@pytest.fixture
def visits(db) -> IndicatorVersion:
    """A percentage with numerators: 40 of 50 in each month, 45 of 50 in April 2026."""
    version = version_of("CP8", title="Percentage of children seen in time", polarity=Polarity.HIGH_GOOD)
    for month in last_months(MONTH, 14):
        ObservationFactory(
            indicator_version=version, month=month, numerator=Decimal(45 if month == MONTH else 40)
        )
    return version


@pytest.fixture
def contacts(db) -> IndicatorVersion:
    version = version_of("M1", title="Contacts", unit=Unit.NUMBER, polarity=Polarity.NEUTRAL)
    figures_of(version, *[100] * 13, 110)
    return version
