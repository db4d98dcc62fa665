"""An audit as it was: the whole of it as plain data, and what differs between two such pictures."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from qa_audit.audits.models.agencies import PartnerAgency
from qa_audit.audits.models.answers import AuditFinding, DomainGrade, Voice
from qa_audit.audits.models.audit import WHOLE, Audit
from qa_audit.audits.sheet.recorded import field_named, word
from qa_audit.findings.models import Finding, FindingKind

HEADER = (
    *("reference", "state", "tool_version", "case_reference", "case_system", "earlier_reference"),
    *("children_count", "service", "team", "capacity", "reason_chosen", "kind", "is_own_team", "theme"),
    *("auditor", "allocated_on", "due_on", "audited_on", "period_from", "period_to", "status_on_day"),
    *("closed_on", "is_disabled", "is_unaccompanied", "is_unborn", "is_missing_or_exploited", "age_band"),
    *("sex", "ethnic_group", "worker_role"),
)
JUDGEMENT = (
    *("first_grade", "grade", "grade_reason", "beyond_cap_reason", "impact", "impact_note"),
    *("child_unsafe", "notice"),
)
CONVERSATION = (
    *("conversation", "conversation_on", "conversation_with", "conversation_view", "conversation_why"),
    *("told_strength", "told_change"),
)
SIGN_OFF = (
    *("moderator", "moderation_due_on", "moderated_at", "submitted_at", "shared_at", "accuracy_note"),
    *("accuracy_noted_at", "accuracy_noted_by", "agreed_at", "return_note"),
)


def snapshot(audit: Audit) -> dict:
    """Everything of the audit; what has no stable key of its own is under its concept's."""
    prefetch_related_objects([audit], *WHOLE)
    return {
        "header": _fields(audit, HEADER),
        "judgement": _fields(audit, JUDGEMENT),
        "domains": {row.domain.concept.key: _domain_grade(row) for row in audit.domain_grades.all()},
        "answers": {
            f"{row.question.domain.concept.key}/{row.question.concept.key}": {
                "question": row.question.text,
                "value": row.value,
                "answer": row.in_words,
            }
            for row in audit.answers.all()
        },
        "voices": {
            row.who: _fields(row, ("outcome", "words", "why", "arranged_for", "arranged_with"))
            for row in audit.voices.all()
        },
        "conversation": _fields(audit, CONVERSATION),
        "findings": {str(row.finding_id): _finding(row) for row in audit.audit_findings.all()},
        "agencies": {
            str(row.pk): _fields(row, ("agency", "grade", "strengths", "improvements"))
            for row in audit.partner_agencies.all()
        },
        "sign_off": _fields(audit, SIGN_OFF),
    }


def _fields(row, names) -> dict:
    """Stored values; of another record its number and how it was called at the time."""
    values = {}
    for name in names:
        value = getattr(row, name)
        if row._meta.get_field(name).is_relation:
            values[f"{name}_id"] = getattr(row, f"{name}_id")
            value = str(getattr(value, "finding", value)) if value else None
        values[name] = value
    return values


def _domain_grade(row: DomainGrade) -> dict:
    return {"title": row.domain.title, **_fields(row, ("applies", "grade", "evidence"))}


def _finding(row: AuditFinding) -> dict:
    return {
        **_fields(row.finding, ("kind", "text", "severity")),
        "themes": ", ".join(sorted(theme.title for theme in row.finding.themes.all())),
        "domain": row.domain.title if row.domain else "",
    }


@dataclass(frozen=True)
class Change:
    """One thing that differs: where it stands, what it is called, and both values in words."""

    part: str
    name: str
    before: str
    after: str


def differences(before: dict, after: dict) -> list[Change]:
    """What changed from one snapshot to a later one, in the order of the audit; what is equal is left out."""
    return [
        *_plain_changes("Header", Audit, before["header"], after["header"]),
        *_plain_changes("Judgement", Audit, before["judgement"], after["judgement"]),
        *_row_changes("domains", DomainGrade, before, after, lambda key, row: row["title"]),
        *_row_changes("answers", None, before, after, lambda key, row: "Answer"),
        *_row_changes("voices", Voice, before, after, lambda key, row: f"Voice of the {key}"),
        *_plain_changes("Conversation", Audit, before["conversation"], after["conversation"]),
        *_row_changes("findings", Finding, before, after, lambda key, row: FindingKind(row["kind"]).label),
        *_row_changes("agencies", PartnerAgency, before, after, lambda key, row: row["agency"]),
        *_plain_changes("Sign-off", Audit, before["sign_off"], after["sign_off"]),
    ]


def _plain_changes(part: str, model, before: dict, after: dict) -> list[Change]:
    names = [name for name in {**before, **after} if not name.endswith("_id") and name != "title"]
    pairs = [(name, before.get(name), after.get(name)) for name in names]
    return [
        Change(part, _name(model, name), word(model, name, old), word(model, name, new))
        for name, old, new in pairs
        if (old or "") != (new or "")
    ]


def _row_changes(kind: str, model, before: dict, after: dict, title) -> list[Change]:
    """Changes of each row of one kind; a row that only one snapshot has counts as empty in the other."""
    changes = []
    # A snapshot from before there were rows of this kind has none.
    before, after = before.get(kind, {}), after.get(kind, {})
    for key in {**before, **after}:
        old, new = before.get(key, {}), after.get(key, {})
        row = new or old
        if "question" in row:
            old, new = ({row["question"]: side.get("answer")} for side in (old, new))
        changes += _plain_changes(title(key, row), model, old, new)
    return changes


def _name(model, name: str) -> str:
    field = field_named(model, name)
    words = str(field.verbose_name) if field else name
    return words[:1].upper() + words[1:]
