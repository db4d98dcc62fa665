"""Who may bring past audits in."""

from qa_audit.people.models import Role, User


def may_import(user: User) -> bool:
    """They arrive agreed, so it takes who agrees audits."""
    return user.has_role(Role.QA_LEAD)
