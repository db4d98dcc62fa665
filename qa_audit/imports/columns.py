"""The columns of a file of past audits: which header means what."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

from django.conf import settings

from qa_audit.common.names import word_key
from qa_audit.intake.cells import ReadCell
from qa_audit.intake.headings import Headings
from qa_audit.intake.remarks import Remark
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
class PastHeadings(Headings):
    """The headings of past audits; each domain's grade has a column of its own."""

    noun: ClassVar[str] = "header"

    grades: dict[str, int] = field(default_factory=dict)  # concept key → place

    def problem(self, name: str, row: int, words: str) -> Remark:
        """A problem of a field's cell in a row that was read before."""
        header = self.headers[self.places[name]]
        return Remark(words, row, header.value, header.address.rstrip("0123456789") + str(row))


def read_columns(headers: tuple[ReadCell, ...], header_row: int) -> PastHeadings:
    """Recognise the headings of a file, in any order."""
    columns, domains = PastHeadings(headers, header_row), known_domains()
    fields = {word_key(name): name for name in FIELDS}
    unknown: dict[str, int] = {}
    for place, cell in enumerate(headers):
        words = word_key(cell.value or "")
        domain = _GRADE_OF.fullmatch(words)
        if cell.is_error:
            columns.refuse_error(cell)
        elif words in fields:
            columns.claim(columns.places, fields[words], place)
        elif domain and domain[1] in domains:
            columns.claim(columns.grades, domains[domain[1]], place)
        elif domain:
            title = cell.value.partition(":")[2].strip()
            columns.refuse(cell, f"No tool has a domain called “{title}”.")
        else:
            columns.unknown.add(place)
            if words:
                columns.claim(unknown, words, place)
    columns.require(REQUIRED)
    return columns
