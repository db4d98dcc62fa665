"""Targets and benchmarks of all indicators in a month, populations, thresholds; setting and changing them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kpi.indicators import actions
from kpi.indicators.forms import BenchmarkForm, PopulationForm, TargetForm, ThresholdForm
from kpi.indicators.models import (
    Benchmark,
    CaseloadThreshold,
    Effective,
    Indicator,
    IndicatorStatus,
    IndicatorVersion,
    Population,
    Target,
)
from kpi.indicators.tables import (
    BenchmarksInForceTable,
    PopulationTable,
    TargetsInForceTable,
    ThresholdTable,
    benchmarks_in_force,
    targets_in_force,
)

from .pages import form_page, indicator_of, kept_page, month_asked_for, this_month


def _indicators_at(request, month):
    """The indicators that go on, with what they mean in the month."""
    going_on = Indicator.objects.visible_to(request.user).exclude(status=IndicatorStatus.RETIRED)
    return going_on.select_related("area").with_meaning(month)


def targets(request):
    form, month = month_asked_for(request)
    rows = targets_in_force(_indicators_at(request, month), month)
    counts = [
        (word, sum(row["standing"] == word for row in rows))
        for word in ("Has a target", "To be confirmed", "No target")
    ]
    page = {"filter": form, "month": month, "table": TargetsInForceTable(rows), "counts": counts}
    return kept_page(request, "targets", page)


def benchmarks(request):
    form, month = month_asked_for(request)
    rows = benchmarks_in_force(_indicators_at(request, month), month)
    page = {"filter": form, "month": month, "table": BenchmarksInForceTable(rows)}
    return kept_page(request, "benchmarks", page)


def populations(request):
    form, month = month_asked_for(request)
    rows = Population.objects.visible_to(request.user).order_by("age_band", "-from_month")
    page = {"filter": form, "month": month, "table": PopulationTable(rows, at=month)}
    return kept_page(request, "populations", page)


def thresholds(request):
    form, month = month_asked_for(request)
    rows = CaseloadThreshold.objects.visible_to(request.user).order_by("status", "-from_month")
    page = {"filter": form, "month": month, "table": ThresholdTable(rows, at=month)}
    return kept_page(request, "thresholds", page)


def _sheet_of(indicator: Indicator) -> str:
    return reverse("indicators:sheet", args=[indicator.slug])


def _meaning(indicator: Indicator) -> IndicatorVersion | None:
    """What the indicator means this month, or else at first."""
    return indicator.versions.in_force(this_month()).first() or indicator.versions.first()


def set_target(request, slug):
    indicator = indicator_of(request, slug)
    form = TargetForm(request.POST or None, meaning=_meaning(indicator))
    page = {"title": "Set a target", "caption": indicator, "back": _sheet_of(indicator)}
    done = "The target is set."
    return form_page(request, form, actions.set_target, indicator=indicator, done=done, **page)


def change_target(request, pk):
    target = _row(request, Target, pk)
    form = TargetForm(request.POST or None, row=target, meaning=_meaning(target.indicator))
    return _change(request, target, form, actions.change_target, target=target)


def set_benchmark(request, slug):
    indicator = indicator_of(request, slug)
    form = BenchmarkForm(request.POST or None, meaning=_meaning(indicator))
    page = {"title": "Set a benchmark", "caption": indicator, "back": _sheet_of(indicator)}
    done = "The benchmark is set."
    return form_page(request, form, actions.set_benchmark, indicator=indicator, done=done, **page)


def change_benchmark(request, pk):
    benchmark = _row(request, Benchmark, pk)
    form = BenchmarkForm(request.POST or None, row=benchmark, meaning=_meaning(benchmark.indicator))
    return _change(request, benchmark, form, actions.change_benchmark, benchmark=benchmark)


def set_population(request):
    form = PopulationForm(request.POST or None)
    page = {"title": "Set a population", "back": reverse("indicators:populations")}
    return form_page(request, form, actions.set_population, done="The population is set.", **page)


def change_population(request, pk):
    population = _row(request, Population, pk)
    form = PopulationForm(request.POST or None, row=population)
    return _change(request, population, form, actions.change_population, population=population)


def set_threshold(request):
    form = ThresholdForm(request.POST or None)
    page = {"title": "Set a caseload threshold", "back": reverse("indicators:thresholds")}
    return form_page(request, form, actions.set_threshold, done="The threshold is set.", **page)


def change_threshold(request, pk):
    threshold = _row(request, CaseloadThreshold, pk)
    form = ThresholdForm(request.POST or None, row=threshold)
    return _change(request, threshold, form, actions.change_threshold, threshold=threshold)


def remove_target(request, pk):
    return _remove(request, _row(request, Target, pk))


def remove_benchmark(request, pk):
    return _remove(request, _row(request, Benchmark, pk))


def remove_population(request, pk):
    return _remove(request, _row(request, Population, pk))


def remove_threshold(request, pk):
    return _remove(request, _row(request, CaseloadThreshold, pk))


def _row(request, kind: type[Effective], pk: int) -> Effective:
    return get_object_or_404(kind.objects.visible_to(request.user), pk=pk)


def _list_of(row: Effective) -> str:
    """The address of the page on which the row stands."""
    if isinstance(row, Target | Benchmark):
        return _sheet_of(row.indicator)
    return reverse("indicators:populations" if isinstance(row, Population) else "indicators:thresholds")


def _noun(row: Effective) -> str:
    return "threshold" if isinstance(row, CaseloadThreshold) else row._meta.verbose_name


def _named(row: Effective) -> str:
    """What the page changes or removes; of a target or benchmark with the indicator that it is of."""
    return f"{row.indicator}: {row}" if isinstance(row, Target | Benchmark) else str(row)


def _change(request, row: Effective, form, action, **kwargs):
    noun, back = _noun(row), _list_of(row)
    if form.send(action, by=request.user, **kwargs):
        messages.success(request, "Saved.")
        return redirect(back)
    remove = reverse(f"indicators:remove_{noun}", args=[row.pk])
    page = {"form": form, "named": _named(row), "noun": noun, "back": back, "remove": remove}
    return render(request, "indicators/change.html", page, status=form.status)


def _remove(request, row: Effective):
    noun, back = _noun(row), _list_of(row)
    if request.method == "POST":
        actions.remove(row=row, by=request.user)
        messages.success(request, f"The {noun} is removed.")
        return redirect(back)
    page = {"row": row, "named": _named(row), "noun": noun, "back": back}
    return render(request, "indicators/remove.html", page)
