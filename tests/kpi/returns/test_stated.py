"""What a wide return states of indicators: read, checked, told, stored, written out again."""

from datetime import date

import pytest

from kpi.indicators.models.comparisons import Benchmark
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import IndicatorVersion
from kpi.packs.dataset import Dataset
from kpi.returns.actions import accept_return
from kpi.returns.dry_run import check_return
from kpi.returns.models import Observation
from kpi.returns.template import template_workbook
from qa_audit.common.publishing.files import content
from qa_audit.history.models import Event
from qa_audit.people.actions.persons import system_user
from tests.kpi.returns.conftest import APRIL, DATA, last_line

pytestmark = pytest.mark.django_db
HEAD = ["ref", "unit_of_measure", "2026-04", "basis", "counts", "owner", "reporter", "definition", "outcome"]
SAID = ["In the month", "plans", "Head of service", "Data team", "Visits due, made", "Children are seen"]
STORED = {
    "basis": "in_month",
    "counts": "plans",
    "owner_role": "Head of service",
    "reporter_role": "Data team",
    "definition": "Visits due, made",
    "outcome": "Children are seen",
}


def stated(code: str) -> dict:
    return IndicatorVersion.objects.filter(indicator__code=code).values(*STORED).get()


def test_partnership_report_goes_in_with_its_units_and_bases(run, everything_stored):
    path = DATA / "partnership_report_2021-10.csv"
    status, printed, errors = run(path, "--create-indicators")
    assert status == 0, errors
    assert last_line(printed) == "new 70, unchanged 0, revised 0, problems 0"
    assert Observation.objects.count() == 70
    bases = IndicatorVersion.objects.values_list("basis", "unit").order_by("indicator__order")
    assert list(bases) == [
        ("year_to_date", "number"),
        *[("year_to_date", "rate_per_10000")] * 3,
        *[("in_month", "percentage")] * 2,
        ("month_end", "number"),
        ("year_to_date", "rate_per_10000"),
        ("in_month", "number"),
        ("in_month", "percentage"),
    ]
    assert "This column is not read: it says how a figure was published" in printed
    before = everything_stored()
    again = run(path, "--create-indicators")[1]
    assert last_line(again) == "new 0, unchanged 70, revised 0, problems 0"
    assert everything_stored() == before


def test_new_indicator_is_stored_with_all_that_its_row_states(csv_file, run):
    assert run(csv_file(HEAD, ["A1", "number", 5, *SAID]), "--create-indicators")[0] == 0
    assert stated("A1") == STORED


@pytest.mark.parametrize("nothing", ["", "not stated", "Not stated", "not_stated"])
def test_cell_that_states_nothing_leaves_it_open(csv_file, run, nothing):
    path = csv_file(HEAD, ["A1", "number", 5, *[nothing] * 6])
    assert run(path, "--create-indicators")[0] == 0
    assert stated("A1") == {**dict.fromkeys(STORED, ""), "basis": "not_stated"}


def test_what_was_not_stated_is_added_told_and_recorded_and_the_file_again_changes_nothing(
    csv_file, run, everything_stored
):
    run(csv_file(["ref", "unit_of_measure", "2026-04"], ["A1", "number", 5]), "--create-indicators")
    path = csv_file(HEAD, ["A1", "number", 5, *SAID], name="stated.csv")
    printed = run(path, "--check")[1]
    assert "Basis of A1 from April 2026: not stated → In the month" in printed
    assert "Owner of A1 from April 2026: not stated → Head of service" in printed
    assert stated("A1")["basis"] == "not_stated"
    run(path)
    assert stated("A1") == STORED
    changes = Event.objects.filter(action="version changed").values_list("changes", flat=True)
    assert ["not_stated", "in_month"] in [one.get("basis") for one in changes]
    before = everything_stored()
    assert run(path)[0] == 0
    assert everything_stored() == before


def test_basis_at_the_end_of_the_month_makes_it_a_stock(csv_file, run):
    run(csv_file(["ref", "unit_of_measure", "2026-04"], ["A1", "number", 5]), "--create-indicators")
    run(csv_file(["ref", "2026-04", "basis"], ["A1", 5, "month_end"], name="later.csv"))
    version = IndicatorVersion.objects.get()
    assert (version.basis, version.is_stock) == ("month_end", True)


def test_return_does_not_change_what_is_stated(number, csv_file, run):
    path = csv_file(["ref", "2026-04", "basis"], ["N1", 5, "year to date"])
    printed = run(path)[1]
    assert "N1 says “In the month”. A return does not change that." in printed
    assert number.versions.get().basis == "in_month"


def test_rows_of_one_indicator_that_contradict_each_other_are_a_problem(number, csv_file, refused):
    number.versions.update(basis="not_stated")
    head = ["ref", "2026-04", "basis", "team"]
    errors = refused(csv_file(head, ["N1", 5, "quarter", ""], ["N1", "", "in_month", ""]))
    assert "Cell C2 says something else: Quarter." in errors


@pytest.mark.parametrize(
    ("heading", "words", "told"),
    [
        ("basis", "monthly", "“monthly” is not a known basis. Write one of not_stated, month_end,"),
        ("counts", "horses", "“horses” is not a known counts. Write one of children, families,"),
        ("owner", "x" * 121, "The owner has at most 120 characters."),
        ("outcome", "x" * 251, "The outcome has at most 250 characters."),
    ],
)
def test_statement_that_cannot_be_read_is_a_problem(number, csv_file, refused, heading, words, told):
    assert told in refused(csv_file(["ref", "2026-04", heading], ["N1", 5, words]))


def test_rolling_rate_of_another_basis_is_a_problem(csv_file, refused):
    path = csv_file(HEAD[:4], ["A1", "rolling_rate_per_10000", 5, "in_month"])
    assert "rolling_rate_per_10000 covers 12 months." in refused(path, "--create-indicators")


def test_place_among_others_is_stored_with_its_benchmark(number, csv_file, run, everything_stored):
    head = ["ref", "2026-04", "bench_stat_neighbours_2024-25", "rank_stat_neighbours", "bench_england"]
    path = csv_file(head, ["N1", 5, 7, "9 of 11", 8])
    printed = run(path, "--check")[1]
    assert "Benchmark Statistical neighbours of N1 from April 2026: 7 (2024-25), 9 of 11" in printed
    run(path)
    ranked = Benchmark.objects.exclude(rank=None).get()
    assert (ranked.comparator, ranked.rank, ranked.rank_of) == ("stat_neighbours", 9, 11)
    before = everything_stored()
    run(path)
    assert everything_stored() == before
    run(csv_file(head, ["N1", 5, 7, "8 of 11", 8], name="later.csv"))
    assert Benchmark.objects.exclude(rank=None).get().rank == 8
    run(csv_file(head[:3], ["N1", 5, 6], name="without.csv"))
    assert Benchmark.objects.get(comparator="stat_neighbours").rank is None


@pytest.mark.parametrize("words", ["11", "12 of 11", "0 of 11", "ninth", "9 of"])
def test_place_that_is_none_is_a_problem(number, csv_file, refused, words):
    errors = refused(csv_file(["ref", "2026-04", "bench_england", "rank_england"], ["N1", 5, 7, words]))
    assert f"“{words}” is not a rank. Write it like 9 of 11." in errors


def test_place_without_a_benchmark_is_a_problem(number, csv_file, refused):
    errors = refused(csv_file(["ref", "2026-04", "bench_england", "rank_england"], ["N1", 5, "", "9 of 11"]))
    assert "A rank needs one benchmark of the same name beside it." in errors


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_dataset_and_template_write_out_what_reads_back_as_the_same(csv_file, run, everything_stored, kind):
    head = [*HEAD, "bench_england_2024-25", "rank_england_2024-25", "bench_south_east"]
    path = csv_file(head, ["A1", "number", 5, *SAID, 7, "9 of 11", 4], ["A2", "number", 0, *[""] * 9])
    assert run(path, "--create-indicators")[0] == 0
    before = everything_stored()
    files = [content(Dataset(system_user(), APRIL).document(is_full=False), kind)]
    if kind == "xlsx":
        files.append(template_workbook(date(2026, 5, 1)))
    for file in files:
        check = check_return(file, file_name=f"back.{kind}")
        counts = check.counts()
        # Of the workbook's two sheets one is read, and the other is named.
        assert not [
            *check.problems,
            *(one for one in check.warnings if "” is not read: only “" not in str(one)),
        ]
        assert (counts["new"], counts["revised"], check.planned) == (0, 0, [])
        accept_return(check=check, by=system_user())
    assert Indicator.objects.count() == 2
    after = everything_stored()
    for name in ("IndicatorVersion", "Benchmark", "Observation"):
        assert after[name] == before[name]
    full = content(Dataset(system_user(), APRIL).document(is_full=True), "csv").decode()
    assert "9 of 11" in full
    assert "England 2024-25: definition not stated" in full
    assert "South East, year not stated: definition not stated" in full
    assert full.count("Not stated") >= 5
