"""The wide tables of Measures in a browser: what stays in view, on a phone, on a desk and on paper."""

from decimal import Decimal

import pytest
from django.urls import reverse

from kpi.indicators.models.versions import Polarity, Unit
from tests.factories.kpi import TargetFactory
from tests.journeys.conftest import HEIGHT, NARROW, WIDE
from tests.kpi.packs.conftest import figures_of, version_of

REGION = ".sight-scroll--months"
PAGES = ["packs:dataset", "packs:performance_report"]


@pytest.fixture
def window(open_browser, cast):
    """A window of an analyst who has twenty-five indicators with fourteen months and a target."""
    for number in range(25):
        version = version_of(
            f"N{number:02}",
            title=f"Children seen in time {number}",
            unit=Unit.NUMBER,
            polarity=Polarity.HIGH_GOOD,
        )
        figures_of(version, *range(1_500, 1_514))
        TargetFactory(indicator=version.indicator, value=Decimal(1_600))
    return open_browser(cast.analyst)


def show(window, page, width=WIDE):
    window.set_viewport_size({"width": width, "height": HEIGHT})
    window.goto(reverse(page))
    return window.locator(REGION).first


def place(region, selector):
    """Where an element stands within the region, in pixels from its left and top."""
    return region.evaluate(
        """(region, selector) => {
          const [one, all] = [region.querySelector(selector), region].map((el) => el.getBoundingClientRect());
          return { left: one.left - all.left, right: one.right - all.left, top: one.top - all.top };
        }""",
        selector,
    )


@pytest.mark.parametrize("page", PAGES)
def test_on_a_phone_this_month_and_what_it_means_are_seen_at_once(window, page):
    region = show(window, page, NARROW)
    seen = region.evaluate("(one) => one.clientWidth")
    # This month with its changes; with its target and its rating.
    for column in (1, 2, 3):
        assert place(region, f"tbody td:nth-of-type({column})")["right"] <= seen


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("page", PAGES)
def test_headings_and_names_stay_while_the_keyboard_scrolls(window, page, width):
    region = show(window, page, width)
    region.focus()
    assert region.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"
    window.keyboard.press("End")
    # The page's content policy lets no script wait for it.
    for _ in range(100):
        if region.evaluate("(one) => one.scrollTop") > 100:
            break
        window.wait_for_timeout(50)
    else:
        pytest.fail("The region does not scroll by keyboard")

    assert place(region, "thead th")["top"] == pytest.approx(0, abs=1)
    region.evaluate("(one) => { one.scrollLeft = 60; }")
    for head in ("thead th", "tbody th"):
        assert place(region, head)["left"] == pytest.approx(0, abs=1)


def test_scrolling_sideways_stops_where_no_figure_is_half_hidden_by_the_names(window):
    region = show(window, "packs:dataset", NARROW)
    region.evaluate("(one) => one.scrollTo({ left: one.querySelector('.sight-now').offsetWidth - 6 })")
    edge = place(region, "thead th")["right"]
    assert place(region, "thead th:nth-child(3)")["left"] == pytest.approx(edge, abs=1)


@pytest.mark.parametrize("width", [WIDE, 1920])
def test_header_and_tables_begin_on_one_line(window, width):
    show(window, "packs:dataset", width)
    edges = window.locator(".govuk-width-container").evaluate_all(
        "(all) => all.map((one) => { const r = one.getBoundingClientRect(); return `${r.left} ${r.right}`; })"
    )
    assert len(edges) > 3
    assert len(set(edges)) == 1


def test_paper_is_used_in_its_whole_width_and_nothing_is_cut(window):
    region = show(window, "packs:dataset", 2000)
    window.emulate_media(media="print")
    left, right, whole = window.locator("main").evaluate(
        "(one) => { const r = one.getBoundingClientRect(); return [r.left, r.right, innerWidth]; }"
    )
    assert (left, right) == (0, whole)
    assert region.evaluate(
        "(one) => [one.scrollHeight - one.clientHeight, getComputedStyle(one).overflowY]"
    ) == [
        0,
        "visible",
    ]
    assert region.locator("thead th").first.evaluate("(one) => getComputedStyle(one).position") == "static"
    name = window.locator(".sight-header__account")
    assert name.evaluate("(one) => getComputedStyle(one).color") == "rgb(0, 0, 0)"


def test_a_long_code_and_long_headings_fit_a_phone(open_browser, cast):
    code = "cp_visits_within_ten_working_days_of_the_last_one_by_any_worker"
    version = version_of(code, numerator_words="Children visited in the last ten working days", title=code)
    figures_of(version, 80, 90)
    window = open_browser(cast.analyst)
    window.set_viewport_size({"width": NARROW, "height": HEIGHT})
    window.goto(reverse("packs:indicator", args=[version.indicator.slug]))
    assert window.evaluate("document.documentElement.scrollWidth") == NARROW
    heads = window.locator(".sight-table thead .govuk-table__header--numeric")
    assert set(heads.evaluate_all("(all) => all.map((one) => getComputedStyle(one).whiteSpace)")) == {
        "normal"
    }
