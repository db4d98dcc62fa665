"""A child may be unsafe now: who is told, who acknowledges, and from when senior leaders see it."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qa_audit.common.dates import LONDON
from qa_audit.history.models import Event
from qa_audit.notices import actions
from qa_audit.notices.models import Notice
from tests.factories import AuditFactory, NoticeFactory


@pytest.fixture
def notice(cast):
    return NoticeFactory(service=cast.service, team=cast.team, raised_by=cast.auditor)


def acknowledge(client, notice, response="I rang the worker; a visit is under way."):
    return client.post(reverse("notices:acknowledge", args=[notice.pk]), {"response": response})


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("auditor", 200),  # who raised it
        ("second_auditor", 404),
        ("manager", 200),
        ("head", 200),
        ("qa_lead", 200),
        ("leader", 404),  # until two working hours are over
        ("outsider", 404),
        ("analyst", 403),
        ("administrator", 403),
        ("nobody", 403),
    ],
)
def test_only_those_told_and_who_raised_it_open_a_notice(cast, sign_in, notice, role, status):
    assert sign_in(getattr(cast, role)).get(notice.get_absolute_url()).status_code == status


@pytest.mark.parametrize("role", ["manager", "head", "qa_lead"])
def test_it_stands_on_top_of_every_page_of_those_told(cast, sign_in, notice, role):
    client = sign_in(getattr(cast, role))
    for page in ("home:index", "home:help", "tools:list"):
        assert notice.headline in client.get(reverse(page)).content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    "role", ["auditor", "second_auditor", "leader", "outsider", "analyst", "administrator"]
)
def test_it_stands_on_nobody_elses_pages(cast, sign_in, notice, role):
    page = sign_in(getattr(cast, role)).get(reverse("home:help")).content.decode()
    assert "Act now" not in page
    assert notice.reference not in page


def test_the_manager_of_another_team_is_not_told(cast, sign_in, notice):
    Notice.objects.update(team=cast.other_team)
    assert sign_in(cast.manager).get(notice.get_absolute_url()).status_code == 404


def test_who_sees_a_notice_sees_the_concern_and_not_the_audit(cast, sign_in, notice):
    audit = AuditFactory(
        reference="A-2026-0042",
        notice=notice,
        service=cast.service,
        team=cast.team,
        auditor=cast.auditor,
        grade_reason="Canary of the audit",
    )
    client = sign_in(cast.manager)
    page = client.get(notice.get_absolute_url()).content.decode()
    assert notice.concern in page
    assert notice.will_do in page
    assert "Canary" not in page
    assert f"/audits/{audit.reference}" not in page


def test_one_acknowledges_with_what_they_did_and_it_leaves_every_page(cast, sign_in, notice):
    assert acknowledge(sign_in(cast.manager), notice).status_code == 302
    notice.refresh_from_db()
    assert notice.acknowledged_by == cast.manager
    assert notice.response == "I rang the worker; a visit is under way."
    for role in ("manager", "head", "qa_lead"):
        assert "Act now" not in sign_in(getattr(cast, role)).get(reverse("home:help")).content.decode()
    event = Event.objects.about(notice).changes().get()
    assert event.action == "acknowledged"
    assert "I rang" not in str(event.changes)


def test_an_acknowledgement_says_what_was_done(cast, sign_in, notice):
    page = acknowledge(sign_in(cast.manager), notice, response="  ")
    assert page.status_code == 422
    assert "Answer the question “What have you done?”" in page.content.decode()
    page = acknowledge(sign_in(cast.manager), notice, response="x" * 2001)
    assert "Shorten this to 2,000 characters" in page.content.decode()
    notice.refresh_from_db()
    assert notice.acknowledged_at is None


def test_who_raised_it_cannot_acknowledge_it(cast, sign_in, notice):
    assert acknowledge(sign_in(cast.auditor), notice).status_code == 403
    Notice.objects.update(raised_by=cast.manager)
    client = sign_in(cast.manager)
    assert acknowledge(client, notice).status_code == 403
    assert "Acknowledge this notice" not in client.get(notice.get_absolute_url()).content.decode()


def test_a_second_acknowledgement_changes_nothing_and_says_by_whom(cast, sign_in, notice):
    acknowledge(sign_in(cast.manager), notice)
    page = sign_in(cast.head)
    response = page.post(
        reverse("notices:acknowledge", args=[notice.pk]), {"response": "Me too"}, follow=True
    )
    assert "Mo Manager has already acknowledged this." in response.content.decode()
    notice.refresh_from_db()
    assert notice.acknowledged_by == cast.manager


def test_of_two_who_acknowledge_at_once_the_first_counts(cast, notice):
    stale = Notice.objects.get(pk=notice.pk)
    actions.acknowledge(notice=notice, by=cast.manager, response="Done.")
    assert (
        actions.acknowledge(notice=stale, by=cast.head, response="Done too.").acknowledged_by == cast.manager
    )
    assert Event.objects.about(notice).changes().count() == 1


def test_the_action_refuses_who_was_not_told(cast, notice):
    for person in (cast.auditor, cast.second_auditor, cast.outsider, cast.leader, cast.administrator):
        with pytest.raises(PermissionDenied):
            actions.acknowledge(notice=notice, by=person, response="Done.")


def test_outside_their_rows_nobody_acknowledges(cast, sign_in, notice):
    assert acknowledge(sign_in(cast.outsider), notice).status_code == 404
    assert acknowledge(sign_in(cast.leader), notice).status_code == 404


def london(day, hour, minute=0):
    return datetime(2026, 5, day, hour, minute, tzinfo=LONDON)


def raised_at(cast, frozen_clock, moment):
    frozen_clock.move_to(moment)
    return NoticeFactory(service=cast.service, team=cast.team, raised_by=cast.auditor)


def leader_sees(cast, sign_in, notice) -> bool:
    return sign_in(cast.leader).get(notice.get_absolute_url()).status_code == 200


def test_after_two_working_hours_senior_leaders_see_it_too(cast, sign_in, frozen_clock):
    notice = raised_at(cast, frozen_clock, london(12, 10))
    frozen_clock.move_to(london(12, 11, 59))
    assert not leader_sees(cast, sign_in, notice)
    frozen_clock.move_to(london(12, 12, 1))
    assert leader_sees(cast, sign_in, notice)
    assert "Act now" in sign_in(cast.leader).get(reverse("home:index")).content.decode()


def test_raised_late_on_a_friday_it_reaches_leaders_on_monday_morning(cast, sign_in, frozen_clock):
    notice = raised_at(cast, frozen_clock, london(15, 16))  # a Friday: one hour is left of it
    for quiet in (london(15, 18), london(16, 12), london(17, 23), london(18, 9, 59)):
        frozen_clock.move_to(quiet)
        assert not leader_sees(cast, sign_in, notice)
    frozen_clock.move_to(london(18, 10, 1))
    assert leader_sees(cast, sign_in, notice)


def test_over_a_bank_holiday_the_hours_wait_too(cast, sign_in, frozen_clock):
    notice = raised_at(cast, frozen_clock, london(22, 18))  # Friday evening before the spring bank holiday
    frozen_clock.move_to(london(25, 15))
    assert not leader_sees(cast, sign_in, notice)
    frozen_clock.move_to(london(26, 11, 1))
    assert leader_sees(cast, sign_in, notice)


def test_acknowledged_in_time_it_never_reaches_leaders(cast, sign_in, frozen_clock):
    notice = raised_at(cast, frozen_clock, london(12, 10))
    actions.acknowledge(notice=notice, by=cast.manager, response="Done.")
    frozen_clock.move_to(london(13, 10))
    assert not leader_sees(cast, sign_in, notice)


def test_opening_a_notice_is_on_record(cast, sign_in, notice):
    sign_in(cast.head).get(notice.get_absolute_url())
    assert Event.objects.about(notice).readings().get().actor_name == "Hana Head"


def test_the_list_shows_what_each_may_see_and_filters_by_state(cast, sign_in, notice):
    done = NoticeFactory(service=cast.service, raised_by=cast.auditor)
    actions.acknowledge(notice=done, by=cast.qa_lead, response="Done.")
    elsewhere = NoticeFactory(service=cast.elsewhere, team=cast.team_elsewhere)
    client = sign_in(cast.qa_lead)

    def found(client, **query):
        page = client.get(reverse("notices:list"), query).context["table"]
        return {row.record for row in page.rows}

    assert found(client) == {notice, done, elsewhere}
    assert found(client, state="waiting") == {notice, elsewhere}
    assert found(client, state="acknowledged") == {done}
    assert found(client, raised_from="13 May 2026") == set()
    assert found(sign_in(cast.outsider)) == {elsewhere}
    assert found(sign_in(cast.second_auditor)) == set()


def test_ten_notices_cost_a_page_no_more_than_one(cast, sign_in, notice):
    client = sign_in(cast.qa_lead)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("home:help"))
        return len(asked)

    cost()  # the session is written on the first request
    one = cost()
    NoticeFactory.create_batch(9, service=cast.service, team=cast.team)
    assert cost() == one
