"""The safeguarding notice: a child is unsafe now, and one of the people told must acknowledge it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from qa_audit.common.dates import working_hours_after
from qa_audit.common.prepared import Prepared
from qa_audit.people.models import Role, Service, Team, User

# After this many working hours without acknowledgement the notice is also for senior leaders.
HOURS_BEFORE_LEADERS = 2


class NoticeQuerySet(models.QuerySet):
    """Notices by who must see them, and whether anybody has."""

    def unacknowledged(self):
        """Notices that nobody has acknowledged."""
        return self.filter(acknowledged_at=None)

    def waiting_for(self, user):
        """What is at the top of the person's pages: not what they raised themselves."""
        waiting = self.visible_to(user).unacknowledged().exclude(raised_by__in=user.acting_ids)
        return waiting.select_related("service", "team")

    def visible_to(self, user):
        """The team's managers, the service's heads, QA leads and who raised it; leaders once it is late."""
        if user.has_role(Role.QA_LEAD):
            return self.all()
        allowed = Q(raised_by=user.pk)
        if user.has_role(Role.MANAGER):
            allowed |= Q(team__in=user.managed_team_ids)
        if user.has_role(Role.HEAD):
            allowed |= Q(service__in=user.headed_service_ids)
        if user.has_role(Role.LEADER):
            allowed |= Q(leaders_from__lte=timezone.now()) & (
                Q(acknowledged_at=None) | Q(acknowledged_at__gt=models.F("leaders_from"))
            )
        return self.filter(allowed)


# Every page asks.
ANY_UNACKNOWLEDGED = Prepared(lambda: Notice.objects.unacknowledged().order_by("pk")[:1])


class Notice(models.Model):
    """A concern that a child is unsafe now. Whoever sees it sees only that, not the audit."""

    reference = models.CharField(max_length=20)
    case_reference = models.CharField(max_length=40)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="notices")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    concern = models.TextField()
    told_role = models.CharField(max_length=120)
    told_at = models.DateTimeField()
    will_do = models.TextField()
    recorded_on = models.DateField()
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices_raised")
    raised_at = models.DateTimeField(default=timezone.now)
    leaders_from = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="notices_acknowledged"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    response = models.TextField(blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_by_someone",
            )
        ]

    def __str__(self):
        return f"Safeguarding concern {self.reference}"

    def save(self, **kwargs):
        if not self.leaders_from:
            self.leaders_from = working_hours_after(self.raised_at, HOURS_BEFORE_LEADERS)
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("notices:detail", args=[self.pk])

    @property
    def headline(self) -> str:
        """What is at the top of every page until it is acknowledged."""
        return f"A child may be unsafe now: concern raised from {self.reference}, {self.team or self.service}"
