"""Strengths and areas for improvement of an audit."""

import pytest
from django.urls import reverse

from qa_audit.audits.models.answers import AuditFinding, DomainGrade
from qa_audit.audits.models.audit import Audit, State
from qa_audit.findings.models import Finding, Theme
from qa_audit.history.models import Event
from tests.audits.typing import fill_page, page_data
from tests.factories import AuditFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(cast):
    return AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team, grade="inadequate")


@pytest.fixture
def theme(audit):
    concept = audit.tool_version.domains.first().concept
    return Theme.objects.create(code="childs-voice", title="Child's voice", concept=concept)


def add(audit, kind="improvement"):
    return reverse("audits:add_finding", args=[audit.reference, kind])


def change(found):
    return reverse("audits:change_finding", args=[found.audit.reference, found.pk])


def test_theme_comes_from_the_domain_and_severity_from_its_grade(audit, client, theme):
    domain = audit.tool_version.domains.first()
    DomainGrade.objects.create(audit=audit, domain=domain, grade="requires_improvement")
    response = fill_page(client, add(audit), {"text": "Siblings are missed", "domain": domain.pk})
    assert response.url == reverse("audits:page", args=[audit.reference, "findings"])
    found = AuditFinding.objects.get()
    assert (found.domain, found.finding.severity) == (domain, "medium")
    assert list(found.finding.themes.all()) == [theme]
    assert "Siblings are missed" in client.get(response.url).content.decode()


@pytest.mark.parametrize(
    ("grade", "severity"),
    [("inadequate", "high"), ("requires_improvement", "medium"), ("good", "low"), ("", "low")],
)
def test_severity_follows_the_overall_grade_where_there_is_no_domain(audit, client, grade, severity):
    Audit.objects.update(grade=grade)
    fill_page(client, add(audit), {"text": "Siblings are missed"})
    assert Finding.objects.get().severity == severity


def test_author_can_choose_theme_and_severity(audit, client, theme):
    other = Theme.objects.create(code="siblings", title="Siblings")
    domain = audit.tool_version.domains.first()
    fill_page(
        client, add(audit), {"text": "x", "domain": domain.pk, "theme": other.pk, "severity": "at_risk"}
    )
    finding = Finding.objects.get()
    assert (finding.severity, list(finding.themes.all())) == ("at_risk", [other])


def test_strength_has_no_severity(audit, client):
    fill_page(client, add(audit, "strength"), {"text": "Managers write why"})
    assert (Finding.objects.get().kind, Finding.objects.get().severity) == ("strength", "")
    assert client.get(add(audit, "opinion")).status_code == 404


def test_form_sent_twice_adds_one_finding(audit, client):
    for _ in range(2):
        fill_page(client, add(audit), {"text": "Siblings are missed"})
    assert Finding.objects.count() == AuditFinding.objects.count() == 1


def test_finding_without_words_is_refused(audit, client):
    response = fill_page(client, add(audit), {"severity": "high"})
    assert "text" in response.context["form"].errors
    assert page_data(response)["severity"] == ["high"]


def test_late_change_shows_both_texts(audit, client):
    fill_page(client, add(audit), {"text": "First"})
    found = AuditFinding.objects.get()
    old_page = page_data(client.get(change(found)))
    fill_page(client, change(found), {"text": "Second"})
    late = client.post(change(found), old_page | {"text": "Third"})
    assert late.status_code == 409
    assert "Second" in late.content.decode()
    assert page_data(late)["text"] == ["Third"]
    assert Finding.objects.get().text == "Second"
    client.post(change(found), page_data(late))
    assert (Finding.objects.get().text, Finding.objects.get().version) == ("Third", 3)


def test_finding_is_removed_after_asking(audit, client):
    fill_page(client, add(audit), {"text": "Written by mistake"})
    found = AuditFinding.objects.get()
    Audit.objects.update(told_change=found)
    address = reverse("audits:remove_finding", args=[audit.reference, found.pk])
    assert "Written by mistake" in client.get(address).content.decode()
    client.post(address)
    assert not Finding.objects.exists()
    assert not AuditFinding.objects.exists()
    audit.refresh_from_db()
    assert audit.told_change is None
    assert "Written by mistake" not in str(Event.objects.values())


def test_conversation_picks_from_the_findings_of_this_audit(audit, client):
    fill_page(client, add(audit), {"text": "Siblings are missed"})
    found = AuditFinding.objects.get()
    elsewhere = AuditFinding.objects.create(
        audit=AuditFactory(),
        finding=Finding.objects.create(
            kind="improvement",
            text="x",
            service=audit.service,
            severity="low",
            origin="audit",
            found_on="2026-05-01",
        ),
    )
    address = reverse("audits:page", args=[audit.reference, "conversation"])
    assert "told_change" in fill_page(client, address, {"told_change": elsewhere.pk}).context["form"].errors
    fill_page(client, address, {"conversation": "held", "told_change": found.pk})
    audit.refresh_from_db()
    assert (audit.conversation, audit.told_change) == ("held", found)


def test_finding_of_a_closed_audit_does_not_change(cast, audit, client):
    fill_page(client, add(audit), {"text": "First"})
    found = AuditFinding.objects.get()
    data = page_data(client.get(change(found)))
    Audit.objects.update(state=State.SUBMITTED)
    client.post(change(found), data | {"text": "Second"})
    client.post(reverse("audits:remove_finding", args=[audit.reference, found.pk]))
    assert Finding.objects.get().text == "First"
    assert cast.auditor.kept_texts.filter(fields__text=["Second"]).exists()
