"""Taking returns in and back: the whole file or nothing."""

from contextlib import contextmanager
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.db.models import Q

from kpi.indicators.actions.indicators import hold_all
from kpi.indicators.models.areas import Area
from kpi.indicators.models.comparisons import CaseloadThreshold, Population
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import Month
from kpi.indicators.permissions import require_analyst
from kpi.returns.dry_run import DryRun, check_return
from kpi.returns.lines import Kind
from kpi.returns.models import Return, Upload
from kpi.returns.store import (
    StoredMeanwhile,
    create_measures,
    create_teams,
    put_back_caseloads,
    put_back_figures,
    store_caseloads,
    store_figures,
)
from qa_audit.common.months import month_words
from qa_audit.common.versions import hold, waited_in_vain
from qa_audit.common.wording import count
from qa_audit.history.actions import record
from qa_audit.history.models import Event
from qa_audit.intake.actions import keep_waiting
from qa_audit.jobs.actions import WorkRefused
from qa_audit.jobs.models import Job
from qa_audit.people.models import Service, Team, User

BUSY = "Another return is being stored. Try again in a minute."
CHECK_AGAIN = "Figures were stored since this file was checked. Check it again."
MOST_NAMED = 5
# A longer file is not read once more while everybody else waits for the transaction.
MOST_CHECKED_INSIDE = 100_000  # bytes
# Whose changes may make a check say something else.
LOOKED_AT = [
    model._meta.model_name
    for model in (Area, CaseloadThreshold, Indicator, Month, Population, Return, Service, Team)
]
LONGEST_REASON = Return._meta.get_field("reason").max_length


class ReturnRefused(WorkRefused):
    """A return that cannot be accepted or taken back as it is; the message is fit for the page."""


@contextmanager
def refused_when_busy():
    """Raise ReturnRefused where the database gave up waiting; it has stored nothing then."""
    try:
        yield
    except OperationalError as error:
        if waited_in_vain(error):
            raise ReturnRefused(BUSY) from error
        raise


@refused_when_busy()
@transaction.atomic
def accept_return(*, check: DryRun, by: User, reason: str = "") -> Return:
    """Store what a checked file says, all of it: figures, caseloads, targets, benchmarks.

    Of two people with one file the second waits and finds every figure unchanged. Raises ReturnRefused.
    """
    require_analyst(by)
    hold_all()
    check.reason = reason.strip() or check.reason
    if len(check.reason) > LONGEST_REASON:
        raise ReturnRefused(f"A reason has at most {LONGEST_REASON} characters.")
    check = _as_it_stands(check)
    if check.problems or check.needs_reason:
        raise ReturnRefused(check.outcome)
    return_ = _keep(check, by)
    create_measures(check.known, by)
    create_teams(check.known, by)
    try:
        store_figures(check.found.figures.values(), return_)
        store_caseloads(check.found.caseloads, check.gone, return_)
        for planned in check.planned:
            planned.store(by)
    except StoredMeanwhile as late:
        raise ReturnRefused(CHECK_AGAIN) from late
    except ValidationError as error:
        raise ReturnRefused(" ".join(error.messages)) from error
    names = ("file_name", "sha256", "new", "unchanged", "revised")
    counts = {name: [None, getattr(return_, name)] for name in names}
    record("return accepted", by=by, obj=return_, changes=counts, reason=return_.reason)
    return return_


@refused_when_busy()
@transaction.atomic
def accept_waiting(*, upload: Upload, job: Job, check: DryRun) -> Return | None:
    """Accept the file that waits, which is then gone; nothing when its person has deleted it."""
    held = Upload.objects.select_for_update().filter(pk=upload.pk, job=job).first()
    if held is None:
        return None
    return_ = accept_return(check=check, by=upload.user)
    held.delete()
    return return_


def _as_it_stands(check: DryRun) -> DryRun:
    """The check, made again when what it looked at changed since; a revision that nobody saw refuses it."""
    since = Event.objects.changes().filter(sequence__gt=check.history_at)
    if not since.filter(object_type__in=LOOKED_AT).exists():
        return check
    if len(check.content) > MOST_CHECKED_INSIDE:
        raise ReturnRefused(CHECK_AGAIN)
    again = check_return(
        check.content,
        file_name=check.file_name,
        month=check.month,
        create_indicators=check.create_indicators,
        create_teams=check.create_teams,
        reason=check.reason,
    )
    if not again.revisions() <= check.revisions():
        raise ReturnRefused(CHECK_AGAIN)
    return again


def _keep(check: DryRun, by: User) -> Return:
    counts = check.counts()
    return Return.objects.create(
        file_name=check.file_name,
        sha256=check.sha256,
        content=check.content,
        layout=check.layout,
        month=check.month,
        outcome=check.as_json(),
        new=counts[Kind.NEW],
        unchanged=counts[Kind.UNCHANGED],
        revised=counts[Kind.REVISED],
        reason=check.reason,
        by=by,
    )


def may_reverse(return_: Return) -> bool:
    """Whether the return stands, and is not itself one that took another back."""
    return return_.reverses_id is None and not hasattr(return_, "reversed_by")


def require_reversible(return_: Return) -> None:
    """Raise ReturnRefused where a return cannot be taken back."""
    if not may_reverse(return_):
        raise ReturnRefused(f"{return_} has already been taken back, or itself takes back another return.")
    _refuse_revised(return_)


@refused_when_busy()
@transaction.atomic
def reverse_return(*, return_: Return, by: User, reason: str) -> Return:
    """Put back what was there before a return, by a counter-return; nothing before is “not yet”.

    Indicators, teams, targets and benchmarks that came with it stay. Raises ReturnRefused: it was taken back
    already, or a later return has revised some of its figures.
    """
    require_analyst(by)
    hold_all()
    return_ = hold(return_)
    require_reversible(return_)
    if not reason.strip():
        raise ReturnRefused("Say why you are taking this return back.")
    counter = Return.objects.create(
        layout=return_.layout,
        month=return_.month,
        reverses=return_,
        reason=reason.strip()[:LONGEST_REASON],
        by=by,
    )
    counter.revised = put_back_figures(return_, counter) + put_back_caseloads(return_, counter)
    counter.save(update_fields=["revised"])
    changes = {"reverses": [None, str(return_)], "revised": [None, counter.revised]}
    record("return taken back", by=by, obj=counter, changes=changes, reason=counter.reason)
    return counter


def _refuse_revised(return_: Return) -> None:
    """A later return's figures revise this one's; closed months take no figures."""
    gone = return_.observations.filter(is_current=False).select_related("indicator", "team", "replaced_by")
    named = [
        f"{row.indicator}{f', {row.team}' if row.team else ''}, {month_words(row.month)} "
        f"({f'return {row.replaced_by.source_id}' if hasattr(row, 'replaced_by') else 'when merged'})"
        for row in gone[:MOST_NAMED]
    ]
    others = gone.count() - len(named)
    if named:
        more = [count(others, "other figure")] if others else []
        raise ReturnRefused(f"Later returns revised figures of this one: {'; '.join(named + more)}.")
    if return_.caseloads.filter(is_current=False).exists():
        raise ReturnRefused("A later return brought other caseloads for the same teams and days.")
    days = [*return_.caseloads.dates("on", "month"), *return_.ended_caseloads.dates("on", "month")]
    in_its_months = Q(first__in=return_.observations.values("month")) | Q(first__in=days)
    closed = Month.objects.closed().filter(in_its_months).first()
    if closed:
        raise ReturnRefused(f"{month_words(closed.first)} is closed and takes no figures.")


@transaction.atomic
def keep_return(*, content: bytes, file_name: str, by: User, month: date | None = None) -> Upload:
    """Keep an uploaded file, in place of an earlier one, until its person accepts it or throws it away.

    Raises ReturnRefused while the earlier one is being stored.
    """
    require_analyst(by)
    if Upload.objects.filter(user=by).being_stored().exists():
        raise ReturnRefused("Your last file is still being stored. Wait until that is done.")
    return keep_waiting(Upload, content=content, file_name=file_name, by=by, month=month)


def throw_away(*, upload: Upload, by: User) -> None:
    """Forget an uploaded file. Raises ReturnRefused when it is being stored, or was in the meantime."""
    if upload.user_id != by.pk:
        raise PermissionDenied
    waiting = Upload.objects.filter(pk=upload.pk)
    if waiting.being_stored().exists() or not waiting.delete()[0]:
        raise ReturnRefused("Nothing was deleted: the file is being stored, or has already been stored.")
