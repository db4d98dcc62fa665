"""What an indicator means in a month, as packs read it: facts, for a page has some two hundred of them."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.text import capfirst

from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import Basis, Counts, IndicatorVersion, Polarity, Unit
from kpi.measures.values import displayed, in_words
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
    """The version in force; the names are those of `IndicatorVersion`. Its long texts are a `Definition`."""

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

    def displayed(self, value: Decimal | None, more_places: int = 0) -> Decimal | None:
        """A value as a page or file shows it, with the indicator's decimal places and so many more."""
        return displayed(value, self.unit, self.decimal_places + more_places)

    def in_words(self, value: Decimal | None, places: int | None = None) -> str:
        """A value as displayed, with its unit; `places` other than the indicator's own."""
        return in_words(value, self.unit, self.decimal_places if places is None else places)

    def get_unit_display(self) -> str:
        return Unit(self.unit).label

    def get_basis_display(self) -> str:
        return Basis(self.basis).label

    def get_polarity_display(self) -> str:
        return Polarity(self.polarity).label

    def get_counts_display(self) -> str:
        return Counts(self.counts).label if self.counts else ""


class Definition(NamedTuple):
    """A meaning with the long texts of its version; the names are those of `IndicatorVersion`."""

    meaning: Meaning
    from_month: date
    reason: str
    definition: str
    who_counts: str
    numerator_words: str
    denominator_words: str
    source: str

    @property
    def numerator_heading(self) -> str:
        return capfirst(self.numerator_words) or "Numerator"

    @property
    def denominator_heading(self) -> str:
        """What the denominators count; of a rate its population."""
        people = f"people aged {self.meaning.population}" if self.meaning.population else ""
        return capfirst(self.denominator_words or people) or "Denominator"

    def in_words(self) -> list[tuple[str, str]]:
        """What the version says of itself, each under its label, and what it does not state."""
        meaning = self.meaning
        in_words_only = [
            ("Who counts", self.who_counts),
            ("Numerator", self.numerator_words),
            ("Denominator", self.denominator_words or meaning.population),
        ]
        facts = [
            ("What it means", self.definition),
            *(one for one in in_words_only if one[1]),
            ("What it counts", meaning.get_counts_display()),
            ("Unit", meaning.get_unit_display()),
            ("Basis", meaning.get_basis_display()),
            ("What is good", meaning.get_polarity_display()),
            ("Outcome", meaning.outcome),
            ("Source", self.source),
            ("Owner", meaning.owner_role),
            ("Reported by", meaning.reporter_role),
        ]
        return [(label, text or Basis.NOT_STATED.label) for label, text in facts]


COLUMNS = (
    *("indicator__area_id", "indicator__area__title"),
    *("indicator_id", "indicator__code", "indicator__slug"),
    *Meaning._fields[1:],
)
LONG_TEXTS = Definition._fields[1:]


def meanings(user: User, month: date, only: Collection[int] | None) -> Iterator[Meaning]:
    """What each indicator that the person may see means in the month, in the order of areas.

    In: `only` are numbers of indicators, None all.
    """
    versions = IndicatorVersion.objects.visible_to(user).in_force(month)
    if only is not None:
        versions = versions.filter(indicator__in=only)
    for facts in versions.in_order().values_list(*COLUMNS):
        yield _meaning(*facts)


def definition_of(indicator: Indicator, month: date) -> Definition | None:
    """What one indicator means in the month, with its long texts; None before its first version."""
    began = indicator.versions.filter(from_month__lte=month).order_by("-from_month")
    facts = began.values_list(*COLUMNS, *LONG_TEXTS).first()
    return facts and Definition(_meaning(*facts[: len(COLUMNS)]), *facts[len(COLUMNS) :])


def _meaning(area: int, area_title: str, pk: int, code: str, slug: str, *facts) -> Meaning:
    return Meaning(IndicatorFacts(pk, code, slug, AreaFacts(area, area_title)), *facts)
