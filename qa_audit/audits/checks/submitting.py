"""The check before submitting."""

from collections.abc import Iterator
from dataclasses import replace

from qa_audit.audits.checks import domains
from qa_audit.audits.checks.limits import is_beyond, limit_of
from qa_audit.audits.checks.problems import Problem
from qa_audit.audits.checks.sightings import sightings
from qa_audit.audits.models.answers import Who
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.findings.models import FindingKind
from qa_audit.tools.models import Requirement


def blocking_problems(audit: Audit) -> list[Problem]:
    """What must be put right before the audit can be submitted."""
    return _blocking(AuditSheet(audit))


def problems(sheet: AuditSheet) -> list[Problem]:
    """Everything that the check before submitting has to say, what blocks first."""
    return [*_blocking(sheet), *_warnings(sheet)]


def _blocking(sheet: AuditSheet) -> list[Problem]:
    return [
        *domains.missing_answers(sheet),
        *domains.limiting_without_grade(sheet),
        *domains.missing_evidence(sheet),
        *_missing_voices(sheet, Requirement.REQUIRED),
        *_missing_judgement(sheet),
        *_missing_conversation(sheet, Requirement.REQUIRED),
        *_missing_safety(sheet),
        *sightings(sheet),
    ]


def _warnings(sheet: AuditSheet) -> list[Problem]:
    found = [
        *_missing_status(sheet),
        *domains.without_grade(sheet),
        *domains.limiting_left_out(sheet),
        *domains.grades_without_evidence(sheet),
        *_missing_voices(sheet, Requirement.ASKED_FOR),
        *_missing_conversation(sheet, Requirement.ASKED_FOR),
        *_missing_findings(sheet),
        *domains.evidence_naming_grades(sheet),
        *domains.copied_evidence(sheet),
    ]
    return [replace(problem, is_blocking=False) for problem in found]


def _missing_status(sheet: AuditSheet) -> Iterator[Problem]:
    if sheet.page("header") and not sheet.audit.status_on_day:
        yield Problem("Say what the status was on the day", "header", "status_on_day")


def _missing_judgement(sheet: AuditSheet) -> Iterator[Problem]:
    holder, page = sheet.rows.holder, "judgement"
    if "grade" in sheet.items:
        if not holder.grade:
            yield Problem("Give the overall judgement", page, "grade")
        if not holder.grade_reason:
            yield Problem("Write the reason for the overall judgement", page, "grade_reason")
    limit = limit_of(sheet)
    if is_beyond(limit, holder.grade) and not holder.beyond_cap_reason:
        words = f"The overall grade goes beyond the limit ({limit.grade.label.lower()}): write why"
        yield Problem(words, page, "beyond_cap_reason")
    if not holder.impact:
        yield Problem("Say what the impact for the child was", page, "impact")


def _missing_safety(sheet: AuditSheet) -> Iterator[Problem]:
    audit = sheet.audit
    if not sheet.page("safety"):
        return
    if not audit.child_unsafe:
        yield Problem("Answer “Is a child unsafe now?”", "safety", "child_unsafe")
    elif audit.child_unsafe == Audit.Safety.YES and not audit.notice_id:
        yield Problem(
            "You said a child may be unsafe now: say who you told and what they will do",
            "safety",
            "told_role",
        )


def _missing_voices(sheet: AuditSheet, requirement: str) -> Iterator[Problem]:
    for who in Who:
        item = sheet.items.get(f"voice-{who}-outcome")
        if item and sheet.version.requirement(who) == requirement and (missing := sheet.row(item).missing()):
            name, words = missing
            yield Problem(words, "voices", f"voice-{who}-{name}")


def _missing_conversation(sheet: AuditSheet, requirement: str) -> Iterator[Problem]:
    if sheet.page("conversation") and sheet.version.conversation == requirement:
        for name, words in sheet.audit.missing_in_conversation():
            yield Problem(f"Conversation with the practitioner: {words}", "conversation", name)


def _missing_findings(sheet: AuditSheet) -> Iterator[Problem]:
    if not sheet.page("findings"):
        return
    kinds = {found.finding.kind for found in sheet.findings}
    if FindingKind.STRENGTH not in kinds:
        yield Problem("No strength is written down", "findings", FindingKind.STRENGTH.value)
    if FindingKind.IMPROVEMENT not in kinds:
        yield Problem(
            "No area for improvement is written down, so no action will follow", "findings", "improvement"
        )
    if sheet.audit.conversation == Audit.Conversation.HELD:
        for name, words in (("told_strength", "strength"), ("told_change", "one change")):
            if not getattr(sheet.audit, f"{name}_id"):
                yield Problem(f"Pick the {words} that you talked about", "conversation", name)
