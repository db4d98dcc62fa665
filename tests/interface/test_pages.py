import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory

from qa_audit.frame import navigation
from qa_audit.people.models import Role
from tests.interface.markup import Markup

STATUSES = (400, 403, 404, 409, 413, 429, 500, 503)


class Someone:
    is_authenticated = True

    def __str__(self):
        return "Alex <Morgan>"


class Concern:
    headline = "A child may be <unsafe>"

    def get_absolute_url(self):
        return "/notices/1"


def base(**context):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    page = {"product_name": "Line of Sight", "council_name": "Children’s services", **context}
    return Markup(render_to_string("base.html", page, request))


@pytest.mark.parametrize("status", STATUSES)
def test_error_pages_need_no_database_and_say_what_to_do(status):
    # No database mark: a query would fail this test.
    page = Markup(render_to_string(f"{status}.html", {"request_number": "8f3a"}))
    assert page.problems == page.dangling() == page.forbidden() == []
    heading = page.one("h1").text.strip()
    assert page.one("title").text == f"{heading} – Line of Sight"
    assert "8f3a" in page.one("main").text
    assert any(link.attrs["href"] == "/" for link in page.one("main").inside[0].inside[0].inside[-1].inside)


def test_the_base_page_is_sound_and_has_its_landmarks():
    page = base(
        user=Someone(),
        navigation=navigation(frozenset({Role.QA_LEAD}), "audits:list", "/"),
        notices_for_me=[Concern()],
        is_demo=True,
        idle_seconds=1800,
        messages=[Message(25, "Saved"), Message(40, "<b>Not</b> saved"), Message(20, "Note")],
    )
    assert page.problems == page.dangling() == page.forbidden() == []
    for landmark in ("header", "nav", "main", "footer"):
        page.one(landmark)
    assert page.one("a", aria_current="true").text == "Audits"
    assert page.all("b") == []
    assert "Alex <Morgan>" in page.one("header").text
    assert "Invented people and cases" in page.one("body").text
    assert page.one("a", href="/notices/1").text == "A child may be <unsafe>"


def test_signing_out_is_a_button_that_posts():
    (form,) = [form for form in base(user=Someone()).all("form") if form.attrs["method"] == "post"]
    assert "Sign out" in form.text


def test_the_skip_link_leads_to_the_content():
    page = base()
    assert page.one("a", **{"class": "govuk-skip-link"}).attrs["href"] == "#main-content"
    assert page.by_id()["main-content"].tag == "main"


def test_a_visitor_sees_no_navigation_idle_clock_or_person():
    page = base(idle_seconds=0, navigation="")
    assert page.all("nav") == page.all("dialog") == []
    assert "data-idle-seconds" not in page.one("body").attrs
    assert "Sign out" not in page.one("body").text


def test_htmx_stores_nothing_runs_nothing_and_shows_conflicts():
    config = json.loads(base().one("meta", name="htmx-config").attrs["content"])
    assert (config["includeIndicatorStyles"], config["allowEval"]) == (False, False)
    assert (config["historyEnabled"], config["historyCacheSize"]) == (False, 0)
    swaps = {
        code: next(rule["swap"] for rule in config["responseHandling"] if re.fullmatch(rule["code"], code))
        for code in ("200", "204", "401", "403", "409", "422", "500")
    }
    assert [code for code, swap in swaps.items() if swap] == ["200", "409", "422"]


def test_the_script_learns_where_the_token_is(settings):
    settings.CSRF_COOKIE_NAME = "__Host-csrf"
    assert base().one("body").attrs["data-csrf-cookie"] == "__Host-csrf"
