"""Adding, changing and removing the findings of an audit that is being filled in."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from qa_audit.audits.actions.findings import add_finding, change_finding, remove_finding
from qa_audit.audits.actions.kept import token_for
from qa_audit.audits.checks.sightings import warning_of
from qa_audit.audits.forms.findings import FindingForm, initial_of
from qa_audit.audits.views.filling import for_its_auditor
from qa_audit.audits.views.kept import restored_initial
from qa_audit.common.merging import Merge
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.findings.models import FindingKind

ADD = {FindingKind.STRENGTH: "Add a strength", FindingKind.IMPROVEMENT: "Add an area for improvement"}


@for_its_auditor
def add(request, audit, kind):
    if kind not in FindingKind.values:
        raise Http404
    initial = {"domain": request.GET.get("domain"), **restored_initial(request, audit)}
    form = FindingForm(request.POST or None, audit=audit, kind=kind, is_new=True, initial=initial)
    if form.is_valid():
        add_finding(audit=audit, by=request.user, kind=kind, **form.cleaned_data)
        messages.success(request, f"{FindingKind(kind).label} added.")
        _warn(request, audit, form)
        return redirect("audits:page", audit.reference, "findings")
    return _form(request, audit, form, ADD[kind])


@for_its_auditor
def change(request, audit, pk):
    found = _finding_or_404(audit, pk)
    kind = found.finding.kind
    initial = {**initial_of(found), **restored_initial(request, audit)}
    form = FindingForm(request.POST or None, audit=audit, kind=kind, initial=initial)
    title = f"Change this {found.finding.get_kind_display().lower()}"
    if not form.is_valid():
        return _form(request, audit, form, title)
    try:
        change_finding(found=found, by=request.user, **form.cleaned_data)
    except ChangedMeanwhile:
        merge = Merge(form, initial_of(_finding_or_404(audit, pk)))
        return _form(request, audit, form, title, merge)
    messages.success(request, "Saved.")
    _warn(request, audit, form)
    return redirect("audits:page", audit.reference, "findings")


def _warn(request, audit, form) -> None:
    if words := warning_of(audit, form.cleaned_data["text"]):
        messages.warning(request, words)


def _form(request, audit, form, title: str, merge: Merge | None = None):
    context = {
        "audit": audit,
        "form": form,
        "title": title,
        "merge": merge,
        "token": token_for(request.user, audit),
        "kept_texts": audit.kept_texts.filter(user=request.user),
    }
    return render(request, "audits/finding.html", context, status=409 if merge else 200)


@for_its_auditor
def remove(request, audit, pk):
    found = _finding_or_404(audit, pk)
    if request.method == "POST":
        remove_finding(found=found, by=request.user)
        messages.success(request, f"{found.finding.get_kind_display()} removed.")
        return redirect("audits:page", audit.reference, "findings")
    return render(request, "audits/finding_remove.html", {"audit": audit, "found": found})


def _finding_or_404(audit, pk):
    return get_object_or_404(audit.audit_findings.select_related("finding", "domain", "audit"), pk=pk)
