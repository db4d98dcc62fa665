"""What figures are held against, each from a month on. Of one thing never two rows are in force at once."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from kpi.indicators.actions.indicators import as_added, hold_all
from kpi.indicators.models.comparisons import Effective
from kpi.indicators.permissions import require_analyst
from qa_audit.common.months import later
from qa_audit.common.versions import hold
from qa_audit.history.actions import change, record
from qa_audit.people.models import User

EffectiveRow = TypeVar("EffectiveRow", bound=Effective)


def _in_history_of(row: Effective) -> Model:
    """In whose history a row stands: its indicator's, or its own."""
    return getattr(row, "indicator", row)


def _hold_place(row: Effective) -> None:
    """Until the transaction ends nobody else puts a row where this one goes."""
    if hasattr(row, "indicator"):
        hold(row.indicator)
    else:
        hold_all()


def _refuse_overlap(row: Effective, other: Effective) -> None:
    raise ValidationError({"from_month": f"{other} is in force {other.stretch()}. Choose months outside it."})


@transaction.atomic
def set_row(*, kind: type[EffectiveRow], by: User, **values) -> EffectiveRow:
    """Store a new target, benchmark, population or threshold; `values` are fields of its `kind`.

    One that began before it and has no end yet ends with the month before. The same row once more changes
    nothing. Raises ValidationError where another is in force in its months, or it does not hold together.
    """
    require_analyst(by)
    row = kind(**values)
    row.clean()
    _hold_place(row)
    noun = row._meta.verbose_name
    for other in row.beside().overlapping(row.from_month, row.to_month):
        if row.says_the_same(other):
            return other
        if other.to_month is not None or other.from_month >= row.from_month:
            _refuse_overlap(row, other)
        other, changes = change(other, None, to_month=later(row.from_month, -1))
        changes = {"what": [None, str(other)], **changes}
        record(f"{noun} ended", by=by, obj=_in_history_of(other), changes=changes)
    row.save()
    record(f"{noun} set", by=by, obj=_in_history_of(row), changes=as_added(row, row.own_fields()))
    return row


@transaction.atomic
def change_row(*, row: EffectiveRow, version: int, by: User, **values) -> EffectiveRow:
    """Correct a row over the version that the person saw, or give it another end; `values` are its fields.

    Raises ValidationError where another is in force then, or it does not hold together.
    """
    require_analyst(by)
    _hold_place(row)
    row = hold(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.clean()
    for other in row.beside().overlapping(row.from_month, row.to_month).exclude(pk=row.pk):
        _refuse_overlap(row, other)
    row, changes = change(row, version, **values)
    if changes:
        changes = {"what": [None, str(row)], **changes}
        record(f"{row._meta.verbose_name} changed", by=by, obj=_in_history_of(row), changes=changes)
    return row


@transaction.atomic
def remove_row(*, row: Effective, by: User) -> None:
    """Take away a row set by mistake; history keeps what it said."""
    require_analyst(by)
    _hold_place(row)
    row = hold(row)
    gone = {name: [value, None] for name, (_, value) in as_added(row, row.own_fields()).items()}
    record(f"{row._meta.verbose_name} removed", by=by, obj=_in_history_of(row), changes=gone)
    row.delete()
