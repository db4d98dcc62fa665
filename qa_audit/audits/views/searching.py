"""Finding audits by their case reference. What is searched for is never in an address, a log or history."""

from django.shortcuts import render
from django.utils.crypto import salted_hmac

from qa_audit.audits.forms.searching import SearchForm
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.tables import AuditTable
from qa_audit.history.actions import record_reading

MOST_FOUND = 100


def search(request):
    form = SearchForm(request.POST if request.method == "POST" else None)
    context = {"form": form}
    if form.is_valid():
        wanted = form.cleaned_data["case_reference"]
        found = Audit.objects.visible_to(request.user).of_case(wanted).marked_for(request.user)
        rows = list(found.select_related("service", "team")[:MOST_FOUND])
        keyed = salted_hmac("audits.search", wanted.casefold(), algorithm="sha256").hexdigest()
        searched = {"case reference": [None, keyed]}
        record_reading("searched a case reference", by=request.user, changes=searched)
        context |= {"wanted": wanted, "table": AuditTable(rows, request=request, orderable=False)}
    return render(request, "audits/search.html", context)
