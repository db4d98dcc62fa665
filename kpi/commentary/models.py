"""What is written beside the figures: commentary and action steps."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import is_first_of_month
from qa_audit.common.wording import day
from qa_audit.history.models import Event, Snapshot
from qa_audit.loop.models import Action, Closing
from qa_audit.people.models import Role, User


class CommentaryStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"


class Audience(models.TextChoices):
    SERVICE = "service", "The service"
    PARTNERSHIP = "partnership", "The partnership"


# How action steps end, as it is said beside figures.
ENDED = {Closing.DONE: "Done", Closing.DROPPED: "No longer needed"}


class CommentaryQuerySet(models.QuerySet):
    """Commentary by who may read it."""

    def visible_to(self, user):
        """Approved: all who meet measures; before that heads of its services, analysts and QA leads."""
        if user.has_role(Role.ANALYST, Role.QA_LEAD):
            return self.all()
        allowed = Q(pk__in=[])
        if user.has_role(Role.AUDITOR, Role.MANAGER, Role.HEAD, Role.LEADER):
            allowed |= Q(status=CommentaryStatus.APPROVED)
        if user.has_role(Role.HEAD):
            indicators = Indicator.objects.filter(services__in=user.headed_service_ids)
            shown = indicators.visible_to(user)
            allowed |= Q(indicator__in=indicators.values("pk")) | Q(area__in=shown.values("area"))
        return self.filter(allowed)

    def of_areas(self):
        """Analyses of whole areas."""
        return self.filter(area__isnull=False)

    def for_service(self):
        """What is written for the service itself."""
        return self.filter(audience=Audience.SERVICE)

    def waiting_for_approval(self):
        """Submitted, and neither approved nor returned."""
        return self.filter(status=CommentaryStatus.SUBMITTED)


class Commentary(models.Model):
    """What a month's figure of an indicator means, or an area's figures together, for one audience.

    Of an area it is a list of points, one on each line.
    """

    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="commentaries"
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="commentaries"
    )
    month = models.DateField()
    audience = models.CharField(max_length=11, choices=Audience.choices, default=Audience.SERVICE)
    text = models.TextField(blank=True)
    same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=CommentaryStatus.choices, default=CommentaryStatus.DRAFT)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    returned_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CommentaryQuerySet.as_manager()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "month", "audience"], name="commentary_once"),
            models.UniqueConstraint(fields=["area", "month", "audience"], name="area_analysis_once"),
            models.CheckConstraint(
                condition=Q(indicator=None, area__isnull=False) | Q(indicator__isnull=False, area=None),
                name="commentary_of_indicator_or_area",
            ),
            models.CheckConstraint(
                condition=Q(area=None) | Q(same_as=None), name="area_analysis_has_own_words"
            ),
            models.CheckConstraint(condition=is_first_of_month("month"), name="commentary_month"),
            models.CheckConstraint(
                condition=~Q(status=CommentaryStatus.APPROVED) | Q(approved_by__isnull=False),
                name="approved_commentary_has_its_approver",
            ),
        ]

    def __str__(self):
        return f"Commentary on {self.subject}, {self.month:%B %Y}"

    def get_absolute_url(self):
        return reverse("commentary:detail", args=[self.pk])

    @property
    def subject(self) -> Indicator | Area:
        """What it is about."""
        return self.indicator or self.area

    @property
    def points(self) -> list[str]:
        """The lines of an analysis, without the bullets that somebody typed before them."""
        return [point for line in self.words.splitlines() if (point := line.strip().lstrip("•*-– ").strip())]

    @property
    def author_words(self) -> str:
        """Who wrote its words and when: Hana Head, 12 May 2026"""
        own = self.same_as or self
        return f"{own.written_by}, {day(own.written_at)}" if own.written_at else str(own.written_by)

    @property
    def words(self) -> str:
        """Its text, or that of the commentary that it is the same as, once that one is approved."""
        if self.same_as is None:
            return self.text
        return self.same_as.text if self.same_as.status == CommentaryStatus.APPROVED else ""

    def content(self) -> dict:
        """Everything that was written down of it, as forms show it and history keeps it."""
        return {
            "text": self.text,
            "same_as": self.same_as_id,
            "status": self.status,
            "returned_note": self.returned_note,
            "version": self.version,
        }

    @property
    def events(self):
        """What history knows of it, newest first."""
        return Event.objects.about(self)

    def content_at(self, version: int) -> dict | None:
        """The content of an earlier version, where history kept it."""
        snapshots = Snapshot.objects.filter(
            object_type=self._meta.model_name, object_id=self.pk, content__version=version
        )
        return snapshots.values_list("content", flat=True).last()


class ActionStepQuerySet(models.QuerySet):
    """Action steps by who may read them, and by the month that they are shown beside."""

    def visible_to(self, user):
        """Those whose action they may read; heads also every step on an indicator of their services."""
        allowed = Q(action__in=Action.objects.visible_to(user))
        if user.has_role(Role.HEAD):
            indicators = Indicator.objects.filter(services__in=user.headed_service_ids)
            allowed |= Q(indicator__in=indicators.values("pk"))
        return self.filter(allowed)

    def of_month(self, month):
        """Those that answer the month's figure."""
        return self.filter(month=month)

    def carried_to(self, month):
        """Those of earlier months that went on after the month had begun."""
        return self.filter(Q(action__closed_on=None) | Q(action__closed_on__gte=month), month__lt=month)


class ActionStep(models.Model):
    """An action that answers a month's figure; it stays beside the next months' until it is closed."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="action_steps")
    month = models.DateField()  # of the figure that it answers
    action = models.OneToOneField(Action, on_delete=models.PROTECT, related_name="+")

    objects = ActionStepQuerySet.as_manager()

    class Meta:
        ordering = ["action__due_on", "pk"]
        constraints = [models.CheckConstraint(condition=is_first_of_month("month"), name="action_step_month")]

    def __str__(self):
        return f"Action step on {self.indicator}, {self.month:%B %Y}"

    @property
    def status(self) -> str:
        """Open, or how its action closed."""
        return self.action.closed_as or self.action.state

    @property
    def status_words(self) -> str:
        """The same, as it is shown beside figures."""
        return ENDED.get(self.action.closed_as) or self.action.get_state_display()
