"""Completing what was arranged for later: a voice or the conversation, after the audit was submitted."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from qa_audit.audits.actions.places import Entry
from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.actions.writing import Written, store, weigh
from qa_audit.audits.models import Audit, Outcome, Voice
from qa_audit.audits.permissions import may_complete_feedback
from qa_audit.history.actions import record
from qa_audit.people.models import User


@transaction.atomic
def complete_feedback(*, audit: Audit, by: User, entries: Iterable[Entry]) -> Written:
    """Write what came of an arranged voice or conversation; nothing else of the audit can be changed here."""
    audit = Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    if not may_complete_feedback(by, audit) or audit.is_open:
        raise PermissionDenied
    rows, accepted, written = weigh(audit, list(entries))
    for entry in accepted:
        if not is_arranged(rows[entry.place.row_key]):
            raise PermissionDenied
    if accepted:
        changes = store(audit, rows, accepted, written, by)
        record("feedback completed", by=by, obj=audit, changes=changes, snapshot=snapshot(audit))
    return written


def is_arranged(row: Audit | Voice) -> bool:
    """Whether the conversation (of an audit) or the voice is arranged for later."""
    if isinstance(row, Audit):
        return row.conversation == Audit.Conversation.ARRANGED
    return row.outcome == Outcome.ARRANGED
