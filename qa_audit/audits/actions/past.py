"""Past audits: the one way in which an audit is made already agreed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from qa_audit.audits.actions.findings import SEVERITY_OF_GRADE
from qa_audit.audits.actions.snapshots import WHOLE, snapshot
from qa_audit.audits.models import (
    Audit,
    AuditFinding,
    Capacity,
    DomainGrade,
    Kind,
    ReasonChosen,
    ReferenceSeries,
    State,
)
from qa_audit.findings.models import Finding, FindingKind, Origin, Severity
from qa_audit.history.actions import Entry, record_all
from qa_audit.people.models import Role, Service, Team, User
from qa_audit.tools.models import Concept, Domain, Requirement, Tool, ToolVersion, VersionStatus

IMPORTED = "imported"
# So many are inserted, or chained, at a time.
BATCH = 500
# An imported finding belongs to no domain and has no theme.
NO_PLACE = {"themes": "", "domain": ""}
# What differs between past audits, apart from other records' names.
DIFFERING = (
    "reference",
    "case_reference",
    "service_id",
    "team_id",
    "auditor_id",
    "capacity",
    "reason_chosen",
    "kind",
    "theme",
    "audited_on",
    "period_from",
    "period_to",
)
# What a manager or a theme is, the kind says. Why another audit was chosen, nobody knows now: "requested"
# claims the least, for "random" would let it speak for cases that nobody drew.
CHOSEN = {
    Kind.INDIVIDUAL: (Capacity.QA_UNIT, ReasonChosen.REQUESTED),
    Kind.THEMATIC: (Capacity.QA_UNIT, ReasonChosen.THEME),
    Kind.MANAGER: (Capacity.MANAGER, ReasonChosen.REQUESTED),
}


@dataclass(frozen=True, slots=True)
class PastAudit:
    """What is known of an audit that was made elsewhere. `domain_grades` are (concept key, grade)."""

    case_reference: str
    service_id: int
    kind: str
    audited_on: date
    team_id: int | None = None
    auditor_id: int | None = None
    theme: str = ""
    grade: str = ""
    domain_grades: tuple[tuple[str, str], ...] = ()
    going_well: str = ""
    improvements: str = ""


# A past audit, its reference, and the keys under which it and its findings are stored.
Made = tuple[PastAudit, str, int, list[int]]


@dataclass(frozen=True)
class Arrival:
    """What all audits of one import share."""

    by: User
    at: datetime
    version: ToolVersion
    domains: dict[str, Domain]


@transaction.atomic
def record_past_audits(*, audits: list[PastAudit], by: User) -> list[str]:
    """Store past audits as agreed and imported, whole, and give their references in the same order.

    The kind says the auditor's capacity and why the case was chosen, as far as it can (see CHOSEN).
    """
    if not by.has_role(Role.QA_LEAD):
        raise PermissionDenied
    version = _imported_version({key for audit in audits for key, _ in audit.domain_grades}, by)
    domains = {domain.concept.key: domain for domain in version.domains.select_related("concept")}
    arrival = Arrival(by, timezone.now(), version, domains)
    references = _references(audits)
    made = [
        stored
        for batch in _batches(zip(audits, references, strict=True))
        for stored in _store(batch, arrival)
    ]
    if made:
        _record(made, arrival)
    return references


def past_findings(past, grade: str, origin: Origin, by: User) -> list[Finding]:
    """What went well and what to improve, unsaved: severity follows the grade, and there is no theme."""
    facts = {
        "service_id": past.service_id,
        "team_id": past.team_id,
        "origin": origin,
        "found_on": past.audited_on,
        "created_by": by,
    }
    found = []
    if past.going_well:
        found.append(Finding(kind=FindingKind.STRENGTH, text=past.going_well, **facts))
    if past.improvements:
        severity = SEVERITY_OF_GRADE.get(grade, Severity.LOW)
        found.append(
            Finding(kind=FindingKind.IMPROVEMENT, text=past.improvements, severity=severity, **facts)
        )
    return found


def _batches(items: Iterable) -> Iterator[list]:
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


def _references(audits: list[PastAudit]) -> list[str]:
    """References of the years in which they were audited; everybody locks the years in the same order."""
    years = Counter(audit.audited_on.year for audit in audits)
    taken = {year: iter(ReferenceSeries.take("A", year, count)) for year, count in sorted(years.items())}
    return [next(taken[audit.audited_on.year]) for audit in audits]


def _imported_version(keys: set[str], by: User) -> ToolVersion:
    """The built-in version that carries imported audits, with a domain for each of these concepts.

    Domains are added, never changed, so nothing that stands on it says anything else than before.
    """
    tool, _ = Tool.objects.get_or_create(code=IMPORTED, defaults={"title": "Imported", "is_built_in": True})
    asks_nothing = dict.fromkeys(
        ("conversation", "voice_child", "voice_parent", "voice_carer"), Requirement.NOT_APPLICABLE
    )
    version, _ = ToolVersion.objects.get_or_create(
        tool=tool,
        number=1,
        defaults={
            **asks_nothing,
            "status": VersionStatus.PUBLISHED,
            "introduction": "Audits made before this product was in use.",
            "limits_overall_grade": False,
            "published_at": timezone.now(),
            "published_by": by,
        },
    )
    ToolVersion.objects.select_for_update().get(pk=version.pk)
    count = version.domains.count()
    missing = Concept.objects.filter(key__in=keys).exclude(domains__version=version)
    Domain.objects.bulk_create(
        Domain(
            version=version, concept=concept, order=order, title=concept.title[:120], prompt=concept.prompt
        )
        for order, concept in enumerate(missing, count)
    )
    return version


def _store(batch: list[tuple[PastAudit, str]], arrival: Arrival) -> list[Made]:
    """Insert one batch with its grades and findings."""
    audits = Audit.objects.bulk_create([_audit(past, reference, arrival) for past, reference in batch])
    DomainGrade.objects.bulk_create(
        DomainGrade(
            audit_id=audit.pk, domain_id=arrival.domains[key].pk, grade=grade, saved_by_id=arrival.by.pk
        )
        for audit, (past, _) in zip(audits, batch, strict=True)
        for key, grade in past.domain_grades
    )
    findings = [past_findings(past, past.grade, Origin.AUDIT, arrival.by) for past, _ in batch]
    Finding.objects.bulk_create(chain.from_iterable(findings))
    AuditFinding.objects.bulk_create(
        AuditFinding(audit_id=audit.pk, finding_id=finding.pk)
        for audit, found in zip(audits, findings, strict=True)
        for finding in found
    )
    return [
        (past, reference, audit.pk, [finding.pk for finding in found])
        for (past, reference), audit, found in zip(batch, audits, findings, strict=True)
    ]


def _audit(past: PastAudit, reference: str, arrival: Arrival) -> Audit:
    capacity, reason = CHOSEN[past.kind]
    return Audit(
        reference=reference,
        state=State.AGREED,
        is_imported=True,
        tool_version=arrival.version,
        case_reference=past.case_reference,
        service_id=past.service_id,
        team_id=past.team_id,
        capacity=capacity,
        reason_chosen=reason,
        kind=past.kind,
        theme=past.theme,
        auditor_id=past.auditor_id,
        audited_on=past.audited_on,
        period_from=past.audited_on - timedelta(days=365),
        period_to=past.audited_on,
        first_grade=past.grade,
        grade=past.grade,
        agreed_at=arrival.at,
    )


def _record(made: list[Made], arrival: Arrival) -> None:
    """History last: the end of its chain is held no longer than its own writing takes.

    Each snapshot is that of the first audit with what differs put in: reading tens of thousands back takes
    longer than all else, and keeping them takes more memory than a small server has.
    """
    first = snapshot(Audit.objects.prefetch_related(*WHOLE).get(pk=made[0][2]))
    names = {model: {row.pk: str(row) for row in model.objects.all()} for model in (Service, Team, User)}
    for batch in _batches(made):
        record_all([_entry(one, arrival, first, names) for one in batch], by=arrival.by)


def _entry(made: Made, arrival: Arrival, first: dict, names: dict) -> Entry:
    past, reference, number, finding_numbers = made
    audit = _audit(past, reference, arrival)
    audit.pk = number
    findings = past_findings(past, past.grade, Origin.AUDIT, arrival.by)
    header = {name: getattr(audit, name) for name in DIFFERING} | {
        "service": names[Service][past.service_id],
        "team": names[Team].get(past.team_id),
        "auditor": names[User].get(past.auditor_id),
    }
    differs = {
        "header": first["header"] | header,
        "judgement": first["judgement"] | {"first_grade": past.grade, "grade": past.grade},
        "domains": {
            key: {"title": arrival.domains[key].title, "applies": "", "grade": grade, "evidence": ""}
            for key, grade in past.domain_grades
        },
        "findings": {
            str(key): {"kind": finding.kind, "text": finding.text, "severity": finding.severity} | NO_PLACE
            for key, finding in zip(finding_numbers, findings, strict=True)
        },
    }
    return Entry("imported", audit, snapshot=first | differs)
