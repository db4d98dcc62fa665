"""Is a child unsafe now? Answerable at any moment."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from qa_audit.audits.actions.kept import token_for
from qa_audit.audits.actions.safety import raise_concern
from qa_audit.audits.actions.writing import write
from qa_audit.audits.forms.safety import SafetyForm
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import may_raise_concern
from qa_audit.audits.sheet.items import safety_item
from qa_audit.audits.sheet.places import Entry, mark
from qa_audit.audits.views.filling import NOT_OPEN, for_its_auditor
from qa_audit.audits.views.kept import restored_initial
from qa_audit.notices.models import Notice

STAYS_ON_RECORD = "A concern was raised from this audit and stays on record."
ANSWERED_ELSEWHERE = "This was answered in another tab since you opened the page. Look again, then save"


def safety(request, audit):
    asks = audit.is_open and not audit.notice_id
    if not asks and request.POST.get("child_unsafe") == Audit.Safety.NO:
        # From a tab that was opened before.
        messages.warning(request, STAYS_ON_RECORD if audit.notice_id else NOT_OPEN)
        return redirect("audits:safety", audit.reference)
    initial = {"child_unsafe": audit.child_unsafe, **restored_initial(request, audit)}
    form = SafetyForm(request.POST or None, initial=initial, asks=asks)
    status = 200
    if request.method == "POST":
        form.is_valid()
        answer = form.cleaned_data.get("child_unsafe")
        # The answer itself is kept even where the rest is not complete yet.
        if answer and (refusal := _answer(request, audit, form)):
            form.add_error(*refusal)
            status = 409 if refusal[0] == "child_unsafe" else 200
        audit.refresh_from_db()
        if form.is_valid():
            return _done(request, audit, form, answer)
    return _page(request, audit, form, status)


safety = for_its_auditor(safety, may=may_raise_concern)


def _page(request, audit, form: SafetyForm, status: int):
    context = {
        "audit": audit,
        "form": form,
        "asks": form.asks,
        # A yes that is taken back waits for its reason.
        "saves_at_once": form.asks and not audit.concern_not_raised,
        "mark": mark(audit.child_unsafe),
        "notices": Notice.objects.visible_to(request.user).filter(reference=audit.reference),
        "token": token_for(request.user, audit),
        "kept_texts": audit.kept_texts.filter(user=request.user),
        "out_of_hours_number": settings.OUT_OF_HOURS_NUMBER,
    }
    return render(request, "audits/safety.html", context, status=status)


def _answer(request, audit, form: SafetyForm) -> tuple[str, str] | None:
    """Keep yes or no; not over what was answered in another tab since this page was opened.

    Out: why it was not kept, as the field and its error.
    """
    answer, reason = form.cleaned_data["child_unsafe"], form.cleaned_data.get("why_changed", "")
    entry = Entry(safety_item().place, answer, request.POST.get("version-child_unsafe", ""))
    try:
        written = write(audit=audit, by=request.user, entries=[entry], page="safety", reason=reason)
    except ValidationError:
        return "why_changed", "Say why you are changing your answer"
    return ("child_unsafe", ANSWERED_ELSEWHERE) if written.conflicts else None


def _done(request, audit, form: SafetyForm, answer: str | None):
    if not form.asks or answer == Audit.Safety.YES:
        raise_concern(audit=audit, by=request.user, **form.concern_facts())
        messages.warning(request, "The people who must know are notified. This does not replace your call.")
    return redirect("audits:fill", audit.reference) if audit.is_open else redirect(audit)
