"""Long work: one go at it at a time, what becomes of it, and how it is known that its process is there."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from kpi.returns.models import Return
from qa_audit.history.models import Event
from qa_audit.jobs import actions
from qa_audit.jobs.actions import WorkRefused, begin, progress_of
from qa_audit.jobs.models import SILENT_AFTER, Job, JobState
from tests.factories import JobFactory
from tests.factories.kpi import ReturnFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    """Any record that has a job."""
    return ReturnFactory()


def do(record, work, **options):
    return begin(record, "check", work, by=record.by, **{"is_short": True} | options)


def test_short_work_gives_what_it_made_and_is_done(record):
    assert do(record, lambda job: f"made by {job.by}") == f"made by {record.by}"
    assert Return.objects.get().job.state == JobState.DONE


def test_refused_work_says_why(record):
    def refuse(job):
        raise WorkRefused("A month is closed.")

    assert do(record, refuse) is None
    job = Return.objects.get().job
    assert (job.state, job.error) == (JobState.REFUSED, "A month is closed.")


def test_failed_work_is_broken_off(record):
    def fail(job):
        raise OperationalError("The disk is full")

    with pytest.raises(OperationalError):
        do(record, fail)
    assert Return.objects.get().job.is_broken_off


def test_work_is_not_begun_while_it_goes_on(record):
    record.job = JobFactory()
    record.save()
    assert do(record, lambda job: pytest.fail("begun twice")) is None
    assert Return.objects.get().job == record.job


def test_of_two_presses_on_stale_pages_one_begins(record):
    stale = Return.objects.get()
    do(record, lambda job: do(stale, lambda job: pytest.fail("begun twice")))
    assert Job.objects.count() == 1


def test_work_on_a_record_that_is_gone_begins_nothing(record):
    Return.objects.all().delete()
    assert do(record, lambda job: pytest.fail("begun for nothing")) is None
    assert not Job.objects.exists()


def test_work_begins_again_when_its_process_has_died(record):
    dead = record.job = JobFactory(is_dead=True)
    record.save()
    assert do(record, lambda job: "again") == "again"
    dead.refresh_from_db()
    assert (dead.state, Return.objects.get().job.state) == (JobState.STOPPED, JobState.DONE)
    told = Event.objects.get(action="work stopped")
    assert (told.object_reference, told.changes) == (str(record), {"check": ["running", "stopped"]})


def test_work_that_lost_its_place_says_nothing_of_the_one_that_took_it(record):
    def work(job):
        Job.objects.update(state=JobState.STOPPED)

    do(record, work)
    assert Job.objects.get().state == JobState.STOPPED


def test_progress_is_noted_every_few_seconds(record, monkeypatch):
    monkeypatch.setattr(actions, "PROGRESS_EVERY", 0)
    do(record, lambda job: progress_of(job)(500, 2_000))
    job = Job.objects.get()
    assert (job.done, job.expected) == (500, 2_000)


@pytest.mark.django_db(transaction=True)
def test_work_beside_the_request_says_that_it_goes_on(monkeypatch):
    monkeypatch.setattr(actions, "BEAT", 0.05)
    record, heard, over = ReturnFactory(), [], threading.Event()

    def work(job):
        Job.objects.update(alive_until=timezone.now() - timedelta(hours=1))
        for _ in range(100):
            over.wait(0.05)
            if Job.objects.get().is_running:
                heard.append(True)
                return

    assert do(record, work, is_short=False) is None
    for thread in threading.enumerate():
        if thread.name.startswith("job-"):
            thread.join(timeout=30)
    assert heard == [True]
    assert Job.objects.get().state == JobState.DONE
    assert Job.objects.get().alive_until <= timezone.now() + SILENT_AFTER
