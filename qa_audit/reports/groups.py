"""Cuts by what an audit says of the child: the status on the day, or one characteristic at a time.

A group of fewer than 5 is joined with others, as a small team does (see `small_teams`), for whoever does
not see every team's grades anyway: a figure of few children of one age band or ethnic group names them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from qa_audit.audits.models.header import AgeBand, EthnicGroup, StatusOnTheDay
from qa_audit.reports.scope import LOOKUPS, Scope
from qa_audit.reports.small_teams import FEWEST, few, joined, sees_every_team

NOT_RECORDED = "none"
FEW = "few"  # the groups that are joined, as an address has them
# How each is stored that is no group of its own: blank, or said to be not recorded.
UNKNOWN = ("", EthnicGroup.NOT_RECORDED.value)


@dataclass(frozen=True)
class Cut:
    """One way to group audits: its words, the column it is read from, the groups by key in their order."""

    label: str
    together: str  # what joined groups are called
    column: str
    groups: dict[str, str]

    def key(self, stored: str | bool) -> str:
        """The group that a stored value belongs to."""
        if isinstance(stored, bool):
            return "yes" if stored else "no"
        return NOT_RECORDED if stored in UNKNOWN else stored

    def of(self, keys: Iterable[str]) -> Q:
        """The audits of these groups."""
        if self.column == "is_disabled":
            stored = [key == "yes" for key in keys]
        else:
            stored = [value for key in keys for value in (UNKNOWN if key == NOT_RECORDED else (key,))]
        return Q(**{f"{self.column}__in": stored})

    def counts(self, audits: QuerySet) -> dict[str, int]:
        """How many of the audits each group has."""
        counts: dict[str, int] = defaultdict(int)
        for stored, n in audits.order_by().values_list(self.column).annotate(n=Count("*")):
            counts[self.key(stored)] += n
        return counts


def _cut(label: str, plural: str, column: str, choices: Iterable[tuple[str, str]]) -> Cut:
    groups = {key: words for key, words in choices if key not in UNKNOWN}
    if column != "is_disabled":
        groups[NOT_RECORDED] = "Not recorded"
    return Cut(label, f"{plural} with fewer than 5", column, groups)


# A tick cannot tell “no” from “not asked”.
DISABILITY = [("yes", "Disabled"), ("no", "Not recorded as disabled")]
CUTS = {
    "status": _cut("Status on the day", "Statuses", "status_on_day", StatusOnTheDay.choices),
    "age": _cut("Age band", "Age bands", "age_band", AgeBand.choices),
    "ethnicity": _cut("Ethnic group", "Ethnic groups", "ethnic_group", EthnicGroup.choices),
    "disability": _cut("Disability", "Groups", "is_disabled", DISABILITY),
}
CHOICES = [(name, cut.label) for name, cut in CUTS.items()]


@dataclass(frozen=True)
class SmallGroups:
    """The groups that the person sees only together; and whether even together they are too few."""

    together: set[str] = field(default_factory=set)
    is_withheld: bool = False


def small_groups(counts: dict[str, int], whole: dict[str, int]) -> SmallGroups:
    """Which groups are joined. In: n by group under the filters, and without them."""
    # A filter that leaves out a few of a group's audits would give those few by subtraction.
    left_out = few({key: whole.get(key, 0) - n for key, n in counts.items()})
    together = joined(counts, few(counts) | left_out)
    return SmallGroups(together, sum(counts[key] for key in together) < FEWEST if together else False)


def small_groups_of(
    scope: Scope, by: str, narrow: Callable[[QuerySet], QuerySet], keeps: tuple[str, ...] = ()
) -> SmallGroups:
    """The same of the audits that `narrow` leaves of the scope, whose filters `keeps` always stand."""
    if sees_every_team(scope):
        return SmallGroups()
    counts = CUTS[by].counts(narrow(scope.counted()))
    without = tuple(name for name in LOOKUPS if name not in keeps)
    whole = CUTS[by].counts(narrow(scope.audits(without).counted()))
    return small_groups(counts, whole)
