"""Reading a file row by row, and saying everything that is wrong with it."""

from collections.abc import Callable, Iterable, Iterator

from qa_audit.common.names import did_you_mean
from qa_audit.intake.cells import CellRefused, ReadCell
from qa_audit.intake.headings import Headings


class RowReader:
    """Turns to one row after the other; those who read a kind of file say what it holds.

    They give `refuse` and `warn`, which note a problem of the row's cell in a place, or something to look at.
    """

    # What has no such column, and what may be meant where it has none.
    knows_no = "No file has"
    nothing_like_it = ""

    def __init__(self, columns: Headings, fields: Iterable[str]):
        self.columns = columns
        self._fields = fields
        self._reported: set[int] = set()
        self._row, self._cells = 0, ()

    def refuse(self, place: int, words: str) -> None:
        """A problem of the row's cell in this place."""
        raise NotImplementedError

    def warn(self, place: int, words: str) -> None:
        """Something to look at in the row's cell in this place."""
        raise NotImplementedError

    def turn_to_row(self, row: int, cells: tuple[ReadCell, ...]) -> None:
        """Begin with a row."""
        self._row, self._cells = row, cells

    def refuse_unknown_columns(self) -> None:
        """Columns that nobody knows may only be empty; each that is not gives one problem."""
        beyond = range(len(self.columns.headers), len(self._cells))
        for place in self.first_filled((*self.columns.unknown, *beyond)):
            title = self.columns.title(place)
            words = f"This column has no {self.columns.noun}"
            if title:
                words = f"{self.knows_no} a column “{title}”"
            near = did_you_mean(title, self._fields) or self.nothing_like_it
            self.refuse(place, f"{words}, but there is something in it.{near}")

    def first_filled(self, places: Iterable[int]) -> Iterator[int]:
        """Those of the places that hold something in this row and held nothing before."""
        for place in places:
            if not self._cells[place].is_blank and place not in self._reported:
                self._reported.add(place)
                yield place

    def cell(self, *names: str) -> ReadCell | None:
        """The cell of the first of these fields that the file has."""
        place = self.columns.place_of(*names)
        return None if place is None else self._cells[place]

    def attempt(self, place: int, read: Callable, *arguments):
        """What `read` gives, or None when it refuses the cell: then the problem is noted."""
        try:
            return read(*arguments)
        except CellRefused as refusal:
            self.refuse(place, str(refusal))
            return None
