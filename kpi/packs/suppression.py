"""Small numbers hidden in what leaves the service, so that totals and other rows do not give them back.

Nothing uses it yet: publications to the partnership and the public will.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from kpi.indicators.models.versions import Unit
from kpi.measures.values import Ratio, worked_out

HIDDEN = "c"
LARGEST_SMALL = 5
# A hidden number must be able to be as far from itself as this: 1 to 4, not 1 to 3.
LEAST_WIDTH = 3


@dataclass(frozen=True)
class Cells:
    """What may be printed of one row; None is hidden. With either, the percentage is hidden too, and
    with that the chart's point, its hover text and its alternative text.
    """

    numerator: int | None
    denominator: int | None

    @property
    def is_hidden(self) -> bool:
        return None in (self.numerator, self.denominator)

    @property
    def percentage(self) -> Decimal | None:
        """Not rounded; None where it is hidden or there is no denominator."""
        return None if self.is_hidden else worked_out(Ratio(*self), Unit.PERCENTAGE)

    def __iter__(self):
        return iter((self.numerator, self.denominator))


def suppressed_table(
    rows: Sequence[tuple[int, int]], largest: int = LARGEST_SMALL
) -> tuple[list[Cells], Cells]:
    """Hide small numbers in rows of (numerator, denominator) under one total. Out: the rows, and the total.

    Hidden first: a numerator, denominator or difference of the two from 1 to `largest`. Then, while totals,
    differences and other rows tell a hidden number to within 3, the next smallest is hidden; last the total.
    Zero stays zero. `largest` 0 hides nothing. Raises ValueError unless 0 <= numerator <= denominator.
    """
    if any(not 0 <= numerator <= denominator for numerator, denominator in rows):
        raise ValueError("A numerator lies between 0 and its denominator.")
    table = _Table(rows, largest)
    while known := table.known():
        table.hide_next(known)
    cells = [table.cells(index) for index in range(len(table.rows))]
    return cells[:-1], cells[-1]


def suppressed_column(counts: Sequence[int], largest: int = LARGEST_SMALL) -> list[int | str]:
    """Hide small numbers in a column of counts that stands over its total: each count, or "c".

    Where the total still tells a hidden count to within 3, the next smallest is hidden, if there is one.
    """
    hidden = {index for index, count in enumerate(counts) if 1 <= count <= largest}
    spare = sorted((i for i, count in enumerate(counts) if count and i not in hidden), key=counts.__getitem__)
    # Each is 1 or more, so the others leave one of them at most their sum less 1 for each.
    while hidden and spare and _width([counts[i] for i in hidden]) < LEAST_WIDTH:
        hidden.add(spare.pop(0))
    return [HIDDEN if index in hidden else count for index, count in enumerate(counts)]


def _width(hidden: Sequence[int]) -> int:
    return sum(hidden) - len(hidden) if len(hidden) > 1 else 0


class _Table:
    """The rows with their total as the last, and which numerators and denominators are hidden.

    A hidden denominator hides its numerator, unless that is 0, which everybody may read.
    """

    def __init__(self, rows: Sequence[tuple[int, int]], largest: int) -> None:
        self.rows = [*rows, (sum(n for n, _ in rows), sum(d for _, d in rows))]
        self.total = len(rows)
        self.numerators: set[int] = set()
        self.denominators: set[int] = set()
        for index, (numerator, denominator) in enumerate(self.rows):
            if 1 <= denominator <= largest:
                self._hide(index, is_denominator=True)
            elif 1 <= numerator <= largest or 1 <= denominator - numerator <= largest:
                # The difference is given away by either; a numerator of 0 cannot be hidden.
                self._hide(index, is_denominator=not numerator)

    def cells(self, index: int) -> Cells:
        numerator, denominator = self.rows[index]
        return Cells(
            None if index in self.numerators else numerator,
            None if index in self.denominators else denominator,
        )

    def _hide(self, index: int, is_denominator: bool) -> None:
        if self.rows[index][0]:
            self.numerators.add(index)
        if is_denominator:
            self.denominators.add(index)

    def hide_next(self, known: str) -> None:
        """Hide the next smallest number of the known kind that is not 0; where there is none, the total."""
        is_denominator = known == "denominator"
        hidden = self.denominators if is_denominator else self.numerators
        part = 1 if is_denominator else 0
        spare = [i for i in range(self.total) if i not in hidden and self.rows[i][part]]
        # A numerator known although all are hidden is known by its denominator.
        if not spare and not is_denominator and self.total in self.numerators:
            self._hide_smallest_denominator()
        else:
            index = min(spare, key=lambda i: self.rows[i][part], default=self.total)
            self._hide(index, is_denominator)

    def _hide_smallest_denominator(self) -> None:
        spare = [i for i in range(self.total + 1) if i not in self.denominators]
        self._hide(min(spare, key=lambda i: (i == self.total, self.rows[i][1])), is_denominator=True)

    def known(self) -> str:
        """Which kind of hidden number could be worked out to within 3; empty for none."""
        # Denominators first: they bound the numerators of their rows.
        return min((kind for kind, low, high in self._ranges() if high - low < LEAST_WIDTH), default="")

    def _ranges(self) -> list[tuple[str, float, float]]:
        """Least and greatest value of every hidden number, given all that is printed.

        `open` rows have a hidden numerator and a printed denominator, `shut` rows hide both, `zero` rows have
        a numerator of 0 and a hidden denominator. The numerators of the shut rows add to x. With both totals
        printed two sums bind all hidden numbers, and each range follows from letting the others give way.
        """
        rows = range(self.total)
        shut = [i for i in rows if i in self.numerators and i in self.denominators]
        open_rows = [i for i in rows if i in self.numerators and i not in self.denominators]
        zero = [i for i in rows if i in self.denominators and i not in self.numerators]
        if not (shut or open_rows or zero or self.total in self.numerators):
            return []
        room = sum(self.rows[i][1] for i in open_rows)
        n_sum, d_sum = inf, inf
        if self.total not in self.numerators:
            n_sum = sum(self.rows[i][0] for i in (*open_rows, *shut))
        if self.total not in self.denominators:
            d_sum = sum(self.rows[i][1] for i in (*shut, *zero))
        least = max(len(shut), n_sum - room) if n_sum < inf else len(shut)
        most = min(n_sum - len(open_rows), d_sum - len(zero)) if shut else 0
        ranges = self._open_ranges(open_rows, room, n_sum, least if shut else 0, most)
        ranges += _shut_ranges(len(shut), len(zero), d_sum, least, most)
        if zero:
            is_alone = len(zero) == 1 and not shut
            ranges.append(("denominator", d_sum if is_alone else 1, d_sum - least - len(zero) + 1))
        if self.total in self.numerators:
            ranges.append(("numerator", len(open_rows) + len(shut), room + most))
        return ranges

    def _open_ranges(self, open_rows: list[int], room: int, n_sum: float, least: float, most: float) -> list:
        ranges = []
        for index in open_rows:
            denominator = self.rows[index][1]
            low, high = 1, denominator
            if n_sum < inf:
                low = max(low, n_sum - most - (room - denominator))
                high = min(high, n_sum - least - (len(open_rows) - 1))
            ranges.append(("numerator", low, high))
        return ranges


def _shut_ranges(shut: int, zero: int, d_sum: float, least: float, most: float) -> list:
    """Numerator, difference and denominator of the rows that hide both; all such rows have the same range."""
    if not shut:
        return []
    if shut > 1:
        return [
            ("numerator", 1, most - (shut - 1)),
            ("denominator", 0, d_sum - least - zero),
            ("denominator", 1, d_sum - zero - (shut - 1)),
        ]
    if zero:
        return [
            ("numerator", least, most),
            ("denominator", 0, d_sum - least - zero),
            ("denominator", least, d_sum - zero),
        ]
    if d_sum == inf:
        return [("numerator", least, most)]
    return [("numerator", least, most), ("denominator", d_sum, d_sum)]
