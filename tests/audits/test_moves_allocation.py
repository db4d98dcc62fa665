"""Giving an audit to somebody: who may, to whom, and what it knows from the start."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from qa_audit.audits.actions import moves
from qa_audit.audits.models.audit import Audit, State
from qa_audit.history.models import Event
from tests.factories import AuditFactory, ToolVersionFactory


def allocation(cast, **fields):
    return {
        "token": "once",
        "auditor": cast.auditor,
        "tool_version": ToolVersionFactory(),
        "case_reference": "C1",
        "service": cast.service,
        "team": cast.team,
        "capacity": "qa_unit",
        "reason_chosen": "theme",
        "theme": "Neglect",
    } | fields


def test_a_qa_lead_allocates_an_audit_due_in_ten_working_days(cast):
    audit = moves.allocate(by=cast.qa_lead, **allocation(cast))
    assert audit.state == State.ALLOCATED
    assert (audit.reference, audit.kind) == ("A-2026-0001", "thematic")
    # 25 May 2026 is a bank holiday.
    assert (audit.allocated_on, audit.due_on) == (date(2026, 5, 12), date(2026, 5, 27))
    assert Audit.objects.visible_to(cast.auditor).get() == audit
    assert audit.events.get().action == "allocated"


def test_the_same_allocation_sent_twice_makes_one_audit(cast):
    given = allocation(cast)
    assert moves.allocate(by=cast.qa_lead, **given) == moves.allocate(by=cast.qa_lead, **given)
    assert Event.objects.count() == 1


def test_an_allocated_audit_knows_what_the_last_audit_of_its_case_knows(cast):
    AuditFactory(state=State.AGREED, case_reference="C1", age_band="5_9", sex="female", is_disabled=True)
    audit = moves.allocate(by=cast.qa_lead, **allocation(cast))
    assert (audit.age_band, audit.sex, audit.is_disabled) == ("5_9", "female", True)


def test_only_qa_leads_allocate(cast):
    for user in (cast.auditor, cast.manager, cast.head, cast.leader, cast.administrator):
        with pytest.raises(PermissionDenied):
            moves.allocate(by=user, **allocation(cast))


@pytest.mark.parametrize(
    ("who", "capacity", "team"),
    [
        ("auditor", "manager", "team"),
        ("manager", "qa_unit", "other_team"),
        ("manager", "manager", "team"),
        ("manager", "manager", "team_elsewhere"),
        ("head", "qa_unit", "team"),
    ],
)
def test_an_allocation_that_breaks_a_rule_of_who_audits_what_is_refused(who, capacity, team, cast):
    given = allocation(cast, auditor=getattr(cast, who), capacity=capacity, team=getattr(cast, team))
    with pytest.raises(ValidationError):
        moves.allocate(by=cast.qa_lead, **given)
    assert not Audit.objects.exists()


def test_a_manager_audit_on_another_team_of_the_service_is_allocated(cast):
    given = allocation(cast, auditor=cast.manager, capacity="manager", team=cast.other_team)
    audit = moves.allocate(by=cast.qa_lead, **given)
    assert (audit.kind, audit.is_own_team) == ("manager", False)
