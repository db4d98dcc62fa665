"""Text kept for a person who was signed out, or too late: shown, put back or thrown away."""

import re
from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse

from qa_audit.audits.actions.kept import discard
from qa_audit.audits.actions.writing import write
from qa_audit.audits.forms.entries import EntriesForm
from qa_audit.audits.forms.header import HeaderForm
from qa_audit.audits.models.answers import KeptText
from qa_audit.audits.permissions import may_edit
from qa_audit.audits.sheet.header import header_sections
from qa_audit.audits.sheet.pages import AuditSheet, SheetSection
from qa_audit.audits.sheet.places import mark, rows_of


def kept_list(request):
    texts = request.user.kept_texts.select_related("audit")
    return render(request, "audits/kept_list.html", {"texts": texts})


def kept_text(request, pk):
    text = _text_or_404(request, pk)
    form = _form_of(text, request.user)
    known = form.items if form else {}
    lines = [
        {
            "name": name,
            "label": known[name].place.label if name in known else name.replace("_", " ").capitalize(),
            "typed": known[name].typed_in_words(values) if name in known else "\n".join(values),
            "stored": known[name].in_words(form.stored(name)) if name in known else "",
            "mark": mark(form.stored(name)) if name in known else "",
        }
        for name, values in text.fields.items()
        if not name.startswith("version") and any(values)
    ]
    context = {
        "text": text,
        "audit": text.audit,
        "lines": [line for line in lines if line["typed"] != line["stored"]],
        "can_put_back": bool(form) and may_edit(request.user, text.audit),
        # A finding or a concern opens in its own form.
        "own_form": "" if form else f"{_address_now(text)}?kept={text.pk}",
    }
    return render(request, "audits/kept.html", context)


def _address_now(text: KeptText) -> str:
    """Of the page that it was sent to; the audit may have another reference since."""
    match = resolve(text.path)
    return reverse(match.view_name, kwargs=match.kwargs | {"reference": text.audit.reference})


def put_back(request, pk):
    """Store what the person ticked. They saw what is stored; anything newer than that is not replaced."""
    text = _text_or_404(request, pk)
    form = _form_of(text, request.user, request.POST)
    written = None
    if form is not None and form.is_valid():
        # What contradicts what is stored stays kept.
        with suppress(ValidationError):
            written = write(audit=text.audit, by=request.user, entries=form.entries())
    if written is None or written.conflicts:
        messages.warning(
            request, "Some of this could not be saved as it is. Look again, or copy it into the audit."
        )
        return redirect("audits:kept_text", pk)
    discard(text=text, by=request.user)
    messages.success(request, "Your text is back in the audit.")
    return redirect("audits:fill", text.audit.reference)


def _form_of(text: KeptText, user, chosen=None) -> EntriesForm | None:
    """The form of the page that the text was sent to; none where it is not a page of entries."""
    page = resolve(text.path).url_name
    if page not in ("page", "all", "save", "header"):
        return None
    data = QueryDict(mutable=True)
    for name, values in text.fields.items():
        if not name.startswith("version-"):
            data.setlist(name, values)
            if chosen is None or f"use-{name}" in chosen:
                data[f"version-{name}"] = (chosen or {}).get(f"version-{name}", "")
    if page == "header":
        return HeaderForm(rows_of(text.audit), header_sections(text.audit, user), data)
    sheet = AuditSheet(text.audit)
    items = [item for name, item in sheet.items.items() if name in text.fields]
    return EntriesForm(sheet.rows, [SheetSection("", items)], data)


def throw_away(request, pk):
    discard(text=_text_or_404(request, pk), by=request.user)
    messages.success(request, "The kept text was deleted.")
    return redirect("home:index")


def restored_initial(request, audit) -> dict:
    """What a form that is no page of entries starts with when it is opened from its kept text."""
    number = request.GET.get("kept", "")
    number = number if re.fullmatch(r"\d{1,18}", number) else 0
    text = audit.kept_texts.filter(user=request.user, pk=number).first()
    return {name: values[-1] for name, values in text.fields.items() if values} if text else {}


def _text_or_404(request, pk) -> KeptText:
    return get_object_or_404(request.user.kept_texts.select_related("audit__tool_version__tool"), pk=pk)
