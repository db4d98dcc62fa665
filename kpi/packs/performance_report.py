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
from kpi.packs.columns import (
    benchmark_columns,
    month_columns,
    months_on_page,
    stated_columns,
    target_column,
    teams_columns,
)
from kpi.packs.grid import NOTE, arrow, benchmark_column, sparkline
from kpi.packs.pack import Pack, PackRow
from kpi.packs.readings import Needed, needed
from qa_audit.common.components import tag_html
from qa_audit.common.publishing.values import Column
from qa_audit.common.wording import short_day


@dataclass(frozen=True)
class ReportRow(PackRow):
    """An indicator with its rating, its arrows, and the action steps carried over to this month."""

    steps: list[ActionStep] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return [*super().words, *map(step_words, self.steps)]

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


def _needed_by(row: ReportRow) -> str | None:
    return row.needed and f"{row.needed.whose} of {row.needed.of:,.0f}"


RATING = Column(
    "rating",
    width=10,
    short="Rating",
    value=lambda row: row.rating,
    html=lambda row: _rating_cell(row.rating),
)
DIRECTION = Column("Trend or direction of travel", html=_arrow_cell)
NEEDED = Column("Needed to reach target", look="sight-words", html=_needed_cell)


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
    def _target(self) -> Column:
        return target_column("target", "Target", self.month)

    @property
    def columns(self) -> Sequence[Column]:
        return [
            Column("indicator", width=48, value=lambda row: row.row.version.title),
            *month_columns(self.months, with_teams=self.is_full),
            self._target,
            RATING,
            Column("trend", width=10, value=lambda row: row.trend),
            Column("direction_of_travel", width=18, value=lambda row: row.direction_of_travel),
        ]

    @property
    def further_columns(self) -> Sequence[Column]:
        return [
            *benchmark_columns(self.indicators),
            Column("children_needed", "number", value=lambda row: row.needed and row.needed.number),
            Column("needed_by", value=_needed_by),
            *teams_columns(),
            Column("code", width=14, value=lambda row: row.indicator.code),
            *stated_columns(),
            Column("last_action_steps", width=40, value=lambda row: "\n".join(map(step_words, row.steps))),
            Column("footnotes", width=40, value=lambda row: "\n".join(row.footnotes)),
        ]

    @property
    def page_columns(self) -> Sequence[Column]:
        newest, earlier = months_on_page(self.months)
        course = Column(f"Over {self.month_count} months", html=lambda row: sparkline(row.row.values))
        return [
            newest,
            self._target,
            RATING,
            DIRECTION,
            NEEDED,
            course,
            *earlier,
            *(benchmark_column(comparator) for comparator in self.comparators),
        ]


def step_words(step: ActionStep) -> str:
    """Agree cover (team manager, by 29 May 2026): open."""
    action = step.action
    return f"{action.text} ({action.owner_words}, by {short_day(action.due_on)}): {step.status_words.lower()}"
