"""Returns as people write them, what taking them in prints, and all that could have been stored."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import Workbook

from kpi.indicators.models.versions import Unit
from tests.factories.kpi import IndicatorFactory, IndicatorVersionFactory

DATA = Path(__file__).parent.parent / "data"
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def write_csv(path: Path, rows) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def csv_file(tmp_path):
    """Writes lists of cells to a csv file, the first as its header."""
    return lambda *rows, name="return.csv": write_csv(tmp_path / name, rows)


@pytest.fixture
def workbook(tmp_path):
    """Writes lists of cells to an xlsx file; `change` may do what it likes with the sheet."""

    def write(*rows, name="return.xlsx", change=None):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        if change:
            change(book.active)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def run():
    """Runs the command: (exit status, what it printed, what it printed as errors)."""

    def call(path, *options):
        printed, errors = StringIO(), StringIO()
        try:
            call_command("import_kpis", str(path), *options, stdout=printed, stderr=errors)
        except CommandError as error:
            return error.returncode, printed.getvalue(), f"{errors.getvalue()}{error}"
        return 0, printed.getvalue(), errors.getvalue()

    return call


@pytest.fixture
def everything_stored():
    """Gives every row of every table, but the system's own user, whom any command makes."""

    def rows(model):
        found = model._base_manager.order_by("pk")
        return list((found.exclude(is_system=True) if model.__name__ == "User" else found).values())

    return lambda: {model.__name__: rows(model) for model in apps.get_models()}


@pytest.fixture
def refused(run, everything_stored):
    """Runs a file that must be refused, with and without --check, and gives what was printed as errors."""

    def call(path, *options):
        before = everything_stored()
        assert run(path, "--check", *options)[0] == 1
        status, printed, errors = run(path, *options)
        assert status == 1
        assert not printed.splitlines()[-1].endswith("problems 0") or "reason" in errors
        assert everything_stored() == before
        return errors

    return call


@pytest.fixture
def number(db):
    """The indicator N1, a number in the month."""
    return IndicatorVersionFactory(indicator=IndicatorFactory(code="N1"), unit=Unit.NUMBER).indicator


@pytest.fixture
def percentage(db):
    """The indicator P1, a percentage in the month."""
    return IndicatorVersionFactory(indicator=IndicatorFactory(code="P1"), decimal_places=1).indicator


def last_line(printed: str) -> str:
    return printed.splitlines()[-1]


def of(numerator, denominator) -> tuple:
    return Decimal(numerator), Decimal(denominator)
