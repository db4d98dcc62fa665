"""The list of audits, and the same rows as a file."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.permissions import may_allocate, may_start
from qa_audit.audits.tables import (
    AuditFilter,
    AuditTable,
    audit_sheet,
    listed_audits,
    may_export_case_references,
)
from qa_audit.common.attachments import workbook
from qa_audit.history.actions import record_reading


def audit_list(request):
    audits = AuditFilter(request.GET, queryset=listed_audits(request.user), request=request)
    context = {
        "filter": audits,
        "table": AuditTable.for_request(request, audits.qs),
        "may_start": may_start(request.user),
        "may_allocate": may_allocate(request.user),
        "may_export_case_references": may_export_case_references(request.user),
        "hidden_fields": [
            (name, value) for name, values in request.GET.lists() for value in values if name != "page"
        ],
    }
    return render(request, "audits/list.html", context)


def export(request):
    audits = AuditFilter(request.GET, queryset=listed_audits(request.user), request=request)
    if not audits.is_valid():
        return redirect(f"{reverse('audits:list')}?{request.GET.urlencode()}")
    with_case_references = "case_references" in request.GET and may_export_case_references(request.user)
    rows = AuditTable.for_request(request, audits.qs).all_rows
    sheet = audit_sheet(rows, request.user, with_case_references=with_case_references)
    name = f"audits-{timezone.localdate():%Y-%m-%d}.xlsx"
    file = workbook([sheet], title="Case audits", author=str(request.user), file_name=name)
    changes = audits.as_changes() | {"case references": [None, with_case_references]}
    record_reading("exported audits", by=request.user, changes=changes)
    return file
