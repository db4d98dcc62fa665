"""The history of an audit, for QA leads: what was done, what each move changed, and who has looked."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from qa_audit.audits.actions.snapshots import differences
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.recorded import changes_in_words
from qa_audit.history.actions import record_reading


def history(request, reference):
    audit = get_object_or_404(Audit.objects.visible_to(request.user), reference=reference)
    record_reading("opened its history", by=request.user, obj=audit)
    context = {
        "audit": audit,
        "title": f"History of {audit.reference}",
        "trail": _trail(audit),
        # A moderator who has not graded yet would read the grades here.
        "hides_changes": audit.hides_grades_from(request.user),
        "reference": audit.reference,
        "events": changes_in_words(audit, audit.events.changes(), request.user),
        "readings": audit.events.readings(),
    }
    return render(request, "history/record.html", context)


def difference(request, reference, sequence):
    audit = get_object_or_404(Audit.objects.visible_to(request.user), reference=reference)
    event = get_object_or_404(audit.events.exclude(snapshot_hash=""), sequence=sequence)
    record_reading("opened its history", by=request.user, obj=audit)
    after = audit.snapshots.get(event_sequence=sequence)
    before = audit.snapshots.filter(event_sequence__lt=sequence).first()
    hides_changes = audit.hides_grades_from(request.user)
    context = {
        "audit": audit,
        "title": "What changed",
        "trail": [*_trail(audit), ("History", reverse("audits:history", args=[reference]))],
        "event": event,
        "hides_changes": hides_changes,
        "is_first": before is None,
        "differences": differences(before.content, after.content) if before and not hides_changes else [],
    }
    return render(request, "history/difference.html", context)


def _trail(audit: Audit) -> list[tuple[str, str]]:
    return [("Audits", reverse("audits:list")), (audit.reference, audit.get_absolute_url())]
