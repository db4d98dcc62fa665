"""Starting an audit, and its header."""

import secrets

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse_lazy

from qa_audit.audits.actions.starting import start_audit
from qa_audit.audits.forms.header import CaseForm, HeaderForm, StartForm
from qa_audit.audits.sheet.header import header_sections
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.audits.views.answers import fill_in
from qa_audit.audits.views.filling import for_its_auditor
from qa_audit.common.identifiers.sightings import scan_reference

TRAIL = [("Audits", reverse_lazy("audits:list"))]


def start(request):
    """Two short steps. The case reference travels in the form, never in an address."""
    if "token" in request.POST:
        return _start_on_tool(request)
    form = CaseForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        case_reference, service = form.cleaned_data["case_reference"], form.cleaned_data["service"]
        earlier = form.earlier
        initial = {
            "case_reference": case_reference,
            "service": service,
            "team": earlier.team if earlier and earlier.service == service else None,
            "token": secrets.token_urlsafe(24),
        }
        second = StartForm(initial=initial, user=request.user, service=service)
        return _second_step(request, second, service, earlier)
    return render(request, "audits/start.html", {"form": form, "trail": TRAIL})


def _start_on_tool(request):
    case = CaseForm(request.POST, user=request.user)
    if not case.is_valid():
        return render(request, "audits/start.html", {"form": case, "trail": TRAIL})
    service = case.cleaned_data["service"]
    form = StartForm(request.POST, user=request.user, service=service)
    if not form.is_valid():
        return _second_step(request, form, service, case.earlier)
    audit = start_audit(by=request.user, **form.cleaned_data)
    messages.success(request, f"Audit {audit.reference} is started.")
    return redirect("audits:header", audit.reference)


def _second_step(request, form, service, earlier):
    case_reference = form["case_reference"].value()
    context = {
        "form": form,
        "service": service,
        "case_reference": case_reference,
        "sightings": scan_reference(case_reference),
        "earlier": earlier,
        "trail": TRAIL,
    }
    return render(request, "audits/start_on_tool.html", context)


@for_its_auditor
def header(request, audit):
    sheet = AuditSheet(audit)
    step = sheet.page("header")
    step.sections = header_sections(audit, request.user)
    following = sheet.everything() if sheet.version.is_one_page else sheet.after(step)
    return fill_in(request, sheet, step, following, HeaderForm)
