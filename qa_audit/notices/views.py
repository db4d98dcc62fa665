"""Safeguarding notices: what was raised, and the acknowledgement by one of those told."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from qa_audit.history.actions import record_reading
from qa_audit.notices import actions
from qa_audit.notices.forms import AcknowledgeForm
from qa_audit.notices.models import Notice
from qa_audit.notices.permissions import may_acknowledge
from qa_audit.notices.tables import NoticeFilter, NoticeTable


def _notice(request, pk: int) -> Notice:
    notices = Notice.objects.visible_to(request.user)
    return get_object_or_404(notices.select_related("service", "team", "raised_by", "acknowledged_by"), pk=pk)


def notice_list(request):
    notices = Notice.objects.visible_to(request.user).select_related("service", "team", "acknowledged_by")
    filter = NoticeFilter(request.GET, queryset=notices, request=request)
    table = NoticeTable.for_request(request, filter.qs)
    return render(request, "notices/list.html", {"filter": filter, "table": table})


def detail(request, pk):
    notice = _notice(request, pk)
    record_reading("opened", by=request.user, obj=notice)
    form = AcknowledgeForm() if may_acknowledge(request.user, notice) else None
    return render(request, "notices/detail.html", {"notice": notice, "form": form})


def acknowledge(request, pk):
    notice = _notice(request, pk)
    form = AcknowledgeForm(request.POST)
    if not form.is_valid() and not notice.acknowledged_at:
        return render(request, "notices/detail.html", {"notice": notice, "form": form}, status=422)
    notice = actions.acknowledge(
        notice=notice, by=request.user, response=form.cleaned_data.get("response", "")
    )
    if notice.acknowledged_by == request.user:
        messages.success(
            request, "You have acknowledged this notice. It no longer shows at the top of everybody’s pages."
        )
    else:
        messages.info(request, f"{notice.acknowledged_by} has already acknowledged this.")
    return redirect(notice)
