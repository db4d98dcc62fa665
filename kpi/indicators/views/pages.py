"""What the pages of indicators share: a page that is one form, a question, and a month to look at."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from kpi.indicators.forms.settings import InForceForm
from kpi.indicators.models.indicators import Indicator
from qa_audit.common.months import first_of


def this_month() -> date:
    return first_of(timezone.localdate())


def month_asked_for(request) -> tuple[InForceForm, date]:
    """The form that asks for a month, and the month to show: this one unless another was typed."""
    form = InForceForm(request.GET if "month" in request.GET else None, initial={"month": this_month()})
    month = form.cleaned_data["month"] if form.is_valid() else None
    return form, month or this_month()


def trail(*pages: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back from a page of indicators; `pages` are those between it and Measures: text and address."""
    return [("Measures", reverse("packs:index")), *pages]


def analysts_list(request, name: str, page: dict):
    """One of the lists that analysts look after, below the list of indicators."""
    above = trail(("Indicators", reverse("indicators:list")))
    return render(request, f"indicators/{name}.html", {"trail": above, **page})


def indicator_of(request, slug: str) -> Indicator:
    found = Indicator.objects.visible_to(request.user).addressed(slug)
    return get_object_or_404(found.select_related("area"))


def sheet_of(indicator: Indicator) -> str:
    """The address of its definition sheet."""
    return reverse("indicators:sheet", args=[indicator.slug])


def form_page(request, form, action, page: dict, *, done: str = "Saved.", template: str = "form", **of):
    """A page that is one form; when the action took it, back to where the person came from.

    In: `page` is what it says, with the address `back`; `of` what the action is of.
    """
    if form.send(action, by=request.user, **of):
        messages.success(request, done)
        return redirect(page["back"])
    page = {"form": form, "button": "Save", "caption": "", "words": "", **page}
    return render(request, f"indicators/{template}.html", page, status=form.status)
