"""Opening and locking months: a locked month takes no figures."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kpi.indicators.actions.indicators import hold_all
from kpi.indicators.models.months import Month, MonthState
from kpi.indicators.permissions import require_analyst
from qa_audit.history.actions import change, record
from qa_audit.people.models import User


@transaction.atomic
def lock_month(*, month: date, by: User) -> Month:
    """Take no more figures of the month; it is its first day. Locking a closed one changes nothing."""
    require_analyst(by)
    hold_all()
    locked, _ = Month.objects.get_or_create(first=month)
    if locked.state == MonthState.OPEN:
        locked, changes = change(locked, None, state=MonthState.LOCKED)
        record("month locked", by=by, obj=locked, changes=changes)
    return locked


@transaction.atomic
def unlock_month(*, month: Month, reason: str, by: User) -> Month:
    """Take figures of the month again, for a reason. What is published stays closed."""
    require_analyst(by)
    hold_all()
    month.refresh_from_db()
    if month.state == MonthState.PUBLISHED:
        raise ValidationError(f"{month} is published and cannot be opened again")
    if month.state == MonthState.LOCKED:
        month, changes = change(month, None, state=MonthState.OPEN)
        record("month unlocked", by=by, obj=month, changes=changes, reason=reason)
    return month
