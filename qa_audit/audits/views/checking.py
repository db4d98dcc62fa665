"""The check before submitting, and submitting."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from qa_audit.audits.actions.moves import MoveRefused, NotReady
from qa_audit.audits.actions.moves import submit as submit_audit
from qa_audit.audits.actions.names import say_not_a_name
from qa_audit.audits.checks.limits import limit_of
from qa_audit.audits.checks.sightings import AGENCIES
from qa_audit.audits.checks.submitting import problems
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.audits.views.filling import for_its_auditor


@for_its_auditor
def check(request, audit):
    sheet = AuditSheet(audit)
    found = [{"problem": problem, "address": _address(sheet, problem)} for problem in problems(sheet)]
    context = {
        "audit": audit,
        "blocking": [item for item in found if item["problem"].is_blocking],
        "warnings": [item for item in found if not item["problem"].is_blocking],
        "limit": limit_of(sheet),
        "progress": sheet.progress(),
    }
    return render(request, "audits/check.html", context)


def _address(sheet: AuditSheet, problem) -> str:
    if problem.page == AGENCIES:
        return reverse("audits:agencies", args=[sheet.audit.reference])
    anchor = f"#id_{problem.entry}" if problem.entry else ""
    return sheet.page(problem.page).address(sheet.audit) + anchor


@for_its_auditor
def not_a_name(request, audit):
    say_not_a_name(audit=audit, by=request.user, text=request.POST.get("text", ""))
    return redirect("audits:check", audit.reference)


@for_its_auditor
def submit(request, audit):
    try:
        submit_audit(audit=audit, by=request.user)
    except (NotReady, MoveRefused) as refused:
        messages.warning(request, str(refused))
        return redirect("audits:check", audit.reference)
    messages.success(request, f"Audit {audit.reference} is submitted.")
    return redirect(audit)
