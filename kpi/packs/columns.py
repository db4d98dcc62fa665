"""The columns of packs: months, benchmarks, targets, what is stated of an indicator, its teams together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from kpi.indicators.models.comparisons import Comparator, Operator
from kpi.indicators.models.versions import Basis, Polarity
from kpi.measures.values import shown
from kpi.packs.figure import NO_FIGURE, MonthFigure
from kpi.packs.grid import month_cell, target_cell, teams_beside
from kpi.packs.held_against import YEAR_NOT_STATED, BenchmarkFacts, TargetFacts, comparability_words
from kpi.packs.readings import covered
from kpi.packs.rows import IndicatorRow
from kpi.packs.team_table import PERCENTAGE_PLACES
from kpi.returns.cells import UNSURE, WRITTEN
from kpi.returns.models import ObservationState, Precision
from qa_audit.common.months import short_month
from qa_audit.common.publishing.values import Column, Identity, Pairs

# Months without a figure as a return writes them; csv would take a lone dash for the start of a formula.
WITHOUT_FIGURE = {**WRITTEN, ObservationState.NOT_AVAILABLE: "not available"}
COMPARATORS = tuple(Comparator)
NOT_STATED = Basis.NOT_STATED.label


def key_of(row: Any) -> Pairs:
    return (("indicator", row.indicator.slug),)


def month_columns(months: Sequence[date], *, with_teams: bool = True) -> list[Column]:
    """A column for each month, 2026-06, with the figure as it is kept.

    In: whether to give figures in which the teams stand in for the council. A file that may come back as a
    return leaves them out: they would become the council's own.
    """
    return [_month_column(month, with_teams) for month in months]


def _month_column(month: date, with_teams: bool) -> Column:
    return Column(
        f"{month:%Y-%m}",
        "number",
        9,
        short=short_month(month).replace(" ", "\n"),
        value=lambda row: figure_for_file(row.row, month, with_teams),
        html=lambda row: month_cell(row.row, month),
        figure=lambda row: _identity(row, month),
    )


def _identity(row: Any, month: date) -> Identity:
    """The indicator's figure of the month, with its fraction and what is known of its standing."""
    figure = row.row.figure(month)
    facts = [(name, str(getattr(figure, name))) for name in ("state", "precision", "note")]
    return Identity(
        key_of(row),
        row.row.version.unit,
        f"{month:%Y-%m}",
        figure.denominator,
        figure.numerator,
        figure.denominator,
        (*facts, ("revision", figure.revision)),
    )


def months_on_page(months: Sequence[date]) -> tuple[Column, list[Column]]:
    """The month that the page is about, which stands out, with its teams beside it; and those before it."""
    *earlier, newest = month_columns(months)
    beside = replace(
        newest, look="sight-now", html=lambda row: month_cell(row.row, months[-1]) + teams_beside(row.row)
    )
    return beside, [replace(column, look="sight-then") for column in earlier]


def figure_for_file(row: IndicatorRow, month: date, with_teams: bool) -> Decimal | str | None:
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
        *(_benchmark_column(heading) for heading in in_order),
        *(_rank_column(heading) for heading in in_order if heading in ranked),
    ]


def _benchmark_column(heading: str) -> Column:
    def value(row: Any) -> Decimal | None:
        return next((one.value for one in row.row.benchmarks if benchmark_heading(one) == heading), None)

    return Column(heading, "number", value=value)


def _rank_column(heading: str) -> Column:
    def value(row: Any) -> str | None:
        return next((one.rank_words for one in row.row.benchmarks if benchmark_heading(one) == heading), None)

    return Column(heading.replace("bench_", "rank_", 1), "number", value=value)


def stated_columns() -> list[Column]:
    """Its area, what it counts, over which time, for whom, as far as it is stated; its commentary."""
    return [
        Column("area", value=lambda row: row.indicator.area.title),
        Column("outcome", value=lambda row: row.row.version.outcome or NOT_STATED),
        Column("unit", width=20, value=lambda row: row.row.version.get_unit_display()),
        Column("basis", width=24, value=lambda row: row.row.version.get_basis_display()),
        Column("counts", width=14, value=lambda row: row.row.version.get_counts_display() or NOT_STATED),
        Column("owner", width=20, value=lambda row: row.row.version.owner_role or NOT_STATED),
        Column("reporter", width=20, value=lambda row: row.row.version.reporter_role or NOT_STATED),
        Column("good", width=14, value=lambda row: row.row.version.get_polarity_display()),
        Column("benchmark_notes", width=40, value=lambda row: "\n".join(_benchmark_notes(row.row))),
        Column("commentary", width=60, value=lambda row: row.row.commentary_text),
        Column("commentary_by", width=24, value=lambda row: row.row.commentary_by),
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
        Column("teams_together", "number", value=lambda row: shown(of_teams(row).value, PERCENTAGE_PLACES)),
        Column("teams_numerator", "number", value=lambda row: of_teams(row).numerator),
        Column("teams_denominator", "number", value=lambda row: of_teams(row).denominator),
        Column("teams_cover", width=14, value=cover),
    ]


def target_column(heading: str, short: str, month: date) -> Column:
    """The targets in force in a month."""
    return Column(
        heading,
        "number",
        short=short,
        value=lambda row: target_text(row.row.target_in(month), row.row.version.polarity),
        html=lambda row: target_cell(row.row, row.row.target_in(month)),
    )


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
