"""What is going well and what to improve, over all audits and reviews that a person may open."""

from django.shortcuts import redirect, render
from django.urls import reverse

from qa_audit.common.attachments import workbook
from qa_audit.history.actions import record_reading
from qa_audit.home.permissions import findings_open_to
from qa_audit.home.tables.findings import FindingFilter, FindingTable, finding_sheet


def _filtered(request) -> FindingFilter:
    findings = findings_open_to(request.user).prefetch_related("themes__parent")
    return FindingFilter(request.GET, queryset=findings, request=request)


def finding_list(request):
    filter = _filtered(request)
    table = FindingTable.for_request(request, filter.qs)
    return render(request, "home/findings.html", {"filter": filter, "table": table})


def download(request):
    filter = _filtered(request)
    if not filter.is_valid():
        return redirect(f"{reverse('home:findings')}?{request.GET.urlencode()}")
    findings = FindingTable.for_request(request, filter.qs).all_rows
    file = workbook(
        [finding_sheet(findings)], title="Findings", author=str(request.user), file_name="findings.xlsx"
    )
    record_reading("exported findings", by=request.user, changes=filter.as_changes())
    return file
