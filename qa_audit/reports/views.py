from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from qa_audit.common.attachments import attachment
from qa_audit.common.merging import Merge
from qa_audit.common.publishing import files
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.history.actions import record_reading
from qa_audit.people.models import Role, Service
from qa_audit.reports.analysis import (
    AnalysisForm,
    initial_of,
    may_write_for,
    standing_analysis,
    write_analysis,
)
from qa_audit.reports.catalogue import REPORTS
from qa_audit.reports.period import links
from qa_audit.reports.records import RecordsForm
from qa_audit.reports.report import NO_GRADES
from qa_audit.reports.scope import ScopeForm
from qa_audit.reports.self_evaluation import SelfEvaluation
from qa_audit.reports.sentences import NO_AUDITS


def index(request):
    reports = [(report, _address(name)) for name, report in REPORTS.items()]
    has_summary = request.user.has_role(Role.HEAD, Role.QA_LEAD, Role.LEADER)
    return render(request, "reports/index.html", {"reports": reports, "has_summary": has_summary})


def _address(name: str) -> str:
    return reverse(f"reports:{name.replace('-', '_')}")


def report_page(request, name):
    report_class = REPORTS[name]
    form = ScopeForm(request.GET, user=request.user, by=report_class.by)
    context = {"form": form, "report_class": report_class, "trail": [("Reports", reverse("reports:index"))]}
    if form.is_valid():
        report = report_class(form.scope())
        file = f"{reverse('reports:export', args=[name])}?{urlencode(report.scope.query)}"
        context |= {
            "report": report,
            "xlsx_url": f"{file}&format=xlsx",
            "csv_url": f"{file}&format=csv",
            "periods": [
                (text, report.scope.with_period(period), period == report.scope.period)
                for text, period in links(request.user)
            ],
        }
    return render(request, report_class.template, context)


def export(request, name):
    report_class, kind = REPORTS.get(name), request.GET.get("format", "xlsx")
    if not report_class or kind not in files.KINDS:
        raise Http404
    form = ScopeForm(request.GET, user=request.user, by=report_class.by)
    if not form.is_valid():
        return redirect(f"{_address(name)}?{request.GET.urlencode()}")
    report = report_class(form.scope())
    document = report.document()
    file = attachment(files.content(document, kind), files.file_name(document, kind))
    # The scope as it was understood: what else was typed in the address is nobody's business for ever.
    asked = f"{name} {urlencode(report.scope.query)}"
    record_reading("report exported", by=request.user, changes={"report": [None, asked]})
    return file


def records(request):
    form = RecordsForm(request.GET, user=request.user)
    context = {"form": form, "trail": [("Reports", reverse("reports:index"))]}
    if form.is_valid():
        found = form.records()
        context |= {
            "found": found,
            "filters": [*found.scope.filters, *form.in_words(), *found.sentence_in_words],
            "parts": found.parts(request),
            "no_grades": "" if found.shows_grades else NO_GRADES,
        }
    return render(request, "reports/records.html", context)


def _self_evaluation_of(request, pk: int) -> SelfEvaluation:
    form = ScopeForm({**request.GET.dict(), "service": str(pk)}, user=request.user)
    if not form.is_valid():
        raise Http404
    return SelfEvaluation(form.scope())


def analysis(request, pk):
    service = get_object_or_404(Service.objects.visible_to(request.user), pk=pk)
    if not may_write_for(request.user, service.pk):
        raise Http404
    report = _self_evaluation_of(request, pk)
    period = report.scope.period
    current = standing_analysis(service, period)
    form = AnalysisForm(request.POST or None, initial=initial_of(current, period))
    back = f"{reverse('reports:self_evaluation')}?{urlencode(period.query)}"
    drafted = report.rows[0].drafted if report.rows else NO_AUDITS
    context = {
        "form": form,
        "service": service,
        "period": period,
        "drafted": drafted,
        "current": current,
        "back": back,
    }
    if form.is_valid():
        try:
            write_analysis(service=service, period=period, by=request.user, **form.cleaned_data)
        except ChangedMeanwhile as late:
            context |= {"current": late.current, "merge": Merge(form, initial_of(late.current, period))}
            return render(request, "reports/analysis.html", context, status=409)
        messages.success(request, "Your analysis is saved.")
        return redirect(back)
    return render(request, "reports/analysis.html", context)
