"""The monthly dataset: fourteen months of every indicator, with the changes as councils print them."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from kpi.measures.changes import (
    NOT_APPLICABLE,
    dataset_arrow,
    dataset_average,
    dataset_change,
    dataset_maximum,
)
from kpi.measures.values import MONTHS_IN_YEAR
from kpi.packs.columns import (
    benchmark_columns,
    month_columns,
    months_on_page,
    stated_columns,
    target_column,
    teams_columns,
)
from kpi.packs.grid import arrow, benchmark_column
from kpi.packs.pack import Pack, PackRow
from kpi.returns.months import financial_year
from qa_audit.common.publishing.values import Column

# A file keeps more of an average than a page shows: whoever reads it may round it once more.
MORE_PLACES = 2


def _changes(name: str, months_back: int) -> tuple[Column, Column]:
    """The change on so many months back, and its arrow: by the dataset's rule whole %, for every unit."""

    def change(row: PackRow) -> int | None:
        before, now = row.row.months[-1 - months_back], row.row.month
        return dataset_change(row.row.value(before), row.row.value(now))

    def value(row: PackRow) -> int | str:
        found = change(row)
        return NOT_APPLICABLE if found is None else found

    return (
        Column(
            f"change_{name}",
            "number",
            short=f"Change on {name}",
            value=value,
            html=lambda row: _change_cell(change(row)),
        ),
        Column(f"arrow_{name}", width=12, value=lambda row: dataset_arrow(change(row))),
    )


def _change_cell(change: int | None) -> str:
    """+9% ▶ similar"""
    if change is None:
        return NOT_APPLICABLE
    way = arrow(dataset_arrow(change))
    return f"{change:+,d}% {way}" if change else f"0% {way}"


CHANGE_MONTH, ARROW_MONTH = _changes("month", 1)
CHANGE_YEAR, ARROW_YEAR = _changes("year", MONTHS_IN_YEAR)
AVERAGE = Column(
    "average_12m",
    "number",
    short="12-month average",
    value=lambda row: row.row.version.displayed(dataset_average(row.row.values), MORE_PLACES),
    html=lambda row: row.row.version.in_words(dataset_average(row.row.values)),
)
MAXIMUM = Column(
    "max_12m",
    "number",
    short="12-month maximum",
    value=lambda row: row.row.version.displayed(dataset_maximum(row.row.values)),
    html=lambda row: row.row.version.in_words(dataset_maximum(row.row.values)),
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
            ARROW_MONTH,
            CHANGE_YEAR,
            ARROW_YEAR,
            AVERAGE,
            MAXIMUM,
            *benchmark_columns(self.indicators),
            *self._target_columns,
        ]

    @property
    def further_columns(self) -> Sequence[Column]:
        return [
            *teams_columns(),
            *stated_columns(),
            Column("footnotes", width=40, value=lambda row: "\n".join(row.footnotes)),
        ]

    @property
    def with_words(self) -> list[PackRow]:
        """The indicators with words beside their figures."""
        return [row for row in self.rows if row.words]

    @property
    def _target_columns(self) -> list[Column]:
        return [
            target_column(f"target_{year}", f"Target {year}", month) for year, month in self.years.items()
        ]

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
