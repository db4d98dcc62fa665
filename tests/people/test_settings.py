"""What production refuses to start without, and what it then sets; each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "a-key-of-more-than-fifty-characters-with-many-different-ones-0123456789",
    "ALLOWED_HOSTS": "sight.council.example",
    "DATABASE_URL": "sqlite:////nowhere/sight.sqlite3",
    "HISTORY_HEADS": "/nowhere/heads",
    "TRUSTED_PROXIES": "1",
}
DIRECTORY = {
    "OIDC_SERVER_URL": "https://login.directory.example/0000-1111/v2.0",
    "OIDC_CLIENT_ID": "sight",
    "OIDC_CLIENT_SECRET": "a secret",
    "OIDC_NAME": "Council account",
}


def run(*arguments, **environment) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def setting(expression: str, **environment):
    script = f"import json; from django.conf import settings; print(json.dumps({expression}))"
    done = run("-c", script, DJANGO_SETTINGS_MODULE="qa_audit.settings", **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_does_not_start_without(missing):
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    done = run("manage.py", "check", **given)
    assert done.returncode == 1
    assert f"Set {missing}" in done.stderr


def test_production_has_host_cookies_and_no_debugging():
    names = "[settings.DEBUG, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]"
    assert setting(names, **PRODUCTION) == [False, "__Host-session", "__Host-csrf"]
    flags = "[settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY]"
    assert setting(flags, **PRODUCTION) == [True, True, True]


def test_production_requires_a_second_factor_argon2_and_writes_no_link_to_the_log():
    names = "[settings.SECOND_FACTOR_REQUIRED, settings.PASSWORD_HASHERS, settings.EMAIL_BACKEND]"
    assert setting(names, **PRODUCTION) == [
        True,
        ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "django.core.mail.backends.dummy.EmailBackend",
    ]


def test_deployment_check_has_nothing_to_say():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_deployment_check_asks_where_the_head_of_history_goes():
    given = {name: value for name, value in PRODUCTION.items() if name != "HISTORY_HEADS"}
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **given)
    assert done.returncode == 1
    assert "kept nowhere outside the database" in done.stderr
    done = run(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", **given, HISTORY_HEADS_TO="a@b.example"
    )
    assert done.returncode == 0


def test_deployment_check_asks_how_many_proxies_there_are():
    given = {name: value for name, value in PRODUCTION.items() if name != "TRUSTED_PROXIES"}
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **given)
    assert done.returncode == 1
    assert "TRUSTED_PROXIES is not set" in done.stderr
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **given, TRUSTED_PROXIES="0")
    assert done.returncode == 0


def test_cache_and_sessions_are_in_the_database_and_hold_enough_keys():
    cache = 'settings.CACHES["default"]'
    names = f'[{cache}["BACKEND"], {cache}["OPTIONS"], settings.SESSION_ENGINE]'
    assert setting(names, **PRODUCTION) == [
        "django.core.cache.backends.db.DatabaseCache",
        {"MAX_ENTRIES": 100_000},
        "qa_audit.people.sessions",
    ]


# The site is made once: on one core, where the suite uses several.
on_a_new_site = pytest.mark.xdist_group("new site")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> dict:
    """The environment of a site whose database has seen `migrate` and nothing else."""
    database = tmp_path_factory.mktemp("database") / "new.sqlite3"
    site = {
        "DJANGO_SETTINGS_MODULE": "qa_audit.settings",
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{database}",
    }
    done = run("manage.py", "migrate", "-v0", **site)
    assert done.returncode == 0, done.stderr
    return site


SIGN_IN_ON_A_NEW_FILE = """
import django; django.setup()
from django.test import Client
from qa_audit.people.models import User
password = "harbour-lanterns-at-six"
user = User(email="first@council.example", name="First"); user.set_password(password); user.save()
client = Client()
answer = client.post("/account/login/", {"login": user.email, "password": password})
print(answer.status_code, answer.headers["Location"], client.get("/people/you/").status_code)
"""


@on_a_new_site
def test_migrate_alone_gives_a_site_on_which_one_can_sign_in(migrated):
    done = run("-c", SIGN_IN_ON_A_NEW_FILE, **migrated)
    assert done.stdout.split() == ["302", "/", "200"], done.stderr


SIGN_IN_WITH_THE_DIRECTORY = """
import django; django.setup()
from allauth.socialaccount.adapter import get_adapter
from django.test import Client, RequestFactory
from django.conf import settings
page = Client().get("/account/login/")
print("Sign in with Council account" in page.content.decode())
print('action="/account/oidc/council/login/?process=login"' in page.content.decode())
print("form-action 'self' https://login.directory.example;" in page.headers["Content-Security-Policy"] + ";")
provider = get_adapter().get_provider(RequestFactory().get("/"), "council")
print("code_challenge" in provider.get_pkce_params())
print(provider.extract_uid({"id_token": {"sub": "pairwise", "oid": "the-object-id"}}) == "the-object-id")
print(provider.server_url == settings.OIDC_SERVER_URL + "/.well-known/openid-configuration")
print(settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION is False)
"""


@on_a_new_site
def test_single_sign_on_is_prepared_with_pkce_and_the_directorys_object_id(migrated):
    done = run("-c", SIGN_IN_WITH_THE_DIRECTORY, **migrated, **DIRECTORY)
    assert done.stdout.split() == ["True"] * 7, done.stdout + done.stderr


def test_council_says_which_year_its_reports_are_over():
    assert setting("settings.REPORTING_YEAR_BEGINS", **PRODUCTION) == 1
    assert setting("settings.REPORTING_YEAR_BEGINS", REPORTING_YEAR="financial", **PRODUCTION) == 4
    done = run("manage.py", "check", REPORTING_YEAR="april", **PRODUCTION)
    assert "REPORTING_YEAR is calendar or financial, not “april”." in done.stderr
