"""Places: where each entry of an audit is stored, and what stands there now.

An entry is one thing that an auditor types or picks: an answer, a grade, evidence, a voice, the reason. Its
name is the name of its form field (`answer-12`, `evidence-7`, `voice-child-outcome`, `grade_reason`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from qa_audit.audits.models import Answer, Audit, DomainGrade, Voice
from qa_audit.findings.models import Finding, FindingKind
from qa_audit.history.models import digest

# By what a row of the audit is found beside the audit itself.
KEYS = {Answer: "question_id", DomainGrade: "domain_id", Voice: "who", Finding: "kind"}

# The findings picked to be told to the practitioner, and what their choice is called.
TOLD_LABELS = {"told_strength": "The strength you told them", "told_change": "The one change you agreed"}
WORDS_WITHOUT_VOICE = "Words are kept only for a voice that was heard: choose “Heard”, or take the words out"


@dataclass(frozen=True)
class Place:
    """Where an entry is stored, and what history calls it."""

    name: str
    label: str
    model: type[models.Model]
    attribute: str
    key: int | str | None = None
    is_narrative: bool = False

    @property
    def row_key(self) -> tuple:
        """By which `stored_rows` finds the row."""
        return self.model, self.key


@dataclass(frozen=True)
class Entry:
    """A value for a place, and the mark of the stored value that its author saw."""

    place: Place
    value: object
    seen: str


def mark(value: object) -> str:
    """A short mark of a stored value: whoever sends it back has seen that value."""
    return digest("" if value is None else str(value))[:16]


def stored_rows(audit: Audit, places: Iterable[Place]) -> dict[tuple, models.Model]:
    """The row of each place, one query per model; a new unsaved row where there is none."""
    wanted = {place.row_key for place in places}
    rows: dict[tuple, models.Model] = {}
    for model, field in KEYS.items():
        keys = [key for kind, key in wanted if kind is model]
        if not keys:
            continue
        for row in _rows_of(audit, model).filter(**{f"{field}__in": keys}).order_by("-pk"):
            rows[model, getattr(row, field)] = row
        for key in keys:
            rows.setdefault((model, key), _new_row(audit, model, field, key))
    if (Audit, None) in wanted:
        rows[Audit, None] = audit
    return rows


def _rows_of(audit: Audit, model: type[models.Model]) -> models.QuerySet:
    # Of the findings only the first of its kind has a place: read newest first, the last one stays.
    if model is Finding:
        return Finding.objects.filter(audit_finding__audit=audit)
    return model.objects.filter(audit=audit)


def _new_row(audit: Audit, model: type[models.Model], field: str, key) -> models.Model:
    if model is Finding:
        return Finding(kind=FindingKind(key))
    return model(audit=audit, **{field: key})
