"""Signed out in the middle of a form: nothing that was typed is lost, with JavaScript and without."""

from django.contrib.sessions.models import Session
from django.urls import reverse

from qa_audit.audits.models.answers import DomainGrade, KeptText
from qa_audit.people.models import User
from tests.factories import AuditFactory
from tests.factories.people import PASSWORD
from tests.journeys.verbs import Person

TEXT = "He showed the worker the room where he sleeps.\nShe asked what he would change."


def signs_in_again(person: Person, user: User) -> None:
    person.is_on("Sign in")
    person.types(user.email, into="Email address")
    person.types(PASSWORD, into="Password")
    person.presses("Sign in")


def stored_evidence() -> str:
    return DomainGrade.objects.get().evidence


def test_text_stays_on_the_page_and_is_saved_after_signing_in_elsewhere(open_browser, cast):
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    auditor = Person(open_browser(cast.auditor))
    auditor.window.watch.expect(401)
    auditor.opens(reverse("audits:page", args=[audit.reference, "childs-voice"]))

    Session.objects.all().delete()
    auditor.types(TEXT, into="Evidence")
    auditor.sees("You are signed out.")
    auditor.sees("Not saved: you are signed out. Your text stays here")
    auditor.sees_typed(TEXT, into="Evidence")
    assert not DomainGrade.objects.exists()

    second_tab = auditor.follows_into_a_new_tab("Sign in again in a new tab")
    signs_in_again(second_tab, cast.auditor)
    second_tab.is_on("What is waiting for you")
    auditor.comes_back()

    auditor.sees_saved()
    auditor.sees_typed(TEXT, into="Evidence")
    auditor.does_not_see_now("You are signed out.")
    assert stored_evidence() == TEXT
    assert not KeptText.objects.exists()


def test_without_javascript_what_was_sent_is_kept_and_offered_after_signing_in(open_browser, cast):
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    auditor = Person(open_browser(cast.auditor, javascript=False))
    auditor.opens(reverse("audits:page", args=[audit.reference, "childs-voice"]))

    Session.objects.all().delete()
    auditor.types(TEXT, into="Evidence")
    auditor.presses("Save and continue")
    signs_in_again(auditor, cast.auditor)

    auditor.opens(reverse("audits:fill", args=[audit.reference]))
    auditor.sees("Text kept for you")
    auditor.follows_first("Kept from")
    auditor.sees("He showed the worker the room where he sleeps.")
    auditor.presses("Put it back into the audit")
    auditor.sees("Your text is back in the audit.")

    assert stored_evidence() == TEXT
    assert not KeptText.objects.exists()
