"""A figure's value from numerator and denominator: unrounded inside, rounded once, half up, when shown."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from kpi.indicators.models.versions import Unit

FACTORS = {Unit.PERCENTAGE: 100, Unit.RATE: 10_000}
MONTHS_IN_YEAR = 12
# The financial year begins in April.
FIRST_MONTH = 4


class Ratio(NamedTuple):
    """A numerator over its denominator: children counted over children, or over the population for rates."""

    numerator: Decimal | int
    denominator: Decimal | int


def worked_out(ratio: Ratio | None, unit: str) -> Decimal | None:
    """numerator / denominator, x 100 for percentages and x 10,000 for rates; other units as they are.

    Out: not rounded; None where there is no ratio or its denominator is 0 ("not applicable").
    """
    if ratio is None or not ratio.denominator:
        return None
    # Multiplied first, so that an exact half stays one.
    return Decimal(ratio.numerator) * FACTORS.get(unit, 1) / Decimal(ratio.denominator)


def shown(value: Decimal | None, places: int = 0) -> Decimal | None:
    """The value as displayed: rounded once, half up (away from 0), to decimal places; None stays None."""
    if value is None:
        return None
    # Adding 0 makes a rounded -0 a plain 0.
    return value.quantize(_grain(places), ROUND_HALF_UP) + 0


def displayed(value: Decimal | None, unit: str, places: int = 0) -> Decimal | None:
    """The value as a page or file shows it: rounded once, half up, with the decimal places of its indicator.

    A percentage or rate that is there and would read 0.0 has as many places as its first digit needs: 0.0004.
    """
    if value and unit in FACTORS and not shown(value, places):
        places = -value.adjusted()
    return shown(value, places)


@cache
def _grain(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


# A page shows most values more than once, and its months again and again.
@lru_cache(maxsize=8192)
def in_words(value: Decimal | None, unit: str, places: int = 0) -> str:
    """The displayed value with its unit: 1,448, 86.8%, £120, Yes; empty where there is none."""
    if value is None:
        return ""
    if unit == Unit.YES_NO:
        return "Yes" if value else "No"
    rounded = displayed(value, unit, places)
    if unit == Unit.MONEY:
        return f"{'-' if rounded < 0 else ''}£{abs(rounded):,f}"
    return f"{rounded:,f}%" if unit == Unit.PERCENTAGE else f"{rounded:,f}"


def months_since_april(month: date) -> int:
    """How many months the financial year has with this one: April 1, March 12."""
    return (month.month - FIRST_MONTH) % MONTHS_IN_YEAR + 1


def sum_of_last(values: Sequence[Decimal | None], months: int) -> Decimal | None:
    """The sum of the last months, oldest first; None where one of them is missing: the sum would be short.

    Raises ValueError for less than one month. Nothing uses it yet: publications to the partnership will.
    """
    if months < 1:
        raise ValueError("A sum needs at least one month.")
    last = values[-months:]
    return None if len(last) < months or None in last else sum(last, Decimal(0))


def year_to_date(values: Sequence[Decimal | None], month: date) -> Decimal | None:
    """The sum from 1 April to the month, the last of the values; None where one of them is missing."""
    return sum_of_last(values, months_since_april(month))


def rolling_12(values: Sequence[Decimal | None]) -> Decimal | None:
    """The sum of the last 12 months; None where one of them is missing."""
    return sum_of_last(values, MONTHS_IN_YEAR)
