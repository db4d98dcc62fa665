import json
from pathlib import Path

import pytest

from kpi.measures.funnel import Flag, curve, flag, tails

VECTORS = json.loads((Path(__file__).parents[1] / "data/stat_vectors.json").read_text())
P = 262 / 302


@pytest.mark.parametrize(("n", "wanted"), VECTORS["funnel_pct_target_262_302"].items())
def test_curves_equal_the_vectors(n, wanted):
    assert curve(P, int(n)) == pytest.approx(wanted, abs=1e-4)


def test_flag_follows_the_exact_tail():
    assert tails(14, 18, P)[0] == pytest.approx(0.208, abs=5e-4)
    assert flag(14, 18, P) == Flag.NONE
    assert tails(13, 21, P)[0] == pytest.approx(0.00385, abs=5e-6)
    assert flag(13, 21, P) == Flag.LOW_95
    assert flag(23, 100, P) == Flag.LOW_998
    assert flag(100, 100, P) == Flag.HIGH_998


@pytest.mark.parametrize("numerator", [0, 499_000_000, 500_000_000, 10**9])
def test_mistyped_denominator_of_nine_digits_costs_a_moment(numerator):
    lower, upper = tails(numerator, 10**9, 0.5)
    assert lower + upper == pytest.approx(1, abs=1e-3)
    assert (lower < 1e-12, upper < 1e-12) == (numerator < 5e8, numerator > 5e8)


def test_under_ten_is_never_flagged():
    assert flag(0, 9, P) == Flag.NONE
    assert flag(0, 10, P) == Flag.LOW_998


def test_teams_that_are_all_alike_are_not_flagged():
    assert flag(20, 20, 1) == flag(0, 20, 0) == Flag.NONE


def test_a_flag_speaks_the_words_of_the_legend_and_says_how_sure_it_is():
    assert Flag.LOW_95.label == "Lower than chance explains (95%)"
    assert Flag.LOW_998.label == "Lower than chance explains (99.8%)"
    assert Flag.HIGH_95.label == "Higher than chance explains (95%)"
    assert Flag.HIGH_998.label == "Higher than chance explains (99.8%)"
