"""What figures are held against: targets, benchmarks, populations, thresholds, each with its dates."""

from django.db import models
from django.db.models import F, Q

from kpi.indicators.models.indicators import Basis, Indicator, is_first_of_month
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
    SAME = "same", "Same definition"
    NEAR = "near", "Near definition"
    DIFFERENT = "different", "Different definition"


class QualifyingStatus(models.TextChoices):
    SOCIAL_WORKER = "SW", "Social worker"
    NEWLY_QUALIFIED = "NQSW", "Newly qualified social worker"
    ASSESSED_YEAR = "ASYE", "In the assessed and supported year"


class EffectiveQuerySet(models.QuerySet):
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


class Target(Effective):
    """What an indicator is to reach; `to be confirmed` is a state of its own, with no value."""

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


class Benchmark(Effective):
    """What others reach, with its year; shown only beside a value of the same basis."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="benchmarks")
    comparator = models.CharField(max_length=15, choices=Comparator.choices)
    # Which set of neighbours, or which region: "South East", "Neighbours of 2021".
    comparator_name = models.CharField(max_length=80, blank=True)
    period = models.CharField(max_length=20, blank=True)
    basis = models.CharField(max_length=14, choices=Basis.choices)
    value = models.DecimalField(max_digits=16, decimal_places=6)
    release = models.CharField(max_length=80, blank=True)
    comparability = models.CharField(max_length=9, choices=Comparability.choices, default=Comparability.SAME)
    difference = models.CharField(max_length=250, blank=True)

    class Meta(Effective.Meta):
        abstract = False

    def __str__(self):
        return f"{self.comparator_name or self.get_comparator_display()} {self.period}".strip()


class Population(Effective):
    """How many people of an age band live in the council's area, for rates."""

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
