"""The pages on which answers are given, and the small request that saves one answer as it is given."""

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.actions.kept import forget, keep, token_for
from qa_audit.audits.actions.writing import Written, write, write_held
from qa_audit.audits.checks.limits import is_beyond, limit_of
from qa_audit.audits.checks.sightings import noticed
from qa_audit.audits.forms.entries import EntriesForm
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import may_edit
from qa_audit.audits.sheet.items import Item
from qa_audit.audits.sheet.lookup import item_named
from qa_audit.audits.sheet.pages import AuditSheet, Page
from qa_audit.audits.sheet.places import Entry, mark
from qa_audit.audits.views.filling import asked_for, for_its_auditor, too_late
from qa_audit.common.forms import TextField
from qa_audit.common.identifiers.sightings import in_one_sentence
from qa_audit.common.wording import clock

# Errors that hold nobody who wants to come back later.
EXPLAINED = {"beyond_cap_reason"}
# What a save of one answer reads of the audit besides what is in the entry itself.
SAVE_READS = (
    *("reference", "state", "auditor", "tool_version", "service", "version", "last_page"),
    *("child_unsafe", "notice"),
)


@for_its_auditor
def page(request, audit, key):
    sheet = AuditSheet(audit)
    step = sheet.page(key)
    if step is None or step.url_name != "audits:page":
        raise Http404
    return fill_in(request, sheet, step, sheet.after(step))


@for_its_auditor
def everything(request, audit):
    """All on one page: the same entries, the same names."""
    sheet = AuditSheet(audit)
    return fill_in(request, sheet, sheet.everything(), None)


def fill_in(request, sheet: AuditSheet, step: Page, following: Page | None, form_class=EntriesForm):
    """One page of entries: what is valid is stored, what is not stays on the page, what is newer is shown."""
    audit = sheet.audit
    form = form_class(sheet.rows, step.sections, request.POST if request.method == "POST" else None)
    if form.is_bound:
        form.is_valid()
        if written := _write(request, audit, form, step):
            if _says_unsafe(audit, written):
                return _to_the_concern(request, audit, form, written)
            if written.conflicts:
                return conflict_page(request, audit, form, written)
            form.took(written.stored)
            audit.reference = written.stored.get("reference", audit.reference)
            _explain_limit(sheet, form, written.stored)
            if form.is_valid() or (not form.errors.keys() - EXPLAINED and "later" in request.POST):
                return _next_step(request, audit, following)
    return render(request, "audits/page.html", _page_context(request, sheet, step, form))


def _write(request, audit, form: EntriesForm, step: Page) -> Written | None:
    """Store what can be stored. What contradicts something stays on the page, without holding the rest."""
    while True:
        try:
            return write(audit=audit, by=request.user, entries=form.entries(), page=step.key)
        except ValidationError as refused:
            for name, errors in refused.message_dict.items():
                if name not in form.cleaned_data:
                    form.add_error(None, errors)
                    return None
                # Refused by its field, it is no entry any more.
                form.add_error(name, errors)


def _says_unsafe(audit, written: Written) -> bool:
    """Whether the page of the concern opens now: a child may be unsafe, and nobody has been told."""
    return written.stored.get("child_unsafe") == audit.Safety.YES and not audit.notice_id


def _to_the_concern(request, audit, form: EntriesForm, written: Written):
    """The page of the concern at once; what could not be stored as it is waits as kept text."""
    waiting = [name for name in form.items if name in form.errors or name in written.conflicts]
    sent = QueryDict(mutable=True)
    for name in waiting:
        sent.setlist(name, form.posted.getlist(name))
        sent[f"version-{name}"] = form.marks[name]
    if waiting and keep(user=request.user, audit=audit, path=request.path, sent=sent):
        messages.warning(request, "Some of what you typed could not be saved as it is. It is kept for you.")
    return redirect("audits:safety", audit.reference)


def _explain_limit(sheet: AuditSheet, form: EntriesForm, stored: dict) -> None:
    """A grade beyond the limit is saved; the page then asks for the reason, which submitting needs."""
    limit = limit_of(sheet) if stored.get("grade") else None
    if is_beyond(limit, stored.get("grade")) and not stored.get("beyond_cap_reason"):
        words = f"The overall grade is limited to {limit.grade.label.lower()}: write why you go beyond it"
        form.add_error("beyond_cap_reason", words)


def _next_step(request, audit, following: Page | None):
    if "later" in request.POST:
        return redirect("audits:fill", audit.reference)
    return redirect(following.address(audit)) if following else redirect("audits:check", audit.reference)


def _page_context(request, sheet: AuditSheet, step: Page, form: EntriesForm) -> dict:
    limit = limit_of(sheet) if "grade" in form.fields else None
    return {
        "audit": sheet.audit,
        "step": step,
        "form": form,
        "sections": form.rendered(noticed_in(sheet.audit, form)),
        "show_headings": len(step.sections) > 1,
        "token": token_for(request.user, sheet.audit),
        "kept_texts": sheet.audit.kept_texts.filter(user=request.user),
        "limit": limit,
        "is_beyond": is_beyond(limit, form["grade"].value() if limit else ""),
        "limits": sheet.version.has_limiting_rule,
        "findings": sheet.findings if "strength" in form.fields else None,
        "domain": step.sections[0].domain if len(step.sections) == 1 else None,
    }


def noticed_in(audit, form: EntriesForm) -> dict[str, str]:
    """What looks like an identifier in what the page shows: a sentence by the entry's name."""
    texts = {
        name: str(form[name].value() or "")
        for name, item in form.items.items()
        if isinstance(item.field, TextField)
    }
    return {name: in_one_sentence(found) for name, found in noticed(audit, texts).items()}


def conflict_page(request, audit, form: EntriesForm, written):
    """Both texts of every entry that would have overwritten a newer one; what is not saved rides along."""
    clashes = [
        {
            "name": name,
            "field": form[name],
            "stored": form.items[name].in_words(written.stored[name]),
            "mine": form.items[name].in_words(form.items[name].to_stored(form.cleaned_data[name])),
            "values": form.posted.getlist(name),
            "is_text": form.items[name].place.is_narrative,
            "mark": mark(written.stored[name]),
        }
        for name in written.conflicts
    ]
    unsaved = [
        {"name": name, "values": form.posted.getlist(name), "mark": form.marks[name]}
        for name in form.errors
        if name in form.items
    ]
    context = {
        "audit": audit,
        "clashes": clashes,
        "unsaved": unsaved,
        "token": token_for(request.user, audit),
    }
    return render(request, "audits/conflict.html", context, status=409)


def save(request, reference):
    """One answer as it is given. 200 saved, 409 something newer is there, 422 no value for this entry."""
    name = request.POST.get("field", "")
    try:
        # The gate and the hold are one read: the rest of the audit is not asked for.
        with transaction.atomic():
            audit = asked_for(request, _held_for_one(request.user, name), reference)
            if not may_edit(request.user, audit):
                return too_late(request, audit)
            item = item_named(audit, name)
            if item is None:
                raise Http404
            typed = request.POST.getlist("value") if item.is_list else request.POST.get("value", "")
            cleaned = item.to_stored(item.field.clean(typed))
            entry = Entry(item.place, cleaned, request.POST.get("version", ""))
            written = write_held(audit=audit, by=request.user, entries=[entry], page=_seen_on(request))
    except ValidationError as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=422)
    return _answer(request, audit, item, written)


def _held_for_one(user, name: str) -> QuerySet:
    """The audits of the person, locked, with as much as a save of this entry reads."""
    own = {name} & {field.name for field in Audit._meta.concrete_fields}
    return Audit.objects.visible_to(user).select_for_update(no_key=True).only(*SAVE_READS, *own)


def _seen_on(request) -> str:
    page_key = request.POST.get("page", "")
    return page_key if re.fullmatch(r"[a-z0-9-]{1,80}", page_key) else ""


def _answer(request, audit: Audit, item: Item, written: Written) -> JsonResponse:
    """What the page learns of its save: the mark of what is stored now, and what changed besides."""
    name = item.name
    stored = written.stored.pop(name)
    answer = {"version": mark(stored), "saved": f"Saved {clock(timezone.now())}"}
    if name == "child_unsafe" and _says_unsafe(audit, Written({name: stored})):
        answer["next"] = reverse("audits:safety", args=[audit.reference])
    if written.conflicts:
        newer = {"stored": item.in_words(stored), "value": item.in_control(stored)}
        return JsonResponse({**answer, **newer}, status=409)
    if "was_kept" in request.POST:
        forget(user=request.user, audit=audit, path=request.path, name=name)
    if isinstance(item.field, TextField):
        # Said beside the field and nowhere else; it holds nobody.
        answer["noticed"] = in_one_sentence(noticed(audit, {name: stored}).get(name, []))
    also = {other: {"value": value, "version": mark(value)} for other, value in written.stored.items()}
    return JsonResponse({**answer, "also": also})
