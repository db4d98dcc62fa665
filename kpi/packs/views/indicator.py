from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from kpi.commentary.permissions import may_change, may_write
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.permissions import may_keep
from kpi.packs.indicator.page import IndicatorPage
from kpi.returns.months import MonthFilter, months_of
from qa_audit.common.attachments import attachment
from qa_audit.common.months import month_words
from qa_audit.common.publishing import files
from qa_audit.history.actions import record_reading


def _indicator(request, slug: str) -> Indicator:
    found = Indicator.objects.visible_to(request.user).select_related("area")
    # Nearly every address is an indicator's own; whose others are is asked only where it is not.
    return found.filter(slug=slug).first() or get_object_or_404(found.addressed(slug))


def _title(request, indicator: Indicator) -> str:
    """What it is called today: for pages without a month in which it had a meaning."""
    named = Indicator.objects.visible_to(request.user).with_meaning(timezone.localdate())
    return named.get(pk=indicator.pk).title


def _month_form(request, indicator: Indicator) -> MonthFilter:
    return MonthFilter(request.GET, months=months_of(request.user, indicator, request.GET.get("month", "")))


def indicator(request, slug):
    found = _indicator(request, slug)
    if found.slug != slug:
        return redirect(reverse("packs:indicator", args=[found.slug], query=request.GET))
    form = _month_form(request, found)
    context, page = {"indicator": found, "form": form}, None
    if form.months and form.is_valid():
        page = IndicatorPage(request.user, found, form.chosen())
        file = reverse("packs:indicator_file", args=[slug], query={"month": f"{page.month:%Y-%m}"})
        writes, written = may_write(request.user, found), page.beside.commentary
        context |= {
            "page": page,
            "month_words": month_words(page.month),
            "file": file,
            "may_write": writes,
            "may_write_text": writes and (not written or may_change(request.user, written)),
            "may_set_baseline": may_keep(request.user),
        }
    context["title"] = page.title if page and page.version else _title(request, found)
    return render(request, "packs/indicator/page.html", context)


def indicator_file(request, slug):
    found, kind = _indicator(request, slug), request.GET.get("format", "xlsx")
    form = _month_form(request, found)
    if not form.months or kind not in files.KINDS:
        raise Http404
    if not form.is_valid():
        return redirect(f"{reverse('packs:indicator', args=[slug])}?{request.GET.urlencode()}")
    page = IndicatorPage(request.user, found, form.chosen())
    if not page.row:
        raise Http404
    document = page.document()
    file = attachment(files.content(document, kind), files.file_name(document, kind))
    asked = f"{found.code} {page.month:%Y-%m}"
    record_reading("indicator exported", by=request.user, changes={"indicator": [None, asked]})
    return file
