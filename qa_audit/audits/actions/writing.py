"""Writing in an audit: what was typed is stored, unless something newer would be lost."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from qa_audit.audits.actions.findings import add_finding
from qa_audit.audits.actions.holding import begin_if_waiting, hold
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import may_edit
from qa_audit.audits.sheet.places import Entry, Part, Place, Rows, mark, rows_of
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
    return write_held(audit=hold(audit, by), by=by, entries=entries, page=page, reason=reason)


def write_held(
    *, audit: Audit, by: User, entries: Iterable[Entry], page: str = "", reason: str = ""
) -> Written:
    """As `write`, in an audit that the caller's transaction has locked already."""
    if not may_edit(by, audit):
        raise PermissionDenied
    read, accepted, written = weigh(rows_of(audit), list(entries))
    if audit.concern_not_raised and not reason and any(e.place.name == "child_unsafe" for e in accepted):
        raise ValidationError({"child_unsafe": TAKING_BACK_NEEDS_REASON})
    if accepted:
        begin_if_waiting(audit, by)
        if changes := store(read, accepted, written, by):
            record("wrote", by=by, obj=audit, changes=changes, reason=reason)
    if page and page != audit.last_page:
        Audit.objects.filter(pk=audit.pk).update(last_page=page)
    return written


def weigh(rows: Rows, entries: list[Entry]) -> tuple[dict, list[Entry], Written]:
    """The rows of the entries, the entries to store, and what is stored or in conflict."""
    read = rows.read(entry.place for entry in entries)
    written = Written({entry.place.name: entry.place.stored_in(read) for entry in entries})
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
    return read, accepted, written


def _is_same(stored: object, value: object) -> bool:
    # Nothing typed is one thing, however a column stores it.
    return (stored or None) == (value or None)


def store(read: dict, accepted: list[Entry], written: Written, by: User) -> dict:
    """Write the rows, whoever holds them; give the changes as history keeps them.

    A row settles itself: whatever its model, it has `version`, and `settle` says what else had to change.
    """
    changes, touched = {}, {}
    for entry in accepted:
        place, row = entry.place, read[entry.place.row_key]
        values = [getattr(row, place.attribute), entry.value]
        # A new finding writes an event of its own.
        if row.pk or not isinstance(row, Finding):
            label = row.history_name if isinstance(row, Finding) else place.label
            changes[label] = [narrative(str(v or "")) for v in values] if place.is_narrative else values
        setattr(row, place.attribute, entry.value)
        touched.setdefault(place.row_key, (place, set()))[1].add(place.attribute)
        written.stored[place.name] = entry.value
    for place, attributes in touched.values():
        row = read[place.row_key]
        for other, before in _settled(row, place, attributes):
            # What was sent and cleared in one go never was: what was there before comes before it.
            before = changes.get(other.label, [before])[0]
            written.stored[other.name] = other.stored_in(read)
            changes[other.label] = [before, other.stored_in(read)]
        _store_row(read[Part.ITSELF, None], row, attributes, by)
    return changes


def _settled(row: models.Model, place: Place, attributes: set[str]) -> list[tuple[Place, object]]:
    """What changed besides, so that the row agrees with itself: its place, and what was there."""
    try:
        return [(place.beside(name), before) for name, before in row.settle(attributes).items()]
    except ValidationError as refused:
        errors = refused.error_dict.items()
        raise ValidationError({place.beside(name).name: error for name, error in errors}) from refused


def _store_row(holder: models.Model, row: models.Model, attributes: Iterable[str], by: User) -> None:
    """Compare and set: one UPDATE that only meets the version that was read."""
    if row.pk is None:
        if isinstance(row, Finding):
            add_finding(audit=holder, by=by, kind=row.kind, text=row.text)
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
