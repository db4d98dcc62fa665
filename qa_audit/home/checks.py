"""Whose open work nobody continues, and who is missing. The cost is the same for any data."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import DateTimeField, Exists, Model, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.indicators.models.indicators import Indicator
from kpi.returns.models import Upload
from qa_audit.audits.actions.taking_over import possible_takers, who_may_take
from qa_audit.audits.models.audit import OPEN_STATES, Audit, State
from qa_audit.common.prepared import Given, Prepared
from qa_audit.common.wording import count
from qa_audit.home.permissions import who_did_not_write
from qa_audit.imports.models import WaitingFile
from qa_audit.learning.models import LearningReview, ReviewStatus
from qa_audit.learning.permissions import LEADING
from qa_audit.loop.models import Action
from qa_audit.notices.models import Notice
from qa_audit.people.models import Role, User

MOST_NAMED = 10
# A QA lead who did not write in it moves an audit on from these.
TO_SIGN_OFF = (State.SUBMITTED, State.SHARED, State.CHALLENGED)


@dataclass(frozen=True)
class Missing:
    """Who is missing, as a sentence with numbers only; and, for QA leads, the records that wait."""

    words: str
    records: list[Model] = field(default_factory=list)


def _there(person: str, *roles: Role) -> Exists:
    """Inside a query: whether the one whom the column names is active and holds one of the roles."""
    return Exists(User.objects.with_role(*roles).filter(pk=OuterRef(person)))


def without_auditor(audits: QuerySet) -> QuerySet:
    """Open audits in which nobody can write: their auditor's account has ended, or the role is gone."""
    return audits.filter(state__in=OPEN_STATES).exclude(_there("auditor", Role.AUDITOR, Role.MANAGER))


def without_moderator(audits: QuerySet) -> QuerySet:
    """Audits in moderation that nobody can moderate."""
    moderating = audits.filter(state=State.IN_MODERATION)
    return moderating.exclude(_there("moderator", Role.AUDITOR, Role.QA_LEAD))


def feedback_of_nobody(audits: QuerySet) -> QuerySet:
    """Audits whose arranged feedback is left to a QA lead."""
    return audits.awaiting_feedback().exclude(_there("auditor", Role.AUDITOR, Role.MANAGER))


def reviews_of_nobody(reviews: QuerySet) -> QuerySet:
    """Open learning reviews whose lead is there no longer, nor who recorded them."""
    return (
        reviews.filter(status=ReviewStatus.OPEN)
        .exclude(_there("lead", *LEADING))
        .exclude(_there("recorded_by", *LEADING))
    )


def missing_people(*, names_records: bool) -> list[Missing]:
    """Who is missing for what is open. In: whether the records may be named (never to an administrator)."""
    found = [*_missing_around_audits(), *_missing_for_concerns(), *_missing_analyst()]
    return found if names_records else [Missing(one.words) for one in found]


def _missing_around_audits() -> list[Missing]:
    leads = User.objects.with_role(Role.QA_LEAD).count()
    if not leads:
        audits = Audit.objects.exclude(state__in=(State.AGREED, State.WITHDRAWN)).count()
        reviews = LearningReview.objects.filter(status=ReviewStatus.OPEN).count()
        waiting = f"{count(audits, 'audit')} and {count(reviews, 'learning review')}"
        return [Missing(f"A QA lead is needed: there is none, and {waiting} are not finished.")]
    found = []
    if own := SIGNED_OFF_BY_NOBODY.rows():
        one = "A second" if leads == 1 else "Another"
        waiting = _wait(own, "audit")
        words = f"{one} QA lead is needed: nobody can sign off what they wrote, and {waiting} for that."
        found.append(Missing(words, own[:MOST_NAMED]))
    return found + _missing_takers()


def _signed_off_by_nobody() -> QuerySet:
    """Audits that wait for a QA lead, where each QA lead has written in them."""
    free = Exists(who_did_not_write(User.objects.with_role(Role.QA_LEAD)))
    waiting = Audit.objects.filter(state__in=TO_SIGN_OFF) | without_moderator(Audit.objects.all())
    return waiting.exclude(free).order_by("pk")


def _missing_takers() -> list[Missing]:
    """Audits that have to be handed over, where nobody may take them."""
    found = []
    for left, who in ((WITHOUT_AUDITOR, "An auditor is"), (WITHOUT_MODERATOR, "A moderator is")):
        audits = left.rows()
        prefetch_related_objects(audits, "earlier_auditors")
        people = possible_takers() if audits else []
        stranded = [audit for audit in audits if not who_may_take(audit, people)]
        if stranded:
            words = f"{who} needed: {_wait(stranded, 'audit')}, and nobody can take them over."
            found.append(Missing(words, stranded[:MOST_NAMED]))
    return found


def _acknowledged_by_nobody() -> QuerySet:
    """Safeguarding concerns that nobody acknowledges, because nobody who may is there."""
    by_role = Q(grants__role=Role.QA_LEAD) | Q(grants__team=OuterRef("team"), grants__role=Role.MANAGER)
    by_role |= Q(grants__service=OuterRef("service"), grants__role=Role.HEAD)
    others = User.objects.active().exclude(pk=OuterRef("raised_by"))
    now = Given("now", DateTimeField())
    is_late = Q(Exists(others.filter(grants__role=Role.LEADER)), leaders_from__lte=now)
    waiting = Notice.objects.unacknowledged().exclude(Exists(others.filter(by_role))).exclude(is_late)
    return waiting.order_by("pk")


def _missing_for_concerns() -> list[Missing]:
    notices = ACKNOWLEDGED_BY_NOBODY.rows(now=timezone.now())
    if not notices:
        return []
    waiting = _wait(notices, "safeguarding concern")
    words = f"A QA lead, manager or head is needed: {waiting} to be acknowledged."
    return [Missing(words, notices[:MOST_NAMED])]


# Each home of a QA lead and of an administrator asks for these, and mostly there are none.
SIGNED_OFF_BY_NOBODY = Prepared(_signed_off_by_nobody)
ACKNOWLEDGED_BY_NOBODY = Prepared(_acknowledged_by_nobody)
WITHOUT_AUDITOR = Prepared(
    lambda: without_auditor(Audit.objects.select_related("team", "service")).order_by("pk")
)
WITHOUT_MODERATOR = Prepared(
    lambda: without_moderator(Audit.objects.select_related("team", "service")).order_by("pk")
)


def _missing_analyst() -> list[Missing]:
    if not Indicator.objects.exists() or User.objects.with_role(Role.ANALYST).exists():
        return []
    commentaries = Commentary.objects.exclude(status=CommentaryStatus.APPROVED).count()
    waiting = f"{count(commentaries, 'commentary', 'commentaries')} are not approved"
    return [Missing(f"A performance analyst is needed: there is none, and {waiting}.")]


def _wait(records: list, noun: str) -> str:
    return f"{count(len(records), noun)} {'waits' if len(records) == 1 else 'wait'}"


def open_work_of(person: User) -> list[str]:
    """How many records of each kind are open in the person's name, in words; never which."""
    audits = Audit.objects.filter(auditor=person)
    reviews = LearningReview.objects.filter(Q(lead=person) | Q(recorded_by=person), status=ReviewStatus.OPEN)
    moderation = Audit.objects.filter(moderator=person, state=State.IN_MODERATION)
    commentaries = Commentary.objects.filter(written_by=person, status=CommentaryStatus.DRAFT)
    steps = Action.objects.filter(written_by=person).open()
    files = WaitingFile.objects.filter(user=person).count() + Upload.objects.filter(user=person).count()
    kinds: Iterable[tuple[int, str, str]] = [
        (audits.open().count(), "audit to fill in", "audits to fill in"),
        (audits.awaiting_feedback().count(), "audit awaiting feedback", "audits awaiting feedback"),
        (moderation.count(), "audit to moderate", "audits to moderate"),
        (
            reviews.filter(Q(lead=person) | Q(recorded_by=person)).count(),
            "learning review",
            "learning reviews",
        ),
        (
            Notice.objects.unacknowledged().filter(raised_by=person).count(),
            "safeguarding concern that nobody has acknowledged",
            "safeguarding concerns that nobody has acknowledged",
        ),
        (commentaries.count(), "draft of a commentary", "drafts of commentaries"),
        (steps.count(), "action step", "action steps"),
        (files, "uploaded file, deleted after a day", "uploaded files, deleted after a day"),
    ]
    return [count(number, one, many) for number, one, many in kinds if number]
