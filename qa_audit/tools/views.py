"""Tools: what the versions ask, and which of them audits are started on."""

import json

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render

from qa_audit.common.attachments import attachment
from qa_audit.tools import actions
from qa_audit.tools.forms import ServicesForm, ToolFileForm
from qa_audit.tools.models import ToolVersion
from qa_audit.tools.permissions import may_change_tools, may_publish, may_retire
from qa_audit.tools.tables import ToolVersionTable


def _version(request, pk: int) -> ToolVersion:
    return get_object_or_404(ToolVersion.objects.visible_to(request.user).with_content(), pk=pk)


def tool_list(request):
    versions = ToolVersion.objects.visible_to(request.user).filter(tool__is_built_in=False)
    versions = versions.select_related("tool").annotate(made=Count("audits"))
    table = ToolVersionTable.for_request(request, versions)
    return render(request, "tools/list.html", {"table": table, "may_change": may_change_tools(request.user)})


def detail(request, pk):
    version = _version(request, pk)
    return render(
        request,
        "tools/detail.html",
        {
            "version": version,
            "domains": version.all_domains,
            "services": version.tool.services.all(),
            "others": version.tool.versions.visible_to(request.user).exclude(pk=pk),
            "may_change": may_change_tools(request.user),
            "may_publish": may_publish(request.user, version),
            "may_retire": may_retire(request.user, version),
        },
    )


def import_file(request):
    form = ToolFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            version, is_new = actions.import_tool(content=form.cleaned_data["file"], by=request.user)
        except actions.ToolRefused as refusal:
            form.add_error("file", refusal.problems)
        else:
            messages.success(request, _outcome(version, is_new))
            return redirect(version)
    return render(request, "tools/import.html", {"form": form})


def _outcome(version: ToolVersion, is_new: bool) -> str:
    if is_new:
        return f"{version} is here as a draft. Check it, then publish it."
    return f"The file says the same as {version}. Nothing was changed."


def publish(request, pk):
    return _change(request, pk, actions.publish, "is published: audits can be started on it.")


def retire(request, pk):
    if request.method == "POST":
        return _change(request, pk, actions.retire, "is retired: no audit can be started on it.")
    return render(request, "tools/retire.html", {"version": _version(request, pk)})


def _change(request, pk, action, outcome: str):
    version = _version(request, pk)
    try:
        action(version=version, by=request.user)
        messages.success(request, f"{version} {outcome}")
    except actions.ToolRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(version)


def services(request, pk):
    version = _version(request, pk)
    form = ServicesForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"services": version.tool.services.all()},
    )
    if form.is_valid():
        actions.choose_services(
            tool=version.tool, services=list(form.cleaned_data["services"]), by=request.user
        )
        messages.success(request, "The tool's services are saved.")
        return redirect(version)
    return render(request, "tools/services.html", {"form": form, "version": version})


def file(request, pk):
    version = _version(request, pk)
    content = json.dumps(actions.export_tool(version), indent=2, ensure_ascii=False)
    return attachment(content, f"{version.tool.code}-{version.number}.json")
