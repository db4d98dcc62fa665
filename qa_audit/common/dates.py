"""Days and hours as an English council counts them.

A working day is Monday to Friday less the bank holidays of England, which the `holidays` library knows.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from .names import name_key, plain_signs

LONDON = ZoneInfo("Europe/London")
OPENS = time(9)
CLOSES = time(17)

ONE_DAY = timedelta(days=1)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTH_NUMBERS = {name: n for n, month in enumerate(MONTHS, 1) for name in (month, month[:3])} | {"sept": 9}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_WEEKDAY = r"(?:(?P<weekday>(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?),? )?"
_NTH = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_WORD = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}}) ?(?P<mark>[./-]) ?(?P<month>[0-9]{{1,2}}) ?(?P=mark) ?"
        rf"(?P<year>[0-9]{{4}}|[0-9]{{2}}){_CLOCK}",
        rf"(?P<year>[0-9]{{4}})(?P<mark>[./-])(?P<month>[0-9]{{1,2}})(?P=mark)(?P<day>[0-9]{{1,2}}){_CLOCK}",
        rf"{_WEEKDAY}{_NTH}(?: of)?[ -]?{_WORD},?[ -]?'?(?P<year>[0-9]{{4}}|[0-9]{{2}}){_CLOCK}",
        rf"{_WEEKDAY}{_WORD} {_NTH},? (?P<year>[0-9]{{4}}){_CLOCK}",
    )
)
# The days of 1990 to 2100 as a spreadsheet counts them.
_SERIAL_FROM, _SERIAL_TO = 32874, 73415


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


class NoSuchDay(ValueError):
    """Text that is like a day and is none; `reason` says why, without a full stop."""

    def __init__(self, reason: str):
        super().__init__(f"{reason}. Write the date like 27 March 2026.")
        self.reason = reason


def parse_day(text: str) -> date:
    """Read a day as people write it: 27/3/2026, 27.3.26, 27th March 2026, Friday 27 Mar 2026, 2026-03-27.

    The day goes before the month. A time of day behind it, as systems write it, is left out.
    Raises ValueError with words that may be shown beside the field; NoSuchDay where the text is like a day.
    """
    typed = plain_signs(text)
    for form in _DAY_FORMS:
        if match := form.fullmatch(typed):
            return _day_of(match.groupdict())
    if re.fullmatch("[0-9]{5}", typed) and _SERIAL_FROM <= int(typed) <= _SERIAL_TO:
        its_day = (date(1899, 12, 30) + int(typed) * ONE_DAY).strftime("%-d %B %Y")
        raise NoSuchDay(f"{typed} is the number that a spreadsheet stores for {its_day}")
    raise ValueError("Write the date like 27 March 2026 or 27/3/2026.")


def _day_of(parts: dict[str, str | None]) -> date:
    month, number = parts["month"].lower(), int(parts["day"])
    month = MONTH_NUMBERS.get(month, 0) if month.isalpha() else int(month)
    if not 1 <= month <= 12:
        raise NoSuchDay(f"There is no month {parts['month']}: the day goes before the month")
    if parts.get("mark") == "-" and len(parts["year"]) == 2:
        _refuse_two_ways(parts, month)
    year = _full_year(parts["year"])
    try:
        day = date(year, month, number)
    except ValueError:
        raise NoSuchDay(f"There is no {number} {MONTHS[month - 1].title()} {year}") from None
    named = (parts.get("weekday") or "").lower()
    if named and WEEKDAYS[day.weekday()] != named[:3]:
        raise NoSuchDay(f"{day:%-d %B %Y} is a {day:%A}")
    return day


def _refuse_two_ways(parts: dict[str, str | None], month: int) -> None:
    """21-03-27 is 21 March 2027 here, and 27 March 2021 to whoever puts the year first."""
    try:
        other = date(2000 + int(parts["day"]), month, int(parts["year"]))
    except ValueError:
        return
    ours = f"{int(parts['day'])} {MONTHS[month - 1].title()} {_full_year(parts['year'])}"
    written = f"{parts['day']}-{parts['month']}-{parts['year']}"
    raise NoSuchDay(f"{written} can be {ours} or {other:%-d %B %Y}: write the year in full")


def _full_year(year: str) -> int:
    """21 is 2021 and 95 is 1995; what can be either century is refused."""
    if len(year) == 4:
        return int(year)
    if 50 <= int(year) < 90:
        raise NoSuchDay(f"The year {year} can be 19{year} or 20{year}")
    return int(year) + (2000 if int(year) < 50 else 1900)


_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.h]?(?P<minute>[0-9]{2}))?(?:[:.][0-9]{2})?(?P<half>[ap]m)?")
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "12 noon": time(12), "midnight": time(0)}


def parse_time(text: str) -> time:
    """Read a time of day as people write it: 18:42, 17.30, 0915, 9.15am, 6 pm, noon. Raises ValueError."""
    typed = name_key(text)
    if typed in _NAMED_TIMES:
        return _NAMED_TIMES[typed]
    found = _TIME.fullmatch(re.sub(r" ?hours$| ?hrs$", "", re.sub(r" ?([ap])\.?m\.?$", r"\1m", typed)))
    if found and (found["minute"] or found["half"]):
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if found["half"] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if found["half"] == "pm" else 0)
        # 13:00am is none, 13:00pm is.
        is_right = not found["half"] or found["half"] == "pm" or hour < 12
        if hour < 24 and minute < 60 and is_right:
            return time(hour, minute)
    raise ValueError("Enter a time like 18:42")


def months_back(last: date, count: int) -> date:
    """Give the first day of the `count` calendar months that end with `last`.

    On 28 February 2028 the last 12 begin on 1 March 2027, on 30 April 2026 the last 6 on 1 November 2025: the
    day after `last`, `count` months earlier, or the next that there is.
    """
    after = last + ONE_DAY
    years, index = divmod(after.month - 1 - count, 12)
    year, month = after.year + years, index + 1
    if after.day > monthrange(year, month)[1]:
        return date(year, month, 1) + timedelta(days=monthrange(year, month)[1])
    return date(year, month, after.day)


def year_around(day: date, first_month: int = 1) -> tuple[date, date]:
    """Give the first and the last day of the year that the day lies in; it begins with `first_month`."""
    first = date(day.year - (day.month < first_month), first_month, 1)
    return first, first.replace(year=first.year + 1) - ONE_DAY


def quarter_of(day: date) -> str:
    """Name the calendar quarter, in a form that sorts: "2026 Q1"."""
    return f"{day.year} Q{(day.month + 2) // 3}"
