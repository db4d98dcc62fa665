from datetime import date
from decimal import Decimal

import pytest

from kpi.indicators.models.comparisons import MarginUnit, Operator
from kpi.indicators.models.versions import Polarity, Unit
from kpi.measures.changes import (
    change_in_words,
    dataset_arrow,
    dataset_average,
    dataset_change,
    dataset_maximum,
)
from kpi.measures.directions import direction_of_travel, trend
from kpi.measures.targets import Goal, children_needed, gap, rating
from kpi.measures.values import (
    Ratio,
    displayed,
    in_words,
    rolling_12,
    shown,
    worked_out,
    year_to_date,
)

D = Decimal
AT_MOST = Operator.AT_MOST


def test_value_is_rounded_once_half_up():
    assert shown(worked_out(Ratio(1, 8), Unit.PERCENTAGE)) == 13
    assert shown(D("86.7549"), 1) == D("86.8")
    assert [str(shown(D(text))) for text in ("-0.5", "-0.4", "0.5")] == ["-1", "0", "1"]
    assert shown(None) is None


def test_rate_is_for_ten_thousand_people():
    assert shown(worked_out(Ratio(518, 49_310), Unit.RATE)) == 105
    assert worked_out(Ratio(0, 0), Unit.PERCENTAGE) is None
    assert worked_out(None, Unit.PERCENTAGE) is None


@pytest.mark.parametrize(
    ("value", "unit", "places", "words"),
    [
        (D(1448), Unit.NUMBER, 0, "1,448"),
        (D("86.75"), Unit.PERCENTAGE, 1, "86.8%"),
        (D("-1200"), Unit.MONEY, 0, "-£1,200"),
        (D(1), Unit.YES_NO, 0, "Yes"),
        (D(0), Unit.YES_NO, 0, "No"),
        (None, Unit.NUMBER, 0, ""),
    ],
)
def test_values_are_said_with_their_unit(value, unit, places, words):
    assert in_words(value, unit, places) == words


@pytest.mark.parametrize(
    ("value", "unit", "places", "words"),
    [
        ("0.0004", Unit.PERCENTAGE, 3, "0.0004%"),
        ("0.00046", Unit.PERCENTAGE, 3, "0.0005%"),
        ("0.04", Unit.PERCENTAGE, 1, "0.04%"),
        ("0.3", Unit.PERCENTAGE, 0, "0.3%"),
        ("0.05", Unit.PERCENTAGE, 1, "0.1%"),
        ("0.04", Unit.RATE, 0, "0.04"),
        ("0", Unit.PERCENTAGE, 3, "0.000%"),
        ("0.3", Unit.NUMBER, 0, "0"),
    ],
)
def test_a_small_percentage_never_reads_nought(value, unit, places, words):
    assert in_words(D(value), unit, places) == words
    assert displayed(D(value), unit, places) == D(words.rstrip("%"))


def test_year_to_date_begins_in_april_and_needs_every_month():
    values = [D(n) for n in range(1, 13)]
    assert year_to_date(values, date(2026, 6, 1)) == 10 + 11 + 12
    assert year_to_date(values, date(2026, 4, 1)) == 12
    assert year_to_date(values, date(2026, 3, 1)) == rolling_12(values) == 78
    assert rolling_12([*values[:5], None, *values[6:]]) is None
    assert rolling_12(values[1:]) is None


@pytest.mark.parametrize(
    ("before", "now", "unit", "words"),
    [
        ("86", "68", Unit.PERCENTAGE, "-18.0 percentage points"),
        ("86.4", "86.6", Unit.PERCENTAGE, "+0.2 percentage points"),
        ("20", "25", Unit.NUMBER, "+25%"),
        ("19", "25", Unit.NUMBER, "19 to 25"),
        ("1", "9", Unit.NUMBER, "1 to 9"),
        ("58", "64", Unit.RATE, "+10%"),
        ("0", "4", Unit.NUMBER, "0 to 4"),
        ("5", "5", Unit.NUMBER, "no change"),
        ("1", "0", Unit.YES_NO, "Yes to No"),
    ],
)
def test_changes_are_said_by_unit_and_base(before, now, unit, words):
    assert change_in_words(D(before), D(now), unit) == words
    assert change_in_words(None, D(now), unit) == "n/a"


@pytest.mark.parametrize(
    ("before", "now", "change", "arrow"),
    [
        ("200", "219", 10, "up"),
        ("200", "218.9", 9, "similar"),
        ("200", "181", -10, "down"),
        ("200", "181.2", -9, "similar"),
        ("0", "5", None, None),
    ],
)
def test_dataset_rounds_half_away_from_zero_before_its_arrow(before, now, change, arrow):
    found = dataset_change(D(before), D(now))
    assert (found, dataset_arrow(found)) == (change, arrow)


def test_dataset_average_drops_blanks_and_all_before_twelve_months():
    values = [D(1000), D(1), None, *[D(4)] * 10]
    assert dataset_average(values) == D(41) / 11
    assert dataset_maximum(values) == 4
    assert dataset_average([None]) is dataset_maximum([None]) is None


def test_arrows_compare_what_is_displayed():
    assert trend(D("86.4"), D("86.45"), 1) == "up"
    assert trend(D("86.1"), D("86.4")) == "similar"
    assert trend(None, D(1)) is None
    fell = (D(34), D(33))
    assert direction_of_travel(*fell, Polarity.LOW_GOOD).label == "Better"
    assert direction_of_travel(*fell, Polarity.HIGH_GOOD).label == "Worse"
    assert direction_of_travel(*fell, Polarity.NEUTRAL) is None


@pytest.mark.parametrize(
    ("value", "goal", "unit", "colour"),
    [
        ("95", Goal(D(95)), Unit.PERCENTAGE, "green"),
        ("90", Goal(D(95)), Unit.PERCENTAGE, "amber"),
        ("89.99", Goal(D(95)), Unit.PERCENTAGE, "red"),
        ("36", Goal(D(36), AT_MOST), Unit.PERCENTAGE, "green"),
        ("41", Goal(D(36), AT_MOST), Unit.PERCENTAGE, "amber"),
        ("41.1", Goal(D(36), AT_MOST), Unit.PERCENTAGE, "red"),
        ("63", Goal(D(60), AT_MOST), Unit.RATE, "amber"),
        ("63.1", Goal(D(60), AT_MOST), Unit.RATE, "red"),
        ("94", Goal(D(95), margin=D(1)), Unit.PERCENTAGE, "amber"),
        ("90", Goal(D(100), margin=D(10), margin_unit=MarginUnit.PERCENT), Unit.NUMBER, "amber"),
        ("15", Goal(D(10), Operator.BETWEEN, D(20)), Unit.DAYS, "green"),
        ("25", Goal(D(10), Operator.BETWEEN, D(20)), Unit.DAYS, "amber"),
        ("4.9", Goal(D(10), Operator.BETWEEN, D(20)), Unit.DAYS, "red"),
    ],
)
def test_rating_turns_at_the_target_and_at_the_margin(value, goal, unit, colour):
    assert rating(D(value), goal, unit) == colour


def test_without_a_value_or_a_confirmed_target_there_is_no_rating():
    assert rating(D(90), None, Unit.PERCENTAGE) is rating(None, Goal(D(95)), Unit.PERCENTAGE) is None
    assert rating(D(90), Goal(None), Unit.PERCENTAGE) is None
    assert gap(D(90), Goal(D(95))) == -5


@pytest.mark.parametrize(("numerator", "needed"), [(40, 10), (49, 1), (50, 0), (51, 0), (52, -1), (60, -9)])
def test_a_range_that_no_whole_child_can_reach_is_come_near_to_and_no_nearer(numerator, needed):
    """50.2 to 50.3% of 100: 50 and 51 lie next to it, and from one to the other is no gain."""
    goal = Goal(D("50.2"), Operator.BETWEEN, D("50.3"))
    assert children_needed(Ratio(numerator, 100), goal, Unit.PERCENTAGE) == needed


def test_children_needed_are_whole_children():
    assert children_needed(Ratio(262, 302), Goal(D(95)), Unit.PERCENTAGE) == 25
    assert children_needed(Ratio(287, 302), Goal(D(95)), Unit.PERCENTAGE) == 0
    assert children_needed(Ratio(103, 302), Goal(D(24), AT_MOST), Unit.PERCENTAGE) == -31
    assert children_needed(Ratio(1, 302), Goal(D(24), AT_MOST), Unit.PERCENTAGE) == 0
    between = Goal(D(20), Operator.BETWEEN, D(30))
    found = [children_needed(Ratio(n, 100), between, Unit.PERCENTAGE) for n in (15, 25, 40)]
    assert found == [5, 0, -10]
    assert children_needed(Ratio(1, 0), Goal(D(24)), Unit.PERCENTAGE) is None
