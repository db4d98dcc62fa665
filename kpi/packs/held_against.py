"""What figures are held against, as packs read it: facts, for a page has some seven hundred of them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from kpi.indicators.models.comparisons import Benchmark, Comparability, Comparator, Population, Target
from kpi.indicators.models.versions import Basis

YEAR_NOT_STATED = "year not stated"


class TargetFacts(NamedTuple):
    """What an indicator is to reach; the names are those of `Target`."""

    indicator_id: int
    from_month: date
    to_month: date | None
    is_to_be_confirmed: bool
    operator: str
    value: Decimal | None
    upper_value: Decimal | None
    profile: str
    margin: Decimal | None
    margin_unit: str


class BenchmarkFacts(NamedTuple):
    """What others reach; the names are those of `Benchmark`."""

    indicator_id: int
    basis: str
    comparator: str
    comparator_name: str
    period: str
    value: Decimal
    comparability: str
    difference: str
    rank: int | None
    rank_of: int | None

    def get_comparator_display(self) -> str:
        return Comparator(self.comparator).label

    def get_comparability_display(self) -> str:
        return Comparability(self.comparability).label

    __str__ = Benchmark.__str__
    rank_words = Benchmark.rank_words


class PopulationFacts(NamedTuple):
    """How many people live there; the names are those of `Population`."""

    from_month: date
    to_month: date | None
    age_band: str
    people: int


def is_comparable(benchmark: BenchmarkFacts, basis: str) -> bool:
    """Whether it may be shown beside values of a basis: of the same, or where either is not stated.

    What is not stated is then said of it (`comparability_words`), never taken for the same.
    """
    return benchmark.basis == basis or Basis.NOT_STATED in (benchmark.basis, basis)


def comparability_words(benchmark: BenchmarkFacts, basis: str) -> str:
    """How far it can be compared with values of a basis: near definition: why; basis not stated."""
    missing = ["basis"] if Basis.NOT_STATED in (benchmark.basis, basis) else []
    known = [benchmark.difference]
    if benchmark.comparability == Comparability.NOT_STATED:
        missing.append("definition")
    else:
        known.insert(0, benchmark.get_comparability_display().lower())
    words = [f"{' and '.join(missing)} not stated" if missing else "", ": ".join(filter(None, known))]
    return "; ".join(filter(None, words))


def targets_of_council(months: Sequence[date], only: Collection[int] | None) -> Iterator[TargetFacts]:
    """The council's targets of these months, the earlier first; of `only` these indicators, None all."""
    found = Target.objects.overlapping(months[0], months[-1]).filter(service=None, team=None)
    return map(TargetFacts._make, _of(found, only).values_list(*TargetFacts._fields))


def benchmarks_in(month: date, only: Collection[int] | None) -> Iterator[BenchmarkFacts]:
    """The benchmarks in force in a month."""
    found = _of(Benchmark.objects.in_force(month), only)
    return map(BenchmarkFacts._make, found.values_list(*BenchmarkFacts._fields))


def populations(months: Sequence[date]) -> list[PopulationFacts]:
    """Those in force in any of these months, the earlier first."""
    found = Population.objects.overlapping(months[0], months[-1])
    return [PopulationFacts(*facts) for facts in found.values_list(*PopulationFacts._fields)]


def _of(found: QuerySet, only: Collection[int] | None) -> QuerySet:
    return found if only is None else found.filter(indicator__in=only)
