"""What a mutation run is told: which tests mirror a package, and what is copied beside it."""

import tomllib

import pytest

from tests.faults import mutate


@pytest.mark.parametrize(
    ("package", "tests"),
    [
        ("kpi/measures", "tests/kpi/measures"),
        ("kpi/returns/checks.py", "tests/kpi/returns"),
        ("qa_audit/history", "tests/history"),
        ("qa_audit/reports/grades.py", "tests/reports"),
    ],
)
def test_tests_of_a_package_are_in_the_folder_that_mirrors_it(package, tests):
    assert mutate.tests_of(package) == tests
    assert (mutate.ROOT / tests).is_dir()


def test_settings_are_read_as_they_were_meant():
    written = mutate.settings("kpi/measures", ["tests/a", "tests/b"], ["kpi", "qa_audit"])
    read = tomllib.loads(written)["tool"]["mutmut"]
    assert (read["source_paths"], read["also_copy"]) == (["kpi/measures"], ["kpi", "qa_audit"])
    assert read["pytest_add_cli_args_test_selection"] == ["tests/a", "tests/b"]


def test_package_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setattr("sys.argv", ["mutate", "kpi/nothing"])
    with pytest.raises(SystemExit, match="There is no kpi/nothing here"):
        mutate.main()
