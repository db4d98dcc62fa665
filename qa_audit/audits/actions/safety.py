"""A child is unsafe now: the concern leaves the audit as a notice."""

from datetime import date, datetime

from django.db import transaction

from qa_audit.audits.actions.holding import begin_if_waiting, hold
from qa_audit.audits.models import Audit
from qa_audit.history.actions import record
from qa_audit.notices.actions import raise_notice
from qa_audit.people.models import User


@transaction.atomic
def raise_concern(
    *,
    audit: Audit,
    by: User,
    concern: str,
    told_role: str,
    told_at: datetime,
    will_do: str,
    recorded_on: date,
) -> Audit:
    """Notify the team's manager, the head of service and the QA lead; sent twice it is one notice."""
    audit = hold(audit, by)
    if audit.notice_id:
        return audit
    begin_if_waiting(audit, by)
    before = audit.child_unsafe
    audit.notice = raise_notice(
        by=by,
        reference=audit.reference,
        case_reference=audit.case_reference,
        service=audit.service,
        team=audit.team,
        concern=concern,
        told_role=told_role,
        told_at=told_at,
        will_do=will_do,
        recorded_on=recorded_on,
    )
    audit.child_unsafe = Audit.Safety.YES
    audit.version += 1
    audit.save(update_fields=["notice", "child_unsafe", "version"])
    record("concern raised", by=by, obj=audit, changes={"Is a child unsafe now?": [before, Audit.Safety.YES]})
    return audit
