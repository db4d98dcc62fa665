"""Answers: counts, shares and n of every question of one tool, by concept across its versions."""

import json
from statistics import StatisticsError

import pytest

from qa_audit.common.statistics import ROUNDED, half_up
from qa_audit.reports.answers import Answers, cell_of
from qa_audit.reports.asked import Spread
from qa_audit.reports.records import RecordsForm
from qa_audit.tools.models import Scale
from tests.factories import ToolVersionFactory
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread
from tests.reports.practice import (
    CANARY,
    add_question,
    all_text,
    answer,
    csv_rows,
    grade_domain,
    new_version,
)

SEEN = "Was the child seen alone?"


def answers(user, **typed) -> Answers:
    return Answers(scope_of(user, Answers, **typed))


def of(report: Answers, text: str) -> dict[str, tuple]:
    """Count, n and share by answer of a question over the whole scope."""
    rows = [row for row in report.rows if row.asked.text == text]
    return {row.answer: (row.count, row.replies.n, row.share and half_up(row.share)) for row in rows}


@pytest.fixture
def version(cast):
    return ToolVersionFactory()


@pytest.fixture
def audits(cast, version):
    """Twelve audits: child seen alone in seven, not in three; one not recorded, one not applicable."""
    made = add_audits(cast.service, cast.team, spread(0, 12, 0, 0), tool_version=version)
    seen = version.domains.first().questions.first()
    answer(made, seen, ["yes"] * 7 + ["no"] * 3 + ["not_recorded", "not_applicable"])
    return made


def test_not_applicable_and_unanswered_are_left_out_of_the_share(cast, audits, version):
    add_audits(cast.service, cast.team, spread(0, 4, 0, 0), tool_version=version)
    assert of(answers(cast.head), SEEN) == {
        "Yes": (7, 11, 64),
        "No": (3, 11, 27),
        "Not recorded": (1, 11, 9),
    }
    notes = {row.note for row in answers(cast.head).rows if row.asked.text == SEEN}
    assert notes == {"small number. 1 audit not applicable"}


def test_scale_as_median_and_spread(cast, audits, version):
    question = add_question(version, "x.scale", "How clear is the plan?", "scale")
    answer(audits, question, ["2", "4", "6", "8", "10"])
    assert of(answers(cast.head), question.text) == {
        "Median 6, middle half 4 to 8, lowest 2, highest 10": (5, 5, None)
    }


def test_spread_of_one_answer_and_of_none():
    assert str(Spread.of([7])) == "Median 7, middle half 7 to 7, lowest 7, highest 7"
    assert Spread.of([1, 2]).median == 1.5
    with pytest.raises(ValueError, match="no answer") as raised:
        Spread.of([])
    assert not isinstance(raised.value, StatisticsError)


def test_shares_of_one_choice_and_of_several(cast, audits, version):
    one = add_question(version, "x.one", "How many contacts?", "choice", ["None", "One", "Two"])
    several = add_question(version, "x.several", "Who was asked?", "choices", ["Mother", "Father", "School"])
    answer(audits, one, ["None", "One", "Two"])
    answer(
        audits, several, [json.dumps(chosen) for chosen in (["Mother", "School"], ["Mother"], ["Father"], [])]
    )
    assert of(answers(cast.head), one.text) == {"None": (1, 3, 33), "One": (1, 3, 33), "Two": (1, 3, 33)}
    assert ROUNDED in answers(cast.head).footnotes
    assert of(answers(cast.head), several.text) == {
        "Mother": (2, 3, 67),
        "Father": (1, 3, 33),
        "School": (1, 3, 33),
    }


def test_of_dates_and_texts_only_how_many(cast, audits, version):
    words = add_question(version, "x.words", "What did the child say?", "long_text")
    answer(audits, words, ["Canary of the narrative", "", "More of it"])
    report = answers(cast.head)
    assert of(report, words.text) == {"Answered": (2, 2, None)}
    assert "Canary of the narrative" not in all_text(page(cast.head, "reports:answers"), report)


def test_versions_run_together_by_concept_and_a_new_wording_is_marked(cast, audits, version):
    newer = new_version(version)
    question = newer.domains.first().questions.first()
    question.text = "Was the child seen, alone, in the last visit?"
    question.save()
    later = add_audits(cast.service, cast.team, spread(0, 5, 0, 0), tool_version=newer)
    answer(later, question, ["no"] * 5)
    report = answers(cast.head)
    assert of(report, question.text)["No"] == (8, 16, 50)
    (note,) = {note for asked in report.asked for note in asked.notes}
    assert note == f"Wording changed: version 1 said “{SEEN}”."
    text = page(cast.head, "reports:answers").content.decode()
    assert "Not asked the same way in every version" in text
    assert note in text


def test_a_question_that_is_asked_no_more_says_so(cast, audits, version):
    newer = new_version(version)
    newer.domains.first().questions.all().delete()
    add_audits(cast.service, cast.team, spread(0, 5, 0, 0), tool_version=newer)
    (asked,) = [asked for asked in answers(cast.head).asked if asked.text == SEEN]
    assert asked.notes == ["Last asked this way in version 1."]


def test_default_is_the_tool_with_most_counted_audits(cast, audits, version):
    other = ToolVersionFactory()
    add_audits(cast.service, cast.team, spread(0, 2, 0, 0), tool_version=other)
    assert {row.asked.tool for row in answers(cast.head).rows} == {version.tool.title}
    assert ("Tool", version.tool.title) in answers(cast.head).scope.filters
    assert {row.asked.tool for row in answers(cast.head, tool=other.tool.pk).rows} == {other.tool.title}


def test_threshold_decisions_stand_first(cast):
    version = ToolVersionFactory(scale=Scale.THRESHOLD)
    decisions = ["right"] * 15 + ["too_high"] * 3 + ["too_low", "consent_missing"]
    made = add_audits(cast.service, cast.team, decisions, tool_version=version)
    answer(made, version.domains.first().questions.first(), ["yes"] * 20)
    report = answers(cast.head)
    assert report.rows[0].asked.text == "Threshold decision"
    assert of(report, "Threshold decision")["Right"] == (15, 20, 75)
    assert report.sections[0].title == "Overall"
    text = page(cast.head, "reports:answers").content.decode()
    assert text.index("Threshold decision") < text.index(SEEN)
    assert "judgement=right" in text


def test_domains_grades_stand_among_the_answers(cast, audits, version):
    grade_domain(audits, version.domains.last(), spread(1, 5, 3, 1))
    assert of(answers(cast.head), "Grade of Risk and safety")["Good"] == (5, 10, 50)


def test_cut_by_service_with_all_of_them_last(cast, audits, version):
    there = add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 2, 0, 0), tool_version=version)
    answer(there, version.domains.first().questions.first(), ["yes", "yes"])
    rows = [
        row
        for row in answers(cast.leader, by="service").rows
        if (row.asked.text, row.answer) == (SEEN, "Yes")
    ]
    assert [(row.place, row.count, row.replies.n) for row in rows] == [
        (cast.service.name, 7, 11),
        (cast.elsewhere.name, 2, 2),
        ("All services", 9, 13),
    ]
    assert SEEN in page(cast.leader, "reports:answers", by="service").content.decode()


def test_every_figure_opens_as_many_audits_as_it_says(cast, audits, version):
    several = add_question(
        version, "x.several", "Who was asked?", "choices", ["Mother", "Father’s “new” partner"]
    )
    answer(audits, several, [json.dumps([choice]) for choice in several.choices])
    grade_domain(audits, version.domains.last(), spread(1, 5, 3, 1))
    report = answers(cast.head)
    assert {row.asked.kind for row in report.rows} >= {"yes_no", "choices", "domain_grade", "judgement"}
    for row in report.rows:
        cell = {
            key: str(value)
            for key, value in cell_of(row.asked, row.value, {"service": cast.service.pk}).items()
        }
        form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **cell}, user=cast.head)
        assert form.is_valid(), form.errors
        assert form.records().audits().count() == row.count, row.answer


def test_head_sees_the_own_services_answers_alone(cast, audits, version):
    there = add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 9, 0, 0), tool_version=version)
    answer(there, version.domains.first().questions.first(), ["no"] * 9)
    cast.elsewhere.name = CANARY
    cast.elsewhere.save()
    report = answers(cast.head, by="service")
    assert CANARY not in all_text(page(cast.head, "reports:answers", by="service"), report)
    assert of(report, SEEN)["No"] == (3, 11, 27)


def test_judgements_of_a_small_team_are_kept_back(cast, audits, version):
    made = add_audits(cast.service, cast.other_team, spread(0, 0, 0, 2), tool_version=version)
    grade_domain(made, version.domains.last(), ["inadequate"] * 2)
    leader = answers(cast.leader, team=cast.other_team.pk)
    assert {row.answer for row in leader.rows} == {"Not shown"}
    assert (
        "Grades of this team are not shown"
        in page(cast.leader, "reports:answers", team=cast.other_team.pk).content.decode()
    )
    assert of(answers(cast.head, team=cast.other_team.pk), "Grade of Risk and safety")["Inadequate"][0] == 2


def test_threshold_decisions_of_a_small_team_are_kept_back_too(cast):
    version = ToolVersionFactory(scale=Scale.THRESHOLD)
    add_audits(cast.service, cast.team, ["right", "too_low"], tool_version=version)
    assert {row.answer for row in answers(cast.leader, team=cast.team.pk).rows} == {"Not shown"}
    assert of(answers(cast.head, team=cast.team.pk), "Threshold decision")["Too low"][0] == 1


def test_analyst_sees_plain_text(cast, audits):
    text = page(cast.analyst, "reports:answers").content.decode()
    assert SEEN in text
    assert "/reports/records/" not in text


def test_csv_has_the_shares_as_whole_numbers(cast, audits):
    row = next(row for row in csv_rows(answers(cast.head)) if row["Question"] == SEEN)
    assert (row["Answer"], row["Count"], row["n"], row["%"]) == ("Yes", "7", "11", "64")


def test_queries_do_not_grow_with_the_data(cast, audits, version):
    few = queries_of(cast.leader, "reports:answers", by="service")
    for service, team in [(cast.service, cast.team), (cast.elsewhere, cast.team_elsewhere)]:
        more = add_audits(service, team, spread(5, 20, 20, 5), tool_version=version)
        answer(more, version.domains.first().questions.first(), ["yes", "no"] * 20)
        grade_domain(more, version.domains.last(), spread(5, 20, 20, 5))
    assert queries_of(cast.leader, "reports:answers", by="service") == few <= 15
