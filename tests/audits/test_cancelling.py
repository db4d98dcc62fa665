"""While nothing is written in it, its auditor may cancel an audit or change its tool."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.actions import moves
from qa_audit.audits.actions.findings import add_finding
from qa_audit.audits.models.answers import Answer, DomainGrade, Voice, has_answers
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.permissions import may_cancel, may_change_tool
from qa_audit.history.models import Event
from qa_audit.notices.models import Notice
from qa_audit.tools.models import Question
from tests.audits.test_safety import TOLD
from tests.audits.typing import fill_page
from tests.factories import ToolVersionFactory

pytestmark = pytest.mark.django_db
WRITTEN = (
    *("an answer", "a grade", "evidence", "not applicable", "a voice", "a finding", "the judgement"),
    *("its reason", "the impact", "the safety answer", "the conversation"),
)
WHY = {"reason": "The wrong case."}


def page_of(audit, name):
    return reverse(f"audits:{name}", args=[audit.reference])


@pytest.mark.parametrize("state", [State.ALLOCATED, State.IN_PROGRESS])
def test_its_auditor_cancels_it_with_a_reason(audit, client, cast, sign_in, state):
    Audit.objects.update(state=state)
    page = client.get(audit.get_absolute_url()).content.decode()
    assert f'href="{page_of(audit, "cancel")}"' in page
    assert b"Say why you are cancelling it" in client.post(page_of(audit, "cancel"), {"reason": " "}).content
    assert client.post(page_of(audit, "cancel"), WHY, follow=True).status_code == 200
    audit.refresh_from_db()
    assert audit.state == State.WITHDRAWN
    event = Event.objects.get(action="cancelled")
    assert (event.changes["state"], event.reason) == ([state, "withdrawn"], "The wrong case.")
    assert event.snapshot_hash
    # The QA lead who allocated it finds it, with the reason.
    lead = sign_in(cast.qa_lead)
    assert audit.reference in lead.get(reverse("audits:list"), {"state": "withdrawn"}).content.decode()
    assert "The wrong case." in lead.get(page_of(audit, "history")).content.decode()


def test_its_auditor_changes_its_tool(audit, client, cast):
    other = ToolVersionFactory()
    Audit.objects.update(last_page="judgement")
    page = client.get(page_of(audit, "change_tool")).content.decode()
    assert other.tool.title in page
    before = audit.tool_version
    assert (
        client.post(page_of(audit, "change_tool"), {"tool_version": other.pk}).url == audit.get_absolute_url()
    )
    audit.refresh_from_db()
    assert (audit.tool_version, audit.state, audit.last_page) == (other, State.IN_PROGRESS, "")
    event = Event.objects.get(action="given another tool")
    assert event.changes == {"tool": [str(before), str(other)]}
    assert event.snapshot_hash
    assert client.get(page_of(audit, "fill")).status_code == 200


def written_in(audit, cast) -> dict:
    domain = audit.tool_version.domains.first()
    question = Question.objects.filter(domain=domain).first()
    own = lambda **fields: lambda: Audit.objects.update(**fields)  # noqa: E731
    return {
        "an answer": lambda: Answer.objects.create(audit=audit, question=question, value="yes"),
        "a grade": lambda: DomainGrade.objects.create(audit=audit, domain=domain, grade="good"),
        "evidence": lambda: DomainGrade.objects.create(audit=audit, domain=domain, evidence="Seen."),
        "not applicable": lambda: DomainGrade.objects.create(
            audit=audit, domain=domain, applies="not_applicable"
        ),
        "a voice": lambda: Voice.objects.create(audit=audit, who="child", outcome="sought"),
        "a finding": lambda: add_finding(audit=audit, by=cast.auditor, kind="strength", text="Seen early."),
        "the judgement": own(grade="good"),
        "its reason": own(grade_reason="It moves."),
        "the impact": own(impact_note="Less."),
        "the safety answer": own(child_unsafe="no"),
        "the conversation": own(conversation_with="Social worker"),
    }


@pytest.mark.parametrize("what", WRITTEN)
def test_whatever_is_written_in_it_holds_it(audit, client, cast, what):
    other = ToolVersionFactory()
    assert not has_answers(audit)
    written_in(audit, cast)[what]()
    audit = Audit.objects.get(pk=audit.pk)
    assert has_answers(audit)
    assert not may_cancel(cast.auditor, audit)
    assert not may_change_tool(cast.auditor, audit)
    for name, data, word in [
        ("cancel", WHY, "cancelled"),
        ("change_tool", {"tool_version": other.pk}, "given another tool"),
    ]:
        assert page_of(audit, name) not in client.get(audit.get_absolute_url()).content.decode()
        page = client.get(page_of(audit, name), follow=True).content.decode()
        assert f"this audit has answers, so it cannot be {word}" in page
        response = client.post(page_of(audit, name), data)
        assert response.status_code == 409
        assert "has answers" in response.content.decode()
    after = Audit.objects.get(pk=audit.pk)
    assert (after.state, after.tool_version) == (State.IN_PROGRESS, audit.tool_version)


def test_a_concern_that_was_raised_holds_it(audit, client, cast):
    fill_page(client, page_of(audit, "safety"), TOLD)
    assert Notice.objects.exists()
    assert not may_cancel(cast.auditor, Audit.objects.get())


def test_what_was_given_and_taken_back_holds_it_no_longer(audit, client, cast):
    domain = audit.tool_version.domains.first()
    address = reverse("audits:all", args=[audit.reference])
    fill_page(client, address, {f"evidence-{domain.pk}": "Seen.", "grade": "good"})
    fill_page(client, address, {f"evidence-{domain.pk}": ""})
    Audit.objects.update(grade="")
    other = ToolVersionFactory()
    moves.change_tool(audit=audit, by=cast.auditor, tool_version=other)
    assert Audit.objects.get().tool_version == other
    assert not DomainGrade.objects.exists()


@pytest.mark.parametrize("state", sorted(set(State) - {State.ALLOCATED, State.IN_PROGRESS}))
def test_in_no_other_state(audit, cast, state):
    Audit.objects.update(state=state, agreed_at=timezone.now())
    with pytest.raises(moves.MoveRefused):
        moves.cancel(audit=audit, by=cast.auditor, reason="The wrong case.")
    with pytest.raises(moves.MoveRefused):
        moves.change_tool(audit=audit, by=cast.auditor, tool_version=ToolVersionFactory())


def test_nobody_else_does(audit, cast):
    for person in (cast.qa_lead, cast.second_auditor, cast.manager, cast.head, cast.leader):
        assert not may_cancel(person, audit)
        assert not may_change_tool(person, audit)
        with pytest.raises(PermissionDenied):
            moves.cancel(audit=audit, by=person, reason="The wrong case.")
        with pytest.raises(PermissionDenied):
            moves.change_tool(audit=audit, by=person, tool_version=ToolVersionFactory())
    with pytest.raises(ValidationError):
        moves.cancel(audit=audit, by=cast.auditor, reason="")


def test_only_a_tool_on_which_it_could_have_been_started(audit, client, cast):
    retired = ToolVersionFactory(status="retired")
    elsewhere = ToolVersionFactory()
    elsewhere.tool.services.set([cast.elsewhere])
    for version in (retired, elsewhere, audit.tool_version):
        with pytest.raises(moves.MoveRefused):
            moves.change_tool(audit=audit, by=cast.auditor, tool_version=version)
    offered = client.get(page_of(audit, "change_tool")).context["form"].fields["tool_version"].queryset
    assert not {retired, elsewhere, audit.tool_version} & set(offered)
