"""Files out and in, each in a process of its own, in processor time and memory."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from import_export import resources
from import_export.fields import Field
from openpyxl import load_workbook

from bench.apart import run_apart
from bench.data import GRADES, IMPORT_YEAR, KINDS, WORKBOOK_AUDITS, WORKBOOK_YEAR
from bench.measure import Goal, Job, Row, faster, slower
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.tables import audit_sheet, listed_audits
from qa_audit.common.excel import Column, Properties, Sheet, write_xlsx
from qa_audit.imports.actions import import_past
from qa_audit.imports.check import check_file
from qa_audit.imports.columns import core_domains
from qa_audit.people.models import Service, User
from qa_audit.reports.hos_summary import HosSummaryForm


def _lead() -> User:
    return User.objects.get(email="qa_lead@bench.example")


def export(rows: str) -> Job:
    """audits.xlsx as the list's button makes it."""
    lead = _lead()
    audits = listed_audits(lead).order_by("pk")[: int(rows)]
    about = Properties(title="Case audits", author=str(lead), created=timezone.now())
    return lambda: write_xlsx(
        BytesIO(), [audit_sheet(audits, lead, with_case_references=True)], properties=about
    )


class AuditResource(resources.ModelResource):
    """The same columns, as django-import-export writes them."""

    service = Field("service__name")
    team = Field("team__name")
    tool = Field("tool_version__tool__title")

    class Meta:
        model = Audit
        fields = (
            *("reference", "service", "team", "kind", "tool", "audited_on", "state", "due_on", "grade"),
            "case_reference",
        )


def export_peer(rows: str) -> Job:
    audits = listed_audits(_lead()).select_related("service", "team", "tool_version__tool").order_by("pk")
    return lambda: AuditResource().export(queryset=audits[: int(rows)]).export("xlsx")


def workbook(service: str) -> Job:
    typed = {"service": service, "from": f"{WORKBOOK_YEAR}-01-01", "to": f"{WORKBOOK_YEAR}-12-31"}
    form = HosSummaryForm(typed, user=_lead())
    assert form.is_valid(), form.errors
    return form.summary().content


def bring_in(path: str) -> Job:
    """Read, check and store."""
    lead = _lead()

    def job():
        with open(path, "rb") as file:
            check = check_file(file, file_name=Path(path).name)
        import_past(check=check, by=lead)

    return job


def bring_in_return(path: str) -> Job:
    """A return of figures, as the command takes it."""
    return lambda: call_command("import_kpis", path, stdout=StringIO())


def read_only(path: str) -> Job:
    def job():
        for _ in load_workbook(path, read_only=True).active.iter_rows(values_only=True):
            pass

    return job


JOBS = {
    "export": export,
    "export-peer": export_peer,
    "workbook": workbook,
    "import": bring_in,
    "import-floor": read_only,
    "return": bring_in_return,
}


def rows(service: Service, folder: Path, exported: int, imported: int) -> Iterator[Row]:
    ours, peer = run_apart("export", exported), run_apart("export-peer", exported)
    out, into = f"audits.xlsx, {exported:,} rows", f"Import of {imported:,} rows"
    yield faster(f"{out}: processor, beside django-import-export", ours["cpu"], peer["cpu"], 2)
    more = ours["most"] - ours["before"]
    yield Row(f"{out}: memory over what the process held before", more, "MB", Goal(60))
    summary = run_apart("workbook", service.pk)
    yield Row(f"Workbook of {WORKBOOK_AUDITS} audits: processor", summary["cpu"], "s", Goal(1))
    past = _past_audits(folder / "past-audits.xlsx", imported)
    read, stored = run_apart("import-floor", past), run_apart("import", past)
    yield slower(f"{into}, checked and stored: processor", stored["cpu"], read["cpu"], 3)
    yield Row(f"{into}: the most memory that the process holds", stored["most"], "MB", Goal(200))


def _past_audits(path: Path, rows: int) -> Path:
    """A file of past audits with ten graded domains and two findings each."""
    teams = [(team.service.name, team.name) for team in _teams()]
    headings = ["reference", "service", "team", "kind", "overall_grade", "going_well", "improvements"]
    domains = [f"grade: {domain['import_title']}" for domain in core_domains()[:10]]
    columns = [*map(Column, [*headings, *domains]), Column("audited_on", "date")]
    write_xlsx(
        path, [Sheet("Audits", columns, _past_rows(teams, rows))], properties=Properties("Past audits")
    )
    return path


def _teams():
    return [team for service in Service.objects.all() for team in service.teams.select_related("service")]


def _past_rows(teams: list, rows: int):
    for number in range(rows):
        grades = [GRADES[(number * 37 + place * 11) % 100].value for place in range(11)]
        yield [
            f"P{number:06}",
            *teams[number % len(teams)],
            KINDS[number % len(KINDS)][0].value,
            grades[10],
            f"Visits were regular, and number {number} shows what they changed.",
            f"The plan of number {number} does not say who does what, or by when.",
            *grades[:10],
            date(IMPORT_YEAR, 1, 1) + timedelta(days=number % 365),
        ]
