"""Teams compared with all of them together: which differ by more than chance explains."""

from math import ceil, exp, floor, fsum, lgamma, log, log1p, sqrt
from typing import NamedTuple

from django.db.models import TextChoices

from qa_audit.common.statistics import Z_95, too_few

Z_998 = 3.090232
TAIL_95, TAIL_998 = 0.025, 0.001


class Flag(TextChoices):
    """How far a team lies from the others, in the words of the chart's legend."""

    NONE = "none", "Within what chance explains"
    LOW_95 = "low_95", "Lower than chance explains (95%)"
    LOW_998 = "low_998", "Lower than chance explains (99.8%)"
    HIGH_95 = "high_95", "Higher than chance explains (95%)"
    HIGH_998 = "high_998", "Higher than chance explains (99.8%)"


class Curve(NamedTuple):
    """The funnel at one denominator, in percent, clipped to 0 and 100."""

    low_95: float
    high_95: float
    low_998: float
    high_998: float


def curve(p: float, n: int) -> Curve:
    """p ± z x sqrt(p(1-p)/n), in percent. For drawing only. Raises ValueError unless n > 0.

    Source: Spiegelhalter (2005), Statistics in Medicine 24.
    """
    if n <= 0:
        raise ValueError("A funnel has no width at 0.")
    error = sqrt(p * (1 - p) / n)
    ends = (p + z * error for z in (-Z_95, Z_95, -Z_998, Z_998))
    return Curve(*(100 * min(max(end, 0.0), 1.0) for end in ends))


def tails(numerator: int, denominator: int, p: float) -> tuple[float, float]:
    """The exact binomial chances of so few or fewer, and of so many or more, 0 to 1.

    Raises ValueError unless 0 <= numerator <= denominator and 0 <= p <= 1.
    """
    if not 0 <= numerator <= denominator or not 0 <= p <= 1:
        raise ValueError("A numerator lies between 0 and its denominator, a chance between 0 and 1.")
    first, chances = _chances(denominator, p)
    lower, upper = chances[: max(numerator + 1 - first, 0)], chances[max(numerator - first, 0) :]
    return min(fsum(lower), 1.0), min(fsum(upper), 1.0)


def _chances(n: int, p: float) -> tuple[int, list[float]]:
    """Of each number there is any chance of, and the first of these numbers.

    Further than 12 standard deviations from the mean there is none to speak of (under 1e-30); so a
    denominator mistyped with nine digits costs no more than a moment.
    """
    reach = 12 * sqrt(n * p * (1 - p)) + 50
    numbers = range(max(0, floor(n * p - reach)), min(n, ceil(n * p + reach)) + 1)
    if p in (0, 1):
        return numbers[0], [float(k == n * p) for k in numbers]
    # From the likeliest on, each by the one beside it.
    middle = min(floor((n + 1) * p), n)
    ways = lgamma(n + 1) - lgamma(middle + 1) - lgamma(n - middle + 1)
    chance = exp(ways + middle * log(p) + (n - middle) * log1p(-p))
    odds = p / (1 - p)
    up, down = [chance], []
    for k in range(middle, numbers[-1]):
        up.append(up[-1] * odds * (n - k) / (k + 1))
    for k in range(middle, numbers[0], -1):
        chance *= k / (odds * (n - k + 1))
        down.append(chance)
    return numbers[0], down[::-1] + up


def flag(numerator: int, denominator: int, p: float) -> Flag:
    """Flag a team by the exact tail beyond 95% or 99.8% (2.5% or 0.1% on one side), never by the curve.

    A denominator under 10 is never flagged.
    """
    if too_few(denominator):
        return Flag.NONE
    lower, upper = tails(numerator, denominator, p)
    if min(lower, upper) >= TAIL_95:
        return Flag.NONE
    if lower < upper:
        return Flag.LOW_998 if lower < TAIL_998 else Flag.LOW_95
    return Flag.HIGH_998 if upper < TAIL_998 else Flag.HIGH_95
