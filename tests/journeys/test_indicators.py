"""An analyst adds an indicator, makes it live, sets a target from a month on, gives it a second version."""

from django.urls import reverse

from kpi.indicators.models.indicators import Indicator
from tests.factories.kpi import AreaFactory
from tests.journeys.verbs import Person


def test_indicator_from_draft_to_second_version(open_browser, cast):
    AreaFactory(title="Child protection")
    analyst = Person(open_browser(cast.analyst))
    head = Person(open_browser(cast.head))

    analyst.opens(reverse("indicators:list"))
    analyst.presses("Add an indicator")
    analyst.types("CP7", into="Code")
    analyst.picks("Child protection", of="Area")
    analyst.types("January 2026", into="In force from")
    analyst.types("Percentage of visits in time", into="Title")
    analyst.picks("Percentage", of="Unit")
    analyst.presses("Add")
    analyst.sees("Choose the basis")
    analyst.sees_typed("Percentage of visits in time", into="Title")
    analyst.picks("In the month", of="Basis")
    analyst.chooses("High is good", of="Which way is good?")
    analyst.presses("Add")
    analyst.is_on("Percentage of visits in time Draft")
    sheet = analyst.window.url

    head.opens(reverse("indicators:list"))
    head.does_not_see("CP7")
    analyst.presses("Make it live")
    analyst.is_on("Percentage of visits in time Live")
    head.opens(reverse("indicators:list"))
    head.follows("Percentage of visits in time (CP7)")
    head.is_on("Percentage of visits in time")

    for value, month in (("90", "January 2026"), ("95", "April 2026")):
        analyst.follows("Set a target")
        analyst.types(value, into="Value")
        analyst.types(month, into="First month")
        analyst.presses("Save")
        analyst.sees("The target is set.")
    analyst.sees_cell("At least 90%")
    analyst.sees_cell("March 2026")
    analyst.sees_cell("At least 95%")

    analyst.presses("Add a version")
    analyst.sees_typed("Percentage of visits in time", into="Title")
    analyst.types("June 2026", into="In force from")
    analyst.types("Percentage of visits in time, unborn included", into="Title")
    analyst.types("Unborn children are counted from June", into="Why does the definition change?")
    analyst.presses("Save")
    analyst.is_on("Percentage of visits in time Live")
    analyst.sees_cell("To come")
    head.opens(f"{sheet}?month=June+2026")
    head.is_on("Percentage of visits in time, unborn included")

    assert Indicator.objects.get().versions.count() == 2
