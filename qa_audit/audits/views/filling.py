"""The task list of an audit that is being filled in, and the gate before every page that writes in it."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy

from qa_audit.audits.actions.kept import keep, named_by
from qa_audit.audits.checks.task_list import COMPLETED, states_of
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import may_edit
from qa_audit.audits.sheet.pages import AuditSheet

NOT_OPEN = "This audit can no longer be filled in."


def for_its_auditor(view, may=may_edit):
    """The view of an audit that its auditor may write in. What comes too late is kept, never thrown away."""

    @wraps(view)
    def wrapped(request, reference, **kwargs):
        audits = Audit.objects.visible_to(request.user).select_related("tool_version")
        audit = asked_for(request, audits, reference)
        return view(request, audit, **kwargs) if may(request.user, audit) else too_late(request, audit)

    return wrapped


def too_late(request, audit: Audit):
    """Nothing can be written in it any more: what was typed is kept."""
    if audit.auditor_id != request.user.pk:
        raise PermissionDenied
    is_stored = request.method == "POST" and keep(
        user=request.user, audit=audit, path=request.path, sent=request.POST
    )
    if request.headers.get("X-Autosave"):
        words = f"{NOT_OPEN} What you typed is kept." if is_stored else NOT_OPEN
        return JsonResponse({"error": words}, status=403)
    where = " What you typed is kept: you will find it under “Text kept for you”." if is_stored else ""
    messages.warning(request, NOT_OPEN + where)
    return redirect(audit)


def asked_for(request, audits: QuerySet, reference: str) -> Audit:
    """The audit of this reference; or that of the form, when another tab gave it another reference since."""
    audit = audits.filter(reference=reference).first()
    if audit is None and (named := named_by(request.POST.get("token", ""))):
        audit = audits.filter(pk=named[1].pk).first()
    if audit is None:
        raise Http404
    return audit


def _what_is_open(sheet: AuditSheet, states: dict[str, str]) -> str:
    """Where “Continue” leads: the first section that has something open, or the check where none has."""
    is_open = [page for page in sheet.pages if states[page.key] != COMPLETED]
    if not is_open:
        return reverse("audits:check", args=[sheet.audit.reference])
    first = is_open[0]
    is_all = sheet.version.is_one_page and first.url_name == "audits:page"
    return (sheet.everything() if is_all else first).address(sheet.audit)


@for_its_auditor
def fill(request, audit):
    sheet = AuditSheet(audit)
    answered, asked = sheet.progress()
    here = sheet.everything() if audit.last_page == "all" else sheet.page(audit.last_page)
    states = states_of(sheet)
    tasks = [
        {
            "title": page.title,
            "address": page.address(audit),
            "state": states[page.key],
            "is_here": page is here,
        }
        for page in sheet.pages
    ]
    context = {
        "audit": audit,
        "tasks": tasks,
        "answered": answered,
        "asked": asked,
        "completed": sum(state == COMPLETED for state in states.values()),
        "is_begun": here is not None,
        "go_on": _what_is_open(sheet, states),
        "kept_texts": audit.kept_texts.filter(user=request.user),
        "trail": [("Audits", reverse_lazy("audits:list")), (audit.reference, audit.get_absolute_url())],
    }
    return render(request, "audits/fill.html", context)
