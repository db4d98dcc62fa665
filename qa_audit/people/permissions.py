"""Who may change accounts and the organisation."""

from django.core.exceptions import PermissionDenied

from qa_audit.people.models import Role, User


def require_administrator(user: User) -> None:
    """Accounts, roles, services and teams are the administrator's."""
    if not user.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied


def require_keeper_of_names(user: User) -> None:
    """Other names of teams are the administrator's, and the analyst's, whose returns use them."""
    if not user.has_role(Role.ADMINISTRATOR, Role.ANALYST):
        raise PermissionDenied


def may_end(user: User, person: User) -> bool:
    """Nobody ends their own account: the last administrator would lock everybody out."""
    return person.is_active and person.pk != user.pk


def may_be_deputy(user: User, person: User, deputy: User) -> bool:
    """Nobody lends themselves another's roles: an administrator would read what is not theirs to read."""
    return deputy.pk not in (user.pk, person.pk) and person.is_active and deputy.is_active


def may_take_role(user: User, grant) -> bool:
    """Nobody takes their own administrator role away, so that one administrator is always left."""
    return not (grant.user_id == user.pk and grant.role == Role.ADMINISTRATOR)
