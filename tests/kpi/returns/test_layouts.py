"""import_kpis: the four layouts, and what creating in passing makes of published files."""

from datetime import date
from decimal import Decimal

import pytest

from kpi.indicators.models.comparisons import Benchmark, Target
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import Month, MonthState
from kpi.indicators.models.versions import Basis, IndicatorVersion, Unit
from kpi.returns.actions import ReturnRefused, reverse_return
from kpi.returns.models import Caseload, Observation, Return
from qa_audit.people.actions.persons import system_user
from qa_audit.people.models import Team, TeamAlias
from tests.factories import TeamFactory
from tests.kpi.returns.conftest import APRIL, DATA, MARCH, last_line, of

pytestmark = pytest.mark.django_db

TABLE = ["table", "team", "denominator", "numerator"]
LONG = ["indicator_code", "team", "month", "numerator", "denominator", "value", "state", "note"]


def test_dataset_of_2019_is_taken_over_and_the_same_file_again_changes_nothing(run, everything_stored):
    path = DATA / "dataset_2019-06.csv"
    status, printed, errors = run(path, "--create-indicators")

    assert status == 0, errors
    assert last_line(printed) == "new 835, unchanged 0, revised 0, problems 0"
    assert Indicator.objects.live().count() == 60
    share = IndicatorVersion.objects.get(indicator__code="LAC9")
    assert (share.unit, share.decimal_places, share.basis) == (Unit.PERCENTAGE, 1, Basis.NOT_STATED)
    stock = IndicatorVersion.objects.get(indicator__code="LAC1")
    assert (stock.basis, stock.is_stock, stock.decimal_places) == (Basis.MONTH_END, True, 0)
    before = everything_stored()
    assert last_line(run(path, "--create-indicators")[1]) == "new 0, unchanged 835, revised 0, problems 0"
    assert everything_stored() == before


def test_targets_and_benchmarks_of_the_dataset_are_set_with_their_months(run):
    run(DATA / "dataset_2019-06.csv", "--create-indicators")

    targets = Target.objects.filter(indicator__code="LAC1")
    assert [(one.from_month, one.to_month, one.operator, one.value) for one in targets] == [
        (date(2018, 4, 1), date(2019, 3, 1), "at_most", 495),
        (date(2019, 4, 1), date(2020, 3, 1), "at_most", 420),
    ]
    assert Target.objects.get(indicator__code="EH1c", from_month=date(2019, 4, 1)).is_to_be_confirmed
    benchmarks = Benchmark.objects.filter(indicator__code="M2").order_by("comparator")
    assert [(one.comparator, one.comparator_name, one.value) for one in benchmarks] == [
        ("england", "", 359), ("region", "South East", 468), ("stat_neighbours", "", 383),
    ]  # fmt: skip
    assert not Benchmark.objects.filter(indicator__code="M1").exists()


def test_report_of_2023_has_titles_for_codes_and_a_ceiling(run):
    status, printed, errors = run(DATA / "performance_report_2023-06.csv", "--create-indicators")

    assert status == 0, errors
    assert last_line(printed) == "new 648, unchanged 0, revised 0, problems 0"
    ceiling = Target.objects.get(indicator__code__contains="IFA placements")
    assert (ceiling.operator, ceiling.value, ceiling.to_month) == ("at_most", 36, None)
    rolling = IndicatorVersion.objects.get(title__startswith="Rolling rate")
    assert (rolling.unit, rolling.basis) == (Unit.RATE, Basis.ROLLING_12)
    own = Benchmark.objects.filter(comparator="own").first()
    assert own.period == "2021-22"


def test_team_tables_store_teams_and_only_check_their_totals(run):
    path = DATA / "clinic_team_tables_2023-07.csv"
    status, printed, errors = run(path, "--month", "2023-07", "--create-indicators", "--create-teams")

    assert status == 0, errors
    assert last_line(printed) == "new 66, unchanged 0, revised 0, problems 0"
    assert not Observation.objects.of_council().exists()
    row = Observation.objects.get(indicator__code="repeat_cpp", team__name="SWF East 1")
    assert (row.month, row.numerator, row.denominator, row.value) == (date(2023, 7, 1), 27, 57, None)


def test_printed_percentage_that_is_not_its_fraction_is_a_warning(cast, percentage, csv_file, run):
    head = [*TABLE, "pct_published"]
    rows = (
        ["P1", "SWF Harbour 1", 18, 1, 5.6],
        ["P1", "SWF Harbour 2", 18, 1, "5.7%"],
        ["P1", "Total", 36, 2, 5.6],
    )
    printed = run(csv_file(head, *rows), "--month", "2026-04")[1]
    assert "cell E3: P1, SWF Harbour 2, April 2026: 1 of 18 is 5.6%, not 5.7%." in printed
    assert printed.count("not 5.") == 1
    assert Observation.objects.count() == 2


def test_polarity_of_an_indicator_that_is_there_is_read_and_not_changed(number, csv_file, run, refused):
    number.versions.update(polarity="low_good")
    head = ["ref", "polarity", "2026-04"]
    assert "cell B2: “upwards” is not a polarity." in refused(csv_file(head, ["N1", "upwards", 4]))
    printed = run(csv_file(head, ["N1", "high_good", 4]))[1]
    assert "cell B2: N1 says “Low is good”. A return does not change that." in printed
    assert "polarity" not in run(csv_file(head, ["N1", "low good", 4]))[1]
    assert number.versions.get().polarity == "low_good"


def test_total_that_is_not_the_sum_of_its_teams_is_refused(cast, percentage, csv_file, refused):
    rows = (["P1", "SWF Harbour 1", 10, 4], ["P1", "SWF Harbour 2", 10, 5], ["P1", "Total", 21, 9])
    errors = refused(csv_file(TABLE, *rows), "--month", "2026-04")
    assert "P1, Total, April 2026: The total says 21 (denominator); its teams add up to 20." in errors


def test_total_of_a_wide_file_is_checked_and_not_stored(cast, number, csv_file, run, refused):
    head, one, two = ["ref", "team", "2026-04"], ["N1", "SWF Harbour 1", 4], ["N1", "SWF Harbour 2", 5]
    assert "The total says 8; its teams add up to 9." in refused(csv_file(head, one, two, ["N1", "Total", 8]))
    assert run(csv_file(head, one, two, ["N1", "Total", 9]))[0] == 0
    assert Observation.objects.count() == 2


def test_table_without_a_month_asks_for_it(cast, percentage, csv_file, refused):
    errors = refused(csv_file(TABLE, ["P1", "SWF Harbour 1", 10, 4]))
    assert "The file does not say its month. Give it with the file." in errors


def test_denominator_of_none_is_not_applicable(cast, percentage, csv_file, run):
    run(csv_file(TABLE, ["P1", "SWF Harbour 1", 0, 0]), "--month", "2026-04")
    assert Observation.objects.get().state == "not_applicable"


@pytest.mark.parametrize(
    ("numerator", "denominator", "says"),
    [
        (11, 10, "11 of 10: the numerator is more than the denominator."),
        (1, 0, "1 of 0: the numerator is more than the denominator."),
        ("", 10, "The numerator is missing."),
        (1, "", "The denominator is missing."),
        (-1, 10, "-1 is below 0."),
    ],
)
def test_fraction_that_cannot_be_is_refused(
    cast, percentage, csv_file, refused, numerator, denominator, says
):
    path = csv_file(TABLE, ["P1", "SWF Harbour 1", denominator, numerator])
    assert says in refused(path, "--month", "2026-04")


def test_long_rows_keep_fraction_state_and_note(cast, percentage, csv_file, run):
    path = csv_file(
        LONG,
        ["P1", "", "2026-03", 45, 50, "", "", "late recording"],
        ["P1", "", "2026-04", 45, 50, 90, "unvalidated", ""],
        ["P1", "SWF Harbour 1", "2026-03", "", "", "", "not_available", ""],
        ["P1", "Fostering", "2026-03", 9, 9, "", "", ""],
    )
    status, printed, errors = run(path)

    assert status == 0, errors
    assert last_line(printed) == "new 4, unchanged 0, revised 0, problems 0"
    march, april = Observation.objects.of_council().order_by("month")
    assert ((march.numerator, march.denominator), march.note) == (of(45, 50), "late recording")
    assert (april.state, april.value, april.precision) == ("unvalidated", None, "exact")
    assert Observation.objects.get(team=cast.team).state == "not_available"
    assert Observation.objects.get(service=cast.elsewhere).denominator == 9


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["P1", "", "2026-04", 45, 50, 91, "", ""], "45 of 50 is 90%, not 91%."),
        (["P1", "", "2026-04", 45, 50, "", "withheld", ""], "The state is “withheld”, but the figure is 45"),
        (["P1", "", "2026-04", 45, 50, "", "maybe", ""], "“maybe” is not a state. Write one of value, zero"),
        (["P1", "", "April", 45, 50, "", "", ""], "“April” is not a month."),
        (["X9", "", "2026-04", 45, 50, "", "", ""], "There is no indicator with the code “X9”."),
        (["P1", "Nobody", "2026-04", 45, 50, "", "", ""], "no team or service called “Nobody”."),
        (["P1", "", "2014-04", 45, 50, "", "", ""], "P1 has no definition for April 2014. It begins in"),
        (["P1", "", "2026-04", 45, 50, "", "", "x" * 251], "A note has at most 250 characters."),
    ],
)
def test_long_row_with_something_wrong_is_named(cast, percentage, csv_file, refused, row, says):
    assert says in refused(csv_file(LONG, row))


def test_rate_keeps_its_count(percentage, csv_file, run):
    percentage.versions.update(unit=Unit.RATE, population="0 to 17")
    run(csv_file(LONG, ["P1", "", "2026-04", 543, "", "", "", ""]))
    assert Observation.objects.get().numerator == 543


def test_team_is_known_by_its_alias(cast, number, csv_file, run):
    TeamAlias.objects.create(team=cast.team, name="Harbour One")
    run(csv_file(["ref", "team", "2026-04"], ["N1", "harbour  one", 4]))
    assert Observation.objects.get().team == cast.team


def test_unit_that_is_not_the_indicators_is_refused(number, csv_file, refused):
    path = csv_file(["ref", "unit_of_measure", "2026-04"], ["N1", "percentage", 4])
    assert "cell B2: N1 is a number, not a percentage." in refused(path)


CASELOADS = ["list", "allocations", "qualifying_status", "team"]


def test_caseloads_get_invented_codes_that_do_not_depend_on_the_order(cast, csv_file, run):
    rows = [
        ["A", 23, "SW", cast.team.name],
        ["A", 15, "NQSW", cast.team.name],
        ["A", 8, "ASYE", cast.team.name],
    ]
    assert last_line(run(csv_file(CASELOADS, *rows), "--month", "2026-04")[1]).startswith("new 3,")
    again = run(csv_file(CASELOADS, *reversed(rows)), "--month", "2026-04")[1]

    assert last_line(again) == "new 0, unchanged 3, revised 0, problems 0"
    assert {row.on for row in Caseload.objects.all()} == {date(2026, 4, 30)}
    assert Caseload.objects.get(children=23).worker_code == f"T{cast.team.pk}-01"


def test_new_list_of_a_team_replaces_the_one_of_the_same_day(cast, csv_file, run):
    head = [*CASELOADS, "date", "worker_code", "full_time_equivalent"]
    run(csv_file(head, *(["A", 20, "SW", cast.team.name, "2026-04-30", f"W{n}", "0.6"] for n in (1, 2))))
    path = csv_file(head, ["A", 21, "SW", cast.team.name, "30/4/2026", "W1", 0.6])
    assert run(path)[0] == 1
    assert last_line(run(path, "--reason", "Counted again")[1]) == "new 0, unchanged 0, revised 2, problems 0"
    standing = Caseload.objects.current().get()
    assert (standing.worker_code, standing.children, standing.full_time_equivalent) == (
        "W1",
        21,
        Decimal("0.6"),
    )


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (1, "many", "“many” is not a figure"),
        (1, "2.5", "Write how many children, as a whole number"),
        (2, "Boss", "“Boss” is not a qualifying status. Write SW, NQSW or ASYE."),
        (3, "Fostering", "A caseload belongs to a team."),
        (4, "2026-05-30", "30 May 2026 is in the future."),
        (5, "Jane Smith", "A worker is known by a code with a digit in it, never by a name."),
        (6, 3, "3 is not a full-time equivalent"),
    ],
)
def test_caseload_with_something_wrong_is_named(cast, csv_file, refused, place, value, says):
    row = ["A", 20, "SW", cast.team.name, "2026-04-30", "W1", "0.6"]
    row[place] = value
    head = [*CASELOADS, "date", "worker_code", "full_time_equivalent"]
    assert says in refused(csv_file(head, row))


CLOSED = "April 2026 is locked and takes no figures."


@pytest.fixture
def april_locked(cast, csv_file, run):
    """Two caseloads of 30 April, and the month locked after them."""
    rows = [["A", n, "SW", cast.team.name] for n in (20, 21)]
    run(csv_file(CASELOADS, *rows), "--month", "2026-04")
    Month.objects.create(first=APRIL, state=MonthState.LOCKED)
    return rows


def test_locked_month_takes_no_new_and_no_other_caseloads(april_locked, cast, csv_file, run, refused):
    new = ["A", 20, "SW", cast.other_team.name]
    assert CLOSED in refused(csv_file(CASELOADS, new), "--month", "2026-04")
    changed = [["A", 30, "SW", cast.team.name], april_locked[1]]
    assert CLOSED in refused(csv_file(CASELOADS, *changed), "--month", "2026-04", "--reason", "Counted again")
    errors = refused(csv_file(CASELOADS, april_locked[1]), "--month", "2026-04", "--reason", "One less")
    assert f"{CLOSED} T{cast.team.pk}-02 is missing from the list." in errors
    assert run(csv_file(CASELOADS, *april_locked), "--month", "2026-04")[0] == 0
    assert run(csv_file(CASELOADS, new), "--month", "2026-03")[0] == 0


def test_caseloads_of_a_locked_month_are_not_taken_back(april_locked):
    with pytest.raises(ReturnRefused, match="April 2026 is closed"):
        reverse_return(return_=Return.objects.get(), by=system_user(), reason="Wrong list")
    assert Caseload.objects.current().count() == 2


def test_unknown_codes_and_teams_are_never_created_in_passing(cast, number, csv_file, refused):
    errors = refused(csv_file(["ref", "team", "2026-04"], ["N2", "", 4], ["N1", "New team", 4]))
    assert "There is no indicator with the code “N2”." in errors
    assert "There is no team or service called “New team”." in errors


def test_undated_target_holds_until_the_next_return_changes_it(number, csv_file, run):
    run(csv_file(["ref", "2026-02", "2026-03", "target"], ["N1", 4, 5, 50]))
    run(csv_file(["ref", "2026-03", "2026-04", "target"], ["N1", 5, 6, 50]))
    run(csv_file(["ref", "2026-04", "target"], ["N1", 6, "<40"]))

    found = [(one.from_month, one.to_month, one.operator, one.value) for one in Target.objects.all()]
    assert found == [(date(2026, 2, 1), MARCH, "at_least", 50), (APRIL, None, "at_most", 40)]


def test_target_that_cannot_be_read_is_named(number, csv_file, refused):
    errors = refused(csv_file(["ref", "2026-04", "target_2026-27"], ["N1", 4, "lots"]))
    assert "cell C2: N1: “lots” is not a target." in errors
    errors = refused(csv_file(["ref", "2026-04", "target_2026-28"], ["N1", 4, 5]))
    assert "cell C1: “2026-28” is not a year of targets." in errors


def test_team_that_ended_takes_no_new_months(cast, number, csv_file, refused):
    Team.objects.filter(pk=cast.team.pk).update(ends_on=date(2026, 2, 10))
    TeamFactory(service=cast.service)
    errors = refused(csv_file(["ref", "team", "2026-04"], ["N1", cast.team.name, 4]))
    assert "SWF Harbour 1 had ended before April 2026." in errors
    assert not Return.objects.exists()
