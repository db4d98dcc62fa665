"""What is wrong with a file, or worth a second look, said with its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """Plain words, with the row, the column's heading and the cell's address where there is one."""

    words: str
    row: int | None = None
    column: str = ""
    cell: str = ""

    def __str__(self):
        return with_place(self.words, self)


def with_place(words: str, of) -> str:
    """The words behind the row, column and cell of what they are said of: Row 2, cell B2: ..."""
    places = [
        f"row {of.row}" if of.row else "",
        f"column “{of.column}”" if of.column else "",
        f"cell {of.cell}" if of.cell else "",
    ]
    place = ", ".join(filter(None, places))
    return f"{place[:1].upper()}{place[1:]}: {words}" if place else words
