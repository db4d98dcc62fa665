"""The derived columns that a council printed, row by row; its own errors are explained in decision 13."""

import csv
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from kpi.indicators.models.comparisons import Operator
from kpi.indicators.models.versions import Polarity, Unit
from kpi.measures.changes import dataset_arrow, dataset_average, dataset_change, dataset_maximum
from kpi.measures.directions import direction_of_travel, trend
from kpi.measures.targets import Goal, rating
from kpi.measures.values import Ratio, shown, worked_out
from kpi.packs.figure import MonthFigure
from kpi.packs.rollup import Together

DATA = Path(__file__).parents[1] / "data"
# (ref, column): what the printed months give instead of what was printed.
CHANGED_FROM_FIGURES_NOT_PRINTED = {
    ("EH3b%", "pct_change_prev_month"): "-53",
    ("EH3b%", "pct_change_same_month_prev_year"): "-10",
    ("EH3d%", "pct_change_prev_month"): "-33",
    ("EH3d%", "pct_change_same_month_prev_year"): "80",
    ("CP5-QL", "pct_change_prev_month"): "239",
    ("LAC6 (%)", "pct_change_prev_month"): "-72",
    ("LAC6 (%)", "pct_change_same_month_prev_year"): "20",
    ("NI147", "avg_12m"): "87.6",
}
SLIP = "Percentage of CLA at end of month with 3+ placements during the year"


def rows(name):
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def months(row):
    return [number(value) for name, value in row.items() if name.startswith("20")]


DATASET = {row["ref"]: row for row in rows("dataset_2019-06.csv")}
REPORT = {row["indicator"]: row for row in rows("performance_report_2023-06.csv")}


@pytest.mark.parametrize(
    "printed", rows("dataset_2019-06_published_columns.csv"), ids=lambda printed: printed["ref"]
)
def test_dataset_columns_are_those_printed(printed):
    values = months(DATASET[printed["ref"]])
    on_month = dataset_change(values[-2], values[-1])
    on_year = dataset_change(values[-13], values[-1])
    found = {
        "pct_change_prev_month": "n/a" if on_month is None else str(on_month),
        "arrow_prev_month": dataset_arrow(on_month) or "none",
        "pct_change_same_month_prev_year": "n/a" if on_year is None else str(on_year),
        "arrow_prev_year": dataset_arrow(on_year) or "none",
        "avg_12m": str(shown(dataset_average(values), places(printed["avg_12m"]))),
        "max_12m": str(shown(dataset_maximum(values), places(printed["max_12m"]))),
    }
    wanted = {
        name: CHANGED_FROM_FIGURES_NOT_PRINTED.get((printed["ref"], name), printed[name]) for name in found
    }
    assert found == wanted


def places(text):
    return len(text.partition(".")[2])


def test_arrow_follows_the_rounded_change():
    values = months(DATASET["LAC7-QL"])
    change = dataset_change(values[-13], values[-1])
    assert (change, dataset_arrow(change)) == (-10, "down")


@pytest.mark.parametrize("printed", rows("performance_report_2023-06_published_columns.csv"), ids=str)
def test_report_ratings_and_arrows_are_those_printed(printed):
    row = REPORT[printed["indicator"]]
    before, now = months(row)[-2:]
    if printed["arrow_column"] == "trend":
        assert row["polarity"] == Polarity.NEUTRAL
        assert trend(before, now) == printed["arrow_published"]
        return
    expected = "up" if printed["indicator"] == SLIP else printed["arrow_published"]
    assert (direction_of_travel(before, now, row["polarity"]) or "none") == expected
    if printed["rag_published"] in ("green", "amber", "red", "none"):
        target = number(row["target"])
        operator = Operator.AT_MOST if row["polarity"] == Polarity.LOW_GOOD else Operator.AT_LEAST
        goal = None if target is None else Goal(target, operator)
        assert (rating(now, goal, Unit.PERCENTAGE) or "none") == printed["rag_published"]


@pytest.mark.parametrize("printed", rows("clinic_team_tables_2023-07.csv"), ids=str)
def test_team_percentages_are_those_printed(printed):
    ratio = Ratio(int(printed["numerator"]), int(printed["denominator"]))
    assert str(shown(worked_out(ratio, Unit.PERCENTAGE), 1)) == printed["pct_published"]


@pytest.mark.parametrize(
    "printed", [row for row in rows("clinic_team_tables_2023-07.csv") if row["row_type"] == "total"], ids=str
)
def test_totals_are_ratios_of_sums(printed):
    together = Together.of(
        MonthFigure(numerator=Decimal(row["numerator"]), denominator=Decimal(row["denominator"]))
        for row in rows("clinic_team_tables_2023-07.csv")
        if row["table"] == printed["table"] and row["row_type"] == "team"
    )
    assert (together.numerator_sum, together.denominator_sum) == (
        int(printed["numerator"]),
        int(printed["denominator"]),
    )
