"""Process-control charts of single values (XmR), with the rules of NHS England's "Making Data Count"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.db.models import TextChoices

REACH = Decimal("2.66")
# A moving range beyond this many times the average is itself an outlier (the range chart's upper limit).
SCREEN = Decimal("3.267")
RUN_LENGTH = 7
FEWEST_POINTS = 13

Values = Sequence[Decimal | None]


class Rule(TextChoices):
    """What a point shows, in order of precedence after the first."""

    COMMON_CAUSE = "common_cause", "Common cause"
    ABOVE = "above_upl", "Above the upper limit"
    BELOW = "below_lpl", "Below the lower limit"
    RISING = "trend_high", "Part of a run that rises"
    FALLING = "trend_low", "Part of a run that falls"
    NEAR_HIGH = "two_of_three_high", "Two of three near the upper limit"
    NEAR_LOW = "two_of_three_low", "Two of three near the lower limit"
    SHIFT_HIGH = "shift_high", "Part of a run above the mean"
    SHIFT_LOW = "shift_low", "Part of a run below the mean"

    @property
    def is_high(self) -> bool:
        return self in (Rule.ABOVE, Rule.RISING, Rule.NEAR_HIGH, Rule.SHIFT_HIGH)


@dataclass(frozen=True)
class Limits:
    """Mean and limits in the indicator's unit, not clipped. `points`: months of the baseline with a value."""

    mean: Decimal
    average_range: Decimal
    points: int

    @property
    def lower(self) -> Decimal:
        return self.mean - REACH * self.average_range

    @property
    def upper(self) -> Decimal:
        return self.mean + REACH * self.average_range

    @property
    def near_lower(self) -> Decimal:
        return self.mean - REACH * self.average_range * 2 / 3

    @property
    def near_upper(self) -> Decimal:
        return self.mean + REACH * self.average_range * 2 / 3

    @property
    def is_trial(self) -> bool:
        """Too few points to judge by: the limits are shown as trial limits, without icons."""
        return self.points < FEWEST_POINTS


@dataclass(frozen=True)
class Span:
    """Where limits begin to hold, and from how many months they come; None: from all that follow."""

    start: int = 0
    length: int | None = None


@dataclass(frozen=True)
class Point:
    """A month. Without a value it has no rule; without two values in a row its baseline gives no limits."""

    value: Decimal | None
    limits: Limits | None
    rule: Rule | None

    @property
    def signal(self) -> Rule | None:
        """What the chart marks the month with; None for usual variation and while limits are on trial."""
        is_usual = self.rule in (None, Rule.COMMON_CAUSE) or self.limits.is_trial
        return None if is_usual else self.rule


def control_limits(values: Values, is_screened: bool = False) -> Limits | None:
    """mean ± 2.66 x the average of |y_i - y_(i-1)|; None without two values in a row.

    A missing month (None) breaks the chain of moving ranges. Screened leaves out, once, the ranges above
    3.267 x their average. Source: Shewhart's charts for individuals; Wheeler, Understanding Variation.
    """
    known = [value for value in values if value is not None]
    ranges = [abs(now - before) for before, now in pairwise(values) if None not in (before, now)]
    if not ranges:
        return None
    average = sum(ranges) / Decimal(len(ranges))
    if is_screened:
        usual = [one for one in ranges if one <= SCREEN * average]
        average = sum(usual) / Decimal(len(usual))
    return Limits(sum(known) / Decimal(len(known)), average, len(known))


def control_chart(
    values: Values,
    baselines: Sequence[Span] = (Span(),),
    run_length: int = RUN_LENGTH,
    is_screened: bool = False,
) -> list[Point]:
    """Judge each month, oldest first, by the limits of its baseline.

    The first baseline also judges what comes before it; each later one is a point of recalculation, and a run
    does not cross it. Raises ValueError for a run length other than 6 or 7, or baselines out of order.
    """
    starts = [baseline.start for baseline in baselines]
    if run_length not in (6, 7):
        raise ValueError("A run is 6 or 7 points long.")
    if not starts or starts[0] < 0 or any(later <= earlier for earlier, later in pairwise(starts)):
        raise ValueError("Baselines are given in order, and there is at least one.")
    points: list[Point] = []
    ends = [*starts[1:], len(values)]
    for baseline, end in zip(baselines, ends, strict=True):
        length = end if baseline.length is None else baseline.length
        limits = control_limits(values[baseline.start : min(baseline.start + length, end)], is_screened)
        part = values[len(points) : end]
        rules = _rules(part, limits, run_length) if limits else [None] * len(part)
        points += [Point(value, limits, rule) for value, rule in zip(part, rules, strict=True)]
    return points


def _rules(values: Values, limits: Limits, run_length: int) -> list[Rule | None]:
    """The rule of each month; what is marked later takes precedence. All comparisons are strict."""
    rules = [None if value is None else Rule.COMMON_CAUSE for value in values]
    shifts = {
        Rule.SHIFT_HIGH: lambda run: min(run) > limits.mean,
        Rule.SHIFT_LOW: lambda run: max(run) < limits.mean,
    }
    trends = {
        Rule.RISING: lambda run: all(before < now for before, now in pairwise(run)),
        Rule.FALLING: lambda run: all(before > now for before, now in pairwise(run)),
    }
    _mark_runs(rules, values, run_length, shifts)
    _mark_two_of_three(rules, values, limits)
    _mark_runs(rules, values, run_length, trends)
    for index, value in enumerate(values):
        if value is not None and value > limits.upper:
            rules[index] = Rule.ABOVE
        elif value is not None and value < limits.lower:
            rules[index] = Rule.BELOW
    return rules


def _mark_runs(rules: list, values: Values, length: int, kinds: dict[Rule, Callable[[Values], bool]]) -> None:
    """Mark every month of every run; a missing month breaks it.

    Where one run meets another the later names the month that they share.
    """
    for start in range(len(values) - length + 1):
        run = values[start : start + length]
        if None in run:
            continue
        for rule, holds in kinds.items():
            if holds(run):
                rules[start : start + length] = [rule] * length


def _mark_two_of_three(rules: list, values: Values, limits: Limits) -> None:
    """Mark the near ones where two of three in a row are near a limit, all three on that side of the mean.

    Near: beyond the near limit, and not beyond the limit itself.
    """
    for start in range(len(values) - 2):
        three = values[start : start + 3]
        if None in three:
            continue
        if min(three) > limits.mean:
            near, rule = [limits.near_upper < value <= limits.upper for value in three], Rule.NEAR_HIGH
        elif max(three) < limits.mean:
            near, rule = [limits.lower <= value < limits.near_lower for value in three], Rule.NEAR_LOW
        else:
            continue
        if sum(near) >= 2:
            for index, is_near in enumerate(near, start):
                rules[index] = rule if is_near else rules[index]
