"""The columns that every report of grades shares, each for rows with grades, without any, and withheld."""

import pytest

from qa_audit.reports.grades import Grades, bar, count_columns, interval_columns, share_columns, total_of
from qa_audit.tools.models import Grade

GRADED, NONE_YET = Grades([6, 2, 1, 1]), Grades()
FEW_AND_ENOUGH = ([3, 2, 1, 1], [30, 20, 10, 10])


def itself(row):
    return row


def leads_to(row, grade):
    return row, grade


def no_cell(**about):
    return about


def test_interval_columns_hold_the_two_ends():
    low, high = interval_columns(itself)
    assert (low.heading, high.heading) == ("95% interval from", "95% interval to")
    assert low.kind == high.kind == "percent"
    # Wilson's interval of 8 of 10.
    assert (low.value(GRADED), high.value(GRADED)) == pytest.approx((49.0, 94.3), abs=0.05)
    assert low.fraction(GRADED) == high.fraction(GRADED) == (8, 10)
    assert low.value(NONE_YET) is high.value(NONE_YET) is None


def test_columns_of_grades_hold_counts_and_shares():
    counts, shares = count_columns(itself, no_cell), share_columns(itself, no_cell)
    assert [column.value(GRADED) for column in counts] == [6, 2, 1, 1]
    assert [column.text(GRADED) for column in counts] == ["6 (60%)", "2 (20%)", "1 (10%)", "1 (10%)"]
    assert [column.value(GRADED) for column in shares] == [60, 20, 10, 10]
    assert [column.fraction(GRADED) for column in shares] == [(6, 10), (2, 10), (1, 10), (1, 10)]
    assert [column.kind for column in (*counts, *shares)] == ["integer"] * 4 + ["percent"] * 4
    assert {column.text(NONE_YET) for column in counts} == {"–"}


def test_a_column_is_named_for_its_grade_and_leads_to_its_records():
    counts, shares = count_columns(itself, leads_to), share_columns(itself, leads_to)
    assert [column.heading for column in counts] == list(Grade.labels)
    assert [column.heading for column in shares] == [f"% {label.lower()}" for label in Grade.labels]
    assert [column.fraction(GRADED) for column in counts] == [(6, 10), (2, 10), (1, 10), (1, 10)]
    for columns in (counts, shares):
        assert [column.cell(GRADED) for column in columns] == [(GRADED, grade) for grade in Grade.values]


def test_a_bar_says_that_there_are_too_few_and_leads_to_each_grade_and_to_all():
    few, enough = (
        bar("Fostering", Grades(counts), lambda grade: {"grade": grade}) for counts in FEW_AND_ENOUGH
    )
    assert (few.note, few.is_few) == ("too few to judge", True)
    assert (enough.note, enough.is_few) == ("", False)
    assert few.cells == [{"grade": grade} for grade in Grade.values]
    assert few.cell == {"grade": "any"}


def test_withheld_row_tells_nothing_in_any_column():
    for column in (
        *count_columns(itself, no_cell),
        *share_columns(itself, no_cell),
        *interval_columns(itself),
    ):
        assert column.value(None) is column.fraction(None) is None


def test_parts_add_up():
    assert total_of([GRADED, Grades([1, 0, 0, 2]), NONE_YET]).counts == [7, 2, 1, 3]
