"""Months, each kept as the date of its first day: read, written and counted."""

import re
from datetime import date, datetime
from functools import lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.utils import dateformat

from .dates import MONTH_NUMBERS

_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})"),
    re.compile(r"(?P<month>[0-9]{1,2})[/ ](?P<year>[0-9]{4})"),
    re.compile(r"(?P<month>[A-Za-z]{3,9})[ -](?P<year>[0-9]{4})"),
)


def first_of(day: date) -> date:
    """The month of a day."""
    return date(day.year, day.month, 1)


def later(month: date, count: int) -> date:
    """The month `count` months later, or earlier when negative."""
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


def last_months(month: date, count: int) -> list[date]:
    """The `count` months that end with this one, oldest first."""
    return [later(month, back) for back in range(1 - count, 1)]


# Asked for the same months on every page: a choice of months has more than a hundred.
@lru_cache(maxsize=1024)
def month_words(month: date | None) -> str:
    """June 2026"""
    return dateformat.format(month, "F Y") if month else ""


def short_month(month: date) -> str:
    """Jun 26, for the heads of wide tables"""
    return dateformat.format(month, "M y")


def parse_month(text: str) -> date:
    """The month written as 2026-06, 6/2026, 6 2026, June 2026 or Jun 2026. Raises ValueError."""
    words = " ".join(text.split())
    for form in _FORMS:
        if found := form.fullmatch(words):
            named = found["month"].lower()
            number = int(named) if named.isdecimal() else MONTH_NUMBERS.get(named, 0)
            if 1 <= number <= 12 and 1990 <= int(found["year"]) <= 2100:
                return date(int(found["year"]), number, 1)
    raise ValueError(f"“{text}” is not a month like June 2026")


class MonthInput(forms.TextInput):
    def format_value(self, value):
        return month_words(value) if isinstance(value, date) else value


class MonthField(forms.CharField):
    """A month in one text box; gives its first day, None when empty."""

    widget = MonthInput

    def __init__(self, *, help_text="", **kwargs):
        super().__init__(help_text=help_text or "For example, June 2026", max_length=40, **kwargs)

    def to_python(self, value):
        if isinstance(value, date):
            return first_of(value.date() if isinstance(value, datetime) else value)
        text = super().to_python(value)
        if not text.strip():
            return None
        try:
            return parse_month(text)
        except ValueError:
            raise ValidationError("Enter a month like June 2026", code="invalid") from None

    def run_validators(self, value):
        """The text's validators have nothing to say of a date."""
