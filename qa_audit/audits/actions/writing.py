"""Writing in an audit: what was typed is stored, unless something newer would be lost."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from qa_audit.audits.actions.findings import add_finding
from qa_audit.audits.actions.holding import begin_if_waiting, hold
from qa_audit.audits.actions.starting import settle_header
from qa_audit.audits.models import Audit, DomainGrade, Outcome, Voice
from qa_audit.audits.sheet.places import WORDS_WITHOUT_VOICE, Entry, mark, stored_rows
from qa_audit.findings.models import Finding
from qa_audit.history.actions import narrative, record
from qa_audit.people.models import User

TAKING_BACK_NEEDS_REASON = (
    "You answered that a child may be unsafe now: to change this, open “Is a child unsafe now?” and say why"
)


@dataclass
class Written:
    """What became of the entries: what is stored now, and which would have overwritten something newer."""

    stored: dict[str, object] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


class Overtaken(Exception):
    """The row changed between reading and writing it."""


@transaction.atomic
def write(*, audit: Audit, by: User, entries: Iterable[Entry], page: str = "", reason: str = "") -> Written:
    """Store each entry whose author saw what is stored; report the others and leave them alone.

    In: `reason` why the answer is changed that a child may be unsafe now, which needs one.
    Raises ValidationError with the entry's name where a value contradicts what else is stored.
    """
    audit = hold(audit, by)
    rows, accepted, written = weigh(audit, list(entries))
    if audit.concern_not_raised and not reason and any(e.place.name == "child_unsafe" for e in accepted):
        raise ValidationError({"child_unsafe": TAKING_BACK_NEEDS_REASON})
    if accepted:
        begin_if_waiting(audit, by)
        if changes := store(audit, rows, accepted, written, by):
            record("wrote", by=by, obj=audit, changes=changes, reason=reason)
    if page and page != audit.last_page:
        Audit.objects.filter(pk=audit.pk).update(last_page=page)
    return written


def weigh(audit: Audit, entries: list[Entry]) -> tuple[dict, list[Entry], Written]:
    """The rows of the entries, the entries to store, and what is stored or in conflict."""
    rows = stored_rows(audit, [entry.place for entry in entries])
    written = Written({e.place.name: getattr(rows[e.place.row_key], e.place.attribute) for e in entries})
    accepted = []
    for entry in entries:
        stored = written.stored[entry.place.name]
        # Equal to what is stored, or left as its author found it: nothing to write and nothing to lose.
        if _is_same(stored, entry.value) or entry.seen == mark(entry.value) != mark(stored):
            continue
        if entry.seen == mark(stored):
            accepted.append(entry)
        else:
            written.conflicts.append(entry.place.name)
    return rows, accepted, written


def _is_same(stored: object, value: object) -> bool:
    # Nothing typed is one thing, however a column stores it.
    return (stored or None) == (value or None)


def store(audit: Audit, rows: dict, accepted: list[Entry], written: Written, by: User) -> dict:
    """Write the rows; give the changes as history keeps them."""
    changes, touched = {}, {}
    for entry in accepted:
        place, row = entry.place, rows[entry.place.row_key]
        values = [getattr(row, place.attribute), entry.value]
        # A new finding writes an event of its own.
        if row.pk or not isinstance(row, Finding):
            label = row.history_name if isinstance(row, Finding) else place.label
            changes[label] = [narrative(str(v or "")) for v in values] if place.is_narrative else values
        setattr(row, place.attribute, entry.value)
        touched.setdefault(place.row_key, set()).add(place.attribute)
        written.stored[place.name] = entry.value
    for row_key, attributes in touched.items():
        row = rows[row_key]
        for label, (before, after) in _settle(row, attributes, written).items():
            # What was sent and cleared in one go never was: before it stood what stood before.
            changes[label] = [changes.get(label, [before])[0], after]
        _store_row(audit, row, attributes, by)
    return changes


def _settle(row: models.Model, attributes: set[str], written: Written) -> dict:
    """Keep a row in agreement with itself, without ever taking text away; give what changed besides."""
    if isinstance(row, DomainGrade) and row.applies and row.grade:
        # The later of the two counts: a domain that is graded applies, one that does not apply has no grade.
        cleared = "applies" if "applies" not in attributes else "grade"
        before = getattr(row, cleared)
        setattr(row, cleared, "")
        attributes.add(cleared)
        written.stored[f"{cleared}-{row.domain_id}"] = ""
        return {f"{row.domain.title}: {cleared}": [before, ""]}
    if isinstance(row, Voice) and row.words and row.outcome != Outcome.HEARD:
        name = "words" if "words" in attributes else "outcome"
        raise ValidationError({f"voice-{row.who}-{name}": WORDS_WITHOUT_VOICE})
    if isinstance(row, Finding) and not row.text:
        raise ValidationError({row.kind: "This needs words. To take it away, use “Remove” in the list"})
    if isinstance(row, Audit):
        if row.notice_id and row.child_unsafe != Audit.Safety.YES:
            raise ValidationError(
                {"child_unsafe": "A concern was raised from this audit and stays on record"}
            )
        return settle_header(row, attributes, written.stored)
    return {}


def _store_row(audit: Audit, row: models.Model, attributes: Iterable[str], by: User) -> None:
    """Compare and set: one UPDATE that only meets the version that was read."""
    if row.pk is None:
        if isinstance(row, Finding):
            add_finding(audit=audit, by=by, kind=row.kind, text=row.text)
            return
        if hasattr(row, "saved_by_id"):
            row.saved_by = by
        row.save()
        return
    values = {name: getattr(row, name) for name in attributes}
    if hasattr(row, "saved_by_id"):
        values |= {"saved_by": by, "saved_at": timezone.now()}
    rows = type(row).objects.filter(pk=row.pk, version=row.version)
    if not rows.update(**values, version=row.version + 1):
        raise Overtaken
    row.version += 1
