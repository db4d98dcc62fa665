"""How a figure changed: in this product's words, and by the rule that the monthly dataset prints."""

from collections.abc import Sequence
from decimal import Decimal

from kpi.indicators.models.versions import Unit
from kpi.measures.directions import Trend
from kpi.measures.values import MONTHS_IN_YEAR, in_words, shown

# A relative change of fewer than this many says more than it should: 1 to 2 is "+100%".
LEAST_BASE = 20
ARROW_FROM = 10
NOT_APPLICABLE = "n/a"


def change_in_words(before: Decimal | None, now: Decimal | None, unit: str, places: int = 0) -> str:
    """Percentages change by percentage points; all else by whole % of the earlier value, which is the base.

    With a base under 20 both displayed values are given instead: "1 to 9". "n/a" where one is missing.
    """
    if before is None or now is None:
        return NOT_APPLICABLE
    if before == now:
        return "no change"
    if unit == Unit.PERCENTAGE:
        # At least one place: 86.4 and 86.6 read 86 and 87.
        points = shown(now - before, max(places, 1))
        return f"{points:+f} percentage point{'' if abs(points) == 1 else 's'}"
    if unit == Unit.YES_NO or before < LEAST_BASE:
        return f"{in_words(before, unit, places)} to {in_words(now, unit, places)}"
    return f"{dataset_change(before, now):+,d}%"


def dataset_change(before: Decimal | None, now: Decimal | None) -> int | None:
    """100 x (now - before) / before for every unit, whole, half away from 0.

    None ("n/a") where either is missing or the base is 0. Source: the dataset as councils print it.
    """
    if before is None or now is None or not before:
        return None
    return int(shown(100 * (now - before) / before))


def dataset_arrow(change: int | None) -> Trend | None:
    """Up from a rounded 10% on, down from -10% on, between them similar; None for n/a."""
    if change is None:
        return None
    if abs(change) < ARROW_FROM:
        return Trend.SIMILAR
    return Trend.UP if change > 0 else Trend.DOWN


def dataset_average(values: Sequence[Decimal | None]) -> Decimal | None:
    """The simple mean of the last 12 months, oldest first, blanks dropped; not rounded."""
    known = _known(values)
    return sum(known, Decimal(0)) / len(known) if known else None


def dataset_maximum(values: Sequence[Decimal | None]) -> Decimal | None:
    """The highest of the last 12 months, oldest first, blanks dropped."""
    return max(_known(values), default=None)


def _known(values: Sequence[Decimal | None]) -> list[Decimal]:
    return [value for value in values[-MONTHS_IN_YEAR:] if value is not None]
