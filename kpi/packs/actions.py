"""Where a chart's limits begin, and the merging of indicators."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kpi.indicators.actions.indicators import hold_all
from kpi.indicators.models.indicators import Indicator, IndicatorStatus
from kpi.indicators.permissions import require_analyst
from kpi.packs.merging import MergePlan, move_all
from kpi.packs.models import Baseline
from qa_audit.common.versions import hold
from qa_audit.history.actions import NewEvent, change, record, record_all
from qa_audit.people.models import User


@transaction.atomic
def set_baseline(*, indicator: Indicator, from_month: date, months: int, reason: str, by: User) -> Baseline:
    """Work the chart's limits out from these months, from the first of them on.

    Raises ValidationError when one begins in that month already: what was read from a chart stays so.
    """
    require_analyst(by)
    hold(indicator)
    if Baseline.objects.filter(indicator=indicator, from_month=from_month).exists():
        raise ValidationError("The limits are already worked out from this month")
    baseline = Baseline.objects.create(
        indicator=indicator, from_month=from_month, months=months, reason=reason, set_by=by
    )
    changes = {"from_month": [None, str(from_month)], "months": [None, months]}
    record("baseline set", by=by, obj=baseline, changes=changes, reason=reason)
    return baseline


@transaction.atomic
def merge_indicator(*, merged: Indicator, into: Indicator, reason: str, by: User) -> Indicator:
    """Make one indicator the other's alias: all that is under it moves, and its codes lead there.

    Raises ValidationError with all that is in the way; then nothing has moved.
    """
    require_analyst(by)
    hold_all()  # as returns do: none comes in while it runs
    merged, into = hold(merged), hold(into)
    plan = MergePlan(merged, into)
    if plan.problems:
        raise ValidationError(plan.problems)
    named, moved = f"{merged.newest_title} ({merged.code})", {name: [None, many] for name, many in plan.moves}
    move_all(plan)
    merged, changes = change(merged, None, status=IndicatorStatus.RETIRED, merged_into=into)
    into, _ = change(into, None)
    record_all(
        [
            NewEvent("merged into another", merged, changes=changes, reason=reason),
            NewEvent(
                "another merged into it", into, changes={"merged": [None, named], **moved}, reason=reason
            ),
        ],
        by=by,
    )
    return into
