"""Completed means complete: the check before submitting and the task list say the same."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_audit.audits.actions.findings import add_finding
from qa_audit.audits.checks.submitting import problems
from qa_audit.audits.checks.task_list import COMPLETED, IN_PROGRESS, NOT_STARTED, states_of
from qa_audit.audits.models.answers import Answer, DomainGrade, Outcome, Voice
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.tools.models import Grade, Question
from tests.audits.typing import fill_page
from tests.factories import AuditFactory
from tests.reading import one_line

pytestmark = pytest.mark.django_db


def task_list(client, audit):
    return client.get(reverse("audits:fill", args=[audit.reference]))


def state(audit, key):
    return states_of(AuditSheet(Audit.objects.get(pk=audit.pk)))[key]


def fill(client, audit, key, **typed):
    names = {name.replace("__", "-"): value for name, value in typed.items()}
    return fill_page(client, reverse("audits:page", args=[audit.reference, key]), names)


def test_heard_declined_without_why_is_not_complete(audit, client):
    typed = {f"voice__{who}__outcome": "declined" for who in ("child", "parent", "carer")}
    fill(client, audit, "voices", **typed)
    assert state(audit, "voices") == IN_PROGRESS
    fill(client, audit, "voices", **{f"voice__{who}__why": "Asleep" for who in ("child", "parent", "carer")})
    assert state(audit, "voices") == COMPLETED


def test_conversation_held_without_its_day_is_not_complete(audit, client):
    fill(client, audit, "conversation", conversation="held")
    assert state(audit, "conversation") == IN_PROGRESS


def test_a_grade_beyond_the_limit_opens_the_judgement_again(audit, client, cast):
    fill(
        client,
        audit,
        "judgement",
        grade="good",
        grade_reason="It moves.",
        impact="worse",
        impact_note="Less.",
    )
    assert state(audit, "judgement") == COMPLETED
    domain = next(one for one in audit.tool_version.domains.all() if one.is_limiting)
    DomainGrade.objects.create(audit=audit, domain=domain, grade=Grade.INADEQUATE, evidence="Nobody went.")
    assert state(audit, "judgement") == IN_PROGRESS


def test_unsafe_and_not_raised_is_not_complete(audit, client):
    Audit.objects.update(child_unsafe="yes")
    assert state(audit, "safety") == IN_PROGRESS


def test_what_the_check_says_of_the_header_is_said_in_the_task_list(audit, client):
    assert state(audit, "header") == IN_PROGRESS
    assert "Say what the status was on the day" in [one.words for one in problems(AuditSheet(audit))]
    Audit.objects.update(status_on_day="child_in_need")
    assert state(audit, "header") == COMPLETED


def test_continue_leads_to_the_first_section_that_has_something_open(audit, client):
    header = reverse("audits:header", args=[audit.reference])
    fill(client, audit, "conversation", conversation="held")
    assert task_list(client, audit).context["go_on"] == header
    Audit.objects.update(status_on_day="child_in_need")
    first = audit.tool_version.domains.first()
    response = task_list(client, audit)
    assert response.context["go_on"] == reverse("audits:page", args=[audit.reference, first.concept.key])
    page = one_line(response)
    assert "Continue" in page
    assert f"<strong>1 of {len(response.context['tasks'])}</strong> sections are completed" in page


def test_with_nothing_open_it_leads_to_the_check(cast, client):
    audit = AuditFactory(auditor=cast.auditor, status_on_day="child_in_need", child_unsafe="no", grade="good")
    for domain in audit.tool_version.domains.all():
        DomainGrade.objects.create(audit=audit, domain=domain, applies="not_applicable")
    for who in ("child", "parent", "carer"):
        Voice.objects.create(audit=audit, who=who, outcome=Outcome.HEARD)
    told = {
        "grade_reason": "It moves.",
        "impact": "worse",
        "impact_note": "Less.",
        "conversation": "not_possible",
        "conversation_why": "Left the council",
    }
    Audit.objects.filter(pk=audit.pk).update(**told)
    fill(client, audit, "findings", strength="Seen early.", improvement="See them alone.")
    response = task_list(client, audit)
    assert {task["state"] for task in response.context["tasks"]} == {COMPLETED}
    assert response.context["go_on"] == reverse("audits:check", args=[audit.reference])


def test_the_task_list_costs_the_same_for_any_data(audit, client):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            task_list(client, audit)
        return len(queries)

    for domain in audit.tool_version.domains.all():
        words = f"{domain}: seen. " * 20
        DomainGrade.objects.create(audit=audit, domain=domain, grade="good", evidence=words)
    one_finding = {"strength": "Seen early.", "improvement": "See them alone."}
    fill(client, audit, "findings", **one_finding)
    before = cost()
    for number in range(5):
        add_finding(audit=audit, by=audit.auditor, kind="strength", text=f"Strength {number}")
    for question in Question.objects.filter(domain__version=audit.tool_version):
        Answer.objects.create(audit=audit, question=question, value="yes")
    assert cost() == before <= 30


WORDS = ["", "Seen alone, and it changed the plan for the child at school."]
choice = st.sampled_from


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_completed_and_the_check_never_disagree(cast, data):
    """Any audit: what is completed has nothing that blocks; what the check is silent about is completed."""
    audit = AuditFactory(
        auditor=cast.auditor,
        grade=data.draw(choice(["", *Grade.values])),
        grade_reason=data.draw(choice(WORDS)),
        impact=data.draw(choice(["", "worse"])),
        impact_note=data.draw(choice(WORDS)),
        child_unsafe=data.draw(choice(["", "yes", "no"])),
        conversation=data.draw(choice(["", *Audit.Conversation.values])),
        conversation_with=data.draw(choice(["", "Social worker"])),
        status_on_day=data.draw(choice(["", "child_in_need"])),
    )
    for domain in audit.tool_version.domains.all():
        applies = data.draw(choice(["", "not_applicable"]))
        grade = data.draw(choice(["", *Grade.values])) if not applies else ""
        DomainGrade.objects.create(
            audit=audit, domain=domain, applies=applies, grade=grade, evidence=data.draw(choice(WORDS))
        )
        for question in domain.questions.all():
            if data.draw(st.booleans()):
                Answer.objects.create(audit=audit, question=question, value="yes")
    for who in ("child", "parent", "carer"):
        if outcome := data.draw(choice(["", *Outcome.values])):
            Voice.objects.create(audit=audit, who=who, outcome=outcome, why=data.draw(choice(["", "Asleep"])))
    sheet = AuditSheet(audit)
    found, states = problems(sheet), states_of(sheet)
    assert states.keys() == {page.key for page in sheet.pages}
    assert {problem.page for problem in found} <= states.keys()
    for page in sheet.pages:
        against = [problem for problem in found if problem.page == page.key]
        if any(problem.is_blocking for problem in against):
            assert states[page.key] != COMPLETED
        elif not against and states[page.key] != NOT_STARTED:
            assert states[page.key] == COMPLETED
