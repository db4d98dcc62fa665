"""Every pack as a document: frozen and read back equal, and the same figures on page, in Excel and csv."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.indicators.models.comparisons import Operator
from kpi.packs.catalogue import PACKS
from qa_audit.common.months import parse_month
from qa_audit.common.publishing import files, frozen
from tests.conftest import client_for
from tests.factories.kpi import BenchmarkFactory, ObservationFactory, TargetFactory
from tests.kpi.packs.conftest import MONTH
from tests.kpi.packs.published import REPORT, bring_in
from tests.reports.test_documents import as_read, page_tables, rows_of


@pytest.fixture(params=PACKS)
def pack(request, cast):
    """What a council published, as its analyst sees it."""
    bring_in(REPORT)
    return PACKS[request.param](cast.analyst, parse_month("2023-06"))


@pytest.fixture(params=PACKS)
def small_pack(request, cast, visits, contacts):
    """Two indicators with a target, a benchmark, teams, commentary and a figure that is not final."""
    TargetFactory(indicator=visits.indicator, operator=Operator.AT_LEAST, value=Decimal(95))
    BenchmarkFactory(indicator=visits.indicator)
    ObservationFactory(
        indicator_version=visits, team=cast.team, numerator=Decimal(14), denominator=Decimal(18)
    )
    Commentary.objects.create(
        indicator=visits.indicator,
        month=MONTH,
        text="Late in two teams.",
        status=CommentaryStatus.APPROVED,
        written_by=cast.head,
        approved_by=cast.qa_lead,
    )
    return PACKS[request.param](cast.analyst, MONTH)


def hold_everywhere(pack, user) -> None:
    document = pack.document()
    again = frozen.read(frozen.write(document))
    assert again == document.frozen()
    address = reverse(f"packs:{pack.page.replace('-', '_')}")
    shown = page_tables(client_for(user).get(address, {"month": document.period}).text)
    tables = [table for section in again.sections for table in section.tables]
    assert [[" ".join(cell.split()) for cell in head] for head, *_ in map(as_read, tables)] == [
        head for head, *_ in shown
    ]
    assert [as_read(table)[1:] for table in tables] == [rows for _, *rows in shown]
    for kind in files.KINDS:
        as_file = files.content(document, kind), files.content(again, kind)
        if kind == "csv":
            assert as_file[0] == as_file[1]
            header, *rows = csv.reader(io.StringIO(as_file[0].decode("utf-8-sig")))
            assert header[: len(again.sheets[0].columns)] == [one.heading for one in again.sheets[0].columns]
        else:
            cells = [
                [[cell.value for cell in row] for sheet in load_workbook(io.BytesIO(one)) for row in sheet]
                for one in as_file
            ]
            assert cells[0] == cells[1]
    assert len(rows) == len(again.sheets[0].rows) == sum(len(table.rows) for table in tables)


def hold_figures(pack) -> int:
    """Each figure that stands on the page and in the file is one; gives how many there are."""
    again = frozen.read(frozen.write(pack.document()))
    filed = [cell for row in again.sheets[0].rows for cell in row if cell.identity]
    values = {cell.identity: cell.value for cell in filed}
    assert len(values) == len(filed)
    rows = [row for section in again.sections for table in section.tables for row in rows_of(table)]
    shown = [cell for row in rows for cell in row if cell.identity in values]
    assert all(cell.value == values[cell.identity] for cell in shown)
    indicators = [dict(row[0].identity.of)["indicator"] for row in again.sheets[0].rows]
    assert [dict(row[0].identity.of)["indicator"] for row in rows] == indicators
    return len(shown)


def test_every_pack_is_frozen_and_says_the_same_everywhere(pack, cast):
    hold_everywhere(pack, cast.analyst)
    assert hold_figures(pack) >= len(pack.rows) * len(pack.months)


def test_targets_benchmarks_and_words_are_frozen_too(small_pack, cast):
    hold_everywhere(small_pack, cast.analyst)
    assert hold_figures(small_pack)
    (section,) = small_pack.document().frozen().sections
    assert "Late in two teams." in " ".join(section.notes)
    assert any("95%" in (cell.text or "") for row in section.tables[0].rows for cell in row)


def test_a_months_figure_knows_its_indicator_fraction_and_standing(small_pack, visits):
    cells = [
        cell
        for row in small_pack.document().frozen().sheets[0].rows
        for cell in row
        if cell.identity and cell.identity.of == (("indicator", visits.indicator.slug),)
    ]
    newest = max(cells, key=lambda cell: cell.identity.period)
    identity = newest.identity
    assert (identity.unit, identity.period, newest.value) == ("percentage", "2026-04", Decimal(90))
    assert (identity.numerator, identity.denominator, identity.n) == (45, 50, 50)
    assert dict(identity.facts)["state"] == "value"
