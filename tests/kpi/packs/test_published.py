"""The packs against what a council printed from the same figures."""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.management import call_command

from tests.kpi.packs.published import DATASET, REPORT, TEAMS, bring_in, read

# The source made these change columns from figures that it does not print ...
OWN_CHANGES = {"EH3a%", "EH3b%", "EH3c%", "EH3d%", "EH3e%", "CP5-QL", "LAC6 (%)", "CP2-NI"}
# ... and this average likewise.
OWN_AVERAGE = {"NI147"}


def exported(path, name: str, *options: str) -> list[dict[str, str]]:
    call_command("export_report", name, *options, "--out", str(path), verbosity=0)
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def as_printed(text: str, printed: str) -> str:
    """The number with as many decimal places as the printed one."""
    places = len(printed.partition(".")[2])
    return str(Decimal(text).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


@pytest.fixture
def dataset(db, tmp_path):
    bring_in(DATASET)
    return exported(tmp_path / "dataset.csv", "kpi-dataset", "--month", "2019-06")


@pytest.fixture
def report(db, tmp_path):
    bring_in(REPORT)
    return exported(tmp_path / "report.csv", "performance-report", "--month", "2023-06")


def test_dataset_has_every_indicator_with_its_figures_in_order(dataset):
    given = read(DATASET)
    months = [heading for heading in given[0] if heading.startswith("20")]

    assert sorted(row["ref"] for row in dataset) == sorted(row["ref"] for row in given)
    by_ref = {row["ref"]: row for row in dataset}
    for row in given:
        for month in months:
            given_as = row[month].removesuffix(".0").replace("-", "not available")
            assert by_ref[row["ref"]][month] == given_as, (row["ref"], month)


def test_dataset_has_exactly_its_columns(dataset):
    assert list(dataset[0])[:2] == ["ref", "indicator"]
    assert list(dataset[0])[2:16] == [f"2018-{n:02}" for n in range(5, 13)] + [
        f"2019-{n:02}" for n in range(1, 7)
    ]
    assert list(dataset[0])[16:] == [
        *("change_month", "arrow_month", "change_year", "arrow_year", "average_12m", "max_12m"),
        *("bench_stat_neighbours", "bench_south_east", "bench_england"),
        *("target_2018-19", "target_2019-20"),
    ]


def test_dataset_equals_the_published_columns(dataset):
    """Changes, arrows, averages and maxima, but for the rows that the source made from other figures."""
    by_ref = {row["ref"]: row for row in dataset}
    compared = 0
    for printed in read("dataset_2019-06_published_columns.csv"):
        ref, ours = printed["ref"], by_ref[printed["ref"]]
        expected = {}
        if ref not in OWN_CHANGES:
            expected["change_month"] = printed["pct_change_prev_month"]
            expected["change_year"] = printed["pct_change_same_month_prev_year"]
            expected["arrow_month"] = arrow(printed["arrow_prev_month"])
            expected["arrow_year"] = arrow(printed["arrow_prev_year"])
        assert {name: ours[name] for name in expected} == expected, ref
        if ref not in OWN_AVERAGE:
            assert as_printed(ours["average_12m"], printed["avg_12m"]) == printed["avg_12m"], ref
        assert as_printed(ours["max_12m"], printed["max_12m"]) == printed["max_12m"], ref
        compared += len(expected)
    assert compared > 100


def arrow(printed: str) -> str:
    return "" if printed in ("none", "not_given") else printed


def test_dataset_says_not_applicable_where_nothing_can_be_compared(dataset):
    by_ref = {row["ref"]: row for row in dataset}
    assert by_ref["LAC12 (%)"]["change_month"] == by_ref["EH14b"]["change_year"] == "n/a"
    assert by_ref["LAC12 (%)"]["arrow_month"] == by_ref["EH14b"]["arrow_year"] == ""
    # From a rounded -10% on the arrow points down.
    assert (by_ref["LAC7-QL"]["change_year"], by_ref["LAC7-QL"]["arrow_year"]) == ("-10", "down")


def test_performance_report_equals_the_published_columns(report):
    """Ratings wherever the source kept its colour, and every arrow but the one that it got wrong."""
    by_title = {row["indicator"]: row for row in report}
    for printed in read("performance_report_2023-06_published_columns.csv"):
        ours = by_title[printed["indicator"]]
        if printed["rag_published"] in ("green", "amber", "red"):
            assert ours["rating"] == printed["rag_published"], printed
        elif printed["rag_published"] == "none":
            assert ours["rating"] == "", printed
        if "3+ placements" not in printed["indicator"]:
            assert ours[printed["arrow_column"]] == arrow(printed["arrow_published"]), printed


def test_performance_report_has_exactly_its_columns(report):
    months = [f"2022-{n:02}" for n in range(6, 13)] + [f"2023-{n:02}" for n in range(1, 7)]
    assert list(report[0]) == ["indicator", *months, "target", "rating", "trend", "direction_of_travel"]
    assert len(report) == 50


def test_ceiling_is_a_ceiling_and_fewer_placements_are_better(report):
    by_title = {row["indicator"]: row for row in report}
    agency = by_title["Percentage of CLA placed in IFA placements as at the end of the month"]
    assert (agency["target"], agency["rating"]) == ("36", "green")
    moves = by_title["Percentage of CLA at end of month with 3+ placements during the year"]
    assert (moves["2023-05"], moves["2023-06"]) == ("15", "14")
    assert (moves["trend"], moves["direction_of_travel"]) == ("down", "up")


def test_team_tables_equal_every_published_row(db, tmp_path):
    bring_in(TEAMS, month="2023-07", create_teams=True)
    printed = defaultdict(list)
    for row in read(TEAMS):
        printed[row["table"]].append(
            (row["team"], row["denominator"], row["numerator"], row["pct_published"])
        )

    for code, rows in printed.items():
        ours = exported(tmp_path / "teams.csv", "team-table", "--month", "2023-07", "--indicator", code)
        assert list(ours[0]) == ["team", "denominator", "numerator", "percentage"]
        assert [tuple(row.values()) for row in ours] == rows
        assert ours[-1]["team"] == "Total"


@pytest.mark.parametrize(
    ("name", "month", "file"),
    [("kpi-dataset", "2019-06", DATASET), ("performance-report", "2023-06", REPORT)],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exported_file_comes_in_again_and_changes_nothing(db, tmp_path, capsys, name, month, file, kind):
    bring_in(file)
    path = tmp_path / f"again.{kind}"
    call_command("export_report", name, "--month", month, "--out", str(path), verbosity=0)
    capsys.readouterr()

    call_command("import_kpis", str(path), verbosity=0)

    expected = {DATASET: 835, REPORT: 648}[file]
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"new 0, unchanged {expected}, revised 0, problems 0"
