"""Measures at a glance: how each area stands in the newest month, and what is not in yet."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kpi.measures.targets import Rating
from kpi.packs.figures import IndicatorRow
from kpi.packs.meaning import AreaFacts
from kpi.packs.performance_report import PerformanceReport, ReportRow
from kpi.returns.models import ObservationState
from qa_audit.people.models import User


@dataclass(frozen=True)
class AreaStanding:
    """An area's indicators by their rating."""

    area: AreaFacts
    rows: list[ReportRow]

    @cached_property
    def ratings(self) -> Counter:
        return Counter(row.rating for row in self.rows)

    @property
    def counts(self) -> list[int]:
        """How many are green, amber, red, and not rated."""
        return [self.ratings[one] for one in (*Rating, None)]


@dataclass(frozen=True)
class Late:
    """An indicator without a figure in the newest month, and the month of its last one."""

    row: IndicatorRow
    last: date


class Overview:
    """The newest month for one person."""

    def __init__(self, user: User, month: date):
        self.report = PerformanceReport(user, month)

    @property
    def areas(self) -> list[AreaStanding]:
        return [AreaStanding(area, rows) for area, rows in self.report.areas]

    @cached_property
    def late(self) -> list[Late]:
        """Indicators with a figure in the year before, and in the newest month none or "not yet"."""
        found = []
        for row in self.report.indicators:
            with_value = [month for month in row.months if row.value(month) is not None]
            if row.figure(row.month).state in ("", ObservationState.NOT_YET) and with_value:
                found.append(Late(row, with_value[-1]))
        return found
