"""The council's services and teams. Names that they had stay known, in history and to imports."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from qa_audit.common.names import name_key, one_line, same_name
from qa_audit.common.versions import ChangedMeanwhile, hold
from qa_audit.common.wording import day
from qa_audit.history.actions import change, record
from qa_audit.people.models import FormerName, Service, Team, TeamAlias, User
from qa_audit.people.permissions import require_administrator, require_keeper_of_names


def _require_free_name(kind: type[Service] | type[Team], name: str, but=None, field: str = "name") -> None:
    """A name means one service, or one team: also among the names they had. Its own it may keep."""
    if but is not None and name_key(but.name) == name_key(name):
        return
    holder = kind.objects.named(name).exclude(pk=getattr(but, "pk", None)).first()
    if holder:
        raise ValidationError({field: f"“{name}” is already a name of {holder}"})


def _require_order(starts_on: date | None, ends_on: date | None, field: str = "ends_on") -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise ValidationError({field: "The last day cannot be before the first"})


@transaction.atomic
def add_service(*, name: str, by: User, order: int = 0, starts_on: date | None = None) -> Service:
    """Add a service; `order` is its place in every list and table."""
    require_administrator(by)
    name = one_line(name)
    _require_free_name(Service, name)
    service = Service.objects.create(name=name, order=order, starts_on=starts_on)
    record("service added", by=by, obj=service)
    return service


@transaction.atomic
def change_service(
    *,
    service: Service,
    version: int,
    name: str,
    order: int,
    by: User,
    starts_on: date | None = None,
    is_spelling: bool = False,
) -> Service:
    """Change the service. Its name until now becomes a former name, unless only the spelling was mended."""
    require_administrator(by)
    name = one_line(name)
    _require_free_name(Service, name, but=service)
    _require_order(starts_on, service.ends_on, field="starts_on")
    service, changes = change(service, version, name=name, order=order, starts_on=starts_on)
    if "name" in changes:
        service.former_names.filter(same_name(name)).delete()  # a name taken up again is not a former one
        until = changes["name"][0]
        if not is_spelling and name_key(until) != name_key(name):
            FormerName.objects.create(service=service, name=until, until=timezone.localdate())
    if changes:
        record(
            "service renamed" if "name" in changes else "service changed", by=by, obj=service, changes=changes
        )
    return service


@transaction.atomic
def end_service(*, service: Service, version: int, by: User, ends_on: date | None) -> Service:
    """Give the service its last day, or none when it stays open after all."""
    require_administrator(by)
    _require_order(service.starts_on, ends_on)
    if ends_on:
        going_on = service.teams.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on))
        if going_on:
            names = ", ".join(team.name for team in going_on)
            raise ValidationError({"ends_on": f"End its teams first: {names}"})
    service, changes = change(service, version, ends_on=ends_on)
    if changes:
        record("service ended" if ends_on else "service reopened", by=by, obj=service, changes=changes)
    return service


def _aliases(team: Team | None, name: str, wanted: Iterable[str]) -> list[str]:
    """The other names to keep: once each, not the name itself, none that another team has."""
    found: dict[str, str] = {}
    for alias in map(one_line, wanted):
        if alias and name_key(alias) != name_key(name):
            found.setdefault(name_key(alias), alias)
    for alias in found.values():
        _require_free_name(Team, alias, but=team, field="aliases")
    return sorted(found.values(), key=str.lower)


def _keep_aliases(team: Team, wanted: list[str]) -> dict:
    before = sorted((alias.name for alias in team.aliases.all()), key=str.lower)
    if before == wanted:
        return {}
    # Those that stay keep their dates.
    team.aliases.exclude(name__in=wanted).delete()
    new = [name for name in wanted if name not in before]
    TeamAlias.objects.bulk_create([TeamAlias(team=team, name=name) for name in new])
    return {"aliases": [before, wanted]}


@transaction.atomic
def add_team(
    *,
    service: Service,
    name: str,
    by: User,
    locality: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    aliases: Iterable[str] = (),
) -> Team:
    """Add a team to a service; aliases are other names by which returns and imports call it."""
    require_administrator(by)
    name = one_line(name)
    _require_free_name(Team, name)
    _require_order(starts_on, ends_on)
    aliases = _aliases(None, name, aliases)
    team = Team.objects.create(
        service=service, name=name, locality=locality, starts_on=starts_on, ends_on=ends_on
    )
    changes = _keep_aliases(team, aliases)
    record("team added", by=by, obj=team, changes=changes)
    return team


@transaction.atomic
def change_team(
    *,
    team: Team,
    version: int,
    name: str,
    by: User,
    locality: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    aliases: Iterable[str] = (),
    is_spelling: bool = False,
) -> Team:
    """Change the team. Its name until now becomes an alias, unless only the spelling was mended."""
    require_administrator(by)
    name = one_line(name)
    _require_free_name(Team, name, but=team)
    _require_order(starts_on, ends_on)
    team, changes = change(team, version, name=name, locality=locality, starts_on=starts_on, ends_on=ends_on)
    renamed_from = [changes["name"][0]] if "name" in changes and not is_spelling else []
    changes |= _keep_aliases(team, _aliases(team, name, [*aliases, *renamed_from]))
    if changes:
        record("team changed", by=by, obj=team, changes=changes)
    return team


@transaction.atomic
def add_alias(
    *, team: Team, name: str, by: User, starts_on: date | None = None, ends_on: date | None = None
) -> TeamAlias:
    """Give the team another name by which returns call it, in these days or always."""
    require_keeper_of_names(by)
    team = hold(team)
    name = one_line(name)
    if Team.objects.named(name).filter(pk=team.pk).exists():
        raise ValidationError({"name": f"“{name}” is already a name of {team}"})
    _require_free_name(Team, name, but=team)
    _require_order(starts_on, ends_on)
    alias = TeamAlias.objects.create(team=team, name=name, starts_on=starts_on, ends_on=ends_on)
    _record_alias("other name added", alias, {name: [None, _days(alias)]}, by)
    return alias


@transaction.atomic
def change_alias(
    *, alias: TeamAlias, version: int, by: User, starts_on: date | None = None, ends_on: date | None = None
) -> TeamAlias:
    """Say in which days the team has the name; `version` is the team's, whose form lists its names too."""
    require_keeper_of_names(by)
    alias.refresh_from_db()
    alias.team = hold(alias.team)
    if alias.team.version != version:
        raise ChangedMeanwhile(alias)
    _require_order(starts_on, ends_on)
    before = _days(alias)
    alias.starts_on, alias.ends_on = starts_on, ends_on
    alias.save(update_fields=["starts_on", "ends_on"])
    if _days(alias) != before:
        _record_alias("other name changed", alias, {alias.name: [before, _days(alias)]}, by)
    return alias


@transaction.atomic
def remove_alias(*, alias: TeamAlias, by: User) -> Team:
    """Take a name away that was given by mistake; returns that used it stay as they are."""
    require_keeper_of_names(by)
    _record_alias("other name removed", alias, {alias.name: [_days(alias), None]}, by)
    alias.delete()
    return alias.team


def _days(alias: TeamAlias) -> str:
    """always, or from 1 April 2026 to 31 March 2027"""
    ends = (("from", alias.starts_on), ("to", alias.ends_on))
    return " ".join(f"{word} {day(on)}" for word, on in ends if on) or "always"


def _record_alias(action: str, alias: TeamAlias, changes: dict, by: User) -> None:
    team, _ = change(alias.team, None)  # a new version: the names belong to the team
    record(action, by=by, obj=team, changes=changes)
