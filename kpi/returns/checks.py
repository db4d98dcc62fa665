"""Checks of figures against each other and against what is stored; a failed one names both figures.

Each gives words, or nothing, or raises CannotBeMade. Problems stop a return, warnings ask for a second look.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from kpi.indicators.models.indicators import ComponentRole, IndicatorStatus
from kpi.indicators.models.versions import Basis, IndicatorVersion, Rollup, Unit
from kpi.measures.values import Ratio, months_since_april, shown, worked_out
from kpi.returns.cells import MAY_BE_NEGATIVE, plain_number
from kpi.returns.comparisons import NewBenchmark
from kpi.returns.figures import Figure
from kpi.returns.known import Measure, Place
from kpi.returns.lines import Kind
from kpi.returns.models import ObservationState
from kpi.returns.surroundings import Surroundings
from qa_audit.common.months import later, month_words

# A smaller count is often the same two months running.
VOLATILE_FROM = 20
UNKNOWN = (ObservationState.WITHHELD, ObservationState.NOT_AVAILABLE, ObservationState.NOT_YET)
ADDING = (Rollup.SUM, Rollup.POOLED)
# A benchmark so many times above its series' median, or so many times below, is hardly of the same basis.
FAR_FROM_MEDIAN = 4
AGAINST_TEAMS = "Not checked against the teams together:"


class CannotBeMade(Exception):
    """A check that lacks something it needs: the words say which check, and what is missing."""


# --- Of one figure: problems


def takes_no_figures(around: Surroundings, figure: Figure) -> str:
    """Retired indicators and ended teams take no new months, drafts none at all, closed months no change."""
    if closed := around.known.refuses(figure.month):
        return closed
    if figure.measure.status == IndicatorStatus.DRAFT:
        return f"{figure.measure.code} is still a draft. Make it live first."
    if figure.kind != Kind.NEW:
        return ""
    if figure.measure.status == IndicatorStatus.RETIRED:
        return f"{figure.measure.code} is retired and takes no new months."
    if figure.place.had_ended_by(figure.month):
        return f"{figure.place.name} had ended before {month_words(figure.month)}."
    return ""


def mixes_scales(around: Surroundings, figure: Figure) -> str:
    """0.95 among figures like 95: strictly between 0 and 1 where the series' median is above 1."""
    if figure.version.unit != Unit.PERCENTAGE or figure.value is None or not 0 < figure.value < 1:
        return ""
    middle = around.median(figure.measure, figure.place)
    if middle is None or middle <= 1:
        return ""
    value = plain_number(figure.value)
    return (
        f"{value}% among figures around {plain_number(shown(middle, 1))}%: "
        f"did you mean {plain_number(figure.value * 100)}%?"
    )


def falls_in_year(around: Surroundings, figure: Figure) -> str:
    """What is counted from 1 April on never falls before the next 1 April."""
    if figure.version.basis == Basis.NOT_STATED and figure.version.unit != Unit.PERCENTAGE and figure.count:
        raise CannotBeMade("Not checked whether a year to date falls: the basis is not stated.")
    if figure.version.basis != Basis.YEAR_TO_DATE or figure.version.unit == Unit.PERCENTAGE:
        return ""
    position = months_since_april(figure.month)
    year = [later(figure.month, step) for step in range(1 - position, 13 - position)]
    found = {month: one for month in year if (one := around.at(figure.measure, figure.place, month))}
    counts = {month: one.count for month, one in found.items()}
    earlier = [month for month in counts if month < figure.month]
    # A later month that the file brings too tells of the fall itself.
    after = [month for month in counts if month > figure.month]
    if after and isinstance(found[after[0]], Figure) and found[after[0]].is_change:
        after = []
    for first, second in ((earlier[-1:], [figure.month]), ([figure.month], after[:1])):
        if first and second and counts[second[0]] < counts[first[0]]:
            return (
                f"Year to date falls from {plain_number(counts[first[0]])} in {month_words(first[0])} "
                f"to {plain_number(counts[second[0]])} in {month_words(second[0])}."
            )
    return ""


# --- Of one figure: warnings


def repeats_last_month(around: Surroundings, figure: Figure) -> str:
    """A volatile count, one that usually moves by a tenth or more, is rarely the same twice running."""
    version = figure.version
    if (
        version.unit != Unit.NUMBER
        or version.is_stock
        or version.basis not in (Basis.IN_MONTH, Basis.NOT_STATED)
    ):
        return ""
    last = around.at(figure.measure, figure.place, later(figure.month, -1))
    if last is None or last.count != figure.count or figure.count < VOLATILE_FROM:
        return ""
    if not around.is_volatile(figure):
        return ""
    before = month_words(later(figure.month, -1))
    return f"{plain_number(figure.count)} is exactly what {before} had ({plain_number(last.count)})."


def is_implausible(around: Surroundings, figure: Figure) -> str:
    """Outside what the indicator's definition calls plausible."""
    version, value = figure.version, around.value(figure.measure, figure.place, figure.month)
    low, high = version.plausible_minimum, version.plausible_maximum
    if value is not None and low is not None and value < low:
        return f"{plain_number(shown(value, 1))} is below the lowest plausible value, {plain_number(low)}."
    if value is not None and high is not None and value > high:
        return f"{plain_number(shown(value, 1))} is above the highest plausible value, {plain_number(high)}."
    return ""


def leaves_process_limits(around: Surroundings, figure: Figure) -> str:
    """Outside what the months before let expect."""
    if figure.version.basis == Basis.YEAR_TO_DATE:
        return ""
    value, limits = (
        around.value(figure.measure, figure.place, figure.month),
        around.limits(figure.measure, figure.place),
    )
    unmade = "Not checked against the usual range:"
    if value is None and figure.has_figure:
        raise CannotBeMade(f"{unmade} no population of {_age_band(figure.version)} is in force.")
    if value is not None and limits is None:
        raise CannotBeMade(f"{unmade} too few earlier months have a figure.")
    if value is None or limits.lower <= value <= limits.upper:
        return ""
    low, high = (plain_number(shown(limit, 1)) for limit in (limits.lower, limits.upper))
    number = plain_number(shown(value, 1) if figure.value is None else figure.value)
    return f"{number} is outside the usual range of earlier months, {low} to {high}."


# --- Of figures that belong together


def teams_exceed_whole(around: Surroundings, measure: Measure, place: Place, month: date) -> str:
    """A service's figure, or the council's, is at least the sum of the teams that are covered.

    Not so with money: what no team covers may be below 0.
    """
    whole, version = around.at(measure, place, month), measure.version(month)
    if place.is_team or version is None or version.team_rollup not in ADDING:
        return ""
    if version.unit in MAY_BE_NEGATIVE:
        return ""
    teams = [
        amounts
        for other in around.places[measure]
        if other.is_team and (place.is_council or other.is_of(place.service))
        if (amounts := around.at(measure, other, month))
    ]
    if whole is None:
        if teams and place.is_council:
            raise CannotBeMade(f"{AGAINST_TEAMS} the council has no figure of its own.")
        return ""
    if teams and version.unit in (Unit.PERCENTAGE, Unit.RATE) and whole.numerator is None:
        raise CannotBeMade(f"{AGAINST_TEAMS} the figure above them came without its numerator.")
    for name in ("numerator", "denominator") if version.unit in (Unit.PERCENTAGE, Unit.RATE) else ("value",):
        amount = getattr(whole, name)
        covered = sum((getattr(team, name) or Decimal(0) for team in teams), Decimal(0))
        if amount is not None and covered > amount:
            which = "" if name == "value" else f" ({name})"
            return f"{plain_number(amount)}{which} is less than its teams together, {plain_number(covered)}."
    return ""


def disagrees_with_count(around: Surroundings, measure: Measure, place: Place, month: date) -> str:
    """A rate typed beside its count, or a percentage beside numerator and denominator, must agree.

    rate x population / 10,000 is the count; both are compared as rounded as they are typed.
    """
    typed, version = around.at(measure, place, month), measure.version(month)
    if typed is None or typed.numerator is not None or version is None or version.basis == Basis.ROLLING_12:
        return ""
    parts = around.links.parts.get(measure, {})
    count = around.sum_of(parts.get(ComponentRole.NUMERATOR, []), place, month)
    if version.unit == Unit.RATE:
        below = around.people.of(version, month)
    else:
        below = around.sum_of(parts.get(ComponentRole.DENOMINATOR, []), place, month)
    if version.unit not in (Unit.RATE, Unit.PERCENTAGE) or ComponentRole.NUMERATOR not in parts:
        return ""
    if count is None:
        raise CannotBeMade("Not checked against its count: the indicator of the count has no figure.")
    if not below and version.unit == Unit.RATE:
        words = f"no population of {_age_band(version)} is in force."
        raise CannotBeMade(f"Not checked against its count: {words}")
    if not below:
        raise CannotBeMade("Not checked against its count: the indicator of the denominator has no figure.")
    places = max(0, -typed.value.normalize().as_tuple().exponent)
    worked = shown(worked_out(Ratio(count, below), version.unit), places)
    if worked == typed.value:
        return ""
    stated, base = plain_number(typed.value), plain_number(Decimal(below))
    if version.unit == Unit.RATE:
        implied = plain_number(shown(typed.value * below / 10_000))
        return (
            f"{stated} per 10,000 of {base} children is {implied} children, but the count is "
            f"{plain_number(count)}, which is {worked} per 10,000."
        )
    return f"{stated}% is typed, but {plain_number(count)} of {base} is {worked}%."


def parts_miss_whole(around: Surroundings, measure: Measure, place: Place, month: date) -> str:
    """Parts add up to the whole, as far as rounding lets them."""
    parts = around.links.parts.get(measure, {}).get(ComponentRole.PART, [])
    whole = around.value(measure, place, month)
    values = [around.value(part, place, month) for part in parts]
    if whole is None or not values:
        return ""
    if None in values:
        raise CannotBeMade("Not checked against the sum of its parts: a part has no figure.")
    version, together = measure.version(month), sum(values, Decimal(0))
    slack = Decimal(0)
    if version.unit in (Unit.PERCENTAGE, Unit.RATE):
        slack = Decimal(1).scaleb(-version.decimal_places) / 2 * (len(values) + 1)
    if abs(together - whole) <= slack:
        return ""
    names = ", ".join(part.code for part in parts)
    places = max(version.decimal_places, 1)
    return (
        f"{plain_number(shown(whole, places))} is not the sum of its parts, "
        f"{plain_number(shown(together, places))} ({names})."
    )


def breaks_stock(around: Surroundings, measure: Measure, place: Place, month: date) -> str:
    """What is there at the end of a month is what was there before, with what came and without what went."""
    parts = around.links.parts.get(measure, {})
    now, before = around.at(measure, place, month), around.at(measure, place, later(month, -1))
    came = around.sum_of(parts.get(ComponentRole.STARTS, []), place, month)
    went = around.sum_of(parts.get(ComponentRole.ENDS, []), place, month)
    if now is None or not {ComponentRole.STARTS, ComponentRole.ENDS} <= parts.keys():
        return ""
    if before is None or came is None or went is None:
        words = "the month before, what was added or what left has no figure."
        raise CannotBeMade(f"Not checked against what was added and what left: {words}")
    expected = before.count + came - went
    if now.count == expected:
        return ""
    return (
        f"{plain_number(now.count)} is not {plain_number(expected)}: {plain_number(before.count)} in "
        f"{month_words(later(month, -1))}, {plain_number(came)} more, {plain_number(went)} fewer."
    )


OF_ONE: tuple[tuple[str, Callable[[Surroundings, Figure], str]], ...] = (
    (Kind.PROBLEM, takes_no_figures),
    (Kind.PROBLEM, mixes_scales),
    (Kind.PROBLEM, falls_in_year),
    (Kind.WARNING, repeats_last_month),
    (Kind.WARNING, is_implausible),
    (Kind.WARNING, leaves_process_limits),
)
OF_MANY: tuple[tuple[str, Callable[[Surroundings, Measure, Place, date], str]], ...] = (
    (Kind.PROBLEM, teams_exceed_whole),
    (Kind.PROBLEM, parts_miss_whole),
    (Kind.WARNING, disagrees_with_count),
    (Kind.WARNING, breaks_stock),
)


def check_figures(around: Surroundings, figures: list[Figure]) -> Iterator[tuple[str, Figure, str]]:
    """Everything that the changes of a file raise: (problem or warning, the figure it shows at, words)."""
    for figure in figures:
        for kind, check in OF_ONE:
            if found := _made(kind, check, around, figure):
                yield found[0], figure, found[1]
    for (measure, place, month), figure in _subjects(around, figures).items():
        for kind, check in OF_MANY:
            if found := _made(kind, check, around, measure, place, month):
                yield found[0], figure, found[1]


def _made(kind: str, check: Callable[..., str], *of) -> tuple[str, str] | None:
    """What a check found, or that it could not be made; nothing where all is well."""
    try:
        words = check(*of)
    except CannotBeMade as unmade:
        return Kind.NOT_CHECKED, str(unmade)
    return (kind, words) if words else None


def _age_band(version: IndicatorVersion) -> str:
    return version.population or "its age band"


def check_benchmark(new: NewBenchmark, middle: Decimal | None) -> tuple[str, str] | None:
    """A benchmark over four times, or under a quarter of, the median of the council's own series."""
    if middle is None:
        return Kind.NOT_CHECKED, "Not checked against the council’s own figures: there are none."
    if middle / FAR_FROM_MEDIAN <= new.value <= middle * FAR_FROM_MEDIAN:
        return None
    far = f"more than {FAR_FROM_MEDIAN} times" if new.value > middle else "less than a quarter of"
    own = plain_number(shown(middle, 1))
    words = f"{plain_number(new.value)} is {far} {own}, the middle one of the council’s own figures."
    return Kind.WARNING, f"{words} Is it counted over the same time?"


def _subjects(around: Surroundings, figures: list[Figure]) -> dict[tuple[Measure, Place, date], Figure]:
    """What the changes touch: themselves, what they are part of, the month after, the units above a team."""
    subjects: dict[tuple[Measure, Place, date], Figure] = {figure.key: figure for figure in figures}
    for figure in figures:
        measure, place, month = figure.key
        for whole in around.links.wholes.get(measure, ()):
            subjects.setdefault((whole, place, month), figure)
        if ComponentRole.STARTS in around.links.parts.get(measure, {}):
            subjects.setdefault((measure, place, later(month, 1)), figure)
        if place.is_team:
            subjects.setdefault((measure, around.known.council, month), figure)
        if service := place.team.service_id if place.team else place.within and place.within.pk:
            above = around.known.place_with((service, None))
            subjects.setdefault((measure, above, month), figure)
    return subjects


def check_totals(totals: list[Figure], figures: Iterable[Figure]) -> Iterator[tuple[str, Figure, str]]:
    """The teams of a file add to the total that it gives."""
    wanted: dict[tuple[Measure, date], list[Figure]] = {(one.measure, one.month): [] for one in totals}
    for figure in figures:
        if (figure.measure, figure.month) in wanted and not figure.place.is_council:
            wanted[figure.measure, figure.month].append(figure)
    for total in totals:
        unit, units = total.version.unit, _totalled(total, wanted[total.measure, total.month])
        if unit in (Unit.PERCENTAGE, Unit.RATE) and total.numerator is None and total.has_figure:
            yield Kind.NOT_CHECKED, total, "Not checked against its teams: a total has no numerator."
            continue
        if not units:
            yield Kind.WARNING, total, "This total cannot be checked: the file has nothing that it adds up."
            continue
        unknown = sum(figure.state in UNKNOWN for figure in units)
        if unknown:
            words = f"This total cannot be checked: {unknown} of its {len(units)} figures are not given."
            yield Kind.WARNING, total, words
            continue
        for name in ("numerator", "denominator", "value"):
            given = getattr(total, name)
            found = sum((getattr(figure, name) or 0 for figure in units), Decimal(0))
            if given is not None and given != found:
                stated = plain_number(given) if name == "value" else f"{plain_number(given)} ({name})"
                yield (
                    Kind.PROBLEM,
                    total,
                    f"The total says {stated}; its teams add up to {plain_number(found)}.",
                )


def _totalled(total: Figure, figures: list[Figure]) -> list[Figure]:
    """Of a service its teams; of the council all teams, or its services where the file names no team."""
    service = total.place.service
    if service:
        return [figure for figure in figures if figure.place.is_of(service)]
    return [figure for figure in figures if figure.place.is_team] or figures
