"""Is a child unsafe now? Answerable at any moment."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from qa_audit.audits.actions.kept import token_for
from qa_audit.audits.actions.places import Entry, mark
from qa_audit.audits.actions.safety import raise_concern
from qa_audit.audits.actions.writing import write
from qa_audit.audits.forms.entries import safety_item
from qa_audit.audits.forms.safety import SafetyForm
from qa_audit.audits.models import Audit
from qa_audit.audits.views.filling import for_its_auditor
from qa_audit.audits.views.kept import kept_initial


@for_its_auditor
def safety(request, audit):
    initial = {"child_unsafe": audit.child_unsafe, **kept_initial(request, audit)}
    form = SafetyForm(request.POST or None, initial=initial)
    if request.method == "POST":
        form.is_valid()
        answer = form.cleaned_data.get("child_unsafe")
        # The answer itself is kept even where the rest is not complete yet.
        if answer and not _answer(request, audit, form, answer):
            form.add_error("child_unsafe", "A concern was raised from this audit and stays on record")
        if form.is_valid():
            if answer == Audit.Safety.YES:
                raise_concern(audit=audit, by=request.user, **form.concern_facts())
                messages.warning(
                    request, "Those who must know are notified. This does not replace your call."
                )
            return redirect("audits:fill", audit.reference)
    context = {
        "audit": audit,
        "form": form,
        "token": token_for(request.user, audit),
        "kept": audit.kept_texts.filter(user=request.user),
        "out_of_hours_number": settings.OUT_OF_HOURS_NUMBER,
    }
    return render(request, "audits/safety.html", context)


def _answer(request, audit, form, answer: str) -> bool:
    entry = Entry(safety_item().place, answer, mark(audit.child_unsafe))
    try:
        write(audit=audit, by=request.user, entries=[entry], page="safety")
    except ValidationError:
        return False
    return True
