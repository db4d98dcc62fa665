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
from kpi.measures.values import displayed
from kpi.packs.grid import (
    Grid,
    Part,
    area_grid,
    arrow,
    benchmark_part,
    earlier_parts,
    newest_part,
    target_cell,
    value_of_row,
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
from kpi.packs.rows import IndicatorRow
from kpi.returns.months import financial_year

# A file keeps more of an average than a page shows: whoever reads it may round it once more.
MORE_PLACES = 2


@dataclass(frozen=True)
class DatasetRow:
    """An indicator with its changes, by the rule of the dataset: whole %, for every unit."""

    row: IndicatorRow

    @property
    def indicator(self):
        return self.row.indicator

    @cached_property
    def footnotes(self) -> list[str]:
        return explained(self.row)

    @property
    def is_told(self) -> bool:
        """Whether there is anything in words beside its figures."""
        return bool(self.row.commentary_text or self.footnotes)

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


def _displayed(row: DatasetRow, value: Decimal | None, more_places: int = 0) -> Decimal | None:
    version = row.row.version
    return displayed(value, version.unit, version.decimal_places + more_places)


def _or_not_applicable(change: int | None) -> int | str:
    return NOT_APPLICABLE if change is None else change


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
            Column("ref", lambda row: row.indicator.code, "text", 12),
            Column("indicator", lambda row: row.row.version.title, "text", 48),
            *month_columns(self.months, with_teams=self.is_full),
            Column("change_month", lambda row: _or_not_applicable(row.change_month)),
            Column("arrow_month", lambda row: row.arrow_month, "text", 12),
            Column("change_year", lambda row: _or_not_applicable(row.change_year)),
            Column("arrow_year", lambda row: row.arrow_year, "text", 12),
            Column("average_12m", lambda row: _displayed(row, row.average, MORE_PLACES)),
            Column("max_12m", lambda row: _displayed(row, row.maximum)),
            *benchmark_columns(self.indicators),
            *(
                Column(
                    f"target_{year}",
                    lambda row, month=month: target_text(row.row.target_in(month), row.row.version.polarity),
                )
                for year, month in self.years.items()
            ),
        ]

    @property
    def further_columns(self) -> Sequence[Column]:
        return [
            *teams_columns(),
            Column("area", lambda row: row.indicator.area.title, "text"),
            *stated_columns(),
            Column("commentary", lambda row: row.row.commentary_text, "text", 60),
            Column("commentary_by", lambda row: row.row.commentary_by, "text", 24),
            Column("footnotes", lambda row: "\n".join(row.footnotes), "text", 40),
        ]

    @property
    def told(self) -> list[DatasetRow]:
        """The indicators with words beside their figures."""
        return [row for row in self.rows if row.is_told]

    @property
    def grids(self) -> list[Grid]:
        """Its tables on the page, one for each area: this month first, which is what readers come for."""
        parts = [
            newest_part(self.month),
            Part("Change on month", lambda row: _change_cell(row.change_month, row.arrow_month)),
            Part("Change on year", lambda row: _change_cell(row.change_year, row.arrow_year)),
            *earlier_parts(self.months),
            Part("12-month average", lambda row: value_of_row(row.row, row.average)),
            Part("12-month maximum", lambda row: value_of_row(row.row, row.maximum)),
            *(benchmark_part(comparator) for comparator in self.comparators),
            *(
                Part(
                    f"Target {year}", lambda row, month=month: target_cell(row.row, row.row.target_in(month))
                )
                for year, month in self.years.items()
            ),
        ]
        return [area_grid(area, parts, rows, self.analyses.get(area.pk)) for area, rows in self.areas]


def _change_cell(change: int | None, way: Trend | None) -> str:
    """+9% ▶ similar"""
    if change is None:
        return NOT_APPLICABLE
    return f"{change:+,d}% {arrow(way)}" if change else f"0% {arrow(way)}"
