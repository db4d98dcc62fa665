"""Parts of one whole: how many of each, the share of each, and how page, chart and file show them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from qa_audit.common.charts import Bar, Series
from qa_audit.common.publishing.values import Column
from qa_audit.common.statistics import caution, share, too_few
from qa_audit.common.wording import percent_of


@dataclass(frozen=True)
class PartOfWhole:
    """One part: the value as stored, its words, and its fill in charts."""

    value: str
    label: str
    fill: str


@dataclass
class Whole:
    """Counts by value. Only the values of `parts` belong to the whole; others are in neither n nor shares."""

    parts: Sequence[PartOfWhole]
    counts: Counter = field(default_factory=Counter)

    def add(self, value: str, n: int) -> None:
        """Count n more of the value."""
        self.counts[value] += n

    def absorb(self, other: "Whole") -> None:
        """Stand for the other as well."""
        self.counts.update(other.counts)

    @property
    def ordered(self) -> list[int]:
        """The counts in the order of the parts."""
        return [self.counts[part.value] for part in self.parts]

    @property
    def n(self) -> int:
        return sum(self.ordered)

    @property
    def shares(self) -> dict[str, Fraction]:
        """The exact percentage of each part by value; empty where nothing is counted."""
        n = self.n
        return {part.value: share(self.counts[part.value], n) for part in self.parts} if n else {}

    def of(self, values: Iterable[str]) -> int:
        """How many of these values together."""
        return sum(self.counts[value] for value in values)

    def share_of(self, values: Iterable[str]) -> Fraction | None:
        """The exact percentage of these values together: of their count, never of their shares."""
        return share(self.of(values), self.n)

    @property
    def caution(self) -> str:
        return caution(self.n) if self.n else ""


def series(parts: Sequence[PartOfWhole]) -> list[Series]:
    """The parts as a chart draws them."""
    return [Series(part.label, part.fill) for part in parts]


def bar(
    label: str, whole: Whole, cell: Callable[[str], dict | None], of_all: dict | None, note: str = ""
) -> Bar:
    """The whole as a bar. `cell` narrows the report's records to those of one value, `of_all` to all."""
    words = ", ".join(filter(None, (whole.caution, note)))
    cells = [cell(part.value) for part in whole.parts]
    return Bar(label, whole.ordered, note=words, is_few=too_few(whole.n), cells=cells, cell=of_all)


def count_columns(
    parts: Sequence[PartOfWhole], of: Callable[[Any], Whole | None], cell: Callable
) -> list[Column]:
    """A column of counts for each part. `of` gives a row's whole (None: withheld), `cell` its link."""
    return [
        Column(
            part.label,
            "integer",
            value=partial(_count, of, part.value),
            text=partial(_count_and_share, of, part.value),
            cell=partial(_cell, cell, part.value),
            fraction=partial(_fraction, of, part.value),
        )
        for part in parts
    ]


def share_columns(
    parts: Sequence[PartOfWhole], of: Callable[[Any], Whole | None], cell: Callable
) -> list[Column]:
    """A column of percentages for each part."""
    return [
        Column(
            f"% {part.label.lower()}",
            "percent",
            value=partial(_share, of, part.value),
            cell=partial(_cell, cell, part.value),
            fraction=partial(_fraction, of, part.value),
        )
        for part in parts
    ]


def count_and_share(count: int | None, n: int) -> str:
    """12 (38%); a dash where there is nothing to share."""
    return f"{count:,} ({percent_of(count, n)})" if n and count is not None else "–"


def _cell(cell: Callable, value: str, row) -> dict | None:
    return cell(row, value)


def _fraction(of, value: str, row) -> tuple[int, int] | None:
    whole = of(row)
    return whole and (whole.counts[value], whole.n)


def _count(of, value: str, row) -> int | None:
    whole = of(row)
    return whole and whole.counts[value]


def _share(of, value: str, row) -> Fraction | None:
    whole = of(row)
    return whole and share(whole.counts[value], whole.n)


def _count_and_share(of, value: str, row) -> str:
    whole = of(row)
    return count_and_share(whole.counts[value], whole.n) if whole else "–"
