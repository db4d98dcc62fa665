"""Findings: counts by theme, service and severity; their words only for those who may open the audit."""

import pytest

from qa_audit.findings.models import Theme
from qa_audit.learning.models import ReviewFinding
from qa_audit.reports.findings import SHOWN, Findings
from qa_audit.reports.records import RecordsForm
from tests.factories import AuditFactory, FindingFactory, LearningReviewFactory
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread
from tests.reports.practice import CANARY, csv_rows, everything_said, find

WELL = "Children seen alone early, and their words changed the plan."


def findings(user, **typed) -> Findings:
    return Findings(scope_of(user, Findings, **typed))


@pytest.fixture
def plan(cast):
    return Theme.objects.create(code="plan", title="Plan")


@pytest.fixture
def voice(cast):
    return Theme.objects.create(code="voice", title="Child’s voice")


@pytest.fixture
def audits(cast, plan, voice):
    """Three audits: a strength under both themes, two improvements under one, one under none."""
    made = add_audits(cast.service, cast.team, spread(0, 3, 0, 0))
    find(made[0], WELL, themes=[plan, voice])
    find(made[1], "Plans drift.", "improvement", [plan], severity="high")
    find(made[1], "Plans are late.", "improvement", [plan], severity="low")
    find(made[2], "Notes are late.", "improvement", severity="medium")
    return made


def counts(report: Findings) -> dict[str, tuple]:
    return {row.title: (row.strengths, dict(+row.improvements)) for row in report.rows}


def test_counted_by_theme_and_severity(cast, audits):
    report = findings(cast.head)
    assert counts(report) == {
        "Child’s voice": (1, {}),
        "Plan": (1, {"high": 1, "low": 1}),
        "No theme": (0, {"medium": 1}),
    }
    assert report.headline[:2] == [("1", "strengths"), ("3", "areas for improvement")]


def test_the_chart_shows_counts_and_never_too_few_to_judge(cast, audits):
    (chart,) = findings(cast.head).charts
    assert "too few" not in chart.svg
    assert "<pattern" not in chart.svg
    assert "%)" not in chart.body


def test_a_finding_of_an_audit_that_does_not_count_is_in_no_figure(cast, audits, plan):
    submitted = AuditFactory(service=cast.service, team=cast.team, state="submitted")
    find(submitted, "Not yet agreed.", themes=[plan])
    assert counts(findings(cast.qa_lead))["Plan"][0] == 1
    assert "Not yet agreed." not in page(cast.qa_lead, "reports:findings").content.decode()


def test_findings_of_learning_reviews_have_a_column_of_their_own(cast, audits, plan):
    review = LearningReviewFactory(lead_service=cast.service)
    for service in (cast.service, cast.elsewhere):
        finding = FindingFactory(service=service, origin="learning_review")
        finding.themes.add(plan)
        ReviewFinding.objects.create(review=review, finding=finding)
    rows = {row.title: row.of_reviews for row in findings(cast.head).rows}
    assert rows == {"Child’s voice": 0, "Plan": 1, "No theme": 0}
    assert {row.place for row in findings(cast.head).rows} == {cast.service.name}
    assert {row.place for row in findings(cast.leader).rows} == {cast.service.name, cast.elsewhere.name}


def test_words_of_the_latest_with_their_audit(cast, audits):
    text = page(cast.head, "reports:findings").content.decode()
    assert "What is going well" in text
    assert WELL in text
    assert f"/audits/{audits[0].reference}/" in text


def test_of_many_the_latest_of_each_kind_are_shown(cast, audits):
    for number in range(12):
        find(audits[2], f"Strength number {number}.", found_on="2026-05-02")
    (service,) = findings(cast.head).services
    assert len(service["going_well"]) == SHOWN
    assert {link.finding.text for link in service["going_well"]} == {
        f"Strength number {n}." for n in range(4, 12)
    }
    assert len(service["improvements"]) == 3


def test_analyst_sees_counts_and_no_word(cast, audits):
    said = everything_said(page(cast.analyst, "reports:findings"), findings(cast.analyst))
    assert WELL not in said
    assert "Plan" in said
    assert "A-2026" not in said
    assert "/reports/records/" not in said


def test_head_sees_the_own_services_alone(cast, audits, plan):
    (there,) = add_audits(cast.elsewhere, cast.team_elsewhere, ["good"])
    find(there, CANARY, themes=[plan])
    assert CANARY not in everything_said(page(cast.head, "reports:findings"), findings(cast.head))
    assert counts(findings(cast.head))["Plan"][0] == 1
    assert CANARY in page(cast.outsider, "reports:findings").content.decode()


def test_every_figure_opens_the_audits_with_such_a_finding(cast, audits, plan):
    report = findings(cast.head)
    for row in report.rows:
        for column in report.columns[2:4]:
            form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **column.cell(row)}, user=cast.head)
            assert form.is_valid(), form.errors
            assert bool(column.value(row)) == form.records().audits().exists()
    form = RecordsForm(
        {"from": "2026-01-01", "to": "2026-12-31", "finding_theme": plan.pk, "severity": "high"},
        user=cast.head,
    )
    assert form.is_valid()
    assert list(form.records().audits()) == [audits[1]]


def test_file_has_counts_alone(cast, audits):
    plan = next(row for row in csv_rows(findings(cast.head)) if row["Theme"] == "Plan")
    assert (plan["Strengths"], plan["Areas for improvement"], plan["High"], plan["Low"]) == (
        "1",
        "2",
        "1",
        "1",
    )


def test_queries_do_not_grow_with_the_data(cast, audits, plan):
    few = queries_of(cast.leader, "reports:findings")
    for service, team in [(cast.service, cast.team), (cast.elsewhere, cast.team_elsewhere)]:
        for audit in add_audits(service, team, spread(0, 20, 0, 0)):
            find(audit, WELL, themes=[plan])
    assert queries_of(cast.leader, "reports:findings") == few
