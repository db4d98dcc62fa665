"""Signing in and out with a password."""

import re

import allauth.urls
import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import resolve

from qa_audit.history.models import Event
from qa_audit.people.actions import persons
from qa_audit.people.models import Role, User
from qa_audit.policy import CONFIRMED, POLICY
from tests.factories import UserFactory, give_role
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db

MISMATCH = "The email address or the password is not right"
THROTTLED = "Too many attempts"


def try_to_sign_in(login, password=PASSWORD, client=None, **extra):
    client = client or Client()
    return client.post("/account/login/", {"login": login, "password": password}, **extra)


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def test_person_signs_in_and_out_and_both_are_recorded(cast):
    client = Client()
    assert try_to_sign_in(cast.auditor.email.upper(), client=client).headers["Location"] == "/"
    assert client.get("/people/you/").status_code == 200
    response = client.post("/account/logout/")
    assert response.headers["Location"] == "/account/login/"
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/people/you/").status_code == 302
    events = Event.objects.order_by("sequence").values_list("action", "actor_id", "object_id")
    assert list(events) == [
        ("signed in", cast.auditor.pk, cast.auditor.pk),
        ("signed out", cast.auditor.pk, cast.auditor.pk),
    ]


def test_signing_out_asks_for_the_button_to_be_pressed(cast):
    client = Client()
    try_to_sign_in(cast.auditor.email, client=client)
    page = client.get("/account/logout/")
    assert page.status_code == 200
    assert '<form method="post" action="/account/logout/"' in page.content.decode()
    assert client.get("/people/you/").status_code == 200


def test_home_leads_an_anonymous_visitor_to_sign_in_with_its_two_fields():
    response = Client().get("/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")
    page = Client().get("/account/login/").content.decode()
    assert 'name="login"' in page
    assert 'name="password"' in page
    assert "signup" not in page


def test_page_asked_for_opens_after_signing_in(cast):
    response = Client().post(
        "/account/login/?next=/people/you/", {"login": cast.auditor.email, "password": PASSWORD}
    )
    assert response.headers["Location"] == "/people/you/"


def test_other_sites_are_not_where_sign_in_leads(cast):
    credentials = {"login": cast.auditor.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post("/account/login/", credentials).headers["Location"] == "/"


def test_refusal_is_the_same_whether_or_not_the_account_exists(cast):
    User.objects.filter(pk=cast.nobody.pk).update(is_active=False)
    pages = [
        try_to_sign_in(login, "not-the-right-password").content.decode().replace(login, "")
        for login in (cast.auditor.email, cast.nobody.email, "missing.person@council.example")
    ]
    for page in pages:
        assert MISMATCH in page
    shapes = {page.split("<main")[1].split("csrfmiddlewaretoken")[0] for page in pages}
    assert len(shapes) == 1


def test_refusal_is_recorded_without_what_was_typed():
    try_to_sign_in("my-secret-password@council.example", "another-secret")
    event = Event.objects.get()
    assert event.action == "sign-in refused"
    assert event.actor_id is None
    assert "secret" not in str(vars(event))


def test_refusal_stands_by_the_field_and_keeps_the_address(cast):
    page = try_to_sign_in(cast.auditor.email, "wrong").content.decode()
    assert f'value="{cast.auditor.email}"' in page
    assert 'href="#id_password"' in page
    assert 'value="wrong"' not in page
    assert "<title>Error: Sign in" in page


def test_sixth_try_in_five_minutes_is_not_checked_even_with_the_right_password(cast, frozen_clock):
    for _ in range(5):
        assert MISMATCH in try_to_sign_in(cast.auditor.email, "wrong").content.decode()
    assert THROTTLED in try_to_sign_in(cast.auditor.email).content.decode()
    assert try_to_sign_in(cast.manager.email).status_code == 302
    frozen_clock.shift(301)
    assert try_to_sign_in(cast.auditor.email).status_code == 302


def test_other_keys_do_not_wash_the_throttle_away(cast):
    for _ in range(5):
        try_to_sign_in(cast.auditor.email, "wrong")
    for number in range(400):
        cache.set(f"other-{number}", number, 600)
    assert THROTTLED in try_to_sign_in(cast.auditor.email).content.decode()


def test_confirming_the_password_is_throttled_like_signing_in(cast):
    client = Client()
    try_to_sign_in(cast.auditor.email, client=client)
    for _ in range(5):
        client.post("/account/reauthenticate/", {"password": "wrong"})
    assert THROTTLED in client.post("/account/reauthenticate/", {"password": PASSWORD}).content.decode()


def test_argon2_checks_passwords(cast, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    cast.auditor.set_password(PASSWORD)
    cast.auditor.save()
    assert User.objects.get(pk=cast.auditor.pk).password.startswith("argon2$argon2id$")
    assert MISMATCH in try_to_sign_in(cast.auditor.email, PASSWORD + "x").content.decode()
    assert try_to_sign_in(cast.auditor.email).status_code == 302


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("fourteen-chars", "at least 15 characters"),
        ("1q2w3e4r5t6y7u8i9o0p", "too common"),
        ("ada.auditor@council", "too similar"),
    ],
)
def test_weak_password_is_refused_with_its_reason(cast, sign_in, password, words):
    client = Client()
    try_to_sign_in(cast.auditor.email, client=client)
    typed = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert words in client.post("/account/password/change/", typed).content.decode()
    assert User.objects.get(pk=cast.auditor.pk).check_password(PASSWORD)


def test_changed_password_signs_the_other_browsers_out(cast):
    here, there = Client(), Client()
    for client in (here, there):
        try_to_sign_in(cast.auditor.email, client=client)
    new = "seven grey herons wading"
    response = here.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert response.headers["Location"] == "/people/you/"
    assert here.get("/people/you/").status_code == 200
    assert there.get("/people/you/").status_code == 302
    assert Event.objects.filter(action="password set", actor_id=cast.auditor.pk).count() == 1


def test_asking_for_a_new_password_tells_nothing_and_mails_only_those_with_an_account(cast):
    pages = []
    for address in ("missing.person@council.example", cast.auditor.email):
        response = Client().post("/account/password/reset/", {"email": address}, follow=True)
        pages.append(response.content.decode().split("<main")[1])
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[cast.auditor.email]]


def test_link_in_the_mail_sets_a_password_once(cast):
    Client().post("/account/password/reset/", {"email": cast.auditor.email})
    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    client, new = Client(), "seven grey herons wading"
    page = client.get(link, follow=True)
    assert "Choose your password" in page.content.decode()
    address = page.redirect_chain[-1][0]
    assert client.post(address, {"password1": new, "password2": new}).status_code == 302
    assert try_to_sign_in(cast.auditor.email, new).status_code == 302
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_ended_person_gets_no_link(cast):
    persons.end_person(person=cast.auditor, by=cast.administrator)
    Client().post("/account/password/reset/", {"email": cast.auditor.email})
    assert not mail.outbox


def allauth_routes(patterns=None, before="/account/"):
    """(address, name) of every route that allauth brings, groups filled with something."""
    for pattern in patterns or allauth.urls.urlpatterns:
        if hasattr(pattern, "url_patterns"):
            yield from allauth_routes(pattern.url_patterns, before + str(pattern.pattern))
        else:
            route = re.sub(r"\(\?P<\w+>.*?\)(?=[/-])", "x", before + str(pattern.pattern))
            yield route.translate(str.maketrans("", "", "^$")), pattern.name


def test_every_allauth_route_outside_the_policy_is_404(cast, sign_in):
    """Sign-up, changing the address, connections, codes by mail, and the redirects without a name."""
    outside = [(address, name) for address, name in allauth_routes() if name not in POLICY]
    names = {name for _, name in outside}
    assert {"account_signup", "account_email", "socialaccount_connections", "socialaccount_signup"} < names
    assert {"openid_connect_login", "account_confirm_email", None} < names
    client = sign_in(cast.administrator)
    for address, _ in outside:
        assert resolve(address), address
        assert client.get(address).status_code == client.post(address).status_code == 404, address
        for response in (Client().get(address), Client().post(address)):
            assert response.status_code in (404, 302), address
            assert response.headers.get("Location", "/account/login/").startswith("/account/login/"), address


def test_allauth_pages_are_ours(cast, sign_in):
    """No page that the policy opens is drawn by a template that came with the library."""
    signed_in, shown = sign_in(cast.auditor), 0
    for address, name in allauth_routes():
        if name in POLICY:
            for client in (signed_in, Client()):
                response = client.get(address)
                drawn = [template.origin.name for template in response.templates]
                assert not [origin for origin in drawn if "site-packages/allauth" in origin], address
                shown += bool(drawn)
    assert shown >= 15


def test_changes_of_people_ask_for_the_password_again_after_a_quarter_of_an_hour(cast, frozen_clock):
    client = Client()
    try_to_sign_in(cast.administrator.email, client=client)
    assert client.get("/people/add/").status_code == 200  # a fresh sign-in counts
    frozen_clock.shift(15 * 60 + 1)
    assert client.get("/people/").status_code == 200
    address = f"/people/{cast.nobody.pk}/roles/give/"
    refused = client.post(address, {"role": Role.AUDITOR})
    assert refused.headers["Location"].startswith("/account/reauthenticate/")
    assert not cast.nobody.grants.exists()
    confirmation = refused.headers["Location"]
    assert "The password is not right" in client.post(confirmation, {"password": "wrong"}).content.decode()
    # What was sent goes on once the password is given.
    assert client.post(confirmation, {"password": PASSWORD, "next": address}).status_code == 302
    assert cast.nobody.grants.get().role == Role.AUDITOR
    assert client.get(address).status_code == 200


def test_every_page_that_changes_people_or_roles_asks_for_confirmation():
    organisation = {"add", "change", "end", "add_team", "change_team"}
    changing = {name for name, methods in POLICY.items() if name.startswith("people:") and "POST" in methods}
    assert changing - CONFIRMED == {f"people:services:{name}" for name in organisation} | {"people:stay"}


def test_removed_role_bites_on_the_next_request(cast, sign_in):
    second = give_role(cast.nobody, Role.ADMINISTRATOR)
    client = sign_in(second)
    assert client.get("/people/").status_code == 200
    persons.take_role(grant=second.grants.get(), by=cast.administrator)
    assert client.get("/people/").status_code == 403


def test_account_page_lists_the_roles_and_signs_the_other_browsers_out(cast):
    here, there = Client(), Client()
    for client in (here, there):
        try_to_sign_in(cast.manager.email, client=client)
    assert "Manager (SWF Harbour 1)" in here.get("/people/you/").content.decode()
    assert "Sign out the others" in here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/")
    assert there.get("/people/you/").status_code == 302
    assert here.get("/people/you/").status_code == 200


def test_demonstration_accounts_are_listed_in_a_demonstration_only(cast, settings):
    give_role(UserFactory(email="auditor@demo.example"), Role.AUDITOR)
    assert "auditor@demo.example" not in Client().get("/account/login/").content.decode()
    settings.TESTING, settings.DEBUG = False, True
    page = Client().get("/account/login/").content.decode()
    assert "auditor@demo.example" in page
    assert cast.auditor.email not in page
    settings.DEBUG = False
    assert "demo.example" not in Client().get("/account/login/").content.decode()
