"""What every file that comes in is read with: headings, rows, cells, and the place of a remark."""

from datetime import date, datetime

import pytest

from qa_audit.intake.cells import CellRefused, ReadCell, as_typed, read_day, value_of
from qa_audit.intake.headings import Headings
from qa_audit.intake.organisation import Organisation
from qa_audit.intake.remarks import Remark
from qa_audit.intake.rows import RowReader
from tests.factories import ServiceFactory, TeamFactory


def cells(row: int, *values) -> tuple[ReadCell, ...]:
    return tuple(ReadCell(value, f"{'ABCDEF'[place]}{row}") for place, value in enumerate(values))


@pytest.fixture
def headings():
    """Of three columns the first two are known."""
    headings = Headings(cells(1, "name", "day", "nmae"), 1)
    headings.claim(headings.places, "name", 0)
    headings.claim(headings.places, "day", 1)
    headings.unknown.add(2)
    return headings


class Reader(RowReader):
    knows_no = "No list has"

    def __init__(self, headings):
        super().__init__(headings, ("name", "day"))
        self.problems = []

    def refuse(self, place, words):
        self.problems.append(f"{self._cells[place].address}: {words}")


def test_column_that_stands_twice_keeps_its_first_place(headings):
    headings.claim(headings.places, "name", 2)
    assert headings.places["name"] == 0
    assert [str(one) for one in headings.problems] == [
        "Row 1, column “nmae”, cell C1: This column appears twice: A1 (“name”) means the same."
    ]


def test_column_that_is_missing_is_named(headings):
    headings.require(("name", "service"))
    assert [str(one) for one in headings.problems] == [
        "Row 1, column “service”: The column “service” is missing."
    ]


def test_unknown_column_is_a_problem_once_as_soon_as_it_holds_anything(headings):
    reader = Reader(headings)
    for row, value in ((2, None), (3, "x"), (4, "y")):
        reader.turn_to_row(row, cells(row, "a", "b", value))
        reader.refuse_unknown_columns()
    assert reader.problems == [
        "C3: No list has a column “nmae”, but there is something in it. Did you mean “name”?"
    ]


def test_cell_beyond_the_headings_is_a_problem(headings):
    reader = Reader(headings)
    reader.turn_to_row(2, cells(2, "a", "b", None, "x"))
    reader.refuse_unknown_columns()
    assert reader.problems == ["D2: This column has no heading, but there is something in it."]


def test_what_a_cell_refuses_is_a_problem_of_its_place(headings):
    reader = Reader(headings)
    reader.turn_to_row(2, cells(2, "a", "soon", None))
    assert reader.attempt(1, read_day, reader.cell("day").value) is None
    assert reader.problems == ["B2: Write the date like 27 March 2026 or 27/3/2026."]


def test_error_in_a_cell_is_named_and_a_formula_without_result_explained():
    with pytest.raises(CellRefused, match="holds the error #REF!"):
        value_of(ReadCell("#REF!", "A1", is_error=True))
    with pytest.raises(CellRefused, match="a formula without a stored result"):
        value_of(ReadCell(None, "A1", is_error=True))


def test_number_reads_as_a_person_types_it():
    assert [as_typed(value) for value in (7.0, 7.5, 7, "07")] == ["7", "7.5", "7", "07"]


def test_day_is_read_from_excel_and_from_text():
    days = (date(2026, 4, 1), datetime(2026, 4, 1, 9), "2026-04-01")
    assert {read_day(value) for value in days} == {date(2026, 4, 1)}


def test_remark_without_a_place_is_only_its_words():
    assert str(Remark("The file is empty.")) == "The file is empty."


@pytest.mark.django_db
def test_present_name_goes_before_anothers_former_name(django_assert_num_queries):
    renamed, present = ServiceFactory(name="Fostering team"), ServiceFactory(name="Fostering")
    renamed.former_names.create(name="Fostering")
    team = TeamFactory(name="North")
    organisation = Organisation()
    assert organisation.service(" fostering") == present
    assert organisation.team("NORTH") == team
    with django_assert_num_queries(0):
        assert organisation.service("Fostering") == present
        assert organisation.team("north").service == team.service
