"""Words that come with figures. Commentary is above returns, and says here how it takes them in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kpi.returns.known import Measure
from kpi.returns.lines import Line
from qa_audit.intake.cells import InFile
from qa_audit.people.models import User

# The headings: words on the row's indicator, and on its area.
COMMENTARY, AREA_ANALYSIS = "commentary", "area_analysis"
LONGEST_WORDS = 5_000


@dataclass(frozen=True)
class NewWords(InFile):
    """What a row says of its indicator, or of its area, in a month."""

    measure: Measure
    is_of_area: bool
    month: date
    text: str
    row: int
    column: int


class PlannedWords(Protocol):
    """Words to be stored with the figures."""

    line: Line

    def store(self, by: User) -> None: ...


Planner = Callable[[list[NewWords]], Iterator[PlannedWords | Line]]
_planners: list[Planner] = []


def plan_with(planner: Planner) -> None:
    """Have words taken in so: what is to be stored, and lines of what is wrong, unchanged or worth a look."""
    _planners.append(planner)


def plan_words(news: list[NewWords]) -> Iterator[PlannedWords | Line]:
    """What the words of a file would change."""
    for planner in _planners:
        yield from planner(news)
