"""The drawings of an indicator's page: its process-control chart, its icons, and its teams in a funnel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kpi.indicators.models.comparisons import Operator
from kpi.indicators.models.versions import Basis, Polarity, Unit
from kpi.measures.funnel import Flag, curve
from kpi.measures.icons import Assurance, Variation, places_shown
from kpi.measures.process_control import Limits, Point
from kpi.measures.values import Ratio, in_words, worked_out
from kpi.packs.held_against import YEAR_NOT_STATED
from kpi.packs.meaning import Meaning
from kpi.packs.models import Baseline
from kpi.packs.rows import IndicatorRow, goal_of
from qa_audit.common import line_charts
from qa_audit.common.line_charts import Drawing, Line, Mark, Moment
from qa_audit.common.months import month_words, short_month
from qa_audit.common.statistics import caution, too_few

GREY, BLUE, ORANGE, PURPLE, GREEN = "#505a5f", "#1d70b8", "#a85a0a", "#4c2c92", "#00703c"
USUAL = Mark("Usual variation", "circle", GREY)
IMPROVEMENT = Mark("Unusual: improvement", "triangle", BLUE)
CONCERN = Mark("Unusual: concern", "square", ORANGE)
UNUSUAL = Mark("Unusual", "diamond", PURPLE)
FIGURE = Mark("A month’s figure", "circle", GREY)
LIMIT_DASH, TARGET_DASH, BENCHMARK_DASH = "6 4", "12 3", "2 4"
# Points of a curve: more would not be seen.
CURVE_STEPS = 60


@dataclass(frozen=True)
class Icon:
    """A letter on a disc, and what it says in words."""

    letter: str
    fill: str
    words: str


def variation_icon(variation: Variation | None) -> Icon | None:
    """H or L for a latest point that is unusually high or low, in the colour of what that means."""
    if variation is None:
        return None
    fill = {"grey": GREY, "blue": BLUE, "orange": ORANGE, "purple": PURPLE}[variation.colour]
    letter = {"high": "H", "low": "L"}.get(variation.value.rpartition("_")[2], "~")
    return Icon(letter, fill, variation.label)


def assurance_icon(assurance: Assurance | None) -> Icon | None:
    """P, F or ? for a target that is met, missed, or neither for sure."""
    if assurance is None:
        return None
    letter, fill = {
        Assurance.PASS: ("P", BLUE),
        Assurance.FAIL: ("F", ORANGE),
        Assurance.HIT_OR_MISS: ("?", GREY),
    }[assurance]
    return Icon(letter, fill, assurance.label)


def mark_of(point: Point, polarity: str) -> Mark:
    """How a month is drawn: while limits are on trial none stands out."""
    if point.limits is None or point.limits.is_trial:
        return FIGURE
    if point.signal is None:
        return USUAL
    if polarity == Polarity.NEUTRAL:
        return UNUSUAL
    return IMPROVEMENT if point.rule.is_high == (polarity == Polarity.HIGH_GOOD) else CONCERN


def process_chart(
    row: IndicatorRow, months: Sequence[date], points: Sequence[Point], baselines: Sequence[Baseline]
) -> Drawing | None:
    """Months with mean, limits, target and benchmarks. In: a point for each month, oldest first.

    None with fewer than two figures: one alone has no course that could be drawn.
    """
    if sum(point.value is not None for point in points) < 2:
        return None
    version = row.version
    drawn = [
        line_charts.Point(
            short_month(month),
            None if point.value is None else float(point.value),
            _point_in_words(point, version),
            mark_of(point, version.polarity),
            is_ringed=row.figure(month).is_revised,
        )
        for month, point in zip(months, points, strict=True)
    ]
    lines = [
        *_limit_lines(points, version),
        *_target_lines(row, months),
        *_benchmark_lines(row, len(months)),
    ]
    return line_charts.run_chart(
        "Process-control chart",
        _description(months, points, version, lines),
        drawn,
        lines,
        _moments(months, baselines),
        bounds=(0, 100) if version.unit == Unit.PERCENTAGE else (0, None),
        ring="Revised since first reported",
    )


def _moments(months: Sequence[date], baselines: Sequence[Baseline]) -> list[Moment]:
    """Where new limits begin."""
    return [
        Moment(months.index(one.from_month), f"Limits from {short_month(one.from_month)}")
        for one in baselines
        if one.from_month in months
    ]


def _point_in_words(point: Point, version: Meaning) -> str:
    if point.value is None:
        return "no figure"
    places, _ = places_shown(point, version.decimal_places)
    words = version.in_words(point.value, places)
    return words + (f", {point.signal.label.lower()}" if point.signal else "")


def _limit_lines(points: Sequence[Point], version: Meaning) -> list[Line]:
    """Mean and limits, a value for each month: they change where new limits begin."""
    limits = [point.limits for point in points]
    latest = limits[-1]
    if latest is None:
        return []
    trial = "Trial " if latest.is_trial else ""
    # As many places as the sentences about the chart have.
    _, places = places_shown(points[-1], version.decimal_places)
    found = []
    for name, value, dash in (
        ("Mean", lambda one: one.mean, ""),
        (f"{trial}upper limit".capitalize(), lambda one: one.upper, LIMIT_DASH),
        (f"{trial}lower limit".capitalize(), lambda one: one.lower, LIMIT_DASH),
    ):
        label = f"{name} {version.in_words(value(latest), places)}"
        found.append(Line(label, _each(limits, value), dash=dash))
    return found


def _each(limits: Sequence[Limits | None], value) -> list[float | None]:
    return [None if one is None else float(value(one)) for one in limits]


def _target_lines(row: IndicatorRow, months: Sequence[date]) -> list[Line]:
    """The target of each month; a range has two lines."""
    targets = [row.target_in(month) for month in months]
    goals = [goal_of(one, month) if one else None for one, month in zip(targets, months, strict=True)]
    lower = [None if goal is None or goal.value is None else goal.value for goal in goals]
    upper = [None if goal is None else goal.upper_value for goal in goals]
    found = []
    for values, words in ((lower, "Target"), (upper, "Target, upper end")):
        known = [value for value in values if value is not None]
        if known:
            label = f"{words} {row.version.in_words(known[-1])}"
            found.append(
                Line(label, [None if one is None else float(one) for one in values], GREEN, TARGET_DASH)
            )
    return found


def _benchmark_lines(row: IndicatorRow, count: int) -> list[Line]:
    """What others reach, level over all months."""
    found = []
    for one in row.benchmarks:
        name = str(one) if one.period else f"{one}, {YEAR_NOT_STATED}"
        if Basis.NOT_STATED in (one.basis, row.version.basis):
            name += ", basis not stated"
        label = f"{name} {row.version.in_words(one.value)}"
        found.append(Line(label, [float(one.value)] * count, PURPLE, BENCHMARK_DASH))
    return found


def _description(
    months: Sequence[date], points: Sequence[Point], version: Meaning, lines: Sequence[Line]
) -> str:
    """For who cannot see the chart: latest value, levels, and the unusual months."""
    first, last = month_words(months[0]), month_words(months[-1])
    sentences = [f"{version.title}, {first} to {last}.", f"{last}: {_point_in_words(points[-1], version)}."]
    sentences += [f"{line.label}." for line in lines]
    unusual = [
        f"{month_words(month)} {_point_in_words(point, version)}"
        for month, point in zip(months, points, strict=True)
        if mark_of(point, version.polarity) not in (USUAL, FIGURE)
    ]
    sentences.append(f"Unusual: {'; '.join(unusual)}." if unusual else "No month is marked as unusual.")
    return " ".join(sentences)


@dataclass(frozen=True)
class TeamPoint:
    """A team in the funnel: its counts as whole numbers, and its flag."""

    name: str
    numerator: int
    denominator: int
    flag: Flag

    @property
    def percentage(self) -> Decimal:
        return worked_out(Ratio(self.numerator, self.denominator), Unit.PERCENTAGE)

    @property
    def share(self) -> str:
        """77.8%"""
        return in_words(self.percentage, Unit.PERCENTAGE, 1)

    @property
    def words(self) -> str:
        """The flag in words, or why there is none to give."""
        if too_few(self.denominator):
            return caution(self.denominator).capitalize()
        small = f", {caution(self.denominator)}" if caution(self.denominator) else ""
        return f"{self.flag.label}{small}"


def funnel_chart(
    version: Meaning, month: date, teams: Sequence[TeamPoint], together: Ratio, across: str
) -> Drawing:
    """Teams by size and percentage within the limits of chance about all of them together.

    In: `together` is the ratio of all teams; `across` says what the denominators count.
    """
    p = float(Fraction(together.numerator) / Fraction(together.denominator))
    share_together = in_words(worked_out(together, Unit.PERCENTAGE), Unit.PERCENTAGE, 1)
    widest = max(team.denominator for team in teams)
    sizes = sorted({max(1, round(widest * step / CURVE_STEPS)) for step in range(CURVE_STEPS + 1)})
    curves = [(size, curve(p, size)) for size in sizes]
    lines = [Line(f"All teams {share_together}", [(0, 100 * p), (widest, 100 * p)])]
    for name, label, dash in (("95", "95% limit", LIMIT_DASH), ("998", "99.8% limit", BENCHMARK_DASH)):
        for side in ("low", "high"):
            places = [(size, getattr(ends, f"{side}_{name}")) for size, ends in curves]
            lines.append(Line(label, places, dash=dash))
    points = [
        line_charts.Point(
            team.name,
            float(team.percentage),
            f"{team.share} ({team.numerator} of {team.denominator}), {team.words.lower()}",
            _flag_mark(team.flag, version.polarity),
            x=team.denominator,
            name="" if team.flag == Flag.NONE else team.name,
        )
        for team in teams
    ]
    flagged = [f"{point.label} {point.words}" for point in points if point.name]
    summary = f"{'; '.join(flagged)}." if flagged else "No team differs by more than chance explains."
    description = f"{version.title} by team, {month_words(month)}. All teams: {share_together}. {summary}"
    return line_charts.scatter_chart(
        f"Teams compared, {month_words(month)}", description, points, lines, across
    )


def _flag_mark(flag: Flag, polarity: str) -> Mark:
    if flag == Flag.NONE:
        return Mark("Within what chance explains, or too few to judge", "circle", GREY)
    is_high = flag in (Flag.HIGH_95, Flag.HIGH_998)
    fill = PURPLE
    if polarity != Polarity.NEUTRAL:
        fill = BLUE if is_high == (polarity == Polarity.HIGH_GOOD) else ORANGE
    return Mark(
        "Higher than chance explains" if is_high else "Lower than chance explains",
        "triangle" if is_high else "square",
        fill,
    )


def assured_target(row: IndicatorRow) -> Decimal | None:
    """The one value by which a process meets its target or not; a range has none."""
    goal = row.goal
    return None if goal is None or goal.operator == Operator.BETWEEN else goal.value
