"""What figures are held against: targets, benchmarks, populations, thresholds, each with its dates."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from kpi.indicators.models.areas import ReadersQuerySet
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import is_first_of_month
from kpi.indicators.models.versions import Basis
from qa_audit.common.months import month_words
from qa_audit.people.models import Service, Team


class Operator(models.TextChoices):
    AT_LEAST = "at_least", "At least"
    AT_MOST = "at_most", "At most"
    BETWEEN = "between", "Between"


ONE_VALUE = (Operator.AT_LEAST, Operator.AT_MOST)


class Profile(models.TextChoices):
    FLAT = "flat", "The same each month"
    BY_MONTH = "by_month", "A value for its own months"
    CUMULATIVE = "cumulative", "For the year, reached in equal steps"


class MarginUnit(models.TextChoices):
    POINTS = "points", "Points"
    PERCENT = "percent", "% of the target"


class Comparator(models.TextChoices):
    OWN_PRIOR_YEAR = "own", "Own year before"
    STATISTICAL_NEIGHBOURS = "stat_neighbours", "Statistical neighbours"
    REGION = "region", "Region"
    ENGLAND = "england", "England"


class Comparability(models.TextChoices):
    NOT_STATED = "not_stated", "Not stated"
    SAME = "same", "Same definition"
    NEAR = "near", "Near definition"
    DIFFERENT = "different", "Different definition"


class QualifyingStatus(models.TextChoices):
    SOCIAL_WORKER = "SW", "Social worker"
    NEWLY_QUALIFIED = "NQSW", "Newly qualified social worker"
    ASSESSED_YEAR = "ASYE", "In the assessed and supported year"


class EffectiveQuerySet(ReadersQuerySet):
    """Rows by the months in which they are in force."""

    def in_force(self, month):
        """Those that hold in the month."""
        return self.filter(Q(to_month=None) | Q(to_month__gte=month), from_month__lte=month)

    def overlapping(self, first, last):
        """Those in force in any month of a stretch; `last` None has no end."""
        rows = self.filter(Q(to_month=None) | Q(to_month__gte=first))
        return rows if last is None else rows.filter(from_month__lte=last)


class Effective(models.Model):
    """Something in force from a month on, up to and including a last one."""

    # What a row is of: of rows that share these, one is in force at a time.
    KEY: tuple[str, ...] = ()

    from_month = models.DateField()
    to_month = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = EffectiveQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["from_month"]
        constraints = [
            models.CheckConstraint(
                condition=is_first_of_month("from_month")
                & (Q(to_month=None) | (is_first_of_month("to_month") & Q(to_month__gte=F("from_month")))),
                name="%(class)s_months_in_order",
            )
        ]

    def clean(self):
        if self.to_month and self.to_month < self.from_month:
            raise ValidationError({"to_month": "The last month cannot be before the first"})

    def beside(self):
        """All rows of the same thing, this one among them when it is stored."""
        return type(self).objects.filter(**{name: getattr(self, name) for name in self.KEY})

    def own_fields(self) -> list[str]:
        """The fields in which it says something of its indicator, its months among them."""
        apart = ("id", "version", "indicator")
        return [field.name for field in self._meta.concrete_fields if field.name not in apart]

    def says_the_same(self, other: "Effective") -> bool:
        """Whether the other is the same thing over the same months."""
        return all(getattr(self, name) == getattr(other, name) for name in self.own_fields())

    def stretch(self) -> str:
        """from April 2025 to March 2026"""
        until = f" to {month_words(self.to_month)}" if self.to_month else " on"
        return f"from {month_words(self.from_month)}{until}"


# How people write targets: <36, at most 36, 85 to 90, 95%.
_CEILING = re.compile(r"(?:<=|<|≤|at most|under|below)\s*")
_FLOOR = re.compile(r"(?:>=|>|≥|at least|over|above)\s*")
_TO_BE_CONFIRMED = {"tbc", "to be confirmed"}


class Target(Effective):
    """What an indicator is to reach; `to be confirmed` is a state of its own, with no value."""

    KEY = ("indicator", "service", "team")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_to_be_confirmed = models.BooleanField(default=False)
    operator = models.CharField(max_length=8, choices=Operator.choices, default=Operator.AT_LEAST)
    value = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    upper_value = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    profile = models.CharField(max_length=10, choices=Profile.choices, default=Profile.FLAT)
    # How far short is still amber; without one the default for the indicator's unit.
    margin = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    margin_unit = models.CharField(max_length=7, choices=MarginUnit.choices, default=MarginUnit.POINTS)
    reason = models.CharField(max_length=250, blank=True)

    class Meta(Effective.Meta):
        abstract = False
        constraints = [
            *Effective.Meta.constraints,
            models.CheckConstraint(
                condition=Q(is_to_be_confirmed=True, value=None, upper_value=None)
                | Q(is_to_be_confirmed=False, operator__in=ONE_VALUE, value__isnull=False, upper_value=None)
                | Q(is_to_be_confirmed=False, operator=Operator.BETWEEN, value__lte=F("upper_value")),
                name="target_has_its_values",
            ),
            models.CheckConstraint(condition=Q(service=None) | Q(team=None), name="target_of_one_unit"),
        ]

    def __str__(self):
        if self.is_to_be_confirmed:
            return "To be confirmed"
        value = f"{self.value.normalize():f}"
        if self.operator == Operator.BETWEEN:
            return f"Between {value} and {self.upper_value.normalize():f}"
        return f"{self.get_operator_display()} {value}"

    def clean(self):
        super().clean()
        problems = self._value_problems()
        if self.service_id and self.team_id:
            problems["team"] = "Choose a service or a team, not both"
        if self.profile != Profile.FLAT and not self.to_month:
            problems["to_month"] = "Enter the last month: only a target that is the same each month has none"
        if self.margin is not None and self.margin < 0:
            problems["margin"] = "Enter 0 or more"
        if problems:
            raise ValidationError(problems)

    def _value_problems(self) -> dict[str, str]:
        if self.is_to_be_confirmed:
            if self.value is None and self.upper_value is None:
                return {}
            return {"value": "Leave the value empty while the target is to be confirmed"}
        if self.value is None:
            return {"value": "Enter the value, or say that it is still to be confirmed"}
        if self.operator != Operator.BETWEEN:
            if self.upper_value is None:
                return {}
            return {"upper_value": "Leave this empty: only “between” has an upper value"}
        if self.upper_value is None:
            return {"upper_value": "Enter the upper value: “between” needs both"}
        if self.upper_value < self.value:
            return {"upper_value": "The upper value cannot be below the lower one"}
        return {}

    @staticmethod
    def read(text: str) -> dict:
        """The fields that a written target gives: “<36” is a ceiling, “85 to 90” between, “TBC” no value yet.

        A number alone gives its value and leaves the operator open. Raises ValueError.
        """
        words = " ".join(text.lower().replace(",", "").replace("%", "").split())
        if words in _TO_BE_CONFIRMED:
            return {"is_to_be_confirmed": True}
        for sign, operator in ((_CEILING, Operator.AT_MOST), (_FLOOR, Operator.AT_LEAST)):
            if found := sign.match(words):
                return {"operator": operator, "value": _number(words[found.end() :])}
        low, to, high = words.removeprefix("between ").replace(" and ", " to ").partition(" to ")
        if to:
            return {"operator": Operator.BETWEEN, "value": _number(low), "upper_value": _number(high)}
        return {"value": _number(words)}


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,6})?", text):
        raise ValueError(f"“{text}” is not a number")
    return Decimal(text)


class Benchmark(Effective):
    """What others reach, with its year; shown only beside a value of the same basis."""

    KEY = ("indicator", "comparator", "comparator_name")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="benchmarks")
    comparator = models.CharField(max_length=15, choices=Comparator.choices)
    # Which set of neighbours, or which region: "South East", "Neighbours of 2021".
    comparator_name = models.CharField(max_length=80, blank=True)
    period = models.CharField(max_length=20, blank=True)
    basis = models.CharField(max_length=14, choices=Basis.choices, default=Basis.NOT_STATED)
    value = models.DecimalField(max_digits=16, decimal_places=6)
    release = models.CharField(max_length=80, blank=True)
    # "Same definition" is a claim that a person made, never a default.
    comparability = models.CharField(
        max_length=10, choices=Comparability.choices, default=Comparability.NOT_STATED
    )
    difference = models.CharField(max_length=250, blank=True)
    # The council's place among those compared: the 9th of 11.
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    rank_of = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(Effective.Meta):
        abstract = False
        constraints = [
            *Effective.Meta.constraints,
            models.CheckConstraint(
                condition=Q(rank=None, rank_of=None) | Q(rank__gte=1, rank_of__gte=F("rank")),
                name="benchmark_rank_is_of_so_many",
            ),
        ]

    def __str__(self):
        return f"{self.comparator_name or self.get_comparator_display()} {self.period}".strip()

    def clean(self):
        super().clean()
        differs = self.comparability in (Comparability.NEAR, Comparability.DIFFERENT)
        if differs and not self.difference:
            raise ValidationError({"difference": "Say how the definition differs"})
        if (self.rank is None) != (self.rank_of is None) or (self.rank or 1) > (self.rank_of or 1):
            raise ValidationError({"rank_of": "Enter the place and out of how many, for example 9 of 11"})

    @property
    def rank_words(self) -> str:
        """9 of 11"""
        return f"{self.rank} of {self.rank_of}" if self.rank else ""


class Population(Effective):
    """How many people of an age band live in the council's area, for rates."""

    KEY = ("age_band",)

    age_band = models.CharField(max_length=40)
    people = models.PositiveIntegerField()
    mid_year = models.PositiveSmallIntegerField(null=True, blank=True)
    release = models.CharField(max_length=80, blank=True)

    class Meta(Effective.Meta):
        abstract = False
        constraints = [
            *Effective.Meta.constraints,
            models.CheckConstraint(condition=Q(people__gt=0), name="population_is_not_empty"),
            models.UniqueConstraint(fields=["age_band", "from_month"], name="population_once_a_month"),
        ]

    def __str__(self):
        return f"{self.people:,} aged {self.age_band}"


class CaseloadThreshold(Effective):
    """From how many children on a worker's caseload is high, by qualifying status."""

    KEY = ("status",)

    status = models.CharField(max_length=4, choices=QualifyingStatus.choices)
    children = models.PositiveSmallIntegerField(default=20)

    class Meta(Effective.Meta):
        abstract = False
        constraints = [
            *Effective.Meta.constraints,
            models.UniqueConstraint(fields=["status", "from_month"], name="caseload_threshold_once_a_month"),
        ]

    def __str__(self):
        return f"{self.get_status_display()}: {self.children} or more"
