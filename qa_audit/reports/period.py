"""The period a report is over: from and to in the address, and the links that lead to other periods."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from qa_audit.audits.models import COUNTED_STATES, Audit
from qa_audit.common.dates import calendar_year_to_date
from qa_audit.common.wording import day
from qa_audit.people.models import User


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
        """The period asked for: without dates this calendar year to date, with one the other is filled in."""
        this_year, today = calendar_year_to_date(timezone.localdate())
        if first is None:
            first = last.replace(month=1, day=1) if last else this_year
        return cls(first, last or max(first, today))

    @classmethod
    def of_year(cls, year: int) -> "Period":
        """A whole calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_month(cls, typed: str) -> "Period":
        """The month written YYYY-MM. Raises ValueError in plain words."""
        try:
            first = date.fromisoformat(f"{typed}-01")
        except ValueError:
            raise ValueError(f"“{typed}” is not a month. Write it like 2026-03.") from None
        return cls(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    @classmethod
    def last_twelve_months(cls) -> "Period":
        """The year that ends today."""
        today = timezone.localdate()
        tomorrow = today + timedelta(days=1)
        is_leap_day = (tomorrow.month, tomorrow.day) == (2, 29)
        first = tomorrow.replace(year=tomorrow.year - 1, day=28 if is_leap_day else tomorrow.day)
        return cls(first, today)

    def written_for(self) -> "Period":
        """The period that words about this one are kept for: a year to date is kept as that whole year."""
        if self == Period(*calendar_year_to_date(timezone.localdate())):
            return Period.of_year(self.first.year)
        return self


def links(user: User) -> list[tuple[str, Period]]:
    """Periods to choose from: year to date, last 12 months, each year that has counted audits, and all."""
    today = timezone.localdate()
    audits = Audit.objects.counted_for(user)
    found = [
        ("This year to date", Period(*calendar_year_to_date(today))),
        ("Last 12 months", Period.last_twelve_months()),
    ]
    if ends := _ends(audits):
        found += [(str(year), Period.of_year(year)) for year in _years(audits, *ends)]
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
    between = range(first.year + 1, last.year)
    if not between:
        return sorted({first.year, last.year}, reverse=True)
    # Put into SQL once, with the two days last: the ORM would take longer over each year than the database.
    any_audit, parameters = (
        audits.counted().audited_between(first, last).order_by().values("pk").query.sql_with_params()
    )
    asked = [value for year in between for value in (*parameters[:-2], f"{year}-01-01", f"{year}-12-31")]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([f'EXISTS({any_audit})'] * len(between))}", asked)
        has_data = cursor.fetchone()
    found = {year for year, has in zip(between, has_data, strict=True) if has}
    return sorted(found | {first.year, last.year}, reverse=True)
