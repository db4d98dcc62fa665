"""One indicator in one month for one person: all that its page and files show, in fixed queries."""

from collections import defaultdict
from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.text import capfirst

from kpi.commentary.models import ActionStep, Commentary
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import IndicatorVersion, Unit
from kpi.indicators.tables.values import title_with_code
from kpi.measures import funnel, icons, process_control
from kpi.measures.changes import change_in_words
from kpi.measures.directions import direction_of_travel, trend
from kpi.measures.targets import Rating, rating
from kpi.measures.values import Ratio, displayed, in_words
from kpi.packs import charts
from kpi.packs.figure import MonthFigure, value_of
from kpi.packs.held_against import comparability_words
from kpi.packs.indicator_words import (
    Earlier,
    MonthRow,
    definition_in_words,
    figure_said,
    fraction_in_words,
    signal_in_words,
    target_in_words,
    value_in_words,
)
from kpi.packs.models import Baseline
from kpi.packs.readings import both_said, coverage, fraction_of_teams, needed
from kpi.packs.rows import IndicatorRow, goal_of, indicator_rows
from kpi.packs.team_table import TeamTable, team_table
from kpi.returns.models import Observation, ObservationState
from qa_audit.common import excel
from qa_audit.common.months import last_months, later, month_words
from qa_audit.common.wording import clock, count, day
from qa_audit.people.models import Role, User

# Two years tell a season from a change; a baseline that began before them is shown whole, up to five.
USUAL_MONTHS, MOST_MONTHS = 24, 60


class IndicatorPage:
    """One indicator up to a month. Who sees which team is decided by the team table."""

    def __init__(self, user: User, indicator: Indicator, month: date):
        self.user, self.indicator, self.month = user, indicator, month
        self.at = timezone.localtime()

    @cached_property
    def baselines(self) -> list[Baseline]:
        """Those that began by the month, oldest first."""
        found = Baseline.objects.visible_to(self.user).filter(indicator=self.indicator)
        return list(found.filter(from_month__lte=self.month).select_related("set_by"))

    @cached_property
    def months(self) -> list[date]:
        """The months drawn: two years, or back to where the first baseline began."""
        since = min([later(self.month, 1 - USUAL_MONTHS), *(one.from_month for one in self.baselines)])
        return [month for month in last_months(self.month, MOST_MONTHS) if month >= since]

    @cached_property
    def row(self) -> IndicatorRow | None:
        """Its figures; None where it has none in these months."""
        rows = indicator_rows(self.user, self.months, only=[self.indicator.pk])
        return rows[0] if rows else None

    @cached_property
    def version(self) -> IndicatorVersion | None:
        """What it means in this month, with its definition."""
        return self.indicator.versions.in_force(self.month).first()

    @property
    def title(self) -> str:
        return self.version.title if self.version else self.indicator.code

    @property
    def standing(self) -> str:
        return f"Figures as at {day(self.at)}, {clock(self.at)}."

    @property
    def figure(self) -> MonthFigure:
        return self.row.figure(self.month)

    @cached_property
    def rating(self) -> Rating | None:
        return rating(self.figure.value, self.row.goal, self.version.unit)

    @cached_property
    def drawn_months(self) -> list[date]:
        """Since the first of them with a figure."""
        first = min(self.row.figures)
        return [month for month in self.months if month >= first]

    @cached_property
    def points(self) -> list[process_control.Point]:
        """Each month drawn, judged by the limits that hold for it."""
        months = self.drawn_months
        values = [self.row.value(month) for month in months]
        starts = {}
        for one in self.baselines:
            # Of a baseline that began before the first figure, what is left of it.
            lost = sum(one.from_month <= month < months[0] for month in self.months)
            start = max(0, self.months.index(one.from_month) - self.months.index(months[0]))
            starts[start] = process_control.Span(start, max(one.months - lost, 1))
        return process_control.control_chart(values, [*starts.values()] or [process_control.Span()])

    @cached_property
    def chart(self):
        return charts.process_chart(self.row, self.version, self.drawn_months, self.points, self.baselines)

    @property
    def icons(self) -> list[charts.Icon]:
        """Variation and assurance, where there is enough to judge by."""
        variation = icons.variation(self.points, self.version.polarity)
        target = charts.assured_target(self.row)
        assurance = icons.assurance(self.points[-1].limits, target, self.version.polarity)
        found = [charts.variation_icon(variation), charts.assurance_icon(assurance)]
        return [icon for icon in found if icon]

    @property
    def has_limits(self) -> bool:
        """Whether anything is read from the chart: its limits are there, and not on trial."""
        limits = self.points[-1].limits
        return limits is not None and not limits.is_trial

    @property
    def chart_reading(self) -> list[str]:
        """The chart in plain words, with the caution that its kind of figure asks for."""
        version, target = self.version, charts.assured_target(self.row)
        said = icons.reading(self.points, version.polarity, target, version.unit, version.decimal_places)
        caution = icons.autocorrelation_caution(version.basis) if self.has_limits else ""
        return [one for one in (said, caution) if one]

    @cached_property
    def has_fractions(self) -> bool:
        """Whether any month's numerator and denominator are known."""
        return any(row.figure.ratio for row in self.month_rows)

    @cached_property
    def has_team_fractions(self) -> bool:
        return any(row.denominator is not None for row in self.teams.rows)

    @property
    def numerator_heading(self) -> str:
        return capfirst(self.version.numerator_words) or "Numerator"

    @property
    def denominator_heading(self) -> str:
        """What the denominators count; of a rate its population."""
        words = self.version.denominator_words
        if not words and self.version.population:
            words = f"people aged {self.version.population}"
        return capfirst(words) or "Denominator"

    @cached_property
    def month_rows(self) -> list[MonthRow]:
        """Every month since the first with a figure, the newest first."""
        judged = zip(self.drawn_months, self.points, strict=True)
        return [self._month_row(month, point) for month, point in judged][::-1]

    def _month_row(self, month: date, point: process_control.Point) -> MonthRow:
        figure, target = self.row.figure(month), self.row.target_in(month)
        goal = goal_of(target, month) if target else None
        return MonthRow(
            month=month,
            figure=figure,
            version=self.version,
            target=target_in_words(self.version, target, month),
            rating=rating(figure.value, goal, self.version.unit),
            earlier=self._earlier.get(month, ()),
            teams=fraction_of_teams(self.row, self.row.teams[month]) if month in self.row.teams else "",
            signal=signal_in_words(point),
            is_mixed=self._is_mixed,
        )

    @property
    def _may_see_withheld(self) -> bool:
        return self.user.has_role(Role.ANALYST)

    @cached_property
    def _is_mixed(self) -> bool:
        return len({figure.is_from_teams for figure in self.row.figures.values()}) > 1

    @cached_property
    def _earlier(self) -> dict[date, list[Earlier]]:
        """What stood before each revision, the oldest first. One query, of the revised months alone."""
        revised = [month for month, figure in self.row.figures.items() if figure.is_revised]
        council = Observation.objects.visible_to(self.user).of_council().filter(indicator=self.indicator)
        rows = council.filter(month__in=revised, is_current=False, replaced_by__isnull=False).select_related(
            "replaced_by__source"
        )
        found: dict[date, list[Earlier]] = defaultdict(list)
        for one in rows.order_by("month", "revision"):
            figure = MonthFigure(one.state, one.numerator, one.denominator, one.value)
            if self.version.unit == Unit.RATE:
                figure.denominator = self.row.figure(one.month).denominator
            if figure.value is None:
                figure.value = value_of(figure, self.version.unit)
            by = one.replaced_by
            if self.row.figure(one.month).state == ObservationState.WITHHELD and not self._may_see_withheld:
                found[one.month].append(Earlier("Withheld", by.source.accepted_at, by.reason))
                continue
            fraction = fraction_in_words(figure)
            words = value_in_words(self.version, figure) + (f" ({fraction})" if fraction else "")
            found[one.month].append(Earlier(words, by.source.accepted_at, by.reason))
        return found

    @cached_property
    def teams(self) -> TeamTable:
        return team_table(self.user, self.version, self.month)

    @cached_property
    def team_points(self) -> dict[int, charts.TeamPoint]:
        """The teams that can be compared, by team: parts of a whole with a denominator."""
        total = self.teams.total
        if self.version.unit != Unit.PERCENTAGE or not total or not total.denominator:
            return {}
        p = float(total.numerator / total.denominator)
        found = {}
        for row in self.teams.rows:
            if row.numerator is not None and row.denominator and row.numerator <= row.denominator:
                counts = int(row.numerator), int(row.denominator)
                found[row.team] = charts.TeamPoint(row.name, *counts, funnel.flag(*counts, p))
        return found

    @property
    def team_rows(self) -> list[tuple]:
        """Each row of the team table with its value and its flag in words; the total is not among them."""
        return [
            (row, self._team_value(row), point.words if (point := self.team_points.get(row.team)) else "")
            for row in self.teams.rows
        ]

    @property
    def team_total(self) -> tuple | None:
        return (self.teams.total, self._team_value(self.teams.total)) if self.teams.total else None

    def _team_value(self, row) -> str:
        return in_words(row.value, self.version.unit, 1 if self.version.unit == Unit.PERCENTAGE else 0)

    @cached_property
    def funnel(self):
        """The funnel chart; None where fewer than two teams can be compared."""
        if len(self.team_points) < 2:
            return None
        total = self.teams.total
        together = Ratio(total.numerator, total.denominator)
        across = self.version.denominator_words or "Denominator"
        points = list(self.team_points.values())
        return charts.funnel_chart(self.version, self.month, points, together, across)

    @property
    def coverage(self) -> str:
        """The teams cover 302 of 345 plans; empty without a fraction of teams."""
        return coverage(self.row) if self.row else ""

    @property
    def benchmarks(self) -> list[tuple]:
        """Each with its value in words, and how far it can be compared."""
        unit, places = self.version.unit, self.version.decimal_places
        return [
            (one, in_words(one.value, unit, places), comparability_words(one, self.version.basis))
            for one in self.row.benchmarks
        ]

    @property
    def definition(self) -> list[tuple[str, str]]:
        return definition_in_words(self.version)

    @cached_property
    def commentary(self) -> Commentary | None:
        """The month's commentary, in whatever state the person may read it."""
        found = Commentary.objects.visible_to(self.user).for_service().filter(indicator=self.indicator)
        return (
            found.filter(month=self.month)
            .select_related("same_as__indicator", "same_as__written_by", "written_by")
            .first()
        )

    @cached_property
    def steps(self) -> list[ActionStep]:
        """The action steps that answer this month's figure."""
        return list(self._steps().of_month(self.month))

    @cached_property
    def carried(self) -> list[ActionStep]:
        """Those of earlier months that were not ended when this month began."""
        return list(self._steps().carried_to(self.month))

    def _steps(self):
        steps = ActionStep.objects.visible_to(self.user).filter(indicator=self.indicator)
        return steps.select_related("indicator", "service")

    @cached_property
    def reading(self) -> list[str]:
        """The month in sentences: the figure, its target, how it moved."""
        said = (figure_said(self.row), self._teams_said(), self._target_said(), self._change_said())
        return [one for one in said if one]

    def _teams_said(self) -> str:
        if not self.figure.is_from_teams:
            return both_said(self.row)
        said = "The council gave no figure of its own: this is its teams together."
        return f"{said} {coverage(self.row)}".strip()

    def _target_said(self) -> str:
        words = target_in_words(self.version, self.row.target, self.month)
        if not words or self.rating is None:
            return f"The target is {words.lower()}." if words else ""
        lacks, by = needed(self.row), ""
        if lacks and lacks.number:
            said = str(lacks)
            by = f" {said[:1].upper()}{said[1:]} would reach it."
        return f"The target is {words.lower()}. {self.rating.label}.{by}"

    def _change_said(self) -> str:
        """Against the month before, where both have a figure."""
        version, before = self.version, self.row.value(later(self.month, -1))
        moved = trend(before, self.figure.value, version.decimal_places)
        if moved is None:
            return ""
        change = change_in_words(before, self.figure.value, version.unit, version.decimal_places)
        better = direction_of_travel(before, self.figure.value, version.polarity, version.decimal_places)
        performance = f" Direction of travel: {better.label.lower()}." if better else ""
        since = month_words(later(self.month, -1))
        return f"Since {since}: {moved.label.lower()} ({change}).{performance}"

    def sheets(self) -> list[excel.Sheet]:
        """The rows of the page: its months, its teams, and what they are."""
        return [self.month_sheet(), self.team_sheet(), self._about()]

    def month_sheet(self) -> excel.Sheet:
        """A row for each month, the newest first as on the page."""
        places = self.version.decimal_places
        columns = [excel.Column("month")]
        columns += [excel.Column(heading, "number") for heading in ("numerator", "denominator", "value")]
        columns += [excel.Column(heading) for heading in ("state", "target", "rating", "signal", "earlier")]
        columns.append(excel.Column("teams together", width=24))
        rows = [
            [
                f"{row.month:%Y-%m}",
                row.figure.numerator,
                row.figure.denominator,
                displayed(row.figure.value, self.version.unit, places),
                ObservationState(row.figure.state).label if row.figure.state else "No figure",
                row.target,
                row.rating.label if row.rating else "",
                row.signal,
                "; ".join(str(one) for one in row.earlier),
                row.teams,
            ]
            for row in self.month_rows
        ]
        return excel.Sheet("Months", columns, rows, freeze=1)

    def team_sheet(self) -> excel.Sheet:
        """The team table with the flags in words."""
        columns = [excel.Column("team")]
        columns += [excel.Column(heading, "number") for heading in ("denominator", "numerator", "value")]
        columns.append(excel.Column("compared with all teams", width=32))

        def cells(row, words: str) -> list:
            return [row.name, row.denominator, row.numerator, row.shown, words]

        rows = [cells(row, words) for row, _, words in self.team_rows]
        totals = [cells(self.teams.total, "")] if self.teams.total else []
        return excel.Sheet("Teams", columns, rows, totals=totals, freeze=1)

    def _about(self) -> excel.Sheet:
        facts = [
            ("Indicator", title_with_code(self.indicator.code, self.title)),
            ("Month", month_words(self.month)),
        ]
        facts += [("Standing", self.standing), *(("Reading", one) for one in self.reading)]
        facts += [("Chart", one) for one in self.chart_reading]
        columns = [excel.Column("About", width=24), excel.Column("", width=90)]
        return excel.Sheet("About", columns, facts)

    @property
    def revised_in_words(self) -> str:
        """How many of the months shown were revised."""
        months = count(sum(row.figure.is_revised for row in self.month_rows), "month")
        return f"{months} revised since first reported."
