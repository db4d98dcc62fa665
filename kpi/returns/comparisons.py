"""Targets and benchmarks as a wide return gives them, and as they are stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.indicators.actions.comparisons import change_row, set_row
from kpi.indicators.models.comparisons import Benchmark, Comparator, Effective, Target
from kpi.returns.cells import plain_number
from kpi.returns.known import Measure, Place
from kpi.returns.lines import Kind, Line
from qa_audit.common.months import month_words
from qa_audit.intake.cells import InFile
from qa_audit.people.models import User

BLANK_TARGET = {"is_to_be_confirmed": False, "operator": "at_least", "value": None, "upper_value": None}


@dataclass(slots=True)
class NewTarget(InFile):
    """A target that the file gives; without a `year` (its first and last month) until another is set."""

    measure: Measure
    place: Place
    year: tuple[date, date] | None
    fields: dict
    row: int
    column: int

    def __post_init__(self):
        self.fields = BLANK_TARGET | self.fields

    def __str__(self):
        return str(Target(**self.fields))

    @property
    def of(self) -> tuple:
        """What it is of: of each one is in force at a time."""
        return self.measure, self.place

    @property
    def named(self) -> str:
        return f"Target {self.place.name}".strip()

    def in_force(self, first: date, last: date | None) -> Target:
        """As a row over these months, not stored."""
        return Target(**self.fields, from_month=first, to_month=last)

    def set(self, first: date, last: date | None, by: User) -> None:
        """Store it over these months."""
        whose = {"service": self.place.service, "team": self.place.team}
        months = {"from_month": first, "to_month": last}
        set_row(kind=Target, indicator=self.measure.indicator, by=by, **months, **whose, **self.fields)

    def put_in_place_of(self, row: Target, by: User) -> None:
        """Store it over the months of another."""
        change_row(row=row, version=row.version, by=by, **self.fields)


@dataclass(slots=True)
class NewBenchmark(InFile):
    """What others reach, as the file gives it."""

    measure: Measure
    comparator: str
    name: str
    period: str
    value: Decimal
    row: int
    column: int
    rank: tuple[int, int] | None = None
    year: None = None  # in force until another is set, whatever period it tells of

    def __str__(self):
        place = Benchmark(rank=self.rank[0], rank_of=self.rank[1]).rank_words if self.rank else ""
        return _reached(self.value, self.period, place)

    @property
    def of(self) -> tuple:
        """What it is of: of each one is in force at a time."""
        return self.measure, self.comparator, self.name

    @property
    def named(self) -> str:
        return f"Benchmark {self.name or Comparator(self.comparator).label}"

    @property
    def fields(self) -> dict:
        fields = {"comparator_name": self.name, "period": self.period, "value": self.value}
        return fields | ({"rank": self.rank[0], "rank_of": self.rank[1]} if self.rank else {})

    def in_force(self, first: date, last: date | None) -> Benchmark:
        """As a row over these months, not stored."""
        return Benchmark(**self.fields, from_month=first, to_month=last)

    def set(self, first: date, last: date | None, by: User) -> None:
        """Store it over these months, on the basis that the indicator has then."""
        basis = self.measure.version(first).basis
        own = {"indicator": self.measure.indicator, "comparator": self.comparator, "basis": basis}
        set_row(kind=Benchmark, from_month=first, to_month=last, by=by, **own, **self.fields)

    def put_in_place_of(self, row: Benchmark, by: User) -> None:
        """Store it over the months of another; a place that the file does not give is no longer known."""
        fields = {"rank": None, "rank_of": None, **self.fields}
        change_row(row=row, version=row.version, by=by, **fields)


@dataclass(slots=True)
class Planned:
    """A target or benchmark to store: in place of `row`, which begins in the same month, or from then on."""

    new: NewTarget | NewBenchmark
    first: date
    last: date | None
    row: Effective | None = None

    @property
    def line(self) -> Line:
        """What the dry run says of it: what holds now, and what would."""
        new, months = self.new, f"from {month_words(self.first)}"
        now = "" if self.row is None else str(self.row)
        if isinstance(self.row, Benchmark):
            now = _reached(self.row.value, self.row.period, self.row.rank_words)
        kind = Kind.REVISED if now else Kind.NEW
        return Line(kind, new.named, new.row, "", new.cell, new.measure.code, "", months, now, str(new))

    def store(self, by: User) -> None:
        """Set it, through the actions of indicators."""
        if self.row:
            self.new.put_in_place_of(self.row, by)
        else:
            self.new.set(self.first, self.last, by)


def _reached(value: Decimal, period: str, place: str) -> str:
    """What others reached, and the council's place among them: 7.5 (2024-25), 9 of 11"""
    reached = f"{plain_number(value)} ({period})" if period else plain_number(value)
    return f"{reached}, {place}" if place else reached
