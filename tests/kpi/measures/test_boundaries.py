"""Where measures turn: what no other test saw when one sign of the code was changed."""

from decimal import Decimal as D

import pytest

from kpi.indicators.models.comparisons import MarginUnit, Operator
from kpi.indicators.models.versions import Polarity, Unit
from kpi.measures.changes import change_in_words, dataset_change
from kpi.measures.directions import direction_of_travel, trend
from kpi.measures.funnel import Flag, curve, flag, tails
from kpi.measures.icons import Variation, places_shown, reading, variation
from kpi.measures.process_control import Limits, Point, Rule, Span, control_chart, control_limits
from kpi.measures.targets import Goal, children_needed, rating
from kpi.measures.values import Ratio, displayed, worked_out

# Mean 10, limits 7.34 and 12.66.
LIMITS = Limits(D(10), D(1), 24)
# Fourteen months around 0 that move by 3: limits at 7.98, near ones at 5.32, and no rule of their own.
STEADY = [D("1.5"), D("-1.5")] * 7


@pytest.mark.parametrize(
    ("value", "colour"), [("22", "amber"), ("22.1", "red"), ("9", "amber"), ("8.9", "red")]
)
def test_margin_in_percent_is_of_the_nearer_end_of_a_range(value, colour):
    goal = Goal(D(10), Operator.BETWEEN, D(20), margin=D(10), margin_unit=MarginUnit.PERCENT)
    assert rating(D(value), goal, Unit.DAYS) == colour


def test_children_are_needed_only_for_a_confirmed_target_of_a_ratio():
    assert children_needed(Ratio(1, 2), None, Unit.PERCENTAGE) is None
    assert children_needed(Ratio(1, 2), Goal(None), Unit.PERCENTAGE) is None
    assert children_needed(Ratio(1, 2), Goal(D(95)), Unit.DAYS) is None


def test_part_of_a_child_counts_against_the_council():
    assert children_needed(Ratio(0, 5), Goal(D(81)), Unit.PERCENTAGE) == 5  # 4.05
    assert children_needed(Ratio(5, 5), Goal(D(36), Operator.AT_MOST), Unit.PERCENTAGE) == -4  # 1.8


def test_value_of_a_unit_that_is_no_share_is_the_plain_quotient():
    assert worked_out(Ratio(6, 4), Unit.DAYS) == D("1.5")
    assert displayed(D("1.25"), Unit.DAYS) == 1


@pytest.mark.parametrize(
    ("before", "now", "unit", "words"),
    [
        ("86", "87", Unit.PERCENTAGE, "+1.0 percentage point"),
        ("87", "86", Unit.PERCENTAGE, "-1.0 percentage point"),
        ("85", "87", Unit.PERCENTAGE, "+2.0 percentage points"),
        ("1.5", "9", Unit.DAYS, "1.5 to 9.0"),
        ("1", "9.5", Unit.DAYS, "1.0 to 9.5"),
    ],
)
def test_change_is_said_in_the_places_of_its_indicator(before, now, unit, words):
    assert change_in_words(D(before), D(now), unit, 1) == words


def test_change_needs_both_months():
    assert dataset_change(None, D(1)) is dataset_change(D(1), None) is None


def test_arrows_compare_in_the_places_of_their_indicator():
    assert trend(D("86.4"), D("86.3"), 1) == "down"
    assert direction_of_travel(D("86.4"), D("86.3"), Polarity.HIGH_GOOD, 1) == "down"
    assert direction_of_travel(D("86.4"), D("86.3"), Polarity.HIGH_GOOD) == "similar"


def test_funnel_and_its_chances_are_refused_where_there_are_none():
    assert curve(0.5, 1).high_95 == 100
    with pytest.raises(ValueError, match="no width at 0"):
        curve(0.5, 0)
    for numerator, denominator, p in ((5, 4, 0.5), (-1, 4, 0.5), (1, 4, 1.5), (1, 4, -0.5)):
        with pytest.raises(ValueError, match="between 0 and its denominator"):
            tails(numerator, denominator, p)


def test_chance_is_never_more_than_certain():
    assert max(tails(n, n, p)[0] for n in range(10, 300) for p in (0.1, 0.3, 0.7)) == 1
    assert max(tails(0, n, p)[1] for n in range(10, 300) for p in (0.1, 0.3, 0.7)) == 1


def test_team_is_flagged_high_at_95_before_99_8():
    assert 0.001 < tails(60, 100, 0.5)[1] < 0.03
    assert flag(61, 100, 0.5) == Flag.HIGH_95
    assert flag(66, 100, 0.5) == Flag.HIGH_998


def test_ranges_are_screened_only_where_that_is_asked():
    values = [*map(D, [10, 11] * 6), D(40)]
    screened = control_limits(values, is_screened=True)
    assert control_limits(values).average_range > screened.average_range == 1
    # No range is above 3.267 x 0, so none is left out.
    assert control_limits([D(5)] * 3, is_screened=True) == Limits(D(5), D(0), 3)


@pytest.mark.parametrize(
    ("months", "rule"),
    [
        (["6", "1", "6"], Rule.NEAR_HIGH),
        (["7.98", "1", "6"], Rule.NEAR_HIGH),  # on the limit is near it, and not beyond
        (["5.32", "1", "6"], Rule.COMMON_CAUSE),  # on the near limit is not near
        (["6", "0", "6"], Rule.COMMON_CAUSE),  # the mean is on neither side
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_two_of_three_turn_at_the_limits_and_the_mean(months, rule, side):
    point = control_chart([*STEADY, *(side * D(month) for month in months)], [Span(0, 14)])[-1]
    assert (point.limits.mean, point.limits.average_range) == (0, 3)
    assert point.rule == (Rule.NEAR_LOW if rule == Rule.NEAR_HIGH and side < 0 else rule)


def latest(value, rule):
    return [Point(D(10), LIMITS, Rule.COMMON_CAUSE), Point(D(value), LIMITS, rule)]


def test_icon_is_of_the_latest_month_or_there_is_none():
    assert variation([], Polarity.HIGH_GOOD) is None
    assert variation([*latest("13", Rule.ABOVE), Point(None, LIMITS, None)], Polarity.HIGH_GOOD) is None
    assert variation([Point(D(1), None, None)], Polarity.HIGH_GOOD) is None
    assert variation(latest("13", Rule.ABOVE), Polarity.NEUTRAL) == Variation.NEUTRAL_HIGH
    assert variation(latest("7", Rule.BELOW), Polarity.NEUTRAL) == Variation.NEUTRAL_LOW


@pytest.mark.parametrize(
    ("rule", "value", "is_high", "shows"),
    [
        (Rule.ABOVE, "13", True, "is above the upper limit of 12.7"),
        (Rule.BELOW, "7", False, "is below the lower limit of 7.3"),
        (Rule.RISING, "11", True, "is part of a run of months that rise one after another"),
        (Rule.FALLING, "9", False, "is part of a run of months that fall one after another"),
    ],
)
@pytest.mark.parametrize(
    ("polarity", "kinds"),
    [
        (Polarity.HIGH_GOOD, ("a concern", "an improvement")),
        (Polarity.LOW_GOOD, ("an improvement", "a concern")),
        (Polarity.NEUTRAL, ("a change", "a change")),
    ],
)
def test_what_is_unusual_is_said_with_whether_it_is_good(rule, value, is_high, shows, polarity, kinds):
    assert reading(latest(value, rule), polarity, None, Unit.DAYS, 0) == (
        f"The latest figure, {value}, {shows}: {kinds[is_high]} that chance alone rarely explains."
    )


@pytest.mark.parametrize(
    ("target", "places", "polarity", "end"),
    [
        ("7", 0, Polarity.HIGH_GOOD, "the target of 7 will be met every month."),
        ("7", 0, Polarity.LOW_GOOD, "the target of 7 will not be met."),
        ("7.25", 0, Polarity.HIGH_GOOD, "the target of 7.25 will be met every month."),
        ("7", 1, Polarity.HIGH_GOOD, "the target of 7.0 will be met every month."),
        ("13", 0, Polarity.HIGH_GOOD, "the target of 13 will not be met."),
        ("10", 0, Polarity.HIGH_GOOD, "the target of 10 will be met in some months only."),
    ],
)
def test_target_is_said_as_it_was_set(target, places, polarity, end):
    said = reading(latest("10", Rule.COMMON_CAUSE), polarity, D(target), Unit.DAYS, places)
    assert said.endswith(f"Nothing shows that the process has changed. If nothing changes, {end}")


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "There is no figure for the latest month."),
        (
            [*latest("9", Rule.COMMON_CAUSE), Point(None, LIMITS, None)],
            "There is no figure for the latest month.",
        ),
        ([Point(D(1), None, None)] * 2, "There are too few figures to work out limits."),
    ],
)
def test_chart_that_cannot_be_read_says_why(points, said):
    assert reading(points, Polarity.HIGH_GOOD, None, Unit.DAYS, 0) == said


@pytest.mark.parametrize(
    ("rule", "value", "places", "told"),
    [
        (Rule.ABOVE, "12.7", 1, (1, 2)),
        (Rule.ABOVE, "12.664", 2, (3, 3)),
        (Rule.BELOW, "7.336", 2, (3, 3)),
        (Rule.SHIFT_HIGH, "10.004", 1, (3, 3)),
        (Rule.SHIFT_LOW, "9.996", 1, (3, 3)),
        (Rule.COMMON_CAUSE, "7.34", 1, (2, 2)),
        (Rule.RISING, "10", 1, (1, 2)),
    ],
)
def test_value_and_limit_are_told_apart_in_as_many_places_as_it_takes(rule, value, places, told):
    assert places_shown(Point(D(value), LIMITS, rule), places) == told
