"""A head explains a figure, an analyst sends it back, and a senior leader reads what was approved."""

from django.urls import reverse

from kpi.commentary.models import Commentary
from tests.factories.kpi import IndicatorVersionFactory, ObservationFactory
from tests.journeys.verbs import KeyboardPerson, Person

TITLE = "Percentage of visits in time"
FIRST, BETTER = "Some visits were late.", "Five of 50 children waited: two posts are vacant."


def test_commentary_is_written_returned_corrected_approved_and_read(open_browser, cast):
    version = IndicatorVersionFactory(indicator__code="CP8", indicator__slug="cp8", title=TITLE)
    version.indicator.services.add(cast.service)
    ObservationFactory(indicator_version=version)
    page = reverse("packs:indicator", args=["cp8"])

    head = KeyboardPerson(open_browser(cast.head))
    head.opens(reverse("commentary:list"))
    head.follows(f"Write commentary on {TITLE}")
    head.sees("April 2026: 90% (45 of 50).")
    head.types(FIRST, into="What does the figure mean?")
    head.presses("Save the draft")
    head.presses("Submit")
    head.sees("Submitted. The analyst approves it, or returns it with a note.")

    leader = Person(open_browser(cast.leader))
    leader.opens(page)
    leader.does_not_see(FIRST)

    analyst = Person(open_browser(cast.analyst))
    analyst.opens(reverse("commentary:list"))
    analyst.follows("CP8, April 2026")
    analyst.presses("Return with a note")
    analyst.types("Say for how many children, and why.", into="What has to change?")
    analyst.presses("Return it")
    analyst.sees("Returned with your note.")

    head.opens(reverse("commentary:list"))
    head.follows(f"Open the commentary on {TITLE}")
    head.sees("Say for how many children, and why.")
    head.presses("Change")
    head.types(BETTER, into="What does the figure mean?")
    head.presses("Save the draft")
    head.presses("Submit")
    head.follows("Back to the figure")
    head.presses("Add an action step")
    head.types("Agree cover for both posts.", into="What will be done?")
    head.types("Team manager", into="By whom?")
    head.types("29 May 2026", into="By when?")
    head.presses("Save")
    head.sees("The action step is added.")

    analyst.opens(Commentary.objects.get().get_absolute_url())
    analyst.presses("Approve")
    analyst.sees("Approved.")

    leader.opens(page)
    leader.sees(BETTER)
    leader.sees("Agree cover for both posts.")
    leader.does_not_see(FIRST)
