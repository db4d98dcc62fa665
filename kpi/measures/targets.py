"""A figure against its target: rating, gap, and how many children lie between them."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.db.models import TextChoices

from kpi.indicators.models.comparisons import MarginUnit, Operator
from kpi.indicators.models.versions import Unit
from kpi.measures.values import FACTORS, Ratio

DEFAULT_MARGIN = Decimal(5)


class Rating(TextChoices):
    """The colour, never shown without its word."""

    GREEN = "green", "Green: on target"
    AMBER = "amber", "Amber: close to target"
    RED = "red", "Red: off target"


@dataclass(frozen=True)
class Goal:
    """What is to be reached, in the indicator's unit. A row of `Target` has the same names and serves too.

    The value is None while the target is to be confirmed. Without a margin the unit's default holds.
    """

    value: Decimal | None
    operator: str = Operator.AT_LEAST
    upper_value: Decimal | None = None
    margin: Decimal | None = None
    margin_unit: str = MarginUnit.POINTS


def gap(value: Decimal | None, goal: Goal | None) -> Decimal | None:
    """How far the value is beyond its target (0 or more) or short of it (below 0), in the indicator's unit.

    Of a range the nearer end counts. None without a value or a confirmed target.
    """
    if value is None or goal is None or goal.value is None:
        return None
    if goal.operator == Operator.AT_LEAST:
        return value - goal.value
    if goal.operator == Operator.AT_MOST:
        return goal.value - value
    return min(value - goal.value, goal.upper_value - value)


def rating(value: Decimal | None, goal: Goal | None, unit: str) -> Rating | None:
    """Green at or beyond the target, amber up to and including the margin short of it, red further.

    In: the value unrounded, so that a rating agrees with `children_needed`. The margin is 5 points, for rates
    5% of the target, unless the goal has its own. No value or no confirmed target, no rating.
    """
    beyond = gap(value, goal)
    if beyond is None:
        return None
    if beyond >= 0:
        return Rating.GREEN
    return Rating.AMBER if -beyond <= _margin(value, goal, unit) else Rating.RED


def _margin(value: Decimal, goal: Goal, unit: str) -> Decimal:
    margin, margin_unit = goal.margin, goal.margin_unit
    if margin is None:
        margin = DEFAULT_MARGIN
        margin_unit = MarginUnit.PERCENT if unit == Unit.RATE else MarginUnit.POINTS
    if margin_unit == MarginUnit.POINTS:
        return margin
    is_above = goal.operator == Operator.BETWEEN and value > goal.value
    return abs(goal.upper_value if is_above else goal.value) * margin / 100


def children_needed(ratio: Ratio | None, goal: Goal | None, unit: str) -> int | None:
    """How many more must be in the numerator to reach the target, or fewer where the answer is below 0.

    At least: ceil(target x denominator) - numerator; at most: floor(target x denominator) - numerator; 0 when
    the target is reached, or when whole children cannot come nearer to a narrow range. None without a ratio,
    its denominator or a confirmed target, and for units that are no ratio.
    """
    if ratio is None or not ratio.denominator or goal is None or goal.value is None or unit not in FACTORS:
        return None
    low, high = None, None
    if goal.operator != Operator.AT_MOST:
        low = _children(goal.value, ratio, unit, ROUND_CEILING) - int(ratio.numerator)
    if goal.operator != Operator.AT_LEAST:
        highest = goal.value if goal.operator == Operator.AT_MOST else goal.upper_value
        high = _children(highest, ratio, unit, ROUND_FLOOR) - int(ratio.numerator)
    if low is not None and high is not None and low > high:
        low, high = high, low  # no whole child lies in the range: these two lie next to it
    if high is not None and high < 0:
        return high
    return max(low or 0, 0)


def _children(target: Decimal, ratio: Ratio, unit: str, rounding: str) -> int:
    return int((target * ratio.denominator / FACTORS[unit]).to_integral_value(rounding))
