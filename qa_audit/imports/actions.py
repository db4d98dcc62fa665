"""Bringing past audits in: the whole file or nothing."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from qa_audit.audits.actions.past import BATCH, record_past_audits
from qa_audit.audits.actions.withdrawing import withdraw_together
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.models.series import ReferenceSeries
from qa_audit.common.rows import insert_like
from qa_audit.common.versions import hold
from qa_audit.history.actions import NewEvent, record, record_all
from qa_audit.imports.check import Check
from qa_audit.imports.columns import core_domains
from qa_audit.imports.models import ImportedRow, PastImport, WaitingFile
from qa_audit.imports.permissions import may_import
from qa_audit.imports.reviews import store_reviews
from qa_audit.imports.stored import stored_alike
from qa_audit.intake.actions import keep_waiting
from qa_audit.learning.actions import withdraw_reviews
from qa_audit.learning.models import LearningReview
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
    references = record_past_audits(audits=check.audits, by=by)
    _keep_rows(made, references, reviews)
    counts = {name: [None, getattr(made, name)] for name in ("rows", "made", "skipped", "sha256")}
    entries = [
        *(NewEvent("imported", review) for review in reviews),
        NewEvent("past audits imported", made, counts),
    ]
    record_all(entries, by=by)
    return made


def _keep_rows(made: PastImport, references: list[str], reviews: list[LearningReview]) -> None:
    """Which audits and reviews the import made: its page leads to them, and they are withdrawn together."""
    rows = []
    for start in range(0, len(references), BATCH):
        found = Audit.objects.filter(reference__in=references[start : start + BATCH]).order_by("pk")
        rows += [(pk, None) for pk in found.values_list("pk", flat=True)]
    rows += [(None, review.pk) for review in reviews]
    insert_like(ImportedRow(past_import=made), ("audit_id", "review_id"), rows)


def _hold_years(check: Check) -> None:
    """Lock the years' series: of two who accept one file at once, the second waits and finds it stored."""
    years = {("A", past.audited_on.year) for past in check.audits}
    years |= {("L", past.audited_on.year) for past in check.reviews}
    for prefix, year in sorted(years):
        ReferenceSeries.take(prefix, year, 0)


def _stands(stored: list) -> bool:
    return any(not other.is_withdrawn for other in stored)


@transaction.atomic
def withdraw_import(*, past_import: PastImport, reason: str, by: User) -> PastImport:
    """All that the import made leaves the counts, as one; its rows may come in again.

    Raises ImportRefused, and MoveRefused where some of the audits are the person's own.
    """
    _require_importer(by)
    past_import = hold(past_import)
    if past_import.withdrawn_at:
        raise ImportRefused("This import has already been withdrawn.")
    if not past_import.knows_its_rows:
        raise ImportRefused("It is not known which audits and reviews this import made.")
    audits = Audit.objects.filter(imported_row__past_import=past_import)
    histories = withdraw_together(audits=audits, reason=reason, by=by)
    reviews = LearningReview.objects.filter(imported_row__past_import=past_import)
    of_reviews = withdraw_reviews(reviews=reviews, reason=reason, by=by)
    past_import.withdrawn_at, past_import.withdrawn_by = timezone.now(), by
    past_import.save()
    for entries in histories:
        record_all(entries, by=by)
    record_all(of_reviews, by=by)
    record("past audits withdrawn", by=by, obj=past_import, reason=reason)
    return past_import


def keep_past(*, content: bytes, file_name: str, by: User) -> WaitingFile:
    """Keep an uploaded file, in place of an earlier one, until its person accepts it or throws it away."""
    _require_importer(by)
    return keep_waiting(WaitingFile, content=content, file_name=file_name, by=by)


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
