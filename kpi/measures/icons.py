"""What a process-control chart says, in two icons with their words and a sentence or two."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import TextChoices

from kpi.indicators.models.versions import Basis, Polarity
from kpi.measures.process_control import Limits, Point, Rule
from kpi.measures.values import in_words, shown

# With so many places a figure and its limit are told as they come out, even when they read equal.
MOST_PLACES = 6
AUTOCORRELATED = (Basis.MONTH_END, Basis.ROLLING_12, Basis.YEAR_TO_DATE)


class Variation(TextChoices):
    """How the latest point varies."""

    COMMON_CAUSE = "common_cause", "Usual variation"
    IMPROVEMENT_HIGH = "improvement_high", "Improvement: higher than usual"
    IMPROVEMENT_LOW = "improvement_low", "Improvement: lower than usual"
    CONCERN_HIGH = "concern_high", "Concern: higher than usual"
    CONCERN_LOW = "concern_low", "Concern: lower than usual"
    NEUTRAL_HIGH = "neutral_high", "Higher than usual"
    NEUTRAL_LOW = "neutral_low", "Lower than usual"

    @property
    def colour(self) -> str:
        return {"common": "grey", "improvement": "blue", "concern": "orange", "neutral": "purple"}[
            self.value.partition("_")[0]
        ]


class Assurance(TextChoices):
    """Whether the process, as it is, can be relied on to meet its target."""

    PASS = "pass", "Consistently meets the target"
    HIT_OR_MISS = "hit_or_miss", "Hit or miss"
    FAIL = "fail", "Consistently misses the target"


def variation(points: Sequence[Point], polarity: str) -> Variation | None:
    """The icon of the latest point; None without its value, without limits and while they are on trial."""
    latest = points[-1] if points else None
    if latest is None or latest.rule is None or latest.limits.is_trial:
        return None
    if latest.rule == Rule.COMMON_CAUSE:
        return Variation.COMMON_CAUSE
    side = "high" if latest.rule.is_high else "low"
    if polarity == Polarity.NEUTRAL:
        return Variation(f"neutral_{side}")
    is_good = latest.rule.is_high == (polarity == Polarity.HIGH_GOOD)
    return Variation(f"{'improvement' if is_good else 'concern'}_{side}")


def assurance(limits: Limits | None, target: Decimal | None, polarity: str) -> Assurance | None:
    """Where the target lies to the limits; on a limit is hit or miss.

    None without a target, without limits, while they are on trial, and for neutral indicators.
    """
    if limits is None or limits.is_trial or target is None or polarity == Polarity.NEUTRAL:
        return None
    if limits.lower <= target <= limits.upper:
        return Assurance.HIT_OR_MISS
    is_met = (target < limits.lower) == (polarity == Polarity.HIGH_GOOD)
    return Assurance.PASS if is_met else Assurance.FAIL


def autocorrelation_caution(basis: str) -> str:
    """The words beside a series whose months share most of what they count; empty for the others."""
    if basis not in AUTOCORRELATED:
        return ""
    return (
        "Each month repeats much of the month before, so the limits are too close together: "
        "treat figures outside them with caution."
    )


def reading(points: Sequence[Point], polarity: str, target: Decimal | None, unit: str, places: int) -> str:
    """The chart in a sentence or two of plain English."""
    latest = points[-1] if points else None
    if sum(point.value is not None for point in points) == 1:
        return "There is a figure for one month only: a chart needs at least two."
    if latest is None or latest.value is None:
        return "There is no figure for the latest month."
    if latest.limits is None:
        return "There are too few figures to work out limits."
    if latest.limits.is_trial:
        return (
            f"The limits are trial limits, from {latest.limits.points} months. "
            "Nothing can be concluded from them until there are 13."
        )
    icon = variation(points, polarity)
    value_places, level_places = places_shown(latest, places)
    beginning = f"The latest figure, {in_words(latest.value, unit, value_places)}, "
    beginning += _what_it_shows(latest, unit, level_places)
    if icon == Variation.COMMON_CAUSE:
        sentences = [f"{beginning}. Nothing shows that the process has changed."]
    else:
        kind = {"blue": "an improvement", "orange": "a concern", "purple": "a change"}[icon.colour]
        sentences = [f"{beginning}: {kind} that chance alone rarely explains."]
    wanted = (
        "" if target is None else in_words(target, unit, max(places, -target.normalize().as_tuple().exponent))
    )
    match assurance(latest.limits, target, polarity):
        case Assurance.PASS:
            sentences.append(f"If nothing changes, the target of {wanted} will be met every month.")
        case Assurance.FAIL:
            sentences.append(f"If nothing changes, the target of {wanted} will not be met.")
        case Assurance.HIT_OR_MISS:
            sentences.append(f"If nothing changes, the target of {wanted} will be met in some months only.")
    return " ".join(sentences)


def places_shown(point: Point, places: int) -> tuple[int, int]:
    """Decimal places of a point's value and of its mean and limits.

    Those of the indicator and one more; where rounded so the two would contradict what the point shows ("105
    is below the lower limit of 105.0"), as many for both as it takes.
    """
    usual = places, places + 1
    more = ((both, both) for both in range(places + 1, MOST_PLACES + 1))
    return next((one for one in (usual, *more) if _reads_true(point, *one)), usual)


def _reads_true(point: Point, places: int, level_places: int) -> bool:
    """Whether value and limits, rounded, still stand to each other as the point's rule says."""
    if point.rule is None:
        return True
    limits, value = point.limits, shown(point.value, places)
    levels = (limits.lower, limits.mean, limits.upper)
    lower, mean, upper = (shown(level, level_places) for level in levels)
    return {
        Rule.COMMON_CAUSE: lower <= value <= upper,
        Rule.ABOVE: value > upper,
        Rule.BELOW: value < lower,
        Rule.SHIFT_HIGH: value > mean,
        Rule.SHIFT_LOW: value < mean,
    }.get(point.rule, True)


def _what_it_shows(latest: Point, unit: str, places: int) -> str:
    limits = latest.limits
    lower, mean, upper = (in_words(one, unit, places) for one in (limits.lower, limits.mean, limits.upper))
    return {
        Rule.COMMON_CAUSE: f"is within the usual range of {lower} to {upper}",
        Rule.ABOVE: f"is above the upper limit of {upper}",
        Rule.BELOW: f"is below the lower limit of {lower}",
        Rule.RISING: "is part of a run of months that rise one after another",
        Rule.FALLING: "is part of a run of months that fall one after another",
        Rule.NEAR_HIGH: f"is one of two in three months close to the upper limit of {upper}",
        Rule.NEAR_LOW: f"is one of two in three months close to the lower limit of {lower}",
        Rule.SHIFT_HIGH: f"is part of a run of months above the mean of {mean}",
        Rule.SHIFT_LOW: f"is part of a run of months below the mean of {mean}",
    }[latest.rule]
