"""One run: make the data, measure every job, print the table."""

import json
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from django.conf import settings
from django.db import connection

from bench import data, files, measures, pages, wire, writers
from bench.measure import Row, missed, table

ELSEWHERE = "Not measured here: two nodes with 300 people: their parts are not built yet."


@dataclass(frozen=True)
class Size:
    audits: int
    rounds: int
    exported: int
    imported: int
    seconds: int
    months: int
    returned: int


SIZES = {
    "small": Size(audits=500, rounds=9, exported=500, imported=500, seconds=10, months=14, returned=2_000),
    "medium": Size(
        audits=50_000, rounds=21, exported=50_000, imported=10_000, seconds=60, months=120, returned=200_000
    ),
    "large": Size(
        audits=1_000_000,
        rounds=21,
        exported=100_000,
        imported=50_000,
        seconds=60,
        months=120,
        returned=200_000,
    ),
}


def run(name: str, only: Collection[str], json_file: Path | None) -> None:
    """Measure at this size and print; a missed goal is named and ends nothing."""
    began, size = perf_counter(), SIZES[name]
    # As in production: queries are not kept, templates are not traced. No request was answered before.
    settings.DEBUG = False
    settings.ROOT_URLCONF = "bench.urls"
    settings.TEMPLATES[0]["DIRS"].append(settings.BASE_DIR / "bench" / "templates")
    warnings.filterwarnings("ignore", "No directory at", UserWarning)  # static files are not collected
    pages.admit_peers()
    rows = []
    for row in _measure(size, only, is_large=name == "large"):
        rows.append(row)
        # At once, too: a large run takes long, and one that is stopped has said what it knows.
        _say(f"  {row.said} {row.verdict}")
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    print(f"\n{name}: {size.audits:,} audits, {database}, {perf_counter() - began:.0f} s in all\n")
    print(table(rows))
    for line in missed(rows):
        print(f"MISSED {line}")
    print(ELSEWHERE)
    if json_file:
        told = {
            "size": name,
            "audits": size.audits,
            "database": database,
            "rows": [row.as_json() for row in rows],
        }
        json_file.write_text(json.dumps(told, indent=2) + "\n")


def _measure(size: Size, only: Collection[str], is_large: bool) -> Iterator[Row]:
    """The rows of each group that is asked for: a new group is a module with `rows`, and one more `if`."""
    _say("Making the data")
    council = data.make_council()
    if "measures" in only:
        _say("Measures")
        yield from measures.rows(council, size.rounds, size.months, size.returned)
    if set(only) - {"measures"}:
        yield from _measure_audits(council, size, only, is_large)


def _measure_audits(
    council: data.Council, size: Size, only: Collection[str], is_large: bool
) -> Iterator[Row]:
    audits = data.add_open_audits(council)
    service = data.add_workbook_audits(council)
    shown = pages.Pages(council, audits, size.rounds)
    few = size.audits // 20
    data.add_audits(council, 0, few)
    data.settle()
    if "pages" in only:
        at_few = shown.at_few()
    data.add_audits(council, few, size.audits)
    data.settle()
    if "pages" in only:
        _say("Pages and saves")
        yield from shown.rows(is_large)
        yield from shown.grown(*at_few)
    if "wire" in only:
        _say("On the wire")
        yield from wire.rows(council, audits)
    if "writers" in only:
        _say("Writers")
        connection.close()
        yield from writers.rows(audits, shown.domain.pk, size.seconds)
    if "files" in only:
        _say("Files")
        with TemporaryDirectory() as folder:
            yield from files.rows(service, Path(folder), size.exported, size.imported)


def _say(words: str) -> None:
    print(words, flush=True)
