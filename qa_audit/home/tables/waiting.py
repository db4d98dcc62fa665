"""What home lists: what waits for a person, and where their work begins. Cost is the same for any data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, DateField, F, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone

from kpi.commentary.models import Commentary
from kpi.commentary.waiting import Entry, asked_for, waiting_for_approval
from kpi.returns.models import Upload
from kpi.returns.months import months_with_figures
from qa_audit.audits.models.answers import KeptText, Outcome
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.permissions import accuracy_check_until
from qa_audit.audits.tables import AWAITING, OPEN
from qa_audit.common.dates import working_days_between
from qa_audit.common.months import month_words
from qa_audit.common.wording import clock, count, short_day
from qa_audit.home.permissions import ready_to_agree
from qa_audit.people.models import Role, User

MOST_ROWS = 10
# What an item says of an audit; an audit has some sixty columns.
NAMED_BY = ("service", "team", "tool_version__tool")
SHOWN = (
    *("reference", "state", "due_on", "submitted_at", "shared_at", "accuracy_noted_at"),
    *("service__name", "team__name", "tool_version__tool__title"),
)
# Where neither is arranged for a day: after all others.
NO_DAY = Value(date.max, output_field=DateField())


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what it is, where it is done, what to know, and whether its time is over."""

    text: str
    href: str
    note: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Group:
    """Things of one kind that wait: at most ten of them, whether there are more, and where all are."""

    title: str
    items: list[Waiting]
    has_more: bool = False
    all_url: str = ""

    @classmethod
    def of(
        cls, title: str, rows: QuerySet | Sequence, item: Callable[[Any], Waiting], all_url: str = ""
    ) -> "Group":
        """The first ten rows as items. Nobody counts the others: that would be a look at each of them."""
        first = list(rows[: MOST_ROWS + 1])
        return cls(title, [item(row) for row in first[:MOST_ROWS]], len(first) > MOST_ROWS, all_url)

    @property
    def number(self) -> str:
        return f"more than {MOST_ROWS}" if self.has_more else f"{len(self.items)}"


@dataclass(frozen=True)
class Start:
    """Where a piece of work begins, and whose it is."""

    text: str
    page: str
    words: str
    roles: tuple[Role, ...]


STARTS = [
    Start(
        "Start an audit",
        "audits:start",
        "Choose the case, the service and the tool, and fill it in.",
        (Role.AUDITOR, Role.MANAGER),
    ),
    Start(
        "Record a learning review",
        "learning:add",
        "A review after an event, with what it found.",
        (Role.AUDITOR, Role.QA_LEAD),
    ),
    Start(
        "Upload a return",
        "returns:upload",
        "A month’s figures or caseloads from a spreadsheet, checked before they count.",
        (Role.ANALYST,),
    ),
    Start(
        "Measures",
        "packs:index",
        "Performance indicators month by month, with targets and commentary.",
        (Role.LEADER, Role.ANALYST),
    ),
    Start(
        "Reports",
        "reports:index",
        "What audits and reviews found, as pages, charts and Excel files.",
        (Role.LEADER, Role.ANALYST),
    ),
    Start("People", "people:list", "Add people, give them roles, end their accounts.", (Role.ADMINISTRATOR,)),
    Start(
        "Services and teams",
        "people:services:list",
        "Add, rename and end services and their teams.",
        (Role.ADMINISTRATOR,),
    ),
]


def starts_for(user: User) -> list[Start]:
    """Where the person's own pieces of work begin."""
    return [start for start in STARTS if user.has_role(*start.roles)]


def not_raised_by(user: User) -> QuerySet:
    """The person's own audits in which a child may be unsafe and no concern is raised yet."""
    return Audit.objects.visible_to(user).filter(auditor=user.pk).concern_not_raised()


def waiting_for(user: User, without_analysis: Sequence = ()) -> list[Group]:
    """What waits for the person, the groups that hold anything.

    In: the rows of the self-evaluation that still lack the person's own words.
    """
    groups = [*_groups(user), _analyses(without_analysis)]
    return [group for group in groups if group.items]


def _groups(user: User) -> list[Group]:
    audits = Audit.objects.visible_to(user)
    groups = []
    if user.has_role(Role.AUDITOR, Role.MANAGER):
        mine = audits.filter(auditor=user.pk)
        groups += [_kept_text(user), *_to_write(mine)]
    if user.has_role(Role.MANAGER):
        groups.append(_to_check(user, audits))
    if user.has_role(Role.QA_LEAD):
        groups += _to_sign_off(user, audits)
    if user.has_role(Role.HEAD):
        groups.append(_commentary_to_write(user))
    if user.has_role(Role.ANALYST):
        groups += [_return_to_accept(user), _commentary_to_approve(user)]
    return groups


def _group(title: str, audits: QuerySet, item: Callable[[Audit], Waiting], state: str) -> Group:
    listed = f"{reverse('audits:list')}?{urlencode({'state': state})}"
    return Group.of(title, audits.select_related(*NAMED_BY).only(*SHOWN), item, listed)


def _kept_text(user: User) -> Group:
    texts = user.kept_texts.filter(audit__in=Audit.objects.visible_to(user)).select_related("audit")
    return Group.of("Text kept for you", texts, _take_back, reverse("audits:kept"))


def _take_back(text: KeptText) -> Waiting:
    return Waiting(
        f"{text.audit.reference}: text that was not saved",
        reverse("audits:kept_text", args=[text.pk]),
        f"kept on {short_day(text.kept_at)} at {clock(text.kept_at)}",
    )


def _to_write(mine: QuerySet) -> list[Group]:
    """Its auditor's own, the late ones first."""
    soonest = F("due_on").asc(nulls_last=True)
    todo = mine.filter(state__in=[State.ALLOCATED, State.IN_PROGRESS]).order_by(soonest, "pk")
    returned = mine.filter(state=State.RETURNED).order_by(soonest, "pk")
    feedback = (
        mine.awaiting_feedback().annotate(arranged_on=_first_arranged_day()).order_by("arranged_on", "pk")
    )
    return [
        _group("Returned to you", returned, _fill_in, State.RETURNED),
        _group("Audits to do", todo, _fill_in, OPEN),
        _group("Awaiting feedback", feedback, _give_feedback, AWAITING),
    ]


def _fill_in(audit: Audit) -> Waiting:
    due = f"due {short_day(audit.due_on)}" if audit.due_on else ""
    is_late = bool(audit.due_on and audit.due_on < timezone.localdate())
    words = (audit.get_state_display(), due)
    return Waiting(_name(audit), reverse("audits:fill", args=[audit.reference]), _joined(*words), is_late)


def _first_arranged_day() -> Least:
    """The soonest day for which a conversation or a voice is arranged."""
    is_arranged = Q(voices__outcome=Outcome.ARRANGED)
    conversation = Case(When(conversation=Audit.Conversation.ARRANGED, then="conversation_on"))
    voice = Min("voices__arranged_for", filter=is_arranged)
    return Least(Coalesce(conversation, NO_DAY), Coalesce(voice, NO_DAY))


def _give_feedback(audit: Audit) -> Waiting:
    on = audit.arranged_on
    note = "a conversation or a voice is still arranged"
    note = f"arranged for {short_day(on)}" if on < date.max else note
    address = reverse("audits:feedback", args=[audit.reference])
    return Waiting(_name(audit), address, note, is_late=on < timezone.localdate())


def _to_check(user: User, audits: QuerySet) -> Group:
    """Audits of the manager's teams, shared for factual accuracy and not checked by anybody yet."""
    shared = audits.filter(state=State.SHARED, team__in=user.managed_team_ids, accuracy_noted_at=None)
    shared = shared.exclude(auditor=user.pk).exclude(earlier_auditors=user.pk).order_by("shared_at", "pk")
    return _group("To check for accuracy", shared, _check, State.SHARED)


def _check(audit: Audit) -> Waiting:
    left = working_days_between(timezone.localdate(), accuracy_check_until(audit))
    note = "today is the last day" if left == 0 else f"{count(left, 'working day')} left"
    note = "the time is up" if left < 0 else note
    return Waiting(_name(audit), audit.get_absolute_url(), note, is_late=left < 0)


def _to_sign_off(user: User, audits: QuerySet) -> list[Group]:
    """A QA lead signs off every audit but their own."""
    others = audits.exclude(auditor=user.pk).exclude(earlier_auditors=user.pk)
    submitted = others.filter(state=State.SUBMITTED).order_by("submitted_at", "pk")
    ready = ready_to_agree(others).order_by("shared_at", "pk")
    return [
        _group("Submitted, to share", submitted, _share, State.SUBMITTED),
        _group("Shared, ready to agree", ready, _agree, State.SHARED),
    ]


def _share(audit: Audit) -> Waiting:
    return Waiting(_name(audit), audit.get_absolute_url(), f"submitted {short_day(audit.submitted_at)}")


def _agree(audit: Audit) -> Waiting:
    note = "checked by the manager" if audit.accuracy_noted_at else f"shared {short_day(audit.shared_at)}"
    return Waiting(_name(audit), audit.get_absolute_url(), note)


def _analyses(rows: Sequence) -> Group:
    """Services whose head has not yet put their own words beside this year's figures."""
    items = [Waiting(row.name, row.write_url, f"{count(row.audits, 'audit')} this year") for row in rows]
    return Group("Analyses to write", items)


def _commentary_to_write(user: User) -> Group:
    """Areas with figures in the usual month and no analysis handed in, and what was begun or returned."""
    months = months_with_figures(user)
    missing = asked_for(user, months.usual) if months else []
    return Group.of("Commentary to write", missing, _write, reverse("commentary:list"))


def _write(entry: Entry) -> Waiting:
    return Waiting(entry.title, entry.address, f"{month_words(entry.month)}, {entry.words.lower()}")


def _commentary_to_approve(user: User) -> Group:
    return Group.of("Commentary to approve", waiting_for_approval(user), _approve, reverse("commentary:list"))


def _approve(commentary: Commentary) -> Waiting:
    subject = f"{commentary.subject}, {month_words(commentary.month)}"
    return Waiting(subject, commentary.get_absolute_url(), f"written by {commentary.written_by}")


def _return_to_accept(user: User) -> Group:
    """The file that the person uploaded and has neither accepted nor thrown away."""
    uploads = Upload.objects.visible_to(user).select_related("job").defer("content", "outcome")
    items = [
        Waiting(
            one.file_name,
            reverse("returns:waiting"),
            f"uploaded on {short_day(one.uploaded_at)} at {clock(one.uploaded_at)}, {one.standing.lower()}",
        )
        for one in uploads
    ]
    return Group("A return waits to be accepted", items)


def _name(audit: Audit) -> str:
    return f"{audit.reference}: {audit.tool_version.tool.title}, {audit.team or audit.service}"


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)
