"""The rules of the process-control chart read a second time, point by point, and held against the first.

Written from the rules alone: a month is asked what it shows, in the order in which the rules go before each
other. The code marks runs over the whole series instead.
"""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.indicators.models.versions import Polarity
from kpi.measures.icons import Variation, variation
from kpi.measures.process_control import Span, control_chart

SEED = 20231130
HIGH = {"above_upl", "trend_high", "two_of_three_high", "shift_high"}


def levels(values):
    """Mean and the four limits as exact fractions; None where no two months in a row have a value."""
    known, moves, before = [], [], None
    for value in values:
        if value is not None:
            known.append(value)
            if before is not None:
                moves.append(abs(value - before))
        before = value
    if not moves:
        return None
    mean, reach = sum(known) / len(known), Fraction(266, 100) * sum(moves) / len(moves)
    return mean, mean - reach, mean - reach * 2 / 3, mean + reach * 2 / 3, mean + reach


def reread(values, run_length=7):
    """What each month shows, by name."""
    values = [None if value is None else Fraction(value) for value in values]
    found = levels(values)
    if found is None:
        return [None for _ in values]
    return [None if values[at] is None else named(values, at, found, run_length) for at in range(len(values))]


def named(values, at, found, run_length):
    mean, lower, _, _, upper = found
    value = values[at]
    if value > upper:
        return "above_upl"
    if value < lower:
        return "below_lpl"
    behind, ahead = course(values, at, -1), course(values, at, +1)
    # A month between two runs is of the one that follows; within one it has the same way on both sides.
    for way in (1, -1):
        if ahead[0] == way and ahead[1] + (behind[1] if behind[0] == way else 0) + 1 >= run_length:
            return "trend_high" if way == 1 else "trend_low"
    if behind[0] and behind[1] + 1 >= run_length:
        return "trend_high" if behind[0] == 1 else "trend_low"
    side = (value > mean) - (value < mean)
    if side and is_near(value, side, found):
        for first in (at - 2, at - 1, at):
            three = values[first : first + 3] if first >= 0 else []
            is_here = len(three) == 3 and all(one is not None and (one - mean) * side > 0 for one in three)
            if is_here and sum(is_near(one, side, found) for one in three) > 1:
                return "two_of_three_high" if side == 1 else "two_of_three_low"
    if side and same_side(values, at, side, mean) >= run_length:
        return "shift_high" if side == 1 else "shift_low"
    return "common_cause"


def is_near(value, side, found):
    _, lower, near_lower, near_upper, upper = found
    return near_upper < value <= upper if side == 1 else lower <= value < near_lower


def course(values, at, step):
    """Which way the months go beside this one, read forward in time, and over how many steps on end."""
    way, steps = 0, 0
    while 0 <= at + step < len(values) and None not in (values[at], values[at + step]):
        moved = (values[at + step] - values[at]) * step
        now = (moved > 0) - (moved < 0)
        if now == 0 or way not in (0, now):
            break
        way, steps, at = now, steps + 1, at + step
    return way, steps


def same_side(values, at, side, mean):
    """How many months on end, this one among them, lie on its side of the mean."""
    months = 1
    for step in (-1, 1):
        place = at + step
        while 0 <= place < len(values) and values[place] is not None and (values[place] - mean) * side > 0:
            months, place = months + 1, place + step
    return months


def named_by_code(values, **options):
    return [point.rule and str(point.rule) for point in control_chart(values, **options)]


def random_series(chance):
    """Noise, walks, slopes, steps and saws, with ties, gaps and outliers, of one month up to five years."""
    length = chance.choice((1, 2, 3, 6, 7, 8, 13, 24, 24, 24, 36, 60))
    kind, level, values = chance.choice(("noise", "walk", "slope", "step", "saw", "ties")), 50.0, []
    for month in range(length):
        noise = chance.gauss(0, 3)
        level += {"walk": noise, "slope": 0.8, "saw": 4 if month // 7 % 2 else -4}.get(kind, 0)
        value = level + (0 if kind in ("walk", "saw") else noise)
        value += (9 if kind == "step" and month > 12 else 0) + chance.choice((0,) * 30 + (25, -25))
        places = 0 if kind == "ties" else chance.choice((0, 1, 1))
        values.append(None if chance.random() < 0.03 else round(Decimal(value), places))
    return values


def test_four_thousand_random_series_are_named_as_the_rules_read_again_name_them():
    chance = random.Random(SEED)
    seen = {}
    for number in range(4_000):
        values = random_series(chance)
        length = chance.choice((7, 7, 6))
        by_rules = reread(values, length)
        assert named_by_code(values, run_length=length) == by_rules, (number, values)
        for name in by_rules:
            seen[name] = seen.get(name, 0) + 1
    # Every rule was met often enough for the comparison to mean something.
    assert min(seen.values()) > 200, seen
    assert len(seen) == 10  # eight rules, usual variation, and no value


@settings(max_examples=1_000, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 12), st.integers(-200, 200)), max_size=40))
def test_any_series_is_named_as_the_rules_read_again_name_it(numbers):
    values = [None if number is None else Decimal(number) / 2 for number in numbers]
    for length in (6, 7):
        assert named_by_code(values, run_length=length) == reread(values, length)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 30).map(Decimal), min_size=26, max_size=40), st.integers(13, 20))
def test_each_stretch_with_limits_of_its_own_is_named_alone(values, start):
    found = named_by_code(values, baselines=[Span(), Span(start)])
    assert found == reread(values[:start]) + reread(values[start:])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 30).map(Decimal), min_size=13, max_size=40), st.sampled_from(Polarity.values))
def test_icon_says_which_way_and_whether_that_is_good(values, polarity):
    name, icon = reread(values)[-1], variation(control_chart(values), polarity)
    if name is None:
        assert icon is None
    elif name == "common_cause":
        assert icon == Variation.COMMON_CAUSE
    else:
        side = "high" if name in HIGH else "low"
        kinds = {"neutral": "neutral"} | {f"{side}_good": "improvement"}
        assert icon == f"{kinds.get(polarity, 'concern')}_{side}"


# Months of no note around ten, and some that swing so widely that no month lies near a limit.
QUIET = [10, 12, 9, 11, 8, 11, 9, 12, 10, 8, 11, 9]
WILD = [0, 26, 1, 25] * 4


@pytest.mark.parametrize(
    ("values", "at", "name"),
    [
        # Far outside and near: two that are beyond a near limit, and only one of them near.
        ([*QUIET, 40, 23, 12, *QUIET], 13, "common_cause"),
        ([*QUIET, 23, 40, 23, *QUIET], 12, "two_of_three_high"),
        ([*QUIET, 23, 40, 23, *QUIET], 13, "above_upl"),
        ([*QUIET, -20, -3, 8, *QUIET], 13, "common_cause"),
        # A valley is named by the rise that follows it, a peak by the fall.
        ([*WILD, 16, 15, 14, 13, 12, 11, 10, 11, 12, 13, 14, 15, 16], 22, "trend_high"),
        ([*WILD, 16, 15, 14, 13, 12, 11, 10, 11, 12, 13, 14, 15, 16], 21, "trend_low"),
        ([*WILD, 10, 11, 12, 13, 14, 15, 16, 15, 14, 13, 12, 11, 10], 22, "trend_low"),
        # A rise that is no run does not take the valley.
        ([*WILD, 16, 15, 14, 13, 12, 11, 10, 11, 12, 13, 10, 12, 15], 22, "trend_low"),
    ],
)
def test_examples_of_the_rules(values, at, name):
    decimals = [Decimal(value) for value in values]
    assert (named_by_code(decimals)[at], reread(decimals)[at]) == (name, name)
