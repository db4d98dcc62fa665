"""Areas, months, and the other names of teams."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from kpi.indicators.actions import areas as area_actions
from kpi.indicators.actions import months as month_actions
from kpi.indicators.forms.indicators import ReasonForm
from kpi.indicators.forms.settings import AddAliasForm, AreaForm, ChangeAliasForm, LockMonthForm
from kpi.indicators.models.areas import Area
from kpi.indicators.models.months import Month, MonthState
from kpi.indicators.tables.indicators import AreaTable
from kpi.indicators.tables.timelines import AliasTable
from kpi.indicators.views.pages import analysts_list, form_page
from qa_audit.people.actions import organisation
from qa_audit.people.models import TeamAlias


def areas(request):
    rows = Area.objects.visible_to(request.user).annotate(indicators_count=Count("indicators"))
    return analysts_list(request, "areas", {"table": AreaTable.for_request(request, rows)})


def add_area(request):
    last = Area.objects.visible_to(request.user).last()
    form = AreaForm(request.POST or None, is_new=True, initial={"order": last.order + 1 if last else 1})
    page = {"title": "Add an area", "button": "Add", "back": reverse("indicators:areas")}
    return form_page(request, form, area_actions.add_area, page)


def change_area(request, pk):
    area = get_object_or_404(Area.objects.visible_to(request.user), pk=pk)
    form = AreaForm.of(area, request.POST or None)
    page = {"title": "Change this area", "caption": area, "back": reverse("indicators:areas")}
    return form_page(request, form, area_actions.change_area, page, area=area)


def months(request):
    rows = Month.objects.visible_to(request.user)
    return analysts_list(request, "months", {"months": rows, "locked": MonthState.LOCKED})


def lock_month(request):
    form = LockMonthForm(request.POST or None)
    page = {"title": "Lock a month", "button": "Lock", "back": reverse("indicators:months")}
    return form_page(request, form, month_actions.lock_month, page, done="The month is locked.")


def unlock_month(request, pk):
    month = get_object_or_404(Month.objects.visible_to(request.user), pk=pk)
    page = {
        "title": "Open this month again?",
        "caption": month,
        "back": reverse("indicators:months"),
        "button": "Open this month",
        "words": "It takes figures again, and figures already stored can be revised.",
    }
    form = ReasonForm(request.POST or None)
    return form_page(request, form, month_actions.unlock_month, page, month=month, done=f"{month} is open.")


def aliases(request):
    rows = TeamAlias.objects.visible_to(request.user).select_related("team").order_by("team__name", "name")
    table = AliasTable(rows, at=timezone.localdate())
    return analysts_list(request, "aliases", {"table": table})


def add_alias(request):
    form = AddAliasForm(request.POST or None)
    page = {"title": "Add another name of a team", "button": "Add", "back": reverse("indicators:aliases")}
    return form_page(request, form, organisation.add_alias, page, done="The name is added.")


def _alias(request, pk: int) -> TeamAlias:
    return get_object_or_404(TeamAlias.objects.visible_to(request.user).select_related("team"), pk=pk)


def change_alias(request, pk):
    alias = _alias(request, pk)
    form = ChangeAliasForm.of(alias, request.POST or None)
    page = {"alias": alias, "back": reverse("indicators:aliases")}
    return form_page(request, form, organisation.change_alias, page, alias=alias, template="alias")


def remove_alias(request, pk):
    alias = _alias(request, pk)
    organisation.remove_alias(alias=alias, by=request.user)
    messages.success(request, f"“{alias}” is no longer a name of {alias.team}.")
    return redirect("indicators:aliases")
