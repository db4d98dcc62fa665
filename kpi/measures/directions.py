"""Two arrows, each with its word: where the value moved, and whether that is better or worse."""

from decimal import Decimal

from django.db.models import TextChoices

from kpi.indicators.models.versions import Polarity
from kpi.measures.values import shown


class Trend(TextChoices):
    """The movement of the value."""

    UP = "up", "Up"
    SIMILAR = "similar", "Similar"
    DOWN = "down", "Down"


class Direction(TextChoices):
    """The movement of performance, called direction of travel."""

    UP = "up", "Better"
    SIMILAR = "similar", "Similar"
    DOWN = "down", "Worse"


def trend(before: Decimal | None, now: Decimal | None, places: int = 0) -> Trend | None:
    """Compare the two as displayed; equal is similar, None where one is missing."""
    if before is None or now is None:
        return None
    moved = shown(now, places) - shown(before, places)
    if not moved:
        return Trend.SIMILAR
    return Trend.UP if moved > 0 else Trend.DOWN


def direction_of_travel(
    before: Decimal | None, now: Decimal | None, polarity: str, places: int = 0
) -> Direction | None:
    """The trend read by what is good. A neutral indicator has none."""
    moved = trend(before, now, places)
    if moved is None or polarity == Polarity.NEUTRAL:
        return None
    if moved == Trend.SIMILAR:
        return Direction.SIMILAR
    return Direction.UP if (moved == Trend.UP) == (polarity == Polarity.HIGH_GOOD) else Direction.DOWN
