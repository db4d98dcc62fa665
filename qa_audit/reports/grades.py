"""The four grades of one whole, as reports show them: counts, shares, cautions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from qa_audit.common.charts import GRADE_FILLS, Bar, Series
from qa_audit.common.publishing.values import Column
from qa_audit.common.statistics import caution, share, too_few, wilson
from qa_audit.common.wording import percent, percent_of
from qa_audit.tools.models import Grade

SERIES = [Series(label, fill) for label, fill in zip(Grade.labels, GRADE_FILLS, strict=True)]
PLACES = {grade: place for place, grade in enumerate(Grade.values)}


@dataclass
class Grades:
    """Counts of the four grades, best first."""

    counts: list[int] = field(default_factory=lambda: [0] * len(Grade.values))

    def add(self, grade: str, n: int) -> None:
        """Count n more of the grade; words of other scales are no grades."""
        if grade in PLACES:
            self.counts[PLACES[grade]] += n

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def shares(self) -> list[Fraction | None]:
        """The exact percentage of each grade; None where nothing is graded."""
        n = self.n
        return [share(count, n) for count in self.counts]

    @property
    def good_or_better(self) -> int:
        return self.counts[0] + self.counts[1]

    @property
    def share_good_or_better(self) -> Fraction | None:
        """A ratio of its own, not the sum of two shares: 38 of 40 is 95%, though 37 and 1 are 93% and 3%."""
        return share(self.good_or_better, self.n)

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """The 95% interval of "good or better", in percent and not rounded."""
        return wilson(self.good_or_better, self.n) if self.n else (None, None)

    @property
    def good_or_better_in_words(self) -> str:
        """95% (84% to 99%): the share and its interval; a dash where nothing is graded."""
        if not self.n:
            return "–"
        low, high = self.interval
        return f"{percent(self.share_good_or_better)} ({percent(low)} to {percent(high)})"

    @property
    def is_few(self) -> bool:
        """Too few to judge by."""
        return too_few(self.n)

    @property
    def caution(self) -> str:
        return caution(self.n) if self.n else ""


def total_of(parts: Iterable[Grades]) -> Grades:
    """All of them together."""
    return Grades([sum(counts) for counts in zip(*(part.counts for part in parts), strict=True)])


def bar(name: str, grades: Grades, cell: Callable[[str], dict | None]) -> Bar:
    """The four grades as a bar. `cell` narrows the report's records to those of one grade, or of any."""
    cells = list(map(cell, Grade.values))
    look = {"note": grades.caution, "is_few": grades.is_few}
    return Bar(name, grades.counts, **look, cells=cells, cell=cell("any"))


def count_columns(
    of: Callable[[Any], Grades | None], cell: Callable[..., dict], heading: str = "{}"
) -> list[Column]:
    """A column of counts for each grade. `of` gives a row's grades (None: withheld), `cell` its link."""
    return [
        Column(
            heading.format(grade.label),
            "integer",
            value=partial(_count, of, index),
            text=partial(_count_and_share, of, index),
            cell=partial(cell, grade=grade.value),
            fraction=partial(_fraction, of, index),
        )
        for index, grade in enumerate(Grade)
    ]


def share_columns(
    of: Callable[[Any], Grades | None], cell: Callable[..., dict], heading: str = "% {}"
) -> list[Column]:
    """A column of percentages for each grade."""
    return [
        Column(
            heading.format(grade.label.lower()),
            "percent",
            value=partial(_share, of, index),
            cell=partial(cell, grade=grade.value),
            fraction=partial(_fraction, of, index),
        )
        for index, grade in enumerate(Grade)
    ]


def interval_columns(of: Callable[[Any], Grades | None]) -> list[Column]:
    """The two ends of the interval of "good or better"."""
    return [
        Column(
            f"95% interval {end}",
            "percent",
            value=partial(_end, of, index),
            fraction=partial(fraction_good_or_better, of),
        )
        for index, end in enumerate(("from", "to"))
    ]


def fraction_good_or_better(of: Callable[[Any], Grades | None], row: Any) -> tuple[int, int] | None:
    """Out of how many graded how many are good or better; None where they are withheld."""
    grades = of(row)
    return grades and (grades.good_or_better, grades.n)


def _count(of, index: int, row) -> int | None:
    grades = of(row)
    return grades and grades.counts[index]


def _fraction(of, index: int, row) -> tuple[int, int] | None:
    grades = of(row)
    return grades and (grades.counts[index], grades.n)


def _end(of, index: int, row) -> float | None:
    grades = of(row)
    return grades and grades.interval[index]


def _share(of, index: int, row) -> Fraction | None:
    grades = of(row)
    return grades and share(grades.counts[index], grades.n)


def _count_and_share(of, index: int, row) -> str:
    grades = of(row)
    if not grades or not grades.n:
        return "–"
    return f"{grades.counts[index]:,} ({percent_of(grades.counts[index], grades.n)})"
