"""Bringing past audits in: the whole file or nothing."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from qa_audit.audits.actions.past import record_past_audits
from qa_audit.audits.models import ReferenceSeries
from qa_audit.history.actions import Entry, record_all
from qa_audit.imports.check import Check
from qa_audit.imports.columns import core_domains
from qa_audit.imports.models import PastImport, WaitingFile
from qa_audit.imports.permissions import may_import
from qa_audit.imports.reviews import store_reviews
from qa_audit.imports.stored import stored_alike
from qa_audit.people.models import User
from qa_audit.tools.actions import load_core_domains


class ImportRefused(Exception):
    """A file that cannot be accepted as it was checked; the message is fit for the page."""


def _require_importer(by: User) -> None:
    if not may_import(by):
        raise PermissionDenied


@transaction.atomic
def import_past(*, check: Check, by: User) -> PastImport:
    """Store what a checked file holds: every audit and learning review of it, or none."""
    _require_importer(by)
    if check.problems or check.seen or not check.makes:
        raise ImportRefused(check.outcome)
    _hold_years(check)
    if any(stored for _, stored in stored_alike([*check.audits, *check.reviews]) if _stands(stored)):
        raise ImportRefused("Somebody stored some of these rows a moment ago. Check the file again.")
    load_core_domains(content=core_domains(), by=by)
    made = PastImport.objects.create(
        file_name=check.file_name,
        sha256=check.sha256,
        rows=check.rows,
        made=check.makes,
        skipped=check.skipped,
        by=by,
    )
    reviews = store_reviews(check.reviews, by)
    record_past_audits(audits=check.audits, by=by)
    counts = {name: [None, getattr(made, name)] for name in ("rows", "made", "skipped", "sha256")}
    entries = [
        *(Entry("imported", review) for review in reviews),
        Entry("past audits imported", made, counts),
    ]
    record_all(entries, by=by)
    return made


def _hold_years(check: Check) -> None:
    """Lock the years' series: of two who accept one file at once, the second waits and finds it stored."""
    years = {("A", past.audited_on.year) for past in check.audits}
    years |= {("L", past.audited_on.year) for past in check.reviews}
    for prefix, year in sorted(years):
        ReferenceSeries.take(prefix, year, 0)


def _stands(stored: list) -> bool:
    return any(not other.is_withdrawn for other in stored)


@transaction.atomic
def keep_waiting(*, content: bytes, file_name: str, by: User) -> WaitingFile:
    """Keep an uploaded file, in place of an earlier one, until its person accepts it or throws it away."""
    _require_importer(by)
    forget_stale()
    facts = {
        "file_name": file_name[-200:],
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "uploaded_at": timezone.now(),
    }
    return WaitingFile.objects.update_or_create(user=by, defaults=facts)[0]


def forget_stale() -> None:
    """Delete the files that waited for too long, whosever they are: they are full of cases."""
    # Asked first: the page that calls this writes nothing where there is nothing to delete.
    if WaitingFile.objects.stale().exists():
        WaitingFile.objects.stale().delete()


def throw_away(*, waiting: WaitingFile, by: User) -> None:
    """Forget an uploaded file."""
    if waiting.user_id != by.pk:
        raise PermissionDenied
    waiting.delete()


@transaction.atomic
def accept(*, waiting: WaitingFile, check: Check, by: User) -> PastImport:
    """Import the file that a person has seen checked, and forget its content."""
    made = import_past(check=check, by=by)
    throw_away(waiting=waiting, by=by)
    return made
