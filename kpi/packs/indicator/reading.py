"""One indicator's month in sentences: the figure, its teams, its target, how it moved."""

from kpi.measures.changes import change_in_words
from kpi.measures.directions import direction_of_travel, trend
from kpi.measures.targets import rating
from kpi.packs.readings import both_said, coverage, needed
from kpi.packs.rows import IndicatorRow
from kpi.packs.words import figure_said, target_in_words
from qa_audit.common.months import later, month_words


def reading(row: IndicatorRow) -> list[str]:
    """What the newest month says, a sentence or two on each thing."""
    return list(filter(None, (figure_said(row), _teams_said(row), _target_said(row), _change_said(row))))


def _teams_said(row: IndicatorRow) -> str:
    if not row.figure(row.month).is_from_teams:
        return both_said(row)
    said = "The council gave no figure of its own: this is its teams together."
    return f"{said} {coverage(row)}".strip()


def _target_said(row: IndicatorRow) -> str:
    words = target_in_words(row.version, row.target, row.month)
    rated = rating(row.value(row.month), row.goal, row.version.unit)
    if not words or rated is None:
        return f"The target is {words.lower()}." if words else ""
    lacks, by = needed(row), ""
    if lacks and lacks.number:
        said = str(lacks)
        by = f" {said[:1].upper()}{said[1:]} would reach it."
    return f"The target is {words.lower()}. {rated.label}.{by}"


def _change_said(row: IndicatorRow) -> str:
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
