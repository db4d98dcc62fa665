import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.packs.suppression import Cells, suppressed_column, suppressed_table

VECTORS = json.loads((Path(__file__).parents[1] / "data/stat_vectors.json").read_text())["suppress_1_5"]
figures = st.integers(0, 14).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))


@pytest.mark.parametrize("vector", VECTORS)
def test_columns_equal_the_vectors(vector):
    assert suppressed_column(vector["cells"]) == vector["out"]


def options(cells, most):
    """Every pair that a reader must think possible for a row as printed; what is hidden is not 0."""
    numerators = range(1, most + 1) if cells.numerator is None else [cells.numerator]
    denominators = range(1, most + 1) if cells.denominator is None else [cells.denominator]
    return [(n, d) for n in numerators for d in denominators if n <= d]


def attacked(rows, total, most):
    """Every pair each row may hold, found by going through all tables that agree with what is printed."""
    sums = [{(0, 0)}]
    for row in rows:
        sums.append({(n + a, d + b) for n, d in sums[-1] for a, b in options(row, most)})
    ends = {(n, d) for n, d in sums[-1] if total.numerator in (None, n) and total.denominator in (None, d)}
    left, found = ends, []
    for row, before in zip(reversed(rows), reversed(sums[:-1]), strict=True):
        pairs = [(n - a, d - b, a, b) for n, d in left for a, b in options(row, most)]
        pairs = [(n, d, a, b) for n, d, a, b in pairs if (n, d) in before]
        found.append({(a, b) for _, _, a, b in pairs})
        left = {(n, d) for n, d, _, _ in pairs}
    return [*reversed(found), ends]


def widths(cells, pairs):
    if cells.numerator is None:
        yield max(n for n, _ in pairs) - min(n for n, _ in pairs)
    if cells.denominator is None:
        yield max(d for _, d in pairs) - min(d for _, d in pairs)
    if cells.is_hidden:
        yield max(d - n for n, d in pairs) - min(d - n for n, d in pairs)


@settings(max_examples=150, deadline=None)
@given(st.lists(figures, min_size=1, max_size=4))
def test_no_hidden_number_is_known_to_within_three(rows):
    table, total = suppressed_table(rows)
    possible = attacked(table, total, most=sum(d for _, d in rows) + 6)
    for cells, pairs, row in zip([*table, total], possible, [*rows, None], strict=True):
        assert row is None or row in pairs
        assert all(width >= 3 for width in widths(cells, pairs))


@given(st.lists(figures, max_size=60))
def test_small_numbers_are_never_printed_nor_their_percentage(rows):
    table, total = suppressed_table(rows)
    whole = (sum(n for n, _ in rows), sum(d for _, d in rows))
    for (numerator, denominator), cells in zip([*rows, whole], [*table, total], strict=True):
        if any(1 <= number <= 5 for number in (numerator, denominator, denominator - numerator)):
            assert cells.is_hidden
            assert cells.percentage is None
        assert cells.numerator in (None, numerator)
        assert cells.denominator in (None, denominator)
        assert numerator or cells.numerator == 0


def test_large_numbers_stay_as_they_are():
    table, total = suppressed_table([(20, 40), (0, 30), (30, 30)])
    assert [tuple(cells) for cells in (*table, total)] == [(20, 40), (0, 30), (30, 30), (50, 100)]
    assert total.percentage == 50


def test_one_small_number_takes_the_next_smallest_with_it():
    table, total = suppressed_table([(3, 40), (20, 40), (12, 50)])
    assert table == [Cells(None, 40), Cells(20, 40), Cells(None, 50)]
    assert total == Cells(35, 130)


def test_difference_gives_a_small_number_away_too():
    table, _ = suppressed_table([(38, 40), (20, 40), (25, 50)])
    assert table[0] == Cells(None, 40)


def test_threshold_of_nothing_hides_nothing():
    assert suppressed_table([(1, 2)], largest=0) == ([Cells(1, 2)], Cells(1, 2))


def test_numerator_above_its_denominator_is_refused():
    with pytest.raises(ValueError, match="between 0"):
        suppressed_table([(2, 1)])
