"""Indicators over months: their figures as they stand, and what these are held against.

Everything comes in a fixed number of queries, whatever the history; the rest is plain Python.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.indicators.models.comparisons import Profile
from kpi.indicators.models.indicators import Component, ComponentRole
from kpi.indicators.models.versions import Basis, Unit
from kpi.measures.targets import Goal
from kpi.measures.values import MONTHS_IN_YEAR, months_since_april
from kpi.packs.figure import COLUMNS, NO_FIGURE, MonthFigure, value_of
from kpi.packs.held_against import (
    BenchmarkFacts,
    PopulationFacts,
    TargetFacts,
    benchmarks_in,
    is_comparable,
    populations,
    targets_of_council,
)
from kpi.packs.meaning import IndicatorFacts, Meaning, meanings
from kpi.packs.rollup import teams_together
from kpi.returns.models import Observation, ObservationState
from qa_audit.people.models import User

COMMENTARY_FIELDS = (
    *("indicator_id", "text", "written_at", "written_by__name"),
    *("same_as__text", "same_as__status", "same_as__written_at", "same_as__written_by__name"),
)
WRITERS = ("written_by", "same_as__written_by")
FRACTION = (ComponentRole.NUMERATOR, ComponentRole.DENOMINATOR)


@dataclass
class IndicatorRow:
    """An indicator over months, in the meaning of its version of the newest month."""

    version: Meaning
    months: Sequence[date]
    figures: dict[date, MonthFigure] = field(default_factory=dict)
    targets: list[TargetFacts] = field(default_factory=list)
    benchmarks: list[BenchmarkFacts] = field(default_factory=list)
    # The other reading: its teams together, where the council gave its own. Packs have the newest month's.
    teams: dict[date, MonthFigure] = field(default_factory=dict)
    # What the council's denominator is, by the indicator that counts it.
    wholes: dict[date, Decimal] = field(default_factory=dict)
    commentary: Commentary | None = None

    @property
    def indicator(self) -> IndicatorFacts:
        return self.version.indicator

    @property
    def title(self) -> str:
        return self.version.title

    @property
    def code(self) -> str:
        """Its code, which follows the title; nothing where the title is the code."""
        return "" if self.indicator.code == self.title else self.indicator.code

    @property
    def month(self) -> date:
        """The newest month."""
        return self.months[-1]

    def figure(self, month: date) -> MonthFigure:
        return self.figures.get(month, NO_FIGURE)

    def value(self, month: date) -> Decimal | None:
        """The month's value, unrounded."""
        return self.figure(month).value

    @cached_property
    def values(self) -> list[Decimal | None]:
        """Each month's value, unrounded, oldest first."""
        return [self.figures.get(month, NO_FIGURE).value for month in self.months]

    def shown(self, month: date) -> Decimal | None:
        """The month's value with the decimal places of the indicator."""
        return self.version.displayed(self.value(month))

    @cached_property
    def target(self) -> TargetFacts | None:
        """The target in force in the newest month."""
        return self.target_in(self.month)

    def target_in(self, month: date) -> TargetFacts | None:
        """The target in force in a month; the later one where two are."""
        found = [one for one in self.targets if _holds(one, month)]
        return found[-1] if found else None

    @property
    def goal(self) -> Goal | None:
        """What the newest month is to reach: of a target for the year its share so far."""
        return goal_of(self.target, self.month) if self.target else None

    @property
    def commentary_text(self) -> str:
        return self.commentary.words if self.commentary else ""

    @property
    def commentary_by(self) -> str:
        """Who wrote it, and when."""
        return self.commentary.author_words if self.commentary_text else ""


def goal_of(target: TargetFacts, month: date) -> Goal:
    """What a target asks of one month."""
    value, upper = target.value, target.upper_value
    if target.profile == Profile.CUMULATIVE:
        months = months_since_april(month)
        value, upper = (None if one is None else one * months / MONTHS_IN_YEAR for one in (value, upper))
    return Goal(value, target.operator, upper, target.margin, target.margin_unit)


def _holds(row: TargetFacts | PopulationFacts, month: date) -> bool:
    """Whether something effective is in force in the month."""
    return row.from_month <= month and (row.to_month is None or month <= row.to_month)


def indicator_rows(
    user: User, months: Sequence[date], only: Collection[int] | None = None
) -> list[IndicatorRow]:
    """The indicators that the person may see, in the order of areas, with the council's figures.

    In: months, oldest first; `only` are numbers of indicators, None all. Out: those with a version in the
    newest month and a figure in any, without commentary where only some are read. Eight queries at most.
    """
    return rows_of(user, months, meanings(user, months[-1], only), only)


def rows_of(
    user: User, months: Sequence[date], known: Iterable[Meaning], only: Collection[int] | None
) -> list[IndicatorRow]:
    """As `indicator_rows`, of indicators of which it is known what they mean in the newest month."""
    rows = {one.indicator.pk: IndicatorRow(one, months) for one in known}
    parts = _parts(only)
    figures = _figures(user, months, None if only is None else {*rows, *_part_ids(parts)})
    has_rates = any(row.version.unit == Unit.RATE for row in rows.values())
    people = populations(months) if has_rates else []
    for pk, row in rows.items():
        row.figures = figures.get(pk, {})
        _complete(row, parts.get(pk, {}), figures, people)
    _add_teams(user, rows, months, is_whole=only is not None)
    found = {pk: row for pk, row in rows.items() if row.figures}
    _add_targets_and_benchmarks(found, months, only)
    if only is None:
        _add_commentary(found, user, months[-1])
    return list(found.values())


def _parts(only: Collection[int] | None) -> dict[int, dict[str, list[int]]]:
    """Of each indicator the indicators that are its numerator and its denominator."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    links = Component.objects.filter(role__in=FRACTION).order_by()
    if only is not None:
        links = links.filter(indicator__in=only)
    for whole, part, role in links.values_list("indicator_id", "part_id", "role"):
        found[whole][role].append(part)
    return found


def _part_ids(parts: dict[int, dict[str, list[int]]]) -> set[int]:
    return {part for roles in parts.values() for ids in roles.values() for part in ids}


def _figures(
    user: User, months: Sequence[date], only: Collection[int] | None
) -> dict[int, dict[date, MonthFigure]]:
    """The council's figures that stand, by indicator and month."""
    observations = Observation.objects.visible_to(user).of_council().current().between(months[0], months[-1])
    if only is not None:
        observations = observations.filter(indicator__in=only)
    found: dict[int, dict[date, MonthFigure]] = defaultdict(dict)
    for indicator, month, *facts in observations.order_by().values_list(*COLUMNS):
        found[indicator][month] = MonthFigure(*facts)
    return found


def _complete(
    row: IndicatorRow,
    parts: dict[str, list[int]],
    figures: dict[int, dict[date, MonthFigure]],
    people: list[PopulationFacts],
) -> None:
    """Fill in what is worked out: fractions that belong to other indicators, and values."""
    # A figure of twelve months is no fraction of the month's counts.
    if parts and row.version.basis != Basis.ROLLING_12:
        for month in row.months:
            if (whole := _sum(parts.get(ComponentRole.DENOMINATOR, []), month, figures)) is not None:
                row.wholes[month] = whole
            _take_from_parts(row, month, parts, figures)
    for month, figure in row.figures.items():
        if row.version.unit == Unit.RATE:
            figure.denominator = _people(people, row.version.population, month)
        figure.value = value_of(figure, row.version.unit)


def _add_teams(user: User, rows: dict[int, IndicatorRow], months: Sequence[date], *, is_whole: bool) -> None:
    """The teams together beside the council's figure, in whose place they stand where it gave none.

    In: whether every month's is wanted. Where the council's is withheld, so are its teams.
    """
    lacking = [pk for pk, row in rows.items() if is_whole or len(row.figures) < len(months)]
    found = teams_together(user, {pk: row.version for pk, row in rows.items()}, months, lacking)
    for pk, month, figure in found:
        row = rows[pk]
        if month not in row.figures:
            row.figures[month] = figure
        elif row.figures[month].state != ObservationState.WITHHELD:
            row.teams[month] = figure


def _take_from_parts(
    row: IndicatorRow, month: date, parts: dict[str, list[int]], figures: dict[int, dict[date, MonthFigure]]
) -> None:
    """Where the month has no fraction of its own: the sums of its parts, when all of them are there."""
    figure = row.figures.get(month)
    if figure and (figure.numerator is not None or figure.value is None):
        return
    needed = [ComponentRole.NUMERATOR] if row.version.unit == Unit.RATE else FRACTION
    sums = [_sum(parts.get(role, []), month, figures) for role in needed]
    if None in sums:
        return
    if figure is None:
        figure = row.figures[month] = MonthFigure()
    figure.numerator, figure.denominator, figure.is_from_parts = sums[0], [*sums, None][1], True


def _sum(parts: list[int], month: date, figures: dict[int, dict[date, MonthFigure]]) -> Decimal | None:
    """What the parts counted together; None unless each has its figure."""
    amounts = [figures.get(part, {}).get(month, NO_FIGURE).amount for part in parts]
    return None if not amounts or None in amounts else sum(amounts, Decimal(0))


def _people(populations: list[PopulationFacts], age_band: str, month: date) -> int | None:
    """How many people a rate of the month is of; the later population where two hold."""
    found = [one.people for one in populations if one.age_band == age_band and _holds(one, month)]
    return found[-1] if found else None


def _add_targets_and_benchmarks(
    rows: dict[int, IndicatorRow], months: Sequence[date], only: Collection[int] | None
) -> None:
    """The council's targets of these months; benchmarks of the newest that may be shown beside its values."""
    for target in targets_of_council(months, only):
        if row := rows.get(target.indicator_id):
            row.targets.append(target)
    for benchmark in benchmarks_in(months[-1], only):
        row = rows.get(benchmark.indicator_id)
        if row and is_comparable(benchmark, row.version.basis):
            row.benchmarks.append(benchmark)


def _add_commentary(rows: dict[int, IndicatorRow], user: User, month: date) -> None:
    """What was approved about the month, for the service itself."""
    written = Commentary.objects.visible_to(user).for_service().filter(month=month)
    approved = written.filter(status=CommentaryStatus.APPROVED).select_related(*WRITERS)
    for commentary in approved.only(*COMMENTARY_FIELDS):
        if row := rows.get(commentary.indicator_id):
            row.commentary = commentary
