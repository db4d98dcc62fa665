from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from kpi.indicators.models.indicators import Indicator
from kpi.packs import actions
from kpi.packs.forms import BaselineForm
from kpi.packs.models import Baseline


def set_baseline(request, slug):
    found = Indicator.objects.visible_to(request.user).with_meaning(timezone.localdate())
    indicator = get_object_or_404(found.addressed(slug))
    form = BaselineForm(request.POST or None)
    if form.is_valid():
        try:
            actions.set_baseline(indicator=indicator, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error("from_month", refused)
        else:
            messages.success(request, "The limits are worked out from there on.")
            return redirect(indicator)
    baselines = Baseline.objects.visible_to(request.user).filter(indicator=indicator)
    page = {"form": form, "indicator": indicator, "baselines": baselines.select_related("set_by")}
    return render(request, "packs/indicator/limits.html", page)
