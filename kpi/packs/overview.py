"""Measures at a glance: how each area is doing in the newest month, and what is not in yet."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from django.urls import reverse
from django.utils.html import escape

from kpi.measures.targets import Rating
from kpi.packs.performance_report import PerformanceReport, ReportRow
from kpi.packs.readings import rating_of_teams, value_of_teams
from kpi.packs.rows import IndicatorRow
from kpi.returns.models import ObservationState
from qa_audit.common.months import month_words
from qa_audit.common.publishing.values import Column, Table
from qa_audit.people.models import User

RATINGS = {"Green": Rating.GREEN, "Amber": Rating.AMBER, "Red": Rating.RED, "Without a rating": None}


@dataclass(frozen=True)
class Late:
    """An indicator without a figure in the newest month, and the month of its last one."""

    row: IndicatorRow
    last: date


@dataclass(frozen=True)
class Apart:
    """An indicator rated by the council's figure, and how its teams together would rate it."""

    report: ReportRow
    of_teams: Rating

    def __str__(self):
        """85%, red; by its teams 90.3%, amber"""
        row = self.report.row
        own = row.version.in_words(row.value(row.month))
        teams = value_of_teams(row, row.teams[row.month])
        return f"{own}, {self.report.rating.value}; by its teams {teams}, {self.of_teams.value}"


class Overview:
    """The newest month for one person."""

    def __init__(self, user: User, month: date):
        self.report = PerformanceReport(user, month)

    @property
    def table(self) -> Table:
        """Each area's indicators by their rating."""
        page = reverse("packs:performance_report")

        def link(row: tuple) -> str:
            area, _ = row
            return f'<a class="govuk-link" href="{page}#area-{area.pk}">{escape(area.title)}</a>'

        columns = [
            Column("Area", value=lambda row: row[0].title, html=link),
            Column("Indicators", "integer", value=lambda row: len(row[1])),
            *(Column(words, "integer", value=partial(_rated, one)) for words, one in RATINGS.items()),
        ]
        return Table(f"Areas in {month_words(self.report.month)}", columns, self.report.areas)

    @property
    def apart(self) -> list["Apart"]:
        """Those that their teams together would rate otherwise."""
        found = [(row, rating_of_teams(row.row)) for row in self.report.rows]
        return [Apart(row, of_teams) for row, of_teams in found if of_teams]

    @cached_property
    def late(self) -> list[Late]:
        """Indicators with a figure in the year before, and in the newest month none or "not yet"."""
        found = []
        for row in self.report.indicators:
            with_value = [month for month in row.months if row.value(month) is not None]
            if row.figure(row.month).state in ("", ObservationState.NOT_YET) and with_value:
                found.append(Late(row, with_value[-1]))
        return found


def _rated(rating: Rating | None, row: tuple) -> int:
    _, rows = row
    return sum(one.rating == rating for one in rows)
