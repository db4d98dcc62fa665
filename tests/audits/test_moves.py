"""The moves of an audit: each sentence of the move table, done and refused, with its history."""

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from qa_audit.audits.actions import moves
from qa_audit.audits.actions.snapshots import Change, differences, snapshot
from qa_audit.audits.models.answers import Answer, AuditFinding, DomainGrade, Voice
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.permissions import MODERATION_QUESTIONS
from qa_audit.findings.models import FindingKind
from qa_audit.history.actions import record
from qa_audit.history.checks import chain_problems
from qa_audit.history.models import Event, Snapshot, digest
from qa_audit.people.models import Role
from qa_audit.tools.models import Question, Requirement
from tests.conftest import EVERYBODY, make_cast
from tests.factories import AuditFactory, FindingFactory, ToolVersionFactory, give_role

LONDON = ZoneInfo("Europe/London")


def audit_of(cast, state, **fields):
    defaults = {"auditor": cast.auditor, "service": cast.service, "team": cast.team}
    if state == State.SHARED:
        defaults["shared_at"] = datetime(2026, 5, 11, 9, 0, tzinfo=LONDON)
    return AuditFactory(state=state, **(defaults | fields))


@pytest.fixture
def ready(cast):
    """An audit in progress that the check before submitting lets through."""
    nothing = Requirement.NOT_APPLICABLE
    version = ToolVersionFactory(
        conversation=nothing, voice_child=nothing, voice_parent=nothing, voice_carer=nothing
    )
    audit = audit_of(
        cast,
        State.IN_PROGRESS,
        tool_version=version,
        grade="good",
        grade_reason="The plan is clear and the child is heard.",
        impact="some_difference",
        impact_note="She goes to school again.",
        child_unsafe="no",
    )
    for domain in version.domains.all():
        DomainGrade.objects.create(
            audit=audit, domain=domain, grade="good", evidence=f"About {domain.title}."
        )
    return audit


def last_event(audit):
    return Event.objects.about(audit).first()


@pytest.mark.parametrize("state", [State.ALLOCATED, State.RETURNED])
def test_the_first_answer_begins_an_allocated_or_returned_audit(state, cast):
    audit = moves.begin(audit=audit_of(cast, state), by=cast.auditor)
    assert audit.state == State.IN_PROGRESS
    assert last_event(audit).changes["state"] == [state, "in_progress"]


def test_submitting_fixes_the_first_grade(cast, ready):
    audit = moves.submit(audit=ready, by=cast.auditor)
    assert (audit.state, audit.first_grade, audit.grade) == (State.SUBMITTED, "good", "good")
    assert audit.submitted_at


def test_submitting_again_after_a_return_keeps_the_first_grade(cast, ready):
    moves.submit(audit=ready, by=cast.auditor)
    moves.return_to_auditor(audit=ready, by=cast.qa_lead, note="Too kind: the plan is a year old.")
    moves.begin(audit=ready, by=cast.auditor)
    Audit.objects.filter(pk=ready.pk).update(grade="requires_improvement")
    audit = moves.submit(audit=ready, by=cast.auditor)
    assert (audit.first_grade, audit.grade) == ("good", "requires_improvement")


def test_an_audit_with_problems_is_not_submitted(cast):
    audit = audit_of(cast, State.IN_PROGRESS)
    with pytest.raises(moves.NotReady) as refused:
        moves.submit(audit=audit, by=cast.auditor)
    assert refused.value.problems
    audit.refresh_from_db()
    assert (audit.state, audit.first_grade) == (State.IN_PROGRESS, "")
    assert not Event.objects.exists()


@pytest.fixture
def picked():
    """The references that a package above audits picks for moderation; nothing is registered without it."""
    references = set()

    def is_picked(audit):
        return audit.reference in references

    MODERATION_QUESTIONS.append(is_picked)
    yield references
    MODERATION_QUESTIONS.remove(is_picked)


def test_an_audit_that_is_picked_goes_to_moderation(cast, ready, picked):
    picked.add(ready.reference)
    assert moves.submit(audit=ready, by=cast.auditor).state == State.IN_MODERATION


def test_an_audit_that_is_not_picked_is_submitted(cast, ready, picked):
    assert moves.submit(audit=ready, by=cast.auditor).state == State.SUBMITTED


def test_nobody_must_be_moderated_while_nothing_is_registered():
    assert MODERATION_QUESTIONS == []


@pytest.mark.parametrize("move", [moves.share, moves.agree])
def test_an_audit_in_moderation_is_neither_shared_nor_agreed(move, cast, ready, picked):
    picked.add(ready.reference)
    audit = moves.submit(audit=ready, by=cast.auditor)
    with pytest.raises(moves.MoveRefused, match="In moderation"):
        move(audit=audit, by=cast.qa_lead)
    audit.refresh_from_db()
    assert audit.state == State.IN_MODERATION


def test_a_shared_audit_forgets_the_check_of_an_earlier_sharing(cast):
    audit = audit_of(
        cast,
        State.SUBMITTED,
        accuracy_note="Wrong school.",
        accuracy_noted_at=datetime(2026, 4, 1, tzinfo=LONDON),
        accuracy_noted_by=cast.manager,
    )
    audit = moves.share(audit=audit, by=cast.qa_lead)
    assert (audit.state, audit.accuracy_note, audit.accuracy_noted_at) == (State.SHARED, "", None)
    assert audit.shared_at


@pytest.mark.parametrize("state", [State.SUBMITTED, State.SHARED])
def test_a_qa_lead_returns_a_submitted_or_shared_audit_with_a_note(state, cast):
    audit = moves.return_to_auditor(audit=audit_of(cast, state), by=cast.qa_lead, note="Say what changed.")
    assert (audit.state, audit.return_note) == (State.RETURNED, "Say what changed.")
    # The chain can never be shortened, so it holds no narrative; the snapshot does.
    assert "Say what changed." not in str(last_event(audit).changes) + last_event(audit).reason
    assert Snapshot.objects.get().content["sign_off"]["return_note"] == "Say what changed."


@pytest.mark.parametrize("note", ["The school changed in March.", ""])
def test_the_managers_note_or_silence_leaves_the_audit_shared(note, cast):
    audit = moves.note_accuracy(audit=audit_of(cast, State.SHARED), by=cast.manager, note=note)
    assert (audit.state, audit.accuracy_note, audit.accuracy_noted_by) == (State.SHARED, note, cast.manager)
    assert "state" not in last_event(audit).changes


def test_the_manager_checks_once(cast):
    audit = audit_of(cast, State.SHARED)
    moves.note_accuracy(audit=audit, by=cast.manager, note="First.")
    with pytest.raises(moves.MoveRefused, match="already"):
        moves.note_accuracy(audit=audit, by=cast.manager, note="Second.")
    audit.refresh_from_db()
    assert audit.accuracy_note == "First."


def test_agreeing_after_the_note_needs_no_reason(cast):
    audit = audit_of(cast, State.SHARED)
    moves.note_accuracy(audit=audit, by=cast.manager)
    audit = moves.agree(audit=audit, by=cast.qa_lead)
    assert (audit.state, audit.get_state_display()) == (State.AGREED, "Final")
    assert audit.agreed_at
    assert Audit.objects.counted().get() == audit


def test_agreeing_before_the_managers_time_is_over_needs_a_reason(cast):
    audit = audit_of(cast, State.SHARED)
    with pytest.raises(ValidationError, match="say why"):
        moves.agree(audit=audit, by=cast.qa_lead, reason="  ")
    audit.refresh_from_db()
    assert audit.state == State.SHARED
    moves.agree(audit=audit, by=cast.qa_lead, reason="The panel meets tomorrow.")
    assert last_event(audit).reason == "The panel meets tomorrow."


def test_agreeing_after_five_working_days_needs_no_reason(cast, frozen_clock):
    audit = audit_of(cast, State.SHARED)
    frozen_clock.move_to(datetime(2026, 5, 19, 8, 0, tzinfo=LONDON))
    assert moves.agree(audit=audit, by=cast.qa_lead).state == State.AGREED


def test_a_team_without_a_manager_is_agreed_at_once(cast):
    audit = audit_of(cast, State.SHARED, team=cast.other_team)
    assert moves.agree(audit=audit, by=cast.qa_lead).state == State.AGREED


@pytest.mark.parametrize("state", [state for state in State if state != State.WITHDRAWN])
def test_a_qa_lead_withdraws_from_every_state_and_it_leaves_the_counts(state, cast):
    audit = moves.withdraw(audit=audit_of(cast, state), by=cast.qa_lead, reason="The wrong case.")
    assert audit.state == State.WITHDRAWN
    assert last_event(audit).reason == "The wrong case."
    assert not Audit.objects.counted().exists()
    assert not Audit.objects.provisional().exists()


def test_a_note_and_a_reason_cannot_be_blank(cast):
    audit = audit_of(cast, State.SUBMITTED)
    with pytest.raises(ValidationError):
        moves.return_to_auditor(audit=audit, by=cast.qa_lead, note=" ")
    with pytest.raises(ValidationError):
        moves.withdraw(audit=audit, by=cast.qa_lead, reason="")
    audit.refresh_from_db()
    assert audit.state == State.SUBMITTED


# Every move with the states it starts from, who makes it, and what else it is told.
TABLE = {
    "begin": (moves.begin, {"allocated", "returned"}, "auditor", {}),
    "submit": (moves.submit, {"in_progress"}, "auditor", {}),
    "return": (moves.return_to_auditor, {"submitted", "shared"}, "qa_lead", {"note": "A note."}),
    "share": (moves.share, {"submitted"}, "qa_lead", {}),
    "accuracy": (moves.note_accuracy, {"shared"}, "manager", {}),
    "agree": (moves.agree, {"shared"}, "qa_lead", {"reason": "A reason."}),
    "hand over": (
        lambda **told: moves.hand_over(**told, to=told["audit"].auditor),
        {"allocated", "in_progress", "returned", "in_moderation"},
        "qa_lead",
        {"reason": "A reason."},
    ),
    "withdraw": (moves.withdraw, set(State.values) - {"withdrawn"}, "qa_lead", {"reason": "A reason."}),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_move_is_refused_in_every_other_state_and_says_so(name, cast):
    act, allowed, who, words = TABLE[name]
    for state in set(State.values) - allowed:
        audit = audit_of(cast, state)
        with pytest.raises(moves.MoveRefused, match="Nothing was changed"):
            act(audit=audit, by=getattr(cast, who), **words)
        audit.refresh_from_db()
        assert audit.state == state
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", TABLE)
def test_a_move_is_refused_to_everybody_else(name, cast):
    act, allowed, who, words = TABLE[name]
    audit = audit_of(cast, sorted(allowed)[0])
    for other in set(EVERYBODY) - {who}:
        with pytest.raises(PermissionDenied):
            act(audit=audit, by=getattr(cast, other), **words)
    audit.refresh_from_db()
    assert (audit.state, audit.version) == (sorted(allowed)[0], 1)
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["return", "share", "agree", "withdraw"])
def test_a_qa_lead_makes_no_move_of_their_own_audit(name, cast):
    act, allowed, _, words = TABLE[name]
    both = give_role(cast.qa_lead, Role.AUDITOR)
    with pytest.raises(PermissionDenied):
        act(audit=audit_of(cast, sorted(allowed)[0], auditor=both), by=both, **words)


def test_each_move_keeps_a_whole_picture_whose_hash_is_in_its_event(cast, ready):
    for act, by in [(moves.submit, cast.auditor), (moves.share, cast.qa_lead)]:
        audit = act(audit=ready, by=by)
        event = last_event(audit)
        picture = Snapshot.objects.get(event_sequence=event.sequence)
        assert event.snapshot_hash == digest(picture.content)
        assert picture.content["header"]["state"] == audit.state
        assert picture.content["domains"]["risk-and-safety"]["evidence"] == "About Risk and safety."
    assert list(chain_problems()) == []


def test_a_picture_holds_everything_of_the_audit(cast, ready):
    question = Question.objects.filter(domain__version=ready.tool_version).first()
    Answer.objects.create(audit=ready, question=question, value="not_recorded")
    Voice.objects.create(audit=ready, who="child", outcome="heard", words="I like my room.")
    finding = FindingFactory(service=cast.service, kind=FindingKind.STRENGTH, text="Seen alone early.")
    ready.told_strength = AuditFinding.objects.create(audit=ready, finding=finding)
    picture = snapshot(ready)
    assert picture["header"]["case_reference"] == ready.case_reference
    assert picture["header"]["service"] == "Social Work with Families"
    assert picture["judgement"]["grade"] == "good"
    assert picture["answers"]["childs-voice/childs-voice.seen"] == {
        "question": "Was the child seen alone?",
        "value": "not_recorded",
        "answer": "Not recorded",
    }
    assert picture["voices"]["child"]["words"] == "I like my room."
    assert picture["findings"][str(finding.pk)]["text"] == "Seen alone early."
    assert picture["conversation"]["told_strength"] == str(finding)
    kept = {name for part in ("header", "judgement", "conversation", "sign_off") for name in picture[part]}
    left_out = {"id", "version", "creation_token", "is_imported", "last_page", "created_at"}
    assert {field.name for field in Audit._meta.concrete_fields} - kept == left_out


def test_pictures_of_many_audits_take_a_fixed_number_of_queries(cast, django_assert_num_queries):
    def pictures():
        return [snapshot(audit) for audit in Audit.objects.whole()]

    def make(count):
        for _ in range(count):
            audit = audit_of(cast, State.AGREED)
            Voice.objects.create(audit=audit, who="child", outcome="declined")
            for domain in audit.tool_version.domains.all():
                DomainGrade.objects.create(audit=audit, domain=domain, grade="good")
                Answer.objects.create(audit=audit, question=domain.questions.first(), value="yes")
            finding = FindingFactory(service=cast.service)
            AuditFinding.objects.create(audit=audit, finding=finding, domain=domain)

    make(2)
    with django_assert_num_queries(21):
        pictures()
    make(5)
    with django_assert_num_queries(21):
        assert len(pictures()) == 7


def test_the_difference_of_two_pictures_can_be_read(cast, ready):
    question = Question.objects.filter(domain__version=ready.tool_version).first()
    before = snapshot(Audit.objects.get(pk=ready.pk))
    Answer.objects.create(audit=ready, question=question, value="no")
    Audit.objects.filter(pk=ready.pk).update(grade="inadequate", is_disabled=True, state="submitted")
    ready.domain_grades.filter(domain__concept__key="childs-voice").update(grade="inadequate")
    AuditFinding.objects.create(
        audit=ready, finding=FindingFactory(service=cast.service, text="No plan.", severity="high")
    )
    found = differences(before, snapshot(Audit.objects.get(pk=ready.pk)))
    assert Change("Header", "State", "In progress", "Submitted") in found
    assert Change("Header", "Is disabled", "No", "Yes") in found
    assert Change("Judgement", "Grade", "Good", "Inadequate") in found
    assert Change("Child's voice", "Grade", "Good", "Inadequate") in found
    assert Change("Answer", "Was the child seen alone?", "", "No") in found
    assert Change("Area for improvement", "Text", "", "No plan.") in found
    assert Change("Area for improvement", "Severity", "", "High") in found


def test_equal_pictures_differ_in_nothing(ready):
    assert differences(snapshot(ready), snapshot(Audit.objects.get(pk=ready.pk))) == []


@pytest.mark.django_db(transaction=True)
def test_two_qa_leads_agreeing_at_once_make_one_event():
    cast = make_cast()
    leads = [cast.qa_lead, give_role(cast.nobody, Role.QA_LEAD)]
    audit = audit_of(cast, State.SHARED)
    start, outcomes = threading.Barrier(2), []

    def agree(lead):
        start.wait()
        try:
            moves.agree(audit=audit, by=lead, reason="The panel meets tomorrow.")
            outcomes.append("agreed")
        except moves.MoveRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=agree, args=[lead]) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["agreed", "refused"]
    assert Event.objects.filter(action="agreed").count() == 1
    audit.refresh_from_db()
    assert (audit.state, audit.version) == (State.AGREED, 2)


def test_a_save_that_began_before_a_move_does_not_undo_it(cast, ready):
    seen = Audit.objects.get(pk=ready.pk).version
    moves.submit(audit=ready, by=cast.auditor)
    assert not Audit.objects.filter(pk=ready.pk, version=seen).update(grade="inadequate")


def test_history_of_another_record_is_not_this_audits(cast, ready):
    record("changed", by=cast.auditor, obj=cast.service)
    moves.submit(audit=ready, by=cast.auditor)
    assert [event.action for event in Event.objects.about(ready)] == ["submitted"]
