"""Is a child unsafe now?"""

import pytest
from django.urls import reverse

from qa_audit.audits.models import Audit, State
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


@pytest.fixture
def address(audit):
    return reverse("audits:safety", args=[audit.reference])


def test_page_says_first_that_it_does_not_raise_the_alarm(client, address, settings):
    settings.OUT_OF_HOURS_NUMBER = "0300 000 0000"
    page = client.get(address).content.decode()
    assert page.index("This form does not raise the alarm") < page.index("Whom did you tell?")
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
    assert client.post(address, {"child_unsafe": "no"}).status_code == 200
    audit.refresh_from_db()
    assert audit.child_unsafe == "yes"


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
