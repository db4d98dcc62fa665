"""Withdrawing many audits as one."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet

from qa_audit.audits.actions.moves import MoveRefused
from qa_audit.audits.actions.past import BATCH
from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.permissions import WITHDRAW
from qa_audit.history.actions import NewEvent
from qa_audit.people.models import Role, User


@transaction.atomic
def withdraw_together(*, audits: QuerySet, reason: str, by: User) -> Iterator[list[NewEvent]]:
    """Take all of them out of the counts that are not yet; whoever calls it writes their history, last.

    Out: the history in batches, each with the whole audits. Raises MoveRefused where one is the person's own.
    """
    if not by.has_role(Role.QA_LEAD):
        raise PermissionDenied
    if audits.filter(Q(auditor=by) | Q(earlier_auditors=by)).exists():
        raise MoveRefused("Some of these audits are your own: another QA lead must withdraw them.")
    standing = audits.exclude(state=State.WITHDRAWN).select_for_update(no_key=True, of=("self",))
    before = dict(standing.order_by("pk").values_list("pk", "state"))
    for numbers in _batches(before):
        Audit.objects.filter(pk__in=numbers).update(state=State.WITHDRAWN, version=F("version") + 1)
    return _histories(before, reason)


def _batches(before: dict[int, str]) -> Iterator[list[int]]:
    numbers = list(before)
    return (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))


def _histories(before: dict[int, str], reason: str) -> Iterator[list[NewEvent]]:
    for numbers in _batches(before):
        yield [
            NewEvent(
                WITHDRAW.word,
                audit,
                {"state": [before[audit.pk], audit.state]},
                reason=reason,
                snapshot=snapshot(audit),
            )
            for audit in Audit.objects.filter(pk__in=numbers).order_by("pk").whole()
        ]
