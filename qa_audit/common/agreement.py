"""How far two people who graded the same records agree.

Nothing uses it yet: moderation, the second and blind grading of an audit, will.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from qa_audit.common.statistics import Z_95

# Below it kappa and its interval say too little to be shown.
LEAST_FOR_KAPPA = 30

Table = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Agreement:
    """Shares are in percent. `kappa` is None, not defined, where all records have one grade.

    It weighs how far grades lie apart; `unweighted` counts each that is not the same alike.
    """

    n: int
    exact: float
    within_one: float
    # Pairs in which the second person's grade is the better one, and the worse one.
    kinder: int
    harder: int
    kappa: float | None
    interval: tuple[float, float] | None
    unweighted: float | None

    @property
    def is_kappa_shown(self) -> bool:
        return self.n >= LEAST_FOR_KAPPA


def agreement(table: Table) -> Agreement | None:
    """Compare two people's grades. In: counts, a row for each grade of the first person, best first, a column
    for each of the second; all grades always. Out: None for an empty table.

    Raises ValueError unless the table is square and its counts are 0 or more.
    """
    size = len(table)
    if any(len(row) != size for row in table) or any(count < 0 for row in table for count in row):
        raise ValueError("The table has as many rows as columns, and counts of 0 or more.")
    n = sum(map(sum, table))
    if not n:
        return None
    pairs = [(i, j, table[i][j]) for i in range(size) for j in range(size)]
    weights = [[1 - ((i - j) / max(size - 1, 1)) ** 2 for j in range(size)] for i in range(size)]
    kappa, interval = _kappa(table, n, weights)
    return Agreement(
        n=n,
        exact=100 * sum(count for i, j, count in pairs if i == j) / n,
        within_one=100 * sum(count for i, j, count in pairs if abs(i - j) <= 1) / n,
        kinder=sum(count for i, j, count in pairs if j < i),
        harder=sum(count for i, j, count in pairs if j > i),
        kappa=kappa,
        interval=interval,
        unweighted=_kappa(table, n, [[float(i == j) for j in range(size)] for i in range(size)])[0],
    )


def _kappa(
    table: Table, n: int, weights: Sequence[Sequence[float]]
) -> tuple[float | None, tuple[float, float] | None]:
    """(ΣwO - ΣwE) / (1 - ΣwE), and its 95% interval by the delta method, within -1 to 1.

    In: weights are 1 for the same grade and less the further apart, 0 for the two ends of the scale.
    Source: Cohen (1960), Educational and Psychological Measurement 20, and (1968), Psychological Bulletin 70;
    Fleiss, Cohen and Everitt (1969), the same, 72.
    """
    grades = range(len(table))
    rows = [sum(row) / n for row in table]
    columns = [sum(row[j] for row in table) / n for j in grades]
    cells = [(i, j) for i in grades for j in grades]
    observed = sum(weights[i][j] * table[i][j] / n for i, j in cells)
    expected = sum(weights[i][j] * rows[i] * columns[j] for i, j in cells)
    # Judged on the counts: of floating point "expected" need not come out as 1.
    if any(sum(row) == n and row[i] == n for i, row in enumerate(table)):
        return None, None
    kappa = (observed - expected) / (1 - expected)
    by_row = [sum(weights[i][j] * columns[j] for j in grades) for i in grades]
    by_column = [sum(weights[i][j] * rows[i] for i in grades) for j in grades]
    squares = sum(
        table[i][j] / n * (weights[i][j] * (1 - expected) - (by_row[i] + by_column[j]) * (1 - observed)) ** 2
        for i, j in cells
    )
    variance = (squares - (observed * expected - 2 * expected + observed) ** 2) / (n * (1 - expected) ** 4)
    reach = Z_95 * sqrt(max(variance, 0.0))
    return kappa, (max(kappa - reach, -1.0), min(kappa + reach, 1.0))
