"""What an indicator means from a month on: its title, unit, basis, and how its figures are put together."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import is_first_of_month


class Unit(models.TextChoices):
    NUMBER = "number", "Number"
    PERCENTAGE = "percentage", "Percentage"
    RATE = "rate_per_10000", "Rate per 10,000"
    DAYS = "days", "Days"
    MONEY = "money", "Pounds"
    YES_NO = "yes_no", "Yes or no"


class Basis(models.TextChoices):
    NOT_STATED = "not_stated", "Not stated"
    MONTH_END = "month_end", "At the end of the month"
    IN_MONTH = "in_month", "In the month"
    YEAR_TO_DATE = "year_to_date", "Year to date, from 1 April"
    ROLLING_12 = "rolling_12", "Rolling 12 months"
    QUARTER = "quarter", "Quarter"
    FINANCIAL_YEAR = "financial_year", "Financial year"
    ACADEMIC_YEAR = "academic_year", "Academic year"
    CALENDAR_YEAR = "calendar_year", "Calendar year"


class Polarity(models.TextChoices):
    HIGH_GOOD = "high_good", "High is good"
    LOW_GOOD = "low_good", "Low is good"
    NEUTRAL = "neutral", "Neutral"


class Counts(models.TextChoices):
    CHILDREN = "children", "Children"
    FAMILIES = "families", "Families"
    EPISODES = "episodes", "Episodes"
    PLANS = "plans", "Plans"
    MEETINGS = "meetings", "Meetings"
    STAFF = "staff", "Staff"


class Rollup(models.TextChoices):
    SUM = "sum", "Add up"
    POOLED = "pooled", "Sum of numerators over sum of denominators"
    LATEST = "latest", "The latest"
    NONE = "none", "Never put together"


class IndicatorVersionQuerySet(models.QuerySet):
    """Versions by who may know of them and by the month that they hold for."""

    def visible_to(self, user):
        """Those of the indicators that the person sees."""
        return self.filter(indicator__in=Indicator.objects.visible_to(user))

    def in_order(self):
        """As every page and file lists them: by area, place and title."""
        area = ("indicator__area__order", "indicator__area__title")
        return self.order_by(*area, "indicator__order", "title", "indicator__code")

    def in_force(self, month):
        """The version of each indicator that holds in the month: the latest that began by then."""
        later = self.model.objects.filter(
            indicator=models.OuterRef("indicator"),
            from_month__lte=month,
            from_month__gt=models.OuterRef("from_month"),
        )
        return self.filter(~models.Exists(later), from_month__lte=month)


class IndicatorVersion(models.Model):
    """What an indicator means from a month on, until its next version."""

    # What the analyst says of it, in the order of the definition sheet.
    MEANING = (
        *("from_month", "title", "unit", "basis", "is_stock", "polarity", "decimal_places", "counts"),
        *("numerator_words", "denominator_words", "population", "outcome", "who_counts"),
        *("team_rollup", "period_rollup", "plausible_minimum", "plausible_maximum"),
        *("definition", "source", "owner_role", "reporter_role"),
    )

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="versions")
    from_month = models.DateField()
    title = models.CharField(max_length=250)
    unit = models.CharField(max_length=14, choices=Unit.choices)
    basis = models.CharField(max_length=14, choices=Basis.choices, default=Basis.NOT_STATED)
    is_stock = models.BooleanField(default=False)
    polarity = models.CharField(max_length=9, choices=Polarity.choices, default=Polarity.NEUTRAL)
    decimal_places = models.PositiveSmallIntegerField(default=0)
    counts = models.CharField(max_length=8, choices=Counts.choices, blank=True)
    numerator_words = models.CharField(max_length=250, blank=True)
    denominator_words = models.CharField(max_length=250, blank=True)
    population = models.CharField(max_length=40, blank=True)  # the age band, for rates
    outcome = models.CharField(max_length=250, blank=True)
    who_counts = models.TextField(blank=True)
    team_rollup = models.CharField(max_length=6, choices=Rollup.choices, default=Rollup.POOLED)
    period_rollup = models.CharField(max_length=6, choices=Rollup.choices, default=Rollup.NONE)
    plausible_minimum = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    plausible_maximum = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    definition = models.TextField(blank=True)
    source = models.CharField(max_length=250, blank=True)
    owner_role = models.CharField(max_length=120, blank=True)
    reporter_role = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=250, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = IndicatorVersionQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "from_month"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "from_month"], name="indicator_version_once"),
            models.CheckConstraint(condition=is_first_of_month("from_month"), name="indicator_version_month"),
            models.CheckConstraint(
                condition=Q(plausible_minimum=None)
                | Q(plausible_maximum=None)
                | Q(plausible_minimum__lte=models.F("plausible_maximum")),
                name="plausible_limits_in_order",
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        least, most = self.plausible_minimum, self.plausible_maximum
        if least is not None and most is not None and most < least:
            raise ValidationError({"plausible_maximum": "The highest plausible value is below the lowest"})
        if self.population and self.unit != Unit.RATE:
            raise ValidationError({"population": "Leave this empty: only a rate has a population"})

    def plausible_words(self) -> str:
        """From 0 to 100; at least 0; at most 100; or nothing."""
        least, most = (
            value if value is None else f"{value.normalize():f}"
            for value in (self.plausible_minimum, self.plausible_maximum)
        )
        if least is not None and most is not None:
            return f"From {least} to {most}"
        return f"At least {least}" if least is not None else f"At most {most}" if most is not None else ""

    # What may be said of a version on which figures stand, as long as it was not stated: it changes none.
    STATED_LATER = (
        *("basis", "is_stock", "counts", "numerator_words", "denominator_words", "outcome", "who_counts"),
        *("definition", "source", "owner_role", "reporter_role"),
    )

    def is_stated(self, name: str) -> bool:
        """Whether anybody has said it."""
        if name == "is_stock":  # whether a stock or a flow is said with the basis
            return self.is_stock or self.is_stated("basis")
        return getattr(self, name) not in ("", Basis.NOT_STATED)

    def is_in_use(self) -> bool:
        """Whether figures are stored under it. They live above this package: whatever points here counts."""
        return any(
            relation.related_model._base_manager.filter(
                **{"indicator": self.indicator_id, relation.field.name: self}
            ).exists()
            for relation in self._meta.get_fields(include_hidden=True)
            if relation.one_to_many
        )
