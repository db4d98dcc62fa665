"""Indicators: their codes, who may know of them, what they are made of."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import slugify

from kpi.indicators.models.areas import READERS, Area
from qa_audit.common.names import NameKey, same_name
from qa_audit.history.models import Event
from qa_audit.people.models import Role, Service


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
        version = self.model._meta.get_field("versions").related_model
        versions = version.objects.filter(indicator=models.OuterRef("pk"))
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
    # The same measure under another code: all that was recorded under this one is now under that one.
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

    def meaning(self, month):
        """Its version of the month, or else its first; None where it has none."""
        return self.versions.in_force(month).first() or self.versions.first()

    @property
    def events(self):
        """What history knows of it, newest first."""
        return Event.objects.about(self)


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
