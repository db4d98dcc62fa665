"""What every pack is: indicators over the months up to one; from it come page, print, Excel and csv."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.indicators.models.comparisons import Comparator, Operator
from kpi.indicators.models.versions import Basis, Polarity
from kpi.measures.values import shown
from kpi.packs.figure import NO_FIGURE, MonthFigure
from kpi.packs.held_against import YEAR_NOT_STATED, BenchmarkFacts, TargetFacts, comparability_words
from kpi.packs.meaning import AreaFacts
from kpi.packs.readings import both_said, coverage, covered
from kpi.packs.revisions import Revision, revisions
from kpi.packs.rows import IndicatorRow, indicator_rows
from kpi.packs.team_table import PERCENTAGE_PLACES
from kpi.returns.cells import UNSURE, WRITTEN
from kpi.returns.models import ObservationState, Precision
from qa_audit.common import excel
from qa_audit.common.months import last_months, month_words, short_month
from qa_audit.common.wording import clock, count, day
from qa_audit.people.models import User

# Months without a figure as a return writes them; csv would take a lone dash for the start of a formula.
WITHOUT_FIGURE = {**WRITTEN, ObservationState.NOT_AVAILABLE: "not available"}
NOT_FINAL = {ObservationState.FORECAST, ObservationState.UNVALIDATED}
COMPARATORS = tuple(Comparator)
NOT_STATED = Basis.NOT_STATED.label


@dataclass(frozen=True)
class Column:
    """A column of the file: its heading, the row's value, and what its values are (as in `excel.Column`)."""

    heading: str
    value: Callable[[Any], object]
    kind: excel.Kind = "number"
    width: float | None = None


class Pack:
    """A pack of one month for one person. Each says its columns; the rest is the same for all."""

    name = ""  # in commands and names of files
    page = ""  # in addresses
    title = ""
    shows = ""  # one sentence for the list of packs
    month_count = 0
    template = ""
    frozen_columns = 1  # stay in view in Excel
    is_full = True
    do_not_call_in_templates = True  # templates name the class before there is a month

    def __init__(self, user: User, month: date):
        self.user = user
        self.month = month
        self.months = last_months(month, self.month_count)
        self.at = timezone.localtime()

    @property
    def columns(self) -> Sequence[Column]:
        """The columns that other programs rely on, in their order."""
        raise NotImplementedError

    @property
    def further_columns(self) -> Sequence[Column]:
        """What a reader of the downloaded file gets beside them."""
        raise NotImplementedError

    @cached_property
    def indicators(self) -> list[IndicatorRow]:
        return indicator_rows(self.user, self.months)

    @property
    def rows(self) -> list:
        """Plain rows, one an indicator, in the order of areas."""
        raise NotImplementedError

    @property
    def is_empty(self) -> bool:
        return not self.indicators

    @property
    def areas(self) -> list[tuple[AreaFacts, list]]:
        """The rows by area."""
        return [(area, list(rows)) for area, rows in groupby(self.rows, key=lambda row: row.indicator.area)]

    @cached_property
    def analyses(self) -> dict[int, Commentary]:
        """What was approved about each area in the month, by the area's number."""
        found = Commentary.objects.visible_to(self.user).for_service().of_areas().filter(month=self.month)
        approved = found.filter(status=CommentaryStatus.APPROVED).select_related("written_by")
        return {one.area_id: one for one in approved}

    @cached_property
    def revisions(self) -> list[Revision]:
        return revisions(self.indicators)

    @property
    def comparators(self) -> list[Comparator]:
        """Those with whom any indicator is compared, in their order."""
        found = {one.comparator for row in self.indicators for one in row.benchmarks}
        return [one for one in COMPARATORS if one in found]

    @property
    def standing(self) -> str:
        return f"Figures as at {day(self.at)}, {clock(self.at)}."

    def sheet(self, *, is_full: bool, with_areas: bool = False) -> excel.Sheet:
        """The pack as one sheet; full with the further columns, for readers.

        In: `with_areas`, for a file of one table: each area's analysis on the last row of the area.
        """
        self.is_full = is_full
        columns = [*self.columns, *(self.further_columns if is_full else ())]
        if is_full and with_areas:
            columns += self._analysis_columns()
        return excel.Sheet(
            title=self.title,
            columns=[excel.Column(column.heading, column.kind, column.width) for column in columns],
            rows=[[column.value(row) for column in columns] for row in self.rows],
            freeze=self.frozen_columns,
        )

    def _analysis_columns(self) -> list[Column]:
        last = {rows[-1].indicator.pk: self.analyses.get(area.pk) for area, rows in self.areas}

        def of(row) -> Commentary | None:
            return last.get(row.indicator.pk)

        return [
            Column("area_analysis", lambda row: "\n".join(found.points) if (found := of(row)) else ""),
            Column("area_analysis_by", lambda row: found.author_words if (found := of(row)) else ""),
        ]

    def analysis_sheet(self) -> excel.Sheet:
        """What was said about each area, a row for each point, in the order of areas."""
        rows = [
            (area.title, point, found.author_words)
            for area, _ in self.areas
            if (found := self.analyses.get(area.pk))
            for point in found.points
        ]
        columns = [excel.Column("area", width=30), excel.Column("analysis", width=90)]
        return excel.Sheet("Analysis", [*columns, excel.Column("written by", width=30)], rows, freeze=1)

    def about(self) -> excel.Sheet:
        """What the figures are: month, when, and what was revised."""
        facts = [("Pack", self.title), ("Month", month_words(self.month)), ("Standing", self.standing)]
        facts += [("Revised", str(one)) for one in self.revisions]
        columns = [excel.Column("About", width=24), excel.Column("", width=90)]
        return excel.Sheet(title="About", columns=columns, rows=facts)

    def said(self) -> str:
        """How many rows, for the message of the command."""
        return count(len(self.rows), "indicator")


def month_columns(months: Sequence[date], *, with_teams: bool) -> list[Column]:
    """A column for each month, 2026-06, with the figure as it is kept.

    In: whether to give figures in which the teams stand in for the council. A file that may come back as a
    return leaves them out: they would become the council's own.
    """
    return [
        Column(f"{month:%Y-%m}", lambda row, month=month: kept(row.row, month, with_teams), width=9)
        for month in months
    ]


def kept(row: IndicatorRow, month: date, with_teams: bool) -> Decimal | str | None:
    """A month's figure for a file: as typed, or worked out and rounded as displayed."""
    figure = row.figure(month)
    if figure.is_from_teams and not with_teams:
        return None
    if figure.value is None:
        return WITHOUT_FIGURE.get(figure.state)
    value = figure.value if figure.precision == Precision.TYPED else row.shown(month)
    # As a return writes it, so that it comes back as what it is.
    return f"{plain(value)} ({figure.state})" if figure.state in UNSURE else value


def benchmark_columns(indicators: Iterable[IndicatorRow]) -> list[Column]:
    """A column for each comparator and period there is, headed as a return heads them."""
    found = {
        benchmark_heading(one): COMPARATORS.index(one.comparator)
        for row in indicators
        for one in row.benchmarks
    }
    in_order = sorted(found, key=lambda heading: (found[heading], heading))
    ranked = {benchmark_heading(one) for row in indicators for one in row.benchmarks if one.rank}
    return [
        *(Column(heading, lambda row, heading=heading: _benchmark(row.row, heading)) for heading in in_order),
        *(
            Column(
                heading.replace("bench_", "rank_", 1), lambda row, heading=heading: _rank(row.row, heading)
            )
            for heading in in_order
            if heading in ranked
        ),
    ]


def stated_columns() -> list[Column]:
    """What an indicator counts, over which time, for whom, as far as it is stated."""
    return [
        Column("outcome", lambda row: row.row.version.outcome or NOT_STATED, "text"),
        Column("unit", lambda row: row.row.version.get_unit_display(), "text", 20),
        Column("basis", lambda row: row.row.version.get_basis_display(), "text", 24),
        Column("counts", lambda row: row.row.version.get_counts_display() or NOT_STATED, "text", 14),
        Column("owner", lambda row: row.row.version.owner_role or NOT_STATED, "text", 20),
        Column("reporter", lambda row: row.row.version.reporter_role or NOT_STATED, "text", 20),
        Column("good", lambda row: row.row.version.get_polarity_display(), "text", 14),
        Column("benchmark_notes", lambda row: "\n".join(_benchmark_notes(row.row)), "text", 40),
    ]


def _benchmark_notes(row: IndicatorRow) -> Iterable[str]:
    """How far each benchmark can be compared: England 2024-25: basis and definition not stated"""
    for one in row.benchmarks:
        year = "" if one.period else f", {YEAR_NOT_STATED}"
        yield f"{one}{year}: {comparability_words(one, row.version.basis)}"


def benchmark_heading(benchmark: BenchmarkFacts) -> str:
    """bench_south_east_2021-22"""
    whom = slugify(benchmark.comparator_name).replace("-", "_") or benchmark.comparator
    return "_".join(filter(None, ("bench", whom, benchmark.period)))


def teams_columns() -> list[Column]:
    """The newest month's other reading: the teams together beside the council's own, and what they cover."""

    def of_teams(row) -> MonthFigure:
        return row.row.teams.get(row.row.month, NO_FIGURE)

    def cover(row) -> str:
        both = covered(row.row)
        return f"{both[0]:,.0f} of {both[1]:,.0f}" if both else ""

    return [
        Column("teams_together", lambda row: shown(of_teams(row).value, PERCENTAGE_PLACES)),
        Column("teams_numerator", lambda row: of_teams(row).numerator),
        Column("teams_denominator", lambda row: of_teams(row).denominator),
        Column("teams_cover", cover, "text", 14),
    ]


def _benchmark(row: IndicatorRow, heading: str) -> Decimal | None:
    return next((one.value for one in row.benchmarks if benchmark_heading(one) == heading), None)


def _rank(row: IndicatorRow, heading: str) -> str | None:
    return next((one.rank_words for one in row.benchmarks if benchmark_heading(one) == heading), None)


def target_text(target: TargetFacts | None, polarity: str) -> Decimal | str | None:
    """A target as a return writes it: a number where polarity says which side is meant, else <36 or so."""
    if target is None:
        return None
    if target.is_to_be_confirmed:
        return "TBC"
    if target.operator == Operator.BETWEEN:
        return f"{plain(target.value)} to {plain(target.upper_value)}"
    usual = Operator.AT_MOST if polarity == Polarity.LOW_GOOD else Operator.AT_LEAST
    if target.operator == usual:
        return target.value
    return f"{'<' if target.operator == Operator.AT_MOST else '>'}{plain(target.value)}"


def plain(value: Decimal) -> str:
    """95 or 17.4, without the noughts that the database keeps."""
    return f"{value.normalize():f}"


def explained(row: IndicatorRow) -> list[str]:
    """What a reader must know of an indicator's figures: notes, and figures that are not final."""
    from_teams, notes = [], []
    for month in row.months:
        figure = row.figure(month)
        if figure.is_from_teams:
            from_teams.append(short_month(month))
        standing = _standing(figure)
        if standing or figure.note:
            notes.append(f"{short_month(month)}: {'; '.join(filter(None, (standing, figure.note)))}")
    if both := both_said(row):
        notes.insert(0, f"{short_month(row.month)}: {both}")
    if from_teams:
        words = f"{', '.join(from_teams)}: the council gave no figure of its own; its teams together."
        if row.figure(row.month).is_from_teams:
            words = f"{words} {coverage(row)}".strip()
        notes.insert(0, words)
    return notes


def _standing(figure: MonthFigure) -> str:
    if figure.state in NOT_FINAL:
        return ObservationState(figure.state).label.lower()
    return "worked out from rounded figures" if figure.precision == Precision.FROM_ROUNDED else ""
