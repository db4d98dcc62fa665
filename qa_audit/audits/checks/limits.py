"""The rule that limits the overall grade by the grades of the domains."""

from dataclasses import dataclass

from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.tools.models import Grade

BEST_FIRST = Grade.values


@dataclass(frozen=True)
class Limit:
    """The best overall grade that the domains allow, and why."""

    grade: Grade
    why: str


def limit_of(sheet: AuditSheet) -> Limit | None:
    """The limiting rule: a limiting domain inadequate, or two core domains below good."""
    if not sheet.version.has_limiting_rule:
        return None
    graded = [(domain, sheet.stored(f"grade-{domain.pk}")) for domain in sheet.domains]
    stops = [domain.title for domain, grade in graded if domain.is_limiting and grade == Grade.INADEQUATE]
    if stops:
        return Limit(Grade.INADEQUATE, f"{_listed(stops)}: a limiting domain graded inadequate")
    weak = [
        domain.title
        for domain, grade in graded
        if domain.is_core and grade in (Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)
    ]
    if len(weak) >= 2:
        return Limit(
            Grade.REQUIRES_IMPROVEMENT, f"{_listed(weak)}: core domains at requires improvement or below"
        )
    return None


def is_beyond(limit: Limit | None, grade: str) -> bool:
    """Whether the overall grade is better than the limiting rule allows."""
    return bool(limit) and grade in BEST_FIRST and BEST_FIRST.index(grade) < BEST_FIRST.index(limit.grade)


def _listed(titles: list[str]) -> str:
    return ", ".join(titles[:-1]) + " and " + titles[-1] if len(titles) > 1 else titles[0]
