"""The demonstration year: 455 agreed audits, with the counts and grades of fixtures/demo/year_2021.json."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.conf import settings
from django.utils import timezone

from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity, ReasonChosen
from qa_audit.common.dates import LONDON, add_working_days, is_working_day, months_back
from qa_audit.management.demonstration.cases import invent_case
from qa_audit.management.demonstration.content import content
from qa_audit.management.demonstration.council import Council
from qa_audit.management.demonstration.judgements import DECISIONS, pick
from qa_audit.management.demonstration.sheets import FilledSheet, Writer
from qa_audit.people.models import User

REASONS = {ReasonChosen.RANDOM: 7, ReasonChosen.DIP_SAMPLE: 2, ReasonChosen.FOLLOW_UP: 1}


def at(day: date, hour: int = 15) -> datetime:
    """An hour of that day in London."""
    return datetime.combine(day, time(hour), LONDON)


def working_days(first: date, last: date) -> list[date]:
    """The days on which somebody may have audited; the last day alone where there is none."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if is_working_day(day)] or [last]


class Planner:
    """Plans audits: who looks at what, on which tool, and when."""

    def __init__(self, rng: Random, council: Council):
        self.rng, self.council = rng, council

    def plan(self, service: str, on: date, auditor: User | None = None, theme: str = "") -> FilledSheet:
        """An audit by the QA unit, on the service's own tool."""
        version = self.rng.choice(self.council.tools[service])
        audit = self._audit(service, on)
        audit.auditor = auditor or self.rng.choice(self.council.auditors)
        audit.capacity = Capacity.QA_UNIT
        if audit.auditor.job_title == "Reviewing officer":
            audit.capacity = Capacity.REVIEWING_OFFICER
        audit.reason_chosen = ReasonChosen.THEME if theme else pick(self.rng, REASONS)
        audit.theme = theme
        return self._sheet(audit, version, version.tool.code)

    def plan_manager(self, service: str, on: date, manager: User | None = None) -> FilledSheet:
        """A manager audit, of another team of the service than the manager's own."""
        audit = self._audit(service, on)
        audit.auditor = manager or self.rng.choice(self.council.managers_of(service))
        others = [t for t in self.council.teams[service] if t.pk not in audit.auditor.managed_team_ids]
        audit.team = self.rng.choice(others)
        audit.capacity, audit.reason_chosen = Capacity.MANAGER, ReasonChosen.RANDOM
        code = self.rng.choice(self.council.tools[service]).tool.code
        return self._sheet(audit, self.council.manager_tool, code)

    def _audit(self, service: str, on: date) -> Audit:
        allocated = add_working_days(on, -self.rng.randint(2, 9))
        return Audit(
            service=self.council.services[service],
            team=self.rng.choice(self.council.teams[service]),
            audited_on=on,
            period_from=months_back(on, 12),
            period_to=on,
            allocated_on=allocated,
            due_on=add_working_days(allocated, settings.AUDIT_DUE_WORKING_DAYS),
        )

    def _sheet(self, audit: Audit, version, code: str) -> FilledSheet:
        audit.tool_version = version
        audit.kind = audit.derived_kind()
        invent_case(self.rng, audit, code)
        return FilledSheet(audit, version)


def agree(audit: Audit) -> None:
    """Give the audit the days on which it was submitted, shared and agreed, none of them in the future."""
    day, now = audit.audited_on, timezone.now()
    audit.state = State.AGREED
    audit.submitted_at = min(at(add_working_days(day, 1)), now)
    audit.shared_at = min(at(add_working_days(day, 2), 10), now)
    audit.agreed_at = min(at(add_working_days(day, 8), 11), now)


def plan_year(council: Council) -> list[FilledSheet]:
    """Every audit of 2021, filled in and agreed; chance has a seed, so that it is the same each time."""
    rng = Random(2021)  # noqa: S311  invented data needs no secret
    planner, writer = Planner(rng, council), Writer(rng)
    days = working_days(date(2021, 1, 4), date(2021, 12, 17))
    sheets = []
    for row in content("year_2021"):
        service = row["service"]
        themes = [theme for theme, number in row["themes"].items() for _ in range(number)]
        themes += [""] * (row["qa"] - len(themes))
        planned = [planner.plan(service, rng.choice(days), theme=theme) for theme in themes]
        planned += [planner.plan_manager(service, rng.choice(days)) for _ in range(row["managers"])]
        grades = [grade for grade, number in row["grades"].items() for _ in range(number)]
        grades = grades or [pick(rng, DECISIONS) for _ in planned]
        rng.shuffle(grades)
        for sheet, grade in zip(planned, grades, strict=True):
            writer.fill(sheet, grade)
            agree(sheet.audit)
        sheets += planned
    return sheets
