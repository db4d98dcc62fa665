"""Which rows of a file are already stored, and whether with the same values."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from qa_audit.audits.actions.past import PastAudit
from qa_audit.audits.models.answers import AuditFinding, DomainGrade
from qa_audit.audits.models.audit import Audit, State
from qa_audit.common.names import name_key
from qa_audit.findings.models import FindingKind
from qa_audit.imports.reviews import PastReview
from qa_audit.learning.models import LearningReview, ReviewFinding, ReviewStatus

Past = PastAudit | PastReview
Key = tuple[str, str, date]
# What one query asks for by name; a database takes only so many values in one.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """An audit or learning review of ours, and what a file would have to say to be equal to it."""

    reference: str
    is_withdrawn: bool
    past: Past


def key_of(past: Past) -> Key:
    """By what two rows are the same look at the same record; a reference is the same in any case."""
    return name_key(past.case_reference), past.kind, past.audited_on


def stored_alike(pasts: Iterable[Past]) -> Iterator[tuple[Past, list[Stored]]]:
    """Each with what is stored under its key."""
    pasts = iter(pasts)
    while chunk := list(islice(pasts, CHUNK)):
        # As written, and in the two other ways that people write them: so the index answers.
        cases = {
            way
            for past in chunk
            for way in (past.case_reference, past.case_reference.upper(), past.case_reference.lower())
        }
        days = {past.audited_on for past in chunk}
        found = defaultdict(list)
        for stored in [*_audits(cases, days), *_reviews(cases, days)]:
            found[key_of(stored.past)].append(stored)
        for past in chunk:
            yield past, found[key_of(past)]


def _texts(rows: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str], str]:
    """The findings' texts by what they belong to and their kind; several of a kind never equal one cell."""
    found = defaultdict(list)
    for owner, kind, text in rows:
        found[owner, kind].append(text)
    return defaultdict(str, {key: "\n\n".join(texts) for key, texts in found.items()})


def _audits(cases: set[str], days: set[date]) -> Iterator[Stored]:
    rows = Audit.objects.filter(
        case_reference__in=cases, audited_on__gte=min(days), audited_on__lte=max(days)
    ).in_bulk()
    grades = defaultdict(list)
    graded = DomainGrade.objects.filter(audit__in=rows).exclude(grade="")
    for owner, key, grade in graded.values_list("audit_id", "domain__concept__key", "grade"):
        grades[owner].append((key, grade))
    findings = AuditFinding.objects.filter(audit__in=rows)
    texts = _texts(findings.values_list("audit_id", "finding__kind", "finding__text"))
    for audit in rows.values():
        past = PastAudit(
            case_reference=audit.case_reference,
            service_id=audit.service_id,
            kind=audit.kind,
            audited_on=audit.audited_on,
            team_id=audit.team_id,
            auditor_id=audit.auditor_id,
            theme=audit.theme,
            grade=audit.first_grade,
            domain_grades=tuple(sorted(grades[audit.pk])),
            going_well=texts[audit.pk, FindingKind.STRENGTH],
            improvements=texts[audit.pk, FindingKind.IMPROVEMENT],
        )
        yield Stored(audit.reference, audit.state == State.WITHDRAWN, past)


def _reviews(cases: set[str], days: set[date]) -> Iterator[Stored]:
    rows = LearningReview.objects.filter(
        cases__case_reference__in=cases, completed_on__gte=min(days), completed_on__lte=max(days)
    ).prefetch_related("cases")
    found = {review.pk: review for review in rows}
    findings = ReviewFinding.objects.filter(review__in=found)
    texts = _texts(findings.values_list("review_id", "finding__kind", "finding__text"))
    teams = dict(findings.exclude(finding__team=None).values_list("review_id", "finding__team"))
    for review in found.values():
        for case in review.cases.all():
            past = PastReview(
                case_reference=case.case_reference,
                service_id=review.lead_service_id,
                audited_on=review.completed_on,
                team_id=teams.get(review.pk),
                auditor_id=review.lead_id,
                theme=review.theme,
                going_well=texts[review.pk, FindingKind.STRENGTH],
                improvements=texts[review.pk, FindingKind.IMPROVEMENT],
            )
            yield Stored(review.reference, review.status == ReviewStatus.WITHDRAWN, past)
