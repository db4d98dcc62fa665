"""Merging one indicator into another: first what it would do, then the button that does it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from kpi.indicators.forms.indicators import ReasonForm
from kpi.indicators.models.indicators import Indicator
from kpi.packs import actions
from kpi.packs.forms import MergeIntoForm
from kpi.packs.merging import MergePlan


def merge(request, slug):
    found = Indicator.objects.visible_to(request.user).addressed(slug)
    merged = get_object_or_404(found.select_related("area"))
    others = Indicator.objects.visible_to(request.user).exclude(pk=merged.pk)
    choice = MergeIntoForm(request.POST or request.GET or None, others=others)
    page = {"indicator": merged, "choice": choice}
    if choice.is_valid():
        into = choice.cleaned_data["into"]
        form = ReasonForm(request.POST or None)
        if form.send(actions.merge_indicator, merged=merged, into=into, by=request.user):
            messages.success(request, f"{merged.newest_title} is merged into this indicator.")
            return redirect("indicators:sheet", into.slug)
        page |= {"form": form, "into": into, "plan": MergePlan(merged, into)}
    return render(request, "packs/merge.html", page)
