"""What partner agencies found in one audit: a row for each, with pages to add, change and remove it."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render

from qa_audit.audits.actions.agencies import add_agency, change_agency, remove_agency
from qa_audit.audits.actions.kept import token_for
from qa_audit.audits.checks.sightings import warning_of
from qa_audit.audits.forms.agencies import AgencyForm, initial_of
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import is_its_auditor, may_write_agencies, writes_agencies
from qa_audit.audits.views.filling import for_its_auditor
from qa_audit.audits.views.kept import restored_initial
from qa_audit.common.merging import Merge
from qa_audit.common.versions import ChangedMeanwhile

TOO_LATE = "This audit is final or withdrawn now, so nothing was saved. Copy from here what you still need"
ADD, CHANGE = "Add a partner agency", "Change what this agency found"


def for_writers(view):
    """The view of an audit whose auditor, or a QA lead, enters rows; what comes too late is shown again."""
    gate = for_its_auditor(view, may=may_write_agencies)

    @wraps(view)
    def wrapped(request, reference, **kwargs):
        audit = Audit.objects.visible_to(request.user).filter(reference=reference).first()
        # A moderator who has not graded yet is refused: the rows hold grades.
        is_theirs = (
            audit and writes_agencies(request.user, audit) and not audit.hides_grades_from(request.user)
        )
        if not is_theirs or may_write_agencies(request.user, audit) or is_its_auditor(request.user, audit):
            return gate(request, reference, **kwargs)
        if request.method != "POST" or "agency" not in request.POST:
            messages.warning(request, "This audit is final or withdrawn: its agencies cannot be changed.")
            return redirect(audit)
        form = AgencyForm(request.POST, is_new="version" not in request.POST)
        form.add_error(None, TOO_LATE)
        return _form(request, audit, form, ADD, status=409)

    return wrapped


@for_writers
def agencies(request, audit):
    rows = [
        (row, warning_of(audit, row.agency, row.strengths, row.improvements))
        for row in audit.partner_agencies.all()
    ]
    return render(request, "audits/agencies.html", {"audit": audit, "rows": rows})


@for_writers
def add(request, audit):
    form = AgencyForm(request.POST or None, is_new=True, initial=restored_initial(request, audit))
    if form.is_valid():
        try:
            row = add_agency(audit=audit, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"{row.agency} added.")
            return redirect("audits:agencies", audit.reference)
    return _form(request, audit, form, ADD)


@for_writers
def change(request, audit, pk):
    row = get_object_or_404(audit.partner_agencies, pk=pk)
    form = AgencyForm(request.POST or None, initial={**initial_of(row), **restored_initial(request, audit)})
    if form.is_valid():
        try:
            change_agency(row=row, by=request.user, **form.cleaned_data)
        except ChangedMeanwhile as late:
            merge = Merge(form, initial_of(late.current))
            return _form(request, audit, form, CHANGE, merge=merge, status=409)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("audits:agencies", audit.reference)
    return _form(request, audit, form, CHANGE)


@for_writers
def remove(request, audit, pk):
    row = get_object_or_404(audit.partner_agencies, pk=pk)
    if request.method == "POST":
        remove_agency(row=row, by=request.user)
        messages.success(request, f"{row.agency} removed.")
        return redirect("audits:agencies", audit.reference)
    return render(request, "audits/agency_remove.html", {"audit": audit, "row": row})


def _form(request, audit, form, title: str, *, merge: Merge | None = None, status: int = 200):
    context = {
        "audit": audit,
        "form": form,
        "title": title,
        "merge": merge,
        "token": token_for(request.user, audit),
        "kept_texts": audit.kept_texts.filter(user=request.user),
    }
    return render(request, "audits/agency.html", context, status=status)
