"""What an indicator means in a month, as packs read it: facts, for a page has some two hundred of them."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from kpi.indicators.models.versions import Basis, Counts, IndicatorVersion, Polarity, Unit
from qa_audit.people.models import User


class AreaFacts(NamedTuple):
    """The names are those of `Area`."""

    pk: int
    title: str


class IndicatorFacts(NamedTuple):
    """The names are those of `Indicator`."""

    pk: int
    code: str
    slug: str
    area: AreaFacts


class Meaning(NamedTuple):
    """The version in force; the names are those of `IndicatorVersion`.

    What the long texts say stands on the indicator's own page.
    """

    indicator: IndicatorFacts
    title: str
    unit: str
    basis: str
    polarity: str
    decimal_places: int
    counts: str
    population: str
    outcome: str
    team_rollup: str
    owner_role: str
    reporter_role: str

    def get_unit_display(self) -> str:
        return Unit(self.unit).label

    def get_basis_display(self) -> str:
        return Basis(self.basis).label

    def get_polarity_display(self) -> str:
        return Polarity(self.polarity).label

    def get_counts_display(self) -> str:
        return Counts(self.counts).label if self.counts else ""


COLUMNS = (
    *("indicator__area_id", "indicator__area__title"),
    *("indicator_id", "indicator__code", "indicator__slug"),
    *Meaning._fields[1:],
)


def meanings(user: User, month: date, only: Collection[int] | None) -> Iterator[Meaning]:
    """What each indicator that the person may see means in the month, in the order of areas.

    In: `only` are numbers of indicators, None all.
    """
    versions = IndicatorVersion.objects.visible_to(user).in_force(month)
    if only is not None:
        versions = versions.filter(indicator__in=only)
    for area, area_title, pk, code, slug, *facts in versions.in_order().values_list(*COLUMNS):
        yield Meaning(IndicatorFacts(pk, code, slug, AreaFacts(area, area_title)), *facts)
