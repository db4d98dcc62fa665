"""The figures of a return among those that are stored: what its checks look at."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kpi.indicators.models.indicators import Component
from kpi.measures.process_control import Limits, control_limits
from kpi.returns.figures import Amounts, Figure, People, series_median
from kpi.returns.known import Known, Measure, Place
from qa_audit.common.months import later

FEWEST_MOVES = 3


@dataclass
class Links:
    """Which indicators are made of which others."""

    parts: dict[Measure, dict[str, list[Measure]]] = field(default_factory=lambda: defaultdict(dict))
    wholes: dict[Measure, set[Measure]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def read(cls, known: Known) -> "Links":
        """All links as they stand."""
        links = cls()
        for whole, part, role in Component.objects.values_list("indicator_id", "part_id", "role"):
            links.parts[known.by_id[whole]].setdefault(role, []).append(known.by_id[part])
            links.wholes[known.by_id[part]].add(known.by_id[whole])
        return links

    def pairs(self) -> Iterator[tuple[Measure, Measure]]:
        """Each whole with each of its parts."""
        return ((whole, part) for part, wholes in self.wholes.items() for whole in wholes)


@dataclass
class Surroundings:
    """The figures as they would stand: the stored ones, and those of the file over them."""

    series: dict[tuple[Measure, Place], dict[date, Amounts]]
    known: Known
    people: People
    links: Links
    # The first month of each series that the file changes.
    first_changed: dict[tuple[Measure, Place], date] = field(default_factory=dict)
    places: dict[Measure, list[Place]] = field(default_factory=lambda: defaultdict(list))
    _medians: dict[tuple[Measure, Place], Decimal | None] = field(default_factory=dict)
    _limits: dict[tuple[Measure, Place], Limits | None] = field(default_factory=dict)

    def __post_init__(self):
        for measure, place in self.series:
            self.places[measure].append(place)

    def at(self, measure: Measure, place: Place, month: date) -> Amounts | None:
        """The figure of a month, when there is a number."""
        amounts = self.series.get((measure, place), {}).get(month)
        return amounts if amounts and amounts.has_figure else None

    def value(self, measure: Measure, place: Place, month: date) -> Decimal | None:
        """The month's value, unrounded."""
        amounts, version = self.at(measure, place, month), measure.version(month)
        if amounts is None or version is None:
            return None
        return amounts.worked_out(version.unit, self.people.of(version, month))

    def sum_of(self, measures: Iterable[Measure], place: Place, month: date) -> Decimal | None:
        """What the indicators counted together; None unless each has its count."""
        found = [self.at(measure, place, month) for measure in measures]
        return sum((one.count for one in found), Decimal(0)) if found and None not in found else None

    def median(self, measure: Measure, place: Place) -> Decimal | None:
        """The median of a whole series, however long ago its months were."""
        key = measure, place
        if key not in self._medians:
            self._medians[key] = series_median(measure, place, self.people, self.series[key])
        return self._medians[key]

    def is_volatile(self, figure: Figure) -> bool:
        """Whether a count usually moves by a tenth or more from month to month; unknown counts as yes."""
        series = self.series[figure.measure, figure.place]
        moves = [
            abs(now.count - before.count)
            for month, now in series.items()
            if month != figure.month and now.has_figure
            if (before := self.at(figure.measure, figure.place, later(month, -1)))
        ]
        return len(moves) < FEWEST_MOVES or sum(moves) / len(moves) >= figure.count / 10

    def limits(self, measure: Measure, place: Place) -> Limits | None:
        """The process limits of what was stored before the file's first month; None with too few months."""
        key = measure, place
        if key not in self._limits:
            first = min(self.series[key])
            months, until = [], self.first_changed[key]
            while first < until:
                months.append(first)
                first = later(first, 1)
            found = control_limits([self.value(*key, month) for month in months]) if months else None
            self._limits[key] = None if found is None or found.is_trial else found
        return self._limits[key]
