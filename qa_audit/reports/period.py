"""The period a report is over: from and to in the address, and the links that lead to other periods."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from qa_audit.audits.models import COUNTED_STATES, Audit
from qa_audit.common.dates import months_back, year_around
from qa_audit.common.wording import day
from qa_audit.people.models import User

# How long words about a rolling period stand: the next are due within a month.
WORDS_STAND = timedelta(days=31)
ROLLING_MONTHS = (12, 6)


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __str__(self):
        return f"{day(self.first)} to {day(self.last)}"

    @property
    def query(self) -> dict[str, str]:
        """The period as it stands in an address."""
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

    def is_told_by(self, words: "Period") -> bool:
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
    audits = Audit.objects.counted_for(user)
    found = [
        (
            f"This {'' if settings.REPORTING_YEAR_BEGINS == 1 else 'financial '}year to date",
            Period.of(None, None),
        ),
        *((f"Last {count} months", Period.last_months(count)) for count in ROLLING_MONTHS),
    ]
    if ends := _ends(audits):
        found += [(year_words(year), Period.of_year(year)) for year in _years(audits, *ends)]
        found.append(("All", Period(ends[0], max(ends[1], today))))
    return found


def _ends(audits: QuerySet) -> tuple[date, date] | None:
    """The first and last day with a counted audit. One state at a time: so the index alone finds each."""
    days = [
        day
        for state in COUNTED_STATES
        for order in ("audited_on", "-audited_on")
        for day in audits.filter(state=state).order_by(order).values_list("audited_on", flat=True)[:1]
    ]
    return (min(days), max(days)) if days else None


def _years(audits: QuerySet, first: date, last: date) -> list[int]:
    """The years that have counted audits, newest first: those between the ends in one query."""
    first_year, last_year = (
        year_around(day, settings.REPORTING_YEAR_BEGINS)[0].year for day in (first, last)
    )
    between = range(first_year + 1, last_year)
    if not between:
        return sorted({first_year, last_year}, reverse=True)
    # Put into SQL once, with the two days last: the ORM would take longer over each year than the database.
    any_audit, parameters = (
        audits.counted().audited_between(first, last).order_by().values("pk").query.sql_with_params()
    )
    asked = [value for year in between for value in (*parameters[:-2], *Period.of_year(year).query.values())]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([f'EXISTS({any_audit})'] * len(between))}", asked)
        has_data = cursor.fetchone()
    found = {year for year, has in zip(between, has_data, strict=True) if has}
    return sorted(found | {first_year, last_year}, reverse=True)
