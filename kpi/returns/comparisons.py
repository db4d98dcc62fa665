"""Targets and benchmarks of a wide return, beside those in force: what has to be set or changed."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kpi.indicators.actions import change_benchmark, change_target, set_benchmark, set_target
from kpi.indicators.models import Benchmark, Comparator, Effective, Target
from kpi.returns.cells import plain_number
from kpi.returns.known import Measure
from kpi.returns.lines import Kind, Line
from kpi.returns.reader import Found, NewBenchmark, NewTarget
from qa_audit.common.months import month_words
from qa_audit.people.models import User

BLANK_TARGET = {"is_to_be_confirmed": False, "operator": "at_least", "value": None, "upper_value": None}


@dataclass(slots=True)
class Planned:
    """A target or benchmark to store: in place of `row`, which begins in the same month, or from then on."""

    new: NewTarget | NewBenchmark
    fields: dict
    first: date
    last: date | None
    row: Effective | None = None

    @property
    def line(self) -> Line:
        """What the dry run says of it: what holds now, and what would."""
        now, named = self._in_words()
        kind = Kind.REVISED if now else Kind.NEW
        measure, months = self.new.measure, f"from {month_words(self.first)}"
        return Line(
            kind, named, self.new.row, "", self.new.cell, measure.code, "", months, now, self._value()
        )

    def _in_words(self) -> tuple[str, str]:
        is_target = isinstance(self.new, NewTarget)
        who = self.new.place.name if is_target else (self.new.name or Comparator(self.new.comparator).label)
        named = " ".join(filter(None, ("Target" if is_target else "Benchmark", who)))
        if self.row is None:
            return "", named
        return (str(self.row) if is_target else plain_number(self.row.value)), named

    def _value(self) -> str:
        if isinstance(self.new, NewTarget):
            return str(Target(**self.fields))
        return plain_number(self.new.value)

    def store(self, by: User) -> None:
        """Set it, through the actions of indicators."""
        is_target = isinstance(self.new, NewTarget)
        if self.row:
            if is_target:
                change_target(target=self.row, version=self.row.version, by=by, **self.fields)
            else:
                change_benchmark(benchmark=self.row, version=self.row.version, by=by, **self.fields)
            return
        months = {"from_month": self.first, "to_month": self.last}
        indicator = self.new.measure.indicator
        if is_target:
            whose = {"service": self.new.place.service, "team": self.new.place.team}
            set_target(indicator=indicator, by=by, **months, **whose, **self.fields)
        else:
            basis = self.new.measure.version(self.first).basis
            comparator = self.new.comparator
            set_benchmark(
                indicator=indicator, comparator=comparator, basis=basis, by=by, **months, **self.fields
            )


def plan(found: Found) -> Iterator[Planned | Line]:
    """What the file's targets and benchmarks would change; a problem where another one is in the way."""
    if not found.figures or not (found.targets or found.benchmarks):
        return
    first, last = found.months()
    stored = _stored(found)
    seen: set = set()
    for new in [*found.targets, *found.benchmarks]:
        fields, key = _fields_and_key(new)
        if isinstance(new, NewBenchmark) and (new.measure.code, *key) in seen:
            yield _problem(new, "Two years of one benchmark stand in the file. Leave one column out.")
            continue
        seen.add((new.measure.code, *key))
        year = new.column if isinstance(new, NewTarget) and new.column.first else None
        if year:
            planned = _plan(new, fields, year.first, year.last, stored[key])
        else:
            planned = _plan_open(new, fields, first, last, stored[key])
        if planned:
            yield planned


def _stored(found: Found) -> dict[tuple, list[Effective]]:
    rows: dict[tuple, list[Effective]] = defaultdict(list)
    ids = {new.measure.indicator.pk for new in [*found.targets, *found.benchmarks] if new.measure.indicator}
    for target in Target.objects.filter(indicator__in=ids):
        rows["target", target.indicator_id, target.service_id, target.team_id].append(target)
    for benchmark in Benchmark.objects.filter(indicator__in=ids):
        key = benchmark.indicator_id, benchmark.comparator, benchmark.comparator_name
        rows["benchmark", *key].append(benchmark)
    return rows


def _fields_and_key(new: NewTarget | NewBenchmark) -> tuple[dict, tuple]:
    indicator = _id(new.measure)
    if isinstance(new, NewTarget):
        return BLANK_TARGET | new.fields, ("target", indicator, *new.place.key)
    fields = {"comparator_name": new.name, "period": new.period, "value": new.value}
    return fields, ("benchmark", indicator, new.comparator, new.name)


def _id(measure: Measure) -> int | None:
    return measure.indicator.pk if measure.indicator else None


def _says(row: Effective, fields: dict) -> bool:
    return all(getattr(row, name) == value for name, value in fields.items())


def _plan(new, fields: dict, first: date, last: date | None, rows: list[Effective]) -> Planned | Line | None:
    """For months of its own: nothing where one row says the same over all of them."""
    around = [row for row in rows if _overlaps(row, first, last)]
    if not around or all(row.to_month is None and row.from_month < first for row in around):
        return None if any(_says(row, fields) for row in around) else Planned(new, fields, first, last)
    if all(row.to_month is None and _says(row, fields) for row in around):
        return None  # an open target that a file tells year by year
    if len(around) == 1:
        row = around[0]
        covers = row.from_month <= first and (row.to_month is None or (last and row.to_month >= last))
        if covers and _says(row, fields):
            return None
        if (row.from_month, row.to_month) == (first, last):
            return Planned(new, fields, first, last, row)
    words = f"{around[0]} is in force {around[0].stretch()}. Change that one, or leave this cell empty."
    return _problem(new, words, first)


def _problem(new: NewTarget | NewBenchmark, words: str, first: date | None = None) -> Line:
    return Line(
        Kind.PROBLEM, words, new.row, "", new.cell, indicator=new.measure.code, month=month_words(first)
    )


def _plan_open(new, fields: dict, first: date, last: date, rows: list[Effective]) -> Planned | Line | None:
    """Without months of its own it holds from the file's first month, or from its last after another."""
    standing = [row for row in rows if _overlaps(row, last, last)]
    if standing and _says(standing[-1], fields):
        return None
    if standing and standing[-1].from_month == last:
        return Planned(new, fields, last, standing[-1].to_month, standing[-1])
    begins = last if any(_overlaps(row, first, None) for row in rows) else first
    return _plan(new, fields, begins, None, rows)


def _overlaps(row: Effective, first: date, last: date | None) -> bool:
    return (last is None or row.from_month <= last) and (row.to_month is None or row.to_month >= first)
