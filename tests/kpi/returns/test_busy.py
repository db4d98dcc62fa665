"""A return that waits for another one, and in vain: the database ends the wait, and nothing is stored."""

from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse

from kpi.indicators.actions.indicators import hold_all
from kpi.indicators.models.months import Month
from kpi.returns.actions import ReturnRefused, accept_return, reverse_return
from kpi.returns.dry_run import check_return
from kpi.returns.models import Observation, Return, Upload
from qa_audit.people.actions.persons import system_user

pytestmark = pytest.mark.django_db(transaction=True)

# On SQLite no page at all can be answered then: the session is not saved either.
pages_wait_apart = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite takes one writer")
BUSY = "Another return is being stored. Try again in a minute."
CONTENT = b"ref,unit_of_measure,2026-03,2026-04\nN1,number,5,7\n"


@pytest.fixture
def impatient():
    """This connection waits for a third of a second, as both databases else do for some 20."""
    patience = (
        "SET statement_timeout = 300" if connection.vendor == "postgresql" else "PRAGMA busy_timeout = 300"
    )
    with connection.cursor() as cursor:
        cursor.execute(patience)
    yield
    connection.close()


@contextmanager
def another_return_being_stored():
    held, over = Event(), Event()

    def store():
        with transaction.atomic():
            hold_all()
            held.set()
            over.wait(timeout=30)
        connection.close()

    other = Thread(target=store)
    other.start()
    assert held.wait(timeout=30)
    try:
        yield
    finally:
        over.set()
        other.join()


def check():
    return check_return(CONTENT, file_name="return.csv", create_indicators=True)


def test_neither_storing_nor_taking_back_waits_for_ever(impatient):
    by, found = system_user(), check()
    kept = accept_return(check=found, by=by)
    another = check_return(CONTENT.replace(b"7", b"8"), file_name="return.csv", reason="Late")
    with another_return_being_stored():
        with pytest.raises(ReturnRefused, match=BUSY):
            accept_return(check=another, by=by)
        with pytest.raises(ReturnRefused, match=BUSY):
            reverse_return(return_=kept, by=by, reason="Wrong file")
    assert Return.objects.get() == kept
    assert Observation.objects.count() == 2


def test_command_says_so(impatient, run, csv_file):
    system_user()
    path = csv_file(["ref", "unit_of_measure", "2026-04"], ["N1", "number", "5"])
    with another_return_being_stored():
        status, _, errors = run(path, "--create-indicators")
    assert (status, BUSY in errors) == (1, True)
    assert not Return.objects.exists()


@pages_wait_apart
def test_page_says_so_and_the_file_waits(impatient, cast, sign_in):
    accept_return(check=check(), by=system_user())
    client = sign_in(cast.analyst)
    file = SimpleUploadedFile("april.csv", b"indicator_code,month,value\nN1,2026-02,5\n")
    client.post(reverse("returns:upload"), {"file": file})
    upload = Upload.objects.get()
    with another_return_being_stored():
        answer = client.post(reverse("returns:waiting"), {"sha256": upload.sha256, "seen": "on"})
    assert answer.url == reverse("returns:waiting")
    assert BUSY in client.get(answer.url).content.decode()
    assert Upload.objects.get().is_checked
    assert Return.objects.count() == 1


@pages_wait_apart
def test_page_to_take_a_return_back_says_so(impatient, cast, sign_in):
    kept = accept_return(check=check(), by=system_user())
    client = sign_in(cast.analyst)
    with another_return_being_stored():
        page = client.post(reverse("returns:reverse", args=[kept.pk]), {"reason": "Wrong file"})
    assert page.status_code == 200
    assert BUSY in page.content.decode()
    assert Return.objects.get() == kept


@pages_wait_apart
def test_form_that_waits_for_a_return_says_so_and_keeps_what_was_typed(impatient, cast, sign_in):
    system_user()
    client = sign_in(cast.analyst)
    with another_return_being_stored():
        page = client.post(reverse("indicators:lock_month"), {"month": "April 2026"})
    assert page.status_code == 200
    assert "Nothing was saved: somebody else’s work is still being stored." in page.content.decode()
    assert page.context["form"]["month"].value() == "April 2026"
    assert not Month.objects.exists()
