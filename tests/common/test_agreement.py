import json
from pathlib import Path

import pytest

from qa_audit.common.agreement import agreement

DATA = Path(__file__).parents[1] / "kpi/data/stat_vectors.json"
VECTORS = json.loads(DATA.read_text())


def test_agreement_equals_the_vector():
    vector = VECTORS["kappa"]
    found = agreement(vector["matrix_rows_auditor_cols_moderator_OGRI"])
    assert found.n == vector["n"]
    assert found.exact == pytest.approx(70.8333, abs=1e-4)
    assert found.within_one == 100 * vector["within_one"]
    assert found.kappa == pytest.approx(vector["quadratic"], abs=1e-4)
    assert found.unweighted == pytest.approx(vector["unweighted"], abs=1e-4)
    assert found.interval == pytest.approx(vector["quadratic_ci95_delta"], abs=1e-4)
    assert found.kinder == vector["kinder_moderator"]
    assert found.is_kappa_shown


def test_exact_agreement_stands_beside_a_low_kappa():
    vector = VECTORS["kappa_paradox"]
    found = agreement(vector["matrix"])
    assert found.exact == 100 * vector["exact"]
    assert found.kappa < 0


def test_kappa_of_one_grade_is_not_defined():
    found = agreement([[0, 0], [0, 40]])
    assert (found.exact, found.kappa, found.interval) == (100, None, None)


def test_kappa_is_not_shown_under_thirty():
    assert not agreement([[15, 0], [0, 14]]).is_kappa_shown
    assert agreement([[0, 0], [0, 0]]) is None


@pytest.mark.parametrize("table", [[[1, 2]], [[1, -1], [0, 1]]])
def test_table_that_is_none_is_refused(table):
    with pytest.raises(ValueError, match="rows"):
        agreement(table)
