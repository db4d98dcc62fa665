"""Past audits come in: a file with errors changes nothing, the corrected one comes in whole."""

from django.urls import reverse

from qa_audit.audits.models.audit import Audit, State
from tests.journeys.verbs import Person

HEADER = "reference,service,kind,audited_on,overall_grade"
GOOD_ROWS = [
    "C1001,Social Work with Families,individual,2025-03-27,good",
    "C1002,Fostering,manager,2025-04-02,requires improvement",
]
BAD_ROWS = [
    "C1001,Social Work with Family,individual,2025-03-27,good",
    "C1002,Fostering,manager,31/2/2025,splendid",
]


def file_of(rows: list[str]) -> dict:
    return {"name": "past.csv", "mimeType": "text/csv", "buffer": "\n".join([HEADER, *rows]).encode()}


def test_a_file_with_errors_then_without(open_browser, cast):
    qa_lead = Person(open_browser(cast.qa_lead))

    qa_lead.opens(reverse("imports:past"))
    qa_lead.sends(file_of(BAD_ROWS), with_button="Check this file")
    qa_lead.is_on("What importing this file would do")
    qa_lead.sees("3 problems found. Nothing is imported until all are put right.")
    for cell in ("B2", "D3", "E3"):
        qa_lead.sees_cell(cell)
    qa_lead.does_not_see("Import all of it")
    assert not Audit.objects.exists()

    qa_lead.follows("Choose another file")
    qa_lead.sends(file_of(GOOD_ROWS), with_button="Check this file")
    qa_lead.sees("2 rows read: 2 audits would be imported.")
    assert not Audit.objects.exists()
    qa_lead.presses("Import all of it")
    qa_lead.sees("2 of 2 rows imported.")
    qa_lead.sees_rows(1, in_table="Files imported so far")

    assert {audit.state for audit in Audit.objects.all()} == {State.AGREED}
    assert sorted(Audit.objects.values_list("case_reference", "grade")) == [
        ("C1001", "good"),
        ("C1002", "requires_improvement"),
    ]
