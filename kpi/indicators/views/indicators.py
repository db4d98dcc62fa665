"""The list of indicators, one indicator's definition sheet, and its changes."""

from itertools import zip_longest

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kpi.indicators.actions import indicators as actions
from kpi.indicators.forms.indicators import (
    AddIndicatorForm,
    AddVersionForm,
    ChangeIndicatorForm,
    ChangeVersionForm,
    ComponentForm,
    ReasonForm,
)
from kpi.indicators.models.indicators import Indicator, IndicatorStatus
from kpi.indicators.models.versions import IndicatorVersion
from kpi.indicators.permissions import may_keep, may_see_history
from kpi.indicators.tables.history import history_in_words
from kpi.indicators.tables.indicators import IndicatorFilter, IndicatorTable, definition_sheet
from kpi.indicators.tables.timelines import BenchmarkTable, TargetTable, VersionTable
from kpi.indicators.views.pages import form_page, indicator_of, month_asked_for, sheet_of, this_month, trail
from qa_audit.common.attachments import workbook
from qa_audit.common.months import later
from qa_audit.history.actions import record_reading


def _filter(request) -> IndicatorFilter:
    listed = Indicator.objects.visible_to(request.user).select_related("area").with_meaning(this_month())
    return IndicatorFilter(request.GET, queryset=listed, request=request)


def indicator_list(request):
    filter = _filter(request)
    table = IndicatorTable.for_request(request, filter.qs)
    page = {"filter": filter, "table": table, "may_keep": may_keep(request.user), "trail": trail()}
    return render(request, "indicators/list.html", page)


def download(request):
    filter = _filter(request)
    if not filter.is_valid():
        return redirect(f"{reverse('indicators:list')}?{request.GET.urlencode()}")
    indicators = IndicatorTable.for_request(request, filter.qs).all_rows.prefetch_related("external_codes")
    file = workbook(
        [definition_sheet(indicators)],
        title="Definitions of indicators",
        author=str(request.user),
        file_name="indicators.xlsx",
    )
    record_reading("exported definitions", by=request.user, changes=filter.as_changes())
    return file


def sheet(request, slug):
    indicator = indicator_of(request, slug)
    if indicator.slug != slug:
        return redirect(reverse("indicators:sheet", args=[indicator.slug], query=request.GET))
    form, month = month_asked_for(request)
    versions = list(indicator.versions.all())
    for version, following in zip_longest(versions, versions[1:]):
        version.until = following and later(following.from_month, -1)
    version = next((one for one in reversed(versions) if one.from_month <= month), None)
    meaning = version or next(iter(versions), None)
    shown = {"at": month, "may_keep": may_keep(request.user)}
    valued = {**shown, "unit": meaning.unit if meaning else ""}
    page = {
        **shown,
        "trail": trail(("Indicators", reverse("indicators:list"))),
        "indicator": indicator,
        "filter": form,
        "month": month,
        "version": version,
        "components": indicator.components.select_related("part").prefetch_related("part__versions"),
        "merged": indicator.merged.prefetch_related("versions"),
        "part_of": indicator.component_of.select_related("indicator").prefetch_related("indicator__versions"),
        "versions": VersionTable(versions[::-1], **shown),
        "targets": TargetTable(_newest_first(indicator.targets.select_related("service", "team")), **valued),
        "benchmarks": BenchmarkTable(_newest_first(indicator.benchmarks.all()), **valued),
    }
    if may_see_history(request.user):
        page["history"] = history_in_words(indicator.events.changes())
    return render(request, "indicators/sheet.html", page)


def _newest_first(rows) -> list:
    return list(rows.order_by("-from_month", "pk"))


def add(request):
    form = AddIndicatorForm(request.POST or None)
    added = form.send(actions.add_indicator, by=request.user)
    if added:
        messages.success(request, f"{added} is added as a draft. Make it live when its definition is right.")
        return redirect("indicators:sheet", added.slug)
    page = {"form": form, "title": "Add an indicator", "button": "Add", "back": reverse("indicators:list")}
    return render(request, "indicators/form.html", page, status=form.status)


def change(request, slug):
    indicator = indicator_of(request, slug)
    form = ChangeIndicatorForm.of(indicator, request.POST or None)
    page = {
        "title": "Change its area, services and codes",
        "caption": indicator,
        "back": sheet_of(indicator),
    }
    return form_page(request, form, actions.change_indicator, page, indicator=indicator)


def add_version(request, slug):
    indicator = indicator_of(request, slug)
    newest = indicator.versions.last()
    initial = {**AddVersionForm.initial_of(newest), "from_month": None, "reason": ""} if newest else {}
    form = AddVersionForm(request.POST or None, initial=initial)
    page = {"title": "Add a version", "caption": indicator, "back": sheet_of(indicator)}
    done = "The new version is added."
    return form_page(request, form, actions.add_version, page, indicator=indicator, done=done)


def _version(request, pk: int) -> IndicatorVersion:
    versions = IndicatorVersion.objects.visible_to(request.user).select_related("indicator__area")
    return get_object_or_404(versions, pk=pk)


def change_version(request, pk):
    version = _version(request, pk)
    form, is_in_use = ChangeVersionForm.of(version, request.POST or None), version.is_in_use()
    if is_in_use and not form.only_what_is_not_stated(version):
        return render(request, "indicators/version_in_use.html", {"version": version}, status=409)
    page = {"version": version, "is_in_use": is_in_use, "back": sheet_of(version.indicator)}
    return form_page(
        request, form, actions.change_version, page, indicator_version=version, template="version"
    )


def remove_version(request, pk):
    version = _version(request, pk)
    try:
        actions.remove_version(indicator_version=version, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "The version is removed.")
    return redirect(sheet_of(version.indicator))


def make_live(request, slug):
    indicator = indicator_of(request, slug)
    actions.make_live(indicator=indicator, by=request.user)
    messages.success(request, f"{indicator} is live: it takes figures.")
    return redirect("indicators:sheet", slug)


def retire(request, slug):
    indicator = indicator_of(request, slug)
    if indicator.status == IndicatorStatus.RETIRED:
        return redirect("indicators:sheet", slug)
    page = {
        "title": "Retire this indicator?",
        "caption": indicator,
        "back": sheet_of(indicator),
        "button": "Retire",
        "words": "It takes no more figures. Those already stored stay, and you can make it live again.",
    }
    form, done = ReasonForm(request.POST or None), f"{indicator} is retired."
    return form_page(request, form, actions.retire, page, indicator=indicator, done=done)


def link_component(request, slug):
    indicator = indicator_of(request, slug)
    form = ComponentForm(request.POST or None, indicator=indicator)
    page = {"title": "Say what it is made of", "caption": indicator, "back": sheet_of(indicator)}
    page["button"] = "Link"
    return form_page(request, form, actions.link_component, page, indicator=indicator)


def unlink_component(request, slug, pk):
    indicator = indicator_of(request, slug)
    component = get_object_or_404(indicator.components, pk=pk)
    actions.unlink_component(component=component, by=request.user)
    messages.success(request, f"{component.part} is no longer linked.")
    return redirect("indicators:sheet", slug)
