"""Checking and storing an uploaded file, and taking a return back: a short one at once, a long one beside
the request.

A long one's work runs in a thread of the web process, and the page asks how far it is. Where the process
ends first the work has stored nothing, and the page offers to begin it again.
"""

import logging
from collections.abc import Callable
from contextvars import copy_context
from threading import Thread
from time import monotonic

from django.db import connection
from django.utils import timezone

from kpi.returns.actions import (
    CHECK_AGAIN,
    ReturnRefused,
    accept_waiting,
    require_reversible,
    reverse_return,
)
from kpi.returns.check import Check, check_return
from kpi.returns.models import Return, Upload, UploadState
from qa_audit.people.models import User

logger = logging.getLogger(__name__)

# Up to here the answer takes a second or two.
AT_ONCE_BELOW = 100_000  # bytes
REVERSED_AT_ONCE_BELOW = 5_000  # figures
PROGRESS_EVERY = 2  # seconds
STOPPED = "The work has stopped, and nothing was taken back. Try again."


def begin_check(upload: Upload) -> None:
    """Find out what the file would do."""
    _begin(upload, UploadState.CHECKING, _check)


def begin_storing(upload: Upload, *, reason: str) -> Return | None:
    """Store what the file says, if that is still what its person saw; the upload is then gone.

    Out: the return of a short file that was stored. A long one is stored beside the request.
    """
    return _begin(upload, UploadState.STORING, lambda held: _store(held, reason))


def _begin(upload: Upload, state: str, work: Callable[[Upload], Return | None]) -> Return | None:
    if not Upload.objects.filter(pk=upload.pk).idle().update(state=state, progressed_at=timezone.now()):
        return None  # somebody's other press has begun, or the file is gone
    _mark(upload, state=state, rows_read=0, rows_expected=0, told="")
    if len(upload.content) < AT_ONCE_BELOW:
        return _work(upload, work)
    _beside_the_request(f"upload-{upload.pk}", _apart, upload, work)
    return None


def _beside_the_request(name: str, work: Callable, *given) -> None:
    # With the address and the number of the request, for history and the log.
    context = copy_context()
    Thread(target=context.run, args=(work, *given), name=name, daemon=True).start()


def _work(upload: Upload, work: Callable[[Upload], Return | None]) -> Return | None:
    try:
        return work(upload)
    except Exception:
        _mark(upload, state=UploadState.STOPPED)
        raise


def _apart(upload: Upload, work: Callable[[Upload], Return | None]) -> None:
    try:
        _work(upload, work)
    except Exception:
        logger.exception("The work on %s stopped", upload)
    finally:
        connection.close()


def _check(upload: Upload) -> None:
    _mark(upload, state=UploadState.CHECKED, outcome=_checked(upload).as_json())


def _store(upload: Upload, reason: str) -> Return | None:
    check = _checked(upload, reason)
    told, outcome = CHECK_AGAIN, check.as_json()
    if outcome == upload.outcome:
        try:
            return accept_waiting(upload=upload, check=check)
        except ReturnRefused as refusal:
            told = str(refusal)
    _mark(upload, state=UploadState.CHECKED, outcome=outcome, told=told)
    return None


def _checked(upload: Upload, reason: str = "") -> Check:
    last = monotonic()

    def progress(read: int, expected: int) -> None:
        nonlocal last
        if monotonic() - last > PROGRESS_EVERY:
            last = monotonic()
            _mark(upload, rows_read=read, rows_expected=expected)

    return check_return(
        bytes(upload.content),
        file_name=upload.file_name,
        month=upload.month,
        reason=reason,
        progress=progress,
    )


def _mark(upload: Upload, **facts) -> None:
    facts["progressed_at"] = timezone.now()
    for name, value in facts.items():
        setattr(upload, name, value)
    Upload.objects.filter(pk=upload.pk).update(**facts)


def begin_reversing(kept: Return, *, reason: str, by: User) -> Return | None:
    """Take a return back. Raises ReturnRefused.

    Out: the counter-return of a short one. A long one is taken back beside the request, and its page says so.
    """
    if kept.new + kept.revised < REVERSED_AT_ONCE_BELOW:
        return reverse_return(kept=kept, by=by, reason=reason)
    require_reversible(kept)
    if Return.objects.filter(pk=kept.pk).idle().update(taking_back_since=timezone.now(), told=""):
        _beside_the_request(f"return-{kept.pk}", _reverse, kept, reason, by)
    return None


def _reverse(kept: Return, reason: str, by: User) -> None:
    told = ""
    try:
        reverse_return(kept=kept, by=by, reason=reason)
    except ReturnRefused as refusal:
        told = str(refusal)
    except Exception:
        logger.exception("Taking back %s stopped", kept)
        told = STOPPED
    finally:
        Return.objects.filter(pk=kept.pk).update(taking_back_since=None, told=told)
        connection.close()
