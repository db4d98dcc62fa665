"""The teams of one indicator in one month, each compared with all of them together."""

from collections.abc import Sequence
from functools import cached_property

from kpi.indicators.models.versions import Unit
from kpi.measures import funnel
from kpi.measures.values import Ratio
from kpi.packs.indicator import drawings
from kpi.packs.meaning import Definition
from kpi.packs.team_table import PERCENTAGE_PLACES, TeamRow, TeamTable
from qa_audit.common import excel
from qa_audit.common.line_charts import Drawing


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

    @property
    def rows(self) -> Sequence[tuple[TeamRow, str, str]]:
        """Each row of the table with its value and its flag in words; the total is not among them."""
        return [(row, self.value(row), self._flag(row)) for row in self.table.rows]

    def _flag(self, row: TeamRow) -> str:
        point = self.points.get(row.team)
        return point.words if point else ""

    @property
    def total_value(self) -> str:
        """The value of all teams together; empty where there is no total."""
        return self.value(self.table.total) if self.table.total else ""

    def value(self, row: TeamRow) -> str:
        """86.8%: with one decimal place for percentages, none for all else."""
        return self.version.said(row.value, PERCENTAGE_PLACES if self.version.unit == Unit.PERCENTAGE else 0)

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

    def sheet(self) -> excel.Sheet:
        """The team table with the flags in words."""
        columns = [excel.Column("team")]
        columns += [excel.Column(heading, "number") for heading in ("denominator", "numerator", "value")]
        columns.append(excel.Column("compared with all teams", width=32))

        def cells(row: TeamRow) -> list:
            return [row.name, row.denominator, row.numerator, row.shown, self._flag(row)]

        totals = [cells(self.table.total)] if self.table.total else []
        return excel.Sheet("Teams", columns, [cells(row) for row in self.table.rows], totals=totals, freeze=1)
