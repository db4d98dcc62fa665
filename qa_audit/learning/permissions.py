"""Who may do what with a learning review, and while it stands how."""

from django.core.exceptions import PermissionDenied

from qa_audit.learning.models import LearningReview, ReviewStatus
from qa_audit.people.models import Role, User

# Who may lead a review.
LEADING = (Role.AUDITOR, Role.QA_LEAD)


def require(allowed: bool) -> None:
    """Refuse what the person may not do."""
    if not allowed:
        raise PermissionDenied


def may_record(user: User) -> bool:
    """Write down a new review."""
    return user.has_role(Role.AUDITOR, Role.QA_LEAD)


def may_change(user: User, review: LearningReview) -> bool:
    """The auditor who recorded or leads it, until it is completed; the QA lead, until it is withdrawn."""
    if user.has_role(Role.QA_LEAD):
        return review.status != ReviewStatus.WITHDRAWN
    is_theirs = user.pk in (review.recorded_by_id, review.lead_id)
    return user.has_role(Role.AUDITOR) and is_theirs and review.status == ReviewStatus.OPEN


def may_complete(user: User, review: LearningReview) -> bool:
    return review.status == ReviewStatus.OPEN and may_change(user, review)


def may_reopen(user: User, review: LearningReview) -> bool:
    """Who recorded it, and the QA lead."""
    is_theirs = user.has_role(Role.AUDITOR) and user.pk == review.recorded_by_id
    return review.is_counted and (is_theirs or user.has_role(Role.QA_LEAD))


def may_hand_over(user: User, review: LearningReview) -> bool:
    return review.status == ReviewStatus.OPEN and user.has_role(Role.QA_LEAD)


def may_publish(user: User, review: LearningReview) -> bool:
    return review.status == ReviewStatus.COMPLETED and user.has_role(Role.QA_LEAD)


def may_withdraw(user: User, review: LearningReview) -> bool:
    return review.status != ReviewStatus.WITHDRAWN and user.has_role(Role.QA_LEAD)


def may_see_history(user: User) -> bool:
    """Who changed it, and who has looked at it."""
    return user.has_role(Role.QA_LEAD)
