import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.common.sampling import drawn, strata_sizes, stratified_sample
from qa_audit.common.statistics import byar

DATA = Path(__file__).parents[1] / "kpi/data/stat_vectors.json"
VECTORS = json.loads(DATA.read_text())
SAMPLE = VECTORS["sample"]


def test_sizes_equal_the_vectors():
    assert list(strata_sizes(SAMPLE["strata"], SAMPLE["n"]).values()) == [10, 8, 2, 4]
    assert strata_sizes(SAMPLE["strata"], SAMPLE["n"], minimum=3) == SAMPLE["min3"]


def test_draw_equals_the_vector():
    pick = SAMPLE["hash_pick"]
    references = [f"C{number:04}" for number in range(50, 0, -1)]
    assert drawn(references, pick["n"], pick["seed"], pick["stratum"]) == pick["out"]


@given(st.permutations(range(30)), st.permutations(["CIN", "CP", "CLA"]), st.integers(0, 40))
def test_sample_is_the_same_in_any_order(order, names, n):
    strata = {name: [f"{name}{i}" for i in order if i < 10 + 5 * len(name)] for name in names}
    found = stratified_sample(strata, n, "seed")
    ordered = stratified_sample({name: sorted(strata[name]) for name in sorted(names)}, n, "seed")
    assert found == ordered
    assert sum(map(len, found.values())) == n


@given(st.dictionaries(st.text("ABCDE", min_size=1), st.integers(0, 60), max_size=6), st.integers(0, 200))
def test_no_stratum_gives_more_than_it_has(strata, n):
    sizes = strata_sizes(strata, n)
    assert all(0 <= sizes[name] <= strata[name] for name in strata)
    assert sum(sizes.values()) == min(n, sum(strata.values()))


def test_what_a_small_stratum_cannot_fill_goes_to_the_others():
    assert strata_sizes({"A": 4, "B": 5}, 8, minimum=3) == {"A": 4, "B": 4}


def test_sample_below_its_minimum_is_refused():
    with pytest.raises(ValueError, match="too small"):
        strata_sizes({"A": 4, "B": 5}, 3, minimum=2)


@pytest.mark.parametrize(("count", "interval"), VECTORS["byar_95"].items())
def test_intervals_of_counts_equal_the_vectors(count, interval):
    assert byar(int(count)) == pytest.approx(interval, abs=1e-4)


def test_interval_of_no_events_starts_at_zero():
    assert byar(0)[0] == 0
    with pytest.raises(ValueError, match="negative"):
        byar(-1)
