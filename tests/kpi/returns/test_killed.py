"""The process that does long work on a return is killed in the middle of it: kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from kpi.returns import jobs
from kpi.returns.actions import keep_return
from kpi.returns.models import Observation, Return, Upload, Work
from qa_audit.history.models import Event
from qa_audit.jobs.models import Job
from tests.factories.kpi import IndicatorVersionFactory
from tests.kpi.returns.test_taking_back import MONTHS, TAKE_BACK, stored, take_back

pytestmark = pytest.mark.django_db(transaction=True)

INDICATORS = 60  # with a figure in each of 120 months: storing them takes a second or so
# A process of its own does what a web process does when the button is pressed, and ends with its work.
PROCESS = """
import threading
import django
django.setup()
from kpi.returns import jobs
from kpi.returns.models import Return, Upload
{work}
for thread in threading.enumerate():
    if thread.name.startswith("job-"):
        thread.join()
"""
STORE = 'jobs.begin_storing(Upload.objects.get(), reason="")'
REVERSE = 'kept = Return.objects.get(); jobs.begin_reversing(kept, reason="Wrong year", by=kept.by)'


def address_of_the_test_database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def is_held(rows) -> bool:
    """Whether another process is in a transaction that changes these rows."""
    if connection.vendor == "sqlite":  # which takes one writer
        with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0)) as probe:
            try:
                probe.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            return False
    try:
        with transaction.atomic():
            list(rows.select_for_update(nowait=True).values_list("pk"))
    except OperationalError:
        return True
    return False


def kill_in_the_middle(work: str, rows) -> None:
    """Begin the work in another process, and kill that when its long transaction has been open a while."""
    environment = os.environ | {"DATABASE_URL": address_of_the_test_database(), "DEBUG": "1"}
    environment |= {"DJANGO_SETTINGS_MODULE": "qa_audit.settings", "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROCESS.format(work=work)], env=environment, cwd=settings.BASE_DIR
    )
    held, until = 0, time.monotonic() + 120
    while held < 5:
        assert process.poll() is None, "The work was over before it could be killed"
        assert time.monotonic() < until, "The work never came to its transaction"
        time.sleep(0.02)
        held = held + 1 if is_held(rows) else 0
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    # PostgreSQL ends the statement that it is at before it sees that nobody waits for it.
    while is_held(rows):
        assert time.monotonic() < until
        time.sleep(0.02)


def time_passes() -> None:
    """Nobody has heard of the work for as long as it may be silent: some minutes of the killed process."""
    job = Job.objects.get(state="running")
    assert job.alive_until - job.begun_at < timedelta(minutes=7)
    Job.objects.filter(pk=job.pk).update(alive_until=timezone.now())


def wait_for_work() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("job-"):
            thread.join(timeout=60)


def broken_off() -> list[dict]:
    return [event.changes for event in Event.objects.filter(action="work stopped")]


def test_return_whose_storing_was_killed_is_stored_by_nothing_and_then_once(cast, sign_in):
    codes = [f"N{number}" for number in range(INDICATORS)]
    for code in codes:
        IndicatorVersionFactory(indicator__code=code, unit="number")
    rows = [f"{code},number,{','.join(['5'] * len(MONTHS))}" for code in codes]
    content = "\n".join([f"ref,unit_of_measure,{','.join(MONTHS)}", *rows]).encode()
    content += b"\n" + b" \n" * jobs.AT_ONCE_BELOW
    upload = keep_return(content=content, file_name="long.csv", by=cast.analyst)
    jobs.begin_check(upload)
    wait_for_work()

    kill_in_the_middle(STORE, Upload.objects.all())

    assert not Return.objects.exists()
    assert not Observation.objects.exists()
    upload = Upload.objects.get()
    assert jobs.begin_storing(upload, reason="") is None
    assert upload.is_being_stored  # as far as anybody knows; so nobody begins it twice
    time_passes()
    client = sign_in(cast.analyst)
    page = client.get(reverse("returns:waiting")).text
    assert "The work on this file stopped, and nothing was stored." in page
    client.post(reverse("returns:check_again"))
    wait_for_work()
    assert broken_off() == [{Work.STORE: ["running", "stopped"]}]

    client.post(reverse("returns:waiting"), {"sha256": upload.sha256, "seen": "on"})
    wait_for_work()

    assert Return.objects.get().new == Observation.objects.count() == INDICATORS * len(MONTHS)
    assert Event.objects.filter(action="return accepted").count() == 1
    call_command("verify_history")


def test_return_whose_taking_back_was_killed_stands_and_is_then_taken_back(cast, sign_in):
    kept = stored(INDICATORS * len(MONTHS))

    kill_in_the_middle(REVERSE, Return.objects.all())

    assert Return.objects.get() == kept
    assert set(Observation.objects.values_list("is_current", "revision")) == {(True, 1)}
    time_passes()
    client = sign_in(cast.analyst)
    page = client.get(kept.get_absolute_url()).text
    assert "The work stopped, and nothing was taken back. Try again." in page
    assert TAKE_BACK in page
    take_back(client, kept)
    wait_for_work()
    assert broken_off() == [{Work.TAKE_BACK: ["running", "stopped"]}]
    assert Return.objects.get(reverses=kept).revised == INDICATORS * len(MONTHS)
    call_command("verify_history")
