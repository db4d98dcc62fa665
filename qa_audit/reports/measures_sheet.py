"""The sheet Measures of the head of service's workbook: a service's indicators by month and by team."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import F, Max, Min, Q, QuerySet

from kpi.indicators.models.comparisons import Target
from kpi.indicators.models.indicators import Component, Indicator
from kpi.indicators.models.versions import Unit
from kpi.measures.directions import direction_of_travel, trend
from kpi.measures.targets import rating
from kpi.measures.values import displayed
from kpi.packs.figure import COLUMNS, MonthFigure, value_of
from kpi.packs.held_against import TargetFacts
from kpi.packs.meaning import Meaning, meanings
from kpi.packs.rollup import Together
from kpi.packs.rows import FRACTION, IndicatorRow, goal_of, rows_of
from kpi.packs.team_table import PERCENTAGE_PLACES
from kpi.packs.words import target_in_words
from kpi.returns.models import HAS_FIGURE, Observation, ObservationState
from qa_audit.common import excel
from qa_audit.common.months import first_of, later, month_words
from qa_audit.people.models import Service
from qa_audit.reports.scope import Scope

COUNCIL = "The council"
TOGETHER = "The service’s teams together"
HEADINGS = [
    excel.Column("Month", "month"),
    excel.Column("Indicator", width=44),
    excel.Column("Unit", width=16),
    excel.Column("Figure of", width=30),
    excel.Column("Figure", "number"),
    excel.Column("Numerator", "number"),
    excel.Column("Denominator (n)", "number", 16),
    excel.Column("Target", width=18),
    excel.Column("Rating", width=24),
    excel.Column("Trend", width=10),
    excel.Column("Direction of travel", width=20),
    excel.Column("Note", width=30),
]
READ_AS = (
    "Every month that the period touches and that has figures, the newest first. "
    "Teams are put together as the sum of their numerators over the sum of their denominators. "
    "A percentage of the service without a target of its own is compared with the council’s."
)


def measures_sheet(service: Service, scope: Scope, note: str) -> excel.Sheet:
    """A row for each month, indicator and unit with a figure: the council, the service, each of its teams."""
    measures = ServiceMeasures(service, scope)
    rows = list(measures.rows())
    how_to_read = READ_AS if rows else measures.why_empty
    return excel.Sheet("Measures", HEADINGS, rows, notes=[note, how_to_read], freeze=2)


@dataclass(frozen=True)
class UnitCourse:
    """The figures of one unit: the council, the service, a team, or its teams together."""

    unit: str
    row: IndicatorRow

    @property
    def places(self) -> int:
        """Those of the indicator; percentages of the service and its teams have one."""
        version = self.row.version
        has_one = self.unit != COUNCIL and version.unit == Unit.PERCENTAGE
        return PERCENTAGE_PLACES if has_one else version.decimal_places

    def cells(self, month: date) -> list:
        """The month's row, in the order of the headings."""
        row, version = self.row, self.row.version
        figure, target = row.figure(month), row.target_in(month)
        goal = goal_of(target, month) if target else None
        rated = rating(figure.value, goal, version.unit)
        last_two = row.value(later(month, -1)), figure.value
        moved = trend(*last_two, self.places)
        travelled = direction_of_travel(*last_two, version.polarity, self.places)
        return [
            month,
            row.title,
            version.get_unit_display(),
            self.unit,
            _figure(figure, version.unit, self.places),
            figure.numerator,
            figure.denominator,
            target_in_words(version, target, month),
            rated.label if rated else "",
            moved.label if moved else "",
            travelled.label if travelled else "",
            _note(figure),
        ]


def _figure(figure: MonthFigure, unit: str, places: int) -> Decimal | str | None:
    """The value as displayed, or why there is none."""
    if figure.value is not None:
        return displayed(figure.value, unit, places)
    return ObservationState(figure.state).label if figure.state and figure.state not in HAS_FIGURE else None


def _note(figure: MonthFigure) -> str:
    """Whether it replaced an earlier figure, whether it is final, and what was noted with it."""
    is_open = figure.state in (ObservationState.FORECAST, ObservationState.UNVALIDATED)
    state = ObservationState(figure.state).label if is_open else ""
    return "; ".join(filter(None, ("Revised" if figure.is_revised else "", state, figure.note)))


class ServiceMeasures:
    """A service's indicators over a period, as one person may see them, in a fixed number of queries."""

    def __init__(self, service: Service, scope: Scope):
        self.service, self.user = service, scope.user
        self.is_own = Q(service=service) | Q(team__service=service)
        self.is_within = Q(month__gte=first_of(scope.period.first), month__lte=scope.period.last)

    @property
    def _observations(self) -> QuerySet[Observation]:
        return Observation.objects.visible_to(self.user).current()

    @cached_property
    def indicators(self) -> list[int]:
        """Those that the service answers for, and those with figures of its own or of its teams."""
        own = self._observations.filter(self.is_own)
        found = Indicator.objects.visible_to(self.user)
        found = found.filter(Q(services=self.service) | Q(pk__in=own.values("indicator")))
        return list(found.order_by().values_list("pk", flat=True).distinct())

    @cached_property
    def _figures(self) -> QuerySet[Observation]:
        """The figures of the council, the service and its teams, of all months."""
        is_of_council = Q(service=None, team=None)
        # A percentage may be worked out from what its parts counted.
        parts = Component.objects.filter(indicator__in=self.indicators, role__in=FRACTION)
        return self._observations.filter(
            Q(is_of_council | self.is_own, indicator__in=self.indicators)
            | Q(is_of_council, indicator__in=parts.values("part")),
            state__in=HAS_FIGURE,
        )

    @cached_property
    def months(self) -> list[date]:
        """From the month before the first with a figure, which says its direction, to the last."""
        # The years before are not looked through.
        ends = self._figures.filter(self.is_within).aggregate(first=Min("month"), last=Max("month"))
        if not ends["first"]:
            return []
        months = [later(ends["first"], -1)]
        while months[-1] < ends["last"]:
            months.append(later(months[-1], 1))
        return months

    @property
    def why_empty(self) -> str:
        """What the sheet says where it has no rows."""
        if not self.indicators:
            return "The service is responsible for no indicator, and none has figures of its teams."
        newest = self._figures.exclude(self.is_within).aggregate(newest=Max("month"))["newest"]
        because = f" The newest month that has any is {month_words(newest)}." if newest else ""
        return f"No figure of the service’s indicators falls in these months.{because}"

    def rows(self) -> Iterator[list]:
        """The newest month first; in it the indicators in the order of areas, each with its units."""
        for month in reversed(self.months[1:]):
            for lines in self._lines:
                yield from (line.cells(month) for line in lines if line.row.figure(month).state)

    @cached_property
    def _lines(self) -> list[list[UnitCourse]]:
        """Of each indicator the council's line, the service's, the teams', and these together.

        A percentage of the service without a target of its own is compared with the council's.
        """
        known = list(meanings(self.user, self.months[-1], self.indicators))
        rows = rows_of(self.user, self.months, known, self.indicators)
        of_council = {row.indicator.pk: row for row in rows}
        figures, targets = self._own_figures(), self._targets()
        found = []
        for version in known:
            key = version.indicator.pk
            council = targets[key, None, None]
            service = targets[key, self.service.pk, None]
            if version.unit == Unit.PERCENTAGE:
                service = service or council
            lines = [UnitCourse(COUNCIL, of_council.get(key) or IndicatorRow(version, self.months))]
            for (team, name), course in figures[key].items():
                for figure in course.values():
                    figure.value = value_of(figure, version.unit)
                held_against = targets[key, None, team] if team else service
                lines.append(UnitCourse(name, IndicatorRow(version, self.months, course, held_against)))
            courses = [course for (team, _), course in figures[key].items() if team]
            together = _together(version, self.months, courses)
            found.append(
                [*lines, UnitCourse(TOGETHER, IndicatorRow(version, self.months, together, service))]
            )
        return found

    def _own_figures(self) -> dict[int, dict[tuple, dict[date, MonthFigure]]]:
        """By indicator and unit the figures of the service, which comes first, and of its teams, by month."""
        own = self._observations.filter(self.is_own, indicator__in=self.indicators)
        own = own.between(self.months[0], self.months[-1])
        found: dict[int, dict[tuple, dict[date, MonthFigure]]] = defaultdict(lambda: defaultdict(dict))
        facts = own.order_by(F("team__name").asc(nulls_first=True))
        for team, name, indicator, month, *figure in facts.values_list("team", "team__name", *COLUMNS):
            found[indicator][team, name or self.service.name][month] = MonthFigure(*figure)
        return found

    def _targets(self) -> dict[tuple, list[TargetFacts]]:
        """By indicator, service and team: the council's targets, the service's own and its teams'."""
        whose = Q(service=None, team=None) | self.is_own
        targets = Target.objects.overlapping(self.months[0], self.months[-1]).filter(whose)
        targets = targets.filter(indicator__in=self.indicators)
        found: dict[tuple, list[TargetFacts]] = defaultdict(list)
        for service, team, *facts in targets.values_list("service", "team", *TargetFacts._fields):
            target = TargetFacts(*facts)
            found[target.indicator_id, service, team].append(target)
        return found


def _together(
    version: Meaning, months: Collection[date], courses: Collection[dict[date, MonthFigure]]
) -> dict[date, MonthFigure]:
    """By month all teams as one, where figures of this kind may stand together and every team's is known."""
    found = {}
    for month in months:
        figures = [course[month] for course in courses if month in course]
        if together := Together.of(figures).figure(version):
            together.revision = max(figure.revision for figure in figures)
            found[month] = together
    return found
