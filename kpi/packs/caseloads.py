"""Caseloads at or over the threshold on a day, by service, locality and team. Workers go by code alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django import forms

from kpi.indicators.models.comparisons import CaseloadThreshold, QualifyingStatus
from kpi.returns.models import Caseload
from qa_audit.common import excel
from qa_audit.common.forms import FilterForm
from qa_audit.common.publishing.files import sheet_of
from qa_audit.common.publishing.values import Column, Table
from qa_audit.common.wording import count, day
from qa_audit.people.models import User

DEFAULT_THRESHOLD = 20
NO_LOCALITY = "No locality"


@dataclass(frozen=True)
class Worker:
    """One worker's caseload beside the threshold for their status."""

    caseload: Caseload
    threshold: int

    @property
    def is_high(self) -> bool:
        return self.caseload.children >= self.threshold

    @property
    def beyond(self) -> int:
        """How many children more than the threshold."""
        return self.caseload.children - self.threshold

    @property
    def locality(self) -> str:
        return self.caseload.team.locality or NO_LOCALITY


@dataclass(frozen=True)
class Group:
    """Some workers together: a team, a locality with a status, or all."""

    names: Sequence[str]
    workers: Sequence[Worker]

    @property
    def high(self) -> int:
        return sum(worker.is_high for worker in self.workers)

    @property
    def children(self) -> int:
        return sum(worker.caseload.children for worker in self.workers)

    @property
    def highest(self) -> int:
        return max((worker.caseload.children for worker in self.workers), default=0)

    @property
    def words(self) -> str:
        """3 of 12"""
        return f"{self.high:,} of {len(self.workers):,}"


class DayForm(FilterForm):
    """Which day's caseloads: the newest unless another is chosen."""

    on = forms.ChoiceField(
        label="Day", required=False, error_messages={"invalid_choice": "Choose a day from the list"}
    )

    def __init__(self, data, *, days: Sequence[date]):
        super().__init__(data)
        self.days = days
        self.fields["on"].choices = [(one.isoformat(), day(one)) for one in days]

    def chosen(self) -> date:
        """The day asked for; only of a valid form, and where there is a day."""
        typed = self.cleaned_data["on"]
        return date.fromisoformat(typed) if typed else self.days[0]


def days_with_caseloads(user: User) -> list[date]:
    """The days of caseloads that the person may see, newest first."""
    days = Caseload.objects.visible_to(user).current().order_by("-on")
    return list(days.values_list("on", flat=True).distinct())


class Caseloads:
    """The caseloads of a day that a person may see. Two queries, whatever their number."""

    def __init__(self, user: User, on: date):
        self.user, self.on = user, on

    @cached_property
    def thresholds(self) -> dict[str, int]:
        """From how many children on a caseload is high, by status; where none is set, 20."""
        found = dict.fromkeys(QualifyingStatus.values, DEFAULT_THRESHOLD)
        for one in CaseloadThreshold.objects.in_force(self.on.replace(day=1)).order_by("from_month"):
            found[one.status] = one.children
        return found

    @property
    def thresholds_in_words(self) -> list[str]:
        """20 children (social worker)"""
        return [
            f"{count(children, 'child', 'children')} ({QualifyingStatus(status).label.lower()})"
            for status, children in self.thresholds.items()
        ]

    @cached_property
    def workers(self) -> list[Worker]:
        """By service, locality and team, the highest caseload first."""
        rows = Caseload.objects.visible_to(self.user).current().filter(on=self.on)
        rows = rows.select_related("team__service").order_by(
            "team__service__order",
            "team__service__name",
            "team__locality",
            "team__name",
            "-children",
            "worker_code",
        )
        return [Worker(row, self.thresholds[row.status]) for row in rows]

    @property
    def high(self) -> list[tuple[str, list[Worker]]]:
        """Those at or over the threshold, by service."""
        found = _grouped((one for one in self.workers if one.is_high), lambda one: one.caseload.team.service)
        return [(service.name, workers) for service, workers in found.items()]

    @property
    def teams(self) -> list[Group]:
        """Every team with its workers; its names are service, locality and team."""
        found = _grouped(self.workers, lambda one: one.caseload.team)
        return [
            Group((team.service.name, team.locality or NO_LOCALITY, team.name), workers)
            for team, workers in found.items()
        ]

    @property
    def localities(self) -> list[Group]:
        """Every locality of a service and status in it; its names are service, locality and status."""

        def place(worker: Worker) -> tuple:
            row = worker.caseload
            return row.team.service.name, worker.locality, row.get_status_display()

        return [Group(names, workers) for names, workers in _grouped(self.workers, place).items()]

    @property
    def total(self) -> Group:
        return Group(("All teams", "", ""), self.workers)

    @property
    def sentence(self) -> str:
        """14 of 62 workers had a caseload at or over the threshold on 31 July 2023."""
        total = self.total
        workers = count(len(total.workers), "worker")
        return f"{total.high:,} of {workers} had a caseload at or over the threshold on {day(self.on)}."

    @property
    def high_tables(self) -> list[Table]:
        """Those at or over the threshold, a table for each service."""
        return [Table(service, ON_PAGE, workers) for service, workers in self.high]

    @property
    def group_tables(self) -> list[Table]:
        """By team, all of them last, and by locality and status."""
        everybody = Group(("", "", "All teams"), self.workers)
        return [
            Table("By team", [TEAM, *PLACE, WORKERS, CHILDREN, HIGH, HIGHEST], self.teams, everybody),
            Table("By locality and status", [PLACE[1], PLACE[0], STATUS, CHILDREN, HIGH], self.localities),
        ]

    @property
    def sheets(self) -> list[excel.Sheet]:
        """The page's three tables, row by row, and every worker."""
        high = [worker for _, workers in self.high for worker in workers]
        in_team = [*PLACE, TEAM, WORKERS, CHILDREN, HIGH, HIGHEST]
        in_locality = [*PLACE, STATUS, WORKERS, CHILDREN, HIGH]
        tables = [
            Table("At or over the threshold", OF_WORKERS, high, freeze=3),
            Table("Teams", in_team, self.teams, self.total, freeze=3),
            Table("Localities", in_locality, self.localities, freeze=3),
            Table("Every worker", OF_WORKERS, self.workers, freeze=3),
        ]
        return [sheet_of(table) for table in tables]


def _grouped(workers: Iterable[Worker], key: Callable[[Worker], object]) -> dict:
    found: dict = {}
    for worker in workers:
        found.setdefault(key(worker), []).append(worker)
    return found


# Of workers: the first columns of their files, on the page the last.
_SERVICE = Column("Service", value=lambda row: row.caseload.team.service.name)
_LOCALITY = Column("Locality", value=lambda row: row.locality)
_TEAM = Column("Team", value=lambda row: row.caseload.team.name)
_WORKER = Column("Worker", value=lambda row: row.caseload.worker_code)
_STATUS = Column("Status", value=lambda row: row.caseload.get_status_display())
_CHILDREN = Column("Children", "integer", value=lambda row: row.caseload.children)
_THRESHOLD = Column(
    "Threshold", "integer", value=lambda row: row.threshold, html=lambda row: _beside_threshold(row)
)
ON_PAGE = [_WORKER, _CHILDREN, _THRESHOLD, _STATUS, _TEAM, _LOCALITY]
OF_WORKERS = [
    *(_SERVICE, _LOCALITY, _TEAM, _WORKER, _STATUS, _CHILDREN, _THRESHOLD),
    Column("Full-time equivalent", "number", value=lambda row: row.caseload.full_time_equivalent),
    Column("At or over", width=12, value=lambda row: row.is_high),
]
# Of groups.
PLACE = [
    Column("Service", value=lambda group: group.names[0]),
    Column("Locality", value=lambda group: group.names[1]),
]
TEAM, STATUS = (Column(heading, value=lambda group: group.names[2]) for heading in ("Team", "Status"))
WORKERS = Column("Workers", "integer", value=lambda group: len(group.workers))
CHILDREN = Column("Children", "integer", value=lambda group: group.children)
HIGH = Column(
    "At or over the threshold",
    "integer",
    short="At or over",
    look="sight-nowrap",
    value=lambda group: group.high,
    text=lambda group: group.words,
)
HIGHEST = Column("Highest caseload", "integer", short="Highest", value=lambda group: group.highest)


def _beside_threshold(row: Worker) -> str:
    """20 (4 over)"""
    over = f' <span class="sight-note sight-nowrap">({row.beyond} over)</span>' if row.beyond else ""
    return f"{row.threshold}{over}"
