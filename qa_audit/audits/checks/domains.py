"""What is missing or odd in the domains: answers, grades and evidence."""

import re
from collections.abc import Iterator

from django.utils import timezone

from qa_audit.audits.checks.problems import Problem
from qa_audit.audits.models.answers import DomainGrade
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.common.dates import months_back
from qa_audit.tools.models import Domain, Grade

GRADE_WORDS = re.compile(r"\b(outstanding|good|requires improvement|inadequate)\b", re.IGNORECASE)
# Shorter evidence ("Not applicable here") may be the same in many audits and mean nothing.
LONG_ENOUGH_TO_COPY = 40
COPIED_WITHIN = 24  # months


def _applying(sheet: AuditSheet) -> Iterator[tuple[Domain, str, str]]:
    """The domains that apply, with grade and evidence."""
    for domain in sheet.domains:
        if not sheet.stored(f"applies-{domain.pk}"):
            yield domain, sheet.stored(f"grade-{domain.pk}"), sheet.stored(f"evidence-{domain.pk}")


def missing_answers(sheet: AuditSheet) -> Iterator[Problem]:
    for page in sheet.pages:
        for section in page.sections:
            for question in sheet.questions[section.domain.pk] if section.domain else ():
                item = sheet.items[f"answer-{question.pk}"]
                if question.is_required and sheet.is_asked(section, item) and not sheet.stored(item.name):
                    yield Problem(f"{section.title}: answer “{question.text}”", page.key, item.name)


def _can_limit(sheet: AuditSheet, domain: Domain) -> bool:
    return domain.is_limiting and sheet.version.has_limiting_rule


def limiting_without_grade(sheet: AuditSheet) -> Iterator[Problem]:
    """Left ungraded, it would never limit anything."""
    for domain, grade, _ in _applying(sheet):
        if _can_limit(sheet, domain) and not grade:
            words = f"{domain.title} can limit the overall grade: grade it, or say that it does not apply"
            yield Problem(words, domain.concept.key, f"grade-{domain.pk}")


def without_grade(sheet: AuditSheet) -> Iterator[Problem]:
    for domain, grade, _ in _applying(sheet):
        if domain.is_graded and not grade and not _can_limit(sheet, domain):
            yield Problem(f"{domain.title} is not graded", domain.concept.key, f"grade-{domain.pk}")


def limiting_left_out(sheet: AuditSheet) -> Iterator[Problem]:
    for domain in sheet.domains:
        if _can_limit(sheet, domain) and sheet.stored(f"applies-{domain.pk}"):
            words = f"{domain.title} can limit the overall grade, and you left it out: is that right?"
            yield Problem(words, domain.concept.key, f"applies-{domain.pk}")


def missing_evidence(sheet: AuditSheet) -> Iterator[Problem]:
    for domain, _, evidence in _applying(sheet):
        if domain.is_limiting and not evidence:
            words = f"{domain.title} can limit the overall grade: write the evidence for it"
            yield Problem(words, domain.concept.key, f"evidence-{domain.pk}")


def grades_without_evidence(sheet: AuditSheet) -> Iterator[Problem]:
    for domain, grade, evidence in _applying(sheet):
        if grade and grade != Grade.GOOD and not evidence and not domain.is_limiting:
            words = f"{domain.title} is graded {Grade(grade).label.lower()} without evidence"
            yield Problem(words, domain.concept.key, f"evidence-{domain.pk}")


def evidence_naming_grades(sheet: AuditSheet) -> Iterator[Problem]:
    for domain, _, evidence in _applying(sheet):
        if named := GRADE_WORDS.search(evidence):
            words = (
                f"{domain.title}: the evidence says “{named[0]}”. Write what you saw; the grade says the rest"
            )
            yield Problem(words, domain.concept.key, f"evidence-{domain.pk}")


def copied_evidence(sheet: AuditSheet) -> Iterator[Problem]:
    texts = {
        evidence: domain for domain, _, evidence in _applying(sheet) if len(evidence) >= LONG_ENOUGH_TO_COPY
    }
    # Any audit's, whoever may open it: what is said is only that the words are the same.
    copies = DomainGrade.objects.filter(
        evidence__in=texts, audit__audited_on__gte=months_back(timezone.localdate(), COPIED_WITHIN)
    ).exclude(audit=sheet.audit)
    for text in sorted(set(copies.values_list("evidence", flat=True))):
        domain = texts[text]
        words = f"{domain.title}: the evidence is word for word that of another audit"
        yield Problem(words, domain.concept.key, f"evidence-{domain.pk}")
