"""Merging one indicator into another: what would move, how they differ, and what is in the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from kpi.commentary.models import Commentary
from kpi.indicators.actions.indicators import parts_below
from kpi.indicators.models.indicators import ComponentRole, Indicator, IndicatorStatus
from kpi.indicators.models.months import Month
from kpi.indicators.models.versions import IndicatorVersion
from kpi.returns.figures import Amounts
from kpi.returns.models import Observation, ObservationState
from qa_audit.common.months import month_words

# In these the two may differ: the other one's stands.
SHOWN_DIFFERENCES = ("basis", "is_stock", "polarity", "counts", "team_rollup", "decimal_places")
# In these they may not, or a figure would become another.
SAME = ("unit", "population")
AMOUNTS = ("state", "numerator", "denominator", "value")


@dataclass(eq=False)
class MergePlan:
    """`merged` becomes an alias of `into`. It changes nothing; `problems` must be empty before it is done."""

    merged: Indicator
    into: Indicator

    @cached_property
    def problems(self) -> list[str]:
        """All that is in the way, in plain words."""
        found = (
            *self._of_states(),
            *self._of_closed_months(),
            *self._of_meaning(),
            *self._of_figures(),
            *self._of_what_they_are_held_against(),
            *self._of_what_is_written(),
            *self._of_components(),
        )
        return list(found)

    @property
    def moves(self) -> list[tuple[str, int]]:
        """What would move, and how many of each."""
        merged = self.merged
        counts = {
            "Figures, with their earlier revisions": merged.observations.count(),
            "Commentary": merged.commentaries.count(),
            "Action steps": merged.action_steps.count(),
            "Targets": merged.targets.count(),
            "Benchmarks": merged.benchmarks.count(),
            "Starts of chart limits": merged.baselines.count(),
            "Links to what it is made of, or feeds": merged.components.count() + merged.component_of.count(),
            "Codes, with its own": merged.external_codes.count() + 1,
            "Services responsible for it": merged.services.count(),
        }
        return list(counts.items())

    @cached_property
    def differences(self) -> list[str]:
        """In what they differ today though both may stay so: the other one's stands."""
        one, other = (indicator.versions.last() for indicator in (self.merged, self.into))
        if not one or not other:
            return []
        names = [name for name in SHOWN_DIFFERENCES if getattr(one, name) != getattr(other, name)]
        return [
            f"{IndicatorVersion._meta.get_field(name).verbose_name.capitalize()}: "
            f"“{_shown(one, name)}” here, “{_shown(other, name)}” there, which is kept."
            for name in names
        ]

    def _of_states(self) -> Iterator[str]:
        if self.merged == self.into:
            yield "An indicator cannot be merged into itself."
        for indicator in (self.merged, self.into):
            if indicator.merged_into_id:
                yield f"“{indicator.newest_title}” has already been merged."
        if self.into.status != IndicatorStatus.LIVE:
            state = self.into.get_status_display().lower()
            yield f"“{self.into.newest_title}” is {state}. Make it live first."

    def _of_closed_months(self) -> Iterator[str]:
        closed = Month.objects.closed().filter(first__in=self.merged.observations.values("month"))
        for month in closed.order_by("first"):
            state = month.get_state_display().lower()
            yield f"{month_words(month.first)} is {state} and has figures of this indicator. Unlock it first."

    def _of_meaning(self) -> Iterator[str]:
        """Each figure needs a version of the other indicator in its month, and one that reads it alike."""
        months = self.merged.observations.order_by("month").values_list("month", flat=True).distinct()
        own, others = (list(one.versions.all()) for one in (self.merged, self.into))
        for month in months:
            mine, theirs = _in_force(own, month), _in_force(others, month)
            if theirs is None:
                yield f"{month_words(month)}: the other indicator has no definition for this month."
            elif mine:
                for name in SAME:
                    here, there = _shown(mine, name), _shown(theirs, name)
                    if here != there:
                        yield f"{month_words(month)}: this is “{here}”, the other “{there}” ({name})."

    @cached_property
    def _pairs(self) -> list[tuple[Observation, Observation]]:
        """Figures of one unit and month that are under both."""

        def standing(indicator: Indicator) -> dict[tuple, Observation]:
            rows = indicator.observations.filter(is_current=True).select_related("team", "service")
            return {(one.month, one.service_id, one.team_id): one for one in rows}

        mine, theirs = standing(self.merged), standing(self.into)
        return [(one, theirs[key]) for key, one in sorted(mine.items(), key=_by_month) if key in theirs]

    def _of_figures(self) -> Iterator[str]:
        for mine, theirs in self._pairs:
            if ObservationState.NOT_YET in (mine.state, theirs.state):
                continue
            whose = mine.team or mine.service or "the council"
            here, there = (f"{_words(one)} (return {one.source_id})" for one in (mine, theirs))
            yield (
                f"{month_words(mine.month)}, {whose}: {here} here, {there} there. "
                "Take one of the two returns back first."
            )

    @property
    def giving_way(self) -> list[int]:
        """Of two rows of one unit and month the one that says “not yet"; both: this one's."""
        return [
            mine.pk if mine.state == ObservationState.NOT_YET else theirs.pk for mine, theirs in self._pairs
        ]

    def _of_what_they_are_held_against(self) -> Iterator[str]:
        for row in (*self.merged.targets.all(), *self.merged.benchmarks.all()):
            kind, stretch = row._meta.verbose_name, row.stretch()
            row.indicator = self.into
            for other in row.beside().overlapping(row.from_month, row.to_month):
                yield f"{kind.capitalize()}s overlap: {row} {stretch} here, {other} {other.stretch()} there."

    def _of_what_is_written(self) -> Iterator[str]:
        for one in Commentary.objects.filter(indicator=self.merged).order_by("month"):
            if Commentary.objects.filter(
                indicator=self.into, month=one.month, audience=one.audience
            ).exists():
                yield f"{month_words(one.month)}: there is commentary on both."
        for month in self.merged.baselines.filter(
            from_month__in=self.into.baselines.values("from_month")
        ).values_list("from_month", flat=True):
            yield f"{month_words(month)}: the chart’s limits start again in this month under both."

    def _of_components(self) -> Iterator[str]:
        """No indicator becomes a part of itself, and no sum gets a part twice or loses one."""
        mine, theirs = _parts(self.merged), _parts(self.into)
        for role in mine.keys() & theirs.keys():
            if mine[role] != theirs[role]:
                yield f"They are made of different indicators: {ComponentRole(role).label.lower()}."
        for whole, part in ((self.merged, self.into), (self.into, self.merged)):
            if part.pk in parts_below(whole):
                yield f"“{whole.newest_title}” is made of “{part.newest_title}”."
        for link in self.merged.component_of.select_related("indicator"):
            if self.into.component_of.filter(indicator=link.indicator_id, role=link.role).exists():
                yield f"“{link.indicator.newest_title}” is made of both."


def _by_month(item) -> tuple:
    (month, service, team), _ = item
    return month, team or 0, service or 0


def _words(one: Observation) -> str:
    return str(Amounts(*(getattr(one, name) for name in AMOUNTS)))


def _shown(version: IndicatorVersion, name: str) -> object:
    display = getattr(version, f"get_{name}_display", None)
    value = display() if display else getattr(version, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not stated" if value in ("", None) else value


def _in_force(versions: list[IndicatorVersion], month) -> IndicatorVersion | None:
    return next((one for one in reversed(versions) if one.from_month <= month), None)


def _parts(indicator: Indicator) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for role, part in indicator.components.values_list("role", "part"):
        found.setdefault(role, set()).add(part)
    return found


def move_all(plan: MergePlan) -> None:
    """Move all that is under the merged indicator to the other one. Call it without problems left."""
    merged, into = plan.merged, plan.into
    Observation.objects.filter(pk__in=plan.giving_way).update(is_current=False)
    versions = list(into.versions.all())
    for version, following in zip_longest(versions, versions[1:]):
        rows = merged.observations.filter(month__gte=version.from_month)
        if following:
            rows = rows.filter(month__lt=following.from_month)
        rows.update(indicator=into, indicator_version=version)
    for rows in (merged.commentaries, merged.action_steps, merged.targets, merged.benchmarks):
        rows.update(indicator=into)
    merged.baselines.update(indicator=into)
    merged.merged.update(merged_into=into)
    _move_links(merged, into)
    into.services.add(*merged.services.all())


def _move_links(merged: Indicator, into: Indicator) -> None:
    """Components and codes; what the other one has already is not moved."""
    theirs = {(one.scheme, one.code) for one in into.external_codes.all()}
    for code in merged.external_codes.all():
        if (code.scheme, code.code) in theirs:
            code.delete()
        else:
            code.indicator = into
            code.save(update_fields=["indicator"])
    links = set(into.components.values_list("part", "role"))
    for component in merged.components.all():
        if (component.part_id, component.role) in links:
            component.delete()
        else:
            component.indicator = into
            component.save(update_fields=["indicator"])
    merged.component_of.update(part=into)
