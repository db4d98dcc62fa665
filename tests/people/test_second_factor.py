"""The authenticator app: set up, asked for, lost, and required."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from qa_audit.history.models import Event
from qa_audit.people.actions import persons
from qa_audit.people.models import User
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def signed_in(user) -> Client:
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up(client, django_capture_on_commit_callbacks) -> str:
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'sight-reference">([A-Z2-7]{16,})<', page).group(1)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/account/2fa/totp/activate/", {"code": code_for(secret)})
    assert response.headers["Location"] == "/account/2fa/recovery-codes/"
    return secret


@pytest.fixture
def enrolled(cast, django_capture_on_commit_callbacks):
    client = signed_in(cast.auditor)
    return client, set_up(client, django_capture_on_commit_callbacks)


def test_set_up_shows_picture_and_key_and_is_recorded(enrolled, cast):
    events = Event.objects.filter(action="second factor set up")
    assert {event.changes["kind"][1] for event in events} == {"totp", "recovery_codes"}
    assert {event.actor_id for event in events} == {cast.auditor.pk}


def test_set_up_page_has_a_picture_that_the_content_policy_lets_through(cast):
    response = signed_in(cast.auditor).get("/account/2fa/totp/activate/")
    assert '<img src="data:image/svg+xml;base64,' in response.content.decode()
    assert "img-src 'self' data:" in response.headers["Content-Security-Policy"]


def test_sign_in_asks_for_the_code_and_refuses_a_wrong_one_on_record(enrolled, cast, frozen_clock):
    _, secret = enrolled
    frozen_clock.shift(60)  # a code works once
    client = Client()
    response = client.post("/account/login/", {"login": cast.auditor.email, "password": PASSWORD})
    assert response.headers["Location"] == "/account/2fa/authenticate/"
    assert client.get("/people/you/").status_code == 302
    assert (
        "The code is not right"
        in client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    )
    assert Event.objects.filter(action="second factor refused", actor_id=cast.auditor.pk).count() == 1
    assert client.post("/account/2fa/authenticate/", {"code": code_for(secret)}).headers["Location"] == "/"
    assert client.get("/people/you/").status_code == 200


def test_codes_are_throttled_like_passwords(enrolled, cast, frozen_clock):
    _, secret = enrolled
    frozen_clock.shift(60)
    client = signed_in(cast.auditor)
    for _ in range(5):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    page = client.post("/account/2fa/authenticate/", {"code": code_for(secret)}).content.decode()
    assert "Too many attempts" in page


def test_recovery_code_gets_in_once(enrolled, cast):
    client, _ = enrolled
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    code = re.search(r"<code>(\w+)</code>", page).group(1)
    assert signed_in(cast.auditor).post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert "The code is not right" in (
        signed_in(cast.auditor).post("/account/2fa/authenticate/", {"code": code}).content.decode()
    )


def test_somebody_halfway_through_can_start_again(enrolled, cast):
    halfway = signed_in(cast.auditor)
    assert halfway.get("/account/login/").headers["Location"] == "/account/2fa/authenticate/"
    halfway.post("/account/logout/")
    assert 'name="login"' in halfway.get("/account/login/").content.decode()


def test_removal_is_recorded(enrolled, cast):
    client, _ = enrolled
    client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=cast.auditor).exists()
    assert Event.objects.filter(action="second factor removed", actor_id=cast.auditor.pk).exists()


def test_required_second_factor_leaves_only_its_set_up_until_there_is_one(
    cast, settings, django_capture_on_commit_callbacks
):
    settings.SECOND_FACTOR_REQUIRED = True
    client = signed_in(cast.auditor)
    for address in ("/", "/people/you/", "/account/password/change/", "/account/sessions/", "/account/2fa/"):
        assert client.get(address).headers.get("Location") == "/account/2fa/totp/activate/", address
    set_up(client, django_capture_on_commit_callbacks)
    assert client.get("/people/you/").status_code == 200
    client.post("/account/2fa/totp/deactivate/")
    assert client.get("/people/you/").headers["Location"] == "/account/2fa/totp/activate/"


def test_set_up_asks_for_the_password_when_the_sign_in_is_old(cast, frozen_clock):
    client = signed_in(cast.auditor)
    assert client.get("/account/2fa/totp/activate/").status_code == 200
    frozen_clock.shift(15 * 60 + 1)
    assert (
        client.get("/account/2fa/totp/activate/").headers["Location"].startswith("/account/reauthenticate/")
    )


def test_administrator_clears_a_lost_second_factor_and_it_is_gone_at_once(enrolled, cast, settings):
    client, _ = enrolled
    persons.clear_second_factor(person=User.objects.get(pk=cast.auditor.pk), by=cast.administrator)
    assert client.get("/people/you/").status_code == 302
    assert signed_in(cast.auditor).get("/people/you/").status_code == 200
    assert Event.objects.filter(action="second factor cleared", actor_id=cast.administrator.pk).exists()
