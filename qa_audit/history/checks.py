"""Proving that the chain is whole."""

from collections.abc import Iterator

from django.db import connection

from qa_audit.history import triggers
from qa_audit.history.models import ChainHead, Event, Snapshot, digest


def chain_problems() -> Iterator[str]:
    """Every way in which the stored history differs from what was written, in plain words."""
    for name in triggers.missing(connection):
        yield f"The database trigger {name} is missing, or does not do its work."
    sequence, previous_hash = 0, "0" * 64
    with_snapshot = {}
    for event in Event.objects.order_by("sequence").iterator(chunk_size=2000):
        sequence += 1
        if event.sequence != sequence:
            yield f"Event {sequence} is missing: the next one is {event.sequence}."
            sequence = event.sequence
        if event.previous_hash != previous_hash or event.hash != event.chained_hash():
            yield f"Event {event.sequence} ({event.action}) was altered."
        previous_hash = event.hash
        if event.snapshot_hash:
            with_snapshot[event.sequence] = event.snapshot_hash, event.object_type, event.object_id
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    if (head.sequence, head.hash) != (sequence, previous_hash):
        yield f"The chain's head is {head.sequence}, the last event {sequence}: events were added or removed."
    yield from _snapshot_problems(with_snapshot)


def _snapshot_problems(expected: dict[int, tuple]) -> Iterator[str]:
    for snapshot in Snapshot.objects.iterator(chunk_size=500):
        found = digest(snapshot.content), snapshot.object_type, snapshot.object_id
        if expected.pop(snapshot.event_sequence, None) != found:
            yield f"The snapshot of event {snapshot.event_sequence} was altered."
    for sequence in expected:
        yield f"The snapshot of event {sequence} is missing."
