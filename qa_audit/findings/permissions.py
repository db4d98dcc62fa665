"""Who keeps the themes. Who sees a finding follows from the audit or review that it came from."""

from qa_audit.people.models import Role, User


def may_keep_themes(user: User) -> bool:
    return user.has_role(Role.QA_LEAD)
