"""Changes to commentary and action steps; history keeps all of each."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kpi.commentary.models import ActionStep, Audience, Commentary, CommentaryStatus
from kpi.commentary.permissions import (
    may_approve,
    may_change,
    may_change_step,
    may_decide,
    may_keep_step,
    may_write,
    require,
)
from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from qa_audit.common.versions import hold, require_version
from qa_audit.history.actions import change, difference, narrative, record
from qa_audit.loop.models import Action, ActionOrigin, ActionState, Closing
from qa_audit.people.models import User

# What history keeps as hash and length in an event; the words stand in the snapshot.
NARRATIVE = ("text", "returned_note")
RETURNED = "This commentary is already with its writer."
ENDED_ALREADY = "This action step has already ended."


class DoneAlready(Exception):
    """An earlier press, or somebody else, did what this one would do; the message is fit for the page."""


@transaction.atomic
def write(*, subject: Indicator | Area, month: date, version: int, values: dict, by: User) -> Commentary:
    """Write the month's commentary for the service, over the version that the person saw (0: none yet).

    In: `values` are `text` and, of an indicator, `same_as`. A form sent twice is one commentary. Raises
    ChangedMeanwhile when somebody wrote another in the meantime.
    """
    require(may_write(by, subject))
    of = {"area" if isinstance(subject, Area) else "indicator": subject}
    written = {"written_by": by, "written_at": timezone.now()}
    commentary, is_new = Commentary.objects.get_or_create(
        **of, month=month, audience=Audience.SERVICE, defaults={**values, **written}
    )
    if is_new:
        _record("written", commentary, by, before={"text": "", "same_as": None})
        return commentary
    commentary = hold(commentary)
    require(may_change(by, commentary))
    if all(getattr(commentary, name) == value for name, value in values.items()):
        return commentary
    require_version(commentary, version)
    return _move(commentary, "written", by, **values, **written)


@transaction.atomic
def bring_in(*, subject: Indicator | Area, month: date, version: int, text: str, by: User) -> Commentary:
    """Submit words that came with a return, over the version that its check saw (0: none yet).

    Raises ChangedMeanwhile; approved words are never replaced.
    """
    require(may_decide(by))
    of = {"area" if isinstance(subject, Area) else "indicator": subject}
    fields = {"text": text, "status": CommentaryStatus.SUBMITTED, "written_by": by}
    fields["written_at"] = timezone.now()
    commentary, is_new = Commentary.objects.get_or_create(
        **of, month=month, audience=Audience.SERVICE, defaults=fields
    )
    if is_new:
        _record("brought in", commentary, by, before={"text": "", "same_as": None})
        return commentary
    commentary = hold(commentary)
    require_version(commentary, version)
    require(commentary.status != CommentaryStatus.APPROVED)
    return _move(commentary, "brought in", by, **fields, same_as=None, returned_note="")


@transaction.atomic
def submit(*, commentary: Commentary, version: int | None, by: User) -> Commentary:
    """Hand it to the analyst.

    Raises ChangedMeanwhile when it is no longer what the person read, and DoneAlready.
    """
    commentary = hold(commentary)
    require(may_write(by, commentary.subject))
    if commentary.status != CommentaryStatus.DRAFT:
        raise DoneAlready("This commentary has already been submitted.")
    require_version(commentary, version)
    return _move(commentary, "submitted", by, status=CommentaryStatus.SUBMITTED, returned_note="")


@transaction.atomic
def approve(*, commentary: Commentary, version: int | None, by: User) -> Commentary:
    """From now on everybody who meets measures reads it.

    Raises ChangedMeanwhile when it is no longer what the person read, DoneAlready, and ValidationError when
    it is the same as a commentary that is not approved itself.
    """
    commentary = hold(commentary)
    require(may_decide(by))
    if commentary.status == CommentaryStatus.APPROVED:
        raise DoneAlready("This commentary has already been approved.")
    require_version(commentary, version)
    require(may_approve(by, commentary))
    other = commentary.same_as
    if other and other.status != CommentaryStatus.APPROVED:
        raise ValidationError(f"Approve the commentary on {other.indicator} first: this one is the same.")
    return _move(commentary, "approved", by, status=CommentaryStatus.APPROVED, approved_by=by)


@transaction.atomic
def return_to_writer(*, commentary: Commentary, note: str, by: User) -> Commentary:
    """Give it back to be written again, with what is to be changed. Readers no longer see it.

    Raises DoneAlready.
    """
    commentary = hold(commentary)
    require(may_decide(by))
    if commentary.status == CommentaryStatus.DRAFT:
        raise DoneAlready(RETURNED)
    return _move(
        commentary, "returned", by, status=CommentaryStatus.DRAFT, returned_note=note, approved_by=None
    )


def _move(commentary: Commentary, action: str, by: User, **fields) -> Commentary:
    before = commentary.content()
    commentary.version += 1
    for name, value in fields.items():
        setattr(commentary, name, value)
    commentary.save()
    _record(action, commentary, by, before)
    return commentary


def _record(action: str, commentary: Commentary, by: User, before: dict) -> None:
    after = commentary.content()
    changes = difference(before, after, NARRATIVE)
    changes.pop("version", None)
    record(f"commentary {action}", by=by, obj=commentary, changes=changes, snapshot=after)


@transaction.atomic
def add_step(*, indicator: Indicator, month: date, values: dict, by: User) -> ActionStep:
    """Write down what someone will do about the month's figure.

    The same words for the same month and service twice are one step: a form sent twice adds nothing.
    """
    require(may_write(by, indicator))
    # Held, so that two copies of one form come one after the other.
    hold(indicator)
    same = {f"action__{name}": values[name] for name in ("text", "service", "owner_role", "due_on")}
    steps = ActionStep.objects.filter(indicator=indicator, month=month, action__state=ActionState.OPEN)
    if twin := steps.filter(**same).first():
        return twin
    action = Action.objects.create(origin=ActionOrigin.INDICATOR, written_by=by, **values)
    step = ActionStep.objects.create(indicator=indicator, month=month, action=action)
    changes = {name: [None, str(value)] for name, value in values.items() if name != "text"}
    changes |= {"answers": [None, str(step)], "text": [None, narrative(action.text)]}
    record("action step added", by=by, obj=action, changes=changes)
    return step


@transaction.atomic
def change_step(*, step: ActionStep, version: int, values: dict, by: User) -> ActionStep:
    """Other words, owner or day over the version that the person saw, or ChangedMeanwhile."""
    step.action = hold(step.action)
    require(may_change_step(by, step))
    step.action, changes = change(step.action, version, ["text"], **values)
    record("action step changed", by=by, obj=step.action, changes=changes)
    return step


@transaction.atomic
def end_step(*, step: ActionStep, status: str, outcome: str, by: User) -> ActionStep:
    """Done, or no longer needed, with what came of it: from now on it is carried no further.

    Raises DoneAlready.
    """
    step.action = hold(step.action)
    require(may_keep_step(by, step))
    if step.action.state != ActionState.OPEN:
        raise DoneAlready(ENDED_ALREADY)
    fields = {"closed_as": Closing(status), "closed_on": timezone.localdate(), "outcome": outcome}
    step.action, changes = change(step.action, None, ["outcome"], state=ActionState.CLOSED, **fields)
    record("action step ended", by=by, obj=step.action, changes=changes)
    return step
