"""How the matrix asks: every route, every address in it, and a browser that is cheap enough for thousands."""

import io
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from qa_audit.policy import POLICY
from tests.access.expected import EXPECTED, PARAMETERS, SEES, SENT
from tests.access.steady_sessions import SessionStore
from tests.access.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Every role, a person without one, and nobody signed in.
WHO = (*"AMHQLND-", "")
# Reading and refusing write these; everything else must stay as it was.
MAY_BE_WRITTEN = ("qa_audit_event", "qa_audit_chainhead", "django_session", "cache_entry", "usersessions")


class SteadyBrowser(RequestFactory):
    """A browser that signed in a moment ago and stays so, also after an answer that signs it out."""

    def __init__(self, user):
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        if user is not None:
            session = SessionStore()
            session.create()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
            session.keep()
            self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    def request(self, **facts):
        return self.handler(self._base_environ(**facts))

    def ask(self, method: str, url: str):
        """One request; a POST sends something for every form."""
        if method == "POST":
            return self.generic(method, url, SENT, "application/x-www-form-urlencoded")
        return self.generic(method, url)


def all_urls(resolver=None, namespace="", prefix="") -> list[tuple[str, str, list[str]]]:
    """Every route as (name with namespace, its pattern, its parameters); nameless ones with an empty name."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found += all_urls(entry, inner, pattern)
        elif isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name}" if entry.name else ""
            found.append((name, pattern, list(entry.pattern.converters or entry.pattern.regex.groupindex)))
    return found


def routes() -> list[tuple[str, list[str]]]:
    """The names that exist for somebody, with their parameters."""
    return [(name, parameters) for name, _, parameters in all_urls() if name in POLICY]


def cells(method: str) -> Iterator[tuple[str, list[str], str, str]]:
    """(name, parameters, side, who): our rows for every method, other sides' where a page has such."""
    for name, parameters in routes():
        has_rows = parameters and allowed_letters(name, method)
        sides = [side for side in SEES if has_rows and who_sees(name, side) is not None]
        for side in ("ours", *sides):
            for letter in WHO:
                yield name, parameters, side, letter


def address(name: str, parameters: list[str], world: World, side: str) -> str:
    given = PARAMETERS.get(name) or PARAMETERS.get(name.split(":")[0], {})
    return reverse(name, kwargs={key: given[key](world, getattr(world, side)) for key in parameters})


def allowed_letters(name: str, method: str) -> str:
    return EXPECTED[name].get("GET" if method == "HEAD" else method, "")


def who_sees(name: str, side: str) -> str | None:
    """The letters of those who meet the rows of another side; None where a page has no such rows."""
    return SEES[side].get(name) or SEES[side].get(name.split(":")[0])


@contextmanager
def undone() -> Iterator[set[str]]:
    """The tables that were written in the block; then all is undone: the next cell meets the same world."""
    tables: set[str] = set()

    def watch(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            words = sql.replace('"', " ").split()
            table = words[1 if words[0] == "UPDATE" else 2]
            if not table.startswith(MAY_BE_WRITTEN):
                tables.add(table)
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(watch):
            yield tables
        transaction.set_rollback(True)


def text_of(response) -> str:
    """All that a person can read in the answer: a page, or every part of a workbook, and the headers."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as workbook:
            body = b"".join(workbook.read(part) for part in workbook.namelist())
    return body.decode("utf-8", "replace") + str(response.headers)
