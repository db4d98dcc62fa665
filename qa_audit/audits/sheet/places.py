"""Places: where each entry of an audit is stored, and what is there now.

An entry is one thing that an auditor types or picks: an answer, a grade, evidence, a voice, the reason. Its
name is the name of its form field (`answer-12`, `evidence-7`, `voice-child-outcome`, `grade_reason`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from django.db import models

from qa_audit.audits.models.audit import Audit
from qa_audit.findings.models import Finding
from qa_audit.history.models import digest

# The findings picked to be told to the practitioner, and what their choice is called.
TOLD_LABELS = {"told_strength": "The strength you told them", "told_change": "The one change you agreed"}


class Part(Enum):
    """The rows among which an entry stands; the value is the column that tells one of them from another."""

    ITSELF = ""
    ANSWERS = "question_id"
    DOMAINS = "domain_id"
    VOICES = "who"
    FINDINGS = "kind"


@dataclass(frozen=True)
class Place:
    """Where an entry is stored, and what history calls it."""

    part: Part
    attribute: str
    label: str
    key: int | str | None = None
    is_narrative: bool = False

    @cached_property
    def name(self) -> str:
        """The name of the entry."""
        match self.part:
            case Part.ANSWERS:
                return f"answer-{self.key}"
            case Part.DOMAINS:
                return f"{self.attribute}-{self.key}"
            case Part.VOICES:
                return f"voice-{self.key}-{self.attribute}"
            case Part.FINDINGS:
                return str(self.key)
        return self.attribute.removesuffix("_id")

    @property
    def row_key(self) -> tuple:
        """By which `Rows.read` gives the row."""
        return self.part, self.key

    def stored_in(self, rows: dict[tuple, models.Model]) -> object:
        """What stands here in rows that were read."""
        return getattr(rows[self.row_key], self.attribute)

    def beside(self, attribute: str) -> "Place":
        """The place of another attribute in the same row."""
        heading = self.label.rpartition(": ")[0]
        label = f"{heading}: {attribute}" if self.part is Part.DOMAINS else attribute.capitalize()
        return replace(self, attribute=attribute, label=label)


@dataclass(frozen=True)
class Entry:
    """A value for a place, and the mark of the stored value that its author saw."""

    place: Place
    value: object
    seen: str


def mark(value: object) -> str:
    """A short mark of a stored value: whoever sends it back has seen that value."""
    return digest("" if value is None else str(value))[:16]


@dataclass(frozen=True)
class Rows:
    """Whose rows a sheet reads and writes: the holder itself, and by part those that belong to it.

    An audit's own are `rows_of(audit)`. A second grading of the same audit holds rows of its own: on them the
    same sheet is rendered, stored and checked. The pages for which it has none are left out.
    """

    holder: models.Model
    related: dict[Part, models.Manager]
    pages_left_out: frozenset[str] = frozenset()

    def read(self, places: Iterable[Place]) -> dict[tuple, models.Model]:
        """The row of each place, one query per part; a new unsaved row where there is none."""
        keys = defaultdict(set)
        for place in places:
            keys[place.part].add(place.key)
        rows: dict[tuple, models.Model] = {(Part.ITSELF, None): self.holder}
        for part in filter(keys.__contains__, self.related):
            # Of the findings only the first of its kind has a place: read newest first, the last one stays.
            for row in self.related[part].filter(**{f"{part.value}__in": keys[part]}).order_by("-pk"):
                rows[part, getattr(row, part.value)] = row
            for key in keys[part]:
                rows.setdefault((part, key), self._new(part, key))
        return rows

    def _new(self, part: Part, key: int | str) -> models.Model:
        related = self.related[part]
        row = related.model(**{part.value: key})
        # A finding is tied to its audit when it is stored.
        if part is not Part.FINDINGS:
            setattr(row, related.field.name, self.holder)
        return row


def rows_of(audit: Audit) -> Rows:
    """The audit's own rows, which its auditor writes."""
    return Rows(
        audit,
        {
            Part.ANSWERS: audit.answers,
            Part.DOMAINS: audit.domain_grades,
            Part.VOICES: audit.voices,
            Part.FINDINGS: Finding.objects.filter(audit_finding__audit=audit),
        },
    )
