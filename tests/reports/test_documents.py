"""Every report as a document: frozen and read back equal, and the same figures on page, in Excel and csv."""

import csv
import io
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from qa_audit.audits.models.audit import Audit
from qa_audit.common.publishing import files, frozen
from qa_audit.common.publishing.values import as_text
from qa_audit.reports.catalogue import REPORTS
from tests.reports.conftest import page, scope_of
from tests.reports.practice import find
from tests.reports.test_shares import record, tables

ALL = [(name, by) for name, report in REPORTS.items() for by in [key for key, _ in report.by] or [""]]


def cell_words(cell, column) -> str:
    """What a reader reads there."""
    return " ".join((as_text(cell.value, column.kind) if cell.text is None else cell.text).split())


def page_tables(html: str) -> list[list[list[str]]]:
    return [[headings, *rows] for headings, rows in tables(html)]


def as_read(table) -> list[list[str]]:
    """A frozen table as its page has it."""
    rows = rows_of(table)
    heads = [column.short or column.heading for column in table.columns]
    return [
        heads,
        *([cell_words(cell, one) for cell, one in zip(row, table.columns, strict=True)] for row in rows),
    ]


@pytest.fixture(params=ALL, ids=lambda one: " by ".join(filter(None, one)))
def report(request, cast):
    record(cast, [12, 9, 5, 1], [3, 2, 2, 0])
    for audit in Audit.objects.filter(service=cast.service)[:3]:
        find(audit, "Plans drift.", "improvement", severity="high")
    name, by = request.param
    return REPORTS[name](scope_of(cast.qa_lead, REPORTS[name], **({"by": by} if by else {})))


def test_every_report_is_frozen_and_says_the_same_everywhere(report, cast):
    document = report.document()
    again = frozen.read(frozen.write(document))
    assert again == document.frozen()
    shown = page_tables(
        page(cast.qa_lead, f"reports:{report.name.replace('-', '_')}", **report.scope.query).text
    )
    expected = [as_read(table) for section in again.sections for table in section.tables]
    assert sorted(map(str, shown)) == sorted(map(str, expected))
    header, *rows = csv.reader(io.StringIO(files.content(document, "csv").decode("utf-8-sig")))
    first = again.sheets[0]
    assert header == [column.heading for column in first.columns]
    assert files.content(again, "csv") == files.content(document, "csv")
    in_workbook = load_workbook(io.BytesIO(files.content(again, "xlsx"))).worksheets
    assert [sheet.title for sheet in in_workbook] == [table.caption for table in again.sheets] + ["About"]
    filed = [[cell.value for cell in row] for row in in_workbook[0].iter_rows(min_row=2)]
    assert len(filed) == len(rows) == len(first.rows) + (first.total is not None)
    for as_csv, as_xlsx, row in zip(rows, filed, [*first.rows, first.total], strict=False):
        for one, other, cell, column in zip(as_csv, as_xlsx, row, first.columns, strict=True):
            if column.kind == "integer":
                assert (one, other) == ("" if cell.value is None else str(cell.value), cell.value)


def rows_of(table) -> list[tuple]:
    return [*table.rows, *([table.total] if table.total else [])]


def test_a_figure_is_the_same_and_in_the_same_order_on_page_and_in_file(report):
    again = frozen.read(frozen.write(report.document()))
    filed = [
        (cell.identity, cell.value, number)
        for table in again.sheets
        for number, row in enumerate(rows_of(table))
        for cell in row
        if cell.identity
    ]
    values = {identity: value for identity, value, _ in filed}
    places = {identity: number for identity, _, number in filed}
    assert len(values) == len(filed) > 0
    shown = 0
    for section in again.sections:
        for table in section.tables:
            rows = [[cell for cell in row if cell.identity in values] for row in rows_of(table)]
            assert all(cell.value == values[cell.identity] for row in rows for cell in row)
            in_file = [places[row[0].identity] for row in rows if row]
            assert in_file == sorted(in_file)
            shown += len(in_file)
    assert shown or report.name == "answers"  # its page draws charts of nearly all


def test_a_count_in_a_chart_is_known_as_in_its_report(report):
    """Where a publication hides a count it hides the bar's part that shows it."""
    counts = {
        cell.identity: cell.value
        for table in report.document().frozen().sheets
        for row in rows_of(table)
        for cell, column in zip(row, table.columns, strict=True)
        if column.kind == "integer" and cell.identity
    }
    charts = [chart for section in report.sections for chart in section.charts]
    assert charts or report.name == "records"
    drawn = [cell for chart in charts for row in chart.table.frozen().rows for cell in row if cell.identity]
    for cell in drawn:
        assert cell.identity.period == "/".join(report.scope.period.query.values())
        is_part = cell.identity.numerator is not None
        # The file of answers has n beside each answer, and of grades as audited the parts alone.
        has_n = report.name != "answers" and ("first_grade", "any") not in cell.identity.of
        if report.name != "findings" and (is_part or has_n):  # whose bars are themes over all services
            assert counts[cell.identity] == cell.value


def test_every_percentage_has_its_numerator_and_n(report):
    shares = [
        cell
        for table in report.document().frozen().sheets
        for row in rows_of(table)
        for cell, column in zip(row, table.columns, strict=True)
        if column.kind == "percent" and cell.value is not None
    ]
    assert shares or report.name == "findings"
    for cell in shares:
        numerator, n = cell.identity.numerator, cell.identity.n
        assert 0 <= numerator <= n == cell.identity.denominator
        if isinstance(cell.value, Fraction):
            assert cell.value == Fraction(100 * numerator, n)
