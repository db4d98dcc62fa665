"""What was revised: the figures that stood before those that stand now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.indicators.models.versions import Unit
from kpi.measures.values import in_words
from kpi.packs.figure import MonthFigure, value_of
from kpi.packs.rows import IndicatorRow
from kpi.returns.models import Observation, ObservationState
from qa_audit.common.months import month_words


@dataclass(frozen=True)
class Revision:
    """A figure that replaced another: both values as displayed, None where there was no figure."""

    row: IndicatorRow
    month: date
    before: Decimal | None
    now: Decimal | None
    reason: str

    def __str__(self):
        unit, places = self.row.version.unit, self.row.version.decimal_places
        before, now = (in_words(one, unit, places) or "no figure" for one in (self.before, self.now))
        because = f" ({self.reason})" if self.reason else ""
        return f"{self.row.title}, {month_words(self.month)}: {now}, before {before}{because}"


def revisions(rows: Sequence[IndicatorRow]) -> list[Revision]:
    """What was revised in these rows, with what stood before, in one query."""
    revised = {
        figure.observation: (row, month)
        for row in rows
        for month, figure in row.figures.items()
        if figure.is_revised
    }
    found = []
    # Earlier revisions of what the person already sees.
    earlier = [f"replaces__{name}" for name in ("state", "numerator", "denominator", "value")]
    rows_with_earlier = Observation.objects.filter(pk__in=list(revised)).order_by()
    for pk, reason, *facts in rows_with_earlier.values_list("pk", "reason", *earlier):
        row, month = revised[pk]
        before = MonthFigure(*facts)
        if row.version.unit == Unit.RATE:
            before.denominator = row.figure(month).denominator
        value = value_of(before, row.version.unit) if before.value is None else before.value
        if row.figure(month).state == ObservationState.WITHHELD:
            value = None  # what is withheld now is not told as it was before
        found.append(Revision(row, month, value, row.value(month), reason))
    order = {id(row): number for number, row in enumerate(rows)}
    return sorted(found, key=lambda revision: (order[id(revision.row)], revision.month))
