"""Holding an audit while one writes in it."""

from django.core.exceptions import PermissionDenied

from qa_audit.audits.actions.moves import begin
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.permissions import may_edit
from qa_audit.people.models import User


def hold(audit: Audit, by: User) -> Audit:
    """The audit as it is now, locked until the transaction ends, if the person may still write in it."""
    held = Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    if not may_edit(by, held):
        raise PermissionDenied
    return held


def begin_if_waiting(audit: Audit, by: User) -> None:
    """The first thing written moves an allocated or returned audit to in progress."""
    if audit.state != State.IN_PROGRESS:
        begin(audit=audit, by=by)
        audit.refresh_from_db()
