"""Who sees caseloads."""

from qa_audit.people.models import Role, User


def may_see_caseloads(user: User) -> bool:
    """Of which teams, `Caseload.visible_to` says."""
    return user.has_role(Role.MANAGER, Role.HEAD, Role.QA_LEAD, Role.LEADER, Role.ANALYST)
