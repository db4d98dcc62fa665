"""Somebody else goes on with an audit: who may, who may not, and what becomes of those who wrote before."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from qa_audit.audits.actions import moves
from qa_audit.audits.actions.feedback import complete_feedback
from qa_audit.audits.actions.taking_over import people_to_hand_to
from qa_audit.audits.models.answers import KeptText
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity
from qa_audit.audits.permissions import managers_who_check, may_agree, may_complete_feedback, may_share
from qa_audit.history.actions import record_reading
from qa_audit.history.models import Event, Snapshot
from qa_audit.home.permissions import ready_to_agree
from qa_audit.people.actions.persons import end_person
from qa_audit.people.models import Role, User
from tests.factories import AuditFactory, TeamFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
OPEN = [State.ALLOCATED, State.IN_PROGRESS, State.RETURNED]


def audit_of(cast, state, **fields):
    made = {"auditor": cast.auditor, "service": cast.service, "team": cast.team}
    times = dict.fromkeys(("submitted_at", "shared_at"), datetime(2026, 5, 11, 9, 0, tzinfo=LONDON))
    return AuditFactory(state=state, **(made | times | fields))


def end(person, cast):
    return end_person(person=User.objects.get(pk=person.pk), by=cast.administrator)


def hand(audit, cast, to, reason="On leave until July."):
    return moves.hand_over(audit=audit, by=cast.qa_lead, to=to, reason=reason)


def names(audit):
    return [person.name for person in people_to_hand_to(Audit.objects.get(pk=audit.pk))]


def page_of(audit):
    return reverse("audits:hand_over", args=[audit.reference])


@pytest.mark.parametrize("state", OPEN)
def test_an_open_audit_is_handed_to_another_auditor_and_history_names_both(state, cast):
    audit = hand(audit_of(cast, state), cast, cast.second_auditor)
    assert (audit.state, audit.auditor) == (state, cast.second_auditor)
    event = Event.objects.about(audit).first()
    assert (event.action, event.reason) == ("handed over", "On leave until July.")
    assert event.changes == {"auditor": ["Ada Auditor", "Sol Second"]}
    assert Snapshot.objects.get(event_sequence=event.sequence).content["header"]["auditor"] == "Sol Second"
    assert audit not in Audit.objects.visible_to(cast.auditor)
    assert audit in Audit.objects.visible_to(cast.second_auditor)


def test_in_moderation_the_moderator_changes_and_the_auditor_stays(cast):
    audit = hand(audit_of(cast, State.IN_MODERATION, moderator=cast.nobody), cast, cast.second_auditor)
    assert (audit.auditor, audit.moderator, audit.state) == (
        cast.auditor,
        cast.second_auditor,
        State.IN_MODERATION,
    )
    assert Event.objects.about(audit).first().changes == {"moderator": ["Noor Norole", "Sol Second"]}


def test_a_reason_is_needed(cast):
    audit = audit_of(cast, State.IN_PROGRESS)
    with pytest.raises(ValidationError):
        hand(audit, cast, cast.second_auditor, reason=" ")
    assert Audit.objects.get().auditor == cast.auditor


def near_to_the_team(cast):
    """Auditors who stand too near to the team, one for each reason."""
    return {
        "manages": give_role(cast.manager, Role.AUDITOR),
        "heads": give_role(cast.head, Role.AUDITOR),
        "works in": give_role(UserFactory(team=cast.team), Role.AUDITOR),
    }


@pytest.mark.parametrize("who", ["manages", "heads", "works in"])
@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.IN_MODERATION])
def test_nobody_takes_it_who_stands_near_to_the_team(state, who, cast):
    audit, person = audit_of(cast, state, moderator=cast.second_auditor), near_to_the_team(cast)[who]
    assert person.name not in names(audit)
    with pytest.raises(moves.MoveRefused, match=who):
        hand(audit, cast, person)


def test_nobody_takes_it_without_the_role_or_after_the_end(cast):
    audit = audit_of(cast, State.IN_PROGRESS)
    assert names(audit) == ["Sol Second"]
    end(cast.second_auditor, cast)
    assert names(audit) == []
    for person in (cast.second_auditor, cast.qa_lead, cast.leader, cast.manager, cast.auditor):
        with pytest.raises(moves.MoveRefused):
            hand(audit, cast, User.objects.get(pk=person.pk))
    assert Audit.objects.get().auditor == cast.auditor


def test_a_manager_audit_goes_to_a_manager_of_another_team_of_the_service(cast, settings):
    audit = audit_of(cast, State.IN_PROGRESS, auditor=cast.nobody, capacity=Capacity.MANAGER)
    third = TeamFactory(service=cast.service)
    beside = give_role(UserFactory(name="Bea Beside"), Role.MANAGER, team=third)
    assert names(audit) == ["Bea Beside"]
    with pytest.raises(moves.MoveRefused, match="their own team"):
        hand(audit, cast, cast.manager)
    with pytest.raises(moves.MoveRefused, match="services that their own teams belong to"):
        hand(audit, cast, cast.outsider)
    assert not hand(audit, cast, beside).is_own_team
    settings.MANAGERS_MAY_AUDIT_OWN_TEAMS = True
    assert hand(audit, cast, cast.manager).is_own_team


def test_a_moderator_has_neither_written_nor_read_it(cast):
    both = give_role(cast.qa_lead, Role.AUDITOR)
    audit = audit_of(cast, State.IN_MODERATION)
    assert names(audit) == ["Quinn Lead", "Sol Second"]
    record_reading("opened", by=cast.second_auditor, obj=audit)
    assert names(audit) == ["Quinn Lead"]
    audit.earlier_auditors.add(both)
    assert names(audit) == []
    with pytest.raises(moves.MoveRefused, match="has written in it"):
        moves.hand_over(audit=audit, by=give_role(cast.nobody, Role.QA_LEAD), to=both, reason="Ill.")


def test_nobody_chooses_the_moderator_of_what_they_wrote(cast):
    both = give_role(cast.qa_lead, Role.AUDITOR)
    audit = audit_of(cast, State.IN_MODERATION, auditor=both)
    with pytest.raises(PermissionDenied):
        moves.hand_over(audit=audit, by=both, to=cast.auditor, reason="Ill.")


def test_whoever_wrote_in_it_before_neither_signs_it_off_nor_checks_its_facts(cast):
    """Handing one's own audit over would otherwise be a way to agree it oneself."""
    both = give_role(give_role(cast.qa_lead, Role.AUDITOR), Role.MANAGER, team=cast.other_team)
    audit = audit_of(cast, State.IN_PROGRESS, auditor=both, team=cast.other_team)
    moves.hand_over(audit=audit, by=both, to=cast.second_auditor, reason="On leave.")
    Audit.objects.update(state=State.SUBMITTED)
    audit = Audit.objects.get()
    assert not may_share(both, audit)
    other = give_role(cast.nobody, Role.QA_LEAD)
    moves.share(audit=audit, by=other)
    audit = Audit.objects.get()
    assert not may_agree(both, audit)
    for act in (moves.agree, moves.withdraw):
        with pytest.raises(PermissionDenied):
            act(audit=audit, by=both, reason="Now.")
    with pytest.raises(PermissionDenied):
        moves.note_accuracy(audit=audit, by=both)
    # Its one manager wrote in it, so nobody is there to check it.
    assert not managers_who_check(audit).exists()
    assert list(ready_to_agree(Audit.objects.all())) == [audit]


def test_who_was_given_it_and_wrote_nothing_is_free_to_sign_it_off(cast):
    both = give_role(cast.qa_lead, Role.AUDITOR)
    audit = audit_of(cast, State.ALLOCATED, auditor=both)
    moves.hand_over(audit=audit, by=both, to=cast.auditor, reason="Too many.")
    Audit.objects.update(state=State.SUBMITTED)
    assert may_share(both, Audit.objects.get())


def test_text_that_could_not_be_saved_goes_with_the_audit(cast):
    audit = audit_of(cast, State.IN_PROGRESS)
    text = KeptText.objects.create(
        user=cast.auditor, audit=audit, path="/", fields={"grade_reason": ["Late."]}
    )
    KeptText.objects.create(user=cast.auditor, audit=audit_of(cast, State.IN_PROGRESS), path="/", fields={})
    hand(audit, cast, cast.second_auditor)
    assert list(cast.second_auditor.kept_texts.all()) == [text]
    assert cast.auditor.kept_texts.count() == 1


@pytest.mark.parametrize("state", [State.SUBMITTED, State.SHARED])
def test_nothing_is_returned_to_somebody_who_has_ended_but_to_who_takes_it_over(state, cast, sign_in):
    audit = audit_of(cast, state)
    end(cast.auditor, cast)
    with pytest.raises(moves.MoveRefused, match="Ada Auditor can no longer write in it"):
        moves.return_to_auditor(audit=audit, by=cast.qa_lead, note="Say what changed.")
    client, address = sign_in(cast.qa_lead), reverse("audits:return", args=[audit.reference])
    assert "Ada Auditor can no longer write in it" in client.get(address).content.decode()
    refused = client.post(address, {"note": "Say what changed."})
    assert "Choose who takes it over" in refused.content.decode()
    assert Audit.objects.get().state == state
    client.post(address, {"note": "Say what changed.", "to": cast.second_auditor.pk})
    audit = Audit.objects.get()
    assert (audit.state, audit.auditor, audit.return_note) == (
        State.RETURNED,
        cast.second_auditor,
        "Say what changed.",
    )
    actions = [event.action for event in Event.objects.about(audit).changes()]
    assert actions == ["returned", "handed over"]


def test_the_page_of_the_return_asks_for_nobody_while_its_auditor_is_there(cast, sign_in):
    audit = audit_of(cast, State.SUBMITTED)
    page = sign_in(cast.qa_lead).get(reverse("audits:return", args=[audit.reference])).content.decode()
    assert 'name="to"' not in page


def test_the_page_hands_over_and_offers_only_who_may_take_it(cast, sign_in):
    audit, client = audit_of(cast, State.IN_PROGRESS), sign_in(cast.qa_lead)
    page = client.get(page_of(audit)).content.decode()
    assert "It is with Ada Auditor now." in page
    assert ">Sol Second</option>" in page
    assert ">Ada Auditor</option>" not in page
    response = client.post(page_of(audit), {"to": cast.second_auditor.pk, "reason": "On leave."})
    assert response.url == audit.get_absolute_url()
    assert Audit.objects.get().auditor == cast.second_auditor


def test_the_page_says_where_nobody_may_take_it(cast, sign_in):
    audit = audit_of(cast, State.IN_PROGRESS)
    end(cast.second_auditor, cast)
    page = sign_in(cast.qa_lead).get(page_of(audit)).content.decode()
    assert "Nobody can take it over" in page


def test_the_audits_page_says_that_nobody_goes_on_with_it(cast, sign_in):
    audit = audit_of(cast, State.RETURNED)
    end(cast.auditor, cast)
    page = sign_in(cast.qa_lead).get(audit.get_absolute_url()).content.decode()
    assert "Returned, but Ada Auditor can no longer write in it: a QA lead needs to hand it over." in page


def test_feedback_of_who_has_ended_is_completed_by_a_qa_lead(cast, sign_in):
    audit = audit_of(cast, State.AGREED, conversation="arranged")
    client, address = sign_in(cast.qa_lead), reverse("audits:feedback", args=[audit.reference])
    assert client.get(address).status_code == 403
    end(cast.auditor, cast)
    assert may_complete_feedback(cast.qa_lead, Audit.objects.get())
    assert client.get(address).status_code == 200
    assert "Complete the feedback" in client.get(audit.get_absolute_url()).content.decode()
    assert complete_feedback(audit=audit, by=cast.qa_lead, entries=[]).conflicts in ([], {})


def test_a_team_whose_manager_has_ended_is_agreed_without_a_check(cast):
    audit = audit_of(cast, State.SHARED)
    assert not ready_to_agree(Audit.objects.all()).exists()
    end(cast.manager, cast)
    assert ready_to_agree(Audit.objects.all()).get() == audit
    assert moves.agree(audit=audit, by=cast.qa_lead).state == State.AGREED
