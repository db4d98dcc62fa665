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
    auditor.types("Team manager", into="Whom did you tell?")
    auditor.types("09:30", into="At what time?")
    auditor.types("Visit today with a second worker.", into="What will they do?")
    auditor.types("12 May 2026", into="Recorded on the child's record on")
    auditor.presses("Save")
    auditor.sees("Those who must know are notified.")

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
