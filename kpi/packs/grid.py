"""What is in the cells of a pack's page, as HTML.

What is in them is numbers, our own words, and texts escaped where they are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from django.urls import reverse

from kpi.commentary.models import Commentary
from kpi.indicators.models.comparisons import Comparator, Operator
from kpi.measures.directions import Trend
from kpi.packs.figure import MonthFigure
from kpi.packs.held_against import YEAR_NOT_STATED, BenchmarkFacts, TargetFacts, comparability_words
from kpi.packs.readings import covered, value_of_teams
from kpi.packs.rows import IndicatorRow
from kpi.returns.models import ObservationState
from qa_audit.common.publishing.values import Column, Section, Table

GLYPHS = {"up": "▲", "similar": "▶", "down": "▼"}
NOTE = '<span class="sight-note">{}</span>'
HIDDEN = '<span class="govuk-visually-hidden">{}</span>'
NOTHING = NOTE.format('<span aria-hidden="true">–</span>' + HIDDEN.format("no figure"))
PLACE = "slug-of-the-indicator"
# Letters beside a figure that is not plain; the page's key says the words once more.
MARKS = {
    "r": "revised",
    ObservationState.FORECAST: "forecast",
    ObservationState.UNVALIDATED: "not validated",
}
SHORT_STATES = {
    ObservationState.NOT_YET: "not yet",
    ObservationState.NOT_APPLICABLE: "n/a",
    ObservationState.NOT_AVAILABLE: "not available",
    ObservationState.WITHHELD: "withheld",
}


@dataclass(frozen=True)
class Grid:
    """An area's table: `key` is its place on the page, `told` are its rows with words."""

    key: str
    table: Table
    with_words: Sequence
    analysis: Commentary | None = None  # of the area, printed under its table

    @property
    def section(self) -> Section:
        """As a document has it."""
        analysis = self.analysis
        words = [*analysis.points, analysis.author_words] if analysis else []
        notes = [f"{row.row.title}: {line}" for row in self.with_words for line in row.words]
        return Section(self.table.caption, [self.table], words, notes)


def name_column() -> Column:
    """Its title as the link to the indicator's page, its code behind it, and which way is good."""
    # Asked for once: a page has some two hundred rows.
    address = reverse("packs:indicator", args=[PLACE])
    return Column("Indicator", value=lambda row: row.row.title, html=lambda row: _name(row.row, address))


def _name(row: IndicatorRow, address: str) -> str:
    href = f"{address.replace(PLACE, row.indicator.slug)}?month={row.month:%Y-%m}"
    code = f" {NOTE.format(escape(row.code))}" if row.code else ""
    return (
        f'<a class="govuk-link" href="{escape(href)}">{escape(row.title)}</a>{code} '
        f'<span class="sight-polarity">{row.version.get_polarity_display()}</span>'
    )


def teams_beside(row: IndicatorRow) -> str:
    """teams 90.3%, 309 of 351 plans"""
    figure = row.teams.get(row.month)
    if figure is None:
        return ""
    both = covered(row)
    cover = f", cover {both[0]:,.0f} of {both[1]:,.0f}" if both else ""
    return f' <span class="sight-note sight-side">teams {value_of_teams(row, figure)}{cover}</span>'


def month_cell(row: IndicatorRow, month: date) -> str:
    figure = row.figures.get(month)
    if figure is None:
        return NOTHING
    if figure.value is None:
        return NOTE.format(SHORT_STATES.get(figure.state, "n/a")) + _marks(figure)
    return row.version.in_words(figure.value) + _marks(figure)


def _marks(figure: MonthFigure) -> str:
    found = ["r"] if figure.is_revised else []
    if figure.state in MARKS:
        found.append(figure.state)
    if not found:
        return ""
    return "".join(
        f' <span class="sight-mark"><span aria-hidden="true">{mark[0]}</span>'
        f"{HIDDEN.format(MARKS[mark])}</span>"
        for mark in found
    )


def arrow(way: Trend | None, words: str = "") -> str:
    """▲ up; nothing where there is none. The sign keeps with its word, longer words may go on below."""
    if way is None:
        return ""
    text = words or way.label.lower()
    return f'<span class="sight-arrow"><span aria-hidden="true">{GLYPHS[way.value]}</span>&nbsp;{text}</span>'


def target_cell(row: IndicatorRow, target: TargetFacts | None) -> str:
    """95%, at most 36%, 85% to 90%, or to be confirmed."""
    if target is None:
        return ""
    if target.is_to_be_confirmed:
        return NOTE.format("to be confirmed")
    value = row.version.in_words(target.value)
    if target.operator == Operator.BETWEEN:
        return f"{value} to {row.version.in_words(target.upper_value)}"
    return f'<span class="sight-side">{Operator(target.operator).label.lower()}</span> {value}'


def benchmark_column(comparator: Comparator) -> Column:
    """What one comparator reaches, with its year, or that it has none, and how far it can be compared."""

    def cell(row) -> str:
        found = [one for one in row.row.benchmarks if one.comparator == comparator]
        return "<br>".join(_benchmark(row.row, one) for one in found)

    return Column(comparator.label, "number", html=cell)


def _benchmark(row: IndicatorRow, benchmark: BenchmarkFacts) -> str:
    year = f'<span class="sight-nowrap">{escape(benchmark.period)}</span>' if benchmark.period else ""
    more = [escape(benchmark.comparator_name), year or YEAR_NOT_STATED]
    more += [benchmark.rank_words, escape(comparability_words(benchmark, row.version.basis))]
    note = ", ".join(filter(None, more))
    return f'{row.version.in_words(benchmark.value)} <span class="sight-note sight-side">{note}</span>'


def sparkline(values: Sequence[Decimal | None]) -> str:
    """The course of the values as a small line that screen readers pass over: the figures are beside it."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, spread = min(known), (max(known) - min(known)) or 1
    stretches: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            stretches.append([])
            continue
        x, y = 3 + 94 * index / (len(values) - 1), 21 - 18 * (float(value) - low) / spread
        stretches[-1].append(f"{x:.1f},{y:.1f}")
    lines = "".join(f'<polyline points="{" ".join(places)}"/>' for places in stretches if len(places) > 1)
    x, y = next(places[-1] for places in reversed(stretches) if places).split(",")
    return (
        '<svg class="sight-spark" width="100" height="24" viewBox="0 0 100 24" aria-hidden="true" '
        f'focusable="false" fill="none" stroke="#1f5f8b" stroke-width="1.8">{lines}'
        f'<circle cx="{x}" cy="{y}" r="2.6" fill="#14304d" stroke="none"/></svg>'
    )
