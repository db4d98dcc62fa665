"""A database that is away: every page says so, nothing typed is lost, and all is well when it is back."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from qa_audit.common.database import is_away
from qa_audit.policy import POLICY
from tests.access.asking import all_urls
from tests.audits.typing import page_data
from tests.conftest import make_cast
from tests.factories import AuditFactory
from tests.interface.markup import Markup

WITHOUT_DATABASE = {"home:live"}
# Says in its own words that it is not ready.
READY = "home:ready"
SIGN_IN = {"login": "ada@council.example", "password": "a secret of hers"}


@contextmanager
def away():
    """Nothing answers where the database was."""
    key = "NAME" if connection.vendor == "sqlite" else "PORT"
    connection.close()
    right = connection.settings_dict[key]
    connection.settings_dict[key] = "/nowhere/at-all.sqlite3" if key == "NAME" else "1"
    try:
        yield
    finally:
        connection.settings_dict[key] = right


@pytest.fixture
def cast(transactional_db):
    return make_cast()


@pytest.fixture
def browser(cast, sign_in) -> Client:
    client = sign_in(cast.auditor)
    client.raise_request_exception = False
    return client


def addresses():
    for name, _, parameters in all_urls():
        if name in POLICY and name not in WITHOUT_DATABASE:
            for value in (1, "A-2026-0001", "2026-05", "x"):
                try:
                    yield name, reverse(name, kwargs=dict.fromkeys(parameters, value))
                    break
                except NoReverseMatch:
                    continue


def test_every_page_says_that_it_is_not_available(browser):
    asked = 0
    with away():
        for name, url in addresses():
            for ask in (browser.get, browser.post):
                response = ask(url, headers={"X-Autosave": "1"} if ask == browser.post else {})
                assert response.status_code == 503, (name, response.status_code)
                assert name == READY or response.headers["Retry-After"] == "5"
                asked += 1
        assert Client().get(reverse("home:live")).status_code == 200
    assert asked > 300
    assert browser.get("/").status_code == 200


def test_sign_in_page_says_so_too_and_gives_no_password_back(transactional_db):
    client = Client(raise_request_exception=False)
    with away():
        response = client.post("/account/login/", SIGN_IN)
    assert response.status_code == 503
    assert "a secret" not in response.content.decode()
    assert "ada@" not in response.content.decode()


def test_typed_text_is_shown_back_and_can_be_sent_again(browser, cast):
    audit = AuditFactory(auditor=cast.auditor, state="in_progress")
    url = reverse("audits:all", args=[audit.reference])
    typed = page_data(browser.get(url)) | {"grade_reason": "Seen alone, and <heard>.\nHer plan changed."}
    with away():
        response = browser.post(url, typed)
        # Still away: it comes back from the page's own form as well.
        again = browser.post(url, page_data(response))
    for page in (response, again):
        assert page.status_code == 503
        assert page.headers["Retry-After"] == "5"
        text = page.content.decode()
        assert "is <strong>not saved</strong>" in text
        assert "Seen alone, and &lt;heard&gt;.\nHer plan changed.</textarea>" in text
        assert Markup(text).dangling() == []
    assert browser.post(url, page_data(again)).status_code == 302
    audit.refresh_from_db()
    assert audit.grade_reason.replace("\r\n", "\n") == "Seen alone, and <heard>.\nHer plan changed."


def test_form_with_too_many_fields_hears_of_the_outage_too(browser):
    with away():
        response = browser.post("/audits/start/", {f"field{number}": "x" for number in range(2001)})
    assert response.status_code == 503


def test_answer_that_is_saved_as_given_gets_503_and_then_saves(browser, cast):
    audit = AuditFactory(auditor=cast.auditor, state="in_progress")
    (version,) = page_data(browser.get(reverse("audits:all", args=[audit.reference])))["version-grade_reason"]
    sent = {"field": "grade_reason", "value": "Words", "version": version, "page": "judgement"}
    url = reverse("audits:save", args=[audit.reference])
    with away():
        assert browser.post(url, sent, headers={"X-Autosave": "1"}).status_code == 503
    assert browser.post(url, sent, headers={"X-Autosave": "1"}).status_code == 200
    audit.refresh_from_db()
    assert audit.grade_reason == "Words"


def test_fault_of_ours_is_not_taken_for_an_outage(transactional_db):
    with connection.cursor() as cursor, pytest.raises(DatabaseError) as caught:
        cursor.execute("SELECT * FROM no_such_table")
    assert not is_away(caught.value)
    assert not is_away(ValueError())
    assert not is_away(None)


def test_database_that_is_busy_is_away(transactional_db):
    with away(), pytest.raises(OperationalError) as caught:
        connection.ensure_connection()
    assert is_away(caught.value)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no time limit on a statement")
def test_statement_whose_time_is_up_is_away(transactional_db):
    with connection.cursor() as cursor, pytest.raises(OperationalError) as caught:
        cursor.execute("SET statement_timeout = 50; SELECT pg_sleep(1)")
    connection.close()
    assert is_away(caught.value)
