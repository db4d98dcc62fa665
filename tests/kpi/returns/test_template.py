"""The workbook to fill in; and what is written out wide reads back as unchanged."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kpi.indicators.models.indicators import IndicatorStatus
from kpi.indicators.models.versions import Unit
from kpi.returns.actions import accept_return
from kpi.returns.dry_run import check_return
from kpi.returns.models import Observation
from kpi.returns.template import template_workbook, wide_sheet
from qa_audit.common.excel import Column, Properties, Sheet, csv_bytes, xlsx_bytes
from qa_audit.people.actions.persons import system_user
from tests.factories.kpi import (
    IndicatorFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    PopulationFactory,
)  # fmt: skip
from tests.kpi.returns.conftest import APRIL, DATA, MARCH

pytestmark = pytest.mark.django_db

COUNTS = st.integers(0, 10**9).map(Decimal)
PERCENTAGES = st.decimals(0, 100, places=1)
WORDS = st.sampled_from(["tbc", "n/a", "-", "withheld", "12 (forecast)", "7 (unvalidated)"])
NEVER_BELOW_ONE = PERCENTAGES.filter(lambda value: not 0 < value < 1)
ROWS = st.lists(
    st.tuples(
        *[st.one_of(st.none(), COUNTS, WORDS)] * 2,
        *[st.one_of(st.none(), NEVER_BELOW_ONE, WORDS)] * 2,
    ),
    min_size=1,
    max_size=4,
)


def written(sheet: Sheet, kind: str) -> bytes:
    return csv_bytes(sheet) if kind == "csv" else xlsx_bytes([sheet], properties=Properties("Return"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_wide_file_written_out_again_says_the_same(kind, rows):
    Observation.objects.all().delete()
    months = [Column(f"{month:%Y-%m}", "number") for month in (MARCH, APRIL)]
    head = [Column("ref"), Column("unit_of_measure"), *months]
    cells = []
    for n, (march, april, first, second) in enumerate(rows):
        cells += [[f"N{n}", "number", march, april], [f"P{n}", "percentage", first, second]]
    brought = written(Sheet("Return", head, cells), kind)
    check = check_return(brought, file_name=f"a.{kind}", create_indicators=True)
    assert not list(map(str, check.problems))
    accept_return(check=check, by=system_user())
    stored = Observation.objects.count()

    again = check_return(written(wide_sheet([MARCH, APRIL]), kind), file_name=f"b.{kind}")

    counts = again.counts()
    assert not list(map(str, again.problems))
    assert (counts["new"], counts["revised"], counts["unchanged"]) == (0, 0, stored)


@pytest.mark.parametrize("name", ["dataset_2019-06.csv", "performance_report_2023-06.csv"])
def test_published_file_written_out_again_says_the_same(name):
    content = (DATA / name).read_bytes()
    check = check_return(content, file_name=name, create_indicators=True)
    accept_return(check=check, by=system_user())
    months = sorted(set(check.columns.months.values()))

    again = check_return(written(wide_sheet(months), "xlsx"), file_name="b.xlsx").counts()

    assert (again["new"], again["revised"], again["problem"]) == (0, 0, 0)
    assert again["unchanged"] == Observation.objects.count()


def test_fraction_and_rate_come_back_as_they_are_shown(percentage):
    ObservationFactory(indicator_version=percentage.versions.get(), numerator=2, denominator=3)
    rate = IndicatorVersionFactory(
        unit=Unit.RATE, population="0 to 17", indicator=IndicatorFactory(code="R1")
    )
    ObservationFactory(indicator_version=rate, numerator=543, denominator=None)
    PopulationFactory(people=49_310)
    rows = [list(row) for row in wide_sheet([MARCH, APRIL]).rows]
    assert [row[6] for row in rows] == [Decimal("66.7"), Decimal(110)]
    counts = check_return(csv_bytes(wide_sheet([MARCH, APRIL])), file_name="b.csv").counts()
    assert (counts["unchanged"], counts["revised"]) == (2, 0)


def test_template_has_last_month_filled_in_and_this_month_to_fill(number):
    ObservationFactory(
        indicator_version=number.versions.get(), month=MARCH, value=45, numerator=None, denominator=None
    )
    IndicatorVersionFactory(indicator=IndicatorFactory(code="D1", status=IndicatorStatus.DRAFT))
    book = load_workbook(BytesIO(template_workbook(APRIL)))

    header, row = list(book["Return"].iter_rows(values_only=True))
    assert header == (
        *("ref", "indicator", "area", "unit_of_measure", "polarity", "2026-03", "2026-04"),
        *("basis", "counts", "outcome", "definition", "owner", "reporter"),
    )
    assert (row[0], row[3], row[5], row[6]) == ("N1", "number", 45, None)
    assert book.sheetnames == ["Return", "Notes"]


def test_template_of_an_empty_site_can_be_read(db):
    check = check_return(template_workbook(date(2026, 4, 1)), file_name="return.xlsx")
    assert "The file has headings but no rows below them." in str(next(iter(check.problems)))
