"""The audit: its header, its judgements and its state."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.models.header import Capacity, Header, Impact, Kind, ReasonChosen
from qa_audit.audits.models.themes import ThemedQuerySet
from qa_audit.history.models import Event, Snapshot
from qa_audit.notices.models import Notice
from qa_audit.people.models import Role, User
from qa_audit.tools.models import JUDGEMENTS, Grade, Scale


class State(models.TextChoices):
    ALLOCATED = "allocated", "Allocated"
    IN_PROGRESS = "in_progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    IN_MODERATION = "in_moderation", "In moderation"
    SHARED = "shared", "Shared"
    CHALLENGED = "challenged", "Challenged"
    AGREED = "agreed", "Final"
    WITHDRAWN = "withdrawn", "Withdrawn"


# Its auditor may write in these.
OPEN_STATES = (State.ALLOCATED, State.RETURNED, State.IN_PROGRESS)
# Managers, heads and leaders may open it in these.
FROM_SHARED = (State.SHARED, State.CHALLENGED, State.AGREED)
# Reports count these, challenged with the grade as it was ...
COUNTED_STATES = (State.AGREED, State.CHALLENGED)
# ... and show these apart.
PROVISIONAL_STATES = (State.SUBMITTED, State.IN_MODERATION, State.SHARED)


# All that an audit's page or its snapshot reads beside the row itself.
WHOLE = (
    "tool_version__tool",
    "service",
    "team",
    "auditor",
    "earlier_auditors",
    "moderator",
    "accuracy_noted_by",
    "notice",
    "told_strength__finding",
    "told_change__finding",
    "answers__question__concept",
    "answers__question__domain__concept",
    "domain_grades__domain__concept",
    "voices",
    "partner_agencies",
    "audit_findings__finding__themes",
    "audit_findings__domain",
)


def _may_open(user) -> Q:
    """The rule of who may open which audits, as a condition on the audit's own columns."""
    if user.has_role(Role.QA_LEAD):
        return ~Q(pk__in=[])
    allowed = Q(pk__in=[])
    if user.has_role(Role.AUDITOR):
        allowed |= Q(auditor=user.pk) | Q(moderator=user.pk)
    if user.has_role(Role.MANAGER):
        allowed |= Q(auditor=user.pk) | Q(team__in=user.managed_team_ids, state__in=FROM_SHARED)
    if user.has_role(Role.HEAD):
        allowed |= Q(service__in=user.headed_service_ids, state__in=FROM_SHARED)
    if user.has_role(Role.LEADER):
        allowed |= Q(state__in=FROM_SHARED)
    return allowed


class AuditQuerySet(ThemedQuerySet):
    """Audits by who may open, know of and count them, and by what they are."""

    def visible_to(self, user):
        """The audits that the person may open."""
        return self.filter(_may_open(user))

    def listed_for(self, user):
        """The audits of which the person may see that they exist: reference, service, state and due date."""
        if user.has_role(Role.QA_LEAD, Role.LEADER):
            return self.all()
        allowed = _may_open(user)
        if user.has_role(Role.HEAD):
            allowed |= Q(service__in=user.headed_service_ids)
        return self.filter(allowed)

    def marked_for(self, user):
        """Each with `may_open` and `may_see_grade`: a list shows more audits than the person may open."""
        is_blind = Q(moderator=user.pk, moderated_at=None)
        return self.annotate(
            may_open=Case(When(_may_open(user), then=True), default=False),
            may_see_grade=Case(When(is_blind, then=False), When(_may_open(user), then=True), default=False),
        )

    def showing_grades_to(self, user):
        """Without those whose grades the person may not know yet (see `hides_grades_from`)."""
        return self.exclude(moderator=user.pk, moderated_at=None)

    def of_case(self, reference: str):
        """Of this case: its current or its earlier reference, in any case of letters."""
        return self.filter(Q(case_reference__iexact=reference) | Q(earlier_reference__iexact=reference))

    def whole(self):
        """With everything that belongs to them, in a fixed number of queries."""
        return self.prefetch_related(*WHOLE)

    def counted_for(self, user):
        """The audits that may enter a figure shown to the person."""
        if user.has_role(Role.QA_LEAD, Role.LEADER, Role.ANALYST):
            return self.all()
        allowed = Q(pk__in=[])
        if user.has_role(Role.AUDITOR):
            allowed |= Q(auditor=user.pk)
        if user.has_role(Role.MANAGER):
            allowed |= Q(team__in=user.managed_team_ids)
        if user.has_role(Role.HEAD):
            allowed |= Q(service__in=user.headed_service_ids)
        return self.filter(allowed)

    def counted(self):
        """Audits that count in reports: agreed, or challenged with the grade as it was."""
        return self.filter(state__in=COUNTED_STATES)

    def provisional(self):
        """Submitted and not yet agreed: shown apart, never mixed in."""
        return self.filter(state__in=PROVISIONAL_STATES)

    def graded(self):
        """Judged on the four grades."""
        return self.filter(grade__in=Grade.values)

    def concern_not_raised(self):
        """Its auditor answered that a child may be unsafe now, and has not said whom they told."""
        # SQLite takes "no notice" for one row, as of a unique value, and would read all audits by it.
        unsafe = self.filter(child_unsafe=Audit.Safety.YES).alias(raised=Coalesce("notice", 0))
        return unsafe.filter(raised=0).exclude(state=State.WITHDRAWN)

    def audited_between(self, first, last):
        """Audited on a day of the period, both ends included."""
        return self.filter(audited_on__gte=first, audited_on__lte=last)

    def open(self):
        """Still being written by their auditor."""
        return self.filter(state__in=OPEN_STATES)

    def late(self):
        """Open and past their due date."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def awaiting_feedback(self):
        """Submitted with a conversation or a voice still arranged for a later day."""
        # Each from its own index of the few: one condition on both tables would look at every audit.
        talks = Audit.objects.filter(conversation=Audit.Conversation.ARRANGED).values("pk")
        voices = Audit.objects.filter(voices__outcome="arranged").values("pk")
        arranged = self.filter(pk__in=talks.order_by().union(voices.order_by()))
        return arranged.exclude(state__in=[*OPEN_STATES, State.WITHDRAWN])


class Audit(Header):
    """One look at one record. `grade` is the judgement that counts, `first_grade` the one first submitted."""

    class Conversation(models.TextChoices):
        HELD = "held", "Held"
        NOT_POSSIBLE = "not_possible", "Not possible"
        ARRANGED = "arranged", "Arranged for later"

    class Safety(models.TextChoices):
        YES = "yes", "Yes, a child may be unsafe now"
        NO = "no", "No"

    reference = models.CharField(max_length=14, unique=True)
    state = models.CharField(max_length=14, choices=State.choices, default=State.IN_PROGRESS)
    version = models.PositiveIntegerField(default=1)
    # One form sent twice makes one audit.
    creation_token = models.CharField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001
    is_imported = models.BooleanField(default=False)

    auditor = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    # Who wrote in it before it was handed over: nobody signs off what they wrote.
    earlier_auditors = models.ManyToManyField(User, blank=True, related_name="+")
    allocated_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)

    # Judgements
    first_grade = models.CharField(max_length=20, choices=JUDGEMENTS, blank=True)
    grade = models.CharField(max_length=20, choices=JUDGEMENTS, blank=True)
    grade_reason = models.TextField(blank=True)
    beyond_cap_reason = models.TextField(blank=True)
    impact = models.CharField(max_length=15, choices=Impact.choices, blank=True)
    impact_note = models.TextField(blank=True)

    # Is a child unsafe now?
    child_unsafe = models.CharField(max_length=3, choices=Safety.choices, blank=True)
    notice = models.OneToOneField(
        Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="audit"
    )

    # The conversation with the practitioner
    conversation = models.CharField(max_length=12, choices=Conversation.choices, blank=True)
    conversation_on = models.DateField(null=True, blank=True)
    conversation_with = models.CharField(max_length=120, blank=True)
    conversation_view = models.TextField(blank=True)
    conversation_why = models.CharField(max_length=300, blank=True)
    told_strength = models.ForeignKey(
        "AuditFinding", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    told_change = models.ForeignKey(
        "AuditFinding", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    # Moderation and sign-off
    moderator = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="audits_to_moderate"
    )
    moderation_due_on = models.DateField(null=True, blank=True)
    moderated_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)
    accuracy_note = models.TextField(blank=True)
    accuracy_noted_at = models.DateTimeField(null=True, blank=True)
    accuracy_noted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    return_note = models.TextField(blank=True)
    # The page that the auditor last saved ("where I was").
    last_page = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-audited_on", "-pk"]
        indexes = [
            # Serves the self-evaluation from the index alone: equality, then range, then the grouped columns.
            models.Index(
                fields=["state", "audited_on", "service", "kind", "grade"], name="audit_self_evaluation"
            ),
            models.Index(fields=["case_reference"], name="audit_case_reference"),
            models.Index(fields=["auditor", "state"], name="audit_auditor_state"),
            models.Index(fields=["audited_on", "id"], name="audit_newest"),
            # Few, most often none: reports show them apart without a look at every manager audit.
            models.Index(
                fields=["state", "audited_on"], name="audit_own_team", condition=Q(is_own_team=True)
            ),
            # The few that wait for something: homes list them however many audits there are.
            models.Index(
                fields=["state", "submitted_at", "id"], name="audit_to_share", condition=Q(state="submitted")
            ),
            models.Index(
                fields=["state", "shared_at", "id"], name="audit_to_agree", condition=Q(state="shared")
            ),
            models.Index(
                fields=["state", "conversation_on"],
                name="audit_conversation_arranged",
                condition=Q(conversation="arranged"),
            ),
            models.Index(fields=["auditor"], name="audit_unsafe", condition=Q(child_unsafe="yes")),
            # What there is to choose from is in the filter of every report.
            models.Index(fields=["state", "theme"], name="audit_themes", condition=Q(theme__gt="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(auditor__isnull=False) | Q(is_imported=True), name="only_imports_lack_auditor"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind=Kind.MANAGER, capacity=Capacity.MANAGER)
                    | (
                        Q(kind=Kind.THEMATIC, reason_chosen=ReasonChosen.THEME)
                        & ~Q(capacity=Capacity.MANAGER)
                    )
                    | (
                        Q(kind=Kind.INDIVIDUAL)
                        & ~Q(capacity=Capacity.MANAGER)
                        & ~Q(reason_chosen=ReasonChosen.THEME)
                    )
                ),
                name="kind_follows_capacity_and_reason",
            ),
            models.CheckConstraint(condition=Q(children_count__gte=1), name="at_least_one_child"),
            models.CheckConstraint(
                condition=Q(period_to__gte=models.F("period_from")), name="period_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.AGREED) | Q(agreed_at__isnull=False), name="agreed_has_its_time"
            ),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("audits:detail", args=[self.reference])

    @property
    def events(self):
        """What was done to it and who has looked at it, newest first."""
        return Event.objects.about(self)

    @property
    def snapshots(self):
        """The whole of it as it stood after each move, newest first."""
        snapshots = Snapshot.objects.filter(object_type=self._meta.model_name, object_id=self.pk)
        return snapshots.order_by("-event_sequence")

    @property
    def is_arranged(self) -> bool:
        """Whether the conversation is held on a later day."""
        return self.conversation == self.Conversation.ARRANGED

    def missing_in_conversation(self) -> Iterator[tuple[str, str]]:
        """What keeps it from being met in one of its three ways: the attribute, and what to do."""
        if not self.conversation:
            yield "conversation", "held, not possible and why, or arranged for a day"
        elif self.conversation == self.Conversation.NOT_POSSIBLE:
            if not self.conversation_why:
                yield "conversation_why", "say why it is not possible"
        else:
            if not self.conversation_on:
                yield "conversation_on", "say on which day"
            elif self.conversation == self.Conversation.HELD and self.conversation_on > timezone.localdate():
                yield "conversation_on", "it cannot have been held on a day that is still to come"
            if not self.conversation_with:
                yield "conversation_with", "say with whom (their role)"

    def settle(self, changed: set[str]) -> dict[str, str]:
        """Keep what was changed in agreement with the rest; see `settle_header`.

        Raises ValidationError, by attribute, where a concern that was raised would be taken back.
        """
        if self.notice_id and self.child_unsafe != self.Safety.YES:
            raise ValidationError(
                {"child_unsafe": "A concern was raised from this audit and stays on record"}
            )
        return self.settle_header(changed)

    @property
    def is_graded(self) -> bool:
        """Judged on the four grades; the others count in Total, not in Graded."""
        return self.grade in Grade.values

    @property
    def is_open(self) -> bool:
        """Its auditor may still write in it."""
        return self.state in OPEN_STATES

    @property
    def concern_not_raised(self) -> bool:
        """As the QuerySet method says: a red line is on every page of the audit until it is raised."""
        is_unsafe = self.child_unsafe == self.Safety.YES and self.notice_id is None
        return is_unsafe and self.state != State.WITHDRAWN

    @property
    def has_overall_judgement(self) -> bool:
        """Whether its tool asks for one."""
        return self.tool_version.scale != Scale.NONE

    def hides_grades_from(self, user) -> bool:
        """A moderator sees no grade until their own are saved."""
        return self.moderator_id == user.pk and self.moderated_at is None
