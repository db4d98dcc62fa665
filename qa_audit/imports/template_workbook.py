"""The empty workbook that people fill in: the headers on one sheet, what they mean on the other."""

from qa_audit.common.excel import Column, Properties, Sheet, xlsx_bytes
from qa_audit.imports.columns import FIELDS, REQUIRED, core_domains

NOTES = {
    "reference": "The case reference, up to 40 characters. Never a child's name.",
    "service": "The service's present or former name.",
    "kind": "individual, thematic, manager or learning review.",
    "audited_on": "A date, or text like 2021-03-27. Not in the future.",
    "team": "A team of that service, by its name or another name that is known here.",
    "theme": "What a thematic audit was about, up to 120 characters.",
    "overall_grade": "outstanding, good, requires improvement, inadequate; empty where it was not graded.",
    "going_well": "Becomes a strength. Up to 20,000 characters.",
    "improvements": "Becomes an area for improvement. Up to 20,000 characters.",
    "auditor_email": "The auditor's address, if they have an account here.",
}
GRADE_NOTE = (
    "The grade of this domain; add a column for each domain that was graded, with any title known here."
)


def template_workbook() -> bytes:
    """An .xlsx file that `check_file` takes once it has rows."""
    grades = [f"grade: {core['import_title']}" for core in core_domains()]
    headers = [*FIELDS[:7], *grades, *FIELDS[7:]]
    past = Sheet(
        "Past audits", [Column(name, "date" if name == "audited_on" else "text", 22) for name in headers], []
    )
    rows = [(name, "Yes" if name in REQUIRED else "No", NOTES.get(name, GRADE_NOTE)) for name in headers]
    notes = Sheet(
        "Notes", [Column("Column", width=30), Column("Required"), Column("What to write", width=90)], rows
    )
    return xlsx_bytes([past, notes], properties=Properties("Past audits"))
