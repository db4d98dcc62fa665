"""A thematic audit is reported by its theme: in reports, drill-downs, lists and files; it opens nothing."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import ReasonChosen
from qa_audit.history.models import Event
from qa_audit.reports.catalogue import REPORTS
from qa_audit.reports.grade_distribution import GradeDistribution
from qa_audit.reports.records import RecordsForm
from qa_audit.reports.scope import Scope, ScopeForm, themes_of
from qa_audit.reports.self_evaluation import SelfEvaluation
from tests.factories import AuditFactory, LearningReviewFactory, ToolVersionFactory
from tests.reading import one_line
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread

NEGLECT = "neglect of young children"
THEME = {"reason_chosen": ReasonChosen.THEME}


@pytest.fixture
def audits(cast):
    """Of one theme, written in three ways, eight; six of another; four of none; elsewhere one of a third."""
    same = {"tool_version": ToolVersionFactory(content=False)}
    spellings = ["Neglect of young children", "neglect of young  children", "NEGLECT OF YOUNG CHILDREN "]
    for spelling, grades in zip(
        spellings, (spread(0, 4, 0, 0), spread(0, 0, 3, 0), spread(0, 0, 0, 1)), strict=True
    ):
        add_audits(cast.service, cast.team, grades, theme=spelling, **THEME, **same)
    add_audits(cast.service, cast.team, spread(6, 0, 0, 0), theme="Supervision", **THEME, **same)
    add_audits(cast.service, cast.team, spread(0, 4, 0, 0), **same)
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(1, 0, 0, 0), theme="Canary theme", **THEME)
    LearningReviewFactory(lead_service=cast.service)


def offered(user) -> list[tuple[str, str]]:
    return ScopeForm({}, user=user).fields["theme"].choices[1:]


def test_equal_names_are_one_choice_as_they_are_written_most(cast, audits):
    assert offered(cast.head) == [(NEGLECT, "Neglect of young children"), ("supervision", "Supervision")]


def test_only_themes_of_what_one_may_count_are_offered(cast, audits):
    assert offered(cast.outsider) == [("canary theme", "Canary theme")]
    assert len(offered(cast.analyst)) == 3
    assert offered(cast.nobody) == []


def test_draft_tells_its_theme_to_nobody_who_may_not_open_it(cast, audits):
    AuditFactory(service=cast.service, team=cast.team, theme="Draft theme", **THEME)
    assert "draft theme" not in dict(offered(cast.head))
    assert "Draft theme" not in page(cast.head, "audits:list").content.decode()


def test_theme_of_another_service_is_refused_as_one_that_does_not_exist(cast, audits):
    for theme in ("canary theme", "no such theme"):
        text = page(cast.head, "reports:self_evaluation", theme=theme).content.decode()
        assert "Choose a theme from the list" in text
        assert "Figures as at" not in text
        assert "anary" not in text.replace(f'value="{theme}"', "")


def test_theme_narrows_the_figures_in_any_case_and_spacing(cast, audits):
    for typed in (NEGLECT, " Neglect  OF young children"):
        (row,) = SelfEvaluation(scope_of(cast.head, theme=typed)).rows
        assert (row.audits, row.reviews, row.grades.counts) == (8, 0, [0, 4, 3, 1])


def test_provisional_audits_of_the_theme_are_told_apart_however_they_write_it(cast, audits):
    submitted = {"state": State.SUBMITTED, "agreed_at": None, **THEME}
    add_audits(cast.service, cast.team, spread(0, 2, 0, 0), theme="neglect OF young children", **submitted)
    assert SelfEvaluation(scope_of(cast.head, theme=NEGLECT)).agreed_and_provisional == (8, 2)


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_takes_the_theme_and_says_so(cast, audits, name):
    response = page(cast.qa_lead, f"reports:{name.replace('-', '_')}", theme=NEGLECT)
    text = one_line(response)
    assert "<strong>theme:</strong> Neglect of young children" in text
    assert response.context["report"].agreed_and_provisional[0] == 8
    for kind in ("csv", "xlsx"):
        file = page(cast.qa_lead, "reports:export", name, theme=NEGLECT, format=kind)
        assert file.status_code == 200
    about = load_workbook(io.BytesIO(file.content))["About"]
    assert ("Theme", "Neglect of young children") in list(about.values)
    assert f"theme={NEGLECT.replace(' ', '+')}" in str(
        Event.objects.filter(action="report exported").last().changes
    )


def test_figures_lead_to_the_records_of_the_theme(cast, audits):
    text = page(cast.qa_lead, "reports:self_evaluation", theme=NEGLECT).content.decode()
    assert f"theme={NEGLECT.replace(' ', '+')}&amp;service={cast.service.pk}&amp;grade=good" in text
    found = page(cast.qa_lead, "reports:records", theme=NEGLECT, grade="good", service=cast.service.pk)
    assert "4 audits count." in found.content.decode()
    assert "<strong>Theme:</strong> Neglect of young children" in one_line(found)


def test_theme_of_a_finding_is_another_thing(cast, audits):
    form = RecordsForm({"theme": NEGLECT, "finding_theme": "none"}, user=cast.qa_lead)
    assert form.is_valid(), form.errors
    assert ("Theme of the finding", "No theme") in form.in_words()
    assert form.records().audits().count() == 0


def test_theme_shows_no_grades_of_a_team_that_few_of_its_audits_would_give_away(cast):
    """Six of the team's eight are of the theme: a subtraction would grade the two that are left out."""
    add_audits(cast.service, cast.team, spread(0, 6, 0, 0), theme="Neglect", **THEME)
    add_audits(cast.service, cast.team, spread(0, 0, 0, 2))
    scope = scope_of(cast.leader, GradeDistribution, by="team", theme="neglect", team=cast.team.pk)
    assert all(row.grades is None for row in GradeDistribution(scope).rows)


def test_choosing_from_many_themes_takes_no_more_queries(cast, audits):
    few = queries_of(cast.qa_lead, "reports:voice")
    for number in range(20):
        add_audits(cast.service, cast.team, ["good"], theme=f"Theme {number}", **THEME)
    assert queries_of(cast.qa_lead, "reports:voice") == few
    assert len(themes_of(cast.qa_lead)) == 23


def test_command_takes_the_theme(cast, audits, tmp_path, capsys):
    out = tmp_path / "a.csv"
    call_command(
        "export_report", "self-evaluation", "--out", str(out), "--theme", "NEGLECT of young children"
    )
    assert out.read_text("utf-8-sig").splitlines()[-1].startswith("TOTAL,,8,0,0,8,8,0,4,3,1")
    with pytest.raises(CommandError, match="theme: Choose a theme from the list"):
        call_command("export_report", "self-evaluation", "--out", str(out), "--theme", "Nothing")
    with pytest.raises(CommandError, match="leave out --theme"):
        call_command(
            "export_report", "kpi-dataset", "--out", str(out), "--month", "2026-03", "--theme", "Neglect"
        )


def summary(content: bytes) -> tuple[dict, list]:
    book = load_workbook(io.BytesIO(content))
    rows = list(book["Summary"].values)
    head = next(index for index, row in enumerate(rows) if row[0] == "Service")
    return dict(zip(rows[head], rows[head + 1], strict=True)), list(book["About"].values)


def test_excel_summary_of_a_theme(cast, audits, tmp_path):
    asked = {"service": cast.service.pk, "from": "2026-01-01", "to": "2026-05-12"}
    row, about = summary(page(cast.head, "reports:hos_summary_file", theme=NEGLECT, **asked).content)
    assert (row["Total"], row["Graded"], row["Good"], row["Learning reviews"]) == (8, 8, 4, 0)
    assert ("Theme", "Neglect of young children") in about
    assert ("Filters", "No others: every team, capacity, reason chosen and tool") in about
    assert NEGLECT in str(Event.objects.get(action="report exported").changes)
    row, about = summary(page(cast.head, "reports:hos_summary_file", **asked).content)
    assert row["Total"] == 19
    assert ("Filters", "No others: every team, capacity, reason chosen, theme and tool") in about
    out = tmp_path / "summary.xlsx"
    call_command("hos_summary", service=cast.service.name, theme="Supervision", out=str(out))
    assert summary(out.read_bytes())[0]["Outstanding"] == 6


def test_summary_is_of_every_theme_unless_one_is_chosen(cast, audits):
    text = page(cast.head, "reports:hos_summary").content.decode()
    assert "Every theme</option>" in text
    assert "Neglect of young children</option>" in text


def test_list_of_audits_and_its_file_take_the_theme(cast, audits):
    response = page(cast.head, "audits:list", theme=NEGLECT)
    assert "8 audits" in response.content.decode()
    assert "Theme: Neglect of young children" in response.content.decode()
    file = page(cast.head, "audits:export", theme=NEGLECT)
    assert len(list(load_workbook(io.BytesIO(file.content)).worksheets[0].values)) == 9
    assert "Neglect of young children" in str(Event.objects.get(action="exported audits").changes)


def test_theme_in_the_list_never_finds_what_one_may_not_open(cast, audits):
    draft = AuditFactory(service=cast.service, team=cast.team, theme="Supervision", **THEME)
    assert draft.reference not in page(cast.head, "audits:list", theme="supervision").content.decode()
    assert draft.reference in page(cast.head, "audits:list").content.decode()
    assert draft.reference in page(cast.qa_lead, "audits:list", theme="supervision").content.decode()


def test_list_refuses_a_theme_that_nobody_wrote(cast, audits):
    text = page(cast.head, "audits:list", theme="canary theme").content.decode()
    assert "There is a problem" in text
    assert reverse("audits:export") in text


def test_scope_of_a_theme_that_is_gone_counts_nothing(cast, audits):
    scope = scope_of(cast.head, theme="supervision")
    Audit.objects.filter(theme="Supervision").update(theme="")
    assert Scope(cast.head, scope.period, scope.chosen).counted().count() == 0
