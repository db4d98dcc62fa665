"""Findings: counts by theme, service and severity; their words only for those who may open the audit."""

import io

import pytest
from django.utils.html import escape
from openpyxl import load_workbook

from qa_audit.common.publishing import files
from qa_audit.common.publishing.page import table_html
from qa_audit.findings.models import Theme
from qa_audit.learning.models import ReviewFinding
from qa_audit.people.models import Role, User
from qa_audit.reports.finding_sentences import sentence_key
from qa_audit.reports.findings import Findings
from qa_audit.reports.records import RecordsForm
from qa_audit.reports.self_evaluation import NO_REVIEWS
from tests.factories import AuditFactory, FindingFactory, LearningReviewFactory, give_role
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread
from tests.reports.practice import CANARY, all_text, csv_rows, find

WELL = "Children seen alone early, and their words changed the plan."


HEADINGS = ["Service", "Kind", "Finding", "Audits", "Learning reviews", "Severity", "Themes"]


def csv_text(report) -> str:
    return files.content(report.document(), "csv").decode("utf-8-sig")


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
    return {row.title: (row.strengths, dict(+row.improvements)) for row in report.by_theme}


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
    assert "%)" not in table_html(chart.table)


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
    rows = {row.title: row.of_reviews for row in findings(cast.head).by_theme}
    assert rows == {"Child’s voice": 0, "Plan": 1, "No theme": 0}
    assert {row.place for row in findings(cast.head).by_theme} == {cast.service.name}
    assert {row.place for row in findings(cast.leader).by_theme} == {cast.service.name, cast.elsewhere.name}


def test_a_sentence_of_one_audit_leads_to_it(cast, audits):
    text = page(cast.head, "reports:findings").content.decode()
    assert "What is going well" in text
    assert WELL in text
    assert f"/audits/{audits[0].reference}/" in text


@pytest.fixture
def reviewed(cast, audits, plan):
    """The strength in two audits more, once in other capitals, and in a review that another service led."""
    find(audits[1], f"  {WELL.upper().removesuffix('.')} ")
    find(audits[2], WELL, themes=[plan])
    find(audits[2], WELL)  # twice in one audit
    review = LearningReviewFactory(lead_service=cast.elsewhere)
    review.other_services.add(cast.service)
    for service, text in ((cast.service, WELL), (cast.elsewhere, CANARY)):
        finding = FindingFactory(kind="strength", text=text, service=service, origin="learning_review")
        ReviewFinding.objects.create(review=review, finding=finding)
    return review


FILE = [
    ("What is going well", WELL, "3", "1", "", "Child’s voice, Plan"),
    ("Areas for improvement", "Notes are late.", "1", "0", "Medium", ""),
    ("Areas for improvement", "Plans are late.", "1", "0", "Low", "Plan"),
    ("Areas for improvement", "Plans drift.", "1", "0", "High", "Plan"),
]


def test_file_groups_equal_sentences_by_service_and_kind(cast, reviewed):
    rows = csv_rows(findings(cast.head))
    assert list(rows[0]) == HEADINGS
    assert [tuple(row.values()) for row in rows] == [(cast.service.name, *row) for row in FILE]
    rows = csv_rows(findings(cast.leader))
    assert [row["Service"] for row in rows] == [cast.service.name] * 4 + [cast.elsewhere.name]
    assert (rows[-1]["Finding"], rows[-1]["Audits"], rows[-1]["Learning reviews"]) == (CANARY, "0", "1")


def test_workbook_has_the_same_rows_and_the_counts_by_theme(cast, reviewed):
    book = load_workbook(io.BytesIO(files.content(findings(cast.head).document(), "xlsx")))
    assert book.sheetnames == ["Findings by service", "By theme", "About"]
    header, *rows = book.worksheets[0].values
    assert list(header) == HEADINGS
    assert [[str(value or "") for value in row[1:3]] for row in rows] == [list(row[:2]) for row in FILE]
    assert [row[3:5] for row in rows] == [(3, 1), (1, 0), (1, 0), (1, 0)]
    counted = [row[:3] for row in book["By theme"].values]
    assert counted[1:] == [
        (cast.service.name, "Child’s voice", 1),
        (cast.service.name, "Plan", 2),
        (cast.service.name, "No theme", 2),
    ]


def test_page_says_the_same_in_the_same_order(cast, reviewed):
    text = page(cast.head, "reports:findings").text
    places = [text.index(escape(row[1])) for row in FILE]
    assert places == sorted(places)
    assert text.index("What is going well") < places[0] < text.index("Areas for improvement</h3>") < places[1]
    assert text.count(WELL) == 1
    assert ">in 3 audits and 1 learning review</a>)" in text
    assert text.count(">in 1 audit</a>)") == 3
    assert "Sentences that differ only in capitals" in text


def test_contents_lead_to_the_heading_of_each_service(cast, reviewed):
    text = page(cast.leader, "reports:findings").text
    for service in (cast.service, cast.elsewhere):
        assert f'href="#service-{service.pk}">{service.name}</a>' in text
        assert f'id="service-{service.pk}">{service.name}</h2>' in text
    assert f'href="/learning/{reviewed.reference}/">in 1 learning review</a>)' in text


def records_of(user, row, **typed):
    form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **row.cell, **typed}, user=user)
    assert form.is_valid(), form.errors
    return form.records()


def test_a_sentence_opens_its_audits_and_reviews(cast, audits, reviewed):
    row = findings(cast.head).rows[0]
    found = records_of(cast.head, row)
    assert set(found.audits()) == set(audits)
    assert list(found.reviews()) == [reviewed]
    assert found.sentence_in_words == [("Finding", WELL)]
    assert list(records_of(cast.head, row, service=cast.service.pk).reviews()) == [reviewed]
    text = page(cast.head, "reports:records", **row.cell).text
    assert "3 audits count" in text
    assert "1 learning review counts" in text


@pytest.mark.parametrize("person", ["head", "analyst", "manager"])
def test_a_sentence_that_the_person_may_not_read_opens_nothing(cast, reviewed, person):
    row = findings(cast.leader).rows[-1]
    assert row.text == CANARY
    found = records_of(getattr(cast, person), row)
    assert not found.audits().exists()
    assert not found.reviews().exists()
    assert CANARY not in page(getattr(cast, person), "reports:records", **row.cell).text


def test_reviews_are_left_out_where_they_cannot_be_filtered_by(cast, reviewed):
    report = findings(cast.head, team=cast.team.pk)
    assert [(len(row.audits), len(row.reviews)) for row in report.rows] == [(3, 0), (1, 0), (1, 0), (1, 0)]
    assert NO_REVIEWS in report.footnotes
    assert NO_REVIEWS not in findings(cast.head).footnotes


def test_a_service_filter_keeps_what_a_review_led_elsewhere_found_about_it(cast, reviewed):
    report = findings(cast.leader, service=cast.service.pk)
    assert [len(row.reviews) for row in report.rows] == [1, 0, 0, 0]
    assert sum(row.of_reviews for row in report.by_theme) == 1
    assert CANARY not in csv_text(report)


def test_an_open_review_is_in_no_figure(cast, audits):
    review = LearningReviewFactory(lead_service=cast.service, status="open", completed_on=None)
    finding = FindingFactory(service=cast.service, text=CANARY, origin="learning_review")
    ReviewFinding.objects.create(review=review, finding=finding)
    assert CANARY not in all_text(page(cast.qa_lead, "reports:findings"), findings(cast.qa_lead))


def test_one_sentence_as_strength_and_as_improvement_stands_under_both(cast, audits):
    find(audits[0], WELL, "improvement", severity="low")
    find(audits[1], WELL, "improvement", severity="at_risk")
    rows = [(row.kind, len(row.audits), row.severity) for row in findings(cast.head).rows if row.text == WELL]
    assert rows == [("strength", 1, ""), ("improvement", 2, "Child at risk now, Low")]


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        ("Plans drift.", "plans  DRIFT", True),
        ("Plans drift.", "Plans drift .", True),
        ("Plans\ndrift.", "Plans drift", True),
        ("Plans drift?", "Plans drift", False),
        ("Plans drift.", "Plans do drift.", False),
    ],
)
def test_sentences_are_equal_but_for_capitals_spaces_and_full_stop(one, other, are_equal):
    assert (sentence_key(one) == sentence_key(other)) == are_equal


def test_analyst_sees_counts_and_no_word(cast, audits):
    said = all_text(page(cast.analyst, "reports:findings"), findings(cast.analyst))
    assert WELL not in said
    assert "Plan" in said
    assert "A-2026" not in said
    assert "/reports/records/" not in said


def test_analyst_who_audits_too_reads_the_words_of_their_own_audits_alone(cast, audits, plan):
    """Their figures are of all audits; the words only of those that they may open."""
    give_role(cast.analyst, Role.AUDITOR)
    mine = AuditFactory(
        auditor=cast.analyst, service=cast.service, team=cast.team, state="agreed", grade="good"
    )
    find(mine, "The plan names the day.", themes=[plan])
    person = User.objects.get(pk=cast.analyst.pk)
    said = all_text(page(person, "reports:findings"), findings(person))
    assert "The plan names the day." in said
    assert WELL not in said
    assert "Plans drift." not in said


def test_head_sees_the_own_services_alone(cast, audits, plan):
    (there,) = add_audits(cast.elsewhere, cast.team_elsewhere, ["good"])
    find(there, CANARY, themes=[plan])
    assert CANARY not in all_text(page(cast.head, "reports:findings"), findings(cast.head))
    assert counts(findings(cast.head))["Plan"][0] == 1
    assert CANARY in page(cast.outsider, "reports:findings").content.decode()


def test_every_figure_opens_the_audits_with_such_a_finding(cast, audits, plan):
    report = findings(cast.head)
    for row in report.by_theme:
        for column in report.tables[0].columns[1:3]:
            form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **column.cell(row)}, user=cast.head)
            assert form.is_valid(), form.errors
            assert bool(column.value(row)) == form.records().audits().exists()
    form = RecordsForm(
        {"from": "2026-01-01", "to": "2026-12-31", "finding_theme": plan.pk, "severity": "high"},
        user=cast.head,
    )
    assert form.is_valid()
    assert list(form.records().audits()) == [audits[1]]


def test_analysts_file_has_counts_alone(cast, audits):
    plan = next(row for row in csv_rows(findings(cast.analyst)) if row["Theme"] == "Plan")
    figures = [plan[name] for name in ("Strengths", "Areas for improvement", "High", "Low")]
    assert figures == ["1", "2", "1", "1"]


def test_queries_do_not_grow_with_the_data(cast, audits, plan):
    few = queries_of(cast.leader, "reports:findings")
    for service, team in [(cast.service, cast.team), (cast.elsewhere, cast.team_elsewhere)]:
        for audit in add_audits(service, team, spread(0, 20, 0, 0)):
            find(audit, WELL, themes=[plan])
    assert queries_of(cast.leader, "reports:findings") == few
