"""Completing what was arranged for later: a voice or the conversation, after the audit was submitted."""

from collections.abc import Iterable
from itertools import chain

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.actions.writing import Written, store, weigh
from qa_audit.audits.checks.sightings import NAMES_SOMEBODY, may_be_declared, noticed, sighted, still_open
from qa_audit.audits.models.answers import NotAName
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import may_complete_feedback
from qa_audit.audits.sheet.places import Entry, rows_of
from qa_audit.common.identifiers.sightings import in_one_sentence
from qa_audit.history.actions import record
from qa_audit.people.models import User


@transaction.atomic
def complete_feedback(
    *, audit: Audit, by: User, entries: Iterable[Entry], declared: Iterable[str] = ()
) -> Written:
    """Write what came of an arranged voice or conversation; nothing else of the audit can be changed here.

    It is held to what submitting asks: raises ValidationError, by entry, for what looks like a person, unless
    it is among the `declared`, which are none. A number or an e-mail address of a person cannot be declared.
    """
    audit = Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    if not may_complete_feedback(by, audit) or audit.is_open:
        raise PermissionDenied
    rows, accepted, written = weigh(rows_of(audit), list(entries))
    if not all(rows[entry.place.row_key].is_arranged for entry in accepted):
        raise PermissionDenied
    _declare_or_refuse(audit, accepted, by, declared)
    if accepted:
        changes = store(rows, accepted, written, by)
        record("feedback completed", by=by, obj=audit, changes=changes, snapshot=snapshot(audit))
    return written


def _declare_or_refuse(audit: Audit, accepted: list[Entry], by: User, declared: Iterable[str]) -> None:
    """Remember what was declared; refuse everything else that looks like a person."""
    texts = {entry.place.name: entry.value for entry in accepted if isinstance(entry.value, str)}
    declared = {text.casefold() for text in declared}
    found = noticed(audit, texts)
    refused = {}
    for entry, sightings in found.items():
        if still := still_open(sightings, entry, declared):
            texts = [sighted(one) for one in still if may_be_declared(one, entry)]
            refused[entry] = ValidationError(in_one_sentence(still), NAMES_SOMEBODY, {"texts": texts})
    if refused:
        raise ValidationError(refused)
    for one in chain.from_iterable(found.values()):
        NotAName.objects.get_or_create(audit=audit, text=sighted(one).casefold())
    if found:
        record("said not a name", by=by, obj=audit)
