"""Targets and benchmarks that come with a return, and files that know no codes."""

from datetime import date

import pytest

from kpi.indicators.models import Benchmark, Indicator, Target
from kpi.packs.dataset import Dataset
from kpi.packs.files import content
from kpi.returns.check import check_return
from kpi.returns.models import ObservationState
from qa_audit.people.actions import system_user
from tests.factories import TeamFactory
from tests.factories.kpi import IndicatorVersionFactory, ObservationFactory, TargetFactory
from tests.kpi.returns.conftest import APRIL, MARCH, last_line

pytestmark = pytest.mark.django_db


def test_title_is_the_key_where_there_is_no_code(number, csv_file, run):
    number.versions.update(title="Number of contacts")
    status, _, errors = run(
        csv_file(["indicator", "unit_of_measure", "2026-04"], ["number of  CONTACTS", "number", 5]),
        "--create-indicators",
    )
    assert status == 0, errors
    assert number.observations.get().value == 5
    assert Indicator.objects.count() == 1


def test_title_of_several_indicators_asks_for_the_code(number, csv_file, refused):
    IndicatorVersionFactory(indicator__code="N2", title="Contacts")
    number.versions.update(title="Contacts")
    errors = refused(csv_file(["indicator", "2026-04"], ["Contacts", 5]))
    assert "Several indicators have this title. Give the code: N1, N2." in errors


def test_two_regions_stand_side_by_side(number, csv_file, run):
    path = csv_file(["ref", "2026-04", "bench_south_east", "bench_london"], ["N1", 5, 7, 9])
    assert run(path, "--check")[0] == run(path)[0] == 0
    assert sorted(Benchmark.objects.values_list("comparator_name", "value", "to_month")) == [
        ("London", 9, None),
        ("South East", 7, None),
    ]
    run(csv_file(["ref", "2026-04", "bench_london"], ["N1", 5, 10], name="later.csv"))
    assert Benchmark.objects.get(comparator_name="South East").to_month is None


def test_two_years_of_one_benchmark_are_a_problem_before_anything_is_stored(number, csv_file, refused):
    head = ["ref", "2026-04", "bench_england_2023-24", "bench_england_2024-25"]
    errors = refused(csv_file(head, ["N1", 5, 7, 9]))
    assert "cell D2: N1: Two years of one benchmark stand in the file. Leave one column out." in errors


def test_changed_target_is_told_with_what_it_was(number, csv_file, run):
    TargetFactory(indicator=number, operator="at_most", value=36, from_month=APRIL)
    path = csv_file(["ref", "2026-04", "target"], ["N1", 5, "<40"])
    printed = run(path, "--check")[1]
    assert "Target of N1 from April 2026: At most 36 → At most 40" in printed
    lines = check_return(path.read_bytes(), file_name="a.csv").as_json()["lines"]
    assert ("C2", "At most 36", "At most 40") in [(line["cell"], line["old"], line["new"]) for line in lines]


def test_target_in_the_way_is_named_with_its_cell(number, csv_file, refused):
    TargetFactory(indicator=number, value=40, from_month=MARCH, to_month=date(2026, 12, 1))
    errors = refused(csv_file(["ref", "2026-04", "target_2026-27"], ["N1", 5, 50]))
    assert "Row 2, cell C2: N1, April 2026: At least 40 is in force from March 2026" in errors


def test_open_target_told_year_by_year_changes_nothing(number, csv_file, run):
    TargetFactory(indicator=number, value=40, from_month=date(2025, 6, 1))
    head = ["ref", "2026-04", "target_2025-26", "target_2026-27"]
    assert run(csv_file(head, ["N1", 5, ">40", ">40"]))[0] == 0
    assert Target.objects.get().from_month == date(2025, 6, 1)


def test_last_line_is_printed_when_a_return_is_refused_at_the_end_too(number, csv_file, run):
    run(csv_file(["ref", "2026-04"], ["N1", 5]))
    status, printed, _ = run(csv_file(["ref", "2026-04"], ["N1", 6]), "--reason", "x" * 5000)
    assert (status, last_line(printed)) == (1, "new 0, unchanged 0, revised 1, problems 0")


@pytest.mark.parametrize("state", [ObservationState.FORECAST, ObservationState.UNVALIDATED])
def test_written_pack_comes_back_as_what_it_said(number, state):
    version = number.versions.get()
    figure = {"numerator": None, "denominator": None}
    ObservationFactory(indicator_version=version, month=MARCH, value=15, **figure)
    ObservationFactory(indicator_version=version, month=APRIL, value=16, state=state, **figure)
    teams = IndicatorVersionFactory(indicator__code="T1")
    for _ in range(2):
        ObservationFactory(indicator_version=teams, month=APRIL, team=TeamFactory())

    file = content(Dataset(system_user(), APRIL), "csv", is_full=False)

    counts = check_return(file, file_name="back.csv").counts()
    assert (counts["new"], counts["revised"], counts["unchanged"], counts["problem"]) == (0, 0, 2, 0)
