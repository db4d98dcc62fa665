"""Files of past audits, written as people write them, and what importing them prints."""

import csv
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import Workbook

from qa_audit.audits.models.answers import AuditFinding, DomainGrade
from qa_audit.audits.models.audit import Audit
from qa_audit.findings.models import Finding
from qa_audit.history.models import Event, Snapshot
from qa_audit.imports.models import PastImport
from qa_audit.learning.models import LearningReview
from qa_audit.people.models import User
from qa_audit.tools.models import Concept, Domain, Tool

REQUIRED = ("reference", "service", "kind", "audited_on")


def good_row(**other) -> dict:
    """The least that a row must say, and whatever else."""
    return {
        "reference": "C1",
        "service": "Social Work with Families",
        "kind": "individual",
        "audited_on": "2021-03-27",
    } | other


@pytest.fixture
def csv_file(tmp_path):
    """Writes rows (dicts) to a csv file; the headers are those of the first row unless given."""

    def write(*rows, headers=None, name="past.csv"):
        headers = headers or list(rows[0])
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(headers)
            writer.writerows([row.get(header, "") for header in headers] for row in rows)
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """Writes lists of cells to an xlsx file, the first as its header."""

    def write(*rows, name="past.xlsx"):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def run():
    """Runs the command: (exit status, what it printed, errors with it)."""

    def call(path, *options):
        printed, errors = StringIO(), StringIO()
        try:
            call_command("import_audits", str(path), *options, stdout=printed, stderr=errors)
        except CommandError as error:
            return error.returncode, printed.getvalue() + errors.getvalue() + str(error)
        return 0, printed.getvalue() + errors.getvalue()

    return call


@pytest.fixture
def everything_stored():
    """Counts every table that an import may write to."""
    models = (
        Audit, AuditFinding, DomainGrade, Finding, Event, Snapshot, PastImport, LearningReview,
        User, Concept, Domain, Tool,
    )  # fmt: skip
    return lambda: {model: model.objects.count() for model in models}
