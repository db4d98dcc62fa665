"""Proving that the chain is whole, and the one of which heads were handed out before."""

import re
from collections.abc import Iterable, Iterator

from django.db import connection

from qa_audit.history import triggers
from qa_audit.history.models import ChainHead, Event, Snapshot, digest


def chain_problems() -> Iterator[str]:
    """Every way in which the stored history differs from what was written, in plain words."""
    for name in triggers.missing(connection):
        yield f"The database trigger {name} is missing or does not work."
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


def read_head(text: str) -> tuple[int, str]:
    """A head as it was handed out: "1792:5b0f ...". Raises ValueError for anything else."""
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip().lower())
    if not found:
        raise ValueError(
            f"“{text.strip()[:80]}” is not a head: write SEQUENCE:HASH, the hash with 64 letters and digits."
        )
    return int(found[1]), found[2]


def read_heads(lines: Iterable[str]) -> list[tuple[int, str]]:
    """The heads of a file: its time, then the head, on each line. A line that begins with # is left out.

    Raises ValueError with the line's number for a line that holds no head.
    """
    heads = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            heads.append(read_head(line.split()[-1]))
        except ValueError as error:
            raise ValueError(f"Line {number}: {error}") from error
    return heads


def head_problems(heads: Iterable[tuple[int, str]]) -> tuple[list[str], list[str]]:
    """Hold heads that left the database against its chain.

    Out: how the chain differs from them, and which of them are later than the chain's last event. These are a
    problem of a site that is in use; after a restore they are what the back-up could not know yet.
    """
    altered, missing = [], []
    last = Event.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    for sequence, expected in heads:
        if sequence > last:
            missing.append(f"Event {sequence} is missing: history ends with event {last}.")
        elif Event.objects.filter(sequence=sequence).values_list("hash", flat=True).first() != expected:
            altered.append(
                f"Event {sequence} is not the one whose hash was handed out: history was rewritten."
            )
    return altered, missing
