"""The monthly dataset: fourteen months of every indicator, with the changes as councils print them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from kpi.measures.changes import (
    NOT_APPLICABLE,
    dataset_arrow,
    dataset_average,
    dataset_change,
    dataset_maximum,
)
from kpi.measures.directions import Trend
from kpi.packs.columns import (
    benchmark_columns,
    month_columns,
    months_on_page,
    stated_columns,
    target_text,
    teams_columns,
)
from kpi.packs.grid import arrow, benchmark_column, target_cell
from kpi.packs.pack import Pack, PackRow
from kpi.returns.months import financial_year
from qa_audit.common.publishing.values import Column

# A file keeps more of an average than a page shows: whoever reads it may round it once more.
MORE_PLACES = 2


@dataclass(frozen=True)
class DatasetRow(PackRow):
    """An indicator with its changes, by the rule of the dataset: whole %, for every unit."""

    @cached_property
    def change_month(self) -> int | None:
        """On the month before."""
        return dataset_change(self.row.value(self.row.months[-2]), self.row.value(self.row.month))

    @cached_property
    def change_year(self) -> int | None:
        """On the same month last year."""
        return dataset_change(self.row.value(self.row.months[-13]), self.row.value(self.row.month))

    @property
    def arrow_month(self) -> Trend | None:
        return dataset_arrow(self.change_month)

    @property
    def arrow_year(self) -> Trend | None:
        return dataset_arrow(self.change_year)

    @cached_property
    def average(self) -> Decimal | None:
        """The mean of the last 12 months, unrounded."""
        return dataset_average(self.row.values)

    @cached_property
    def maximum(self) -> Decimal | None:
        """The highest of the last 12 months, unrounded."""
        return dataset_maximum(self.row.values)


def _or_not_applicable(change: int | None) -> int | str:
    return NOT_APPLICABLE if change is None else change


def _change_cell(change: int | None, way: Trend | None) -> str:
    """+9% ▶ similar"""
    if change is None:
        return NOT_APPLICABLE
    return f"{change:+,d}% {arrow(way)}" if change else f"0% {arrow(way)}"


CHANGE_MONTH = Column(
    "change_month",
    "number",
    short="Change on month",
    value=lambda row: _or_not_applicable(row.change_month),
    html=lambda row: _change_cell(row.change_month, row.arrow_month),
)
CHANGE_YEAR = Column(
    "change_year",
    "number",
    short="Change on year",
    value=lambda row: _or_not_applicable(row.change_year),
    html=lambda row: _change_cell(row.change_year, row.arrow_year),
)
AVERAGE = Column(
    "average_12m",
    "number",
    short="12-month average",
    value=lambda row: row.row.version.displayed(row.average, MORE_PLACES),
    html=lambda row: row.row.version.said(row.average),
)
MAXIMUM = Column(
    "max_12m",
    "number",
    short="12-month maximum",
    value=lambda row: row.row.version.displayed(row.maximum),
    html=lambda row: row.row.version.said(row.maximum),
)


class Dataset(Pack):
    """Every indicator over fourteen months."""

    name = "kpi-dataset"
    page = "dataset"
    title = "Monthly dataset"
    shows = "Every indicator over 14 months, with its changes, averages, benchmarks, targets and commentary."
    month_count = 14
    template = "packs/dataset.html"
    frozen_columns = 2

    @cached_property
    def rows(self) -> list[DatasetRow]:
        return [DatasetRow(row) for row in self.indicators]

    @cached_property
    def years(self) -> dict[str, date]:
        """The financial years in which any indicator has a target, each with its last month shown."""
        last_months = {financial_year(month): month for month in self.months}
        return {
            year: month
            for year, month in last_months.items()
            if any(row.target_in(month) for row in self.indicators)
        }

    @property
    def columns(self) -> Sequence[Column]:
        return [
            Column("ref", width=12, value=lambda row: row.indicator.code),
            Column("indicator", width=48, value=lambda row: row.row.version.title),
            *month_columns(self.months, with_teams=self.is_full),
            CHANGE_MONTH,
            Column("arrow_month", width=12, value=lambda row: row.arrow_month),
            CHANGE_YEAR,
            Column("arrow_year", width=12, value=lambda row: row.arrow_year),
            AVERAGE,
            MAXIMUM,
            *benchmark_columns(self.indicators),
            *self._target_columns,
        ]

    @property
    def further_columns(self) -> Sequence[Column]:
        return [
            *teams_columns(),
            Column("area", value=lambda row: row.indicator.area.title),
            *stated_columns(),
            Column("commentary", width=60, value=lambda row: row.row.commentary_text),
            Column("commentary_by", width=24, value=lambda row: row.row.commentary_by),
            Column("footnotes", width=40, value=lambda row: "\n".join(row.footnotes)),
        ]

    @property
    def told(self) -> list[DatasetRow]:
        """The indicators with words beside their figures."""
        return [row for row in self.rows if row.words]

    @property
    def _target_columns(self) -> list[Column]:
        return [_target_column(year, month) for year, month in self.years.items()]

    @property
    def page_columns(self) -> Sequence[Column]:
        newest, earlier = months_on_page(self.months)
        return [
            newest,
            CHANGE_MONTH,
            CHANGE_YEAR,
            *earlier,
            AVERAGE,
            MAXIMUM,
            *(benchmark_column(comparator) for comparator in self.comparators),
            *self._target_columns,
        ]


def _target_column(year: str, month: date) -> Column:
    return Column(
        f"target_{year}",
        "number",
        short=f"Target {year}",
        value=lambda row: target_text(row.row.target_in(month), row.row.version.polarity),
        html=lambda row: target_cell(row.row, row.row.target_in(month)),
    )
