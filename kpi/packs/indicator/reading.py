"""One indicator's month in sentences: the figure, its teams, its target, how it moved."""

from kpi.measures.changes import change_in_words
from kpi.measures.directions import direction_of_travel, trend
from kpi.measures.targets import rating
from kpi.packs.readings import both_readings, coverage, needed
from kpi.packs.rows import IndicatorRow
from kpi.packs.words import figure_sentence, target_in_words
from qa_audit.common.months import later, month_words


def reading(row: IndicatorRow) -> list[str]:
    """What the newest month says, a sentence or two on each thing."""
    return list(filter(None, (figure_sentence(row), _on_teams(row), _on_target(row), _on_change(row))))


def _on_teams(row: IndicatorRow) -> str:
    if not row.figure(row.month).is_from_teams:
        return both_readings(row)
    words = "The council gave no figure of its own: this is its teams together."
    return f"{words} {coverage(row)}".strip()


def _on_target(row: IndicatorRow) -> str:
    words = target_in_words(row.version, row.target, row.month)
    rated = rating(row.value(row.month), row.goal, row.version.unit)
    if not words or rated is None:
        return f"The target is {words.lower()}." if words else ""
    lacks, by = needed(row), ""
    if lacks and lacks.number:
        wanted = str(lacks)
        by = f" {wanted[:1].upper()}{wanted[1:]} would reach it."
    return f"The target is {words.lower()}. {rated.label}.{by}"


def _on_change(row: IndicatorRow) -> str:
    """Against the month before, where both have a figure."""
    unit, polarity, places = row.version.unit, row.version.polarity, row.version.decimal_places
    last_two = row.value(later(row.month, -1)), row.value(row.month)
    moved = trend(*last_two, places)
    if moved is None:
        return ""
    better = direction_of_travel(*last_two, polarity, places)
    performance = f" Direction of travel: {better.label.lower()}." if better else ""
    change = change_in_words(*last_two, unit, places)
    return f"Since {month_words(later(row.month, -1))}: {moved.label.lower()} ({change}).{performance}"
