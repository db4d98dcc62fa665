"""Strengths and areas for improvement that an audit found."""

from django.db import transaction

from qa_audit.audits.actions.holding import begin_if_waiting, hold
from qa_audit.audits.models.answers import AuditFinding, DomainGrade
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.places import TOLD_LABELS
from qa_audit.findings.models import Finding, FindingKind, Origin, Severity, Theme, finding_changes
from qa_audit.history.actions import change, record
from qa_audit.people.models import User
from qa_audit.tools.models import Domain, Grade

SEVERITY_OF_GRADE = {Grade.INADEQUATE: Severity.HIGH, Grade.REQUIRES_IMPROVEMENT: Severity.MEDIUM}


@transaction.atomic
def add_finding(
    *,
    audit: Audit,
    by: User,
    kind: str,
    text: str,
    domain: Domain | None = None,
    theme: Theme | None = None,
    severity: str = "",
) -> AuditFinding:
    """A finding of this audit; theme and severity come from its domain where none are given.

    The same words twice are one finding: a form sent twice adds nothing.
    """
    audit = hold(audit, by)
    twin = audit.audit_findings.filter(finding__kind=kind, finding__text=text).first()
    if twin:
        return twin
    begin_if_waiting(audit, by)
    finding = Finding.objects.create(
        kind=kind,
        text=text,
        service_id=audit.service_id,
        team_id=audit.team_id,
        severity=severity or severity_of(audit, kind, domain),
        origin=Origin.AUDIT,
        found_on=audit.audited_on,
        created_by=by,
    )
    finding.themes.set(_themes(theme, domain))
    found = AuditFinding.objects.create(audit=audit, finding=finding, domain=domain)
    record("finding added", by=by, obj=audit, changes=finding_changes({}, finding.recorded(domain=domain)))
    return found


@transaction.atomic
def change_finding(
    *,
    found: AuditFinding,
    by: User,
    version: int,
    text: str,
    domain: Domain | None = None,
    theme: Theme | None = None,
    severity: str = "",
) -> AuditFinding:
    """New words, theme or severity over the version that the person saw, or ChangedMeanwhile."""
    audit = hold(found.audit, by)
    severity = severity or severity_of(audit, found.finding.kind, domain)
    before = found.finding.recorded(domain=found.domain)
    found.finding, _ = change(found.finding, version, text=text, severity=severity)
    begin_if_waiting(audit, by)
    found.finding.themes.set(_themes(theme, domain))
    found.domain = domain
    found.save()
    changes = finding_changes(before, found.finding.recorded(domain=domain))
    record("finding changed", by=by, obj=audit, changes=changes)
    return found


@transaction.atomic
def remove_finding(*, found: AuditFinding, by: User) -> Audit:
    """Take a finding away that was written by mistake; history keeps that it was there."""
    audit = hold(found.audit, by)
    finding = found.finding
    changes = finding_changes(finding.recorded(domain=found.domain), {})
    # Picked for the conversation, it is picked no more.
    picked = [name for name in TOLD_LABELS if getattr(audit, f"{name}_id") == found.pk]
    changes |= {TOLD_LABELS[name]: [found.pk, None] for name in picked}
    found.delete()
    finding.themes.clear()
    finding.delete()
    begin_if_waiting(audit, by)
    record("finding removed", by=by, obj=audit, changes=changes)
    return audit


def severity_of(audit: Audit, kind: str, domain: Domain | None) -> str:
    """From the grade of the domain, or of the whole where the finding belongs to none."""
    if kind == FindingKind.STRENGTH:
        return ""
    grade = audit.grade
    if domain is not None:
        grade = DomainGrade.objects.filter(audit=audit, domain=domain).values_list("grade", flat=True).first()
    return SEVERITY_OF_GRADE.get(grade, Severity.LOW)


def _themes(theme: Theme | None, domain: Domain | None) -> list[Theme]:
    if theme is None and domain is not None:
        theme = Theme.objects.filter(concept=domain.concept_id).first()
    return [theme] if theme else []
