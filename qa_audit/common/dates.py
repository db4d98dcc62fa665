"""Days and hours as an English council counts them.

A working day is Monday to Friday less the bank holidays of England, which the `holidays` library knows.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
OPENS = time(9)
CLOSES = time(17)

ONE_DAY = timedelta(days=1)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTH_NUMBERS = {name: n for n, month in enumerate(MONTHS, 1) for name in (month, month[:3])} | {"sept": 9}
_DAY_FORMS = (
    re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{1,2})\s+(?P<month>[A-Za-z]{3,9})\s+(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays of England in one year, the days in lieu included."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Say whether the day is Monday to Friday and no bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """Give the day `count` working days later, or earlier when negative; counting starts with the next one.

    0 gives the day itself, working or not.
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and including `end`; negative when `end` comes first.

    So `working_days_between(day, add_working_days(day, n)) == n` for n of 0 and more.
    """
    if end < start:
        return -working_days_between(end, start)
    weeks, rest = divmod((end - start).days, 7)
    weekdays = weeks * 5 + sum((start + n * ONE_DAY).weekday() < 5 for n in range(1, rest + 1))
    lost = (day for year in range(start.year, end.year + 1) for day in _bank_holidays(year))
    return weekdays - sum(start < day <= end and day.weekday() < 5 for day in lost)


def working_hours_after(moment: datetime, hours: float) -> datetime:
    """Give the moment when `hours` office hours (9:00 to 17:00, London, working days) will have passed.

    Hours that run out at closing time end at 17:00, not at 9:00 of the next day.
    Raises ValueError when the moment has no time zone or the hours are not more than 0.
    """
    if moment.tzinfo is None:
        raise ValueError("The moment needs a time zone.")
    if hours <= 0:
        raise ValueError("The number of hours must be more than 0.")
    now, left = moment.astimezone(LONDON), timedelta(hours=hours)
    day = now.date()
    while True:
        if is_working_day(day):
            opens, closes = (datetime.combine(day, at, LONDON) for at in (OPENS, CLOSES))
            start = max(opens, now)
            if start < closes and left <= closes - start:
                return start + left
            left -= max(closes - start, timedelta())
        day += ONE_DAY


def parse_day(text: str) -> date:
    """Read a day as people write it: 27/3/2026, 27 March 2026, 27 Mar 2026 or 2026-03-27.

    Raises ValueError with words that may be shown beside the field.
    """
    typed = " ".join(text.split())
    for form in _DAY_FORMS:
        if match := form.fullmatch(typed):
            month = match["month"].lower()
            try:
                number = MONTH_NUMBERS[month] if month.isalpha() else int(month)
                return date(int(match["year"]), number, int(match["day"]))
            except (KeyError, ValueError):
                raise ValueError(
                    f"{typed} is not a real date. Write day, month, year: 27 March 2026."
                ) from None
    raise ValueError("Write the date like 27 March 2026 or 27/3/2026.")


def months_before(day: date, count: int) -> date:
    """Give the same day `count` calendar months earlier; in a shorter month its last day."""
    years, index = divmod(day.month - 1 - count, 12)
    year, month = day.year + years, index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def year_around(day: date, first_month: int = 1) -> tuple[date, date]:
    """Give the first and the last day of the year that the day lies in; it begins with `first_month`."""
    first = date(day.year - (day.month < first_month), first_month, 1)
    return first, first.replace(year=first.year + 1) - ONE_DAY


def quarter_of(day: date) -> str:
    """Name the calendar quarter, in a form that sorts: "2026 Q1"."""
    return f"{day.year} Q{(day.month + 2) // 3}"
