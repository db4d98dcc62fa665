"""One indicator in one month for one person: all that its page and files show, in fixed queries."""

from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.text import capfirst

from kpi.indicators.models.indicators import Indicator
from kpi.indicators.tables.values import title_with_code
from kpi.packs.held_against import YEAR_NOT_STATED, BenchmarkFacts, comparability_words
from kpi.packs.indicator.beside import Beside
from kpi.packs.indicator.chart import ProcessChart
from kpi.packs.indicator.months import MonthTable
from kpi.packs.indicator.reading import reading
from kpi.packs.indicator.teams import ComparedTeams
from kpi.packs.meaning import Definition, Meaning, definition_of
from kpi.packs.models import Baseline
from kpi.packs.readings import coverage
from kpi.packs.rows import IndicatorRow, rows_of
from kpi.packs.team_table import team_table
from qa_audit.common.months import last_months, later, month_words
from qa_audit.common.publishing.values import Document
from qa_audit.common.wording import clock, day
from qa_audit.people.models import User

# Two years tell a season from a change; a baseline that began before them is shown whole, up to five.
USUAL_MONTHS, MOST_MONTHS = 24, 60


class IndicatorPage:
    """One indicator up to a month. Who sees which team is decided by the team table."""

    def __init__(self, user: User, indicator: Indicator, month: date):
        self.user, self.indicator, self.month = user, indicator, month
        self.at = timezone.localtime()
        self.beside = Beside(user, indicator, month)

    @cached_property
    def definition(self) -> Definition | None:
        """What it means in this month; None before its first version."""
        return definition_of(self.indicator, self.month)

    @property
    def version(self) -> Meaning | None:
        return self.definition and self.definition.meaning

    @property
    def title(self) -> str:
        return self.version.title if self.version else self.indicator.code

    @property
    def standing(self) -> str:
        return f"Figures as at {day(self.at)}, {clock(self.at)}."

    @cached_property
    def baselines(self) -> list[Baseline]:
        """Those that began by the month, oldest first."""
        found = Baseline.objects.visible_to(self.user).filter(indicator=self.indicator)
        return list(found.filter(from_month__lte=self.month).select_related("set_by"))

    @cached_property
    def months(self) -> list[date]:
        """The months read: two years, or back to where the first baseline began."""
        since = min([later(self.month, 1 - USUAL_MONTHS), *(one.from_month for one in self.baselines)])
        return [month for month in last_months(self.month, MOST_MONTHS) if month >= since]

    @cached_property
    def row(self) -> IndicatorRow | None:
        """Its figures; None where it has none in these months."""
        if self.version is None:
            return None
        rows = rows_of(self.user, self.months, [self.version], only=[self.indicator.pk])
        return rows[0] if rows else None

    @property
    def reading(self) -> list[str]:
        return reading(self.row)

    @cached_property
    def chart(self) -> ProcessChart:
        return ProcessChart(self.row, self.baselines)

    @cached_property
    def by_month(self) -> MonthTable:
        return MonthTable(self.user, self.chart, self.definition)

    @cached_property
    def teams(self) -> ComparedTeams:
        return ComparedTeams(team_table(self.user, self.version, self.month), self.definition)

    @property
    def coverage(self) -> str:
        """The teams cover 302 of 345 plans; empty without a fraction of teams."""
        return coverage(self.row) if self.row else ""

    @property
    def benchmarks(self) -> list[str]:
        """What others reach: Region 2023-24: 88.1%, 9 of 11. Basis not stated."""
        return [self._benchmark_in_words(one) for one in self.row.benchmarks]

    def _benchmark_in_words(self, one: BenchmarkFacts) -> str:
        year = "" if one.period else f", {YEAR_NOT_STATED}"
        rank = f", {one.rank_words}" if one.rank else ""
        how_far = capfirst(comparability_words(one, self.version.basis))
        return f"{one}{year}: {self.version.in_words(one.value)}{rank}. {how_far}."

    def document(self) -> Document:
        """What its files hold: its months, its teams, and what they are."""
        return Document(
            name=self.indicator.slug,
            title=self.title,
            period=f"{self.month:%Y-%m}",
            author=str(self.user),
            made_at=self.at,
            facts=[
                ("Indicator", title_with_code(self.indicator.code, self.title)),
                ("Month", month_words(self.month)),
                ("Status", self.standing),
                *(("Reading", one) for one in self.reading),
                *(("Chart", one) for one in self.chart.reading),
            ],
            sheets=[self.by_month.table(), self.teams.as_table()],
        )
