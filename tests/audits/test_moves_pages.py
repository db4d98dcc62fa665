"""The pages and buttons by which an audit moves on, and what they say when it cannot."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from qa_audit.audits.models.audit import Audit, State
from qa_audit.history.models import Event
from qa_audit.people.models import Role
from tests.factories import AuditFactory, ToolVersionFactory, give_role

LONDON = ZoneInfo("Europe/London")
WITH_PAGES = {
    "return": ("qa_lead", State.SUBMITTED, State.RETURNED, {"note": "Say what changed."}),
    "accuracy": ("manager", State.SHARED, State.SHARED, {"note": "The school changed."}),
    "agree": ("qa_lead", State.SHARED, State.AGREED, {"reason": "The panel meets tomorrow."}),
    "withdraw": ("qa_lead", State.AGREED, State.WITHDRAWN, {"reason": "The wrong case."}),
}


def audit_of(cast, state, **fields):
    defaults = {"auditor": cast.auditor, "service": cast.service, "team": cast.team}
    return AuditFactory(
        state=state, shared_at=datetime(2026, 5, 11, 9, 0, tzinfo=LONDON), **(defaults | fields)
    )


def address(name, audit):
    return reverse(f"audits:{name}", args=[audit.reference])


def words_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", WITH_PAGES)
def test_each_page_asks_moves_on_and_leads_back_to_the_audit(name, cast, sign_in):
    who, before, after, typed = WITH_PAGES[name]
    audit, client = audit_of(cast, before), sign_in(getattr(cast, who))
    assert client.get(address(name, audit)).status_code == 200
    response = client.post(address(name, audit), typed)
    assert response.url == audit.get_absolute_url()
    assert Audit.objects.get().state == after
    assert "govuk-notification-banner--success" in words_of(client.get(response.url))


@pytest.mark.parametrize("name", WITH_PAGES)
def test_an_empty_form_is_refused_by_the_field(name, cast, sign_in):
    who, before, _, typed = WITH_PAGES[name]
    audit = audit_of(cast, before)
    response = sign_in(getattr(cast, who)).post(address(name, audit), dict.fromkeys(typed, " "))
    page = words_of(response)
    assert "<title>Error:" in page.replace("<title> ", "<title>")
    assert f'href="#id_{next(iter(typed))}"' in page
    assert Audit.objects.get().state == before
    assert not Event.objects.changes().exists()


@pytest.mark.parametrize("name", WITH_PAGES)
def test_too_long_a_text_is_refused_and_kept(name, cast, sign_in):
    who, before, _, typed = WITH_PAGES[name]
    audit = audit_of(cast, before)
    response = sign_in(getattr(cast, who)).post(address(name, audit), dict.fromkeys(typed, "é" * 4001))
    assert "Shorten this to 4,000 characters" in words_of(response)
    assert "é" * 4001 in words_of(response)


@pytest.mark.parametrize("name", WITH_PAGES)
def test_what_was_typed_too_late_is_shown_again_with_a_409(name, cast, sign_in):
    who, _, _, typed = WITH_PAGES[name]
    late = State.WITHDRAWN if name != "accuracy" else State.AGREED
    audit = audit_of(cast, late)
    response = sign_in(getattr(cast, who)).post(address(name, audit), typed)
    assert response.status_code == 409
    assert "Nothing was changed" in words_of(response)
    assert next(iter(typed.values())) in words_of(response)
    assert Audit.objects.get().state == late


@pytest.mark.parametrize("name", WITH_PAGES)
def test_a_page_opened_too_late_leads_back_with_a_message(name, cast, sign_in):
    who = WITH_PAGES[name][0]
    audit = audit_of(cast, State.WITHDRAWN if name != "accuracy" else State.AGREED)
    response = sign_in(getattr(cast, who)).get(address(name, audit), follow=True)
    assert response.redirect_chain == [(audit.get_absolute_url(), 302)]
    assert "Nothing was changed" in words_of(response)


def test_the_button_share_shares(cast, sign_in):
    audit = audit_of(cast, State.SUBMITTED)
    response = sign_in(cast.qa_lead).post(address("share", audit), follow=True)
    assert "Shared with the team manager." in words_of(response)
    assert Audit.objects.get().state == State.SHARED


def test_a_second_click_on_share_says_that_nothing_was_changed(cast, sign_in):
    audit, client = audit_of(cast, State.SUBMITTED), sign_in(cast.qa_lead)
    client.post(address("share", audit))
    response = client.post(address("share", audit), follow=True)
    assert "this audit is “Shared” now, so it cannot be shared" in words_of(response)
    assert Event.objects.filter(action="shared").count() == 1


def test_nothing_to_correct_is_one_button(cast, sign_in):
    audit = audit_of(cast, State.SHARED)
    sign_in(cast.manager).post(address("accuracy", audit), {"note": "", "nothing": "1"})
    audit.refresh_from_db()
    assert (audit.accuracy_note, audit.accuracy_noted_by) == ("", cast.manager)
    assert audit.accuracy_noted_at


def test_a_note_beside_nothing_to_correct_is_not_thrown_away(cast, sign_in):
    audit = audit_of(cast, State.SHARED)
    response = sign_in(cast.manager).post(
        address("accuracy", audit), {"note": "Wrong school.", "nothing": "1"}
    )
    assert "You wrote a note" in words_of(response)
    assert "Wrong school." in words_of(response)
    audit.refresh_from_db()
    assert audit.accuracy_noted_at is None


def test_a_manager_who_checked_already_is_told_so(cast, sign_in):
    audit, client = audit_of(cast, State.SHARED), sign_in(cast.manager)
    client.post(address("accuracy", audit), {"note": "", "nothing": "1"})
    assert "has already been checked for accuracy" in words_of(
        client.get(address("accuracy", audit), follow=True)
    )
    second = client.post(address("accuracy", audit), {"note": "One more thing."})
    assert second.status_code == 409
    assert "One more thing." in words_of(second)


def test_agreeing_in_time_asks_for_nothing(cast, sign_in):
    audit = audit_of(cast, State.SHARED, team=cast.other_team)
    response = sign_in(cast.qa_lead).post(address("agree", audit), follow=True)
    assert "Agreed. The audit is final and counts." in words_of(response)
    assert "Final" in words_of(response)


FORBIDDEN = {
    "share": {"auditor", "manager", "head", "leader", "analyst", "administrator", "nobody"},
    "return": {"auditor", "manager", "head", "leader", "analyst", "administrator", "nobody"},
    "accuracy": {"auditor", "head", "qa_lead", "leader", "analyst", "administrator", "nobody"},
    "agree": {"auditor", "manager", "head", "leader", "analyst", "administrator", "nobody"},
    "withdraw": {"auditor", "manager", "head", "leader", "analyst", "administrator", "nobody"},
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_role_without_the_move_is_answered_403(name, cast, sign_in):
    audit = audit_of(cast, State.SHARED if name != "share" else State.SUBMITTED)
    for role in FORBIDDEN[name]:
        response = sign_in(getattr(cast, role)).post(address(name, audit), {"note": "x", "reason": "x"})
        assert response.status_code == 403, role
    assert Audit.objects.get().version == 1


def test_a_manager_of_another_team_is_answered_404(cast, sign_in):
    audit = audit_of(cast, State.SHARED)
    assert sign_in(cast.outsider).post(address("accuracy", audit), {"note": "x"}).status_code == 404


def test_a_manager_is_answered_404_before_the_audit_is_shared(cast, sign_in):
    audit = audit_of(cast, State.SUBMITTED)
    assert sign_in(cast.manager).get(address("accuracy", audit)).status_code == 404


@pytest.mark.parametrize("name", ["share", "return", "agree", "withdraw"])
def test_a_qa_lead_is_answered_403_on_their_own_audit(name, cast, sign_in):
    both = give_role(cast.qa_lead, Role.AUDITOR)
    audit = audit_of(cast, State.SHARED, auditor=both)
    assert sign_in(both).post(address(name, audit), {"note": "x", "reason": "x"}).status_code == 403


def allocation(cast, **typed):
    return {
        "token": "once",
        "service": cast.service.pk,
        "team": cast.team.pk,
        "tool_version": ToolVersionFactory().pk,
        "case_reference": "C00123",
        "auditor": cast.auditor.pk,
        "capacity": "qa_unit",
        "reason_chosen": "random",
        "due_on": "27 May 2026",
    } | typed


def test_a_qa_lead_allocates_on_one_page(cast, sign_in):
    client = sign_in(cast.qa_lead)
    assert "27 May 2026" in words_of(client.get(reverse("audits:allocate")))
    response = client.post(reverse("audits:allocate"), allocation(cast), follow=True)
    assert "Allocated to Ada Auditor." in words_of(response)
    assert Audit.objects.get().state == State.ALLOCATED


def test_a_qa_lead_hears_of_a_case_reference_that_looks_like_a_name(cast, sign_in):
    typed = allocation(cast, case_reference="JOHN SMITH")
    page = words_of(sign_in(cast.qa_lead).post(reverse("audits:allocate"), typed, follow=True))
    assert "Case reference: this looks like a person’s name." in page
    assert "ask Ada Auditor to change it" in page
    assert Audit.objects.get().case_reference == "JOHN SMITH"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"case_reference": ""}, "Enter the case reference"),
        ({"due_on": "31 February 2026"}, "Enter a date like 27 March 2026"),
        ({"due_on": "1 May 2026"}, "The due date has passed"),
        ({"capacity": "emperor"}, "Choose one of the answers to “In what role do they audit?”"),
        ({"service": "999999"}, "Choose the service"),
        ({"capacity": "manager"}, "Only a manager can do a manager audit"),
        ({"case_reference": "C" * 41}, "Shorten this to 40 characters"),
    ],
)
def test_a_wrong_allocation_is_refused_by_its_field_and_kept(typed, said, cast, sign_in):
    response = sign_in(cast.qa_lead).post(reverse("audits:allocate"), allocation(cast, **typed))
    page = words_of(response)
    assert said in page
    assert "govuk-error-summary" in page
    assert not Audit.objects.exists()


def test_a_team_of_another_service_is_refused_with_the_rule(cast, sign_in):
    typed = allocation(cast, team=cast.team_elsewhere.pk)
    page = words_of(sign_in(cast.qa_lead).post(reverse("audits:allocate"), typed))
    assert "This team belongs to Fostering: choose a team of Social Work with Families" in page


def test_a_tool_of_another_service_is_refused_with_the_rule(cast, sign_in):
    version = ToolVersionFactory()
    version.tool.services.add(cast.elsewhere)
    typed = allocation(cast, tool_version=version.pk)
    page = words_of(sign_in(cast.qa_lead).post(reverse("audits:allocate"), typed))
    assert "This tool is not for Social Work with Families" in page


def test_an_allocation_pressed_twice_makes_one_audit(cast, sign_in):
    client, typed = sign_in(cast.qa_lead), allocation(cast)
    first = client.post(reverse("audits:allocate"), typed)
    assert client.post(reverse("audits:allocate"), typed).url == first.url
    assert Audit.objects.count() == 1
