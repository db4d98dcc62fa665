"""Short ways to audits with answers, domain grades, voices and findings, for the reports on practice."""

import csv
import io

from openpyxl import load_workbook

from qa_audit.audits.models.answers import Answer, AuditFinding, DomainGrade, Voice
from qa_audit.audits.models.audit import Audit
from qa_audit.common.publishing import files
from qa_audit.findings.models import Theme
from qa_audit.tools.models import Concept, Domain, Question, ToolVersion
from tests.factories import FindingFactory, ToolVersionFactory

CANARY = "Canary of another service"


def add_question(version: ToolVersion, key: str, text: str, answer_type: str, choices=()) -> Question:
    """A question more in the first domain of the version."""
    concept, _ = Concept.objects.get_or_create(key=key, defaults={"kind": "question", "title": text})
    domain = version.domains.first()
    order = domain.questions.count()
    return Question.objects.create(
        domain=domain, concept=concept, order=order, text=text, answer_type=answer_type, choices=list(choices)
    )


def new_version(version: ToolVersion) -> ToolVersion:
    """The next version of the same tool, published, with the factory's content."""
    ToolVersion.objects.filter(pk=version.pk).update(status="retired")
    return ToolVersionFactory(tool=version.tool, number=version.number + 1)


def answer(audits: list[Audit], question: Question, values: list[str]) -> None:
    """Give each audit the value at its place; fewer values leave the last audits unanswered."""
    pairs = zip(audits, values, strict=False)
    Answer.objects.bulk_create(Answer(audit=audit, question=question, value=value) for audit, value in pairs)


def grade_domain(audits: list[Audit], domain: Domain, grades: list[str]) -> None:
    """Give each audit the grade at its place in this domain."""
    pairs = zip(audits, grades, strict=False)
    DomainGrade.objects.bulk_create(
        DomainGrade(audit=audit, domain=domain, grade=grade) for audit, grade in pairs
    )


def hear(audits: list[Audit], who: str, outcomes: list[str]) -> None:
    """Give each audit the outcome at its place for this voice."""
    pairs = zip(audits, outcomes, strict=False)
    Voice.objects.bulk_create(Voice(audit=audit, who=who, outcome=outcome) for audit, outcome in pairs)


def find(audit: Audit, text: str, kind: str = "strength", themes: list[Theme] | tuple = (), **values):
    """A finding of the audit."""
    finding = FindingFactory(kind=kind, text=text, service=audit.service, **values)
    finding.themes.set(themes)
    return AuditFinding.objects.create(audit=audit, finding=finding)


def all_text(client_page, report) -> str:
    """The page, the csv and every cell of the workbook as one text."""
    book = load_workbook(io.BytesIO(files.content(report.document(), "xlsx")))
    cells = (str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    return "\n".join(
        [client_page.content.decode(), files.content(report.document(), "csv").decode("utf-8-sig"), *cells]
    )


def csv_rows(report) -> list[dict[str, str]]:
    """The csv file's rows by heading."""
    return list(csv.DictReader(io.StringIO(files.content(report.document(), "csv").decode("utf-8-sig"))))
