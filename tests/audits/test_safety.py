"""Is a child unsafe now?"""

import pytest
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.models.audit import Audit, State
from qa_audit.history.models import Event
from qa_audit.notices.actions import acknowledge
from qa_audit.notices.models import Notice
from tests.audits.typing import fill_page, page_data

pytestmark = pytest.mark.django_db
TOLD = {
    "child_unsafe": "yes",
    "concern": "An unknown adult stays in the home.",
    "told_role": "Team manager",
    "told_on": "12 May 2026",
    "told_time": "9:30",
    "will_do": "Visit today.",
    "recorded_on": "12 May 2026",
}

# What is asked where yes or no is not: a further concern, or one after the audit was submitted.
FURTHER = {name: text for name, text in TOLD.items() if name != "child_unsafe"}


@pytest.fixture
def address(audit):
    return reverse("audits:safety", args=[audit.reference])


def test_page_says_first_that_it_does_not_raise_the_alarm(client, address, settings):
    settings.OUT_OF_HOURS_NUMBER = "0300 000 0000"
    page = client.get(address).content.decode()
    assert page.index("This form does not raise the alarm") < page.index("Who did you tell?")
    assert "ring the team manager now" in page
    assert "0300 000 0000" in page


def test_every_page_of_a_draft_leads_to_it(audit, client, address):
    pages = ["fill", "all", "header"]
    addresses = [reverse(f"audits:{name}", args=[audit.reference]) for name in pages]
    addresses += [
        reverse("audits:page", args=[audit.reference, key]) for key in ("childs-voice", "voices", "judgement")
    ]
    for page in addresses:
        assert f'href="{address}"' in client.get(page).content.decode()


def test_no_is_an_answer(audit, client, address):
    assert fill_page(client, address, {"child_unsafe": "no"}).status_code == 302
    audit.refresh_from_db()
    assert (audit.child_unsafe, audit.notice) == ("no", None)


def test_yes_notifies_manager_head_and_qa_lead(cast, audit, client, address):
    assert fill_page(client, address, TOLD).status_code == 302
    notice = Notice.objects.get()
    audit.refresh_from_db()
    assert (audit.child_unsafe, audit.notice) == ("yes", notice)
    assert (notice.reference, notice.team, notice.told_role) == (audit.reference, cast.team, "Team manager")
    assert notice.told_at.isoformat() == "2026-05-12T08:30:00+00:00"
    for person in (cast.manager, cast.head, cast.qa_lead, cast.auditor):
        assert Notice.objects.visible_to(person).exists()
    for person in (cast.leader, cast.outsider, cast.second_auditor, cast.analyst):
        assert not Notice.objects.visible_to(person).exists()
    assert {event.action for event in Event.objects.changes()} == {"wrote", "raised", "concern raised"}
    assert "unknown adult" not in str(Event.objects.values())


def test_form_sent_twice_raises_one_notice(client, address):
    data = page_data(client.get(address)) | TOLD
    client.post(address, data)
    client.post(address, data)
    assert Notice.objects.count() == 1


def test_yes_without_the_rest_keeps_the_answer_and_says_what_is_missing(audit, client, address):
    response = fill_page(client, address, {"child_unsafe": "yes", "told_on": ""})
    errors = response.context["form"].errors
    assert set(errors) == {"concern", "told_role", "told_on", "told_time", "will_do", "recorded_on"}
    audit.refresh_from_db()
    assert (audit.child_unsafe, audit.notice) == ("yes", None)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"told_time": "25:00"}, "told_time"),
        ({"told_time": "half nine"}, "told_time"),
        ({"told_on": "13 May 2026"}, "told_time"),
        ({"recorded_on": "13 May 2026"}, "recorded_on"),
        ({"told_on": "soon"}, "told_on"),
    ],
)
def test_wrong_times_are_refused(client, address, typed, field):
    response = fill_page(client, address, TOLD | typed)
    assert field in response.context["form"].errors
    assert page_data(response)["concern"] == [TOLD["concern"]]
    assert not Notice.objects.exists()


def test_concern_stays_on_record(audit, client, address):
    fill_page(client, address, TOLD)
    page = client.post(address, {"child_unsafe": "no"}, follow=True)
    assert "A concern was raised from this audit and stays on record." in page.content.decode()
    audit.refresh_from_db()
    assert audit.child_unsafe == "yes"


def test_another_concern_of_the_same_audit_is_another_notice(audit, client, address):
    fill_page(client, address, TOLD)
    first = Notice.objects.get()
    page = client.get(address)
    assert "Another concern" in page.content.decode()
    fill_page(client, address, FURTHER | {"concern": "The adult has come back."})
    assert [notice.concern for notice in Notice.objects.order_by("pk")] == [
        TOLD["concern"],
        "The adult has come back.",
    ]
    audit.refresh_from_db()
    assert audit.notice == first
    assert client.get(address).content.decode().count("See the concern") == 2


def test_another_concern_from_a_tab_that_was_opened_before_is_not_dropped(client, address):
    stale = page_data(client.get(address)) | TOLD | {"concern": "Something else."}
    fill_page(client, address, TOLD)
    page = client.post(address, stale, follow=True)
    assert "The people who must know are notified." in page.content.decode()
    assert Notice.objects.count() == 2


def test_no_from_another_tab_does_not_overwrite_yes(audit, client, address):
    stale = page_data(client.get(address)) | {"child_unsafe": "no"}
    fill_page(client, address, {"child_unsafe": "yes"})
    page = client.post(address, stale)
    assert page.status_code == 409
    assert "This was answered in another tab since you opened the page" in page.content.decode()
    audit.refresh_from_db()
    assert audit.child_unsafe == "yes"
    typed = {"child_unsafe": "no", "why_changed": "I had misread the date."}
    assert client.post(address, page_data(page) | typed).status_code == 302
    audit.refresh_from_db()
    assert audit.child_unsafe == "no"


@pytest.mark.parametrize("state", [State.SUBMITTED, State.SHARED, State.AGREED])
def test_concern_is_raised_after_the_audit_was_submitted_too(audit, client, address, state):
    now = timezone.now()
    times = {"submitted_at": now, "shared_at": now, "agreed_at": now}
    Audit.objects.update(state=state, child_unsafe="no", grade="good", first_grade="good", **times)
    assert f'href="{address}"' in client.get(audit.get_absolute_url()).content.decode()
    response = fill_page(client, address, FURTHER)
    assert response.url == audit.get_absolute_url()
    audit.refresh_from_db()
    assert (audit.child_unsafe, audit.state, audit.notice) == ("yes", state, Notice.objects.get())
    event = Event.objects.get(action="concern raised")
    assert event.changes["Is a child unsafe now?"] == ["no", "yes"]
    assert event.snapshot_hash


def test_no_concern_is_raised_from_a_withdrawn_audit_and_what_was_typed_is_kept(audit, client, address):
    data = page_data(client.get(address)) | TOLD
    Audit.objects.update(state=State.WITHDRAWN)
    page = client.post(address, data, follow=True)
    assert "What you typed is kept" in page.content.decode()
    assert not Notice.objects.exists()


def test_concern_follows_its_audit_to_another_reference(audit, client, address):
    fill_page(client, address, TOLD)
    header = reverse("audits:header", args=[audit.reference])
    fill_page(client, header, {"audited_on": "15 December 2025"})
    audit.refresh_from_db()
    assert audit.reference.startswith("A-2025-")
    assert Notice.objects.get().reference == audit.reference


def test_allocated_audit_begins_with_the_concern(cast, audit, client, address):
    Audit.objects.update(state=State.ALLOCATED)
    fill_page(client, address, TOLD)
    audit.refresh_from_db()
    assert audit.state == State.IN_PROGRESS


def test_one_of_those_told_acknowledges_once(cast, audit, client, address):
    fill_page(client, address, TOLD)
    notice = acknowledge(notice=Notice.objects.get(), by=cast.manager, response="Visited, safe tonight.")
    assert notice.acknowledged_by == cast.manager
    assert acknowledge(notice=notice, by=cast.head, response="Me too").acknowledged_by == cast.manager
