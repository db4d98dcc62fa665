"""The history of an audit, as a QA lead reads it."""

import pytest
from django.urls import reverse

from qa_audit.audits.actions import moves
from qa_audit.audits.actions.findings import add_finding
from qa_audit.audits.models.answers import DomainGrade
from qa_audit.audits.models.audit import State
from qa_audit.history.actions import record
from qa_audit.history.models import Event
from tests.audits.typing import fill_page
from tests.factories import AuditFactory


def words_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def audit(cast):
    audit = AuditFactory(
        auditor=cast.auditor, service=cast.service, team=cast.team, state=State.SUBMITTED, grade="inadequate"
    )
    DomainGrade.objects.create(audit=audit, domain=audit.tool_version.domains.first(), grade="inadequate")
    record("wrote", by=cast.auditor, obj=audit, changes={"Overall grade": ["good", "inadequate"]})
    moves.share(audit=audit, by=cast.qa_lead)
    moves.note_accuracy(audit=audit, by=cast.manager, note="The school changed in March.")
    return audit


def history_of(audit):
    return reverse("audits:history", args=[audit.reference])


def difference_of(audit, action):
    event = Event.objects.about(audit).get(action=action)
    return reverse("audits:difference", args=[audit.reference, event.sequence])


def test_a_qa_lead_reads_who_did_what_when_and_why(audit, cast, sign_in):
    moves.agree(audit=audit, by=cast.qa_lead, reason="")
    moves.withdraw(audit=audit, by=cast.qa_lead, reason="The wrong case.")
    page = words_of(sign_in(cast.qa_lead).get(history_of(audit)))
    for words in ("Withdrawn", "by Quinn Lead", "The wrong case.", "by Mo Manager", "good → inadequate"):
        assert words in page
    assert "a text of 28 characters" in page
    assert "The school changed in March." not in page


def test_changes_are_told_in_the_words_of_the_pages(cast, sign_in):
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    typed = {
        "conversation": "arranged",
        "conversation_on": "24 May 2026",
        "voice-child-outcome": "not_possible",
        "impact": "some_difference",
        "is_disabled": "on",
    }
    client = sign_in(cast.auditor)
    for name, value in typed.items():
        page = "header" if name == "is_disabled" else "all"
        fill_page(client, reverse(f"audits:{page}", args=[audit.reference]), {name: value})
    found = add_finding(audit=audit, by=cast.auditor, kind="strength", text="Seen alone early.")
    fill_page(client, reverse("audits:all", args=[audit.reference]), {"told_strength": str(found.pk)})
    told = words_of(sign_in(cast.qa_lead).get(history_of(audit)))
    for words in (
        "Conversation with the practitioner: nothing → Arranged for later",
        "Date held or arranged for: nothing → 24 May 2026",
        "Child&#x27;s voice: outcome: nothing → Not possible or not safe to ask",
        "Impact for the child: nothing → Some difference",
        "Disabled: No → Yes",
        "The strength you told them: nothing → Seen alone early.",
    ):
        assert words in told


def test_nothing_to_correct_changes_no_words(cast, sign_in):
    audit = AuditFactory(service=cast.service, team=cast.team, state=State.SUBMITTED)
    moves.share(audit=audit, by=cast.qa_lead)
    moves.note_accuracy(audit=audit, by=cast.manager)
    page = words_of(sign_in(cast.qa_lead).get(history_of(audit)))
    assert "State: Submitted → Shared" in page
    assert "nothing → nothing" not in page


def test_each_move_leads_to_what_it_changed(audit, cast, sign_in):
    client = sign_in(cast.qa_lead)
    assert difference_of(audit, "checked for accuracy") in words_of(client.get(history_of(audit)))
    page = words_of(client.get(difference_of(audit, "checked for accuracy")))
    assert "The school changed in March." in page
    assert "Accuracy noted by" in page
    assert "12 May 2026 at 10:00" in page
    assert "Mo Manager" in page


def test_the_first_picture_has_nothing_to_compare_with(audit, cast, sign_in):
    page = words_of(sign_in(cast.qa_lead).get(difference_of(audit, "shared")))
    assert "This is the first copy kept" in page


def test_it_shows_who_has_looked(audit, cast, sign_in):
    sign_in(cast.head).get(audit.get_absolute_url())
    page = words_of(sign_in(cast.qa_lead).get(history_of(audit)))
    assert "Hana Head" in page
    readings = Event.objects.about(audit).readings()
    assert {event.action for event in readings} == {"opened", "opened its history"}


@pytest.mark.parametrize(
    "role", ["auditor", "manager", "head", "leader", "analyst", "administrator", "outsider", "nobody"]
)
def test_nobody_else_reads_it(role, audit, cast, sign_in):
    client = sign_in(getattr(cast, role))
    assert client.get(history_of(audit)).status_code == 403
    assert client.get(difference_of(audit, "shared")).status_code == 403


def test_a_moderating_qa_lead_learns_no_grade_from_history(audit, cast, sign_in):
    audit.refresh_from_db()
    audit.moderator = cast.qa_lead
    audit.save()
    client = sign_in(cast.qa_lead)
    for address in (
        history_of(audit),
        difference_of(audit, "shared"),
        difference_of(audit, "checked for accuracy"),
    ):
        page = words_of(client.get(address)).lower()
        assert "you are moderating this audit" in page
        assert "inadequate" not in page


def test_an_event_of_another_record_is_not_found_under_this_audit(audit, cast, sign_in):
    other = AuditFactory(state=State.SUBMITTED)
    moves.share(audit=other, by=cast.qa_lead)
    sequence = Event.objects.about(other).get().sequence
    address = reverse("audits:difference", args=[audit.reference, sequence])
    assert sign_in(cast.qa_lead).get(address).status_code == 404


def test_an_event_without_a_picture_is_not_found(audit, cast, sign_in):
    assert sign_in(cast.qa_lead).get(difference_of(audit, "wrote")).status_code == 404
