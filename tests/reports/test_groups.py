"""Cuts by status on the day and by one characteristic: small groups stand joined, in every place."""

import io
import re
from html import unescape

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from qa_audit.audits.models.audit import Audit
from qa_audit.people.models import Role
from qa_audit.reports.answers import Answers, cell_of
from qa_audit.reports.grade_distribution import GradeDistribution
from qa_audit.reports.groups import CUTS
from qa_audit.reports.records import RecordsForm
from tests.factories import ToolVersionFactory
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread
from tests.reports.practice import answer, grade_domain

SEEN = "Was the child seen alone?"
FEW_ETHNIC = "Ethnic groups with fewer than 5"
# Of one characteristic: twelve, six, three, two, and seven that are not recorded in one way or the other.
ETHNIC = [
    ("white_british", spread(0, 7, 5, 0)),
    ("asian_indian", spread(1, 3, 2, 0)),
    ("arab", spread(0, 0, 1, 2)),
    ("white_roma", spread(0, 2, 0, 0)),
    ("", spread(0, 4, 0, 0)),
    ("not_recorded", spread(0, 0, 3, 0)),
]


@pytest.fixture
def version(cast):
    return ToolVersionFactory()


@pytest.fixture
def audits(cast, version):
    """By ethnic group; with an answer and a domain's grade in each."""
    made = {
        group: add_audits(cast.service, cast.team, grades, ethnic_group=group, tool_version=version)
        for group, grades in ETHNIC
    }
    every = [audit for group in made.values() for audit in group]
    answer(
        every, version.domains.first().questions.first(), ["yes"] * 20 + ["no"] * 8 + ["not_applicable"] * 2
    )
    grade_domain(every, version.domains.first(), spread(0, 20, 10, 0))
    return made


def bars(user, by="ethnicity", **typed) -> dict[str, list | None]:
    report = GradeDistribution(scope_of(user, GradeDistribution, by=by, **typed))
    return {row.name: row.grades and row.grades.counts for row in report.rows}


def records(user, **cell):
    form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **cell}, user=user)
    assert form.is_valid(), form.errors
    return form.records().audits()


def test_grades_by_ethnic_group_with_not_recorded_as_a_row_of_its_own(cast, audits):
    assert bars(cast.qa_lead) == {
        "Asian: Indian": [1, 3, 2, 0],
        "White: English, Welsh, Scottish, Northern Irish or British": [0, 7, 5, 0],
        "White: Roma": [0, 2, 0, 0],
        "Arab": [0, 0, 1, 2],
        "Not recorded": [0, 4, 3, 0],
    }


@pytest.mark.parametrize("person", ["leader", "analyst"])
def test_small_groups_stand_as_one_row(cast, audits, person):
    assert bars(getattr(cast, person)) == {
        "Asian: Indian": [1, 3, 2, 0],
        "White: English, Welsh, Scottish, Northern Irish or British": [0, 7, 5, 0],
        "Not recorded": [0, 4, 3, 0],
        FEW_ETHNIC: [0, 2, 1, 2],
    }


def test_whoever_sees_every_team_they_count_sees_every_group(cast, audits):
    for user in (cast.head, cast.manager, cast.qa_lead):
        assert bars(user).get("Arab") == [0, 0, 1, 2]
    cast.head.grants.create(role=Role.ANALYST)
    head = type(cast.head).objects.get(pk=cast.head.pk)
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 1, 0, 0), ethnic_group="arab")
    # Their own service's Arab children taken from all would give the one elsewhere.
    assert FEW_ETHNIC in bars(head)
    assert FEW_ETHNIC in bars(head, service=cast.service.pk)


def test_one_small_group_takes_the_next_smallest_with_it(cast):
    for band, n in (("5_9", 9), ("10_15", 6), ("unborn", 2)):
        add_audits(cast.service, cast.team, spread(0, n, 0, 0), age_band=band)
    assert bars(cast.leader, by="age") == {
        "5 to 9": [0, 9, 0, 0],
        "Age bands with fewer than 5": [0, 8, 0, 0],
    }


def test_groups_that_are_few_even_together_show_n_alone_and_open_nothing(cast):
    add_audits(cast.service, cast.team, spread(0, 2, 1, 0), age_band="unborn")
    report = GradeDistribution(scope_of(cast.leader, GradeDistribution, by="age"))
    (row,) = report.rows
    assert (row.n, row.grades, row.cell, report.total) == (3, None, None, None)
    for group in ("few", "unborn"):
        assert records(cast.leader, age=group, grade="any").count() == 0


def test_disability_is_ticked_or_not_recorded(cast):
    add_audits(cast.service, cast.team, spread(0, 6, 0, 0), is_disabled=True)
    add_audits(cast.service, cast.team, spread(0, 0, 7, 0))
    found = {"Disabled": [0, 6, 0, 0], "Not recorded as disabled": [0, 0, 7, 0]}
    assert bars(cast.leader, by="disability") == found
    Audit.objects.filter(is_disabled=True).update(is_disabled=False)
    one = Audit.objects.first()
    Audit.objects.filter(pk=one.pk).update(is_disabled=True)
    assert list(bars(cast.leader, by="disability")) == ["Groups with fewer than 5"]


def test_status_on_the_day_is_a_cut(cast):
    add_audits(cast.service, cast.team, spread(0, 6, 0, 0), status_on_day="child_protection")
    add_audits(cast.service, cast.team, spread(0, 0, 5, 0))
    found = {"Child protection": [0, 6, 0, 0], "Not recorded": [0, 0, 5, 0]}
    assert bars(cast.leader, by="status") == found


def test_filter_that_leaves_out_a_few_of_a_group_joins_it(cast):
    """Eight of the group, six of them chosen at random: a subtraction would give the other two."""
    add_audits(cast.service, cast.team, spread(0, 6, 0, 0), ethnic_group="arab")
    add_audits(cast.service, cast.team, spread(0, 0, 0, 2), ethnic_group="arab", reason_chosen="requested")
    add_audits(cast.service, cast.team, spread(0, 9, 0, 0), ethnic_group="white_roma")
    assert "Arab" in bars(cast.leader)
    assert bars(cast.leader, reason="random") == {FEW_ETHNIC: [0, 15, 0, 0]}
    assert records(cast.leader, ethnicity="arab", grade="any", reason="random").count() == 0


def test_group_of_a_team_that_stands_joined_shows_nothing(cast, audits):
    add_audits(cast.service, cast.other_team, spread(0, 0, 0, 3), ethnic_group="arab")
    assert set(bars(cast.leader, team=cast.other_team.pk).values()) == {None}


@pytest.mark.parametrize("person", ["leader", "analyst", "qa_lead"])
@pytest.mark.parametrize("by", CUTS)
def test_page_csv_and_workbook_say_the_same_rows(cast, audits, person, by):
    user = getattr(cast, person)
    for name in ("grade-distribution", "answers"):
        markup = page(user, f"reports:{name.replace('-', '_')}", by=by).content.decode()
        as_page = " ".join(unescape(re.sub("<[^>]+>", " ", markup)).split())
        as_csv = page(user, "reports:export", name, by=by, format="csv").content.decode()
        file = page(user, "reports:export", name, by=by, format="xlsx").content
        first = load_workbook(io.BytesIO(file)).worksheets[0]
        as_xlsx = " ".join(str(cell.value) for row in first.iter_rows() for cell in row)
        groups = [*CUTS[by].groups.values(), CUTS[by].together]
        shown = [[words for words in groups if words in text] for text in (as_page, as_csv, as_xlsx)]
        assert shown[0] == shown[1] == shown[2] != []
        assert CUTS[by].label in as_csv.splitlines()[0]


def test_links_keep_the_cut_and_open_as_many_as_the_figure_says(cast, audits):
    for user in (cast.leader, cast.qa_lead):
        report = GradeDistribution(scope_of(user, GradeDistribution, by="ethnicity"))
        for row in report.rows:
            for grade, n in zip(("outstanding", "good"), row.grades.counts, strict=False):
                cell = {name: str(value) for name, value in row.narrowed(grade=grade).items()}
                assert "ethnicity" in cell
                assert records(user, **cell).count() == n, row.name
            first = row.narrowed(first_grade="good")
            assert records(user, **first).count() == row.first.counts[1]
    text = page(cast.leader, "reports:grade_distribution", by="ethnicity").content.decode()
    assert "ethnicity=few&amp;grade=good" in text
    assert not re.search(r"ethnicity=(arab|white_roma)", text)
    found = page(cast.leader, "reports:records", ethnicity="few", grade="good").content.decode()
    assert f"<strong>Ethnic group:</strong> {FEW_ETHNIC}" in found


def test_address_of_one_small_group_opens_nothing(cast, audits):
    for cell in (
        {},
        {"grade": "inadequate"},
        {"first_grade": "inadequate"},
        {"kind": "other"},
        {"question": audits["arab"][0].answers.get().question.concept_id},
        {"judgement": "inadequate"},
        {"domain": audits["arab"][0].domain_grades.get().domain.concept_id, "domain_grade": "good"},
    ):
        assert records(cast.leader, ethnicity="arab", **cell).count() == 0, cell
        assert records(cast.qa_lead, ethnicity="arab", **cell).exists(), cell


def test_two_characteristics_at_once_open_nothing(cast, audits):
    assert records(cast.leader, ethnicity="white_british", disability="no", grade="any").count() == 0


def replies(user, text=SEEN, by="ethnicity", **typed) -> dict[str, tuple]:
    """By group: how many said yes, and n."""
    report = Answers(scope_of(user, Answers, by=by, **typed))
    rows = [row for row in report.rows if row.asked.text == text and row.answer in ("Yes", "Not shown")]
    return {row.place: (row.count, row.replies.n) for row in rows}


def test_answers_by_ethnic_group(cast, audits):
    found = replies(cast.qa_lead)
    assert found["Arab"] == (2, 3)
    assert found["Not recorded"] == (0, 5)
    assert found["All"] == (20, 28)


def test_answers_of_small_groups_stand_as_one_row(cast, audits):
    assert replies(cast.leader) == {
        "Asian: Indian": (6, 6),
        "White: English, Welsh, Scottish, Northern Irish or British": (12, 12),
        "Not recorded": (0, 5),
        FEW_ETHNIC: (2, 5),
        "All": (20, 28),
    }


def test_group_that_few_answered_for_is_joined_in_that_question(cast, audits, version):
    """Of the seven not recorded only three answer here."""
    seen = version.domains.last().questions.first()
    every = [audit for group in audits.values() for audit in group]
    answer(every, seen, ["yes"] * 26)
    text = "Why not?"
    assert seen.text != text
    asked = [one for one in Answers(scope_of(cast.leader, Answers, by="ethnicity")).asked if one.cell]
    of_last = next(one for one in asked if one.cell.get("question") == seen.concept_id)
    assert {key: one.n for key, one in of_last.replies.items()} == {
        "white_british": 12,
        "asian_indian": 6,
        "few": 8,
    }
    concept = seen.concept_id
    assert records(cast.leader, ethnicity="none", question=concept, tool=version.tool_id).count() == 0
    assert records(cast.leader, ethnicity="few", question=concept, tool=version.tool_id).count() == 8


def test_every_answer_by_group_opens_as_many_audits_as_it_says(cast, audits):
    for user in (cast.leader, cast.qa_lead):
        scope = scope_of(user, Answers, by="ethnicity")
        report = Answers(scope)
        opened = 0
        for row in report.rows:
            cell = {name: str(value) for name, value in cell_of(row.asked, row.value, row.cut).items()}
            found = records(user, tool=report.scope.chosen["tool"], **cell)
            assert found.count() == row.count, (row.place, row.answer)
            opened += row.count
        assert opened


def test_small_groups_of_one_tool_are_withheld_where_they_are_few_together(cast, version):
    made = add_audits(cast.service, cast.team, spread(0, 3, 0, 0), tool_version=version, ethnic_group="arab")
    answer(made, version.domains.first().questions.first(), ["yes", "yes", "no"])
    assert set(replies(cast.leader).values()) == {(None, 3)}
    assert "Arab" not in page(cast.leader, "reports:answers", by="ethnicity").content.decode()


def test_command_cuts_by_a_characteristic(cast, audits, tmp_path):
    out = tmp_path / "a.csv"
    call_command("export_report", "grade-distribution", "--out", str(out), "--by", "ethnicity")
    assert out.read_text("utf-8-sig").startswith("Ethnic group,Graded")


@pytest.mark.parametrize("name", ["reports:grade_distribution", "reports:answers"])
def test_more_groups_take_no_more_queries(cast, audits, version, name):
    before = queries_of(cast.leader, name, by="ethnicity")
    for group in ("asian_chinese", "black_african", "mixed_other"):
        add_audits(cast.service, cast.team, spread(0, 6, 0, 0), ethnic_group=group, tool_version=version)
    assert queries_of(cast.leader, name, by="ethnicity") == before
