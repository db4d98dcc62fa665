"""Every answer carries the headers that harden it, errors too."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(cast, sign_in, settings, monkeypatch):
    """One answer of each kind: open, signed in, redirected, and every error that Django itself gives."""
    signed_in = sign_in(cast.auditor)
    careless = Client(enforce_csrf_checks=True)
    found = {
        "sign-in": Client().get("/account/login/"),
        "redirected": Client().get("/"),
        "signed in": signed_in.get("/people/you/"),
        "signed out to a script": Client().get("/people/you/", headers={"HX-Request": "true"}),
        "bad request": Client().get("/account/login/", headers={"Host": "elsewhere.example"}),
        "forbidden": signed_in.get("/people/"),
        "without token": careless.post("/account/login/", {"login": "a", "password": "b"}),
        "not found": signed_in.get("/nowhere/"),
        "wrong method": signed_in.post("/people/you/"),
    }

    def broken(request):
        raise RuntimeError("a fault")

    monkeypatch.setattr("django.views.generic.TemplateView.get", lambda *args, **kwargs: broken(None))
    signed_in.raise_request_exception = False
    found["server error"] = signed_in.get("/account/2fa/")
    return found


def test_each_answer_is_of_its_kind(answers):
    codes = {name: response.status_code for name, response in answers.items()}
    assert codes == {
        "sign-in": 200,
        "redirected": 302,
        "signed in": 200,
        "signed out to a script": 401,
        "bad request": 400,
        "forbidden": 403,
        "without token": 403,
        "not found": 404,
        "wrong method": 405,
        "server error": 500,
    }


def test_every_answer_has_a_strict_content_policy(answers):
    for name, response in answers.items():
        policy = dict(
            part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'", name
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", name
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'", name
        assert "unsafe" not in response.headers["Content-Security-Policy"], name


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
        ("X-Frame-Options", "DENY"),
    ],
)
def test_every_answer_has_the_header(answers, header, value):
    for name, response in answers.items():
        assert response.headers.get(header) == value, name


def test_every_answer_gives_up_what_the_browser_could_reach(answers):
    for name, response in answers.items():
        for feature in ("camera", "geolocation", "microphone"):
            assert f"{feature}=()" in response.headers["Permissions-Policy"], name


def test_no_page_holds_script_or_style_of_its_own(answers):
    for name, response in answers.items():
        page = response.content.decode()
        assert "<style" not in page, name
        assert "style=" not in page, name
        assert page.count("<script") == page.count('<script src="') + page.count(
            '<script type="module" src="'
        ), name
