"""A real browser for the journeys: one for the session, a fresh profile for each person in each test."""

import os
import shutil
import tempfile

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from qa_audit.people.models import User
from tests.conftest import client_for
from tests.journeys.watch import Watch

# Playwright runs an event loop in this thread; the database is used in it too, never at the same time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW, HEIGHT = 1280, 390, 900
PATIENCE = 15_000  # milliseconds: the machine that runs all tests may be slow
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    """Every test in this folder is a journey in a browser."""
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Browser:
    if CHROMIUM is None:
        said = "There is no Chromium here (apt-get install chromium): no journey was made"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(said)
        pytest.skip(said)
    with tempfile.TemporaryDirectory() as downloads, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, headless=True, downloads_path=downloads
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium, live_server):
    """A browser window of this person's, signed in without the form. Nothing may have gone wrong in it."""
    windows = []

    def window(user: User | None = None, *, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": WIDE, "height": HEIGHT},
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.watch = Watch(context, has_scripts=javascript)
        if user is not None:
            session = client_for(user).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
        windows.append((context, page.watch))
        return page

    yield window
    for context, _ in windows:
        context.close()
    assert [problem for _, watch in windows for problem in watch.problems] == []
