"""Two tabs write to the same answer: the later sees both texts and chooses. Nothing is overwritten unseen."""

import pytest
from django.urls import reverse

from qa_audit.audits.models.answers import DomainGrade
from tests.factories import AuditFactory
from tests.journeys.verbs import Person

FIRST, SECOND = "Written in the first tab.", "Written in the second tab."


@pytest.fixture
def address(cast) -> str:
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    return reverse("audits:page", args=[audit.reference, "childs-voice"])


def stored_evidence() -> str:
    return DomainGrade.objects.get().evidence


def both_tabs_write(one: Person, two: Person, address: str) -> None:
    for tab in (one, two):
        tab.opens(address)
    one.window.watch.expect(409)
    one.types(FIRST, into="Evidence")
    one.sees_saved()
    two.types(SECOND, into="Evidence")
    two.sees("Something newer has been saved")
    two.sees(FIRST)
    two.sees("Not saved: choose which text to keep")
    two.sees_typed(SECOND, into="Evidence")
    assert stored_evidence() == FIRST


def test_the_second_tab_saves_its_own_text_instead(open_browser, cast, address):
    one = Person(open_browser(cast.auditor))
    two = one.opens_another_tab()
    both_tabs_write(one, two, address)

    two.presses("Save mine instead")

    two.sees_saved()
    two.does_not_see("Something newer has been saved")
    assert stored_evidence() == SECOND


def test_the_second_tab_keeps_what_is_saved(open_browser, cast, address):
    one = Person(open_browser(cast.auditor))
    two = one.opens_another_tab()
    both_tabs_write(one, two, address)

    two.presses("Keep what is saved now")

    two.sees_typed(FIRST, into="Evidence")
    two.presses("Save and come back later")
    two.is_on("Audit")
    assert stored_evidence() == FIRST


@pytest.mark.parametrize(
    ("choice", "kept"), [("Keep what is saved now", FIRST), ("Save mine instead", SECOND)]
)
def test_without_javascript_a_page_shows_both(open_browser, cast, address, choice, kept):
    one = Person(open_browser(cast.auditor, javascript=False))
    two = one.opens_another_tab()
    for tab in (one, two):
        tab.opens(address)
    one.window.watch.expect(409)
    one.types(FIRST, into="Evidence")
    one.presses("Save and come back later")
    two.types(SECOND, into="Evidence")
    two.presses("Save and come back later")

    two.is_on("Something newer has been saved")
    two.sees(FIRST)
    two.sees(SECOND)
    assert stored_evidence() == FIRST
    two.chooses(choice, of="Which do you want to keep? Evidence")
    two.presses("Save my choice")

    two.does_not_see("Something newer has been saved")
    assert stored_evidence() == kept
