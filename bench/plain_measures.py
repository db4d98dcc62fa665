"""The floors of the pages of Measures: the same figures by plain statements, joined as strings."""

from collections import defaultdict
from html import escape

from django.shortcuts import render
from django.utils.safestring import mark_safe

from bench.floors import fetched
from bench.indicators import FEW_MONTHS, NEWEST
from kpi.indicators.models.versions import Unit
from qa_audit.common.months import last_months, short_month

PEOPLE = 50_000
INDICATORS = (
    "SELECT i.id, a.title, i.code, i.slug, v.title, v.unit FROM kpi_indicator i"
    " JOIN kpi_area a ON a.id = i.area_id JOIN kpi_indicatorversion v ON v.indicator_id = i.id"
    ' WHERE v.from_month <= %s ORDER BY a."order", i."order"'
)
FIGURES = (
    "SELECT indicator_id, month, numerator, denominator, value, revision FROM kpi_observation"
    " WHERE team_id IS NULL AND service_id IS NULL AND is_current AND month BETWEEN %s AND %s"
)
AN_INDICATORS_FIGURES = (
    "SELECT month, numerator, denominator FROM kpi_observation"
    " WHERE team_id IS NULL AND service_id IS NULL AND is_current AND indicator_id = %s"
    " AND month BETWEEN %s AND %s ORDER BY month DESC"
)
ITS_TEAMS_FIGURES = (
    "SELECT t.name, o.numerator, o.denominator FROM kpi_observation o"
    " JOIN qa_audit_team t ON t.id = o.team_id"
    " WHERE o.is_current AND o.indicator_id = %s AND o.month = %s ORDER BY t.name"
)
TARGETS = "SELECT indicator_id, value FROM kpi_target WHERE from_month <= %s"
BENCHMARKS = (
    "SELECT indicator_id, value, period FROM kpi_benchmark WHERE from_month <= %s ORDER BY comparator"
)
SAID = "SELECT indicator_id, text FROM kpi_commentary WHERE status = 'approved' AND month = %s"
HEADINGS = ["On the month", "On the year", "12-month average", "12-month maximum"]
HEADINGS += ["Neighbours", "Region", "England", "Target"]
HEAD = '<th scope="col" class="govuk-table__header govuk-table__header--numeric">{}</th>'
CELL = '<td class="govuk-table__cell govuk-table__cell--numeric">{}</td>'
NAME = '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">{}</th>'


def dataset(request):
    """Every column of the dataset page."""
    months = last_months(NEWEST, FEW_MONTHS)
    values: dict[int, dict[str, float]] = defaultdict(dict)
    indicators = fetched(INDICATORS, [NEWEST])
    units = {pk: unit for pk, _, _, _, _, unit in indicators}
    for pk, month, *amounts, _ in fetched(FIGURES, [months[0], NEWEST]):
        values[pk][str(month)] = _value(units[pk], *amounts)
    targets, said = dict(fetched(TARGETS, [NEWEST])), dict(fetched(SAID, [NEWEST]))
    benchmarks: dict[int, list[str]] = defaultdict(list)
    for pk, value, period in fetched(BENCHMARKS, [NEWEST]):
        benchmarks[pk].append(f"{value:.1f} {period}")
    areas: dict[str, list[str]] = defaultdict(list)
    for pk, area, code, slug, title, _ in indicators:
        known = [values[pk][str(month)] for month in months]
        cells = [
            *(f"{value:.1f}" for value in known),
            *_worked_out(known),
            *benchmarks[pk],
            f"{targets[pk]:.1f}",
        ]
        link = f'<a class="govuk-link" href="/measures/{slug}/">{code} {escape(title)}</a>'
        areas[area].append(_row(link, cells))
    head = _head(["Indicator", *map(short_month, months), *HEADINGS])
    tables = [_table(area, head, rows) for area, rows in areas.items()]
    tables += [f"<p>{escape(text)}</p>" for text in said.values()]
    return _page(request, "Monthly dataset", tables)


def indicator(request):
    """Two years and the teams of the first indicator, as tables; no chart, no limits, no words."""
    pk = fetched(INDICATORS, [NEWEST])[0][0]
    first = last_months(NEWEST, 24)[0]
    months = [
        _row(str(month), _fraction(*amounts))
        for month, *amounts in fetched(AN_INDICATORS_FIGURES, [pk, first, NEWEST])
    ]
    teams = [
        _row(escape(name), _fraction(*amounts)) for name, *amounts in fetched(ITS_TEAMS_FIGURES, [pk, NEWEST])
    ]
    head = _head(["", "Numerator", "Denominator", "Value"])
    return _page(request, "Indicator", [_table("Months", head, months), _table("Teams", head, teams)])


def empty(request):
    """The base template and nothing in it: the queries that every page makes."""
    return _page(request, "Nothing", [])


def _value(unit: str, numerator, denominator, value) -> float:
    if unit == Unit.PERCENTAGE:
        return 100 * float(numerator) / float(denominator)
    return 10_000 * float(numerator) / PEOPLE if unit == Unit.RATE else float(value)


def _worked_out(values: list[float]) -> list[str]:
    changes = [100 * (values[-1] / before - 1) for before in (values[-2], values[-13])]
    year = values[-12:]
    return [*(f"{change:+.0f}%" for change in changes), f"{sum(year) / 12:.1f}", f"{max(year):.1f}"]


def _fraction(numerator, denominator) -> list[str]:
    return [f"{numerator:.0f}", f"{denominator:.0f}", f"{100 * numerator / denominator:.1f}%"]


def _head(headings: list[str]) -> str:
    return "".join(map(HEAD.format, headings))


def _row(name: str, cells: list[str]) -> str:
    return NAME.format(name) + "".join(map(CELL.format, cells)) + "</tr>"


def _table(caption: str, head: str, rows: list[str]) -> str:
    body = "\n".join(rows)
    return (
        f'<table class="govuk-table"><caption class="govuk-table__caption">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _page(request, title: str, tables: list[str]):
    return render(request, "bench/tables.html", {"title": title, "tables": mark_safe("\n".join(tables))})  # noqa: S308
