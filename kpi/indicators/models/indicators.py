"""Indicators, and what each meant from a month on."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import slugify

from qa_audit.common.names import NameKey, same_name
from qa_audit.history.models import Event
from qa_audit.people.models import Role, Service

# Who meets measures at all; of teams and services each sees what `Observation.visible_to` gives.
READERS = (Role.AUDITOR, Role.MANAGER, Role.HEAD, Role.QA_LEAD, Role.LEADER, Role.ANALYST)


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


class IndicatorStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    RETIRED = "retired", "Retired"


class ComponentRole(models.TextChoices):
    NUMERATOR = "numerator", "Its numerator"
    DENOMINATOR = "denominator", "Its denominator"
    PART = "part", "A part of it"
    STARTS = "starts", "What is added in the month"
    ENDS = "ends", "What leaves in the month"


class MonthState(models.TextChoices):
    OPEN = "open", "Open"
    LOCKED = "locked", "Locked"
    PUBLISHED = "published", "Published"


def is_first_of_month(name: str) -> Q:
    """The condition that a date stands for a month."""
    return Q(**{f"{name}__day": 1})


class KeptQuerySet(models.QuerySet):
    """What analysts keep beside the indicators."""

    def visible_to(self, user):
        """Everybody's who meets measures."""
        return self.all() if user.has_role(*READERS) else self.none()


class Area(models.Model):
    """A part of the work under which indicators stand together, in their order."""

    title = models.CharField(max_length=120, unique=True)
    title_key = NameKey("title")
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["order", "title"]
        constraints = [models.UniqueConstraint(fields=["title_key"], name="area_title_once")]

    def __str__(self):
        return self.title


class IndicatorQuerySet(models.QuerySet):
    """Indicators by who may know of them and by whether they go on."""

    def visible_to(self, user):
        """Drafts are the analyst's and the QA lead's; the others everybody's who meets measures.

        One that was merged is another's alias, and nobody's to see.
        """
        if user.has_role(Role.ANALYST, Role.QA_LEAD):
            return self.unmerged()
        if user.has_role(*READERS):
            return self.unmerged().exclude(status=IndicatorStatus.DRAFT)
        return self.none()

    def unmerged(self):
        """Those that stand for themselves."""
        return self.filter(merged_into=None)

    def live(self):
        """Those that take figures."""
        return self.filter(status=IndicatorStatus.LIVE)

    def with_meaning(self, month):
        """For lists: `title`, `unit` and `polarity` in force in the month, or else as they were first."""
        versions = IndicatorVersion.objects.filter(indicator=models.OuterRef("pk"))
        now = versions.filter(from_month__lte=month).order_by("-from_month")
        first = versions.order_by("from_month")
        meaning = {
            name: Coalesce(models.Subquery(now.values(name)[:1]), models.Subquery(first.values(name)[:1]))
            for name in ("title", "unit", "polarity")
        }
        return self.annotate(**meaning).order_by("area__order", "area__title", "order", "title", "code")

    def named(self, text: str):
        """The indicator with this code, however it is written; of one without, its title is the code.

        Where none has it as its own, the one that has it elsewhere, or that took in the one that had it.
        """
        is_named = same_name(text, "code_key")
        own = self.unmerged().filter(is_named)
        if own.exists():
            return own
        elsewhere = ExternalCode.objects.filter(is_named)
        merged = Indicator.objects.filter(is_named)
        return self._led_to_by(elsewhere.values("indicator"), merged)

    def addressed(self, slug: str):
        """The indicator at this address; those of merged ones, and codes elsewhere, lead to it too."""
        own = self.unmerged().filter(slug=slug)
        if own.exists():
            return own
        codes = ExternalCode.objects.values_list("indicator", "code")
        elsewhere = {pk for pk, code in codes if slugify(code) == slug}
        # Codes that read alike in an address lead to none of their indicators.
        return self._led_to_by(elsewhere if len(elsewhere) == 1 else (), Indicator.objects.filter(slug=slug))

    def _led_to_by(self, elsewhere, merged):
        return self.unmerged().filter(Q(pk__in=elsewhere) | Q(pk__in=merged.values("merged_into")))


class Indicator(models.Model):
    """One thing that is measured, under a code that never changes."""

    code = models.CharField(max_length=200, unique=True)
    code_key = NameKey("code")
    slug = models.SlugField(max_length=80, unique=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="indicators")
    order = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=7, choices=IndicatorStatus.choices, default=IndicatorStatus.DRAFT)
    # The services whose heads answer for it and write its commentary.
    services = models.ManyToManyField(Service, blank=True, related_name="indicators")
    # The same measure under another code: all that stood with this one stands with that one now.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["area__order", "area__title", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code_key"], name="indicator_code_once"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(status=IndicatorStatus.RETIRED),
                name="merged_indicator_is_retired",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk")), name="merged_into_another"
            ),
        ]

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("packs:indicator", args=[self.slug])

    @property
    def newest_title(self) -> str:
        """The title of its newest version; its code where it has none."""
        versions = list(self.versions.all())
        return versions[-1].title if versions else self.code

    @property
    def events(self):
        """What history knows of it, newest first."""
        return Event.objects.about(self)


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
        """Whether figures stand on it. They live above this package: all that points here is asked."""
        return any(
            relation.related_model._base_manager.filter(
                **{"indicator": self.indicator_id, relation.field.name: self}
            ).exists()
            for relation in self._meta.get_fields(include_hidden=True)
            if relation.one_to_many
        )


class ExternalCode(models.Model):
    """The code of an indicator elsewhere: the dataset, a team table, the clinic, a statutory return.

    Every return and every address knows the indicator by it, as by its own code.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="external_codes")
    scheme = models.CharField(max_length=60)
    code = models.CharField(max_length=200)
    code_key = NameKey("code")

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "scheme", "code"], name="external_code_once")
        ]

    def __str__(self):
        return f"{self.scheme} {self.code}"


class Component(models.Model):
    """How one indicator is made of another: figures entered once feed both, and must agree."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="components")
    part = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="component_of")
    role = models.CharField(max_length=11, choices=ComponentRole.choices)

    class Meta:
        ordering = ["indicator", "role", "pk"]
        constraints = [
            # A numerator may be the sum of several parts.
            models.UniqueConstraint(fields=["indicator", "part", "role"], name="component_once"),
            models.CheckConstraint(condition=~Q(indicator=models.F("part")), name="component_is_another"),
        ]

    def __str__(self):
        return f"{self.part} of {self.indicator} ({self.get_role_display()})"


class MonthQuerySet(KeptQuerySet):
    """Months by whether they take figures."""

    def closed(self):
        """Those that take no figures."""
        return self.exclude(state=MonthState.OPEN)


class Month(models.Model):
    """A month's state, kept once somebody locked or published it; a month without a row is open."""

    first = models.DateField(unique=True)
    state = models.CharField(max_length=9, choices=MonthState.choices, default=MonthState.OPEN)
    version = models.PositiveIntegerField(default=1)

    objects = MonthQuerySet.as_manager()

    class Meta:
        ordering = ["-first"]
        constraints = [models.CheckConstraint(condition=is_first_of_month("first"), name="month_is_a_first")]

    def __str__(self):
        return f"{self.first:%B %Y}"
