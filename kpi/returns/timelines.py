"""Targets and benchmarks of a return beside those in force: what has to be set or changed."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date

from kpi.indicators.models.comparisons import Benchmark, Effective, Target
from kpi.returns.comparisons import NewBenchmark, NewTarget, Planned
from kpi.returns.lines import Kind, Line
from kpi.returns.reader import Found
from qa_audit.common.months import later, month_words

New = NewTarget | NewBenchmark


def plan(found: Found, months: Collection[date]) -> Iterator[Planned | Line]:
    """What the file's targets and benchmarks would change; a problem where another one is in the way.

    In: the months of the file. Each is held against what is stored and against what the file said before it,
    so that all that is planned can be stored in the order in which it is given here.
    """
    by_subject: dict[tuple, list[New]] = defaultdict(list)
    for new in [*found.targets, *found.benchmarks]:
        by_subject[new.of].append(new)
    if by_subject:
        stored = _stored(found)
        for of, news in by_subject.items():
            yield from Timeline(stored[of], min(months), max(months)).plan(news)


def _stored(found: Found) -> dict[tuple, list[Effective]]:
    """What is stored of the same things, by what each is of."""
    rows: dict[tuple, list[Effective]] = defaultdict(list)
    measures = {new.measure.indicator.pk: new.measure for new in found.targets if new.measure.indicator}
    places = {new.place.key: new.place for new in found.targets if not new.place.is_to_be_created()}
    for target in Target.objects.filter(indicator__in=measures):
        if place := places.get((target.service_id, target.team_id)):
            rows[measures[target.indicator_id], place].append(target)
    measures = {new.measure.indicator.pk: new.measure for new in found.benchmarks if new.measure.indicator}
    for one in Benchmark.objects.filter(indicator__in=measures):
        rows[measures[one.indicator_id], one.comparator, one.comparator_name].append(one)
    return rows


@dataclass
class Timeline:
    """What is in force of one thing and when, with what a file of these months said so far."""

    rows: list[Effective]
    first: date
    last: date

    def plan(self, news: list[New]) -> Iterator[Planned | Line]:
        """In the order of their months; what is said of no year comes after the year of the file's end.

        So a later year is held against it, and ends it.
        """
        earlier: list[New] = []
        for new in sorted(news, key=lambda new: (new.year[0] if new.year else self.last, new.year is None)):
            other = next((one for one in earlier if self._tells_of_the_same(one, new)), None)
            if other is None:
                earlier.append(new)
                planned = self._for_year(new) if new.year else self._from_now_on(new)
                if isinstance(planned, Planned):
                    self._add(planned)
                if planned:
                    yield planned
            elif new.fields != other.fields:
                yield _problem(new, f"Cell {other.cell} says something else: {other}. Leave one of them out.")

    def _tells_of_the_same(self, earlier: New, new: New) -> bool:
        """Whether it is of months of which the file told; what is said of a year goes before the rest."""
        if new.year is None and earlier.year:
            return earlier.year[0] <= self.last <= earlier.year[1]
        return new.year == earlier.year

    def _add(self, planned: Planned) -> None:
        """Have it in force, as storing it would."""
        rows = [row for row in self.rows if row is not planned.row]
        for place, row in enumerate(rows):
            if row.to_month is None and row.from_month < planned.first:
                rows[place] = ended = copy(row)
                ended.to_month, ended.version = later(planned.first, -1), row.version + 1
        self.rows = [*rows, planned.new.in_force(planned.first, planned.last)]

    def _for_year(self, new: New) -> Planned | Line | None:
        """For months of its own: nothing where the year's last month in the file already has the same."""
        first, last = new.year
        around = [row for row in self.rows if _overlaps(row, first, last)]
        shown = max(first, min(last, self.last))
        if any(_overlaps(row, shown, shown) and _says(row, new) for row in around):
            return None
        if all(row.to_month is None and row.from_month < first for row in around):
            return Planned(new, first, last)
        if len(around) == 1 and (around[0].from_month, around[0].to_month) == (first, last):
            return Planned(new, first, last, around[0])
        return _in_the_way(new, around[0], first)

    def _from_now_on(self, new: New) -> Planned | Line | None:
        """Without months of its own it holds from the file's first month, or from its last after another."""
        standing = next((row for row in self.rows if _overlaps(row, self.last, self.last)), None)
        if standing and _says(standing, new):
            return None
        if standing and standing.from_month == self.last:
            return Planned(new, self.last, standing.to_month, standing)
        if standing and standing.to_month:
            return _in_the_way(new, standing, self.last)
        begins = self.last if standing else self._first_free(new)
        if begins is None:
            return _problem(new, f"It has no definition for {month_words(self.last)}.")
        after = [row.from_month for row in self.rows if row.from_month > begins]
        return Planned(new, begins, later(min(after), -1) if after else None)

    def _first_free(self, new: New) -> date | None:
        """The first month of the file since which nothing is in force and the indicator has a meaning."""
        ended = [later(row.to_month, 1) for row in self.rows if row.to_month and row.to_month < self.last]
        defined = [version.from_month for version in new.measure.versions[:1]]
        begins = max(self.first, *ended, *defined)
        return begins if defined and begins <= self.last else None


def _says(row: Effective, new: New) -> bool:
    return all(getattr(row, name) == value for name, value in new.fields.items())


def _overlaps(row: Effective, first: date, last: date) -> bool:
    return row.from_month <= last and (row.to_month is None or row.to_month >= first)


def _in_the_way(new: New, row: Effective, month: date) -> Line:
    return _problem(
        new, f"{row} is in force {row.stretch()}. Change that one, or leave this cell empty.", month
    )


def _problem(new: New, words: str, month: date | None = None) -> Line:
    code = new.measure.code
    return Line(Kind.PROBLEM, words, new.row, "", new.cell, indicator=code, month=month_words(month))
