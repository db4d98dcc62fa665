"""Indicators and values as the tables write them: with code, title and unit."""

from decimal import Decimal

from kpi.indicators.models.comparisons import Target
from kpi.indicators.models.versions import Unit


def title_with_code(code: str, title: str) -> str:
    """Title and code; of an indicator without a code the title stands as such and is said once."""
    return title if code == title else f"{title} ({code})"


# How a value is written with its unit; others are plain numbers.
_WITH_UNIT = {Unit.PERCENTAGE: "{}%", Unit.MONEY: "£{}"}


def with_unit(value: Decimal, unit: str) -> str:
    """95.5%, £1,200 or 36: every place that was typed and no needless zeros."""
    return _WITH_UNIT.get(unit, "{}").format(f"{value.normalize():,f}")


def target_words(target: Target, unit: str) -> str:
    """At least 95%"""
    if target.is_to_be_confirmed:
        return str(target)
    value = with_unit(target.value, unit)
    if target.upper_value is not None:
        value = f"{value} and {with_unit(target.upper_value, unit)}"
    return f"{target.get_operator_display()} {value}"
