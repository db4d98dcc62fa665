"""Several people, one record: saved only over the version that was seen, and made once from one form."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, models, transaction
from django.shortcuts import get_object_or_404

# PostgreSQL's: the time of a statement or of a lock is over, or two wait for each other.
WAITED_IN_VAIN = {"57014", "55P03", "40P01"}
Record = TypeVar("Record", bound=models.Model)


class ChangedMeanwhile(Exception):
    """Somebody else saved the record after this person opened it; `current` is what it is now."""

    def __init__(self, current: models.Model):
        super().__init__(f"{current} was changed meanwhile")
        self.current = current


def hold(record: Record) -> Record:
    """The record as it stands, nobody else's to change until the transaction ends; not found when it is gone.

    Of two presses on “Remove” the second may have found the record before the first took it away.
    """
    return get_object_or_404(type(record).objects.select_for_update(), pk=record.pk)


def require_version(record: models.Model, version: int | None) -> None:
    """Raise ChangedMeanwhile when the record is no longer at the version that the person saw.

    None is for a button, which does the same whatever else was changed.
    """
    if version is not None and record.version != version:
        raise ChangedMeanwhile(record)


def waited_in_vain(error: OperationalError) -> bool:
    """Whether the database gave up, most likely because somebody else's transaction took too long."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(cause, "sqlstate", None) in WAITED_IN_VAIN


def made_once(make: Callable[[], Record], made: models.QuerySet[Record]) -> Record:
    """What `make` stores; where the same form was sent before, what it made then.

    In: `made` are the records of the form's token, which is unique.
    """
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        # Only a token used before may fail; anything else is not found, and raised.
        return made.get()
