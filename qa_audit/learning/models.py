"""Learning reviews: a review after an event. It carries findings and no grade."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from qa_audit.findings.models import Finding, Theme
from qa_audit.history.models import Event, Snapshot
from qa_audit.people.models import Role, Service, User


class ReviewType(models.TextChoices):
    LEARNING_REVIEW = "learning_review", "Learning review"
    PRACTICE = "practice", "Practice learning review"
    RAPID = "rapid", "Rapid review"
    LOCAL = "local", "Local child safeguarding practice review"
    SERIOUS_CASE = "serious_case", "Serious case review (before 2019)"
    INDEPENDENT = "independent", "Independent management review"
    THEMATIC = "thematic", "Thematic"
    MULTI_AGENCY = "multi_agency", "Multi-agency"
    COMPLAINT = "complaint", "Complaint learning"
    PEER = "peer", "Peer review"
    WHISTLEBLOWING = "whistleblowing", "Whistleblowing"


class ReviewStatus(models.TextChoices):
    OPEN = "open", "Open"
    COMPLETED = "completed", "Completed"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


# Reports count these, by the date of completion.
COUNTED_STATUSES = (ReviewStatus.COMPLETED, ReviewStatus.PUBLISHED)


class LearningReviewQuerySet(models.QuerySet):
    """Reviews by who may open, know of and count them."""

    def visible_to(self, user):
        """QA leads all, auditors their own; heads their services' and leaders all, once completed."""
        if user.has_role(Role.QA_LEAD):
            return self.all()
        allowed = Q(pk__in=[])
        if user.has_role(Role.AUDITOR):
            allowed |= Q(recorded_by=user.pk) | Q(lead=user.pk)
        if user.has_role(Role.HEAD):
            mine = user.headed_service_ids
            allowed |= Q(status__in=COUNTED_STATUSES) & (
                Q(lead_service__in=mine)
                | Q(pk__in=self.model.objects.filter(other_services__in=mine).values("pk"))
            )
        if user.has_role(Role.LEADER):
            allowed |= Q(status__in=COUNTED_STATUSES)
        return self.filter(allowed)

    def listed_for(self, user):
        """Those whose existence the person may see; leaders see all."""
        return self.all() if user.has_role(Role.LEADER) else self.visible_to(user)

    def counted_for(self, user):
        """Those that may enter a figure shown to the person: heads their services', by lead service."""
        if user.has_role(Role.QA_LEAD, Role.LEADER, Role.ANALYST):
            return self.all()
        allowed = Q(pk__in=[])
        if user.has_role(Role.AUDITOR):
            allowed |= Q(recorded_by=user.pk) | Q(lead=user.pk)
        if user.has_role(Role.HEAD):
            allowed |= Q(lead_service__in=user.headed_service_ids)
        return self.filter(allowed)

    def findings_counted_for(self, user):
        """Those whose findings may enter a figure shown to the person: of heads those that others led too."""
        return self.counted_for(user) | self.visible_to(user)

    def counted(self):
        """Completed or published."""
        return self.filter(status__in=COUNTED_STATUSES)

    def completed_between(self, first, last):
        """Completed on a day of the period, both ends included."""
        return self.filter(completed_on__gte=first, completed_on__lte=last)


class LearningReview(models.Model):
    """A review after an event; its lead service carries the count."""

    reference = models.CharField(max_length=14, unique=True)
    title = models.CharField(max_length=200)
    review_type = models.CharField(max_length=16, choices=ReviewType.choices)
    trigger = models.TextField(blank=True)
    lead_service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="led_reviews")
    other_services = models.ManyToManyField(Service, blank=True, related_name="other_reviews")
    notified_on = models.DateField(null=True, blank=True)
    commissioned_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    lead = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="led_reviews"
    )
    partner_agencies = models.TextField(blank=True)
    key_learning = models.TextField(blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="learning_reviews")
    status = models.CharField(max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.OPEN)
    is_imported = models.BooleanField(default=False)
    theme = models.CharField(max_length=120, blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    creation_token = models.CharField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LearningReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_on", "-pk"]
        indexes = [
            models.Index(fields=["status", "completed_on", "lead_service"], name="review_self_evaluation")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=COUNTED_STATUSES) | Q(completed_on__isnull=False),
                name="completed_review_has_its_date",
            )
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("learning:detail", args=[self.reference])

    @property
    def is_counted(self) -> bool:
        """Completed or published; one that was reopened keeps its date, and does not count."""
        return self.status in COUNTED_STATUSES

    @property
    def service_id(self) -> int:
        """The service under which history files it."""
        return self.lead_service_id

    @property
    def case_references(self) -> str:
        """The case references that it looked at, one a line."""
        return "\n".join(case.case_reference for case in self.cases.all())

    def content(self) -> dict:
        """Everything that was written down of it, as forms show it and history keeps it."""
        return {
            "title": self.title,
            "review_type": self.review_type,
            "trigger": self.trigger,
            "case_references": self.case_references,
            "lead_service": self.lead_service_id,
            "other_services": sorted(service.pk for service in self.other_services.all()),
            "notified_on": self.notified_on,
            "commissioned_on": self.commissioned_on,
            "due_on": self.due_on,
            "completed_on": self.completed_on,
            "published_on": self.published_on,
            "lead": self.lead_id,
            "partner_agencies": self.partner_agencies,
            "key_learning": self.key_learning,
            "themes": sorted(theme.pk for theme in self.themes.all()),
            "status": self.status,
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


class ReviewCase(models.Model):
    """A case reference that the review looked at."""

    review = models.ForeignKey(LearningReview, on_delete=models.CASCADE, related_name="cases")
    case_reference = models.CharField(max_length=40)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "case_reference"], name="review_case_once")]

    def __str__(self):
        return f"{self.review_id}/{self.pk}"


class ReviewFinding(models.Model):
    """Ties a finding to the learning review that it came from."""

    review = models.ForeignKey(LearningReview, on_delete=models.PROTECT, related_name="review_findings")
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="review_finding")

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.review_id}/{self.finding_id}"
