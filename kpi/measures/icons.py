"""What a process-control chart says, in two icons with their words and a sentence or two."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import TextChoices

from kpi.indicators.models import Basis, Polarity
from kpi.measures.process_control import Limits, Point, Rule
from kpi.measures.values import in_words

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
        "Each month holds much of the month before, so the limits are drawn too close together: "
        "read what lies outside them with caution."
    )


def reading(points: Sequence[Point], polarity: str, target: Decimal | None, unit: str, places: int) -> str:
    """The chart in a sentence or two of plain English."""
    latest = points[-1] if points else None
    if latest is None or latest.value is None:
        return "There is no figure for the latest month."
    if latest.limits is None:
        return "There are too few figures to work out limits."
    if latest.limits.is_trial:
        return (
            f"The limits are trial limits, from {latest.limits.points} months. "
            "Nothing can be read from them before there are 13."
        )
    icon = variation(points, polarity)
    said = f"The latest figure, {in_words(latest.value, unit, places)}, {_what_it_shows(latest, unit)}"
    if icon == Variation.COMMON_CAUSE:
        sentences = [f"{said}. Nothing shows that the process has changed."]
    else:
        kind = {"blue": "an improvement", "orange": "a concern", "purple": "a change"}[icon.colour]
        sentences = [f"{said}: {kind} that chance alone seldom explains."]
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


def _what_it_shows(latest: Point, unit: str) -> str:
    limits = latest.limits
    lower, upper = in_words(limits.lower, unit, 1), in_words(limits.upper, unit, 1)
    return {
        Rule.COMMON_CAUSE: f"is within the usual range of {lower} to {upper}",
        Rule.ABOVE: f"is above the upper limit of {upper}",
        Rule.BELOW: f"is below the lower limit of {lower}",
        Rule.RISING: "is part of a run of months that rise one after the other",
        Rule.FALLING: "is part of a run of months that fall one after the other",
        Rule.FAR_HIGH: f"is one of two in three months close to the upper limit of {upper}",
        Rule.FAR_LOW: f"is one of two in three months close to the lower limit of {lower}",
        Rule.SHIFT_HIGH: f"is part of a run of months above the mean of {in_words(limits.mean, unit, 1)}",
        Rule.SHIFT_LOW: f"is part of a run of months below the mean of {in_words(limits.mean, unit, 1)}",
    }[latest.rule]
