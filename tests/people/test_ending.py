"""Ending an account ends its access at once, everywhere, and says so to an open browser."""

import pytest
from django.core.cache import cache
from django.test import Client

from qa_audit.audits.actions.kept import token_for
from qa_audit.audits.models.answers import KeptText
from qa_audit.audits.models.audit import State
from qa_audit.history.models import Event
from qa_audit.people.actions import persons
from qa_audit.people.models import User
from tests.factories import AuditFactory
from tests.factories.people import PASSWORD
from tests.people.test_second_factor import code_for, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def signed_in(user) -> Client:
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def end(person, cast) -> User:
    return persons.end_person(person=User.objects.get(pk=person.pk), by=cast.administrator)


def test_the_next_request_of_every_open_browser_is_refused_and_told_why(cast):
    browsers = [signed_in(cast.qa_lead), signed_in(cast.qa_lead)]
    end(cast.qa_lead, cast)
    for browser in browsers:
        for address in ("/", "/audits/", "/account/2fa/", "/account/password/change/", "/account/sessions/"):
            assert browser.get(address).headers["Location"] == "/account/inactive/", address
        page = browser.get("/audits/", follow=True).content.decode()
        assert "This account has ended" in page
        assert cast.qa_lead.name not in page
        assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"X-Autosave": "1"}])
def test_a_script_of_the_open_browser_is_told_why(cast, headers):
    browser = signed_in(cast.auditor)
    end(cast.auditor, cast)
    response = browser.post("/people/stay/", headers=headers)
    assert (response.status_code, response.headers["X-Account-Ended"]) == (401, "1")
    assert response.content == b"Your account has ended."


def test_somebody_else_signs_in_at_that_browser(cast):
    browser = signed_in(cast.auditor)
    end(cast.auditor, cast)
    browser.get("/audits/")
    browser.post("/account/login/", {"login": cast.second_auditor.email, "password": PASSWORD})
    assert browser.get("/audits/").status_code == 200


def test_what_was_typed_in_an_audit_is_kept(cast):
    audit = AuditFactory(auditor=cast.auditor, state=State.IN_PROGRESS)
    browser, token = signed_in(cast.auditor), token_for(cast.auditor, audit)
    end(cast.auditor, cast)
    sent = {"field": "grade_reason", "value": "The plan is a year old.", "version": "1", "token": token}
    response = browser.post(f"/audits/{audit.reference}/save/", sent, headers={"X-Autosave": "1"})
    assert response.status_code == 401
    kept = KeptText.objects.get()
    assert (kept.audit, kept.fields["grade_reason"]) == (audit, ["The plan is a year old."])


def test_neither_the_password_nor_a_link_made_before_works_any_more(cast):
    link = persons.make_password_link(person=cast.auditor, by=cast.administrator)
    end(cast.auditor, cast)
    page = Client().get(link, follow=True)
    assert 'name="password1"' not in page.content.decode()
    client = signed_in(cast.auditor)
    assert client.get("/people/you/").status_code == 302
    assert not Event.objects.filter(action="signed in").exists()


def test_a_link_that_was_open_already_sets_no_password(cast):
    link = persons.make_password_link(person=cast.auditor, by=cast.administrator)
    browser = Client()
    form = browser.get(link, follow=True)
    assert 'name="password1"' in form.content.decode()
    end(cast.auditor, cast)
    new = "lanterns-at-the-harbour-at-six"
    browser.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert not User.objects.get(pk=cast.auditor.pk).has_usable_password()


def test_nobody_whose_account_ended_is_mailed_a_link(cast, mailoutbox):
    end(cast.auditor, cast)
    Client().post("/account/password/reset/", {"email": cast.auditor.email})
    assert mailoutbox == []


def test_between_password_and_code_the_account_ends_too(
    cast, frozen_clock, django_capture_on_commit_callbacks
):
    secret = set_up(signed_in(cast.auditor), django_capture_on_commit_callbacks)
    frozen_clock.shift(60)
    halfway = signed_in(cast.auditor)
    assert halfway.get("/account/2fa/authenticate/").status_code == 200
    end(cast.auditor, cast)
    before = Event.objects.filter(action="signed in").count()
    response = halfway.post("/account/2fa/authenticate/", {"code": code_for(secret)})
    assert response.headers["Location"] == "/account/inactive/"
    assert halfway.get("/people/you/").headers["Location"].startswith("/account/login/")
    assert Event.objects.filter(action="signed in").count() == before


def test_whoever_comes_back_needs_a_new_link_and_no_old_browser_wakes_up(cast):
    browser = signed_in(cast.auditor)
    old = persons.make_password_link(person=cast.auditor, by=cast.administrator)
    returned = persons.return_person(person=end(cast.auditor, cast), by=cast.administrator)
    assert browser.get("/people/you/").status_code == 302
    assert signed_in(cast.auditor).get("/people/you/").status_code == 302
    assert 'name="password1"' not in Client().get(old, follow=True).content.decode()
    new = persons.make_password_link(person=returned, by=cast.administrator)
    assert 'name="password1"' in Client().get(new, follow=True).content.decode()
