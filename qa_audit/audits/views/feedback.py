"""Completing a conversation or a voice that was arranged for later."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render

from qa_audit.audits.actions.feedback import complete_feedback
from qa_audit.audits.actions.kept import token_for
from qa_audit.audits.forms.feedback import FeedbackForm
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import may_complete_feedback
from qa_audit.audits.sheet.pages import AuditSheet, SheetSection
from qa_audit.audits.views.answers import conflict_page


def feedback(request, reference):
    audit = get_object_or_404(Audit.objects.visible_to(request.user), reference=reference)
    if not may_complete_feedback(request.user, audit):
        raise PermissionDenied
    if audit.is_open:
        return redirect("audits:fill", audit.reference)
    sheet = AuditSheet(audit)
    data = request.POST if request.method == "POST" else None
    form = FeedbackForm(sheet.rows, _waiting_sections(sheet), data)
    if form.is_valid():
        try:
            written = complete_feedback(
                audit=audit, by=request.user, entries=form.entries(), declared=form.declared
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            if written.conflicts:
                return conflict_page(request, audit, form, written)
            messages.success(request, "Saved.")
            return redirect(audit)
    sections, token = form.rendered({}), token_for(request.user, audit)
    context = {"audit": audit, "form": form, "sections": sections, "token": token}
    return render(request, "audits/feedback.html", context)


def _waiting_sections(sheet: AuditSheet) -> list[SheetSection]:
    """What is arranged for later: voices, and the conversation."""
    sections = [*sheet.sections("voices"), *sheet.sections("conversation")]
    return [one for one in sections if sheet.row(one.items[0]).is_arranged]
