"""Commentary on a month's figure: written, submitted, returned, approved."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from kpi.commentary import actions
from kpi.commentary.figures import figures_in_words
from kpi.commentary.forms import CommentaryForm, ReturnForm, VersionForm
from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.commentary.permissions import (
    may_approve,
    may_change,
    may_decide,
    may_return,
    may_see_history,
    may_write,
    require,
)
from kpi.commentary.waiting import area_entries, could_name_somebody, entries, waiting_for_approval
from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from kpi.returns.months import MonthFilter, months_with_figures
from qa_audit.common.identifiers.sightings import in_one_sentence
from qa_audit.common.merging import Merge
from qa_audit.common.months import month_words, parse_month
from qa_audit.common.versions import ChangedMeanwhile

NO_VERSION = -1


def indicator_and_month(request, slug: str, month: str) -> tuple[Indicator, date]:
    """The indicator for which the person writes, and the month, which has begun; else not found."""
    indicator = get_object_or_404(Indicator.objects.visible_to(request.user).addressed(slug))
    return indicator, _month(request, indicator, month)


def _month(request, subject: Indicator | Area, month: str) -> date:
    try:
        first = parse_month(month)
    except ValueError:
        raise Http404 from None
    if first > timezone.localdate() or not may_write(request.user, subject):
        raise Http404
    return first


def area_address(area: Area, month: date) -> str:
    """The area's table in the performance report of this month."""
    return f"{reverse('packs:performance_report', query={'month': f'{month:%Y-%m}'})}#area-{area.pk}"


def indicator_address(indicator: Indicator, month: date) -> str:
    """The indicator's page in this month."""
    return reverse("packs:indicator", args=[indicator.slug], query={"month": f"{month:%Y-%m}"})


def about(request, subject: Indicator | Area, month: date) -> dict:
    """What stands above every page of a month's commentary: title, month, figures, way back."""
    facts_of = _about_area if isinstance(subject, Area) else _about_indicator
    return {"month": month, "month_words": month_words(month), **facts_of(request, subject, month)}


def _about_area(request, area: Area, month: date) -> dict:
    return {
        "subject_title": area.title,
        "figures": figures_in_words(request.user, month, area.indicators.all()),
        "back": area_address(area, month),
        "write_url": reverse("commentary:write_of_area", args=[area.pk, f"{month:%Y-%m}"]),
    }


def _about_indicator(request, indicator: Indicator, month: date) -> dict:
    figures = figures_in_words(request.user, month, [indicator])
    # What has no figure in the month still has a title.
    titled = figures or [(version.title, "") for version in indicator.versions.in_force(month)]
    title, figure = titled[0] if titled else (indicator.code, "")
    return {
        "indicator": indicator,
        "subject_title": title,
        "figure": figure,
        "back": indicator_address(indicator, month),
        "write_url": reverse("commentary:write", args=[indicator.slug, f"{month:%Y-%m}"]),
    }


def _commentary(request, pk: int) -> Commentary:
    found = Commentary.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("indicator", "area", "same_as__indicator", "written_by", "approved_by"), pk=pk
    )


def commentaries(request):
    months = months_with_figures(request.user)
    form = MonthFilter(request.GET, months=months)
    page = {
        "form": form,
        "submitted": waiting_for_approval(request.user),
        "trail": [("Measures", reverse("packs:index"))],
    }
    if months and form.is_valid():
        month = form.chosen()
        page |= {
            "month": month,
            "month_words": month_words(month),
            "areas": area_entries(request.user, month),
            "entries": entries(request.user, month),
        }
    return render(request, "commentary/list.html", page)


def commentary(request, pk):
    found = _commentary(request, pk)
    page = {
        "commentary": found,
        "may_change": may_change(request.user, found),
        "may_approve": may_approve(request.user, found),
        "may_return": may_return(request.user, found),
        **about(request, found.subject, found.month),
    }
    if may_write(request.user, found.subject):
        page["sightings"] = could_name_somebody(found.text)
    if may_see_history(request.user, found):
        page["changes"] = found.events.changes()
    return render(request, "commentary/detail.html", page)


def write_commentary(request, slug, month):
    return _write(request, *indicator_and_month(request, slug, month))


def write_area_commentary(request, pk, month):
    area = get_object_or_404(Area.objects.visible_to(request.user), pk=pk)
    return _write(request, area, _month(request, area, month))


def _write(request, subject: Indicator | Area, month: date):
    commentaries = Commentary.objects.visible_to(request.user).for_service().filter(month=month)
    of = {"area": subject} if isinstance(subject, Area) else {"indicator": subject}
    current = commentaries.filter(**of).first()
    require(current is None or may_change(request.user, current))
    stored = current.content() if current else {}
    given = {"user": request.user, "subject": subject, "month": month}
    form = CommentaryForm(request.POST or None, initial=stored, **given)
    page = {"form": form, "commentary": current, **about(request, subject, month)}
    if not form.is_valid():
        return render(request, "commentary/form.html", page)
    values = dict(form.cleaned_data)
    version = values.pop("version")
    try:
        written = actions.write(subject=subject, month=month, version=version, values=values, by=request.user)
    except ChangedMeanwhile as late:
        merge = Merge(form, late.current.content(), late.current.content_at(version))
        return render(request, "commentary/form.html", {**page, "merge": merge}, status=409)
    messages.success(request, "Your draft is saved. Submit it when it is ready.")
    if words := in_one_sentence(could_name_somebody(written.text)):
        messages.warning(request, words)
    return redirect(written)


def submit_commentary(request, pk):
    words = "Submitted. The analyst approves it, or returns it with a note."
    return _press(request, pk, actions.submit, words, "Not submitted")


def approve_commentary(request, pk):
    words = "Approved. Everybody who can see measures can read it now."
    return _press(request, pk, actions.approve, words, "Not approved")


def _press(request, pk: int, act: Callable, success: str, not_done: str):
    found = _commentary(request, pk)
    try:
        act(commentary=found, version=_version_seen(request), by=request.user)
    except ChangedMeanwhile:
        words = f"{not_done}: it was changed while you read it. This is what it says now."
        messages.warning(request, words)
    except ValidationError as refused:
        messages.warning(request, refused.message)
    except actions.DoneAlready as done:
        messages.info(request, str(done))
    else:
        messages.success(request, success)
    return redirect(found)


def _version_seen(request) -> int:
    """What was on the page where the button was pressed; nothing matches where it does not say."""
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    return NO_VERSION if version is None else version


def return_commentary(request, pk):
    found = _commentary(request, pk)
    require(may_decide(request.user))
    form = ReturnForm(request.POST or None)
    if form.is_valid():
        try:
            actions.return_to_writer(commentary=found, note=form.cleaned_data["note"], by=request.user)
        except actions.DoneAlready as done:
            messages.info(request, str(done))
        else:
            messages.success(request, "Returned with your note.")
        return redirect(found)
    if found.status == CommentaryStatus.DRAFT:
        messages.info(request, actions.RETURNED)
        return redirect(found)
    page = {"form": form, "commentary": found, **about(request, found.subject, found.month)}
    return render(request, "commentary/return.html", page)
