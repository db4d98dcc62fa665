"""The headings of a file: which column means what, in any order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from qa_audit.intake.cells import ReadCell
from qa_audit.intake.remarks import Remark


@dataclass
class Headings:
    """Where each field stands (its place from 0), and what is wrong with the headings."""

    # As the pages of this kind of file call one.
    noun: ClassVar[str] = "heading"

    headers: tuple[ReadCell, ...]
    row: int
    places: dict[str, int] = field(default_factory=dict)
    problems: list[Remark] = field(default_factory=list)
    # Places without a known heading: a problem once, as soon as a cell below holds anything.
    unknown: set[int] = field(default_factory=set)

    def title(self, place: int) -> str:
        """The heading as the file writes it."""
        return (self.headers[place].value or "") if place < len(self.headers) else ""

    def place_of(self, *names: str) -> int | None:
        """The place of the first of these fields that the file has."""
        return next((self.places[name] for name in names if name in self.places), None)

    def refuse(self, cell: ReadCell, words: str) -> None:
        """Note what is wrong with a heading."""
        self.problems.append(Remark(words, self.row, cell.value or "", cell.address))

    def refuse_error(self, cell: ReadCell) -> None:
        """Note that a heading is one of Excel's errors."""
        self.refuse(cell, f"This {self.noun} is an error.")

    def claim(self, taken: dict[str, int], name: str, place: int) -> None:
        """Let a column mean this, unless another one does already."""
        first = self.headers[taken.setdefault(name, place)]
        if taken[name] != place:
            words = f"This column appears twice: {first.address} (“{first.value}”) means the same."
            self.refuse(self.headers[place], words)

    def require(self, names: Iterable[str]) -> None:
        """Note which of these fields the file lacks."""
        for name in names:
            if name not in self.places:
                self.problems.append(Remark(f"The column “{name}” is missing.", self.row, name))
