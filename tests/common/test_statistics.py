import json
from fractions import Fraction
from itertools import pairwise
from math import floor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.common.statistics import (
    adds_up,
    caution,
    half_up,
    largest_remainder,
    seeded_rank,
    share,
    small_number,
    too_few,
    whole_percent,
    wilson,
)
from qa_audit.common.wording import percent, percent_in_words, percent_of

VECTORS = json.loads((Path(__file__).parents[1] / "kpi/data/stat_vectors.json").read_text())
counts_lists = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("count", "n", "shown"),
    [
        (38, 40, 95),
        (37, 40, 93),
        (1, 40, 3),
        (13, 33, 39),
        (5, 6, 83),
        (8, 18, 44),
        (4, 11, 36),
        (17, 18, 94),
        (3, 8, 38),
        (1, 200, 1),
        (5, 8, 63),
        (0, 3, 0),
        (3, 3, 100),
    ],
)
def test_a_share_is_its_own_ratio_rounded_half_up(count, n, shown):
    assert half_up(share(count, n)) == shown
    assert percent(share(count, n)) == f"{shown}%"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_exact_and_rounded_once(count, n):
    assert share(count, n) == Fraction(count * 100, n)
    assert abs(half_up(share(count, n)) - share(count, n)) <= Fraction(1, 2)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_whole_numbers_alone_give_the_same_percentage(count, n):
    exact = Fraction(100 * count, n)
    assert whole_percent(count, n) == half_up(exact) == floor(exact + Fraction(1, 2))
    assert percent_of(count, n) == percent(exact)
    assert adds_up([count, n]) is (whole_percent(count, count + n) + whole_percent(n, count + n) == 100)


@given(st.one_of(st.fractions(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_half_goes_up_exactly(value):
    assert half_up(value) == floor(Fraction(value) + Fraction(1, 2))


def test_of_nothing_there_is_no_share():
    assert share(0, 0) is None


def test_what_is_there_never_reads_nought():
    assert (percent(share(1, 300)), percent_in_words(share(1, 300))) == ("<1%", "less than 1%")
    assert (percent(share(0, 300)), percent_in_words(share(0, 300))) == ("0%", "0%")
    assert (percent(share(1, 200)), percent_in_words(share(1, 200))) == ("1%", "1%")


@pytest.mark.parametrize(
    ("counts", "do_add_up"),
    [([1, 1], True), ([0, 0], True), ([2, 12, 4], True), ([1, 1, 1], False), ([3, 3, 2], False)],
)
def test_shares_of_one_whole_may_not_add_up(counts, do_add_up):
    assert adds_up(counts) is do_add_up


@pytest.mark.parametrize("vector", VECTORS["largest_remainder"])
def test_parts_equal_the_vectors(vector):
    assert largest_remainder(vector["counts"], vector.get("total", 100)) == vector["out"]


@given(counts_lists, st.integers(1, 500))
def test_parts_add_up_and_stay_within_one(counts, total):
    parts = largest_remainder(counts, total)
    if not any(counts):
        assert not any(parts)
        return
    assert sum(parts) == total
    for count, part in zip(counts, parts, strict=True):
        assert abs(part - Fraction(count * total, sum(counts))) < 1


@given(counts_lists)
def test_larger_count_never_gets_the_smaller_part(counts):
    pairs = sorted(zip(counts, largest_remainder(counts), strict=True))
    assert all(low[1] <= high[1] for low, high in pairwise(pairs) if low[0] < high[0])


def test_tie_goes_to_the_larger_count_then_to_the_earlier():
    # 12.5 and 37.5 have the same remainder: the larger count takes the unit.
    assert largest_remainder([1, 3, 1, 3]) == [12, 38, 12, 38]
    assert largest_remainder([1, 1, 1, 1, 1, 1, 1, 1]) == [13, 13, 13, 13, 12, 12, 12, 12]


def test_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        largest_remainder([1, -1])


@pytest.mark.parametrize(("fraction", "interval"), VECTORS["wilson_95"].items())
def test_intervals_equal_the_vectors(fraction, interval):
    successes, n = map(int, fraction.split("/"))
    assert wilson(successes, n) == pytest.approx([100 * end for end in interval], abs=1e-4)


def test_four_of_seven_runs_from_25_to_84():
    assert [round(end, 1) for end in wilson(4, 7)] == [25.0, 84.2]


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_its_proportion_and_mirrors(pair):
    successes, n = pair
    low, high = wilson(successes, n)
    assert 0 <= low <= 100 * successes / n + 1e-9
    assert 100 * successes / n - 1e-9 <= high <= 100
    assert wilson(n - successes, n) == pytest.approx((100 - high, 100 - low), abs=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_interval_of_nothing_is_refused(successes, n):
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("n", "words"),
    [(0, "too few to judge"), (9, "too few to judge"), (10, "small number"), (19, "small number"), (20, "")],
)
def test_small_numbers_carry_their_words(n, words):
    assert caution(n) == words
    assert (too_few(n), small_number(n)) == (words == "too few to judge", words == "small number")


@given(st.permutations([f"C{number:04}" for number in range(1, 51)]))
def test_draw_is_the_same_in_any_order(references):
    sample = VECTORS["sample"]["hash_pick"]
    drawn = sorted(
        references, key=lambda reference: seeded_rank(sample["seed"], sample["stratum"], reference)
    )
    assert drawn[: sample["n"]] == sample["out"]
