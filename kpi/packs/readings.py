"""Two readings of one measure: the council's own figure, and its teams together.

The council's own is shown first and is the one that is rated; its teams stand beside it with what they cover.
"""

from dataclasses import dataclass
from decimal import Decimal

from kpi.indicators.models.versions import Counts, Unit
from kpi.measures.targets import Rating, children_needed, rating
from kpi.packs.figure import MonthFigure
from kpi.packs.rows import IndicatorRow
from kpi.packs.team_table import PERCENTAGE_PLACES
from kpi.returns.models import ObservationState

COUNCILS, TEAMS = "council’s fraction", "teams’ fraction"


@dataclass(frozen=True)
class Needed:
    """How many more (or, below 0, fewer) reach the target, of how many, and by whose fraction."""

    number: int
    of: Decimal
    whose: str
    counted: str

    def __str__(self):
        """12 more children; teams’ fraction: 12 more of 345 plans."""
        many = f"{abs(self.number):,} {'more' if self.number > 0 else 'fewer'}" if self.number else "none"
        if self.whose == COUNCILS:
            return f"{many} {self.counted}".strip() if self.number else many
        return f"{self.whose}: {many} of {self.of:,.0f} {self.counted}".strip()


def needed(row: IndicatorRow) -> Needed | None:
    """What the newest month lacks of its target, by the council's fraction, or else by its teams'."""
    for figure in (row.figure(row.month), row.teams.get(row.month)):
        ratio, whose = figure and figure.ratio, TEAMS if figure and figure.is_from_teams else COUNCILS
        number = children_needed(ratio, row.goal, row.version.unit)
        if number is not None:
            return Needed(number, Decimal(ratio.denominator), whose, _counted(row))
    return None


def _counted(row: IndicatorRow) -> str:
    """Plans, children; nothing where the indicator does not say what it counts."""
    return Counts(row.version.counts).label.lower() if row.version.counts else ""


def teams_figure(row: IndicatorRow) -> MonthFigure | None:
    """The newest month's teams together, beside the council's own figure or in its place."""
    figure = row.figure(row.month)
    return figure if figure.is_from_teams else row.teams.get(row.month)


def covered(row: IndicatorRow) -> tuple[Decimal, Decimal] | None:
    """How many of what the council counts its teams cover in the newest month: 302 of 345."""
    teams, own = teams_figure(row), row.figure(row.month)
    whole = row.wholes.get(row.month) if own.is_from_teams or own.denominator is None else own.denominator
    if teams is None or None in (teams.denominator, whole):
        return None
    return teams.denominator, Decimal(whole)


def coverage(row: IndicatorRow) -> str:
    """The teams cover 302 of 345 plans; or that it is not known, and empty without teams' fraction."""
    teams = teams_figure(row)
    if teams is None or teams.denominator is None:
        return ""
    counted = _counted(row)
    if both := covered(row):
        return f"The teams cover {both[0]:,.0f} of {both[1]:,.0f} {counted}".strip() + "."
    words = f"The teams cover {teams.denominator:,.0f} {counted}".strip()
    return f"{words}; how many the council has is not known."


def value_of_teams(row: IndicatorRow, figure: MonthFigure) -> str:
    """86.8%: percentages of teams have one decimal place at least."""
    version = row.version
    least = PERCENTAGE_PLACES if version.unit == Unit.PERCENTAGE else 0
    return version.in_words(figure.value, max(version.decimal_places, least))


def fraction_of_teams(row: IndicatorRow, figure: MonthFigure) -> str:
    """86.8% (262 of 302)"""
    if figure.ratio is None:
        return value_of_teams(row, figure)
    return f"{value_of_teams(row, figure)} ({figure.numerator:,.0f} of {figure.denominator:,.0f})"


def rating_of_teams(row: IndicatorRow) -> Rating | None:
    """How the teams' reading beside the council's would be rated, where that differs from the council's."""
    beside = row.teams.get(row.month)
    if beside is None:
        return None
    own = rating(row.value(row.month), row.goal, row.version.unit)
    theirs = rating(beside.value, row.goal, row.version.unit)
    return theirs if own and theirs != own else None


def both_readings(row: IndicatorRow) -> str:
    """The teams' reading beside the council's, in sentences: what it is, what it covers, which is rated."""
    beside = row.teams.get(row.month)
    if beside is None:
        return ""
    sentences = [f"Its teams together: {fraction_of_teams(row, beside)}.", coverage(row)]
    if row.value(row.month) is None:
        state = ObservationState(row.figure(row.month).state).label.lower()
        sentences.append(f"The council’s own reading is “{state}”, so nothing is rated.")
    elif row.target:
        differs = rating_of_teams(row)
        otherwise = f"; by its teams it would be {differs.value}" if differs else ""
        sentences.append(f"The council’s own figure is rated{otherwise}.")
    return " ".join(filter(None, sentences))
