"""What is wrong with a file, or worth a second look, said with its place."""

from dataclasses import dataclass

from qa_audit.intake.uploads import Cell


@dataclass(frozen=True, slots=True)
class Problem:
    """Plain words, with the row, the column's header and the cell's address where there is one."""

    words: str
    row: int | None = None
    column: str = ""
    address: str = ""

    @classmethod
    def at(cls, cell: Cell, row: int, column: str, words: str) -> "Problem":
        """A problem of one cell."""
        return cls(words, row, column, cell.address)

    def __str__(self):
        places = [
            f"row {self.row}" if self.row else "",
            f"column “{self.column}”" if self.column else "",
            f"cell {self.address}" if self.address else "",
        ]
        place = ", ".join(filter(None, places))
        return f"{place[:1].upper()}{place[1:]}: {self.words}" if place else self.words
