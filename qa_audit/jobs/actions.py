"""One machine at a time; and long work, done at once or beside the request."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

from django.db import OperationalError, connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from qa_audit.history.actions import record
from qa_audit.jobs.models import SILENT_AFTER, Job, JobState, Lock
from qa_audit.people.models import User

logger = logging.getLogger(__name__)

BEAT = PROGRESS_EVERY = 2  # seconds
# Work that writes in one long transaction can say nothing in the meantime on SQLite, which takes one writer.
SILENT_WHILE_WRITING = timedelta(minutes=5)

Work = Callable[[Job], object]


class LockHeld(Exception):
    """Another machine is at it."""


class WorkRefused(Exception):
    """Work that cannot be done as things stand; the message is fit for the page."""


@contextmanager
def lock(name: str, at_most: timedelta) -> Iterator[None]:
    """Hold the named lock of the database. Raises LockHeld when another machine holds it.

    In: `at_most`, after which the lock is free again although its holder never said so (it died).
    """
    now, holder = timezone.now(), secrets.token_hex(16)
    Lock.objects.get_or_create(name=name)
    is_free = Q(held_until=None) | Q(held_until__lte=now)
    if not Lock.objects.filter(is_free, name=name).update(holder=holder, held_until=now + at_most):
        raise LockHeld(f"Another machine is running “{name}”.")
    try:
        yield
    finally:
        Lock.objects.filter(name=name, holder=holder).update(holder="", held_until=None)


def begin(
    holder: models.Model, kind: str, work: Work, *, by: User, is_short: bool = False, writes: bool = False
) -> object:
    """Do work on a record: short work at once, long work in a thread beside the request.

    In: a record with a `job`, which is the last one on it. `work` is given its job; what it stores counts
    only when its one transaction ends (`writes`: a long one), so a process that dies leaves nothing of it.
    Out: what short work gives; None where it was refused, which its job then says, where the work goes on,
    and where somebody else's press has begun it or the record is gone.
    """
    silent = SILENT_WHILE_WRITING if writes and connection.vendor == "sqlite" else SILENT_AFTER
    job = _take(holder, kind, by, silent)
    if job is None:
        return None
    if is_short:
        return _run(job, work)
    # With the address and the number of the request, for history and the log.
    given = (_beside, job, work, silent)
    Thread(target=copy_context().run, args=given, name=f"job-{job.pk}", daemon=True).start()
    return None


@transaction.atomic
def _take(holder: models.Model, kind: str, by: User, silent: timedelta) -> Job | None:
    """A new job for the record, unless one is running; that the one before stopped goes into history."""
    records = type(holder)._base_manager.filter(pk=holder.pk)
    before = Job.objects.filter(pk__in=records.values("job")).first()
    if before and before.is_running:
        return None
    job = Job.objects.create(kind=kind, by=by, alive_until=timezone.now() + silent)
    if not records.filter(job=before).update(job=job):
        job.delete()  # another press has begun, or the record is gone
        return None
    holder.job = job
    if before and before.state == JobState.RUNNING:
        before.state = JobState.STOPPED
        before.save(update_fields=["state"])
        record("work stopped", by=by, obj=holder, changes={before.kind: ["running", "stopped"]})
    return job


def _run(job: Job, work: Work) -> object:
    try:
        result = work(job)
    except WorkRefused as refusal:
        _note(job, state=JobState.REFUSED, error=str(refusal))
        return None
    except Exception:
        _note(job, state=JobState.STOPPED)
        raise
    _note(job, state=JobState.DONE)
    return result


def _beside(job: Job, work: Work, silent: timedelta) -> None:
    over = Event()
    heart = Thread(target=_beat, args=(job, over, silent), daemon=True)
    heart.start()
    try:
        _run(job, work)
    except Exception:
        logger.exception("%s (%s) stopped", job, job.kind)
    finally:
        over.set()
        heart.join()
        connection.close()


def _beat(job: Job, over: Event, silent: timedelta) -> None:
    """Say every few seconds that the work is running, as long as its process does."""
    try:
        while not over.wait(BEAT):
            try:
                _note(job, alive_until=timezone.now() + silent)
            except OperationalError:
                continue  # the work itself is writing, and SQLite takes one writer
    finally:
        connection.close()


def progress_of(job: Job) -> Callable[[int, int], None]:
    """Takes in how much of how much is done, and writes it down every few seconds."""
    last = monotonic()

    def progress(done: int, expected: int) -> None:
        nonlocal last
        if monotonic() - last > PROGRESS_EVERY:
            last = monotonic()
            _note(job, done=done, expected=expected)

    return progress


def _note(job: Job, **facts) -> None:
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(**facts)
