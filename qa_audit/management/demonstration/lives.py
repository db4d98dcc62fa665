"""What became of each audit of the current year: its moves, as history would hold them had they been made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Kind
from qa_audit.audits.permissions import AGREE, BEGIN, RETURN, SHARE, SUBMIT, WITHDRAW
from qa_audit.common.dates import add_working_days
from qa_audit.history.actions import NewEvent, narrative, record_all
from qa_audit.management.demonstration.content import content
from qa_audit.management.demonstration.year_2021 import at
from qa_audit.people.models import User

UNTOUCHED = (State.ALLOCATED, State.IN_PROGRESS)
FILLED_IN = ("domains", "answers", "voices", "findings")
JUDGED = ("judgement", "conversation")


@dataclass(frozen=True)
class Step:
    """One move of an audit: when, who, and the state that it led to."""

    at: datetime
    word: str
    by: User
    state: State
    changes: dict
    reason: str = ""


def record_lives(audits: list[Audit], lead: User) -> None:
    """Write the moves of all these audits in the order of their times, with each audit as it then stood."""
    moves = [
        (step, audit, _as_it_stood(whole, step))
        for audit in audits
        for whole in [snapshot(audit)]
        for step in _steps(audit, lead)
    ]
    for step, audit, stood in sorted(moves, key=lambda one: one[0].at):
        record_all([NewEvent(step.word, audit, step.changes, step.reason, stood)], by=step.by, at=step.at)


def _steps(audit: Audit, lead: User) -> Iterator[Step]:
    """Its moves up to now; a manager starts their own audits, the others are allocated."""
    now, state = timezone.now(), audit.state
    begun = at(add_working_days(audit.allocated_on, 1) if state == State.IN_PROGRESS else audit.audited_on, 9)
    is_own = audit.kind == Kind.MANAGER
    first = State.IN_PROGRESS if is_own and state != State.ALLOCATED else State.ALLOCATED
    word, who = ("started", audit.auditor) if first == State.IN_PROGRESS else ("allocated", lead)
    yield Step(min(at(audit.allocated_on, 8), now), word, who, first, {"auditor": [None, str(audit.auditor)]})
    if state == State.ALLOCATED:
        return
    if first == State.ALLOCATED:
        yield _step(BEGIN, State.ALLOCATED, min(begun, now), audit.auditor)
    if state == State.IN_PROGRESS:
        return
    yield _step(SUBMIT, State.IN_PROGRESS, audit.submitted_at, audit.auditor)
    later = min(at(add_working_days(audit.submitted_at.date(), 2), 11), now)
    if state == State.RETURNED:
        yield _step(RETURN, State.SUBMITTED, later, lead, note=audit.return_note)
    if state == State.WITHDRAWN:
        yield _step(WITHDRAW, State.SUBMITTED, later, lead, reason=content("texts")["withdrawn"])
    if audit.shared_at:
        yield _step(SHARE, State.SUBMITTED, audit.shared_at, lead)
    if audit.agreed_at:
        days = settings.ACCURACY_CHECK_WORKING_DAYS
        is_early = audit.agreed_at.date() < add_working_days(audit.shared_at.date(), days)
        reason = content("texts")["agreed_early"] if is_early else ""
        yield _step(AGREE, State.SHARED, audit.agreed_at, lead, reason=reason)


def _step(move, before: State, when: datetime, by: User, *, note: str = "", reason: str = "") -> Step:
    changes = {"return note": ["", narrative(note)]} if note else {}
    changes["state"] = [before, move.to_state]
    return Step(when, move.word, by, move.to_state, changes, reason)


def _as_it_stood(whole: dict, step: Step) -> dict:
    """The audit after the step: what came later is taken out of the whole of it."""
    sign_off = {
        name: None if isinstance(value, datetime) and value > step.at else value
        for name, value in whole["sign_off"].items()
    }
    if step.state != State.RETURNED:
        sign_off["return_note"] = ""
    stood = whole | {"header": whole["header"] | {"state": step.state}, "sign_off": sign_off}
    if step.state in UNTOUCHED:
        stood |= {part: {} for part in FILLED_IN}
        stood |= {part: _emptied(whole[part]) for part in JUDGED}
    return stood


def _emptied(part: dict) -> dict:
    return {name: "" if isinstance(value, str) else None for name, value in part.items()}
