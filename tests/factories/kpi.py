from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone

from kpi.commentary.models import ActionStep, Commentary
from kpi.indicators.models.areas import Area
from kpi.indicators.models.comparisons import Benchmark, Comparator, Population, QualifyingStatus, Target
from kpi.indicators.models.indicators import Indicator, IndicatorStatus
from kpi.indicators.models.versions import Basis, IndicatorVersion, Polarity, Unit
from kpi.returns.models import Caseload, Observation, Return
from tests.factories.loop import ActionFactory
from tests.factories.people import TeamFactory, UserFactory

APRIL = date(2026, 4, 1)
LONG_AGO = date(2015, 4, 1)


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area
        django_get_or_create = ("title",)

    title = "Child protection"


class IndicatorFactory(factory.django.DjangoModelFactory):
    """A live indicator without a version."""

    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"MADE-{n}")  # no code that a test writes itself
    slug = factory.LazyAttribute(lambda made: made.code.lower())
    area = factory.SubFactory(AreaFactory)
    status = IndicatorStatus.LIVE


class IndicatorVersionFactory(factory.django.DjangoModelFactory):
    """A percentage for which high is good."""

    class Meta:
        model = IndicatorVersion

    indicator = factory.SubFactory(IndicatorFactory)
    from_month = LONG_AGO
    title = factory.Sequence(lambda n: f"Percentage of visits in time, kind {n}")
    unit = Unit.PERCENTAGE
    basis = Basis.IN_MONTH
    polarity = Polarity.HIGH_GOOD


class ReturnFactory(factory.django.DjangoModelFactory):
    """An accepted return without figures."""

    class Meta:
        model = Return

    file_name = "return.csv"
    by = factory.SubFactory(UserFactory)
    accepted_at = factory.LazyFunction(timezone.now)


class ObservationFactory(factory.django.DjangoModelFactory):
    """The council's own figure of April 2026: 45 of 50."""

    class Meta:
        model = Observation

    indicator_version = factory.SubFactory(IndicatorVersionFactory)
    indicator = factory.SelfAttribute("indicator_version.indicator")
    month = APRIL
    numerator = Decimal(45)
    denominator = Decimal(50)
    source = factory.SubFactory(ReturnFactory)


class TargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Target

    indicator = factory.SubFactory(IndicatorFactory)
    from_month = LONG_AGO
    value = Decimal(95)


class BenchmarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Benchmark

    indicator = factory.SubFactory(IndicatorFactory)
    comparator = Comparator.ENGLAND
    period = "2024-25"
    basis = Basis.IN_MONTH
    value = Decimal(88)
    from_month = LONG_AGO


class PopulationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Population

    age_band = "0 to 17"
    people = 50_000
    from_month = LONG_AGO


class CaseloadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Caseload

    on = date(2026, 4, 30)
    worker_code = factory.Sequence(lambda n: f"W{n:03}")
    status = QualifyingStatus.SOCIAL_WORKER
    team = factory.SubFactory(TeamFactory)
    children = 17
    source = factory.SubFactory(ReturnFactory)


class CommentaryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Commentary

    indicator = factory.SubFactory(IndicatorFactory)
    month = APRIL
    text = "Two teams had vacancies; visits caught up by the end of the month."
    written_by = factory.SubFactory(UserFactory)


class ActionStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ActionStep

    indicator = factory.SubFactory(IndicatorFactory)
    month = APRIL
    action = factory.SubFactory(ActionFactory)
