"""One machine at a time."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from qa_audit.jobs.models import Lock


class LockHeld(Exception):
    """Another machine is at it."""


@contextmanager
def lock(name: str, at_most: timedelta) -> Iterator[None]:
    """Hold the named lock of the database. Raises LockHeld when another machine holds it.

    In: `at_most`, after which the lock is free again although its holder never said so (it died).
    """
    now, holder = timezone.now(), secrets.token_hex(16)
    Lock.objects.get_or_create(name=name)
    is_free = Q(held_until=None) | Q(held_until__lte=now)
    if not Lock.objects.filter(is_free, name=name).update(holder=holder, held_until=now + at_most):
        raise LockHeld(f"Another machine is at “{name}”.")
    try:
        yield
    finally:
        Lock.objects.filter(name=name, holder=holder).update(holder="", held_until=None)
