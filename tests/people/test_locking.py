"""Guesses are slow, and nobody can lock a colleague out of the browser that they use every day."""

import logging

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from qa_audit.history.middleware import warn_of_a_proxy
from qa_audit.history.models import Event
from tests.factories.people import PASSWORD
from tests.people.test_sign_in import MISMATCH, THROTTLED, try_to_sign_in

pytestmark = pytest.mark.django_db

COOKIE = settings.KNOWN_BROWSER_COOKIE_NAME


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()
    warn_of_a_proxy.cache_clear()


@pytest.fixture
def known(cast) -> Client:
    """The browser at the auditor's desk, signed out."""
    client = Client()
    assert try_to_sign_in(cast.auditor.email, client=client).status_code == 302
    client.post("/account/logout/")
    return client


def guess(email, times=5, **extra):
    for _ in range(times):
        assert MISMATCH in try_to_sign_in(email, "wrong", **extra).content.decode()


def test_known_browser_gets_past_the_guesses_of_a_stranger(cast, known):
    guess(cast.auditor.email)
    assert THROTTLED in try_to_sign_in(cast.auditor.email).content.decode()
    assert try_to_sign_in(cast.auditor.email.upper(), client=known).status_code == 302


def test_known_browser_gets_past_guesses_from_its_own_address(cast, known):
    """Ten wrong tries a minute close an address, and a whole office may share one."""
    guess(cast.manager.email)
    guess(cast.head.email)
    assert THROTTLED in try_to_sign_in(cast.auditor.email).content.decode()
    assert try_to_sign_in(cast.auditor.email, client=known).status_code == 302


def test_known_browser_may_guess_five_times_too(cast, known, frozen_clock):
    guess(cast.auditor.email, client=known)
    assert THROTTLED in try_to_sign_in(cast.auditor.email, client=known).content.decode()
    frozen_clock.shift(301)
    assert try_to_sign_in(cast.auditor.email, client=known).status_code == 302


def test_browser_is_known_to_those_only_who_signed_in_there(cast, known):
    guess(cast.head.email)
    assert THROTTLED in try_to_sign_in(cast.head.email, client=known).content.decode()


def test_shared_desk_knows_each_of_its_people(cast, known):
    assert try_to_sign_in(cast.head.email, client=known).status_code == 302
    known.post("/account/logout/")
    for email in (cast.auditor.email, cast.head.email):
        guess(email)
        assert try_to_sign_in(email, client=known).status_code == 302
        known.post("/account/logout/")


def test_new_password_makes_every_browser_a_stranger(cast, known):
    cast.auditor.set_password(PASSWORD)
    cast.auditor.save()
    guess(cast.auditor.email)
    assert THROTTLED in try_to_sign_in(cast.auditor.email, client=known).content.decode()


@pytest.mark.parametrize("value", ["", "nonsense", "eyJ9:x:y", None])
def test_invented_cookie_is_no_known_browser(cast, known, value):
    forged = known.cookies[COOKIE].value[:-3] + "abc" if value is None else value
    known.cookies[COOKIE] = forged
    guess(cast.auditor.email)
    assert THROTTLED in try_to_sign_in(cast.auditor.email, client=known).content.decode()


def test_cookie_is_forgotten_after_half_a_year(cast, known, frozen_clock):
    frozen_clock.shift(settings.KNOWN_BROWSER_DAYS * 24 * 3600 + 1)
    guess(cast.auditor.email)
    assert THROTTLED in try_to_sign_in(cast.auditor.email, client=known).content.decode()


def test_cookie_tells_nobody_who_it_is_and_no_script_reads_it(cast, known):
    cookie = known.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cast.auditor.email.split("@")[0] not in cookie.value


# --- The real address


def through_proxy(client_address):
    return {"headers": {"X-Forwarded-For": client_address}, "REMOTE_ADDR": "127.0.0.1"}


def test_forty_colleagues_behind_one_proxy_sign_in_within_a_minute(cast, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(40):
        extra = through_proxy(f"10.1.2.{number}")
        assert try_to_sign_in(cast.auditor.email, **extra).status_code == 302, number
    assert Event.objects.filter(action="signed in").values_list("address", flat=True).distinct().count() == 40


def test_one_address_is_stopped_although_it_invents_others(cast, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    said = [
        try_to_sign_in(
            f"nobody{number}@council.example", "wrong", **through_proxy(f"1.1.1.{number}, 10.9.9.9")
        )
        for number in range(11)
    ]
    assert THROTTLED not in said[9].content.decode()
    assert THROTTLED in said[10].content.decode()


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("10.1.2.3:51234", "10.1.2.3"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("unknown", "127.0.0.1"),
        ("1.2.3.4, ", "1.2.3.4"),
        ("", "127.0.0.1"),
    ],
)
def test_address_is_read_as_proxies_write_it(cast, settings, forwarded, address):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert try_to_sign_in(cast.auditor.email, **through_proxy(forwarded)).status_code == 302
    assert Event.objects.get(action="signed in").address == address


def test_fewer_proxies_than_counted_is_no_fault(cast, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert try_to_sign_in(cast.auditor.email, **through_proxy("10.1.2.3")).status_code == 302


def test_server_that_listens_on_a_file_has_no_address(cast):
    assert try_to_sign_in(cast.auditor.email, REMOTE_ADDR="").status_code == 302


def test_proxy_that_nobody_counted_is_told_in_the_log_once(cast, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            Client().get("/account/login/", **through_proxy("10.1.2.3"))
    assert [record.message for record in caplog.records if "TRUSTED_PROXIES" in record.message] == [
        "Requests come through a proxy, and TRUSTED_PROXIES is 0: set it to the number of proxies."
    ]
