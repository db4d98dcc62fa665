"""My service at a glance: this year's figures as the self-evaluation report has them."""

from dataclasses import dataclass

from qa_audit.common.charts import Chart
from qa_audit.common.statistics import ROUNDED, adds_up
from qa_audit.people.models import Role, User
from qa_audit.reports.grades import SERIES
from qa_audit.reports.period import Period
from qa_audit.reports.scope import Scope
from qa_audit.reports.self_evaluation import SelfEvaluation, ServiceRow, grade_bar


@dataclass(frozen=True)
class Glance:
    """What was audited this year, and how that was graded."""

    title: str
    period: Period
    # As at when, and how many audits count and do not count yet.
    standing: list[str]
    audits: int
    reviews: int
    grades: Chart | None
    # What must be known to read its shares.
    notes: list[str]
    # The headed services whose head has not put their own words beside these figures.
    without_analysis: list[ServiceRow]


def glance(user: User) -> Glance | None:
    """Heads see their services; leaders, QA leads and analysts all of them."""
    if not user.has_role(Role.HEAD, Role.LEADER, Role.QA_LEAD, Role.ANALYST):
        return None
    scope = Scope(user, Period.of(None, None))
    report = SelfEvaluation(scope)
    headed = [row for row in report.rows if row.service in user.headed_service_ids]
    sees_all = user.has_role(Role.LEADER, Role.QA_LEAD, Role.ANALYST)
    rows = report.rows if sees_all else headed
    bars = [grade_bar(row) for row in rows if row.graded]
    return Glance(
        title="All services at a glance" if sees_all else "My service at a glance",
        period=scope.period,
        standing=report.standing,
        audits=sum(row.audits for row in rows),
        reviews=sum(row.reviews for row in rows),
        grades=report.chart("Grades this year", SERIES, bars, "Service") if bars else None,
        notes=[] if all(adds_up(row.grades.counts) for row in rows if row.grades) else [ROUNDED],
        without_analysis=[row for row in headed if row.audits and not row.own_words],
    )
