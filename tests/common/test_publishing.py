"""Documents: what they are made of, how a page writes them, and that they come back from JSON equal."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from qa_audit.common.charts import Bar, Series, stacked_bars
from qa_audit.common.publishing import files, frozen
from qa_audit.common.publishing.page import table_html
from qa_audit.common.publishing.values import Cell, Column, Document, Identity, Section, Table
from tests.reports.test_shares import tables

ROWS = [SimpleNamespace(name="Fostering <&>", n=1204, heard=301), SimpleNamespace(name="", n=0, heard=0)]
COLUMNS = [
    Column("Service", value=lambda row: row.name),
    Column("n", "integer", value=lambda row: row.n, cell=lambda row: {"voice": "any"}),
    Column(
        "% heard",
        "percent",
        value=lambda row: Fraction(100 * row.heard, row.n) if row.n else None,
        cell=lambda row: {"voice": "child"},
        fraction=lambda row: (row.heard, row.n),
    ),
    Column("In words", html=lambda row: f"<b>{row.heard}</b><span>of {row.n}</span>"),
]
PLAIN = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(),
    some.floats(allow_nan=False, allow_infinity=False),
    some.decimals(allow_nan=False, allow_infinity=False),
    some.fractions(),
    some.dates(),
    some.datetimes(timezones=some.just(UTC)),
    some.text(),
)


def table_of(**more) -> Table:
    of = (("report", "voice"),)
    return Table("Voices", COLUMNS, ROWS, of=of, period="2026-01-01/2026-12-31", **more)


def document_of(*made: Table, **more) -> Document:
    at = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
    return Document("voice", "Voice", "2026-05", "Ada Head", at, sheets=made, **more)


def test_a_figure_knows_which_it_is_and_what_it_is_worked_out_from():
    _, n, share, _ = table_of().frozen().rows[0]
    of, period = (("report", "voice"), ("voice", "child")), "2026-01-01/2026-12-31"
    assert share.identity == Identity(of, "percent", period, 1204, 301, 1204)
    assert n.identity == Identity((("report", "voice"), ("voice", "any")), "integer", period)


def test_a_figure_without_records_is_known_by_its_row_and_column():
    table = Table("Ages", [Column("Age"), Column("Children", "integer")], [["0 to 4", 12]])
    assert table.frozen().rows[0][1].identity.of == (("Age", "0 to 4"), ("column", "Children"))
    assert table.frozen().rows[0][0].identity is None


def test_an_identity_of_its_own_stands():
    mine = Identity((("indicator", "visits"),), period="2026-04", facts=(("target", Decimal("95.0")),))
    table = Table("", [Column("2026-04", "number", figure=lambda row: mine)], [[Decimal(90)]])
    assert table.frozen().rows == ((Cell(Decimal(90), None, mine),),)
    document = document_of(table)
    assert frozen.read(frozen.write(document)).sheets[0].rows[0][0].identity == mine


def test_a_document_comes_back_from_json_equal():
    chart = stacked_bars("Heard", "2026", [Series("Heard", "#123f6d")], [Bar("Fostering", [3])], "Service")
    section = Section("Child", [table_of(total=ROWS[0])], ["Words"], ["A note"], [chart])
    document = document_of(
        table_of(freeze=2), facts=[("Period", "2026")], sections=[section], single=table_of()
    )
    again = frozen.read(frozen.write(document))
    assert again == document.frozen()
    assert again.frozen() == again
    assert frozen.write(again) == frozen.write(document)
    assert [table.caption for table in again.sections[0].tables] == ["Heard", "Voices"]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(some.lists(some.tuples(PLAIN, PLAIN), max_size=2))
def test_every_kind_of_value_comes_back_as_it_was(rows):
    document = document_of(Table("Values", [Column("a"), Column("b", "number")], rows))
    again = frozen.read(frozen.write(document))
    assert again == document.frozen()
    kinds = [[type(cell.value) for cell in row] for row in again.sheets[0].rows]
    assert kinds == [[type(value) for value in row] for row in rows]


def test_what_is_no_number_is_not_frozen():
    with pytest.raises(ValueError, match="JSON"):
        frozen.write(document_of(Table("Values", [Column("a", "number")], [[float("nan")]])))


def test_page_and_files_are_the_same_from_the_frozen_document():
    document = document_of(table_of(total=ROWS[0]))
    again = frozen.read(frozen.write(document))
    assert list(tables(table_html(again.sheets[0]))) == list(tables(table_html(table_of(total=ROWS[0]))))
    for kind in files.KINDS:
        assert len(files.content(again, kind)) == len(files.content(document, kind))
    assert files.content(again, "csv") == files.content(document, "csv")


def test_a_page_writes_words_escaped_numbers_with_commas_and_links_to_records():
    html = table_html(table_of(address=lambda **cell: f"/records?voice={cell['voice']}&"), label="Whose")
    ((headings, rows),) = tables(html)
    assert headings == ["Service", "n", "% heard", "In words"]
    assert rows == [["Fostering <&>", "1,204", "25%", "301 of 1204"], ["", "0", "", "0 of 0"]]
    assert "Fostering &lt;&amp;&gt;" in html
    assert html.count("/records?voice=any&amp;") == 1
    assert 'aria-label="Whose"' in html


def test_a_csv_file_may_hold_more_than_the_first_sheet():
    document = document_of(table_of(), single=Table("All", [Column("What")], [["everything"]]))
    assert files.content(document, "csv").decode("utf-8-sig") == "What\r\neverything\r\n"


def test_a_date_keeps_its_kind_beside_a_time():
    at = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
    document = document_of(
        Table("", [Column("a", "date"), Column("b", "datetime")], [[date(2026, 5, 12), at]])
    )
    (row,) = frozen.read(frozen.write(document)).sheets[0].rows
    assert [cell.value for cell in row] == [date(2026, 5, 12), at]
    assert [type(cell.value) for cell in row] == [date, datetime]
