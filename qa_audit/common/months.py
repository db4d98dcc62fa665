"""Months, each kept as the date of its first day: read, written and counted."""

import re
from datetime import date, datetime
from functools import lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.utils import dateformat

from .dates import MONTH_NUMBERS, MONTHS, ONE_DAY, NoSuchDay, parse_day
from .names import plain_signs

EARLIEST, LATEST = 1990, 2100  # the years
_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})[-/. ](?P<month>[0-9]{1,2})"),
    re.compile(r"(?P<month>[0-9]{1,2})[-/. ](?P<year>[0-9]{4})"),
    re.compile(r"(?P<month>[A-Za-z]{3,9})\.?,?[ -](?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})[ -](?P<month>[A-Za-z]{3,9})"),
)
_SHORT = re.compile(r"(?P<month>[A-Za-z]{3,9})\.?[ -]?'?(?P<year>[0-9]{2})")
_RUN = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})")
_YEARS = re.compile(
    r"(?:fy ?)?(?P<first>[0-9]{4})(?P<mark>[-/]?)(?:20)?(?P<last>[0-9]{2})\b.*", re.IGNORECASE
)
_QUARTER = re.compile(r".*\bq(?:uarter|tr)? ?[1-4]\b.*", re.IGNORECASE)


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


# A page says the same few months hundreds of times.
@lru_cache(maxsize=512)
def short_month(month: date) -> str:
    """Jun 26, for the heads of wide tables"""
    return dateformat.format(month, "M y")


class NotAMonth(ValueError):
    """Text that is no month; `reason` says why, without a full stop."""

    def __init__(self, text: str, reason: str = ""):
        self.reason = reason or f"“{text[:60]}” is not a month like June 2026"
        super().__init__(self.reason)


def parse_month(text: str) -> date:
    """The month written as 2026-06, 6/2026, June 2026, Jun 2026, or by its first or last day: 01/06/2026.

    What may be another month, a day or a whole year is refused. Raises NotAMonth, a ValueError.
    """
    words = plain_signs(text)
    if is_year := _YEARS.fullmatch(words):
        _refuse_year(words, is_year)
    for form in _FORMS:
        if found := form.fullmatch(words):
            return _month_of(text, found)
    try:
        return month_of_day(parse_day(words))
    except NotAMonth:
        raise
    except NoSuchDay as wrong:
        raise NotAMonth(text, _why(words) or wrong.reason) from None
    except ValueError:
        raise NotAMonth(text, _why(words)) from None


def _month_of(text: str, found: re.Match) -> date:
    named = found["month"].lower()
    number = int(named) if named.isdecimal() else MONTH_NUMBERS.get(named, 0)
    if not 1 <= number <= 12:
        raise NotAMonth(text)
    if not EARLIEST <= int(found["year"]) <= LATEST:
        early = f"“{text[:60]}” is not a month like June 2026: {found['year']} is before {EARLIEST}"
        raise NotAMonth(text, early if int(found["year"]) < EARLIEST else "")
    return date(int(found["year"]), number, 1)


def month_of_day(day: date) -> date:
    """The month for which a day stands: its first or its last one. Raises NotAMonth.

    A spreadsheet makes a day of “Jun-22”, the 22nd of June in the year of typing: such a one is refused,
    also where it happens to be the month's last.
    """
    is_last = later(first_of(day), 1) - day == ONE_DAY
    is_typed_month = 2000 + day.day <= day.year + 1
    if not EARLIEST <= day.year <= LATEST:
        raise NotAMonth("", f"{day.year} is before {EARLIEST}. Is the year right?")
    if day.day == 1 or (is_last and not is_typed_month):
        return first_of(day)
    reason = f"This is the date {day:%-d %B %Y}, not a month"
    raise NotAMonth(
        "", f"{reason}: a spreadsheet reads “{day:%b}-{day:%d}” that way" if is_typed_month else reason
    )


def _refuse_year(words: str, found: re.Match) -> None:
    """2023/24 and 202324 are years; 2011-12 is December, 2011/12 can be either."""
    first, last, is_month = int(found["first"]), int(found["last"]), 1 <= int(found["last"]) <= 12
    if (first + 1) % 100 != last or not EARLIEST <= first <= LATEST:
        return
    if not is_month or len(words) > len("2011-12"):
        raise NotAMonth(words, f"“{words[:60]}” is the year {first}-{last:02}, or a part of it, not a month")
    if found["mark"] != "-":
        raise NotAMonth(words, f"“{words[:60]}” can be {MONTHS[last - 1].title()} {first} or a year")


def _why(words: str) -> str:
    """Why text that is nearly a month is refused; nothing where it is not even nearly one."""
    short, run = _SHORT.fullmatch(words), _RUN.fullmatch(words)
    if short and (number := MONTH_NUMBERS.get(short["month"].lower())):
        name = MONTHS[number - 1].title()
        return f"“{words}” can be {name} 20{short['year']} or {int(short['year'])} {name}"
    if run and 1 <= int(run["month"]) <= 12:
        name = MONTHS[int(run["month"]) - 1].title()
        return f"“{words}” may be {name} {run['year']}, but is not written like a month"
    if _QUARTER.fullmatch(words):
        return f"“{words[:60]}” is a quarter, not a month"
    return ""


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
        except NotAMonth as wrong:
            like = "Enter a month like June 2026"
            is_reason = not wrong.reason.endswith("like June 2026")
            raise ValidationError(f"{wrong.reason}. {like}" if is_reason else like, code="invalid") from None

    def run_validators(self, value):
        """The text's validators have nothing to say of a date."""
