"""Who raises a safeguarding notice, and who acknowledges it."""

from qa_audit.notices.models import Notice
from qa_audit.people.models import Role, User


def may_raise(user: User) -> bool:
    """Whoever fills in audits."""
    return user.has_role(Role.AUDITOR, Role.MANAGER, Role.QA_LEAD)


def may_acknowledge(user: User, notice: Notice) -> bool:
    """Those told, once, and never who raised it: an acknowledgement is by somebody else."""
    if notice.acknowledged_at or notice.raised_by_id in user.acting_ids:
        return False
    is_notified_by_role = user.has_role(Role.MANAGER, Role.HEAD, Role.QA_LEAD, Role.LEADER)
    return is_notified_by_role and Notice.objects.visible_to(user).filter(pk=notice.pk).exists()
