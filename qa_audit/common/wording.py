"""How dates, times and counts are written for people."""

from datetime import date, datetime
from fractions import Fraction

from django.utils import dateformat, timezone

from .statistics import half_up, whole_percent


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day(value: date | datetime | None) -> str:
    """27 March 2026"""
    return dateformat.format(_local(value), "j F Y") if value else ""


def short_day(value: date | datetime | None) -> str:
    """4 Jan 2026, for lists"""
    return dateformat.format(_local(value), "j M Y") if value else ""


def clock(value: datetime | None) -> str:
    """18:42"""
    return dateformat.format(_local(value), "H:i") if value else ""


def count(number: int, singular: str, plural: str = "") -> str:
    """1 audit; 1,204 audits"""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def percent(share: Fraction | float) -> str:
    """95%; <1% for a share that is there and would read 0%"""
    whole = half_up(share)
    return "<1%" if not whole and share > 0 else f"{whole}%"


def percent_of(count: int, n: int) -> str:
    """The same of a share of `n`, more than 0, in whole numbers alone"""
    whole = whole_percent(count, n)
    return "<1%" if not whole and count else f"{whole}%"


def percent_in_words(share: Fraction | float) -> str:
    """95%, or less than 1%, in a sentence"""
    return percent(share).replace("<", "less than ")


def number(value: int | None) -> str:
    """1,204"""
    return "" if value is None else f"{value:,}"
