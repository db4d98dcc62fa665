"""The service performance report: by area, thirteen months against target, and where things are going."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kpi.commentary.models import ActionStep
from kpi.indicators.models.versions import Polarity
from kpi.measures.directions import Direction, Trend, direction_of_travel, trend
from kpi.measures.targets import Rating, rating
from kpi.measures.values import FACTORS
from kpi.packs.grid import (
    NOTE,
    Grid,
    Part,
    area_grid,
    arrow,
    benchmark_part,
    earlier_parts,
    newest_part,
    sparkline,
    target_cell,
)
from kpi.packs.pack import (
    Column,
    Pack,
    benchmark_columns,
    explained,
    month_columns,
    stated_columns,
    target_text,
    teams_columns,
)
from kpi.packs.readings import Needed, needed
from kpi.packs.rows import IndicatorRow
from qa_audit.common.components import tag_html
from qa_audit.common.wording import short_day


@dataclass(frozen=True)
class ReportRow:
    """An indicator with its rating, its arrows, and the action steps carried over to this month."""

    row: IndicatorRow
    steps: list[ActionStep] = field(default_factory=list)

    @property
    def indicator(self):
        return self.row.indicator

    @cached_property
    def footnotes(self) -> list[str]:
        return explained(self.row)

    @property
    def is_told(self) -> bool:
        """Whether there is anything in words beside its figures."""
        return bool(self.row.commentary_text or self.steps or self.footnotes)

    @cached_property
    def rating(self) -> Rating | None:
        return rating(self.row.value(self.row.month), self.row.goal, self.row.version.unit)

    @property
    def trend(self) -> Trend | None:
        """The movement of the value on the month before."""
        return trend(*self._last_two, self.row.version.decimal_places)

    @property
    def direction_of_travel(self) -> Direction | None:
        """The movement of performance; none where neither high nor low is good."""
        version = self.row.version
        return direction_of_travel(*self._last_two, version.polarity, version.decimal_places)

    @property
    def _last_two(self):
        before, now = self.row.months[-2:]
        return self.row.value(before), self.row.value(now)

    @property
    def is_neutral(self) -> bool:
        return self.row.version.polarity == Polarity.NEUTRAL

    @cached_property
    def needed(self) -> Needed | None:
        """How many more, or fewer, would reach the target, and by whose fraction."""
        return needed(self.row)

    @property
    def is_needed_unknown(self) -> bool:
        """Whether it is off its target and no reading has the fraction that says how many are needed."""
        is_off = self.rating in (Rating.AMBER, Rating.RED)
        return is_off and self.row.version.unit in FACTORS and self.needed is None

    @property
    def target(self):
        return target_text(self.row.target, self.row.version.polarity)


class PerformanceReport(Pack):
    """Every area over thirteen months."""

    name = page = "performance-report"
    title = "Service performance report"
    shows = "By area: 13 months, target and rating, trend or direction of travel, and what was said about it."
    month_count = 13
    template = "packs/performance_report.html"

    @cached_property
    def rows(self) -> list[ReportRow]:
        steps = defaultdict(list)
        carried = ActionStep.objects.visible_to(self.user).carried_to(self.month)
        for step in carried.select_related("action").order_by("action__due_on", "pk"):
            steps[step.indicator_id].append(step)
        return [ReportRow(row, steps[row.indicator.pk]) for row in self.indicators]

    @property
    def columns(self) -> Sequence[Column]:
        return [
            Column("indicator", lambda row: row.row.version.title, "text", 48),
            *month_columns(self.months, with_teams=self.is_full),
            Column("target", lambda row: row.target),
            Column("rating", lambda row: row.rating, "text", 10),
            Column("trend", lambda row: row.trend, "text", 10),
            Column("direction_of_travel", lambda row: row.direction_of_travel, "text", 18),
        ]

    @property
    def further_columns(self) -> Sequence[Column]:
        return [
            *benchmark_columns(self.indicators),
            Column("children_needed", lambda row: row.needed and row.needed.number),
            Column(
                "needed_by", lambda row: row.needed and f"{row.needed.whose} of {row.needed.of:,.0f}", "text"
            ),
            *teams_columns(),
            Column("code", lambda row: row.indicator.code, "text", 14),
            Column("area", lambda row: row.indicator.area.title, "text"),
            *stated_columns(),
            Column("commentary", lambda row: row.row.commentary_text, "text", 60),
            Column("commentary_by", lambda row: row.row.commentary_by, "text", 24),
            Column("last_action_steps", lambda row: "\n".join(map(step_words, row.steps)), "text", 40),
            Column("footnotes", lambda row: "\n".join(row.footnotes), "text", 40),
        ]

    @property
    def grids(self) -> list[Grid]:
        """Its tables on the page, one for each area: this month and what follows from it, then the others."""
        parts = [
            newest_part(self.month),
            Part("Target", lambda row: target_cell(row.row, row.row.target)),
            Part("Rating", lambda row: _rating_cell(row.rating), is_numeric=False),
            Part("Trend or direction of travel", _arrow_cell, is_numeric=False),
            Part("Needed to reach target", _needed_cell, is_numeric=False, look="sight-words"),
            Part(f"Over {self.month_count} months", lambda row: sparkline(row.row.values), is_numeric=False),
            *earlier_parts(self.months),
            *(benchmark_part(comparator) for comparator in self.comparators),
        ]
        return [area_grid(area, parts, rows, self.analyses.get(area.pk)) for area, rows in self.areas]


def _rating_cell(rated: Rating | None) -> str:
    return tag_html("rating", rated.value, rated.label.partition(":")[0]) if rated else ""


def _arrow_cell(row: ReportRow) -> str:
    """▲ better; of a neutral indicator the movement of the value alone: ▲ up (trend)"""
    if row.is_neutral:
        return arrow(row.trend, f"{row.trend.label.lower()} (trend)" if row.trend else "")
    return arrow(row.direction_of_travel)


def _needed_cell(row: ReportRow) -> str:
    """12 more children; teams’ fraction: 3 fewer of 345"""
    if row.needed is None:
        return NOTE.format("not known") if row.is_needed_unknown else ""
    return str(row.needed)


def step_words(step: ActionStep) -> str:
    """Agree cover (team manager, by 29 May 2026): open."""
    action = step.action
    return f"{action.text} ({action.owner_words}, by {short_day(action.due_on)}): {step.status_words.lower()}"
