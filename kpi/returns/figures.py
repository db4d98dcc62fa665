"""Figures of a return beside those that are stored: new, unchanged or revised."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from kpi.indicators.models.comparisons import Population
from kpi.indicators.models.versions import IndicatorVersion, Unit
from kpi.measures.values import Ratio, displayed, shown, worked_out
from kpi.returns.cells import UNSURE, WRITTEN, plain_number
from kpi.returns.known import Known, Measure, Place
from kpi.returns.lines import Kind, Line
from kpi.returns.models import HAS_FIGURE, Caseload, Observation, ObservationState
from qa_audit.common.months import later, month_words
from qa_audit.intake.cells import InFile

Key = tuple[Measure, Place, date]
# What `Stored` says, in its order.
FIELDS = ("state", "numerator", "denominator", "value", "note", "pk", "revision")
# Stored months that the checks look at on both sides of a return's own.
MONTHS_BEFORE, MONTHS_AFTER = 24, 12


@dataclass(slots=True)
class Amounts:
    """A figure as it is kept: a fraction, or a value, or why there is none."""

    state: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    note: str = ""

    @property
    def has_figure(self) -> bool:
        """Whether there is a number at all."""
        return self.state in HAS_FIGURE

    @property
    def count(self) -> Decimal | None:
        """What was counted: the numerator, or else the value."""
        return self.value if self.numerator is None else self.numerator

    def worked_out(self, unit: str, people: int | None) -> Decimal | None:
        """Its value, unrounded; a rate needs the people of its population."""
        if self.numerator is None:
            return self.value
        below = people if unit == Unit.RATE else self.denominator
        return None if below is None else worked_out(Ratio(self.numerator, below), unit)

    def __str__(self):
        if not self.has_figure:
            return WRITTEN.get(self.state) or ObservationState(self.state).label
        words = plain_number(self.count)
        if self.numerator is not None and self.denominator is not None:
            words += f" of {plain_number(self.denominator)}"
        return f"{words} ({self.state})" if self.state in UNSURE else words


@dataclass(slots=True)
class Stored(Amounts):
    """The figure that stands now."""

    pk: int = 0
    revision: int = 1


@dataclass(slots=True, kw_only=True)
class Figure(Amounts, InFile):
    """One figure of a return, with its place in the file (column from 0) and what it would become."""

    measure: Measure
    place: Place
    month: date
    row: int
    column: int
    kind: str = Kind.NEW
    stored: Stored | None = None

    @property
    def key(self) -> Key:
        """Of one key one figure stands."""
        return self.measure, self.place, self.month

    @property
    def version(self) -> IndicatorVersion:
        """What the indicator means in the month."""
        return self.measure.version(self.month)

    @property
    def is_change(self) -> bool:
        """Whether storing it changes anything."""
        return self.kind != Kind.UNCHANGED

    def line(self, kind: str, words: str = "", title: str = "") -> Line:
        """A line of the dry run about it."""
        return Line(
            kind,
            words,
            self.row,
            title,
            self.cell,
            self.measure.code,
            self.place.name,
            month_words(self.month),
            str(self.stored) if self.stored else "",
            str(self),
        )


@dataclass(slots=True)
class NewCaseload(InFile):
    """One worker's caseload on a day; one without a code has a number among its team's of that day."""

    place: Place
    on: date
    status: str
    children: int
    full_time_equivalent: Decimal | None
    worker_code: str
    row: int
    column: int
    number: int = 0
    kind: str = Kind.NEW
    stored: Caseload | None = None

    @property
    def code(self) -> str:
        """The worker's code, invented from the team's number where the file has none."""
        return self.worker_code or f"T{self.place.team.pk if self.place.team else ''}-{self.number:02}"

    @property
    def says(self) -> tuple:
        """What is compared with the stored one."""
        return self.status, self.place.key[1], self.children, self.full_time_equivalent


class People:
    """How many people rates count with, by age band and month."""

    def __init__(self):
        self._rows: dict[str, list[Population]] = defaultdict(list)
        for population in Population.objects.order_by("from_month"):
            self._rows[population.age_band].append(population)

    def of(self, version: IndicatorVersion, month: date) -> int | None:
        """The people of the version's age band in the month; None where nobody has counted them."""
        held = (
            row.people
            for row in reversed(self._rows[version.population])
            if row.from_month <= month and (row.to_month is None or month <= row.to_month)
        )
        return next(held, None)


Book = Mapping[tuple[Measure, Place], Mapping[date, Amounts]]


def stored_figures(measures: Iterable[Measure], known: Known, first: date, last: date) -> dict:
    """The figures that stand, by indicator and place, then month; with the months around for the checks."""
    ids = [measure.indicator.pk for measure in measures if measure.indicator]
    rows = Observation.objects.current().filter(indicator__in=ids)
    rows = rows.between(later(first, -MONTHS_BEFORE), later(last, MONTHS_AFTER)).order_by()
    found: dict[tuple[Measure, Place], dict[date, Stored]] = defaultdict(dict)
    facts_of = rows.values_list("indicator_id", "service_id", "team_id", "month", *FIELDS)
    for indicator, service, team, month, *facts in facts_of.iterator(2000):
        found[known.by_id[indicator], known.place_with((service, team))][month] = Stored(*facts)
    return found


def series_median(
    measure: Measure, place: Place, people: People, own: Mapping[date, Amounts]
) -> Decimal | None:
    """The median of a whole series, however long ago its months were; None where it has no value.

    In: `own` are months that go before what is stored.
    """
    amounts = _stored_amounts(measure, place) | {**own}
    values = [
        one.worked_out(version.unit, people.of(version, month))
        for month, one in amounts.items()
        if one.has_figure and (version := measure.version(month))
    ]
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _stored_amounts(measure: Measure, place: Place) -> dict[date, Amounts]:
    """The figures that stand, of every month there is."""
    service, team = place.key
    if measure.indicator is None or place.is_to_be_created():
        return {}
    rows = Observation.objects.current().filter(indicator=measure.indicator, service=service, team=team)
    rows = rows.order_by().values_list("month", "state", "numerator", "denominator", "value")
    return {month: Amounts(*amounts) for month, *amounts in rows}


def compare(figures: Iterable[Figure], stored: Book, people: People) -> None:
    """Say of each figure whether it is new, unchanged or revised."""
    for figure in figures:
        figure.stored = stored.get((figure.measure, figure.place), {}).get(figure.month)
        if figure.stored is None:
            figure.kind = Kind.NEW
        elif _is_same(figure, figure.stored, people):
            figure.kind = Kind.UNCHANGED
        elif figure.stored.state == ObservationState.NOT_YET:
            figure.kind = Kind.NEW  # the figure that was awaited
        else:
            figure.kind = Kind.REVISED


def _is_same(figure: Figure, stored: Stored, people: People) -> bool:
    """A value alone is the same as a stored fraction that is shown so."""
    if _kind_of(figure) != _kind_of(stored) or (figure.note and figure.note != stored.note):
        return False
    if figure.numerator is None and stored.numerator is not None and figure.value is not None:
        version = figure.version
        value = stored.worked_out(version.unit, people.of(version, figure.month))
        # As a page shows it, 0.2%, or as it is rounded elsewhere: 1 of 500 as 0%.
        places = version.decimal_places
        return figure.value in (displayed(value, version.unit, places), shown(value, places))
    return (figure.numerator, figure.value) == (stored.numerator, stored.value) and (
        figure.denominator in ([stored.denominator] if figure.has_figure else [stored.denominator, None])
    )


def _kind_of(amounts: Amounts) -> str:
    """Its state; a zero is a value, for 1 of 500 is shown as 0 and may come back so."""
    return ObservationState.VALUE if amounts.state == ObservationState.ZERO else amounts.state


def families(figures: Iterable[Figure], links: Iterable[tuple[Measure, Measure]]) -> Iterator[list[Measure]]:
    """The indicators of the figures, with those to which components link them, in groups apart.

    In: links as pairs of a whole and its part. What is together is checked together, one group at a time, so
    that no more of the stored figures is held at once.
    """
    neighbours: dict[Measure, set[Measure]] = defaultdict(set)
    for whole, part in links:
        neighbours[whole].add(part)
        neighbours[part].add(whole)
    seen: set[Measure] = set()
    for start in dict.fromkeys(figure.measure for figure in figures):
        if start in seen:
            continue
        family, waiting = [], [start]
        while waiting:
            measure = waiting.pop()
            if measure not in seen:
                seen.add(measure)
                family.append(measure)
                waiting += neighbours[measure]
        yield family
