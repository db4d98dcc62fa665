"""The history of an indicator in the words of the pages."""

from datetime import date

from kpi.indicators.models.comparisons import Benchmark, Target
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import IndicatorVersion
from qa_audit.common.months import month_words

# The records whose fields stand in the history of an indicator.
_KINDS = (Indicator, IndicatorVersion, Target, Benchmark)
_FIELDS = {field.name: field for kind in _KINDS for field in kind._meta.concrete_fields}


def history_in_words(events) -> list[tuple]:
    """Each event with its changes as (what, before, after), in the words of the pages."""
    return [
        (
            event,
            [
                (_field_words(name), _value_words(name, before), _value_words(name, after))
                for name, (before, after) in event.changes.items()
            ],
        )
        for event in events
    ]


def _field_words(name: str) -> str:
    field = _FIELDS.get(name)
    return str(field.verbose_name if field else name.replace("_", " ")).capitalize()


def _value_words(name: str, value: object) -> str:
    """A value as history kept it: choices by their labels, months in words, lists with commas."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name in ("from_month", "to_month"):
        return month_words(date.fromisoformat(str(value)))
    return str(dict(_FIELDS[name].flatchoices).get(value, value)) if name in _FIELDS else str(value)
