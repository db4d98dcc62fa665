"""Keeping a file until its person accepts it, and forgetting it."""

import hashlib

from django.db import transaction

from qa_audit.intake.models import WaitingUpload
from qa_audit.people.models import User


@transaction.atomic
def keep_waiting(
    kind: type[WaitingUpload], *, content: bytes, file_name: str, by: User, **facts
) -> WaitingUpload:
    """Keep an uploaded file, in place of an earlier one of the person, until it is accepted or thrown away.

    In: the model of such files, and what else its rows say. Whoever calls it has asked whether `by` may.
    """
    forget_stale(kind)
    kind.objects.filter(user=by).delete()
    sha256 = hashlib.sha256(content).hexdigest()
    return kind.objects.create(user=by, content=content, file_name=file_name[-200:], sha256=sha256, **facts)


def forget_stale(kind: type[WaitingUpload]) -> None:
    """Delete the files that waited for too long, whosever they are: they say much of cases and teams."""
    # Asked first: the page that calls this writes nothing where there is nothing to delete.
    if kind.objects.stale().exists():
        kind.objects.stale().delete()
