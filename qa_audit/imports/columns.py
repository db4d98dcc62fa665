"""The columns of a file of past audits: which header means what."""

import json
import re
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

from qa_audit.common.names import word_key
from qa_audit.imports.problems import Problem
from qa_audit.intake.uploads import Cell
from qa_audit.tools.models import Concept, Domain

REQUIRED = ("reference", "service", "kind", "audited_on")
OPTIONAL = ("team", "theme", "overall_grade", "going_well", "improvements", "auditor_email")
FIELDS = (*REQUIRED, *OPTIONAL)
_GRADE_OF = re.compile(r"grade\s*:\s*(.+)")


@cache
def core_domains() -> list[dict]:
    """The twelve core domains as they ship; their titles can be imported before they are in the library."""
    return json.loads((settings.BASE_DIR / "fixtures/library/core_domains.json").read_text("utf-8"))


def known_domains() -> dict[str, str]:
    """Every title by which a tool or the library knows a domain, with its concept's key.

    Where one title means two, the core domains go first, then the library, then the tools.
    """
    titles = [(core[name], core["concept"]) for core in core_domains() for name in ("import_title", "title")]
    concepts = Concept.objects.filter(kind=Concept.Kind.DOMAIN).order_by("pk")
    for key, import_title, title in concepts.values_list("key", "import_title", "title"):
        titles += [(import_title, key), (title, key)]
    titles += Domain.objects.order_by("pk").values_list("title", "concept__key").distinct()
    known: dict[str, str] = {}
    for title, key in titles:
        known.setdefault(word_key(title), key)
    return known


@dataclass
class Columns:
    """Where each field stands (its place from 0), and what is wrong with the headers."""

    places: dict[str, int] = field(default_factory=dict)
    grades: dict[str, int] = field(default_factory=dict)  # concept key → place
    headers: tuple[Cell, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    # Places without a known header: a problem once, as soon as a cell below holds anything.
    unknown: set[int] = field(default_factory=set)

    def title(self, place: int) -> str:
        """The header as the file writes it."""
        return (self.headers[place].value or "") if place < len(self.headers) else ""

    def problem(self, name: str, row: int, words: str) -> Problem:
        """A problem of a field's cell in a row that was read before."""
        header = self.headers[self.places[name]]
        return Problem(words, row, header.value, header.address.rstrip("0123456789") + str(row))


def read_columns(headers: tuple[Cell, ...], header_row: int) -> Columns:
    """Recognise the headers of a file, in any order."""
    columns, domains = Columns(headers=headers), known_domains()
    fields = {word_key(name): name for name in FIELDS}
    unknown: dict[str, int] = {}
    for place, cell in enumerate(headers):
        words = word_key(cell.value or "")
        domain = _GRADE_OF.fullmatch(words)
        if cell.is_error:
            columns.problems.append(Problem.at(cell, header_row, "", "This header is an error."))
        elif words in fields:
            _claim(columns, columns.places, fields[words], place, cell, header_row)
        elif domain and domain[1] in domains:
            _claim(columns, columns.grades, domains[domain[1]], place, cell, header_row)
        elif domain:
            says = f"No tool knows a domain called “{cell.value.partition(':')[2].strip()}”."
            columns.problems.append(Problem.at(cell, header_row, cell.value, says))
        else:
            columns.unknown.add(place)
            if words:
                _claim(columns, unknown, words, place, cell, header_row)
    missing = [name for name in REQUIRED if name not in columns.places]
    columns.problems += [Problem(f"The column “{name}” is missing.", header_row, name) for name in missing]
    return columns


def _claim(
    columns: Columns, taken: dict[str, int], name: str, place: int, cell: Cell, header_row: int
) -> None:
    if name in taken:
        first = columns.headers[taken[name]]
        says = f"This column stands twice: {first.address} (“{first.value}”) means the same."
        columns.problems.append(Problem.at(cell, header_row, cell.value, says))
    else:
        taken[name] = place
