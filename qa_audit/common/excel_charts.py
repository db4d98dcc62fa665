"""Native charts for a sheet, drawn by the spreadsheet program from the sheet's own cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from qa_audit.common.text import clean

CHART_WIDTH_CM = 24
ROWS_PER_CM = 2  # a row is half a centimetre high


@dataclass(frozen=True)
class SheetChart:
    """Bars over a table's rows. `categories` and `values` are headings; colours are hex, one per value."""

    title: str
    categories: str
    values: Sequence[str]
    colours: Sequence[str] = ()
    value_title: str = ""


@dataclass(frozen=True)
class StackedBars(SheetChart):
    """One horizontal bar for each row, its parts standing for their share of 100%."""


@dataclass(frozen=True)
class ClusteredColumns(SheetChart):
    """For each row upright columns, side by side."""


def add_charts(
    worksheet: WriteOnlyWorksheet,
    charts: Sequence[SheetChart],
    headings: Sequence[str],
    rows: tuple[int, int, int],
) -> None:
    """Add the charts below the table, one under the other; none to a table without rows.

    `rows` are the row numbers of the header, of the last row drawn, and of the first one free for charts.
    Raises ValueError when a chart names a heading that the table does not have.
    """
    header, last, free = rows
    if last == header:
        return
    for chart in charts:
        drawn = _draw(worksheet, chart, headings, header, last)
        worksheet.add_chart(drawn, f"A{free}")
        free += int(drawn.height * ROWS_PER_CM) + 2


def _draw(
    worksheet: WriteOnlyWorksheet, chart: SheetChart, headings: Sequence[str], header: int, last: int
) -> BarChart:
    drawn = BarChart()
    drawn.title = clean(chart.title)
    drawn.title.overlay = False
    drawn.width = CHART_WIDTH_CM
    drawn.height = 7.5
    drawn.legend.position = "b"
    drawn.y_axis.title = clean(chart.value_title) or None
    # Without these the axes are there but not shown.
    drawn.x_axis.delete = drawn.y_axis.delete = False
    for value in chart.values:
        column = headings.index(value) + 1
        drawn.add_data(Reference(worksheet, column, header, column, last), titles_from_data=True)
    category = headings.index(chart.categories) + 1
    drawn.set_categories(Reference(worksheet, category, header + 1, category, last))
    for series, colour in zip(drawn.series, chart.colours, strict=False):
        series.graphicalProperties.solidFill = colour
        series.graphicalProperties.line.solidFill = "FFFFFF"
    if isinstance(chart, StackedBars):
        _stack(drawn, last - header)
    return drawn


def _stack(drawn: BarChart, bars: int) -> None:
    drawn.type, drawn.grouping, drawn.overlap, drawn.gapWidth = "bar", "percentStacked", 100, 40
    drawn.height = 5 + 0.9 * min(bars, 30)
    drawn.x_axis.scaling.orientation = "maxMin"  # the first row on top
    drawn.y_axis.crosses = "max"  # and the scale below
    drawn.y_axis.number_format = "0%"
    drawn.layout = Layout(ManualLayout(x=0.3, y=0.2, w=0.66, h=0.58, xMode="edge", yMode="edge"))
    drawn.dataLabels = DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    drawn.dataLabels.numFmt = "0;;;"  # no label for a part that is not there
