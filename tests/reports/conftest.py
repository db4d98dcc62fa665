"""The demonstration year's figures, in bulk, and short ways to a scope, a page and a cell."""

from collections.abc import Iterable
from copy import copy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity, ReasonChosen
from qa_audit.learning.models import LearningReview
from qa_audit.people.models import FormerName, Service, Team, User
from qa_audit.reports.report import Report
from qa_audit.reports.scope import Scope, ScopeForm
from qa_audit.reports.self_evaluation import SelfEvaluation
from qa_audit.tools.models import Grade, Scale, ToolVersion, Unit
from tests.conftest import client_for
from tests.factories import (
    AuditFactory,
    LearningReviewFactory,
    ServiceFactory,
    TeamFactory,
    ToolVersionFactory,
    UserFactory,
)

YEAR = {"from": "2021-01-01", "to": "2021-12-31"}
# Service, its former name; thematic or individual audits, managers' audits, reviews; the four grades.
DEMONSTRATION = [
    ("Children's Resource Service", "MASH", (186, 0, 0), (0, 0, 0, 0)),
    ("Children and Families First", "Early Help", (9, 7, 0), (0, 9, 6, 1)),
    ("Brief Intervention Teams", "Assessment", (11, 0, 0), (1, 6, 4, 0)),
    ("Social Work with Families", "Protection and Court", (23, 10, 12), (0, 13, 10, 10)),
    ("Intensive and Complex Assessment Team", "Behavioural Resource Service", (10, 0, 0), (0, 10, 0, 0)),
    ("Pathways through Care", "Looked After Children and Care Leavers", (153, 6, 1), (3, 83, 67, 6)),
    ("Fostering", "", (18, 0, 0), (0, 2, 12, 4)),
    ("Children with Disabilities", "Jigsaw", (20, 2, 1), (0, 13, 7, 2)),
]


def scope_of(user: User, report: type[Report] = SelfEvaluation, **typed) -> Scope:
    """The scope that the person's address gives; `first` and `last` are from and to."""
    address = {"from": typed.pop("first", "2026-01-01"), "to": typed.pop("last", "2026-12-31"), **typed}
    form = ScopeForm({name: str(value) for name, value in address.items()}, user=user, by=report.by)
    assert form.is_valid(), form.errors
    return form.scope()


def page(user: User, url_name: str, *args, **query):
    """What the person gets at the address."""
    return client_for(user).get(reverse(url_name, args=args), query)


def add_audits(service: Service, team: Team | None, grades: Iterable[str], **values) -> list[Audit]:
    """Agreed audits with these grades, in bulk."""
    made = Audit.objects.count()
    shared = {
        "tool_version": ToolVersionFactory(content=False),
        "auditor": UserFactory(),
        "state": State.AGREED,
        "agreed_at": timezone.now(),
        **values,
    }
    first = AuditFactory.build(service=service, team=team, **shared)
    audits = []
    for number, grade in enumerate(grades):
        audit = copy(first)  # the factory takes longer for one than the database for a hundred
        audit.reference, audit.case_reference = f"A-2026-{made + number:05d}", f"C{made + number:05d}"
        audit.grade = values.get("grade", grade)
        audit.first_grade = values.get("first_grade", grade)
        audits.append(audit)
    return Audit.objects.bulk_create(audits)


def spread(*counts: int) -> list[str]:
    """So many of each of the four grades, best first."""
    return [grade for grade, n in zip(Grade.values, counts, strict=True) for _ in range(n)]


@pytest.fixture
def demonstration_year(db) -> dict[str, Service]:
    """The year 2021 with the counts and grades of the demonstration; services by name."""
    services = {}
    for order, (name, former, (others, _, reviews), counts) in enumerate(DEMONSTRATION):
        service = services[name] = ServiceFactory(name=name)
        service.order = order
        service.save()
        if former:
            FormerName.objects.create(service=service, name=former)
        team = TeamFactory(service=service, name=f"{name} team")
        grades = spread(*counts) or ["right"] * others
        day = {"audited_on": date(2021, 6, 1), "period_from": date(2020, 6, 1), "period_to": date(2021, 6, 1)}
        made = {} if any(counts) else {"tool_version": _front_door()}
        add_audits(service, team, grades[:others], reason_chosen=ReasonChosen.RANDOM, **day, **made)
        add_audits(service, team, grades[others:], capacity=Capacity.MANAGER, **day)
        LearningReview.objects.bulk_create(
            LearningReviewFactory.build(
                lead_service=service,
                recorded_by=UserFactory(),
                reference=f"L-2021-{order}{number:03d}",
                completed_on=date(2021, 12, 31),
            )
            for number in range(reviews)
        )
    return services


def _front_door() -> ToolVersion:
    """A tool that looks at contacts and judges the threshold decision."""
    return ToolVersionFactory(content=False, tool__audits=Unit.CONTACT, scale=Scale.THRESHOLD)


def queries_of(user: User, url_name: str, **query) -> int:
    """How many queries the page takes, sign-in aside."""
    client = client_for(user)
    client.get(reverse(url_name), query)  # the first page after signing in notes that it was used
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(url_name), query).status_code == 200
    return len(captured)
