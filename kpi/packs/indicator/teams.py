"""The teams of one indicator in one month, each compared with all of them together."""

from collections.abc import Iterator
from functools import cached_property
from html import escape

from django.utils.safestring import SafeString

from kpi.indicators.models.versions import Unit
from kpi.measures import funnel
from kpi.measures.values import Ratio
from kpi.packs.indicator import drawings
from kpi.packs.meaning import Definition
from kpi.packs.team_table import PERCENTAGE_PLACES, TeamRow, TeamTable
from kpi.packs.words import counted
from qa_audit.common.line_charts import Drawing
from qa_audit.common.publishing.page import table_html
from qa_audit.common.publishing.values import Column, Table


class ComparedTeams:
    """The team table with its flags and its funnel."""

    def __init__(self, table: TeamTable, definition: Definition):
        self.table, self.definition, self.version = table, definition, definition.meaning

    @cached_property
    def has_fractions(self) -> bool:
        return any(row.denominator is not None for row in self.table.rows)

    @cached_property
    def points(self) -> dict[int, drawings.TeamPoint]:
        """The teams that can be compared, by team: parts of a whole with a denominator."""
        total = self.table.total
        if self.version.unit != Unit.PERCENTAGE or not total or not total.denominator:
            return {}
        p = float(total.numerator / total.denominator)
        found = {}
        for row in self.table.rows:
            if row.numerator is not None and row.denominator and row.numerator <= row.denominator:
                counts = int(row.numerator), int(row.denominator)
                found[row.team] = drawings.TeamPoint(row.name, *counts, funnel.flag(*counts, p))
        return found

    def flag(self, row: TeamRow) -> str:
        """What the row's comparison says; empty for what cannot be compared, and for the total."""
        point = self.points.get(row.team)
        return point.words if point else ""

    def value(self, row: TeamRow) -> str:
        """86.8%: with one decimal place for percentages, none for all else."""
        places = PERCENTAGE_PLACES if self.version.unit == Unit.PERCENTAGE else 0
        return self.version.in_words(row.value, places)

    @cached_property
    def funnel(self) -> Drawing | None:
        """The funnel chart; None where fewer than two teams can be compared."""
        if len(self.points) < 2:
            return None
        total = self.table.total
        across = self.definition.denominator_words or "Denominator"
        together = Ratio(total.numerator, total.denominator)
        return drawings.funnel_chart(
            self.version, self.table.month, list(self.points.values()), together, across
        )

    def as_table(self) -> Table:
        """The team table with the flags in words."""
        columns = [
            Column("team", value=lambda row: row.name),
            Column("denominator", "number", value=lambda row: row.denominator),
            Column("numerator", "number", value=lambda row: row.numerator),
            Column("value", "number", value=lambda row: row.shown),
            Column("compared with all teams", width=32, value=self.flag),
        ]
        return Table("Teams", columns, self.table.rows, self.table.total, freeze=1)

    def html(self) -> SafeString:
        """The table of the page."""
        table = Table(self._caption, list(self._columns()), self.table.rows, self.table.total)
        return table_html(table, look="worded", caption="s", label="Teams")

    @property
    def _caption(self) -> str:
        if not self.table.total:
            return "Teams"
        caption = f"Teams. The total is of all {self.table.counted} teams"
        if self.has_fractions:
            caption += ": the sum of numerators over the sum of denominators"
        if self.table.counted > len(self.table.rows):
            caption += "; those of other services are not listed"
        return caption

    def _columns(self) -> Iterator[Column]:
        total = self.table.total
        yield Column("Team", value=lambda row: "Total of all teams" if row is total else row.name)
        if self.has_fractions:
            definition = self.definition
            yield Column(definition.denominator_heading, "number", value=lambda row: counted(row.denominator))
            yield Column(definition.numerator_heading, "number", value=lambda row: counted(row.numerator))
        yield Column("Value", "number", html=self._value_html)
        if self.points:
            yield Column("Compared with all teams", value=self.flag)

    def _value_html(self, row: TeamRow) -> str:
        revised = ' <span class="sight-note">(revised)</span>' if row.is_revised else ""
        return f"{escape(self.value(row) or 'No figure')}{revised}"
