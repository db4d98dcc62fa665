"""Figures that a council published, brought in as a user brings them in."""

import csv
from pathlib import Path

from django.core.management import call_command

DATA = Path(__file__).parents[1] / "data"
DATASET, REPORT, TEAMS = (
    "dataset_2019-06.csv",
    "performance_report_2023-06.csv",
    "clinic_team_tables_2023-07.csv",
)


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def bring_in(name: str | Path, **options) -> None:
    """In: a file of the data, or a path of its own."""
    call_command("import_kpis", str(DATA / name), create_indicators=True, verbosity=0, **options)
