"""What figures are held against: lists of what is in force when; setting, changing and removing a row.

Its kind is called by the noun in the address: target, benchmark, population or threshold.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kpi.indicators.actions import comparisons as actions
from kpi.indicators.forms.comparisons import BenchmarkForm, PopulationForm, TargetForm, ThresholdForm
from kpi.indicators.models.comparisons import Effective
from kpi.indicators.models.indicators import Indicator, IndicatorStatus
from kpi.indicators.tables.in_force import (
    HAS_TARGET,
    NO_TARGET,
    TO_BE_CONFIRMED,
    BenchmarksInForceTable,
    TargetsInForceTable,
    benchmarks_in_force,
    targets_in_force,
)
from kpi.indicators.tables.timelines import PopulationTable, ThresholdTable
from kpi.indicators.views.pages import analysts_list, form_page, indicator_of, month_asked_for, sheet_of

FORMS = {
    "target": TargetForm,
    "benchmark": BenchmarkForm,
    "population": PopulationForm,
    "threshold": ThresholdForm,
}
TIMELINES = {"population": PopulationTable, "threshold": ThresholdTable}


def _indicators_at(request, month):
    """The indicators that go on, with what they mean in the month."""
    going_on = Indicator.objects.visible_to(request.user).exclude(status=IndicatorStatus.RETIRED)
    return going_on.select_related("area").with_meaning(month)


def targets(request):
    form, month = month_asked_for(request)
    rows = targets_in_force(_indicators_at(request, month), month)
    standings = (HAS_TARGET, TO_BE_CONFIRMED, NO_TARGET)
    counts = [(word, sum(row["standing"] == word for row in rows)) for word in standings]
    page = {"filter": form, "month": month, "table": TargetsInForceTable(rows), "counts": counts}
    return analysts_list(request, "targets", page)


def benchmarks(request):
    form, month = month_asked_for(request)
    rows = benchmarks_in_force(_indicators_at(request, month), month)
    page = {"filter": form, "month": month, "table": BenchmarksInForceTable(rows)}
    return analysts_list(request, "benchmarks", page)


def timeline(request, noun):
    """All rows of a kind that is of no indicator, and which of them are in force."""
    form, month = month_asked_for(request)
    model = FORMS[noun].MODEL
    rows = model.objects.visible_to(request.user).order_by(*model.KEY, "-from_month")
    page = {"filter": form, "month": month, "table": TIMELINES[noun](rows, at=month)}
    return analysts_list(request, f"{noun}s", page)


def set_row(request, noun, slug=None):
    indicator = indicator_of(request, slug) if slug else None
    of = {"indicator": indicator} if slug else {}
    form = FORMS[noun](request.POST or None, indicator=indicator)
    title = f"Set a {form.MODEL._meta.verbose_name}"
    page = {"title": title, "caption": indicator or "", "back": _list_of(noun, indicator)}
    done = f"The {noun} is set."
    return form_page(request, form, actions.set_row, page, kind=form.MODEL, done=done, **of)


def change_row(request, noun, pk):
    row = _row(request, noun, pk)
    form = FORMS[noun](request.POST or None, row=row, indicator=getattr(row, "indicator", None))
    page = {**_page_of(row, noun), "remove": reverse(f"indicators:remove_{noun}", args=[row.pk])}
    return form_page(request, form, actions.change_row, page, row=row, template="change")


def remove_row(request, noun, pk):
    row = _row(request, noun, pk)
    page = _page_of(row, noun)
    if request.method == "POST":
        actions.remove_row(row=row, by=request.user)
        messages.success(request, f"The {noun} is removed.")
        return redirect(page["back"])
    return render(request, "indicators/remove.html", page)


def _row(request, noun: str, pk: int) -> Effective:
    return get_object_or_404(FORMS[noun].MODEL.objects.visible_to(request.user), pk=pk)


def _list_of(noun: str, indicator: Indicator | None) -> str:
    """The address of the page on which rows of the kind stand."""
    return sheet_of(indicator) if indicator else reverse(f"indicators:{noun}s")


def _page_of(row: Effective, noun: str) -> dict:
    """What the page says that changes or removes the row; it names the indicator that the row is of."""
    indicator = getattr(row, "indicator", None)
    named = f"{indicator}: {row}" if indicator else str(row)
    return {"row": row, "noun": noun, "named": named, "back": _list_of(noun, indicator)}
