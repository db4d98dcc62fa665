"""A concern raised from a draft stands on top of the manager's pages until it is acknowledged."""

from django.urls import reverse

from qa_audit.notices.models import Notice
from tests.factories import AuditFactory
from tests.journeys.verbs import Person

CONCERN = "An unknown adult has been staying in the home since Monday."


def test_a_concern_reaches_the_manager_and_stays_until_acknowledged(open_browser, cast):
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    auditor, manager = Person(open_browser(cast.auditor)), Person(open_browser(cast.manager))
    manager.opens(reverse("reports:index"))
    manager.does_not_see("Act now:")

    auditor.opens(reverse("audits:page", args=[audit.reference, "childs-voice"]))
    auditor.follows("Is a child unsafe now?")
    auditor.sees("This form does not raise the alarm.")
    auditor.chooses("Yes, a child may be unsafe now", of="Is a child unsafe now?")
    auditor.types(CONCERN, into="What is the concern?")
    auditor.types("Team manager", into="Who did you tell?")
    auditor.types("09:30", into="At what time?")
    auditor.types("Visit today with a second worker.", into="What will they do?")
    auditor.types("12 May 2026", into="Recorded on the child's record on")
    auditor.presses("Save")
    auditor.sees("The people who must know are notified.")

    headline = Notice.objects.get().headline
    for page in ("home:index", "audits:list", "reports:index", "people:account"):
        manager.opens(reverse(page))
        manager.sees("Act now:")
    manager.follows(headline)
    manager.sees(CONCERN)
    manager.types("I went with the worker; the adult has left.", into="What have you done?")
    manager.presses("I have acted on this")
    manager.sees("You have acknowledged this notice.")

    manager.opens(reverse("home:index"))
    manager.does_not_see("Act now:")
    assert Notice.objects.get().acknowledged_by == cast.manager


def says_unsafe_on_the_page_of_everything(auditor, audit):
    auditor.opens(reverse("audits:all", args=[audit.reference]))
    auditor.types("No visit for six weeks.", into="Reason for the overall judgement")
    auditor.chooses("Yes, a child may be unsafe now", of="Is a child unsafe now?")


def raises_it_from_home(auditor, audit):
    """The line stands until then, also after the page of the concern was left."""
    auditor.is_on("Is a child unsafe now?")
    auditor.sees("This form does not raise the alarm.")
    for address in (reverse("home:index"), audit.get_absolute_url()):
        auditor.opens(address)
        auditor.sees("Not yet raised:")
    auditor.follows("Raise the concern, or change your answer")
    auditor.sees_chosen("Yes, a child may be unsafe now", of="Is a child unsafe now?")
    auditor.types(CONCERN, into="What is the concern?")
    auditor.types("Team manager", into="Who did you tell?")
    auditor.types("09:30", into="At what time?")
    auditor.types("Visit today.", into="What will they do?")
    auditor.types("12 May 2026", into="Recorded on the child's record on")
    auditor.presses("Save")
    auditor.sees("The people who must know are notified.")
    auditor.does_not_see("Not yet raised:")
    audit.refresh_from_db()
    assert audit.notice
    assert audit.grade_reason == "No visit for six weeks."


def test_yes_opens_the_page_of_the_concern_at_once(open_browser, cast):
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    auditor = Person(open_browser(cast.auditor))
    says_unsafe_on_the_page_of_everything(auditor, audit)
    raises_it_from_home(auditor, audit)


def test_without_scripts_it_is_the_next_page(open_browser, cast):
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    auditor = Person(open_browser(cast.auditor, javascript=False))
    says_unsafe_on_the_page_of_everything(auditor, audit)
    auditor.presses("Save and continue")
    raises_it_from_home(auditor, audit)


def test_yes_on_its_own_page_is_kept_before_the_rest_is_typed_and_taken_back_with_a_reason(
    open_browser, cast
):
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    auditor = Person(open_browser(cast.auditor))
    auditor.opens(reverse("audits:safety", args=[audit.reference]))
    auditor.chooses("Yes, a child may be unsafe now", of="Is a child unsafe now?")
    auditor.sees_saved()
    auditor.opens(reverse("audits:fill", args=[audit.reference]))
    auditor.follows("Raise the concern, or change your answer")
    auditor.types("I had another child in mind.", into="Why are you changing your answer?")
    auditor.chooses("No", of="Is a child unsafe now?")
    auditor.presses("Save")
    auditor.does_not_see("Not yet raised:")
    audit.refresh_from_db()
    assert audit.child_unsafe == "no"
