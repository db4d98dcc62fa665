"""A long return is taken back beside the request, as it was stored; its page says how it goes."""

import threading
from itertools import product

import pytest
from django.urls import reverse

from kpi.returns import jobs
from kpi.returns.actions import accept_return
from kpi.returns.dry_run import check_return
from kpi.returns.models import STOPPED, Observation, Return, Work
from qa_audit.history.models import Event
from qa_audit.jobs.models import JobState
from qa_audit.people.actions.persons import system_user
from tests.factories import JobFactory

MONTHS = [f"{year}-{month:02}" for year, month in product(range(2016, 2026), range(1, 13))]
AT_WORK = "This return is being taken back."
TAKE_BACK = "Take this return back"


def stored(figures: int) -> Return:
    """A return of so many new figures."""
    indicators = -(-figures // len(MONTHS))
    rows = [f"N{number},number,{','.join(['5'] * len(MONTHS))}" for number in range(indicators)]
    content = "\n".join([f"ref,unit_of_measure,{','.join(MONTHS)}", *rows]).encode()
    return accept_return(
        check=check_return(content, file_name="long.csv", create_indicators=True), by=system_user()
    )


def take_back(client, kept):
    return client.post(reverse("returns:reverse", args=[kept.pk]), {"reason": "Wrong year"}, follow=True)


@pytest.mark.django_db(transaction=True)
def test_long_return_is_taken_back_beside_the_request(cast, sign_in):
    kept = stored(jobs.REVERSED_AT_ONCE_BELOW)
    client = sign_in(cast.analyst)
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    page = take_back(client, kept)
    assert page.redirect_chain == [(kept.get_absolute_url(), 302)]
    for thread in threading.enumerate():
        if thread.name == f"job-{Return.objects.get(pk=kept.pk).job_id}":
            thread.join(timeout=60)

    page = client.get(kept.get_absolute_url()).text
    assert "This return was taken back" in page
    assert AT_WORK not in page
    assert set(Observation.objects.current().values_list("state", flat=True)) == {"not_yet"}
    counter = Return.objects.get(reverses=kept)
    assert (counter.revised, counter.reason, counter.by) == (kept.new, "Wrong year", cast.analyst)
    told = Event.objects.get(action="return taken back")
    assert (told.actor_id, told.address) == (cast.analyst.pk, "198.51.100.7")


@pytest.fixture
def long_return(db):
    """Long by what it says of itself."""
    kept = stored(12)
    Return.objects.update(new=jobs.REVERSED_AT_ONCE_BELOW)
    return kept


def test_page_of_a_return_that_is_being_taken_back_says_so_and_a_second_press_begins_nothing(
    cast, sign_in, long_return
):
    Return.objects.update(job=JobFactory(kind=Work.TAKE_BACK))
    client = sign_in(cast.analyst)
    page = client.get(long_return.get_absolute_url()).text
    assert AT_WORK in page
    assert TAKE_BACK not in page
    assert AT_WORK in take_back(client, long_return).text
    assert not Return.objects.filter(reverses=long_return).exists()


def test_return_whose_taking_back_died_with_its_process_can_be_taken_back_again(cast, sign_in, long_return):
    Return.objects.update(job=JobFactory(kind=Work.TAKE_BACK, is_dead=True))
    page = sign_in(cast.analyst).get(long_return.get_absolute_url()).text
    assert AT_WORK not in page
    assert STOPPED in page
    assert TAKE_BACK in page


def test_page_says_why_a_return_could_not_be_taken_back_after_all(cast, sign_in, long_return):
    refused = JobFactory(kind=Work.TAKE_BACK, state=JobState.REFUSED, error="A month is closed.")
    Return.objects.update(job=refused)
    page = sign_in(cast.analyst).get(long_return.get_absolute_url()).text
    assert "A month is closed." in page
    assert TAKE_BACK in page


def test_long_return_that_cannot_be_taken_back_is_refused_at_once(cast, sign_in, long_return):
    content = b"ref,unit_of_measure,2016-01\nN0,number,6\n"
    later = check_return(content, file_name="later.csv", reason="Late recording")
    accept_return(check=later, by=system_user())
    page = take_back(sign_in(cast.analyst), long_return)
    assert "Later returns revised figures of this one" in page.text
    long_return.refresh_from_db()
    assert long_return.job is None
