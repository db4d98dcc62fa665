"""Accounts and the roles they hold."""

from datetime import date

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from qa_audit.common.names import one_line
from qa_audit.history.actions import change, record
from qa_audit.people.models import Role, RoleGrant, Service, Team, User
from qa_audit.people.permissions import may_end, may_take_role, require_administrator

# What is left in the sessions of somebody whose account has ended.
ACCOUNT_ENDED = "account_has_ended"


def system_user() -> User:
    """The one user as whom commands act: without password or roles, never signed in or listed."""
    user, _ = User.objects.get_or_create(
        is_system=True,
        defaults={
            "email": "system@localhost",
            "name": "System",
            "password": make_password(None),
            "is_active": False,
        },
    )
    return user


def _require_free_address(email: str, person: User | None = None) -> None:
    if User.objects.filter(email__iexact=email).exclude(pk=getattr(person, "pk", None)).exists():
        raise ValidationError({"email": "Somebody already has an account with this address"})


@transaction.atomic
def add_person(*, email: str, name: str, by: User, job_title: str = "", team: Team | None = None) -> User:
    """Make an account without a password: its owner sets one through a link."""
    require_administrator(by)
    email = one_line(email)
    _require_free_address(email)
    person = User.objects.create(
        email=email.lower(), name=name, job_title=job_title, team=team, password=make_password(None)
    )
    record("person added", by=by, obj=person, changes={"email": [None, person.email]})
    return person


@transaction.atomic
def change_person(
    *,
    person: User,
    version: int,
    email: str,
    name: str,
    by: User,
    job_title: str = "",
    team: Team | None = None,
) -> User:
    """Change what is known of the person; a new address is the one they sign in with from now on."""
    require_administrator(by)
    email = one_line(email)
    _require_free_address(email, person)
    person, changes = change(person, version, email=email.lower(), name=name, job_title=job_title, team=team)
    if changes:
        record("person changed", by=by, obj=person, changes=changes)
    return person


@transaction.atomic
def end_person(*, person: User, by: User, on: date | None = None) -> User:
    """End the account at once: signed out everywhere, no roles, and no password or link works any more.

    History keeps which roles they were.
    """
    require_administrator(by)
    if not may_end(by, person):
        raise PermissionDenied
    roles = [str(grant) for grant in person.grants.select_related("team", "service")]
    person.grants.all().delete()
    person, changes = change(person, None, is_active=False, ended_on=on or timezone.localdate())
    # A link to set a password carries a mark of the password: with it go the links made before.
    person.set_unusable_password()
    person.save(update_fields=["password"])
    for session in UserSession.objects.filter(user=person):
        _leave_word(session)
    record("person ended", by=by, obj=person, changes={**changes, "roles": [roles, []]})
    return person


def _leave_word(session: UserSession) -> None:
    """Empty the session: nobody is signed in there any more, and the open browser is told why."""
    store = session._session_store(session.session_key)
    if store.exists(session.session_key):
        store.clear()
        store[ACCOUNT_ENDED] = True
        store.save()
    session.delete()


@transaction.atomic
def return_person(*, person: User, by: User) -> User:
    """Let somebody whose account was ended come back: a new link to set a password, and roles given again."""
    require_administrator(by)
    person, changes = change(person, None, is_active=True, ended_on=None)
    record("person returned", by=by, obj=person, changes=changes)
    return person


def _require_limit(role: str, team: Team | None, service: Service | None) -> None:
    """A manager's role is for a team, a head's for a service, the others are for all."""
    problems = {}
    if role == Role.MANAGER and not team:
        problems["team"] = "Choose the team that they manage"
    elif role != Role.MANAGER and team:
        problems["team"] = "Leave this empty: only a manager’s role is for one team"
    if role == Role.HEAD and not service:
        problems["service"] = "Choose the service that they head"
    elif role != Role.HEAD and service:
        problems["service"] = "Leave this empty: only a head’s role is for one service"
    if problems:
        raise ValidationError(problems)


@transaction.atomic
def give_role(
    *, person: User, role: str, by: User, team: Team | None = None, service: Service | None = None
) -> RoleGrant:
    """Give the role, for one team or one service where it has such a limit."""
    require_administrator(by)
    if not person.is_active:
        raise ValidationError({"role": "This account has ended"})
    _require_limit(role, team, service)
    grant, is_new = RoleGrant.objects.get_or_create(user=person, role=role, team=team, service=service)
    if not is_new:
        raise ValidationError({"role": f"{person} already has this role"})
    record("role given", by=by, obj=person, changes={"role": [None, str(grant)]})
    return grant


@transaction.atomic
def take_role(*, grant: RoleGrant, by: User) -> User:
    """Take the role away; it ends with the person's next request."""
    require_administrator(by)
    if not may_take_role(by, grant):
        raise PermissionDenied
    taken, person = str(grant), grant.user
    grant.delete()
    record("role taken away", by=by, obj=person, changes={"role": [taken, None]})
    return person


@transaction.atomic
def make_password_link(*, person: User, by: User) -> str:
    """The path at which the person sets a password, once and within three days."""
    require_administrator(by)
    if not person.is_active:
        raise PermissionDenied
    record("password link made", by=by, obj=person)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )


@transaction.atomic
def clear_second_factor(*, person: User, by: User) -> User:
    """For somebody who lost their device and codes: they set a new second factor up when they sign in."""
    require_administrator(by)
    if person.pk == by.pk:
        raise PermissionDenied
    Authenticator.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    record("second factor cleared", by=by, obj=person)
    return person
