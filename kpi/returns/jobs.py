"""The long work on returns: a file is checked and stored, a return is taken back.

A short one is done at once, a long one beside the request, whose page asks how far it is.
"""

from collections.abc import Callable
from functools import partial

from kpi.returns.actions import CHECK_AGAIN, ReturnRefused, accept_waiting, require_reversible, reverse_return
from kpi.returns.dry_run import DryRun, check_return
from kpi.returns.models import Return, Upload, Work
from qa_audit.jobs.actions import begin, progress_of
from qa_audit.jobs.models import Job
from qa_audit.people.models import User

# Up to here the answer takes a second or two.
AT_ONCE_BELOW = 100_000  # bytes
REVERSED_AT_ONCE_BELOW = 5_000  # figures


def begin_check(upload: Upload) -> None:
    """Find out what the file would do."""
    _begin(upload, Work.CHECK, lambda job: _check(upload, job))


def begin_storing(upload: Upload, *, reason: str) -> Return | None:
    """Store what the file says, if that is still what its person saw; the upload is then gone.

    Out: the return of a short file that was stored. A long one is stored beside the request.
    """
    return _begin(upload, Work.STORE, lambda job: _store(upload, reason, job))


def _begin(upload: Upload, kind: str, work: Callable[[Job], Return | None]) -> Return | None:
    is_short = len(upload.content) < AT_ONCE_BELOW
    return begin(upload, kind, work, by=upload.user, is_short=is_short, writes=kind == Work.STORE)


def begin_reversing(return_: Return, *, reason: str, by: User) -> Return | None:
    """Take a return back. Raises ReturnRefused.

    Out: the counter-return of a short one. A long one is taken back beside the request, and its page says so.
    """
    if return_.new + return_.revised < REVERSED_AT_ONCE_BELOW:
        return reverse_return(return_=return_, by=by, reason=reason)
    require_reversible(return_)
    work = partial(reverse_return, return_=return_, by=by, reason=reason)
    return begin(return_, Work.TAKE_BACK, lambda job: work(), by=by, writes=True)


def _check(upload: Upload, job: Job) -> None:
    _keep_outcome(upload, _checked(upload, job).as_json())


def _store(upload: Upload, reason: str, job: Job) -> Return | None:
    check = _checked(upload, job, reason)
    outcome = check.as_json()
    if outcome != upload.outcome:
        _keep_outcome(upload, outcome)
        raise ReturnRefused(CHECK_AGAIN)
    return accept_waiting(upload=upload, job=job, check=check)


def _checked(upload: Upload, job: Job, reason: str = "") -> DryRun:
    return check_return(
        bytes(upload.content),
        file_name=upload.file_name,
        month=upload.month,
        reason=reason,
        progress=progress_of(job),
    )


def _keep_outcome(upload: Upload, outcome: dict) -> None:
    upload.outcome = outcome
    Upload.objects.filter(pk=upload.pk).update(outcome=outcome)
