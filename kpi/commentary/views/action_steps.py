"""What someone will do about a month's figure: added, changed, ended."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from kpi.commentary import actions
from kpi.commentary.forms import ActionStepForm, EndStepForm
from kpi.commentary.models import ActionStep
from kpi.commentary.permissions import may_change_step, may_keep_step, require
from kpi.commentary.views.commentary import about, indicator_address, indicator_and_month
from kpi.commentary.waiting import could_name_somebody
from qa_audit.common.merging import Merge
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.loop.models import Action, ActionState

TEMPLATE = "commentary/step.html"


def _step(request, pk: int) -> ActionStep:
    steps = ActionStep.objects.visible_to(request.user).select_related("indicator", "action__service")
    step = get_object_or_404(steps, pk=pk)
    require(may_keep_step(request.user, step))
    return step


def _beside_the_figure(step: ActionStep) -> str:
    return f"{indicator_address(step.indicator, step.month)}#action-steps"


def _ended_already(request, step: ActionStep):
    messages.info(request, actions.ENDED_ALREADY)
    return redirect(_beside_the_figure(step))


def _saved(request, step: ActionStep, words: str):
    """Back beside the figure, with a warning where the words may name somebody."""
    messages.success(request, words)
    seen = could_name_somebody(step.action.text, step.action.owner_role, step.action.outcome)
    if seen:
        sightings = "; ".join(f"“{one.text}”: {one.words}" for one in seen)
        messages.warning(request, f"Could this name somebody? {sightings}. If it does, change it.")
    return redirect(_beside_the_figure(step))


def add_step(request, slug, month):
    indicator, month = indicator_and_month(request, slug, month)
    form = ActionStepForm(request.POST or None, user=request.user, month=month)
    if form.is_valid():
        step = actions.add_step(indicator=indicator, month=month, values=form.cleaned_data, by=request.user)
        return _saved(request, step, "The action step is added.")
    page = {"form": form, "heading": "Add an action step", **about(request, indicator, month)}
    return render(request, TEMPLATE, page)


def change_step(request, pk):
    step = _step(request, pk)
    require(may_change_step(request.user, step))
    stored = _stored(step.action)
    form = ActionStepForm(
        request.POST or None, user=request.user, month=step.month, step=step, initial=stored
    )
    page = {
        "form": form,
        "step": step,
        "heading": "Change an action step",
        **about(request, step.indicator, step.month),
    }
    if not form.is_valid():
        return render(request, TEMPLATE, page)
    values = dict(form.cleaned_data)
    try:
        step = actions.change_step(step=step, version=values.pop("version"), values=values, by=request.user)
    except ChangedMeanwhile as late:
        return render(request, TEMPLATE, {**page, "merge": Merge(form, _stored(late.current))}, status=409)
    return _saved(request, step, "The action step is saved.")


def _stored(action: Action) -> dict:
    return {
        "text": action.text,
        "owner_role": action.owner_role,
        "due_on": action.due_on,
        "service": action.service_id,
        "version": action.version,
    }


def end_step(request, pk):
    step = _step(request, pk)
    form = EndStepForm(request.POST or None)
    if form.is_valid():
        try:
            step = actions.end_step(step=step, by=request.user, **form.cleaned_data)
        except actions.DoneAlready:
            return _ended_already(request, step)
        return _saved(request, step, "The action step has ended.")
    if step.action.state != ActionState.OPEN:
        return _ended_already(request, step)
    page = {
        "form": form,
        "heading": "End an action step",
        "ended": step.action,
        **about(request, step.indicator, step.month),
    }
    return render(request, TEMPLATE, page)
