"""What somebody will do, by when, and how it ended. What an action answers holds the link to it."""

from django.db import models
from django.db.models import Q

from qa_audit.history.models import Event
from qa_audit.people.models import Role, Service, Team, User


class ActionOrigin(models.TextChoices):
    """What asked for an action. To come: all that a finding can come from."""

    INDICATOR = "indicator", "An indicator’s figure of a month"


class ActionState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class Closing(models.TextChoices):
    """How an action closed. Nobody has looked whether what was done was done, and helped."""

    DONE = "done", "Done, not verified"
    DROPPED = "dropped", "No longer needed"


class ActionQuerySet(models.QuerySet):
    """Actions by who may read them, and by how far they are."""

    def visible_to(self, user):
        """Of the whole council: all but administrators; of a service: its head, managers and those above."""
        if user.has_role(Role.ANALYST, Role.QA_LEAD, Role.LEADER):
            return self.all()
        if not user.has_role(Role.AUDITOR, Role.MANAGER, Role.HEAD):
            return self.none()
        allowed = Q(service=None)
        if user.has_role(Role.HEAD):
            allowed |= Q(service__in=user.headed_service_ids)
        if user.has_role(Role.MANAGER):
            allowed |= Q(service__in=Team.objects.filter(pk__in=user.managed_team_ids).values("service"))
        return self.filter(allowed)

    def open(self):
        """Those that somebody has still to do."""
        return self.filter(state=ActionState.OPEN)


class Action(models.Model):
    """What somebody will do, for one service or the whole council, by when, and what came of it.

    A person, a role or another organisation owns it.
    """

    # History kept its first events under the name of an indicator's action step, which had the same number.
    known_before_as = ("actionstep",)

    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=20, choices=ActionOrigin.choices)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_role = models.CharField(max_length=120, blank=True)
    owner_organisation = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    due_on = models.DateField()
    state = models.CharField(max_length=20, choices=ActionState.choices, default=ActionState.OPEN)
    closed_as = models.CharField(max_length=20, choices=Closing.choices, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, owner_role="", owner_organisation="")
                | Q(owner=None, owner_organisation="") & ~Q(owner_role="")
                | Q(owner=None, owner_role="") & ~Q(owner_organisation=""),
                name="action_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(state=ActionState.CLOSED, closed_on__isnull=False) & ~Q(closed_as="")
                | ~Q(state=ActionState.CLOSED) & Q(closed_on=None, closed_as=""),
                name="closed_action_says_how_and_when",
            ),
        ]

    def __str__(self):
        return f"Action of {self.service or 'the whole council'}, due {self.due_on:%d.%m.%Y}"

    @property
    def owner_words(self) -> str:
        """Who does it: a person's name, a role, or another organisation."""
        return str(self.owner or self.owner_role or self.owner_organisation)

    @property
    def events(self):
        """What history knows of it, newest first."""
        return Event.objects.about(self)
