from django.shortcuts import redirect, render
from django.urls import reverse

from qa_audit.common.attachments import attachment
from qa_audit.history.actions import record_reading
from qa_audit.reports.hos_summary import HosSummaryForm
from qa_audit.reports.period import Period


def hos_summary(request):
    # Looked at without an address, the form is filled in and makes no complaint.
    form = HosSummaryForm(request.GET or None, user=request.user)
    year_to_date = Period.of(None, None)
    services = form.fields["service"].choices
    form.initial = {
        "from": year_to_date.first,
        "to": year_to_date.last,
        "service": services[0][0] if services else "",
    }
    trail = [("Reports", reverse("reports:index"))]
    return render(request, "reports/hos_summary.html", {"form": form, "trail": trail, "services": services})


def hos_summary_file(request):
    form = HosSummaryForm(request.GET, user=request.user)
    if not form.is_valid():
        return redirect(f"{reverse('reports:hos_summary')}?{request.GET.urlencode() or 'service='}")
    summary = form.summary()
    file = attachment(summary.content(), summary.file_name)
    cases = "with case references" if summary.names_cases else "without case references"
    looked_for = f"hos-summary {summary.asked_for} {cases}"
    record_reading("report exported", by=request.user, changes={"report": [None, looked_for]})
    return file
