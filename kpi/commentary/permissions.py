"""Who may write and approve commentary and keep action steps, and while it stands how."""

from django.core.exceptions import PermissionDenied

from kpi.commentary.models import ActionStep, Commentary, CommentaryStatus
from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from qa_audit.loop.models import ActionState
from qa_audit.people.models import Role, User


def require(allowed: bool) -> None:
    """Refuse what the person may not do."""
    if not allowed:
        raise PermissionDenied


def may_write(user: User, subject: Indicator | Area) -> bool:
    """Analysts for everything; heads for the indicators of their services, and for the areas of these."""
    if user.has_role(Role.ANALYST):
        return True
    return user.has_role(Role.HEAD) and _answers_for(user, subject)


def _answers_for(user: User, subject: Indicator | Area) -> bool:
    if isinstance(subject, Area):
        shown = Indicator.objects.visible_to(user).filter(area=subject)
        return shown.filter(services__in=user.headed_service_ids).exists()
    return subject.services.filter(pk__in=user.headed_service_ids).exists()


def may_change(user: User, commentary: Commentary) -> bool:
    """What was submitted stays as it is until it is returned."""
    return commentary.status == CommentaryStatus.DRAFT and may_write(user, commentary.subject)


def may_decide(user: User) -> bool:
    """Approve commentary, or return it to its writer."""
    return user.has_role(Role.ANALYST)


def may_approve(user: User, commentary: Commentary) -> bool:
    return commentary.status == CommentaryStatus.SUBMITTED and may_decide(user)


def may_return(user: User, commentary: Commentary) -> bool:
    """Before it is approved, or after, when it must be written again."""
    return commentary.status != CommentaryStatus.DRAFT and may_decide(user)


def may_see_history(user: User, commentary: Commentary) -> bool:
    """Who wrote, returned and approved it, and when."""
    return user.has_role(Role.QA_LEAD) or may_write(user, commentary.subject)


def may_keep_step(user: User, step: ActionStep) -> bool:
    """Analysts, and heads of its action's service or of the indicator's services."""
    return may_write(user, step.indicator) or step.action.service_id in user.headed_service_ids


def may_change_step(user: User, step: ActionStep) -> bool:
    """An ended step stays as it is."""
    return step.action.state == ActionState.OPEN and may_keep_step(user, step)


def may_write_some(user: User) -> bool:
    """Whether any commentary is theirs to write or to approve."""
    return user.has_role(Role.HEAD, Role.ANALYST)
