"""Figures that came in: returns, and the observations that they brought."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kpi.indicators.models.comparisons import QualifyingStatus
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import is_first_of_month
from kpi.indicators.models.versions import IndicatorVersion
from qa_audit.intake.models import WaitingQuerySet, WaitingUpload
from qa_audit.jobs.models import Job, JobState
from qa_audit.people.models import Role, Service, Team, User

STOPPED = "The work stopped, and nothing was taken back. Try again."


class Work(models.TextChoices):
    """What is done with a file or a return, and takes long."""

    CHECK = "check", "Being checked"
    STORE = "store", "Being stored"
    TAKE_BACK = "take_back", "Being taken back"


class Layout(models.TextChoices):
    WIDE = "wide", "A row for each indicator, a column for each month"
    LONG = "long", "A row for each figure"
    TEAMS = "teams", "A table of teams for each indicator"
    CASELOADS = "caseloads", "A row for each worker's caseload"


class ObservationState(models.TextChoices):
    VALUE = "value", "A figure"
    ZERO = "zero", "Zero"
    NOT_YET = "not_yet", "Not yet"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    NOT_AVAILABLE = "not_available", "Not available"
    WITHHELD = "withheld", "Withheld"
    FORECAST = "forecast", "Forecast"
    UNVALIDATED = "unvalidated", "Not validated"


HAS_FIGURE = (
    ObservationState.VALUE,
    ObservationState.ZERO,
    ObservationState.FORECAST,
    ObservationState.UNVALIDATED,
)


class Precision(models.TextChoices):
    EXACT = "exact", "Exact"
    FROM_ROUNDED = "from_rounded", "Worked out from rounded figures"
    TYPED = "typed", "As typed, without numerator and denominator"


class ReturnQuerySet(models.QuerySet):
    """Returns by who keeps them and what became of them."""

    def visible_to(self, user):
        """Returns are the performance analysts'."""
        return self.all() if user.has_role(Role.ANALYST) else self.none()


class Return(models.Model):
    """One upload of figures, with its file; or the counter-return that takes one back."""

    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    content = models.BinaryField(blank=True)
    layout = models.CharField(max_length=9, choices=Layout.choices, blank=True)
    month = models.DateField(null=True, blank=True)  # given with a file that does not say its month
    # What the check found: counts, problems, warnings and revisions in plain words.
    outcome = models.JSONField(default=dict, blank=True)
    new = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=250, blank=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    # Of a long one, which is taken back beside the request.
    job = models.OneToOneField(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return f"Return {self.pk}"

    def get_absolute_url(self):
        return reverse("returns:detail", args=[self.pk])

    @property
    def name(self) -> str:
        """What pages call it."""
        return self.file_name or f"Taking back of return {self.reverses_id}"

    @property
    def is_taken_back(self) -> bool:
        """Whether a counter-return put back what was there before it."""
        return hasattr(self, "reversed_by")

    @property
    def is_being_taken_back(self) -> bool:
        """Whether a counter-return is on its way."""
        return self.job is not None and self.job.is_running

    @property
    def error(self) -> str:
        """Why it could not be taken back, after all."""
        if self.job is None:
            return ""
        return STOPPED if self.job.is_broken_off else self.job.error

    @property
    def standing(self) -> str:
        """Whether its figures stand."""
        return "Taken back" if self.is_taken_back else "Accepted"


class UploadQuerySet(WaitingQuerySet):
    """Files that wait, by what goes on with them."""

    def being_stored(self):
        """Those that may become a return at any moment."""
        return self.filter(job__in=Job.objects.running().filter(kind=Work.STORE))

    def stale(self):
        """One that is being worked on is not left."""
        return super().stale().exclude(job__in=Job.objects.running())


class Upload(WaitingUpload):
    """A return that a person has yet to accept."""

    month = models.DateField(null=True, blank=True)  # given with a file that does not say its month
    # What the check found, for the page: counts, and lines in plain words.
    outcome = models.JSONField(default=dict, blank=True)
    # The last one: a check, or the storing.
    job = models.OneToOneField(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = UploadQuerySet.as_manager()

    def __str__(self):
        return f"Upload {self.pk}"

    @property
    def is_at_work(self) -> bool:
        """Whether a check or the storing is going on."""
        return self.job is not None and self.job.is_running

    @property
    def is_being_stored(self) -> bool:
        """Whether it may become a return at any moment."""
        return self.is_at_work and self.job.kind == Work.STORE

    @property
    def is_checked(self) -> bool:
        """Whether its check is over, and what it found is known."""
        return self.job is not None and self.job.state in (JobState.DONE, JobState.REFUSED)

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        if self.job is None:
            return "Not checked yet"
        if self.is_at_work:
            return Work(self.job.kind).label
        return "Checked" if self.is_checked else "Stopped"


def teams_seen_by(user) -> Q | None:
    """Which rows of teams the person may see; None: of every team."""
    if user.has_role(Role.ANALYST, Role.QA_LEAD, Role.LEADER):
        return None
    seen = Q(pk__in=[])
    if user.has_role(Role.HEAD):
        seen |= Q(team__service__in=user.headed_service_ids)
    if user.has_role(Role.MANAGER):
        seen |= Q(team__in=user.managed_team_ids)
    return seen


class ObservationQuerySet(models.QuerySet):
    """Observations by whose they are, by month, and by whether they stand."""

    def visible_to(self, user):
        """The council's own figures for all who meet measures; of services and teams one's own.

        Analysts, QA leads and senior leaders see every service and team.
        """
        allowed = teams_seen_by(user)
        if allowed is None:
            return self.all()
        if user.has_role(Role.AUDITOR, Role.HEAD, Role.MANAGER):
            allowed |= Q(service=None, team=None)
        if user.has_role(Role.HEAD):
            allowed |= Q(service__in=user.headed_service_ids)
        return self.filter(allowed)

    def current(self):
        """The latest accepted revision of each."""
        return self.filter(is_current=True)

    def of_council(self):
        """The council's own rows, not those of services or teams."""
        return self.filter(service=None, team=None)

    def of_teams(self):
        """The rows of teams."""
        return self.filter(team__isnull=False)

    def between(self, first, last):
        """Those of the months from first to last, both included."""
        return self.filter(month__gte=first, month__lte=last)


class Observation(models.Model):
    """One figure of one unit in one month. Rows are added, never changed; a revision follows the earlier.

    Of a percentage the numerator and denominator are kept, of a rate the count as numerator (its population
    is looked up by the month); `value` only where no fraction exists.
    """

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    indicator_version = models.ForeignKey(
        IndicatorVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()
    numerator = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    state = models.CharField(max_length=14, choices=ObservationState.choices, default=ObservationState.VALUE)
    precision = models.CharField(max_length=12, choices=Precision.choices, default=Precision.EXACT)
    revision = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    reason = models.CharField(max_length=250, blank=True)
    note = models.CharField(max_length=250, blank=True)
    source = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="observations")
    cell = models.CharField(max_length=12, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["month", "pk"]
        indexes = [
            # A month's page: the council's rows of some months, whatever the teams' rows weigh.
            models.Index(fields=["team", "service", "month", "indicator"], name="observation_of_unit"),
            # An indicator's page: all its units over its months.
            models.Index(fields=["indicator", "month"], name="observation_of_indicator"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "month", "team"],
                condition=Q(is_current=True, team__isnull=False),
                name="one_current_figure_of_team",
            ),
            models.UniqueConstraint(
                fields=["indicator", "month", "service"],
                condition=Q(is_current=True, service__isnull=False),
                name="one_current_figure_of_service",
            ),
            models.UniqueConstraint(
                fields=["indicator", "month"],
                condition=Q(is_current=True, team=None, service=None),
                name="one_current_figure_of_council",
            ),
            models.CheckConstraint(condition=Q(service=None) | Q(team=None), name="observation_of_one_unit"),
            models.CheckConstraint(condition=is_first_of_month("month"), name="observation_month"),
            models.CheckConstraint(
                condition=Q(state__in=HAS_FIGURE) & (Q(value__isnull=False) | Q(numerator__isnull=False))
                | ~Q(state__in=HAS_FIGURE) & Q(value=None, numerator=None),
                name="observation_has_its_figure",
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gte=0), name="observation_denominator"
            ),
            models.CheckConstraint(
                condition=Q(revision=1, replaces=None) | Q(revision__gt=1, replaces__isnull=False),
                name="observation_revision_replaces",
            ),
        ]

    def __str__(self):
        return f"{self.indicator_id} {self.month:%Y-%m}"


class CaseloadQuerySet(models.QuerySet):
    """Caseloads by whose teams they belong to."""

    def visible_to(self, user):
        """Heads their services', managers their teams'; analysts, QA leads and senior leaders all."""
        allowed = teams_seen_by(user)
        return self.all() if allowed is None else self.filter(allowed)

    def current(self):
        """Those of the returns that stand."""
        return self.filter(is_current=True)


class Caseload(models.Model):
    """How many children one worker, known by a code alone, was allocated on a day."""

    on = models.DateField()
    worker_code = models.CharField(max_length=20)
    status = models.CharField(max_length=4, choices=QualifyingStatus.choices)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    children = models.PositiveSmallIntegerField()
    full_time_equivalent = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    is_current = models.BooleanField(default=True)
    source = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="caseloads")
    # The return whose list replaced it, or that took its own return back.
    ended_by = models.ForeignKey(
        Return, null=True, blank=True, on_delete=models.PROTECT, related_name="ended_caseloads"
    )

    objects = CaseloadQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "team", "-children"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "worker_code"], condition=Q(is_current=True), name="one_caseload_of_worker"
            )
        ]

    def __str__(self):
        return f"{self.worker_code} on {self.on}"
