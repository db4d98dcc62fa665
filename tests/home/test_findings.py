"""The list of findings: what each person may read, its filters and its file."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from qa_audit.audits.models.answers import AuditFinding
from qa_audit.audits.models.audit import State
from qa_audit.findings.models import FindingKind, Origin, Severity, Theme
from qa_audit.history.models import Event
from qa_audit.learning.models import ReviewFinding, ReviewStatus
from tests.factories import AuditFactory, FindingFactory, LearningReviewFactory, ToolVersionFactory


@pytest.fixture
def found(cast):
    version = ToolVersionFactory()

    def of_audit(text, state, **facts):
        audit = AuditFactory(
            **{"service": cast.service, "team": cast.team, "auditor": cast.auditor, "tool_version": version}
            | facts,
            state=state,
        )
        finding = FindingFactory(text=text, service=audit.service, team=audit.team)
        AuditFinding.objects.create(audit=audit, finding=finding)
        return finding

    def of_review(text, **facts):
        review = LearningReviewFactory(lead_service=cast.service, recorded_by=cast.auditor, **facts)
        finding = FindingFactory(
            text=text, service=cast.service, origin=Origin.LEARNING_REVIEW, kind=FindingKind.STRENGTH
        )
        ReviewFinding.objects.create(review=review, finding=finding)
        return finding

    return {
        "draft": of_audit("=Canary draft", State.IN_PROGRESS),
        "final": of_audit("=Canary final", State.AGREED),
        "other team": of_audit("=Canary other team", State.SHARED, team=cast.other_team),
        "elsewhere": of_audit(
            "=Canary elsewhere",
            State.AGREED,
            service=cast.elsewhere,
            team=cast.team_elsewhere,
            auditor=cast.second_auditor,
        ),
        "withdrawn": of_audit("=Canary withdrawn", State.WITHDRAWN),
        "blind": of_audit("=Canary blind", State.IN_MODERATION, moderator=cast.second_auditor),
        "review": of_review("=Canary review"),
        "open review": of_review("=Canary open review", status=ReviewStatus.OPEN, completed_on=None),
    }


def shown(client, found, **query) -> set:
    rows = {row.record.pk for row in client.get(reverse("home:findings"), query).context["table"].rows}
    return {name for name, finding in found.items() if finding.pk in rows}


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("auditor", {"draft", "final", "other team", "blind", "review", "open review"}),
        ("second_auditor", {"elsewhere"}),
        ("manager", {"final"}),
        ("head", {"final", "other team", "review"}),
        ("qa_lead", {"draft", "final", "other team", "elsewhere", "blind", "review", "open review"}),
        ("leader", {"final", "other team", "elsewhere", "review"}),
        ("outsider", {"elsewhere"}),
    ],
)
def test_each_reads_the_findings_of_what_they_may_open(cast, sign_in, found, role, names):
    client = sign_in(getattr(cast, role))
    assert shown(client, found) == names
    book = load_workbook(io.BytesIO(client.get(reverse("home:findings_download")).content))
    texts = {row[0] for row in book.active.iter_rows(values_only=True)}
    assert {name for name, finding in found.items() if finding.text in texts} == names


@pytest.mark.parametrize("role", ["analyst", "administrator", "nobody"])
def test_the_others_read_no_finding(cast, sign_in, found, role):
    client = sign_in(getattr(cast, role))
    assert client.get(reverse("home:findings")).status_code == 403
    assert client.get(reverse("home:findings_download")).status_code == 403


def test_every_finding_leads_to_the_audit_or_review_it_came_from(cast, sign_in, found):
    page = sign_in(cast.qa_lead).get(reverse("home:findings")).content.decode()
    assert found["final"].audit_finding.audit.get_absolute_url() in page
    assert found["review"].review_finding.review.get_absolute_url() in page
    assert page.count("not final yet") == 4  # draft, other team's shared, in moderation, open review


def test_filters_narrow_the_list(cast, sign_in, found):
    client = sign_in(cast.qa_lead)
    plan = Theme.objects.create(code="plan", title="Plan")
    permanence = Theme.objects.create(code="permanence", title="Permanence", parent=plan)
    found["final"].themes.set([permanence, plan])
    everything = shown(client, found)
    assert shown(client, found, kind=FindingKind.STRENGTH) == {"review", "open review"}
    assert shown(client, found, service=cast.elsewhere.pk) == {"elsewhere"}
    assert shown(client, found, team=cast.other_team.pk) == {"other team"}
    assert shown(client, found, theme=plan.pk) == {"final"}
    assert shown(client, found, theme=permanence.pk) == {"final"}
    assert shown(client, found, severity=Severity.HIGH) == set()
    assert shown(client, found, severity=Severity.MEDIUM) == everything - {"review", "open review"}
    assert shown(client, found, origin=Origin.LEARNING_REVIEW) == {"review", "open review"}
    assert shown(client, found, standing="final") == {"final", "elsewhere", "review"}
    assert shown(client, found, standing="provisional") == everything - {"final", "elsewhere", "review"}
    assert shown(client, found, found_from="1 May 2026", found_to="1/5/2026") == everything
    assert shown(client, found, found_to="30 April 2026") == set()


def test_a_filter_with_a_wrong_date_says_so_and_gives_no_file(cast, sign_in, found):
    client = sign_in(cast.qa_lead)
    page = client.get(reverse("home:findings"), {"found_from": "soon"}).content.decode()
    assert "Enter a date like 27 March 2026" in page
    refused = client.get(reverse("home:findings_download"), {"found_from": "soon"})
    assert refused.url == f"{reverse('home:findings')}?found_from=soon"


def test_text_that_begins_like_a_formula_stays_text_in_the_file(cast, sign_in, found):
    book = load_workbook(io.BytesIO(sign_in(cast.manager).get(reverse("home:findings_download")).content))
    cell = next(row[0] for row in book.active.iter_rows() if row[0].value == "=Canary final")
    assert cell.data_type == "s"


def test_a_download_is_on_record(cast, sign_in, found):
    sign_in(cast.leader).get(reverse("home:findings_download"), {"kind": "strength"})
    event = Event.objects.get(action="exported findings")
    assert event.actor_id == cast.leader.pk
    assert event.changes == {"Kind": [None, "Strength"]}


def test_the_cost_of_the_list_does_not_grow(cast, sign_in, found):
    def cost() -> int:
        client = sign_in(cast.qa_lead)
        client.get(reverse("home:help"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("home:findings"))
        return len(asked)

    theme = Theme.objects.create(code="plan", title="Plan")
    found["final"].themes.add(theme)
    first = cost()
    for _ in range(10):
        audit = AuditFactory(service=cast.service, state=State.AGREED, tool_version=ToolVersionFactory())
        finding = FindingFactory(service=cast.service)
        finding.themes.add(theme)
        AuditFinding.objects.create(audit=audit, finding=finding)
    assert cost() == first
