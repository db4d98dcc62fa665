"""The reports there are. One more is a file with a Report in it, a line here, and a line in policy.py."""

from qa_audit.reports.answers import Answers
from qa_audit.reports.domains import Domains
from qa_audit.reports.findings import Findings
from qa_audit.reports.grade_distribution import GradeDistribution
from qa_audit.reports.impact import PracticeByImpact
from qa_audit.reports.report import Report
from qa_audit.reports.self_evaluation import SelfEvaluation
from qa_audit.reports.voice import VoiceReport

REPORTS: dict[str, type[Report]] = {
    report.name: report
    for report in (
        SelfEvaluation,
        GradeDistribution,
        Answers,
        Domains,
        VoiceReport,
        PracticeByImpact,
        Findings,
    )
}
