"""Past audits: the one way in which an audit is made already agreed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain, islice

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from qa_audit.audits.actions.findings import SEVERITY_OF_GRADE
from qa_audit.audits.actions.snapshots import WHOLE, snapshot
from qa_audit.audits.models.answers import AuditFinding, DomainGrade
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity, Kind, ReasonChosen
from qa_audit.audits.models.series import ReferenceSeries
from qa_audit.common.dates import months_back
from qa_audit.common.rows import insert_like
from qa_audit.findings.models import Finding, FindingKind, Origin, Severity
from qa_audit.history.actions import NewEvent, record_all
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
    "first_grade",
    "grade",
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
    """What went well and what to improve, unsaved, without a theme."""
    return [
        Finding(
            kind=kind,
            text=text,
            severity=severity,
            service_id=past.service_id,
            team_id=past.team_id,
            origin=origin,
            found_on=past.audited_on,
            created_by=by,
        )
        for kind, text, severity in _findings_in(past, grade)
    ]


def _findings_in(past, grade: str) -> list[tuple[str, str, str]]:
    """(kind, text, severity) of each finding: severity follows the grade."""
    severity = SEVERITY_OF_GRADE.get(grade, Severity.LOW)
    findings = [
        (FindingKind.STRENGTH.value, past.going_well, ""),
        (FindingKind.IMPROVEMENT.value, past.improvements, severity.value),
    ]
    return [finding for finding in findings if finding[1]]


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

    Domains are added, never changed, so all that is on it says what it did before.
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
    insert_like(
        _alike(arrival), DIFFERING, [_differing(past, reference).values() for past, reference in batch]
    )
    stored = Audit.objects.filter(reference__in=[reference for _, reference in batch])
    numbers = dict(stored.values_list("reference", "pk"))
    keys = {key: domain.pk for key, domain in arrival.domains.items()}
    insert_like(
        DomainGrade(saved_by=arrival.by),
        ("audit_id", "domain_id", "grade"),
        [
            (numbers[reference], keys[key], grade)
            for past, reference in batch
            for key, grade in past.domain_grades
        ],
    )
    findings = [past_findings(past, past.grade, Origin.AUDIT, arrival.by) for past, _ in batch]
    Finding.objects.bulk_create(chain.from_iterable(findings))
    made = [
        (past, reference, numbers[reference], [finding.pk for finding in found])
        for (past, reference), found in zip(batch, findings, strict=True)
    ]
    insert_like(
        AuditFinding(),
        ("audit_id", "finding_id"),
        [(number, finding) for _, _, number, found in made for finding in found],
    )
    return made


def _alike(arrival: Arrival) -> Audit:
    """What every audit of the import is."""
    return Audit(state=State.AGREED, is_imported=True, tool_version=arrival.version, agreed_at=arrival.at)


def _differing(past: PastAudit, reference: str) -> dict:
    """What differs between them, as the columns hold it, in the order of DIFFERING."""
    capacity, reason = CHOSEN[past.kind]
    day = past.audited_on.isoformat()
    return {
        "reference": reference,
        "case_reference": past.case_reference,
        "service_id": past.service_id,
        "team_id": past.team_id,
        "auditor_id": past.auditor_id,
        "capacity": capacity.value,
        "reason_chosen": reason.value,
        "kind": past.kind,
        "theme": past.theme,
        "audited_on": day,
        "period_from": months_back(past.audited_on, 12).isoformat(),
        "period_to": day,
        "first_grade": past.grade,
        "grade": past.grade,
    }


def _record(made: list[Made], arrival: Arrival) -> None:
    """History last: the end of its chain is held no longer than its own writing takes.

    Each snapshot is that of the first audit with what differs put in: reading tens of thousands back takes
    longer than all else, and keeping them takes more memory than a small server has.
    """
    first = snapshot(Audit.objects.prefetch_related(*WHOLE).get(pk=made[0][2]))
    names = {model: {row.pk: str(row) for row in model.objects.all()} for model in (Service, Team, User)}
    for batch in _batches(made):
        record_all([_entry(one, arrival, first, names) for one in batch], by=arrival.by)


def _entry(made: Made, arrival: Arrival, first: dict, names: dict) -> NewEvent:
    past, reference, number, finding_numbers = made
    differing = _differing(past, reference)
    judgement = {name: differing.pop(name) for name in ("first_grade", "grade")}
    organisation = {
        "service": names[Service][past.service_id],
        "team": names[Team].get(past.team_id),
        "auditor": names[User].get(past.auditor_id),
    }
    findings = _findings_in(past, past.grade)
    differs = {
        "header": first["header"] | differing | organisation,
        "judgement": first["judgement"] | judgement,
        "domains": {
            key: {"title": arrival.domains[key].title, "applies": "", "grade": grade, "evidence": ""}
            for key, grade in past.domain_grades
        },
        "findings": {
            str(key): {"kind": kind, "text": text, "severity": severity} | NO_PLACE
            for key, (kind, text, severity) in zip(finding_numbers, findings, strict=True)
        },
    }
    # As much of the row as history reads: a whole one takes longer than all the rest of this.
    read = {"id": number, "reference": reference, "service_id": past.service_id}
    audit = Audit.from_db(None, _in_model_order(*read), [read[name] for name in _in_model_order(*read)])
    return NewEvent(IMPORTED, audit, snapshot=first | differs)


@cache
def _in_model_order(*names: str) -> list[str]:
    """Fields in the order in which `from_db` takes their values."""
    return [field.attname for field in Audit._meta.concrete_fields if field.attname in names]
