"""The council that is measured: services, teams, people, a tool of ten graded domains, and its audits."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from qa_audit.audits.models.answers import Answer, AuditFinding, Outcome, Voice, Who
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity, Impact, Kind, ReasonChosen
from qa_audit.findings.models import Finding, FindingKind, Origin, Severity
from qa_audit.people.actions.persons import system_user
from qa_audit.people.models import Role, RoleGrant, Service, Team, User
from qa_audit.tools.actions import import_tool, publish
from qa_audit.tools.models import Grade, ToolVersion

SERVICES, TEAMS_EACH, WRITERS = 12, 5, 32
TODAY = timezone.localdate()
TEN_YEARS = (TODAY - timedelta(days=3652), TODAY)
A_YEAR = (TODAY - timedelta(days=364), TODAY)
# Apart from the ten years: the audits of the workbook, and those that the import brings in.
WORKBOOK_YEAR, IMPORT_YEAR = 2012, 2010
WORKBOOK_AUDITS = 500
BATCH = 1000
KINDS = [
    (Kind.INDIVIDUAL, Capacity.QA_UNIT, ReasonChosen.RANDOM),
    (Kind.INDIVIDUAL, Capacity.QA_UNIT, ReasonChosen.DIP_SAMPLE),
    (Kind.THEMATIC, Capacity.QA_UNIT, ReasonChosen.THEME),
    (Kind.MANAGER, Capacity.MANAGER, ReasonChosen.RANDOM),
]
# What is not agreed yet is of these weeks: some sixty, whatever the history. A writer has one in hand.
OPEN_STATES = [State.SUBMITTED] * 12 + [State.SHARED] * 10 + [State.ALLOCATED] * 6
# Of a hundred audits so many have this grade.
GRADES = (
    [Grade.OUTSTANDING] * 8 + [Grade.GOOD] * 45 + [Grade.REQUIRES_IMPROVEMENT] * 37 + [Grade.INADEQUATE] * 10
)


@dataclass
class Council:
    """What jobs need to know of it."""

    version: ToolVersion
    teams: list[Team]
    lead: User
    writers: list[User]
    people: dict[Role, User]

    @property
    def domains(self) -> list:
        return self.version.all_domains


def make_council() -> Council:
    """Migrate the empty database and fill it, but for its audits."""
    call_command("migrate", verbosity=0)
    call_command("load_starter", stdout=StringIO())
    version, _ = import_tool(content=_tool_of_ten_domains(), by=system_user())
    publish(version=version, by=system_user())
    services = Service.objects.bulk_create(
        Service(name=f"Service {number:02}", order=number) for number in range(SERVICES)
    )
    teams = Team.objects.bulk_create(
        Team(service=service, name=f"{service} team {number}")
        for service in services
        for number in range(TEAMS_EACH)
    )
    people = {role: _person(role, services[0], teams[0]) for role in Role if role != Role.AUDITOR}
    writers = User.objects.bulk_create(
        User(email=f"writer{number}@bench.example", name=f"Writer {number}") for number in range(WRITERS)
    )
    RoleGrant.objects.bulk_create(RoleGrant(user=writer, role=Role.AUDITOR) for writer in writers)
    people[Role.AUDITOR] = writers[0]
    version = ToolVersion.objects.with_content().get(pk=version.pk)
    return Council(version, teams, people[Role.QA_LEAD], writers, people)


def _person(role: Role, service: Service, team: Team) -> User:
    """Somebody who holds the role alone; a manager for the first team, a head for the first service."""
    person = User.objects.create(email=f"{role}@bench.example", name=f"The {role.label.lower()}")
    RoleGrant.objects.create(
        user=person,
        role=role,
        service=service if role == Role.HEAD else None,
        team=team if role == Role.MANAGER else None,
    )
    return person


def _tool_of_ten_domains() -> dict:
    """A starter tool of eight domains and two more from the library."""
    fixtures = Path(settings.BASE_DIR) / "fixtures"
    tool = json.loads((fixtures / "tools/05-child-protection.json").read_text("utf-8"))
    library = json.loads((fixtures / "library/core_domains.json").read_text("utf-8"))
    tool["tool"] |= {"code": "bench", "title": "Ten domains"}
    taken = {domain["concept"] for domain in tool["domains"]}
    more = [domain for domain in library if domain["concept"] not in taken][: 10 - len(taken)]
    tool["domains"] += [
        {"concept": domain["concept"], "title": domain["title"], "prompt": domain["prompt"], "questions": []}
        for domain in more
    ]
    return tool


def add_audits(council: Council, first: int, last: int) -> None:
    """Audits number `first` to `last` - 1, evenly over the ten years, with ten domain grades each."""
    days = (TEN_YEARS[1] - TEN_YEARS[0]).days + 1
    newest = _newest()
    # 1,009 shares no factor with the number of days, so any run of numbers covers the whole period.
    for start in range(first, last, BATCH):
        Audit.objects.bulk_create(
            _audit(council, number, TEN_YEARS[0] + timedelta(days=number * 1009 % days))
            for number in range(start, min(start + BATCH, last))
        )
    _grade_domains(council, newest)
    _hear_voices(newest)
    _answer_questions(council, newest)


def _newest() -> int:
    return Audit.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _audit(council: Council, number: int, audited_on: date, **facts) -> Audit:
    team = council.teams[number % len(council.teams)]
    kind, capacity, reason = KINDS[number // 7 % len(KINDS)]
    grade = GRADES[number * 37 % 100]
    default = {
        "reference": f"A-{audited_on.year}-{number:07}",
        "state": State.AGREED,
        "tool_version": council.version,
        "case_reference": f"C{number:07}",
        "service_id": team.service_id,
        "team": team,
        "capacity": capacity,
        "reason_chosen": reason,
        "kind": kind,
        "auditor": council.writers[number % WRITERS],
        "audited_on": audited_on,
        "period_from": audited_on - timedelta(days=365),
        "period_to": audited_on,
        "first_grade": grade,
        "grade": grade,
        "impact": Impact.values[number % len(Impact.values)],
        "agreed_at": timezone.now(),
    }
    return Audit(**default | facts)


def _grade_domains(council: Council, newest: int) -> None:
    """Ten rows for each audit after `newest`, made in the database: twenty times as fast."""
    grades = " ".join(f"WHEN {place} THEN '{grade}'" for place, grade in enumerate(GRADES[::10]))
    with connection.cursor() as cursor:
        _allow_long_statements(cursor)
        cursor.execute(
            "INSERT INTO qa_audit_domaingrade"  # noqa: S608
            " (audit_id, domain_id, applies, grade, evidence, version, saved_at)"
            f" SELECT a.id, d.id, '', CASE (a.id * 7 + d.id * 3) %% 10 {grades} END, '', 1, %s"
            " FROM qa_audit_audit a CROSS JOIN qa_audit_domain d WHERE a.id > %s AND d.version_id = %s",
            [timezone.now(), newest, council.version.pk],
        )


def _hear_voices(newest: int) -> None:
    """Three rows for each audit after `newest`: heard, declined or only sought."""
    whose = " UNION ALL ".join(f"SELECT '{who}' AS who" for who in Who.values)
    outcomes = " ".join(
        f"WHEN {place} THEN '{outcome}'"
        for place, outcome in enumerate([Outcome.HEARD, Outcome.HEARD, Outcome.DECLINED, Outcome.SOUGHT])
    )
    with connection.cursor() as cursor:
        _allow_long_statements(cursor)
        cursor.execute(
            "INSERT INTO qa_audit_voice"  # noqa: S608
            " (audit_id, who, outcome, words, why, arranged_for, arranged_with, version)"
            f" SELECT a.id, w.who, CASE a.id %% 4 {outcomes} END, '', '', NULL, '', 1"
            f" FROM qa_audit_audit a CROSS JOIN ({whose}) w WHERE a.id > %s",
            [newest],
        )


def _answer_questions(council: Council, newest: int) -> None:
    """The audits after `newest` and of the newest year have their questions answered."""
    of_the_year = Audit.objects.filter(pk__gt=newest).audited_between(*A_YEAR)
    for start in range(0, of_the_year.count(), BATCH):
        audits = list(of_the_year.order_by("pk")[start : start + BATCH])
        Answer.objects.bulk_create(_answers(council, audits), batch_size=BATCH)


def _allow_long_statements(cursor) -> None:
    if connection.vendor == "postgresql":
        cursor.execute("SET statement_timeout = 0")


def settle() -> None:
    """What PostgreSQL's own housekeeping does in the background on a running site; SQLite has none."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            _allow_long_statements(cursor)
            cursor.execute("VACUUM ANALYZE")
    connection.close()


def add_workbook_audits(council: Council) -> Service:
    """One service's 500 whole audits of a year: answers, grades, voices and findings."""
    service = council.teams[0].service
    newest = _newest()
    audits = Audit.objects.bulk_create(
        _audit(
            council,
            number,
            date(WORKBOOK_YEAR, 1, 1) + timedelta(days=number % 365),
            reference=f"A-{WORKBOOK_YEAR}-{number:04}",
            service=service,
            team=council.teams[number % TEAMS_EACH],
        )
        for number in range(WORKBOOK_AUDITS)
    )
    _grade_domains(council, newest)
    Answer.objects.bulk_create(_answers(council, audits), batch_size=BATCH)
    outcomes = [Outcome.HEARD, Outcome.HEARD, Outcome.DECLINED, Outcome.SOUGHT]
    Voice.objects.bulk_create(
        Voice(audit=audit, who=who, outcome=outcomes[audit.pk % 4]) for audit in audits for who in Who
    )
    _add_findings(audits)
    return service


def _answers(council: Council, audits: list[Audit]) -> list[Answer]:
    chosen = [
        (question, question.answers)
        for domain in council.domains
        for question in domain.questions.all()
        if question.answers and question.answer_type != "choices"
    ]
    return [
        Answer(audit=audit, question=question, value=answers[audit.pk % len(answers)][0])
        for audit in audits
        for question, answers in chosen
    ]


def _add_findings(audits: list[Audit]) -> None:
    """A strength and an area for improvement from each audit."""
    severity = {FindingKind.STRENGTH: "", FindingKind.IMPROVEMENT: Severity.MEDIUM}
    findings = Finding.objects.bulk_create(
        Finding(
            kind=kind,
            text=f"Finding of audit {audit.reference}: the plan says who does what, and by when.",
            service_id=audit.service_id,
            severity=severity[kind],
            origin=Origin.AUDIT,
            found_on=audit.audited_on,
        )
        for audit in audits
        for kind in FindingKind
    )
    owners = [audit for audit in audits for _ in FindingKind]
    AuditFinding.objects.bulk_create(
        AuditFinding(audit=audit, finding=finding) for audit, finding in zip(owners, findings, strict=True)
    )


def add_open_audits(council: Council) -> list[Audit]:
    """What is not agreed yet: an audit in progress for each writer, answered, and others after them.

    Out: those in progress.
    """
    newest = _newest()
    ungraded = {"agreed_at": None, "first_grade": "", "grade": ""}
    written = [
        _open_audit(council, number, state=State.IN_PROGRESS, auditor=writer, **ungraded)
        for number, writer in enumerate(council.writers)
    ]
    on_their_way = [
        _open_audit(
            council,
            number,
            state=state,
            agreed_at=None,
            submitted_at=timezone.now(),
            shared_at=timezone.now() if state == State.SHARED else None,
        )
        for number, state in enumerate(OPEN_STATES, len(written))
    ]
    audits = Audit.objects.bulk_create(written + on_their_way)[: len(written)]
    _grade_domains(council, newest)
    Answer.objects.bulk_create(_answers(council, audits), batch_size=BATCH)
    return audits


def _open_audit(council: Council, number: int, **facts) -> Audit:
    audited_on = TODAY - timedelta(days=number % 40)
    reference = f"A-{TODAY.year + 1}-{number:04}"
    return _audit(council, number, audited_on, reference=reference, due_on=TODAY, **facts)
