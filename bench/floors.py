"""What jobs are measured against, beside Django's bare page: raw statements, peers, and the plainest save."""

from django.db import connection, transaction
from django.db.models import F
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone

from bench.data import A_YEAR, TEN_YEARS
from qa_audit.audits.models.answers import Answer
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.models.header import Kind
from qa_audit.history.actions import record
from qa_audit.people.models import Service
from qa_audit.tools.models import Grade

TEN_YEARS_OF_DOMAINS = (
    "SELECT d.concept_id, g.grade, COUNT(*) FROM qa_audit_audit a"
    " JOIN qa_audit_domaingrade g ON g.audit_id = a.id JOIN qa_audit_domain d ON d.id = g.domain_id"
    " WHERE a.state IN ('agreed', 'challenged') AND a.audited_on BETWEEN %s AND %s"
    " AND g.grade IN ('outstanding', 'good', 'requires_improvement', 'inadequate')"
    " GROUP BY d.concept_id, g.grade"
)


def fetched(statement: str, period) -> list[tuple]:
    """The rows of a statement over a period, past the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(statement, period)
        return cursor.fetchall()


def domain_distribution() -> list[tuple]:
    return fetched(TEN_YEARS_OF_DOMAINS, TEN_YEARS)


def count_per_cell(request):
    """The page that is written without thinking: a query for each cell."""
    audits = Audit.objects.filter(state="agreed", audited_on__range=A_YEAR)
    columns = [*(("kind", kind) for kind in Kind.values), *(("grade", grade) for grade in Grade.values)]
    rows = [
        (service, [audits.filter(service=service, **{name: value}).count() for name, value in columns])
        for service in Service.objects.all()
    ]
    return render(request, "bench/self_evaluation.html", {"rows": rows, "columns": columns})


def empty(request):
    """The product's base page and nothing on it."""
    return render(request, "base.html")


def save(request):
    """What a save of one answer has to do, and nothing else: the update and its event, in one transaction.

    Sent: the answer's number, its version and the new value. Django's own middleware is around it.
    """
    sent = request.POST
    answer = Answer.objects.filter(pk=sent["answer"], version=sent["version"])
    with transaction.atomic():
        saved = answer.update(value=sent["value"], version=F("version") + 1, saved_at=timezone.now())
        audit = Audit.objects.only("pk", "reference").get(answers__pk=sent["answer"])
        record("wrote", by=request.user, obj=audit, changes={"Answer": ["", sent["value"]]})
    return JsonResponse({"saved": saved})
