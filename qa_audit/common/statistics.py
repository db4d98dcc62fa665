"""Small-number statistics in plain Python: shares, intervals, cautions, fair division, a repeatable draw."""

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from math import floor, sqrt

Z_95 = 1.959964
TOO_FEW_BELOW = 10
SMALL_BELOW = 20
# Printed where `adds_up` says no.
ROUNDED = "Shares may not add to 100 because of rounding."


def share(count: int, n: int) -> Fraction | None:
    """Give what percentage `count` is of `n`, exact; None where n is 0.

    Every percentage is its own ratio of counts, rounded once where it is shown: never a sum or difference of
    shown ones. Files hold the exact ratio.
    """
    return Fraction(100 * count, n) if n else None


def half_up(value: Fraction | float) -> int:
    """Round to a whole number, a half upwards: 62.5 is 63. Exact, where `round` goes to the even number."""
    numerator, denominator = value.as_integer_ratio()
    return (2 * numerator + denominator) // (2 * denominator)


def whole_percent(count: int, n: int) -> int:
    """Give the share of `count` in `n`, more than 0, rounded so: a page has some hundred of them."""
    return (200 * count + n) // (2 * n)


def adds_up(counts: Sequence[int]) -> bool:
    """Say whether the shares of one whole, each rounded by itself, add to 100; nothing counted adds up."""
    n = sum(counts)
    return not n or sum(whole_percent(count, n) for count in counts) == 100


def largest_remainder(counts: Sequence[int], total: int = 100) -> list[int]:
    """Divide `total` whole things in proportion to `counts`, so that the parts add to exactly `total`.

    For what cannot be cut, as the cases of a sample; never for a percentage that is shown. In and out: whole
    numbers of 0 and more. Each part is floored, and the units left over go to the largest remainders, ties
    to the larger count, then to the earlier place. Nothing to share by (all zero) gives zeros.
    Raises ValueError for a negative count. Source: the method of Hare and Hamilton.
    """
    if any(count < 0 for count in counts):
        raise ValueError("A count cannot be negative.")
    whole = sum(counts)
    exact = [Fraction(count * total, whole) if whole else Fraction(0) for count in counts]
    parts = [floor(part) for part in exact]
    left_over = total - sum(parts) if whole else 0
    order = sorted(range(len(counts)), key=lambda i: (parts[i] - exact[i], -counts[i], i))
    for index in order[:left_over]:
        parts[index] += 1
    return parts


def wilson(successes: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Give the lower and upper end, in percent and not rounded, of the score interval of a proportion.

    (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n). Raises ValueError unless n > 0 and
    0 <= successes <= n. Source: Wilson (1927), Journal of the American Statistical Association 22.
    """
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError("Successes must lie between 0 and n, and n must be more than 0.")
    p, spread = successes / n, z * z / n
    middle, reach = p + spread / 2, z * sqrt(p * (1 - p) / n + spread / (4 * n))
    # At the two ends the formula is exact; floating point is not.
    low = 0.0 if successes == 0 else (middle - reach) / (1 + spread)
    high = 1.0 if successes == n else (middle + reach) / (1 + spread)
    return 100 * low, 100 * high


def byar(count: int, z: float = Z_95) -> tuple[float, float]:
    """Give the lower and upper end of the interval of a count of events, in events and not rounded.

    k(1 - 1/9k - z/3√k)³ with k = count, and (1 - 1/9k + z/3√k)³ k with k = count + 1; 0 starts at 0. Raises
    ValueError for a negative count. Source: Breslow and Day (1987), Statistical Methods in Cancer Research 2.
    Nothing uses it yet: publications that compare rates with those of others will.
    """
    if count < 0:
        raise ValueError("A count cannot be negative.")
    low = count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3 if count else 0.0
    return low, (count + 1) * (1 - 1 / (9 * (count + 1)) + z / (3 * sqrt(count + 1))) ** 3


def too_few(n: int) -> bool:
    """Say whether n is too small to judge by (under 10)."""
    return n < TOO_FEW_BELOW


def small_number(n: int) -> bool:
    """Say whether n can be judged by, with caution (10 to 19)."""
    return TOO_FEW_BELOW <= n < SMALL_BELOW


def caution(n: int) -> str:
    """Give the words that are beside a figure on n records; empty from 20 on."""
    if too_few(n):
        return "too few to judge"
    return "small number" if small_number(n) else ""


def seeded_rank(seed: str, stratum: str, reference: str) -> str:
    """Give the text to sort by for a repeatable draw: SHA-256 of `seed|stratum|reference`, in hex."""
    return hashlib.sha256(f"{seed}|{stratum}|{reference}".encode()).hexdigest()
