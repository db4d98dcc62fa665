"""Writing history: always in the transaction of the change it records, and last in it."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail
from django.db import models, transaction
from django.utils import timezone

from qa_audit.common.log import current_address
from qa_audit.common.names import keys_of
from qa_audit.common.rows import insert_like
from qa_audit.common.versions import Record, hold, require_version
from qa_audit.common.wording import clock, day
from qa_audit.history.models import ChainHead, Event, Snapshot, digest

READING_WINDOW = timedelta(minutes=5)
# The person who did it; people are above history on the map. None: nobody signed in.
Actor = models.Model | None
PLAIN = frozenset((str, int, bool, type(None)))


@dataclass
class NewEvent:
    """What happened, before it is chained. `changes` is {field: [before, after]}."""

    action: str
    obj: models.Model | None = None
    changes: dict = field(default_factory=dict)
    reason: str = ""
    snapshot: dict | None = None
    is_reading: bool = False

    def __post_init__(self):
        self.changes, self.snapshot = _plain(self.changes), _plain(self.snapshot)


def narrative(text: str) -> dict | str:
    """Free text as history keeps it: hash and length, never the words."""
    return {"sha256": digest(text), "length": len(text)} if text else ""


def difference(before: dict, after: dict, narrative_fields: Iterable[str] = ()) -> dict:
    """The fields that changed as {field: [before, after]}, narrative hashed."""
    hidden = set(narrative_fields)
    return {
        name: [
            narrative(old) if name in hidden else old,
            narrative(after[name]) if name in hidden else after[name],
        ]
        for name, old in before.items()
        if name in after and old != after[name]
    }


def change(
    obj: Record, version: int | None, narrative_fields: Iterable[str] = (), **fields
) -> tuple[Record, dict]:
    """Set the fields of the record as it stands, and say what changed. Call it in a transaction.

    In: the `version` that the person saw, as `require_version` takes it. Raises ChangedMeanwhile.
    """
    current = hold(obj)
    require_version(current, version)
    before = {name: getattr(current, name) for name in fields}
    for name, value in fields.items():
        setattr(current, name, value)
    current.version += 1
    current.save(update_fields=[*fields, *keys_of(type(current), fields), "version"])
    return current, difference(before, fields, narrative_fields)


def _plain(value: object) -> object:
    """JSON as it will be read back, so that a hash made now equals a hash made from the database."""
    if isinstance(value, dict):
        # Most values are plain, and an import has a hundred in a row: a call for each would cost the time.
        return {str(key): item if type(item) in PLAIN else _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _event(entry: NewEvent, by: Actor, sequence: int, previous_hash: str, at: datetime) -> Event:
    obj = entry.obj
    event = Event(
        sequence=sequence,
        at=at,
        actor_id=getattr(by, "pk", None),
        # Of a deputy both names.
        actor_name=(getattr(by, "acting_name", "") or str(by))[:150] if by else "Nobody signed in",
        actor_roles=", ".join(sorted(getattr(by, "roles", ()))),
        address=current_address.get(),
        action=entry.action,
        is_reading=entry.is_reading,
        object_type=obj._meta.model_name if obj else "",
        object_id=obj.pk if obj else None,
        object_reference=(getattr(obj, "reference", "") or str(obj))[:200] if obj else "",
        service_id=getattr(obj, "service_id", None),
        changes=entry.changes,
        reason=entry.reason,
        snapshot_hash=digest(entry.snapshot) if entry.snapshot is not None else "",
        previous_hash=previous_hash,
    )
    event.hash = event.chained_hash()
    return event


@transaction.atomic(savepoint=False)
def record_all(entries: list[NewEvent], *, by: Actor, at: datetime | None = None) -> list[Event]:
    """Chain several entries in one batch. Call it last in the transaction: it holds the head's lock.

    In: `at`, for events that are invented with their time; all others happen now.
    """
    if not entries:
        return []
    head, _ = ChainHead.objects.select_for_update().get_or_create(pk=1)
    at = (at or timezone.now()).astimezone(UTC)
    events = []
    for entry in entries:
        event = _event(entry, by, head.sequence + 1, head.hash, at)
        head.sequence, head.hash = event.sequence, event.hash
        events.append(event)
    head.save()
    Event.objects.bulk_create(events, batch_size=500)
    insert_like(
        Snapshot(),
        ("event_sequence", "object_type", "object_id", "content"),
        [
            (event.sequence, event.object_type, event.object_id, json.dumps(entry.snapshot))
            for event, entry in zip(events, entries, strict=True)
            if entry.snapshot is not None
        ],
    )
    return events


def record(
    action: str,
    *,
    by: Actor,
    obj: models.Model | None = None,
    changes: dict | None = None,
    reason: str = "",
    snapshot: dict | None = None,
) -> Event:
    """Chain one change. `by` is the person who did it (None: nobody signed in)."""
    entry = NewEvent(action=action, obj=obj, changes=changes or {}, reason=reason, snapshot=snapshot)
    return record_all([entry], by=by)[0]


def record_reading(
    action: str, *, by: Actor, obj: models.Model | None = None, changes: dict | None = None
) -> Event | None:
    """Chain one look at a record; the same look within five minutes is not written again.

    In: `obj` the record looked at, or None with `changes` saying what was looked for.
    Out: the event, or None when there is one already.
    """
    seen = Event.objects.filter(
        actor_id=by.pk,
        action=action,
        object_type=obj._meta.model_name if obj else "",
        object_id=obj.pk if obj else None,
        at__gte=timezone.now() - READING_WINDOW,
    )
    if not obj:
        seen = seen.filter(changes=_plain(changes or {}))
    with transaction.atomic():
        if seen.exists():
            return None
        return record_all([NewEvent(action=action, obj=obj, changes=changes or {}, is_reading=True)], by=by)[
            0
        ]


def append_head(head: ChainHead, path: Path) -> None:
    """Add a line with the time and the head to a file outside the database. Raises OSError."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{timezone.now().astimezone(UTC).isoformat(timespec='seconds')} {head}\n")
        file.flush()
        os.fsync(file.fileno())


def mail_head(head: ChainHead, addresses: list[str]) -> None:
    """Send the head to people who cannot change the database. Raises OSError (smtplib's errors are such)."""
    now = timezone.localtime()
    send_mail(
        f"{settings.PRODUCT_NAME}: history at event {head.sequence:,}",
        f"On {day(now)} at {clock(now)} the history of {settings.PRODUCT_NAME} ({settings.COUNCIL_NAME}) "
        f"ended with event {head.sequence:,}:\n\n{head}\n\n"
        "Keep this message where those who run the database cannot change it. "
        f"To check the site against it:\n\nmanage.py verify_history --expect {head}\n",
        settings.DEFAULT_FROM_EMAIL,
        addresses,
    )
