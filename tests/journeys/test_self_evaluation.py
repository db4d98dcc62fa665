"""A head of service reads the self-evaluation, opens a figure, writes the analysis, takes the Excel file."""

from io import BytesIO

from django.urls import reverse
from openpyxl import Workbook, load_workbook

from tests.journeys.verbs import Person
from tests.reports.conftest import add_audits, spread

OWN_WORDS = "Most of our work is good. Plans that stand still are what we change next."


def test_head_of_service_reports_their_service(open_browser, cast):
    add_audits(cast.service, cast.team, spread(0, 12, 3, 1), auditor=cast.auditor)
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 5, 0, 0))
    head = Person(open_browser(cast.head))

    head.opens(reverse("home:index"))
    head.follows("Reports")
    head.follows("Self-evaluation")
    head.sees("good in 75%")
    head.opens_cell("12 (75%)", of_row=cast.service.name, in_table="How practice was graded")
    head.is_on("Records behind a figure")
    head.sees("12 audits count.")
    head.sees_rows(12, in_table="Audits")

    head.opens(reverse("reports:self_evaluation"))
    head.follows(f"Write the analysis in your own words of {cast.service.name}")
    head.types(OWN_WORDS, into="Analysis")
    head.presses("Save the analysis")
    head.sees("Your analysis is saved.")
    head.sees(OWN_WORDS)

    file = head.downloads("Download (Excel)").path()
    assert OWN_WORDS in words_of(file)
    head.opens(reverse("reports:hos_summary"))
    file = head.downloads("Download (Excel)", role="button").path()
    assert {"Summary", "Grades", "Audits", "About"} <= set(opened(file).sheetnames)
    assert OWN_WORDS in words_of(file)
    assert cast.elsewhere.name not in words_of(file)


def opened(file) -> Workbook:
    # The browser keeps a download under a name without an ending.
    return load_workbook(BytesIO(file.read_bytes()))


def words_of(file) -> str:
    """Every cell of the workbook as one text."""
    cells = (cell for sheet in opened(file) for row in sheet.values for cell in row)
    return "\n".join(str(cell) for cell in cells)
