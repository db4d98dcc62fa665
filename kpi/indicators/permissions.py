"""Who keeps indicators and what they are held against: performance analysts; others read."""

from django.core.exceptions import PermissionDenied

from qa_audit.people.models import Role, User


def may_keep(user: User) -> bool:
    """Change indicators, targets, benchmarks, populations, thresholds and months."""
    return user.has_role(Role.ANALYST)


def require_analyst(user: User) -> None:
    """Refuse everybody but analysts and the system itself."""
    if not may_keep(user):
        raise PermissionDenied


def may_see_history(user: User) -> bool:
    """Who changed a definition, when and why."""
    return user.has_role(Role.ANALYST, Role.QA_LEAD)
