"""Targets and benchmarks that come with a return, and files that know no codes."""

from datetime import date

import pytest

from kpi.indicators.models.comparisons import Benchmark, Target
from kpi.indicators.models.indicators import Indicator
from kpi.packs.dataset import Dataset
from kpi.returns.dry_run import check_return
from kpi.returns.models import ObservationState
from qa_audit.common.publishing.files import content
from qa_audit.people.actions.persons import system_user
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
    assert "cell D2: N1: Cell C2 says something else: 7 (2023-24). Leave one of them out." in errors


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


@pytest.mark.parametrize(
    ("head", "cells", "says"),
    [
        (
            ["target_2026-27", "Target 2026-27"],
            [50, 60],
            "cell D2: N1: Cell C2 says something else: At least 50.",
        ),
        (["target", "target_2026-27"], [50, 60], "cell C2: N1: Cell D2 says something else: At least 60."),
        (["target", "Target"], ["<5", "TBC"], "cell D2: N1: Cell C2 says something else: At most 5."),
        (["target"], ["90 to 85"], "“90 to 85”: The upper value cannot be below the lower one."),
    ],
)
def test_targets_that_contradict_each_other_are_problems_of_the_dry_run(
    number, csv_file, refused, head, cells, says
):
    errors = refused(csv_file(["ref", "2026-04", *head], ["N1", 5, *cells]))
    assert says in errors
    assert errors.endswith("1 problem found. Nothing is stored until all are put right.")


def test_two_rows_with_different_targets_contradict_each_other(number, csv_file, refused):
    errors = refused(csv_file(["ref", "2026-03", "2026-04", "target"], ["N1", 5, "", 50], ["N1", "", 6, 60]))
    assert "cell D3: N1: Cell D2 says something else: At least 50." in errors


def test_target_of_the_year_and_the_same_of_no_year_are_one(number, csv_file, run):
    head = ["ref", "2026-04", "target", "target_2026-27"]
    status, _printed, errors = run(csv_file(head, ["N1", 5, 60, 60]))
    assert status == 0, errors
    assert (Target.objects.get().from_month, Target.objects.get().to_month) == (APRIL, date(2027, 3, 1))


def test_targets_of_years_and_the_one_from_now_on_follow_each_other(number, csv_file, run):
    TargetFactory(indicator=number, value=40, from_month=date(2020, 4, 1))
    head = ["ref", "2026-03", "2026-04", "target", "target_2027-28", "target_2025-26"]
    path = csv_file(head, ["N1", 5, 6, 60, 70, 50])
    status, _printed, errors = run(path)
    assert status == 0, errors
    assert [(f"{one.value:.0f}", one.from_month, one.to_month) for one in Target.objects.all()] == [
        ("40", date(2020, 4, 1), date(2025, 3, 1)),
        ("50", date(2025, 4, 1), MARCH),
        ("60", APRIL, date(2027, 3, 1)),
        ("70", date(2027, 4, 1), date(2028, 3, 1)),
    ]
    before = list(Target.objects.values())
    assert run(path)[0] == 0
    assert list(Target.objects.values()) == before


def test_target_that_ends_within_the_file_leaves_its_months_to_the_next(number, csv_file, run):
    TargetFactory(indicator=number, value=40, from_month=date(2025, 4, 1), to_month=date(2026, 2, 1))
    run(csv_file(["ref", "2026-01", "2026-02", "2026-03", "2026-04", "target"], ["N1", 1, 2, 3, 4, 50]))
    assert Target.objects.get(value=50).from_month == MARCH


def test_targets_come_in_without_figures(number, csv_file, run):
    path = csv_file(["ref", "2026-03", "2026-04", "target", "bench_england"], ["N1", "", "", 50, 7])
    printed = run(path, "--check")[1]
    assert "Target of N1 from March 2026: At least 50" in printed
    assert run(path)[0] == 0
    assert Target.objects.get().from_month == Benchmark.objects.get().from_month == MARCH


def test_benchmark_holds_from_the_month_since_which_its_indicator_is_defined(number, csv_file, run, refused):
    number.versions.update(from_month=APRIL)
    run(csv_file(["ref", "2026-03", "2026-04", "bench_england"], ["N1", "", 5, 7]))
    assert Benchmark.objects.get().from_month == APRIL
    errors = refused(csv_file(["ref", "2026-03", "bench_london"], ["N1", "", 7]))
    assert "cell C2: N1: It has no definition for March 2026." in errors


def test_benchmark_on_the_row_of_each_team_is_one(cast, number, csv_file, run):
    head = ["ref", "team", "2026-04", "bench_england"]
    rows = (["N1", "SWF Harbour 1", 5, 7], ["N1", "SWF Harbour 2", 5, 7])
    status, _, errors = run(csv_file(head, *rows))
    assert status == 0, errors
    assert Benchmark.objects.count() == 1


def test_target_of_a_team_that_the_file_brings_is_not_the_councils(number, csv_file, run):
    TargetFactory(indicator=number, value=40, from_month=date(2020, 4, 1))
    head = ["ref", "team", "2026-04", "target"]
    assert run(csv_file(head, ["N1", "New team", 5, 40]), "--create-teams")[0] == 0
    assert sorted(str(one.team) for one in Target.objects.all()) == ["New team", "None"]


def test_benchmark_of_another_year_is_told_with_both(number, csv_file, run):
    run(csv_file(["ref", "2026-04", "bench_england_2023-24"], ["N1", 5, 7]))
    printed = run(csv_file(["ref", "2026-04", "bench_england_2024-25"], ["N1", 5, 7]), "--check")[1]
    assert "Benchmark England of N1 from April 2026: 7 (2023-24) → 7 (2024-25)" in printed


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

    file = content(Dataset(system_user(), APRIL).document(is_full=False), "csv")

    counts = check_return(file, file_name="back.csv").counts()
    assert (counts["new"], counts["revised"], counts["unchanged"], counts["problem"]) == (0, 0, 2, 0)
