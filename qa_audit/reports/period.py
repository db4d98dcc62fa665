"""The period a report is over: from and to in the address, and the links that lead to other periods."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from qa_audit.audits.models.audit import COUNTED_STATES, Audit
from qa_audit.common.dates import months_back, year_around
from qa_audit.common.wording import day
from qa_audit.people.models import User

# How long words about a rolling period stand: the next are due within a month.
WORDS_STAND = timedelta(days=31)
ROLLING_MONTHS = (12, 6)
LATEST_YEARS = 12  # so many are asked about at once


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __str__(self):
        return f"{day(self.first)} to {day(self.last)}"

    @property
    def query(self) -> dict[str, str]:
        """The period as it is in an address."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    @classmethod
    def of(cls, first: date | None, last: date | None) -> "Period":
        """The period asked for: without dates this year to date, with one the other is filled in."""
        today = timezone.localdate()
        if first is None:
            first, _ = year_around(last or today, settings.REPORTING_YEAR_BEGINS)
        return cls(first, last or max(first, today))

    @classmethod
    def of_year(cls, year: int) -> "Period":
        """A whole year as the council counts them: the one that begins in `year`."""
        return cls(*year_around(date(year, 12, 31), settings.REPORTING_YEAR_BEGINS))

    @classmethod
    def of_month(cls, typed: str) -> "Period":
        """The month written YYYY-MM. Raises ValueError in plain words."""
        try:
            first = date.fromisoformat(f"{typed}-01")
        except ValueError:
            raise ValueError(f"“{typed}” is not a month. Write it like 2026-03.") from None
        return cls(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    @classmethod
    def last_months(cls, count: int) -> "Period":
        """The calendar months that end today: on 28 February 2028 the last 12 begin on 1 March 2027."""
        today = timezone.localdate()
        return cls(months_back(today, count), today)

    def accepts_words_of(self, words: "Period") -> bool:
        """Whether words written for that period may stand beside the figures of this one.

        It is the same; or this one ends today and moves on with the days, and on the last day of `words`, at
        most 31 days ago, it was just that: the year to date from the same first day, as many months back.
        """
        if words == self:
            return True
        if not timedelta(0) <= self.last - words.last <= WORDS_STAND:
            return False
        if self == Period.of(None, None) and words.first == self.first:
            return True
        return any(
            self == Period.last_months(count) and words.first == months_back(words.last, count)
            for count in ROLLING_MONTHS
        )


def year_words(year: int) -> str:
    """A year as the council counts them: 2025, or 2025/26."""
    return str(year) if settings.REPORTING_YEAR_BEGINS == 1 else f"{year}/{(year + 1) % 100:02}"


def _kind_of_year() -> str:
    return "" if settings.REPORTING_YEAR_BEGINS == 1 else "financial "


def links(user: User) -> list[tuple[str, Period]]:
    """Periods to choose from: year to date, last months, each year that has counted audits, and all."""
    today = timezone.localdate()
    found = [
        (f"This {_kind_of_year()}year to date", Period.of(None, None)),
        *((f"Last {count} months", Period.last_months(count)) for count in ROLLING_MONTHS),
    ]
    first, last, years = _ends_and_years(Audit.objects.counted_for(user), today)
    if years:
        found += [(year_words(year), Period.of_year(year)) for year in years]
        found.append(("All", Period(first, max(last, today))))
    return found


def _ends_and_years(audits: QuerySet, today: date) -> tuple[date | None, date | None, list[int]]:
    """The first and last day with a counted audit, and the years that have any, newest first.

    In one statement, unless the first is older than the latest years.
    """
    this_year = _year_of(today)
    latest = range(this_year - LATEST_YEARS + 1, this_year + 1)
    # One state at a time: so the index alone finds each end.
    ends = [
        audits.filter(state=state).order_by(order).values("audited_on")[:1].query.sql_with_params()
        for state in COUNTED_STATES
        for order in ("audited_on", "-audited_on")
    ]
    row = _in_one_statement([*ends, *_any_in(audits, latest)])
    days = [_as_date(day) for day in row[: len(ends)] if day]
    if not days:
        return None, None, []
    first, last = min(days), max(days)
    found = {year for year, has in zip(latest, row[len(ends) :], strict=True) if has}
    found |= {_year_of(first), _year_of(last)}
    older = [year for year in range(_year_of(first) + 1, _year_of(last)) if year not in latest]
    if older:
        row = _in_one_statement(_any_in(audits, older))
        found |= {year for year, has in zip(older, row, strict=True) if has}
    return first, last, sorted(found, reverse=True)


def _any_in(audits: QuerySet, years: Iterable[int]) -> list[tuple[str, tuple]]:
    """A statement for each year that finds a counted audit of it, where there is one."""
    # Put into SQL once, with the two days last: the ORM would take longer over each year than the database.
    any_day = Period.of_year(timezone.localdate().year)
    counted = audits.counted().audited_between(any_day.first, any_day.last).order_by()
    sql, parameters = counted.values("pk")[:1].query.sql_with_params()
    return [(sql, (*parameters[:-2], *Period.of_year(year).query.values())) for year in years]


def _in_one_statement(statements: list[tuple[str, tuple]]) -> tuple:
    """What each of the statements finds, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({sql})' for sql, _ in statements)}",
            [value for _, parameters in statements for value in parameters],
        )
        return cursor.fetchone()


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _year_of(on: date) -> int:
    """The year as the council counts them, by that in which it begins."""
    return year_around(on, settings.REPORTING_YEAR_BEGINS)[0].year
