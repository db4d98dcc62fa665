"""The least that each page could cost: its rows, fetched plainly, written by hand into the base template."""

from collections import Counter, defaultdict

from django.core.paginator import Paginator
from django.db import connection
from django.shortcuts import get_object_or_404, render

from bench.data import A_YEAR, TEN_YEARS
from qa_audit.audits.models import Answer, Audit, DomainGrade, Kind
from qa_audit.people.models import Service
from qa_audit.tools.models import Domain, Grade

A_YEARS_GROUPS = (
    "SELECT state, service_id, kind, grade, COUNT(*) FROM qa_audit_audit"
    " WHERE state IN ('agreed', 'challenged', 'submitted', 'in_moderation', 'shared')"
    " AND audited_on BETWEEN %s AND %s GROUP BY state, service_id, kind, grade"
)
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


def self_evaluation(request):
    """The raw query, pivoted, in a plain table."""
    names = dict(Service.objects.values_list("pk", "name"))
    found: dict[int, Counter] = defaultdict(Counter)
    for state, service, kind, grade, n in fetched(A_YEARS_GROUPS, A_YEAR):
        if state == "agreed":
            found[service].update({kind: n, grade: n})
    columns = [Kind.INDIVIDUAL, Kind.THEMATIC, Kind.MANAGER, *Grade.values]
    rows = [(name, [found[pk][column] for column in columns]) for pk, name in names.items()]
    return render(request, "bench/self_evaluation.html", {"rows": rows, "columns": columns})


def count_per_cell(request):
    """The page that is written without thinking: a query for each cell."""
    audits = Audit.objects.filter(state="agreed", audited_on__range=A_YEAR)
    columns = [*(("kind", kind) for kind in Kind.values), *(("grade", grade) for grade in Grade.values)]
    rows = [
        (service, [audits.filter(service=service, **{name: value}).count() for name, value in columns])
        for service in Service.objects.all()
    ]
    return render(request, "bench/self_evaluation.html", {"rows": rows, "columns": columns})


def audit_list(request):
    audits = Audit.objects.select_related("service", "team")
    page = Paginator(audits, 25).get_page(request.GET.get("page"))
    return render(request, "bench/list.html", {"page": page})


def audit_form(request, reference, key):
    """The entries of one domain, written by hand."""
    audit = get_object_or_404(Audit, reference=reference)
    domain = Domain.objects.get(version=audit.tool_version_id, concept__key=key)
    questions = list(domain.questions.select_related("show_if_question"))
    stored = dict(Answer.objects.filter(audit=audit).values_list("question_id", "value"))
    for question in questions:
        question.value = stored.get(question.pk, "")
    context = {
        "audit": audit,
        "domain": domain,
        "questions": questions,
        "grade": DomainGrade.objects.filter(audit=audit, domain=domain).first(),
        "grades": Grade.choices,
        "applies": DomainGrade.Applies.choices,
    }
    return render(request, "bench/form.html", context)
