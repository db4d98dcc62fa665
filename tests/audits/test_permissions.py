"""Who may do what to an audit: every cell of the access table and of the move table."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from qa_audit.audits import permissions
from qa_audit.audits.models.audit import FROM_SHARED, OPEN_STATES, Audit, State
from qa_audit.people.models import Role
from tests.conftest import EVERYBODY
from tests.factories import AuditFactory, ToolVersionFactory, UserFactory, give_role

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def audits(cast):
    """One audit of the auditor's in every state, on the manager's team."""
    shared = {
        "auditor": cast.auditor,
        "service": cast.service,
        "team": cast.team,
        "tool_version": ToolVersionFactory(),
    }
    return [AuditFactory(state=state, **shared) for state in State.values]


def states(queryset) -> set:
    return set(queryset.values_list("state", flat=True))


EVERY = set(State.values)
SHARED = set(FROM_SHARED)
MAY_OPEN = {"auditor": EVERY, "manager": SHARED, "head": SHARED, "qa_lead": EVERY, "leader": SHARED}
IS_LISTED = {**MAY_OPEN, "head": EVERY, "leader": EVERY}


@pytest.mark.parametrize("role", EVERYBODY)
def test_each_role_opens_and_knows_of_the_states_that_the_access_table_gives(role, cast, audits):
    user = getattr(cast, role)
    assert states(Audit.objects.visible_to(user)) == MAY_OPEN.get(role, set())
    assert states(Audit.objects.listed_for(user)) == IS_LISTED.get(role, set())


@pytest.mark.parametrize("role", EVERYBODY)
def test_a_list_marks_exactly_the_rows_that_the_person_may_open(role, cast, audits):
    user = getattr(cast, role)
    marked = Audit.objects.marked_for(user)
    assert states(marked.filter(may_open=True)) == MAY_OPEN.get(role, set())
    assert states(marked.filter(may_see_grade=True)) == MAY_OPEN.get(role, set())


def test_a_moderator_opens_the_audit_but_sees_no_grade_until_theirs_are_saved(cast):
    audit = AuditFactory(state=State.IN_MODERATION, moderator=cast.second_auditor)
    user = cast.second_auditor
    marked = Audit.objects.marked_for(user).get(pk=audit.pk)
    assert (marked.may_open, marked.may_see_grade) == (True, False)
    assert not Audit.objects.showing_grades_to(user).exists()
    assert Audit.objects.showing_grades_to(cast.qa_lead).count() == 1
    audit.moderated_at = datetime(2026, 5, 1, tzinfo=LONDON)
    audit.save()
    assert Audit.objects.marked_for(user).get(pk=audit.pk).may_see_grade
    assert Audit.objects.showing_grades_to(user).exists()


def may_submit(user, audit):
    return permissions.may_move(permissions.SUBMIT, user, audit)


MOVES = {
    permissions.may_edit: ("auditor", set(OPEN_STATES)),
    may_submit: ("auditor", {State.IN_PROGRESS}),
    permissions.may_complete_feedback: ("auditor", EVERY - {State.WITHDRAWN}),
    permissions.may_share: ("qa_lead", {State.SUBMITTED}),
    permissions.may_return: ("qa_lead", {State.SUBMITTED, State.SHARED}),
    permissions.may_note_accuracy: ("manager", {State.SHARED}),
    permissions.may_agree: ("qa_lead", {State.SHARED}),
    permissions.may_withdraw: ("qa_lead", EVERY - {State.WITHDRAWN}),
}


@pytest.mark.parametrize("may", MOVES, ids=lambda may: may.__name__)
@pytest.mark.parametrize("role", EVERYBODY)
def test_each_move_is_for_one_role_in_the_states_of_the_move_table(may, role, cast, audits):
    who, allowed = MOVES[may]
    found = {audit.state for audit in audits if may(getattr(cast, role), audit)}
    assert found == (allowed if role == who else set())


@pytest.mark.parametrize(
    "may",
    [permissions.may_share, permissions.may_return, permissions.may_agree, permissions.may_withdraw],
    ids=lambda may: may.__name__,
)
def test_a_qa_lead_never_acts_on_their_own_audit(may, cast):
    both = give_role(cast.qa_lead, Role.AUDITOR)
    assert not [state for state in State if may(both, AuditFactory(state=state, auditor=both))]


def test_a_manager_does_not_check_the_facts_of_the_audit_that_they_wrote(cast):
    own = AuditFactory(state=State.SHARED, auditor=cast.manager, service=cast.service, team=cast.team)
    assert not permissions.may_note_accuracy(cast.manager, own)


def test_only_auditors_and_managers_start_and_only_qa_leads_allocate(cast):
    may_start = {role for role in EVERYBODY if permissions.may_start(getattr(cast, role))}
    may_allocate = {role for role in EVERYBODY if permissions.may_allocate(getattr(cast, role))}
    assert may_start == {"auditor", "second_auditor", "manager", "outsider"}
    assert may_allocate == {"qa_lead"}


def test_whoever_loses_the_role_no_longer_writes_in_their_audit(cast):
    audit = AuditFactory(auditor=cast.nobody)
    assert not permissions.may_edit(cast.nobody, audit)


def test_the_copy_is_there_from_shared_on_and_for_its_auditor_from_submitted_on(cast, audits):
    for_auditor = {audit.state for audit in audits if permissions.may_read_copy(cast.auditor, audit)}
    for_lead = {audit.state for audit in audits if permissions.may_read_copy(cast.qa_lead, audit)}
    assert for_lead == SHARED
    assert for_auditor == SHARED | {State.SUBMITTED, State.IN_MODERATION}


def shared(cast, **fields):
    at = datetime(2026, 5, 5, 16, 0, tzinfo=LONDON)
    defaults = {"auditor": cast.auditor, "service": cast.service, "team": cast.team}
    return AuditFactory(state=State.SHARED, shared_at=at, **(defaults | fields))


def test_the_manager_has_five_working_days_and_agreeing_before_is_early(cast, frozen_clock):
    audit = shared(cast)
    assert permissions.accuracy_check_until(audit).isoformat() == "2026-05-12"
    assert permissions.why_agreeing_is_early(audit)
    frozen_clock.move_to(datetime(2026, 5, 12, 23, 59, tzinfo=LONDON))
    assert permissions.why_agreeing_is_early(audit)
    frozen_clock.move_to(datetime(2026, 5, 13, 0, 1, tzinfo=LONDON))
    assert not permissions.why_agreeing_is_early(audit)


def test_after_the_note_agreeing_is_not_early(cast):
    audit = shared(
        cast, accuracy_noted_at=datetime(2026, 5, 6, tzinfo=LONDON), accuracy_noted_by=cast.manager
    )
    assert not permissions.why_agreeing_is_early(audit)


def test_without_a_manager_who_can_check_agreeing_is_never_early(cast):
    assert not permissions.why_agreeing_is_early(shared(cast, team=cast.other_team))
    assert not permissions.why_agreeing_is_early(shared(cast, team=None))
    assert not permissions.why_agreeing_is_early(shared(cast, auditor=cast.manager))
    cast.manager.is_active = False
    cast.manager.save()
    assert not permissions.why_agreeing_is_early(shared(cast))


def test_a_head_of_another_service_manages_no_team_of_this_one(cast):
    stranger = give_role(UserFactory(), Role.MANAGER, team=cast.team_elsewhere)
    assert not permissions.may_note_accuracy(stranger, shared(cast))


@pytest.mark.parametrize("role", ["auditor", "manager"])
def test_an_audit_is_without_auditor_once_theirs_may_no_longer_write(cast, role):
    auditor = getattr(cast, role)
    audit = AuditFactory(auditor=auditor, service=cast.service, team=cast.other_team)
    assert not permissions.is_without_auditor(audit)

    auditor.is_active = False
    assert permissions.is_without_auditor(audit)

    auditor.is_active = True
    auditor.grants.all().delete()
    assert permissions.is_without_auditor(Audit.objects.get(pk=audit.pk))
