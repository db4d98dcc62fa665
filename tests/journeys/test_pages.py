"""What every page must pass, wide and on a phone: no fault for axe, no sideways scroll, all by keyboard."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page as Window

from tests.journeys.conftest import HEIGHT, NARROW, WIDE
from tests.journeys.indicator_pages import INDICATORS
from tests.journeys.one_indicator_pages import ONE_INDICATOR
from tests.journeys.pages import PAGES, Page
from tests.journeys.return_pages import RETURNS
from tests.journeys.scene import make_scene

AXE = settings.VAR / "testing/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
KEYBOARD = Path(__file__).parent / "keyboard.js"


@pytest.mark.parametrize("page", [*PAGES, *INDICATORS, *ONE_INDICATOR, *RETURNS], ids=lambda page: page.name)
def test_page_passes_the_list(open_browser, cast, page):
    scene = make_scene(cast)
    window = open_browser(getattr(cast, page.person) if page.person else None)
    window.watch.expect(page.status)

    window.goto(page.address(scene))
    if page.then:
        page.then(window, scene)

    assert what_stands_there(window, page) == []
    for width in (WIDE, NARROW):
        window.set_viewport_size({"width": width, "height": HEIGHT})
        assert [f"{width} pixels wide: {problem}" for problem in problems_of(window)] == []


def what_stands_there(window: Window, page: Page) -> list[str]:
    found = []
    if window.locator("h1").count() != 1:
        found.append(f"{window.locator('h1').count()} h1 on the page")
    if page.is_error != window.title().startswith("Error: "):
        found.append(f"Title of a page {'with' if page.is_error else 'without'} errors: {window.title()}")
    if page.is_error and not window.locator(".govuk-error-summary").is_visible():
        found.append("Errors are not told")
    return found


def problems_of(window: Window) -> list[str]:
    return [*axe_finds(window), *is_too_wide(window), *keyboard_misses(window)]


def axe_finds(window: Window) -> list[str]:
    window.evaluate(AXE.read_text())  # not a script element: the content policy has no say in it
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = window.evaluate("options => axe.run(document, options)", options)
    return [
        f"axe {violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def is_too_wide(window: Window) -> list[str]:
    wide, seen = window.evaluate(
        "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
    )
    return [f"Scrolls sideways: {wide} of {seen} pixels. {sticking_out(window)}"] if wide > seen else []


def sticking_out(window: Window) -> str:
    return window.evaluate("""() => [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .map((one) => one.outerHTML.slice(0, 150)).slice(0, 4).join(" | ")""")


def keyboard_misses(window: Window) -> list[str]:
    """Every visible control takes the focus by Tab, and looks different while it has it."""
    stops = window.evaluate(KEYBOARD.read_text())
    for _ in range(stops + 5):
        window.keyboard.press("Tab")
    return json.loads(window.evaluate("JSON.stringify(window.whatTheKeyboardMissed())"))


BAD_PAGE = """<!doctype html><title>Bad</title><a href="/a" style="outline: none">Plain</a>
<input aria-label="Left out" tabindex="-1"><img src="data:,"><div style="width: 2000px">Wide</div>"""


def test_the_list_finds_what_is_wrong(open_browser):
    """The checks themselves: a page with one fault of each kind."""
    window = open_browser()
    window.set_content(BAD_PAGE)

    found = " ".join(problems_of(window))

    assert "axe image-alt" in found
    assert "Scrolls sideways: 2008 of" in found
    assert "Focus is not visible: <a " in found
    assert "No focus by Tab: <input " in found
