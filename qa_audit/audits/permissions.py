"""Who may do what to an audit, and in which state. The moves are one table; everything else reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from qa_audit.audits.models.answers import has_answers
from qa_audit.audits.models.audit import OPEN_STATES, PROVISIONAL_STATES, Audit, State
from qa_audit.audits.models.header import Capacity
from qa_audit.common.dates import add_working_days
from qa_audit.people.models import Role, Service, Team, User
from qa_audit.tools.models import ToolVersion


def is_its_auditor(user: User, audit: Audit) -> bool:
    return audit.auditor_id == user.pk and user.has_role(Role.AUDITOR, Role.MANAGER)


def has_written(user: User, audit: Audit) -> bool:
    """Whether they, or those for whom they deputise, are its auditor or were before it was handed over."""
    writers = {audit.auditor_id, *(person.pk for person in audit.earlier_auditors.all())}
    return not user.acting_ids.isdisjoint(writers)


def is_qa_lead_and_not_its_auditor(user: User, audit: Audit) -> bool:
    return user.has_role(Role.QA_LEAD) and not has_written(user, audit)


def is_manager_of_its_team(user: User, audit: Audit) -> bool:
    # Who wrote the audit does not check its facts as well.
    return audit.team_id in user.managed_team_ids and not has_written(user, audit)


def may_choose_who_goes_on(user: User, audit: Audit) -> bool:
    # Nobody chooses the moderator of what they wrote themselves.
    is_theirs = audit.state == State.IN_MODERATION and has_written(user, audit)
    return user.has_role(Role.QA_LEAD) and not is_theirs


def is_without_auditor(audit: Audit) -> bool:
    """Whether its auditor can write in it no longer: their account has ended, or they lost the role."""
    auditor = audit.auditor
    return auditor is None or not (auditor.is_active and is_its_auditor(auditor, audit))


@dataclass(frozen=True)
class Move:
    """An allowed move: history's word for it, from which states to which (None: it stays), and who."""

    word: str
    from_states: tuple[State, ...]
    to_state: State | None
    who: Callable[[User, Audit], bool]
    # Only while nothing is written in it.
    is_before_answers: bool = False


BEGIN = Move("begun", (State.ALLOCATED, State.RETURNED), State.IN_PROGRESS, is_its_auditor)
SUBMIT = Move("submitted", (State.IN_PROGRESS,), State.SUBMITTED, is_its_auditor)
RETURN = Move("returned", (State.SUBMITTED, State.SHARED), State.RETURNED, is_qa_lead_and_not_its_auditor)
SHARE = Move("shared", (State.SUBMITTED,), State.SHARED, is_qa_lead_and_not_its_auditor)
NOTE_ACCURACY = Move("checked for accuracy", (State.SHARED,), None, is_manager_of_its_team)
AGREE = Move("agreed", (State.SHARED,), State.AGREED, is_qa_lead_and_not_its_auditor)
HAND_OVER = Move("handed over", (*OPEN_STATES, State.IN_MODERATION), None, may_choose_who_goes_on)
NOT_BEGUN = (State.ALLOCATED, State.IN_PROGRESS)
CANCEL = Move("cancelled", NOT_BEGUN, State.WITHDRAWN, is_its_auditor, is_before_answers=True)
CHANGE_TOOL = Move("given another tool", NOT_BEGUN, None, is_its_auditor, is_before_answers=True)
WITHDRAW = Move(
    "withdrawn",
    tuple(state for state in State if state != State.WITHDRAWN),
    State.WITHDRAWN,
    is_qa_lead_and_not_its_auditor,
)


def may_move(move: Move, user: User, audit: Audit) -> bool:
    """Whether the person may make this move, and the audit is in a state for it."""
    return move.who(user, audit) and not why_not_now(move, audit)


def why_not_now(move: Move, audit: Audit) -> str:
    """Why nobody can make this move in the state that the audit is in; nothing when the state allows it."""
    if audit.state in move.from_states:
        if move.is_before_answers and has_answers(audit):
            return f"Nothing was changed: this audit has answers, so it cannot be {move.word}."
        return ""
    now = audit.get_state_display()
    return f"Nothing was changed: this audit is “{now}” now, so it cannot be {move.word}."


# Asked of each audit that is submitted. Which are graded a second time is not for audits to say: a package
# above them adds its question here when it is imported, and without one nobody's audit is.
MODERATION_QUESTIONS: list[Callable[[Audit], bool]] = []


def must_be_moderated(audit: Audit) -> bool:
    """Whether submitting sends it to a moderator first."""
    return any(is_picked(audit) for is_picked in MODERATION_QUESTIONS)


def may_start(user: User) -> bool:
    """Auditors start audits, managers manager audits."""
    return user.has_role(Role.AUDITOR, Role.MANAGER)


def capacities_of(user: User) -> list[Capacity]:
    """The capacities in which the person's roles let them audit."""
    others = [capacity for capacity in Capacity if capacity != Capacity.MANAGER]
    return [
        *(others if user.has_role(Role.AUDITOR) else []),
        *([Capacity.MANAGER] if user.has_role(Role.MANAGER) else []),
    ]


def refusal_of_capacity(user: User, capacity: str) -> str:
    """Why the person may not audit in this capacity; nothing when they may."""
    if capacity in capacities_of(user):
        return ""
    if capacity == Capacity.MANAGER:
        return "Only a manager can do a manager audit"
    return "A manager does manager audits; the other capacities are for auditors"


def refusal_of_team(user: User, capacity: str, team: Team | None) -> str:
    """Why a manager may not audit this team; nothing when they may, or audit in another capacity."""
    if capacity != Capacity.MANAGER:
        return ""
    if team is None:
        return "A manager audit looks at one team: choose it"
    if team.pk in user.managed_team_ids and not settings.MANAGERS_MAY_AUDIT_OWN_TEAMS:
        return "A manager cannot audit their own team: choose another team of the service"
    if team.service_id not in services_of_manager(user):
        return "A manager audits teams of the services that their own teams belong to: choose one of those"
    return ""


def services_of_manager(user: User) -> set[int]:
    """The services that the person's own teams belong to."""
    return {grant.team.service_id for grant in user.grants.all() if grant.role == Role.MANAGER}


def services_for(user: User):
    """The services whose cases the person may audit."""
    services = Service.objects.visible_to(user).current()
    return services if user.has_role(Role.AUDITOR) else services.filter(pk__in=services_of_manager(user))


def teams_for(user: User):
    """The teams whose cases the person may audit: a manager's own only where the setting allows it."""
    teams = (
        Team.objects.visible_to(user)
        .current()
        .filter(service__in=services_for(user))
        .select_related("service")
    )
    if user.has_role(Role.AUDITOR) or settings.MANAGERS_MAY_AUDIT_OWN_TEAMS:
        return teams
    return teams.exclude(pk__in=user.managed_team_ids)


def may_allocate(user: User) -> bool:
    return user.has_role(Role.QA_LEAD)


def may_edit(user: User, audit: Audit) -> bool:
    """Only its auditor writes in it, and only before it is submitted or after it was returned."""
    return is_its_auditor(user, audit) and audit.state in OPEN_STATES


def writes_agencies(user: User, audit: Audit) -> bool:
    """Whose task it is to enter what partner agencies found: its auditor's, or a QA lead's."""
    return is_its_auditor(user, audit) or user.has_role(Role.QA_LEAD)


def may_write_agencies(user: User, audit: Audit) -> bool:
    """Until the audit is agreed; no moderator who has not graded yet, since the rows hold grades."""
    is_before_agreed = audit.state in (*OPEN_STATES, *PROVISIONAL_STATES)
    return is_before_agreed and writes_agencies(user, audit) and not audit.hides_grades_from(user)


def may_complete_feedback(user: User, audit: Audit) -> bool:
    """A voice or conversation arranged for later is completed by its auditor until the audit is withdrawn.

    Where its auditor can no longer write in it, a QA lead says what came of it.
    """
    if audit.state == State.WITHDRAWN:
        return False
    return is_its_auditor(user, audit) or (
        is_qa_lead_and_not_its_auditor(user, audit) and is_without_auditor(audit)
    )


def may_raise_concern(user: User, audit: Audit) -> bool:
    """A child may turn out to be unsafe at any moment, long after the audit was submitted too."""
    return is_its_auditor(user, audit) and audit.state != State.WITHDRAWN


def may_return(user: User, audit: Audit) -> bool:
    return may_move(RETURN, user, audit)


def may_share(user: User, audit: Audit) -> bool:
    return may_move(SHARE, user, audit)


def may_note_accuracy(user: User, audit: Audit) -> bool:
    """Once for each time that it is shared."""
    return may_move(NOTE_ACCURACY, user, audit) and audit.accuracy_noted_at is None


def may_agree(user: User, audit: Audit) -> bool:
    """Before its time an agreement also needs a reason: see `why_agreeing_is_early`."""
    return may_move(AGREE, user, audit)


def may_hand_over(user: User, audit: Audit) -> bool:
    return may_move(HAND_OVER, user, audit)


def may_cancel(user: User, audit: Audit) -> bool:
    return may_move(CANCEL, user, audit)


def may_change_tool(user: User, audit: Audit) -> bool:
    return may_move(CHANGE_TOOL, user, audit)


def other_tools(user: User, audit: Audit):
    """The versions on which the person could have started this audit instead."""
    versions = ToolVersion.objects.visible_to(user).published().for_service(audit.service)
    return versions.exclude(tool=audit.tool_version.tool_id)


def may_withdraw(user: User, audit: Audit) -> bool:
    return may_move(WITHDRAW, user, audit)


def may_read_copy(user: User, audit: Audit) -> bool:
    """The practitioner's copy: from shared on for all who may open the audit, for its auditor before."""
    if audit.state in (*OPEN_STATES, State.WITHDRAWN):
        return False
    is_waiting = audit.state in (State.SUBMITTED, State.IN_MODERATION)
    return audit.auditor_id == user.pk if is_waiting else True


def accuracy_check_until(audit: Audit) -> date:
    """The last day on which the team's manager may check the facts of a shared audit."""
    return add_working_days(timezone.localdate(audit.shared_at), settings.ACCURACY_CHECK_WORKING_DAYS)


def managers_who_check(audit: Audit):
    """The people who may check the facts: the team's managers, but not who wrote the audit."""
    people = User.objects.active().filter(grants__role=Role.MANAGER, grants__team=audit.team_id)
    writers = [audit.auditor_id, *(person.pk for person in audit.earlier_auditors.all())]
    return people.exclude(pk__in=[pk for pk in writers if pk]) if audit.team_id else User.objects.none()


def why_agreeing_is_early(audit: Audit) -> str:
    """Why agreeing now needs a reason; nothing after the note, after the days, or without a manager."""
    if audit.accuracy_noted_at or timezone.localdate() > accuracy_check_until(audit):
        return ""
    if not managers_who_check(audit).exists():
        return ""
    return "The team manager has not checked it yet and still has time"
