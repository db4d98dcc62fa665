"""The administrator's pages of services, teams, and the settings in force."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from qa_audit.people.actions import organisation
from qa_audit.people.forms import ChangeServiceForm, ChangeTeamForm, EndServiceForm, ServiceForm, TeamForm
from qa_audit.people.models import Service, Team
from qa_audit.people.tables import ServiceTable, TeamTable

from .pages import form_page

REPORTING_YEARS = {"calendar": "Calendar year", "financial": "Financial year, from 1 April"}


def _service(request, pk: int) -> Service:
    return get_object_or_404(Service.objects.visible_to(request.user), pk=pk)


def services(request):
    rows = Service.objects.visible_to(request.user).with_leadership()
    return render(request, "people/services.html", {"table": ServiceTable.for_request(request, rows)})


def service(request, pk):
    service = _service(request, pk)
    teams = Team.objects.visible_to(request.user).filter(service=service)
    table = TeamTable.for_request(request, teams.with_leadership())
    heads = service.grants.filter(user__is_active=True).select_related("user")
    return render(request, "people/service.html", {"service": service, "heads": heads, "table": table})


def add_service(request):
    last = Service.objects.visible_to(request.user).order_by("order").last()
    form = ServiceForm(request.POST or None, initial={"order": last.order + 1 if last else 1})
    added = form.send(organisation.add_service, by=request.user)
    if added:
        messages.success(request, f"{added} was added.")
        return redirect("people:services:detail", added.pk)
    return form_page(request, form, title="Add a service", button="Add", back=reverse("people:services:list"))


def change_service(request, pk):
    service = _service(request, pk)
    form = ChangeServiceForm.of(service, request.POST or None)
    if form.send(organisation.change_service, service=service, by=request.user):
        messages.success(request, "Saved.")
        return redirect("people:services:detail", pk)
    back = reverse("people:services:detail", args=[pk])
    return form_page(
        request, form, title="Change this service", caption=str(service), button="Save", back=back
    )


def end_service(request, pk):
    service = _service(request, pk)
    form = EndServiceForm.of(service, request.POST or None)
    if form.send(organisation.end_service, service=service, by=request.user):
        messages.success(request, "Saved.")
        return redirect("people:services:detail", pk)
    back = reverse("people:services:detail", args=[pk])
    return form_page(request, form, title="End this service", caption=str(service), button="Save", back=back)


def add_team(request, pk):
    service = _service(request, pk)
    form = TeamForm(request.POST or None)
    added = form.send(organisation.add_team, service=service, by=request.user)
    if added:
        messages.success(request, f"{added} was added.")
        return redirect("people:services:detail", pk)
    back = reverse("people:services:detail", args=[pk])
    return form_page(request, form, title="Add a team", caption=str(service), button="Add", back=back)


def change_team(request, pk):
    team = get_object_or_404(Team.objects.visible_to(request.user).select_related("service"), pk=pk)
    form = ChangeTeamForm.of(team, request.POST or None)
    if form.send(organisation.change_team, team=team, by=request.user):
        messages.success(request, "Saved.")
        return redirect("people:services:detail", team.service_id)
    back = reverse("people:services:detail", args=[team.service_id])
    return form_page(request, form, title="Change this team", caption=str(team), button="Save", back=back)


def settings_in_force(request):
    """Settings live in the environment: here they are only read."""
    rows = [
        ("Council", settings.COUNCIL_NAME),
        ("Number to call out of hours", settings.OUT_OF_HOURS_NUMBER or "Not set"),
        ("Managers may audit their own teams", "Yes" if settings.MANAGERS_MAY_AUDIT_OWN_TEAMS else "No"),
        ("Working days to complete an audit", settings.AUDIT_DUE_WORKING_DAYS),
        ("Working days for the factual accuracy check", settings.ACCURACY_CHECK_WORKING_DAYS),
        ("Reports cover", REPORTING_YEARS[settings.REPORTING_YEAR]),
        ("A second factor is required to sign in", "Yes" if settings.SECOND_FACTOR_REQUIRED else "No"),
        ("Signed out when idle for", f"{settings.IDLE_MINUTES} minutes"),
        ("Signed out after at most", f"{settings.SESSION_HOURS} hours"),
        ("Sign-in with the council’s directory", "Yes" if settings.OIDC_SERVER_URL else "No"),
    ]
    rows = [{"key": {"text": text}, "value": {"text": str(value)}} for text, value in rows]
    return render(request, "people/settings.html", {"rows": rows})
