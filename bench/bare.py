"""D: the least that Django itself answers a signed-in person with, in which pages are counted.

A floor that holds our base page would punish making the base page better. This one holds nothing of ours:
Django's default middleware, its session, its user, and one small template.
"""

from django.conf import settings
from django.http import HttpResponse
from django.template.backends.django import DjangoTemplates
from django.test import Client
from django.test.client import ClientHandler
from django.test.utils import override_settings

from qa_audit.people.models import User

# As `django-admin startproject` writes them.
DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
DEFAULT_SESSIONS = "django.contrib.sessions.backends.db"
DEFAULT_ACCOUNTS = "django.contrib.auth.backends.ModelBackend"
TEMPLATES = DjangoTemplates(
    {
        "NAME": "bare",
        "DIRS": [settings.BASE_DIR / "bench" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
)


def page(request) -> HttpResponse:
    """A heading and the person's name: the user is read, and so is the session."""
    return HttpResponse(TEMPLATES.get_template("bench/bare.html").render({"title": "Nothing"}, request))


class BareHandler(ClientHandler):
    """The test client's, with Django's own middleware in place of ours."""

    def load_middleware(self, is_async=False):
        with override_settings(MIDDLEWARE=DEFAULT_MIDDLEWARE, SESSION_ENGINE=DEFAULT_SESSIONS):
            super().load_middleware(is_async)


def bare_client(user: User) -> Client:
    """A browser signed in as `user`, whose requests meet nothing of ours before their view."""
    settings.AUTHENTICATION_BACKENDS = {*settings.AUTHENTICATION_BACKENDS, DEFAULT_ACCOUNTS}
    client = Client()
    client.force_login(user, backend=DEFAULT_ACCOUNTS)
    client.handler = BareHandler(enforce_csrf_checks=False)
    return client
