from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from kpi.packs.caseloads import Caseloads, DayForm, days_with_caseloads
from qa_audit.common.attachments import attachment, workbook
from qa_audit.common.excel import csv_bytes
from qa_audit.history.actions import record_reading


def caseloads(request):
    form = DayForm(request.GET, days=days_with_caseloads(request.user))
    page = {"form": form, "trail": [("Measures", reverse("packs:index"))]}
    if form.days and form.is_valid():
        page["caseloads"] = Caseloads(request.user, form.chosen())
        file = reverse("packs:caseloads_file")
        page["file"] = f"{file}?on={form.chosen()}"
    return render(request, "packs/caseloads.html", page)


def caseloads_file(request):
    form = DayForm(request.GET, days=days_with_caseloads(request.user))
    kind = request.GET.get("format", "xlsx")
    if not form.days or kind not in ("xlsx", "csv"):
        raise Http404
    if not form.is_valid():
        return redirect(f"{reverse('packs:caseloads')}?{request.GET.urlencode()}")
    found = Caseloads(request.user, form.chosen())
    name = f"caseloads {found.on}.{kind}"
    if kind == "csv":
        file = attachment(csv_bytes(found.sheets[0]), name)
    else:
        file = workbook(found.sheets, title="Caseloads", author=str(request.user), file_name=name)
    record_reading("caseloads exported", by=request.user, changes={"caseloads": [None, str(found.on)]})
    return file
