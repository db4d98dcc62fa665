"""What goes out wide comes in again and changes nothing: states, targets, benchmarks and all."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.indicators.actions.comparisons import set_row
from kpi.indicators.models.comparisons import Benchmark, Target
from kpi.indicators.models.indicators import Indicator
from kpi.returns.actions import accept_return
from kpi.returns.dry_run import check_return
from kpi.returns.models import Observation
from qa_audit.common.excel import Column, Sheet, csv_bytes
from qa_audit.people.actions.persons import system_user
from tests.factories.kpi import ObservationFactory
from tests.kpi.returns.conftest import APRIL, MARCH

pytestmark = pytest.mark.django_db

WORDS = ["tbc", "n/a", "-", "withheld"]
COUNTS = st.one_of(
    st.integers(0, 10**9).map(Decimal), st.sampled_from([*WORDS, "12 (forecast)", "7 (unvalidated)"])
)
PERCENTAGES = st.one_of(
    st.decimals(1, 100, places=1),
    st.sampled_from([Decimal(0), *WORDS, "12.5% (forecast)", "7 (unvalidated)"]),
)
TARGETS = st.sampled_from(["", "TBC", "90", "<36", ">12.5", "85 to 90", "0"])
BENCHMARKS = st.one_of(st.just(""), st.decimals(0, 100, places=1))
HEAD = (
    *("ref", "unit_of_measure", "polarity", "2026-03", "2026-04"),
    *("target_2025-26", "target_2026-27", "bench_england_2024-25", "bench_south_east"),
)
INDICATORS = st.lists(
    st.tuples(
        st.sampled_from(["number", "percentage"]),
        st.sampled_from(["high_good", "low_good", "neutral"]),
        COUNTS,
        COUNTS,
        PERCENTAGES,
        PERCENTAGES,
        TARGETS,
        TARGETS,
        BENCHMARKS,
        BENCHMARKS,
    ),
    min_size=1,
    max_size=4,
)


def exported(kind: str, month: str = "2026-04") -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"out.{kind}"
        call_command("export_report", "kpi-dataset", "--month", month, "--out", str(path), verbosity=0)
        return path.read_bytes()


def unchanged(content: bytes, kind: str) -> int:
    """How many figures come in again as unchanged; nothing else may be said of the file."""
    check = check_return(content, file_name=f"again.{kind}")
    counts = check.counts()
    assert not [str(problem) for problem in check.problems]
    assert (counts["new"], counts["revised"], [str(one.line) for one in check.planned]) == (0, 0, [])
    return counts["unchanged"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=INDICATORS)
def test_exported_dataset_comes_in_again_and_changes_nothing(kind, rows):
    for model in (Observation, Target, Benchmark):
        model.objects.all().delete()
    cells = []
    for n, (unit, polarity, march, april, first, second, *others) in enumerate(rows):
        figures = (march, april) if unit == "number" else (first, second)
        # An indicator keeps the meaning of its first file, so each combination has its own.
        cells.append([f"{unit}-{polarity}-{n}", unit, polarity, *figures, *others])
    content = csv_bytes(Sheet("Return", [Column(name) for name in HEAD], cells))
    check = check_return(content, file_name="a.csv", create_indicators=True)
    assert not [str(problem) for problem in check.problems]
    accept_return(check=check, by=system_user())

    assert unchanged(exported(kind), kind) == Observation.objects.count() == 2 * len(rows)


@pytest.mark.parametrize("until", [None, date(2026, 4, 1), date(2027, 3, 1)])
def test_target_that_changed_within_its_year_comes_in_again(number, until):
    version = number.versions.get()
    for month in (MARCH, APRIL):
        ObservationFactory(indicator_version=version, month=month, value=15, numerator=None, denominator=None)
    set_row(kind=Target, indicator=number, from_month=date(2025, 6, 1), value=Decimal(10), by=system_user())
    set_row(kind=Target, indicator=number, from_month=date(2026, 1, 1), value=Decimal(20), by=system_user())
    set_row(
        kind=Target, indicator=number, from_month=APRIL, to_month=until, value=Decimal(30), by=system_user()
    )

    assert unchanged(exported("csv"), "csv") == 2
    assert Indicator.objects.count() == 1
