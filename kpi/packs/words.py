"""Figures and targets of one indicator in words."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from kpi.commentary.figures import read_with
from kpi.indicators.models.comparisons import Operator
from kpi.indicators.models.indicators import Indicator
from kpi.packs.figure import MonthFigure
from kpi.packs.held_against import TargetFacts
from kpi.packs.meaning import Meaning
from kpi.packs.rows import IndicatorRow, goal_of, indicator_rows
from kpi.returns.models import ObservationState
from qa_audit.common.months import month_words
from qa_audit.people.models import User


def counted(number: Decimal | int | None) -> str:
    """1,448 without the noughts that the database keeps; empty where it is not known."""
    return "" if number is None else f"{Decimal(number).normalize():,f}"


def value_in_words(version: Meaning, figure: MonthFigure) -> str:
    """The displayed value with its unit, or the state of a month that has none."""
    return state_in_words(figure) if figure.value is None else version.in_words(figure.value)


def state_in_words(figure: MonthFigure) -> str:
    """Not yet, or that there is none."""
    return ObservationState(figure.state).label if figure.state else "No figure"


def figure_in_words(version: Meaning, figure: MonthFigure) -> str:
    """86.8% (262 of 302); the value alone where its fraction is not known."""
    value = value_in_words(version, figure)
    if figure.ratio is None:
        return value
    return f"{value} ({counted(figure.numerator)} of {counted(figure.denominator)})"


def figure_sentence(row: IndicatorRow) -> str:
    """April 2026: 86.8% (262 of 302)."""
    return f"{month_words(row.month)}: {figure_in_words(row.version, row.figure(row.month))}."


def figures_in_words(user: User, month: date, indicators: Collection[Indicator]) -> list[tuple[str, str]]:
    """The title and the month's figure of each indicator that has one and that the person may see."""
    rows = indicator_rows(user, [month], only=[one.pk for one in indicators])
    return [(row.title, figure_sentence(row)) for row in rows]


def target_in_words(version: Meaning, target: TargetFacts | None, month: date) -> str:
    """At least 95%; for the year its share so far."""
    if target is None:
        return ""
    if target.is_to_be_confirmed:
        return "To be confirmed"
    goal = goal_of(target, month)
    places = max(version.decimal_places, -goal.value.normalize().as_tuple().exponent)
    value = version.in_words(goal.value, min(places, 2))
    if goal.upper_value is not None:
        return f"Between {value} and {version.in_words(goal.upper_value, min(places, 2))}"
    return f"{Operator(target.operator).label} {value}"


read_with(figures_in_words)
