"""What people left open who can no longer continue it: QA leads hand it over, analysts see to theirs."""

from django.db.models import QuerySet
from django.urls import reverse

from kpi.commentary.models import ActionStep, Commentary, CommentaryStatus
from qa_audit.audits.models.audit import Audit, State
from qa_audit.common.months import month_words
from qa_audit.home.checks import feedback_of_nobody, reviews_of_nobody, without_auditor, without_moderator
from qa_audit.home.tables.waiting import NAMED_BY, SHOWN, Group, Waiting
from qa_audit.learning.models import LearningReview
from qa_audit.loop.models import Action
from qa_audit.people.models import Role, User


def left_for(user: User) -> list[Group]:
    """What nobody continues until this person sees to it, the groups that hold anything."""
    groups = []
    if user.has_role(Role.QA_LEAD):
        groups += _to_hand_over(user)
    if user.has_role(Role.ANALYST):
        groups += _of_measures(user)
    return [group for group in groups if group.items]


def _to_hand_over(user: User) -> list[Group]:
    audits = Audit.objects.visible_to(user)
    stuck = (without_auditor(audits) | without_moderator(audits)).order_by("due_on", "pk")
    # A QA lead does not choose the moderator, nor complete the feedback, of what they wrote.
    feedback = feedback_of_nobody(audits).exclude(earlier_auditors=user.pk).order_by("audited_on", "pk")
    reviews = reviews_of_nobody(LearningReview.objects.visible_to(user)).order_by("due_on", "pk")
    return [
        _audits("Audits to hand over", stuck, "audits:hand_over"),
        _audits("Feedback to complete for others", feedback, "audits:feedback"),
        Group.of("Learning reviews to hand over", reviews.select_related("lead", "recorded_by"), _review),
    ]


def _review(review: LearningReview) -> Waiting:
    return Waiting(
        f"{review.reference}: {review.title}",
        reverse("learning:hand_over", args=[review.reference]),
        f"with {review.lead or review.recorded_by or 'nobody'}, who can no longer write in it",
    )


def _audits(title: str, audits: QuerySet, page: str) -> Group:
    def item(audit: Audit) -> Waiting:
        return Waiting(
            f"{audit.reference}: {audit.tool_version.tool.title}, {audit.team or audit.service}",
            reverse(page, args=[audit.reference]),
            f"{audit.get_state_display().lower()}, with {_holder(audit)}, who can no longer write in it",
        )

    named = audits.select_related(*NAMED_BY, "auditor", "moderator")
    return Group.of(title, named.only(*SHOWN, "auditor__name", "moderator__name"), item)


def _holder(audit: Audit) -> str:
    return str((audit.moderator if audit.state == State.IN_MODERATION else audit.auditor) or "nobody")


def _of_measures(user: User) -> list[Group]:
    """Anybody who writes for an indicator may continue its drafts and end its steps: analysts see to it."""
    drafts = Commentary.objects.visible_to(user).filter(
        status=CommentaryStatus.DRAFT, written_by__is_active=False
    )
    drafts = drafts.select_related("indicator", "written_by").order_by("month", "pk")
    left = Action.objects.open().filter(written_by__is_active=False)
    steps = ActionStep.objects.visible_to(user).filter(action__in=left)
    steps = steps.select_related("indicator", "action__written_by").order_by("month", "pk")
    return [
        Group.of(
            "Drafts of people who have left",
            drafts,
            lambda one: _of_month(one, one.written_by, one.get_absolute_url()),
        ),
        Group.of(
            "Action steps of people who have left",
            steps,
            lambda one: _of_month(
                one, one.action.written_by, reverse("commentary:change_step", args=[one.pk])
            ),
        ),
    ]


def _of_month(one: Commentary | ActionStep, writer: User, address: str) -> Waiting:
    return Waiting(f"{one.indicator}, {month_words(one.month)}", address, f"written by {writer}")
