"""The sheets of the head of service's workbook that list records: findings in words, audits by reference."""

from collections.abc import Iterator

from django.utils.timezone import localtime

from qa_audit.audits.models.audit import Audit
from qa_audit.common import excel
from qa_audit.findings.models import Finding, FindingKind
from qa_audit.reports.finding_sentences import opened, opened_of_reviews
from qa_audit.reports.scope import Scope
from qa_audit.reports.small_teams import LABEL, SmallTeams, small_teams


def findings_sheet(scope: Scope, note: str) -> excel.Sheet:
    """Every finding of counted audits and learning reviews that the person may open, in words."""
    columns = [
        excel.Column("Kind", width=20),
        excel.Column("Severity", width=18),
        excel.Column("Themes", width=36),
        excel.Column("Finding", width=80),
        excel.Column("Found on", "date"),
        excel.Column("Record", width=16),
    ]
    return excel.Sheet("Findings", columns, _findings(scope), notes=[note], freeze=1)


def _findings(scope: Scope) -> Iterator[list]:
    """Strengths first, the newest first of each kind."""
    of_audits = opened(scope).prefetch_related("finding__themes__parent")
    found = [(link.finding, link.audit.reference) for link in of_audits]
    of_reviews = opened_of_reviews(scope).select_related("review", "finding")
    of_reviews = of_reviews.prefetch_related("finding__themes__parent")
    found += [(link.finding, link.review.reference) for link in of_reviews]
    found.sort(key=lambda one: (one[0].kind != FindingKind.STRENGTH, -one[0].found_on.toordinal(), one[0].pk))
    for finding, reference in found:
        yield _finding(finding, reference)


def _finding(finding: Finding, reference: str) -> list:
    themes = ", ".join(theme.path for theme in finding.themes.all())
    return [
        finding.get_kind_display(),
        finding.get_severity_display(),
        themes,
        finding.text,
        finding.found_on,
        reference,
    ]


def audits_sheet(scope: Scope, note: str, *, names_cases: bool) -> excel.Sheet:
    """A row for each counted audit that the person may open; no narrative, and no case unless asked for."""
    columns = [
        excel.Column("Audit", width=16),
        *([excel.Column("Case reference", width=18)] if names_cases else []),
        excel.Column("Audited on", "date"),
        excel.Column("Agreed on", "date"),
        excel.Column("Imported on", "date"),
        excel.Column("Team", width=30),
        excel.Column("Tool", width=30),
        excel.Column("Kind", width=14),
        excel.Column("Auditor’s capacity", width=24),
        excel.Column("Reason chosen", width=16),
        excel.Column("Children", "integer"),
        excel.Column("Status on the day", width=26),
        excel.Column("Grade as audited", width=20),
        excel.Column("Grade", width=20),
        excel.Column("Impact", width=24),
        excel.Column("Conversation", width=18),
    ]
    return excel.Sheet("Audits", columns, _audits(scope, names_cases), notes=[note], freeze=1)


def _audits(scope: Scope, names_cases: bool) -> Iterator[list]:
    small = small_teams(scope)
    audits = scope.counted().visible_to(scope.user).select_related("team", "tool_version__tool")
    for audit in audits.order_by("audited_on", "pk"):
        is_blind = audit.hides_grades_from(scope.user)
        made_final = audit.agreed_at and localtime(audit.agreed_at).date()
        yield [
            audit.reference,
            *([audit.case_reference] if names_cases else []),
            audit.audited_on,
            *((None, made_final) if audit.is_imported else (made_final, None)),
            _team(audit, small),
            audit.tool_version.tool.title,
            audit.get_kind_display(),
            audit.capacity_in_words,
            audit.get_reason_chosen_display(),
            audit.children_count,
            audit.get_status_on_day_display(),
            "" if is_blind else audit.get_first_grade_display(),
            "" if is_blind else audit.get_grade_display(),
            audit.get_impact_display(),
            audit.get_conversation_display(),
        ]


def _team(audit: Audit, small: SmallTeams) -> str:
    """The team's name; where that would tell the grades of a small team, only that it is one."""
    if audit.service_id in small.withheld:
        return "Not shown"  # the others' names would give away the one team that has too few
    if small.holds(audit.service_id, audit.team_id):
        return LABEL
    return audit.team.name if audit.team else "No team recorded"
