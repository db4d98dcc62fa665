"""Grades of small teams: below n = 5 they are one row, so that nobody reads one practitioner's grade.

A team's manager, its head of service and QA see them apart. For everybody else the rule holds in every place:
in the distribution, when one team is filtered for, in the list of records, in files. Teams are joined within
their service: its total is beside them, and a subtraction would otherwise give what is hidden.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from qa_audit.people.models import Role, Team, User
from qa_audit.reports.scope import LOOKUPS, OF_AUDITS_ONLY, Scope

FEWEST = 5
LABEL = "Teams with fewer than 5"


def joined(counts: dict, small: set) -> set:
    """The keys of `counts` (n by key) to show as one row.

    The small ones, and the next smallest while that row would have fewer than 5 or stand for one alone.
    """
    together = set(small)
    waiting = sorted(
        (key for key in counts if key not in together and counts[key]), key=lambda key: counts[key]
    )
    while together and waiting and (len(together) < 2 or sum(counts[key] for key in together) < FEWEST):
        together.add(waiting.pop(0))
    return together


def few(counts: dict) -> set:
    """The keys with some, but fewer than 5."""
    return {key for key, n in counts.items() if 0 < n < FEWEST}


@dataclass(frozen=True)
class SmallTeams:
    """By service, the teams whose grades the person sees only together; and those of which they see none."""

    together: dict[int, set] = field(default_factory=dict)
    withheld: set = field(default_factory=set)

    def holds(self, service: int, team: int | None) -> bool:
        """Whether the team's grades are shown only in its service's joined row."""
        return team in self.together.get(service, ())


def small_teams(scope: Scope) -> SmallTeams:
    """Which teams are joined for this person under these filters, whichever team is filtered for."""
    user = scope.user
    if user.has_role(Role.QA_LEAD):
        return SmallTeams()
    counts = _graded_by_team(scope, without=("team",))
    # A filter that leaves out a few of a team's audits would give those few by subtraction.
    is_narrowed = any(name in scope.chosen for name in OF_AUDITS_ONLY if name != "team")
    whole = _graded_by_team(scope, without=OF_AUDITS_ONLY) if is_narrowed else counts
    together, withheld = {}, set()
    for service, teams in counts.items():
        hidden = {team: n for team, n in teams.items() if not _is_open(user, service, team)}
        left_out = few({team: whole[service][team] - n for team, n in hidden.items()})
        if row := joined(hidden, few(hidden) | left_out):
            together[service] = row
            if sum(hidden[team] for team in row) < FEWEST:
                withheld.add(service)
    return SmallTeams(together, withheld)


def shows_grades(scope: Scope) -> bool:
    """Whether the scope is wide enough for its grades: not when it is one team that is joined."""
    if "team" not in scope.chosen:
        return True
    team = int(scope.chosen["team"])
    return not any(team in teams for teams in small_teams(scope).together.values())


def is_one_hidden_team(scope: Scope) -> bool:
    """Whether the figures are one team's and the person is neither its manager, its head nor QA."""
    if "team" not in scope.chosen or scope.user.has_role(Role.QA_LEAD):
        return False
    team = Team.objects.get(pk=scope.chosen["team"])
    return not _is_open(scope.user, team.service_id, team.pk)


def sees_every_team(scope: Scope) -> bool:
    """Whether the person sees each team's grades apart, of all that they count in the period."""
    if scope.user.has_role(Role.QA_LEAD):
        return True
    teams = scope.audits(tuple(LOOKUPS)).counted().values_list("service", "team").distinct()
    return all(_is_open(scope.user, service, team) for service, team in teams)


def _is_open(user: User, service: int, team: int | None) -> bool:
    return team in user.managed_team_ids or service in user.headed_service_ids


def _graded_by_team(scope: Scope, without: tuple[str, ...]) -> dict[int, dict]:
    found = scope.audits(without).counted().graded().values_list("service", "team")
    counts: dict[int, dict] = defaultdict(dict)
    for service, team, n in found.annotate(n=Count("*")):
        counts[service][team] = n
    return counts
