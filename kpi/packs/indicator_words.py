"""Figures, targets and signals of one indicator in words, and a month of its table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString

from kpi.commentary.figures import read_with
from kpi.indicators.models.comparisons import Operator, Target
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import Basis, IndicatorVersion
from kpi.measures import process_control
from kpi.measures.targets import Rating
from kpi.measures.values import in_words
from kpi.packs.figure import MonthFigure
from kpi.packs.held_against import TargetFacts
from kpi.packs.rows import IndicatorRow, goal_of, indicator_rows
from kpi.returns.models import ObservationState
from qa_audit.common.components import tag_html
from qa_audit.common.months import month_words
from qa_audit.common.wording import day
from qa_audit.people.models import User


@dataclass(frozen=True)
class Earlier:
    """A figure that was replaced: what stood, when it was replaced and why."""

    value: str
    replaced_on: date | None
    reason: str

    def __str__(self):
        return f"{self.value}, until {day(self.replaced_on)}{f': {self.reason}' if self.reason else ''}"


@dataclass(frozen=True)
class MonthRow:
    """One month of the page's table, in words."""

    month: date
    figure: MonthFigure
    version: IndicatorVersion
    target: str
    rating: Rating | None
    earlier: Sequence[Earlier]
    signal: str
    # Whether some months are the council's own and others its teams' together.
    is_mixed: bool = False
    # The other reading of the month: its teams together, with their fraction.
    teams: str = ""

    @property
    def words(self) -> str:
        return month_words(self.month)

    @property
    def value(self) -> str:
        """86.8%, or why there is none."""
        return value_in_words(self.version, self.figure)

    @property
    def rating_tag(self) -> SafeString | str:
        return tag_html("rating", self.rating.value, self.rating.label) if self.rating else ""

    @property
    def numerator(self) -> str:
        return counted(self.figure.numerator)

    @property
    def denominator(self) -> str:
        return counted(self.figure.denominator)

    @property
    def standing(self) -> str:
        """Whether the figure is final, and what was noted with it."""
        is_open = self.figure.state in (ObservationState.FORECAST, ObservationState.UNVALIDATED)
        state = ObservationState(self.figure.state).label.lower() if is_open else ""
        return "; ".join(filter(None, (state, self.figure.note)))

    @property
    def notes(self) -> str:
        """What the chart marks it with, how far it stands, and where that differs by month, whose it is."""
        teams = "its teams together" if self.is_mixed and self.figure.is_from_teams else ""
        return "; ".join(filter(None, (self.signal, self.standing, teams)))


def definition_in_words(version: IndicatorVersion) -> list[tuple[str, str]]:
    """What the version in force says of itself, and what it does not state."""
    in_words_only = [
        ("Who counts", version.who_counts),
        ("Numerator", version.numerator_words),
        ("Denominator", version.denominator_words or version.population),
    ]
    said = [
        ("What it means", version.definition),
        *(one for one in in_words_only if one[1]),
        ("What it counts", version.get_counts_display()),
        ("Unit", version.get_unit_display()),
        ("Basis", version.get_basis_display()),
        ("What is good", version.get_polarity_display()),
        ("Outcome", version.outcome),
        ("Source", version.source),
        ("Owner", version.owner_role),
        ("Reported by", version.reporter_role),
    ]
    return [(label, text or Basis.NOT_STATED.label) for label, text in said]


def counted(number: Decimal | int | None) -> str:
    """1,448 without the noughts that the database keeps; empty where it is not known."""
    return "" if number is None else f"{Decimal(number).normalize():,f}"


def signal_in_words(point: process_control.Point) -> str:
    """What the chart marks the month with, in words; empty for usual variation and trial limits."""
    if point.rule in (None, process_control.Rule.COMMON_CAUSE) or point.limits.is_trial:
        return ""
    return point.rule.label


def value_in_words(version: IndicatorVersion, figure: MonthFigure) -> str:
    """The displayed value with its unit, or the state of a month that has none."""
    if figure.value is None:
        return ObservationState(figure.state).label if figure.state else "No figure"
    return in_words(figure.value, version.unit, version.decimal_places)


def fraction_in_words(figure: MonthFigure) -> str:
    """262 of 302; empty where the fraction is not known."""
    if figure.ratio is None:
        return ""
    return f"{counted(figure.numerator)} of {counted(figure.denominator)}"


def figure_said(row: IndicatorRow) -> str:
    """April 2026: 86.8% (262 of 302)."""
    figure = row.figure(row.month)
    fraction = fraction_in_words(figure)
    said = value_in_words(row.version, figure)
    return f"{month_words(row.month)}: {said}{f' ({fraction})' if fraction else ''}."


def figures_in_words(user: User, month: date, indicators: Collection[Indicator]) -> list[tuple[str, str]]:
    """The title and the month's figure of each indicator that has one and that the person may see."""
    rows = indicator_rows(user, [month], only=[one.pk for one in indicators])
    return [(row.title, figure_said(row)) for row in rows]


def target_in_words(version: IndicatorVersion, target: Target | TargetFacts | None, month: date) -> str:
    """At least 95%; for the year its share so far."""
    if target is None:
        return ""
    if target.is_to_be_confirmed:
        return "To be confirmed"
    goal = goal_of(target, month)
    places = max(version.decimal_places, -goal.value.normalize().as_tuple().exponent)
    value = in_words(goal.value, version.unit, min(places, 2))
    if goal.upper_value is not None:
        return f"Between {value} and {in_words(goal.upper_value, version.unit, min(places, 2))}"
    return f"{Operator(target.operator).label} {value}"


read_with(figures_in_words)
