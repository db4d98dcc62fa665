"""The lines of a dry run: what each figure would become, and what is wrong or worth a second look."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from django.db import models

from qa_audit.intake.remarks import Remark, with_place

# A page and a record of a return keep so many of each kind; all are counted.
MOST_STORED = 500


class Kind(models.TextChoices):
    NEW = "new", "New"
    UNCHANGED = "unchanged", "Unchanged"
    REVISED = "revised", "Revised"
    BLANK = "blank", "Blank"
    PROBLEM = "problem", "Problem"
    WARNING = "warning", "Warning"
    NOT_CHECKED = "not_checked", "Not checked"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its place in the file, whose figure of which month, and what to say in plain words."""

    kind: str
    words: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""
    indicator: str = ""
    unit: str = ""
    month: str = ""
    old: str = ""
    new: str = ""

    def __str__(self):
        subject = ", ".join(filter(None, [self.indicator, self.unit, self.month]))
        return with_place(f"{subject}: {self.words}" if subject else self.words, self)

    @classmethod
    def of(cls, kind: str, remark: Remark) -> "Line":
        """A line of what was found in reading the file."""
        return cls(kind, remark.words, remark.row, remark.column, remark.cell)


@dataclass
class Lines:
    """Lines of one kind: the first ones kept, all counted."""

    total: int = 0
    first: list[Line] = field(default_factory=list)
    # Of which figure the first lines are, by their place; so it is found out what is stored.
    about: dict[int, tuple] = field(default_factory=dict)

    def add(self, line: Line, about: tuple | None = None) -> None:
        """Count one more; `about` is the key of its figure."""
        self.total += 1
        if len(self.first) < MOST_STORED:
            if about:
                self.about[len(self.first)] = about
            self.first.append(line)

    @property
    def is_full(self) -> bool:
        """Whether no further line is kept: its words need not be found."""
        return len(self.first) >= MOST_STORED

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[Line]:
        return iter(self.first)

    @property
    def left_out(self) -> int:
        """How many were counted and not kept."""
        return self.total - len(self.first)

    def as_json(self) -> list[dict]:
        """The first ones, for storing with the return."""
        return [asdict(line) for line in self.first]
