"""An analyst brings figures in: first with problems, then without; corrects one, and takes that back."""

from django.urls import reverse

from kpi.returns.models import Observation, Return, Work
from qa_audit.jobs.models import JobState
from tests.factories import JobFactory
from tests.factories.kpi import IndicatorVersionFactory
from tests.journeys.verbs import KeyboardPerson, Person

TITLE = "Percentage of visits in time"
HEADER = "indicator_code,month,numerator,denominator"


def a_file(*rows: str) -> dict:
    return {"name": "april.csv", "mimeType": "text/csv", "buffer": "\n".join([HEADER, *rows]).encode()}


def sends(analyst: Person, file: dict) -> None:
    analyst.opens(reverse("returns:list"))
    analyst.presses("Upload a return")
    analyst.sends(file, with_button="Check this file")


def test_return_with_problems_then_without_seen_revised_and_taken_back(open_browser, cast):
    version = IndicatorVersionFactory(indicator__code="CP8", indicator__slug="cp8", title=TITLE)
    page = reverse("packs:indicator", args=["cp8"])
    analyst = KeyboardPerson(open_browser(cast.analyst))
    leader = Person(open_browser(cast.leader))

    sends(analyst, a_file("CP8,2026-03,40,50", "CP8,2026-04,54,50", "CP9,2026-04,1,2"))
    analyst.is_on("What this return would do")
    analyst.sees("2 problems found: correct the cells below in the file")
    analyst.sees_cell("54 of 50: the numerator is more than the denominator.")
    analyst.sees_cell("There is no indicator with the code “CP9”.")
    for cell in ("C3", "A4"):
        analyst.sees_cell(cell)
    analyst.does_not_see("Store these figures")
    assert not Observation.objects.exists()

    sends(analyst, a_file("CP8,2026-03,40,50", "CP8,2026-04,45,50"))
    analyst.presses("Store these figures")
    analyst.sees("The figures of april.csv are stored.")
    analyst.follows("service performance report")
    analyst.sees_cell("90.0%" if version.decimal_places else "90%")

    leader.opens(page)
    leader.sees("April 2026: 90% (45 of 50).")

    sends(analyst, a_file("CP8,2026-04,43,50"))
    analyst.sees_cell("45 of 50")
    analyst.sees_cell("43 of 50")
    analyst.presses("Store these figures")
    analyst.sees("Say why earlier figures changed")
    analyst.types("Two visits were counted twice", into="Why did earlier figures change?")
    analyst.presses("Store these figures")
    analyst.sees("The figures of april.csv are stored.")
    leader.opens(page)
    leader.sees("April 2026: 86% (43 of 50).")
    leader.sees("Revised")

    analyst.presses("Take this return back")
    analyst.types("The wrong file", into="Why are you taking this return back?")
    analyst.presses("Take it back")
    analyst.sees("april.csv is taken back.")
    leader.opens(page)
    leader.sees("April 2026: 90% (45 of 50).")
    assert Observation.objects.count() == 4


def test_return_is_brought_in_without_javascript(open_browser, cast):
    IndicatorVersionFactory(indicator__code="CP8", indicator__slug="cp8", title=TITLE)
    analyst = Person(open_browser(cast.analyst, javascript=False))

    sends(analyst, a_file("CP8,2026-04,45,50"))
    analyst.presses("Store these figures")
    analyst.sees("The figures of april.csv are stored.")

    assert Observation.objects.get().numerator == 45


def test_page_of_a_return_that_is_being_taken_back_follows_it_by_itself(open_browser, cast):
    IndicatorVersionFactory(indicator__code="CP8")
    analyst = Person(open_browser(cast.analyst))
    sends(analyst, a_file("CP8,2026-04,45,50"))
    analyst.presses("Store these figures")
    job = JobFactory(kind=Work.TAKE_BACK)
    Return.objects.update(job=job)
    analyst.opens(Return.objects.get().get_absolute_url())
    analyst.sees("This return is being taken back.")
    analyst.does_not_see("Take this return back")

    job.state, job.error = JobState.REFUSED, "A later return revised one of its figures."
    job.save()

    analyst.sees("A later return revised one of its figures.")
    analyst.sees("Take this return back")
    analyst.does_not_see("This return is being taken back.")
