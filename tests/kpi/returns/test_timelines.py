"""Targets of a file over those in force: what the dry run calls right is stored, and changes nothing more."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kpi.indicators.actions.comparisons import set_row
from kpi.indicators.models.comparisons import Benchmark, Target
from kpi.returns.actions import accept_return
from kpi.returns.dry_run import check_return
from qa_audit.common.months import later
from qa_audit.people.actions.persons import system_user

pytestmark = pytest.mark.django_db

JANUARY = date(2025, 1, 1)
VALUES = st.sampled_from(["10", "20", "30"])
STORED = st.lists(
    st.tuples(st.integers(-12, 24), st.one_of(st.none(), st.integers(0, 18)), VALUES), max_size=4
)
COLUMNS = st.lists(
    st.tuples(
        st.sampled_from(
            ["target", "Target", "target_2023-24", "target_2024-25", "TARGET 2024-25", "target_2025-26",
             "target_2026-27", "bench_england", "bench_england_2023-24", "bench_london"]
        ),
        st.one_of(VALUES, st.just("")),
    ),
    max_size=5,
    unique=True,
)  # fmt: skip
MONTHS = st.lists(st.integers(-6, 14), min_size=1, max_size=3, unique=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(  # the year after says what stood, and the target from now on does not
    stored=[(0, None, "20")],
    columns=[("target", "10"), ("target_2025-26", "20")],
    months=[0],
    has_figures=False,
)
@given(stored=STORED, columns=COLUMNS, months=MONTHS, has_figures=st.booleans())
def test_what_the_dry_run_calls_right_is_stored_once(number, stored, columns, months, has_figures):
    Target.objects.all().delete()
    Benchmark.objects.all().delete()
    by = system_user()
    for begins, lasts, value in stored:
        first = later(JANUARY, begins)
        last = None if lasts is None else later(first, lasts)
        try:
            set_row(
                kind=Target, indicator=number, from_month=first, to_month=last, value=Decimal(value), by=by
            )
        except ValidationError:
            continue  # another is in force then
    head = ["ref", *(f"{later(JANUARY, month):%Y-%m}" for month in months), *(name for name, _ in columns)]
    row = ["N1", *("5" if has_figures else "" for _ in months), *(value for _, value in columns)]
    content = f"{','.join(head)}\n{','.join(row)}\n".encode()
    check = check_return(content, file_name="a.csv", reason="Again")
    if check.problems:
        return

    accept_return(check=check, by=by)

    again = check_return(content, file_name="a.csv")
    assert [str(one) for one in [*again.problems, *(planned.line for planned in again.planned)]] == []
