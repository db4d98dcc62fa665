"""The process-control chart of one indicator: its months judged by their limits, and what it says."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from kpi.measures import icons, process_control
from kpi.packs.indicator import drawings
from kpi.packs.models import Baseline
from kpi.packs.rows import IndicatorRow
from qa_audit.common.line_charts import Drawing


class ProcessChart:
    """The row's months since the first with a figure. In: its baselines, oldest first."""

    def __init__(self, row: IndicatorRow, baselines: Sequence[Baseline]):
        self.row, self.version, self.baselines = row, row.version, baselines
        first = min(row.figures)
        self.months: list[date] = [month for month in row.months if month >= first]

    @cached_property
    def points(self) -> list[process_control.Point]:
        """Each month drawn, judged by the limits that hold for it."""
        months, before = self.months, len(self.row.months) - len(self.months)
        starts = {}
        for one in self.baselines:
            # Of a baseline that began before the first figure, what is left of it.
            lost = sum(one.from_month <= month < months[0] for month in self.row.months)
            start = max(0, self.row.months.index(one.from_month) - before)
            starts[start] = process_control.Span(start, max(one.months - lost, 1))
        values = self.row.values[before:]
        return process_control.control_chart(values, [*starts.values()] or [process_control.Span()])

    @cached_property
    def drawing(self) -> Drawing | None:
        return drawings.process_chart(self.row, self.months, self.points, self.baselines)

    @property
    def icons(self) -> list[drawings.Icon]:
        """Variation and assurance, where there is enough to judge by."""
        variation = icons.variation(self.points, self.version.polarity)
        target = drawings.assured_target(self.row)
        assurance = icons.assurance(self.points[-1].limits, target, self.version.polarity)
        return list(filter(None, (drawings.variation_icon(variation), drawings.assurance_icon(assurance))))

    @property
    def has_limits(self) -> bool:
        """Whether anything is read from the chart: its limits are there, and not on trial."""
        limits = self.points[-1].limits
        return limits is not None and not limits.is_trial

    @property
    def reading(self) -> list[str]:
        """The chart in plain words, with the caution that its kind of figure asks for."""
        version, target = self.version, drawings.assured_target(self.row)
        sentence = icons.reading(self.points, version.polarity, target, version.unit, version.decimal_places)
        caution = icons.autocorrelation_caution(version.basis) if self.has_limits else ""
        return [one for one in (sentence, caution) if one]
