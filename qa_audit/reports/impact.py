"""Practice by impact: what came of practice of each grade for the child."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from qa_audit.audits.models.header import Impact as ImpactForTheChild
from qa_audit.common.charts import Chart
from qa_audit.common.publishing.values import Column, Table
from qa_audit.common.wording import count
from qa_audit.reports.parts import PartOfWhole, Whole, bar, count_columns, series, share_columns
from qa_audit.reports.report import Report
from qa_audit.tools.models import Grade

NOT_RECORDED = "none"
FILLS = ("#123f6d", "#27759b", "#6b5b95", "#a85a0a", "#861b2d", "#4a5560")
PARTS = [
    *(
        PartOfWhole(value, label, fill)
        for (value, label), fill in zip(ImpactForTheChild.choices, FILLS, strict=True)
    ),
    PartOfWhole(NOT_RECORDED, "Not recorded", "#6b6f73"),
]


@dataclass
class GradeRow:
    """The audits of one grade, or all graded ones: how many had which impact. None: withheld."""

    name: str
    grade: str = "any"
    impacts: Whole | None = field(default_factory=lambda: Whole(PARTS))
    n: int = 0


def _cell(row: GradeRow, impact: str) -> dict:
    return {"grade": row.grade, "impact": impact}


class PracticeByImpact(Report):
    """The four grades across and what is different for the child, with n."""

    name = "impact"
    title = "Practice by impact"
    shows = "What is different for the child, beside how practice was graded."
    grouped_by = ("grade", "impact")
    template = "reports/impact.html"

    @property
    def columns(self) -> Sequence[Column]:
        return [
            Column("Grade of practice", value=lambda row: row.name),
            Column("n", "integer", value=lambda row: row.n, cell=lambda row: {"grade": row.grade}),
            *count_columns(PARTS, lambda row: row.impacts, _cell),
            *share_columns(PARTS, lambda row: row.impacts, _cell),
        ]

    @cached_property
    def tables(self) -> list[Table]:
        return [self.table("Audits by grade and impact", self.columns[: 2 + len(PARTS)])]

    @cached_property
    def rows(self) -> list[GradeRow]:
        rows = {grade.value: GradeRow(grade.label, grade.value) for grade in Grade}
        for grade, impact, n in self.counted_groups:
            if row := rows.get(grade):
                row.impacts.add(impact or NOT_RECORDED, n)
                row.n += n
        if not any(row.n for row in rows.values()):
            return []
        if not self.shows_grades:
            return [GradeRow("All graded audits", impacts=None, n=sum(row.n for row in rows.values()))]
        return list(rows.values())

    @cached_property
    def total(self) -> GradeRow | None:
        """All graded audits together."""
        if len(self.rows) < 2:
            return None
        total = GradeRow("All graded audits", n=sum(row.n for row in self.rows))
        for row in self.rows:
            total.impacts.absorb(row.impacts)
        return total

    @cached_property
    def charts(self) -> Sequence[Chart]:
        shown = [row for row in [*self.rows, *([self.total] if self.total else [])] if row.impacts and row.n]
        bars = [bar(row.name, row.impacts, partial(_cell, row), {"grade": row.grade}) for row in shown]
        return [self.chart("Impact by grade", series(PARTS), bars, "Grade")] if bars else ()

    @property
    def wholes(self) -> list[list[int]]:
        rows = [*self.rows, *([self.total] if self.total else [])]
        return [row.impacts.ordered for row in rows if row.impacts]

    @property
    def footnotes(self) -> list[str]:
        ungraded = sum(n for grade, _, n in self.counted_groups if grade not in Grade.values)
        notes = super().footnotes
        if ungraded:
            notes.append(f"Not in these figures: {count(ungraded, 'audit')} without one of the four grades.")
        return notes
