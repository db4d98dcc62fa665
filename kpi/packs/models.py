"""What is written beside the figures: commentary and action steps."""

from django.db import models
from django.db.models import Q

from kpi.indicators.models import Indicator, is_first_of_month
from qa_audit.people.models import Role, Service, User


class CommentaryStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"


class Audience(models.TextChoices):
    SERVICE = "service", "The service"
    PARTNERSHIP = "partnership", "The partnership"


class StepStatus(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    DROPPED = "dropped", "No longer needed"


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
            allowed |= Q(indicator__in=indicators.values("pk"))
        return self.filter(allowed)


class Commentary(models.Model):
    """What a month's figure of an indicator means, in words, for one audience."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="commentaries")
    month = models.DateField()
    audience = models.CharField(max_length=11, choices=Audience.choices, default=Audience.SERVICE)
    text = models.TextField(blank=True)
    same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=CommentaryStatus.choices, default=CommentaryStatus.DRAFT)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    returned_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CommentaryQuerySet.as_manager()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "month", "audience"], name="commentary_once"),
            models.CheckConstraint(condition=is_first_of_month("month"), name="commentary_month"),
            models.CheckConstraint(
                condition=~Q(status=CommentaryStatus.APPROVED) | Q(approved_by__isnull=False),
                name="approved_commentary_has_its_approver",
            ),
        ]

    def __str__(self):
        return f"Commentary on {self.indicator}, {self.month:%B %Y}"


class ActionStep(models.Model):
    """What someone will do about a figure, by when; it stays beside the next months' until it ends."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="action_steps")
    month = models.DateField()  # of the figure that it answers
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    owner_role = models.CharField(max_length=120)
    due_on = models.DateField()
    status = models.CharField(max_length=7, choices=StepStatus.choices, default=StepStatus.OPEN)
    outcome = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=is_first_of_month("month"), name="action_step_month"),
            models.CheckConstraint(
                condition=Q(status=StepStatus.OPEN, ended_on=None)
                | ~Q(status=StepStatus.OPEN) & Q(ended_on__isnull=False),
                name="ended_action_step_has_its_day",
            ),
        ]

    def __str__(self):
        return f"Action step on {self.indicator}, {self.month:%B %Y}"
