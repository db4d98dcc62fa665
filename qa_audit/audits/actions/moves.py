"""An audit's moves from state to state. Nothing else sets a state."""

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.actions.starting import create_once
from qa_audit.audits.actions.taking_over import refusal_of_taker
from qa_audit.audits.checks.submitting import blocking_problems
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.permissions import (
    AGREE,
    BEGIN,
    CANCEL,
    CHANGE_TOOL,
    HAND_OVER,
    NOTE_ACCURACY,
    RETURN,
    SHARE,
    SUBMIT,
    WITHDRAW,
    Move,
    is_without_auditor,
    may_allocate,
    must_be_moderated,
    other_tools,
    why_agreeing_is_early,
    why_not_now,
)
from qa_audit.common.dates import add_working_days
from qa_audit.history.actions import narrative, record
from qa_audit.people.models import Service, Team, User
from qa_audit.tools.models import ToolVersion


class MoveRefused(Exception):
    """The audit is not, or no longer, in a state for this move; the message says so to the person."""


class NotReady(Exception):
    """The audit cannot be submitted yet: `problems` are what the check before submitting found."""

    def __init__(self, problems: list):
        super().__init__("The audit cannot be submitted yet")
        self.problems = problems


def allocate(
    *,
    by: User,
    token: str,
    auditor: User,
    tool_version: ToolVersion,
    case_reference: str,
    service: Service,
    team: Team | None,
    capacity: str,
    reason_chosen: str,
    theme: str = "",
    due_on: date | None = None,
) -> Audit:
    """A new audit that waits for its auditor; the same token twice gives one."""
    if not may_allocate(by):
        raise PermissionDenied
    today = timezone.localdate()
    audit = Audit(
        creation_token=token,
        state=State.ALLOCATED,
        auditor=auditor,
        tool_version=tool_version,
        case_reference=case_reference,
        service=service,
        team=team,
        capacity=capacity,
        reason_chosen=reason_chosen,
        theme=theme,
        allocated_on=today,
        due_on=due_on or add_working_days(today, settings.AUDIT_DUE_WORKING_DAYS),
    )
    return create_once(audit, word="allocated", by=by)


@transaction.atomic
def begin(*, audit: Audit, by: User) -> Audit:
    """The first answer was given: an allocated or returned audit is in progress."""
    return _make(BEGIN, _held(BEGIN, audit, by), by)


@transaction.atomic
def submit(*, audit: Audit, by: User) -> Audit:
    """The auditor is done. The grade of the first submission is kept for good."""
    audit = _held(SUBMIT, audit, by)
    if problems := blocking_problems(audit):
        raise NotReady(problems)
    if audit.submitted_at is None:
        audit.first_grade = audit.grade
    audit.submitted_at = timezone.now()
    return _make(SUBMIT, audit, by, to_state=State.IN_MODERATION if must_be_moderated(audit) else None)


@transaction.atomic
def return_to_auditor(*, audit: Audit, by: User, note: str, to: User | None = None) -> Audit:
    """Back to its auditor, with a note that says what has to change.

    In: `to` takes it over with the return; needed where its auditor can no longer write in it.
    """
    audit = _held(RETURN, audit, by)
    if to is not None:
        _hand(audit, by, to, "Returned, and its auditor can no longer write in it")
    elif is_without_auditor(audit):
        raise MoveRefused(f"{audit.auditor} can no longer write in it: choose who takes it over.")
    before, audit.return_note = audit.return_note, _needed(note, "Say what has to change")
    return _make(RETURN, audit, by, changes={"return note": [narrative(before), narrative(note)]})


@transaction.atomic
def share(*, audit: Audit, by: User) -> Audit:
    """The team's manager may check the facts; a check of an earlier sharing no longer counts."""
    audit = _held(SHARE, audit, by)
    audit.shared_at = timezone.now()
    changes = {"accuracy note": [narrative(audit.accuracy_note), ""]} if audit.accuracy_note else {}
    audit.accuracy_note, audit.accuracy_noted_at, audit.accuracy_noted_by = "", None, None
    return _make(SHARE, audit, by, changes=changes)


@transaction.atomic
def note_accuracy(*, audit: Audit, by: User, note: str = "") -> Audit:
    """The manager says what is not right; without a note there is nothing to correct."""
    audit = _held(NOTE_ACCURACY, audit, by)
    if audit.accuracy_noted_at:
        raise MoveRefused("This audit has already been checked for accuracy.")
    audit.accuracy_note, audit.accuracy_noted_at, audit.accuracy_noted_by = note, timezone.now(), by
    return _make(NOTE_ACCURACY, audit, by, changes={"accuracy note": ["", narrative(note)]})


@transaction.atomic
def agree(*, audit: Audit, by: User, reason: str = "") -> Audit:
    """The audit is final and counts. Before the manager's check or its days are over this needs a reason."""
    audit = _held(AGREE, audit, by)
    if early := why_agreeing_is_early(audit):
        _needed(reason, f"{early}: say why you are agreeing it now")
    audit.agreed_at = timezone.now()
    return _make(AGREE, audit, by, reason=reason)


@transaction.atomic
def hand_over(*, audit: Audit, by: User, to: User, reason: str) -> Audit:
    """Somebody else continues it: in place of its auditor, or of its moderator during moderation."""
    audit = _held(HAND_OVER, audit, by)
    return _hand(audit, by, to, _needed(reason, "Say why you are handing it over"))


def _hand(audit: Audit, by: User, to: User, reason: str) -> Audit:
    if refusal := refusal_of_taker(to, audit):
        raise MoveRefused(f"{refusal}.")
    role = "moderator" if audit.state == State.IN_MODERATION else "auditor"
    before = getattr(audit, role)
    setattr(audit, role, to)
    if role == "auditor":
        audit.is_own_team = audit.is_of_own_team(to)
        if audit.state != State.ALLOCATED:
            audit.earlier_auditors.add(before)
        # What could not be saved when it was sent goes with the audit.
        audit.kept_texts.filter(user=before).update(user=to)
    changes = {role: [str(before or ""), str(to)]}
    return _make(HAND_OVER, audit, by, changes=changes, reason=reason)


@transaction.atomic
def cancel(*, audit: Audit, by: User, reason: str) -> Audit:
    """Its auditor gives up an audit in which nothing is written; it stays on record with the reason."""
    return _make(
        CANCEL, _held(CANCEL, audit, by), by, reason=_needed(reason, "Say why you are cancelling it")
    )


@transaction.atomic
def change_tool(*, audit: Audit, by: User, tool_version: ToolVersion) -> Audit:
    """Another tool, on which its auditor could have started it, while nothing is written in it."""
    audit = _held(CHANGE_TOOL, audit, by)
    if not other_tools(by, audit).filter(pk=tool_version.pk).exists():
        raise MoveRefused("Nothing was changed: this tool cannot be used for this audit.")
    changes = {"tool": [str(audit.tool_version), str(tool_version)]}
    # Answers that were given and taken back belong to questions that it no longer asks.
    audit.answers.all().delete()
    audit.domain_grades.all().delete()
    audit.tool_version, audit.last_page = tool_version, ""
    return _make(CHANGE_TOOL, audit, by, changes=changes)


@transaction.atomic
def withdraw(*, audit: Audit, by: User, reason: str) -> Audit:
    """The audit leaves the counts; it stays on record with the reason."""
    return _make(
        WITHDRAW, _held(WITHDRAW, audit, by), by, reason=_needed(reason, "Say why you are withdrawing it")
    )


def _held(move: Move, audit: Audit, by: User) -> Audit:
    """The audit as it is now, locked to the transaction's end, if the person may make the move."""
    held = Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    if not move.who(by, held):
        raise PermissionDenied
    if refusal := why_not_now(move, held):
        raise MoveRefused(refusal)
    return held


def _make(move: Move, audit: Audit, by: User, *, to_state=None, changes=None, reason: str = "") -> Audit:
    """Set the state, and write history with the whole audit last."""
    before = audit.state
    audit.state = to_state or move.to_state or audit.state
    audit.version += 1
    audit.save()
    changes = dict(changes or {})
    if audit.state != before:
        changes["state"] = [before, audit.state]
    record(move.word, by=by, obj=audit, changes=changes, reason=reason, snapshot=snapshot(audit))
    return audit


def _needed(text: str, message: str) -> str:
    if not text.strip():
        raise ValidationError(message)
    return text
