"""What was revised: the figures that were there before the present ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.indicators.models.versions import Unit
from kpi.packs.figure import MonthFigure, value_of
from kpi.packs.rows import IndicatorRow
from kpi.packs.words import figure_in_words
from kpi.returns.models import Observation, ObservationState
from qa_audit.common.months import month_words
from qa_audit.common.wording import day
from qa_audit.people.models import Role, User

AMOUNTS = ("state", "numerator", "denominator", "value")


@dataclass(frozen=True)
class Revision:
    """A figure that replaced another: both values unrounded, None where there was no figure."""

    row: IndicatorRow
    month: date
    before: Decimal | None
    now: Decimal | None
    reason: str

    def __str__(self):
        before, now = (self.row.version.in_words(one) or "no figure" for one in (self.before, self.now))
        because = f" ({self.reason})" if self.reason else ""
        return f"{self.row.title}, {month_words(self.month)}: {now}, previously {before}{because}"


@dataclass(frozen=True)
class Earlier:
    """A figure that was replaced, in words: what it was, when it was replaced and why."""

    value: str
    replaced_on: date | None
    reason: str

    def __str__(self):
        return f"{self.value}, {self._until}"

    @property
    def in_words(self) -> str:
        """91% (91 of 100) until 12 May 2026: Two visits were recorded twice"""
        return f"{self.value} {self._until}"

    @property
    def _until(self) -> str:
        return f"until {day(self.replaced_on)}{f': {self.reason}' if self.reason else ''}"


def revisions(rows: Sequence[IndicatorRow]) -> list[Revision]:
    """What was revised in these rows, with what was there before, in one query."""
    revised = {
        figure.observation: (row, month)
        for row in rows
        for month, figure in row.figures.items()
        if figure.is_revised
    }
    found = []
    # Earlier revisions of what the person already sees.
    earlier = Observation.objects.filter(pk__in=list(revised)).order_by()
    for pk, reason, *amounts in earlier.values_list("pk", "reason", *(f"replaces__{one}" for one in AMOUNTS)):
        row, month = revised[pk]
        value = _figure(row, month, *amounts).value
        if _is_withheld(row, month):
            value = None  # what is withheld now is not told as it was before
        found.append(Revision(row, month, value, row.value(month), reason))
    order = {id(row): number for number, row in enumerate(rows)}
    return sorted(found, key=lambda revision: (order[id(revision.row)], revision.month))


def earlier_figures(user: User, row: IndicatorRow) -> dict[date, list[Earlier]]:
    """By month all that was there before the council's figure, the oldest first, in one query."""
    revised = [month for month, figure in row.figures.items() if figure.is_revised]
    earlier = Observation.objects.visible_to(user).of_council().filter(indicator=row.indicator.pk)
    earlier = earlier.filter(month__in=revised, is_current=False, replaced_by__isnull=False)
    facts = ("month", "replaced_by__source__accepted_at", "replaced_by__reason")
    found: dict[date, list[Earlier]] = defaultdict(list)
    for month, until, reason, *amounts in earlier.order_by("month", "revision").values_list(*facts, *AMOUNTS):
        figure, words = _figure(row, month, *amounts), ObservationState.WITHHELD.label
        if user.has_role(Role.ANALYST) or not _is_withheld(row, month):
            words = figure_in_words(row.version, figure)
        found[month].append(Earlier(words, until, reason))
    return found


def _figure(row: IndicatorRow, month: date, *amounts) -> MonthFigure:
    """A figure that was replaced, with its value; the population of a rate is that of its month."""
    figure = MonthFigure(*amounts)
    if row.version.unit == Unit.RATE:
        figure.denominator = row.figure(month).denominator
    figure.value = value_of(figure, row.version.unit)
    return figure


def _is_withheld(row: IndicatorRow, month: date) -> bool:
    return row.figure(month).state == ObservationState.WITHHELD
