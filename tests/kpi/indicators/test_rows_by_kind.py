"""Targets, benchmarks, populations and thresholds: set, changed and removed in one way."""

import re

import pytest

from qa_audit.history.models import Event
from tests.conftest import client_for
from tests.factories.kpi import IndicatorVersionFactory

pytestmark = pytest.mark.django_db
HOME = "/measures/indicators/"
SHEET = f"{HOME}definitions/cp1/"
TARGET = {"operator": "at_least", "value": "85", "profile": "flat", "margin_unit": "points"}
BENCHMARK = {"comparator": "england", "value": "88", "basis": "in_month", "comparability": "same"}
# By noun: its list, where it is set, what is typed, what is typed anew, its name before and after.
KINDS = {
    "target": (SHEET, SHEET, TARGET, {"value": "90"}, "CP1: At least 85", "CP1: At least 90"),
    "benchmark": (SHEET, SHEET, BENCHMARK, {"period": "2025-26"}, "CP1: England", "CP1: England 2025-26"),
    "population": (
        *(f"{HOME}populations/", HOME),
        *({"age_band": "0 to 17", "people": "50300"}, {"people": "50400"}),
        *("50,300 aged 0 to 17", "50,400 aged 0 to 17"),
    ),
    "threshold": (
        *(f"{HOME}thresholds/", HOME),
        *({"status": "SW", "children": "20"}, {"children": "18"}),
        *("Social worker: 20 or more", "Social worker: 18 or more"),
    ),
}
NOUNS = pytest.mark.parametrize("noun", KINDS)


@pytest.fixture
def analyst(cast):
    IndicatorVersionFactory(indicator__code="CP1")
    return client_for(cast.analyst)


def text(response) -> str:
    return response.content.decode()


def set_one(analyst, noun: str) -> str:
    """Set one from April 2026 on; its number in addresses."""
    listed, place, typed, *_ = KINDS[noun]
    answer = analyst.post(f"{place}{noun}s/set/", {**typed, "from_month": "April 2026"}, follow=True)
    assert answer.redirect_chain == [(listed, 302)]
    assert f"The {noun} is set." in text(answer)
    return re.search(rf'href="{HOME}{noun}s/([0-9]+)/change/', text(answer))[1]


def newest_event() -> str:
    return Event.objects.order_by("pk").last().action


@NOUNS
def test_a_row_of_each_kind_is_set_in_its_words(analyst, noun):
    called = {"threshold": "caseload threshold"}.get(noun, noun)
    assert f"Set a {called}" in text(analyst.get(f"{KINDS[noun][1]}{noun}s/set/"))
    assert set_one(analyst, noun)
    assert newest_event() == f"{called} set"


@NOUNS
def test_a_row_of_each_kind_is_changed_over_the_one_that_was_seen(analyst, noun):
    listed, _, typed, anew, before, after = KINDS[noun]
    address = f"{HOME}{noun}s/{set_one(analyst, noun)}/change/"
    page = text(analyst.get(address))
    assert f"Change this {noun}: {before}" in page
    assert f"remove this {noun}</a>" in page
    typed = {**typed, **anew, "from_month": "April 2026", "version": "1"}
    answer = analyst.post(address, typed, follow=True)
    assert answer.redirect_chain == [(listed, 302)]
    assert "Saved." in text(answer)
    assert f"Change this {noun}: {after}" in text(analyst.get(address))
    assert newest_event().endswith(f"{noun} changed")
    assert analyst.post(address, {**typed, "from_month": "May 2026"}).status_code == 409


@NOUNS
def test_a_row_of_each_kind_is_removed_after_a_question(analyst, noun):
    listed, *_, before, _ = KINDS[noun]
    address = f"{HOME}{noun}s/{set_one(analyst, noun)}/remove/"
    page = text(analyst.get(address))
    assert f"Remove this {noun}?" in page
    assert f"{before}, from April 2026 on" in page
    answer = analyst.post(address, follow=True)
    assert answer.redirect_chain == [(listed, 302)]
    assert f"The {noun} is removed." in text(answer)
    assert newest_event().endswith(f"{noun} removed")
    assert analyst.get(address).status_code == 404


@NOUNS
def test_the_number_of_a_row_of_another_kind_is_not_found(analyst, noun):
    number = int(set_one(analyst, noun))
    others = [other for other in KINDS if other != noun]
    pages = [f"{HOME}{other}s/{number}/{verb}/" for other in others for verb in ("change", "remove")]
    assert {analyst.get(page).status_code for page in pages} == {404}
