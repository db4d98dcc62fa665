"""The pages by which an analyst brings returns in, and their error states."""

from kpi.returns.models import Upload
from tests.factories import JobFactory
from tests.journeys.indicator_pages import of_kept
from tests.journeys.pages import Page, at, error, press, send_file
from tests.journeys.scene import Scene

HEADER = "indicator_code,month,numerator,denominator\n"
GOOD = HEADER + "CP1,2026-02,45,50\n"
BAD = HEADER + "CP1,2026-02,55,50\nNothing like it,2026-02,1,2\nCP1,Feb-26,45,50\n"
CHECK = "Check this file"
UPLOAD = at("returns:upload")


def long_check(scene: Scene) -> str:
    """The analyst's file while it is being checked."""
    upload = Upload.objects.get(user=scene.cast.analyst)
    upload.job = JobFactory(by=upload.user, done=61_500, expected=200_000)
    upload.outcome = {}
    upload.save()
    return scene.address("returns:waiting")


RETURNS = [
    Page("returns", "analyst", at("returns:list")),
    Page("upload a return", "analyst", UPLOAD),
    error("upload a return", "analyst", UPLOAD, press(CHECK)),
    Page("what a return would do", "analyst", UPLOAD, send_file("return.csv", GOOD, CHECK)),
    error("what a return would do", "analyst", UPLOAD, send_file("return.csv", BAD, CHECK)),
    error("file that is no return", "analyst", UPLOAD, send_file("return.xlsx", "no workbook", CHECK)),
    Page("how far a long check is", "analyst", long_check),
    Page("a return", "analyst", of_kept("returns:detail", "return")),
    Page("take a return back", "analyst", of_kept("returns:reverse", "return")),
    error("take a return back", "analyst", of_kept("returns:reverse", "return"), press("Take it back")),
]
