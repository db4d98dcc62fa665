"""Finding one entry by its name, without reading the whole tool: what a save of one answer needs."""

from qa_audit.audits.models.answers import Who
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.items import (
    Item,
    applies_item,
    conversation_items,
    evidence_item,
    first_finding_items,
    grade_item,
    judgement_items,
    question_item,
    safety_item,
    voice_items,
)
from qa_audit.tools.models import Domain, Question, Requirement

OF_A_DOMAIN = {"applies": applies_item, "grade": grade_item, "evidence": evidence_item}


def item_named(audit: Audit, name: str) -> Item | None:
    """The entry of this audit's tool version with this name; nothing when it has none."""
    kind, _, rest = name.partition("-")
    if kind == "answer" and rest.isdecimal():
        questions = Question.objects.filter(domain__version=audit.tool_version_id)
        questions = questions.select_related("domain", "show_if_question")
        question = questions.filter(pk=rest).order_by().first()
        return question and question_item(question)
    if kind in OF_A_DOMAIN and rest.isdecimal():
        domain = Domain.objects.filter(pk=rest, version=audit.tool_version_id).first()
        if domain is None or (kind == "grade" and not domain.is_graded):
            return None
        return OF_A_DOMAIN[kind](domain)
    return next((item for item in _of_every_tool(audit, kind, rest) if item.name == name), None)


def _of_every_tool(audit: Audit, kind: str, rest: str) -> list[Item]:
    version = audit.tool_version
    if kind == "voice":
        who = rest.partition("-")[0]
        is_asked = who in Who.values and version.requirement(who) != Requirement.NOT_APPLICABLE
        return voice_items(who, version.requirement(who)) if is_asked else []
    if kind.startswith(("conversation", "told_")):
        if version.conversation == Requirement.NOT_APPLICABLE:
            return []
        findings = audit.audit_findings.select_related("finding") if kind.startswith("told_") else []
        return conversation_items(list(findings))
    return [*judgement_items(version.scale, version.grades), safety_item(), *first_finding_items()]
