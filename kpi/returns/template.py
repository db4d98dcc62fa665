"""The workbook that analysts fill in: every live indicator with last month's figures, in the wide layout."""

from collections.abc import Iterator, Sequence
from datetime import date

from kpi.indicators.models.indicators import IndicatorStatus
from kpi.indicators.models.versions import Basis, IndicatorVersion, Unit
from kpi.measures.values import displayed
from kpi.returns.cells import UNSURE, WRITTEN, plain_number
from kpi.returns.figures import FIELDS, People, Stored
from kpi.returns.models import Observation
from kpi.returns.stated import STATED, written_statement
from kpi.returns.wide import ROLLING_RATE
from qa_audit.common.excel import Column, Properties, Sheet, xlsx_bytes
from qa_audit.common.months import later, month_words

HEADINGS = ("ref", "indicator", "area", "unit_of_measure", "polarity")
NOTES = (
    ("A figure", "A number. Percentages as 95, 95% or a cell that Excel shows as 95%."),
    ("-", "There is no figure, and there will be none."),
    ("tbc", "The figure is not there yet."),
    ("n/a", "It does not apply, for example a percentage of no children."),
    ("withheld", "There is a figure, but it is not given."),
    ("0", "It was counted, and there were none."),
    ("Nothing", "What is stored stays as it is."),
    ("not stated", "It is not recorded yet. Fill it in to add it; what is already stated stays as it is."),
    ("167 (forecast), 167 (unvalidated)", "A figure that is not final."),
)


def wide_sheet(months: Sequence[date]) -> Sheet:
    """The council's figures of these months as a return would bring them; reading it changes nothing."""
    columns = [Column("ref"), Column("indicator", width=60), *(Column(name) for name in HEADINGS[2:])]
    columns += [Column(f"{month:%Y-%m}", "number") for month in months]
    columns += [Column(heading) for heading in STATED]
    return Sheet("Return", columns, _rows(months), freeze=2)


def _rows(months: Sequence[date]) -> Iterator[list]:
    people = People()
    figures = _figures(months)
    versions = IndicatorVersion.objects.in_force(months[-1])
    versions = versions.filter(indicator__status=IndicatorStatus.LIVE).select_related("indicator__area")
    for version in versions.in_order():
        indicator = version.indicator
        facts = [indicator.code, version.title, indicator.area.title, _unit(version), version.polarity]
        yield (
            facts
            + [
                _written(figures.get((indicator.pk, month)), version, people.of(version, month))
                for month in months
            ]
            + [written_statement(version, heading) for heading in STATED]
        )


def _figures(months: Sequence[date]) -> dict[tuple[int, date], Stored]:
    rows = Observation.objects.current().of_council().filter(month__in=months).order_by()
    facts_of = rows.values_list("indicator_id", "month", *FIELDS)
    return {(indicator, month): Stored(*facts) for indicator, month, *facts in facts_of}


def _unit(version: IndicatorVersion) -> str:
    is_rolling = version.unit == Unit.RATE and version.basis == Basis.ROLLING_12
    return ROLLING_RATE if is_rolling else version.unit


def _written(stored: Stored | None, version: IndicatorVersion, people: int | None) -> object:
    """A figure as a cell: a number, or the words that the next reading understands."""
    if stored is None:
        return None
    if not stored.has_figure:
        return WRITTEN[stored.state]
    value = stored.worked_out(version.unit, people)
    if value is None:
        return None
    if stored.numerator is not None:
        value = displayed(value, version.unit, version.decimal_places)
    return f"{plain_number(value)} ({stored.state})" if stored.state in UNSURE else value


def template_workbook(month: date) -> bytes:
    """An .xlsx file for a month's figures, with last month's beside them."""
    words = Sheet("Notes", [Column("In a cell", width=36), Column("Means", width=70)], NOTES)
    properties = Properties(f"Return for {month_words(month)}")
    return xlsx_bytes([wide_sheet([later(month, -1), month]), words], properties=properties)
