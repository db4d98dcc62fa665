"""Pages about the product, its health, and its error pages."""

import re

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from qa_audit.history import triggers
from qa_audit.home.views import problems

ERROR_PAGES = [
    (problems.bad_request, 400),
    (problems.forbidden, 403),
    (problems.not_found, 404),
    (problems.server_error, 500),
    (problems.csrf_failure, 403),
]


@pytest.mark.parametrize(("page", "status"), ERROR_PAGES)
def test_an_error_page_needs_no_database(rf: RequestFactory, page, status):
    """Without the database mark any query raises."""
    request = rf.get("/somewhere/")
    request.number = "1a2b3c4d"
    response = page(request) if page is problems.server_error else page(request, BadRequest())
    text = response.content.decode()
    assert response.status_code == status
    assert "1a2b3c4d" in text
    assert 'href="/"' in text


def test_the_page_for_a_missing_address_asks_no_query_of_an_anonymous_visitor(
    client, settings, db, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


@pytest.mark.parametrize("name", ["accessibility", "privacy"])
def test_anyone_reads_the_statements(client, db, name):
    response = client.get(reverse(f"home:{name}"))
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def test_help_says_what_this_is_who_sees_what_and_whom_to_ask(client, db):
    page = client.get(reverse("home:help")).content.decode()
    for heading in ("Filling in an audit", "Who sees what", "Using the keyboard", "Getting help"):
        assert f">{heading}</h2>" in page


def test_home_sends_an_anonymous_visitor_to_sign_in(client, db):
    assert client.get("/").url.startswith(reverse("account_login"))


def test_the_site_says_that_it_is_live_without_the_database(client):
    assert client.get(reverse("home:live")).json() == {"live": True}


def test_the_site_is_ready_while_its_history_is_protected(client, db):
    assert client.get(reverse("home:ready")).json() == {
        "ready": True,
        "database": True,
        "migrations": True,
        "history": True,
    }
    triggers.drop(connection)
    response = client.get(reverse("home:ready"))
    triggers.make(connection)
    assert response.status_code == 503
    assert response.json()["history"] is False


def test_only_one_entry_of_the_navigation_is_the_page_one_is_on(cast, sign_in):
    client = sign_in(cast.qa_lead)
    for name, text in (("home:index", "Home"), ("home:findings", "Findings"), ("learning:add", "Learning")):
        page = client.get(reverse(name)).content.decode()
        assert re.findall(r'__link" href="[^"]*" aria-current="true">([^<]*)</a>', page) == [text]


def test_a_page_with_nothing_on_it_asks_four_queries(cast, sign_in, django_assert_num_queries):
    """The session, the person, their roles, and whether a safeguarding notice waits for anybody."""
    client = sign_in(cast.qa_lead)
    client.get(reverse("home:help"))
    with django_assert_num_queries(4):
        client.get(reverse("home:help"))
