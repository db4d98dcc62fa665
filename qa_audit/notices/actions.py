"""Raising a safeguarding notice, and acknowledging it."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from qa_audit.history.actions import narrative, record
from qa_audit.notices.models import Notice
from qa_audit.notices.permissions import may_acknowledge, may_raise
from qa_audit.people.models import Service, Team, User


@transaction.atomic
def raise_notice(
    *,
    by: User,
    reference: str,
    case_reference: str,
    service: Service,
    team: Team | None,
    concern: str,
    told_role: str,
    told_at: datetime,
    will_do: str,
    recorded_on: date,
) -> Notice:
    """Tell the team's manager, the head of service and the QA lead that a child may be unsafe now."""
    if not may_raise(by):
        raise PermissionDenied
    notice = Notice(
        reference=reference,
        case_reference=case_reference,
        service=service,
        team=team,
        concern=concern,
        told_role=told_role,
        told_at=told_at,
        will_do=will_do,
        recorded_on=recorded_on,
        raised_by=by,
    )
    notice.save()
    record("raised", by=by, obj=notice, changes={"concern": [None, narrative(concern)]})
    return notice


@transaction.atomic
def acknowledge(*, notice: Notice, by: User, response: str) -> Notice:
    """One of those told takes it on; the first one counts."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.acknowledged_at:
        return notice
    if not may_acknowledge(by, notice):
        raise PermissionDenied
    notice.acknowledged_by = by
    notice.acknowledged_at = timezone.now()
    notice.response = response
    notice.save()
    record("acknowledged", by=by, obj=notice, changes={"response": ["", narrative(response)]})
    return notice
