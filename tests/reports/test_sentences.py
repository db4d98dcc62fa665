"""What the figures say in words: each scale in its own sentence, and nothing of 0%."""

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook

from qa_audit.common.publishing import files
from qa_audit.reports.grades import Grades
from qa_audit.reports.self_evaluation import SelfEvaluation
from qa_audit.reports.sentences import drafted
from qa_audit.tools.models import Scale, Unit
from tests.factories import ToolVersionFactory
from tests.reports.conftest import add_audits, page, scope_of, spread
from tests.reports.practice import csv_rows

DECISIONS = {"right": 143, "too_high": 12, "too_low": 22, "consent_missing": 9}
OF_THE_FRONT_DOOR = (
    "The decision was right in 77% of 186 contacts; 6% were set too high, 12% too low, "
    "consent was missing in 5%."
)


def words(counts=(0, 0, 0, 0), ungraded=0, **judged) -> str:
    """The sentences of so many of each grade and of each other judgement."""
    return drafted(sum(counts) + sum(judged.values()) + ungraded, Grades(list(counts)), Counter(judged))


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        (DECISIONS, OF_THE_FRONT_DOOR),
        ({"right": 20}, "The decision was right in all 20 contacts."),
        ({"right": 15, "too_low": 5}, "The decision was right in 75% of 20 contacts; 25% were set too low."),
        (
            {"right": 15, "too_high": 5},
            "The decision was right in 75% of 20 contacts; 25% were set too high.",
        ),
        (
            {"right": 18, "consent_missing": 2},
            "The decision was right in 90% of 20 contacts; consent was missing in 10%.",
        ),
        (
            {"too_high": 5, "too_low": 5},
            "The decision was right in none of 10 contacts; 50% were set too high, 50% too low.",
        ),
        (
            {"right": 1299, "too_high": 1},
            "The decision was right in 100% of 1,300 contacts; less than 1% were set too high.",
        ),
        ({"right": 3, "too_low": 1}, "The number of threshold decisions is too few to judge (n = 4)."),
        ({"meets_good": 16, "not_yet_good": 9}, "Practice met good in 64% of 25 audits; 36% did not yet."),
        ({"meets_good": 12}, "Practice met good in all 12 audits."),
        ({"not_yet_good": 12}, "Practice met good in none of 12 audits."),
        (
            {"meets_good": 2, "not_yet_good": 1},
            "The number of audits judged as meeting good or not yet is too few to judge (n = 3).",
        ),
    ],
)
def test_each_other_scale_has_its_sentence(judged, said):
    assert words(**judged) == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 15, 5, 0), "judged good in 75% of cases and requires improvement in 25% (n = 20)"),
        ((0, 15, 0, 5), "judged good in 75% of cases and inadequate in 25% (n = 20)"),
        (
            (1, 298, 1, 0),
            "judged outstanding in less than 1% of cases, good in 99% and requires improvement "
            "in less than 1% (n = 300)",
        ),
        (
            (5, 5, 5, 5),
            "outstanding in 25% of cases, good in 25%, requires improvement in 25% and",
        ),
        ((0, 4, 0, 0), "too few to judge (n = 4)"),
    ],
)
def test_a_grade_that_nobody_gave_is_left_out(counts, said):
    assert said in words(counts)


def test_audits_of_several_scales_have_a_sentence_each():
    assert words((0, 15, 5, 0), 7, right=3, meets_good=12) == (
        "The standard of work was judged good in 75% of cases and requires improvement in 25% (n = 20). "
        "The number of threshold decisions is too few to judge (n = 3). "
        "Practice met good in all 12 audits."
    )


def test_only_without_any_judgement_it_was_not_graded():
    assert words(ungraded=2).startswith("The standard of work was not graded (2 audits")
    assert "no audits" in words()


@given(
    some.lists(some.integers(0, 400), min_size=4, max_size=4),
    some.fixed_dictionaries(
        {word: some.integers(0, 400) for word in (*DECISIONS, "meets_good", "not_yet_good")}
    ),
)
def test_no_sentence_tells_of_nought_per_cent(counts, judged):
    said = words(counts, **judged)
    assert " 0%" not in said
    assert said.endswith(".")
    assert ("graded" in said or "judged" in said) or any(judged.values())


@pytest.fixture
def front_door(cast):
    return ToolVersionFactory(tool__audits=Unit.CONTACT, scale=Scale.THRESHOLD)


@pytest.fixture
def decisions(cast, front_door):
    grades = [word for word, n in DECISIONS.items() for _ in range(n)]
    return add_audits(cast.service, cast.team, grades, tool_version=front_door)


def test_the_sentence_is_the_same_on_page_and_in_files(cast, decisions):
    report = SelfEvaluation(scope_of(cast.head))
    assert OF_THE_FRONT_DOOR in page(cast.head, "reports:self_evaluation").text
    assert OF_THE_FRONT_DOOR in page(cast.head, "reports:analysis", cast.service.pk).text
    assert {row["Analysis"] for row in csv_rows(report)} == {OF_THE_FRONT_DOOR}
    book = load_workbook(io.BytesIO(files.content(report.document(), "xlsx")))
    assert OF_THE_FRONT_DOOR in {cell.value for row in book.worksheets[0].iter_rows() for cell in row}


def test_decisions_on_something_else_than_contacts_are_audits(cast, decisions):
    family = ToolVersionFactory(tool__audits=Unit.FAMILY, scale=Scale.THRESHOLD)
    add_audits(cast.elsewhere, cast.team_elsewhere, ["right"] * 20, tool_version=family)
    report = SelfEvaluation(scope_of(cast.qa_lead))
    said = {row.name: row.drafted for row in [*report.rows, report.total]}
    assert said[cast.service.name] == OF_THE_FRONT_DOOR
    assert said[cast.elsewhere.name] == "The decision was right in all 20 audits."
    assert said["TOTAL"].startswith("The decision was right in 79% of 206 audits; ")


def test_a_service_with_both_scales_says_both(cast, decisions):
    add_audits(cast.service, cast.team, spread(0, 15, 5, 0))
    said = SelfEvaluation(scope_of(cast.head)).rows[0].drafted
    assert said.startswith("The standard of work was judged good in 75% of cases")
    assert said.endswith(OF_THE_FRONT_DOOR)
