"""The sheet is one room: forms render it, actions store what it holds, checks read it."""

import ast

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from qa_audit.audits.actions.writing import store, weigh
from qa_audit.audits.checks.limits import limit_of
from qa_audit.audits.checks.sightings import AGENCIES
from qa_audit.audits.checks.submitting import problems
from qa_audit.audits.checks.task_list import states_of
from qa_audit.audits.forms.entries import EntriesForm
from qa_audit.audits.models.answers import DomainGrade
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.audits.sheet.places import Entry, Part, Rows, mark, rows_of
from qa_audit.tools.models import Domain
from tests.factories import AuditFactory, UserFactory

SHEET = settings.BASE_DIR / "qa_audit" / "audits" / "sheet"


@pytest.mark.parametrize("upper", ["actions", "checks", "forms", "views"])
def test_sheet_knows_nothing_of_what_uses_it(upper):
    imported = [
        f"{path.name} imports {node.module}"
        for path in SHEET.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"qa_audit.audits.{upper}")
    ]
    assert imported == []


@pytest.fixture
def second(audit):
    """The rows of another holder: what a second grading of the same audit will have, and no more."""
    holder = AuditFactory(tool_version=audit.tool_version, service=audit.service)
    parts = {Part.ANSWERS: holder.answers, Part.DOMAINS: holder.domain_grades}
    left_out = frozenset(("header", "voices", "findings", "conversation", "safety"))
    return Rows(holder, parts, left_out)


@pytest.fixture
def domain(audit):
    """A domain that the first auditor graded good."""
    domain = audit.tool_version.all_domains[0]
    DomainGrade.objects.create(audit=audit, domain=domain, grade="good", evidence="Seen by the first.")
    return domain


def type_in(rows: Rows, name: str, value: str) -> dict:
    """What an action of the holder does: weigh what was typed against its rows, and store it."""
    entry = Entry(AuditSheet(rows.holder, rows).items[name].place, value, mark(""))
    read, accepted, written = weigh(rows, [entry])
    return store(read, accepted, written, UserFactory())


def page_of(audit, rows: Rows, key: str) -> str:
    form = EntriesForm(rows, AuditSheet(audit, rows).sections(key))
    return render_to_string("audits/parts/entries.html", {"sections": form.rendered({})})


@pytest.mark.django_db
def test_same_sheet_renders_the_rows_of_another_holder(audit, domain, second):
    type_in(second, f"grade-{domain.pk}", "inadequate")
    type_in(second, f"evidence-{domain.pk}", "Seen by the second.")
    firsts, seconds = (page_of(audit, rows, domain.concept.key) for rows in (rows_of(audit), second))
    assert "Seen by the first." in firsts
    assert "Seen by the second." in seconds
    assert "Seen by the first." not in seconds
    assert 'value="good" checked' not in seconds
    assert firsts.count("<textarea") == seconds.count("<textarea")


@pytest.mark.django_db
def test_what_another_holder_writes_leaves_the_rows_of_the_audit_alone(audit, domain, second):
    changes = type_in(second, f"grade-{domain.pk}", "inadequate")
    assert changes == {f"{domain.title}: grade": ["", "inadequate"]}
    type_in(second, "grade_reason", "Nobody asked the child.")
    audit.refresh_from_db()
    assert audit.grade_reason == ""
    assert [AuditSheet(audit).stored(name) for name in (f"grade-{domain.pk}", "grade_reason")] == ["good", ""]
    theirs = AuditSheet(audit, second)
    assert [theirs.stored(name) for name in (f"grade-{domain.pk}", "grade_reason")] == [
        "inadequate",
        "Nobody asked the child.",
    ]


@pytest.mark.django_db
def test_row_of_another_holder_settles_itself(audit, domain, second):
    type_in(second, f"grade-{domain.pk}", "inadequate")
    changes = type_in(second, f"applies-{domain.pk}", "not_applicable")
    assert changes[f"{domain.title}: grade"] == ["inadequate", ""]
    assert audit.domain_grades.get().grade == "good"


@pytest.mark.django_db
def test_another_holder_is_asked_only_what_it_has_rows_for(audit, domain, second):
    sheet = AuditSheet(audit, second)
    assert {page.key for page in AuditSheet(audit).pages} - {page.key for page in sheet.pages} == (
        second.pages_left_out
    )
    assert "voice-child-outcome" not in sheet.items
    before = sheet.progress()
    type_in(second, f"evidence-{domain.pk}", "Seen by the second.")
    assert AuditSheet(audit, second).progress() == (before[0] + 1, before[1])


@pytest.mark.django_db
def test_check_reads_the_rows_of_another_holder_and_its_pages_alone(audit, domain, second):
    Domain.objects.filter(pk=domain.pk).update(is_limiting=True)
    type_in(second, f"grade-{domain.pk}", "inadequate")
    sheet = AuditSheet(audit, second)
    assert limit_of(sheet).grade == "inadequate"
    assert limit_of(AuditSheet(audit)) is None
    found = problems(sheet)
    assert f"evidence-{domain.pk}" in {problem.entry for problem in found}
    assert not {problem.page for problem in found} & {*second.pages_left_out, AGENCIES}
    assert set(states_of(sheet)) == {page.key for page in sheet.pages}
