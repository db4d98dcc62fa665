"""The check before submitting, the limiting rule, and submitting."""

from datetime import date

import pytest
from django.urls import reverse

from qa_audit.audits.checks.limits import limit_of
from qa_audit.audits.checks.submitting import blocking_problems, problems
from qa_audit.audits.models.answers import DomainGrade, Voice
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.tools.models import Question, Requirement, Scale
from tests.audits.typing import fill_page, page_data
from tests.factories import AuditFactory, ToolVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(cast):
    return ready_audit(cast)


def ready_audit(cast, **facts):
    """An audit with which nothing is wrong."""
    audit = AuditFactory(
        auditor=cast.auditor,
        service=cast.service,
        team=cast.team,
        **{
            "grade": "good",
            "grade_reason": "The plan moved.",
            "impact": "some_difference",
            "child_unsafe": "no",
            "conversation": "held",
            "conversation_on": date(2026, 5, 11),
            "conversation_with": "Social worker",
        }
        | facts,
    )
    for domain in audit.tool_version.domains.all():
        DomainGrade.objects.create(
            audit=audit, domain=domain, grade="good", evidence=f"Seen in {audit.reference}"
        )
    for who in ("child", "parent", "carer"):
        Voice.objects.create(audit=audit, who=who, outcome="heard", words="We were asked.")
    return audit


def grade(audit, *grades):
    for row, value in zip(DomainGrade.objects.filter(audit=audit).order_by("pk"), grades, strict=False):
        DomainGrade.objects.filter(pk=row.pk).update(grade=value)


def blocked_by(audit):
    return [problem.entry for problem in blocking_problems(Audit.objects.get(pk=audit.pk))]


def warned_of(audit):
    return [p.words for p in problems(AuditSheet(Audit.objects.get(pk=audit.pk))) if not p.is_blocking]


def test_complete_audit_is_not_blocked(audit):
    assert blocked_by(audit) == []


@pytest.mark.parametrize(
    ("facts", "entry"),
    [
        ({"grade": ""}, "grade"),
        ({"grade_reason": ""}, "grade_reason"),
        ({"impact": ""}, "impact"),
        ({"child_unsafe": ""}, "child_unsafe"),
        ({"child_unsafe": "yes"}, "told_role"),
        ({"conversation": ""}, "conversation"),
        ({"conversation_on": None}, "conversation_on"),
        ({"conversation_on": date(2026, 5, 13)}, "conversation_on"),
        ({"conversation_with": ""}, "conversation_with"),
        ({"conversation": "not_possible"}, "conversation_why"),
        ({"conversation": "arranged", "conversation_with": ""}, "conversation_with"),
    ],
)
def test_what_must_be_there_blocks(audit, facts, entry):
    Audit.objects.update(**facts)
    assert blocked_by(audit) == [entry]


@pytest.mark.parametrize(
    ("facts", "entry"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "sought"}, "outcome"),
        ({"outcome": "declined"}, "why"),
        ({"outcome": "not_possible"}, "why"),
        ({"outcome": "arranged"}, "arranged_for"),
        ({"outcome": "arranged", "arranged_for": date(2026, 5, 20)}, "arranged_with"),
        ({"outcome": "arranged", "arranged_for": date(2026, 5, 20), "arranged_with": "Advocate"}, None),
        ({"outcome": "not_possible", "why": "A baby of two weeks"}, None),
    ],
)
def test_required_voice_is_met_in_one_of_three_ways(audit, facts, entry):
    Voice.objects.filter(who="child").update(words="", **facts)
    assert blocked_by(audit) == ([f"voice-child-{entry}"] if entry else [])
    # The parent's voice is asked for only: it warns.
    Voice.objects.filter(who="parent").update(words="", **facts)
    Voice.objects.filter(who="child").update(outcome="heard")
    assert blocked_by(audit) == []
    assert any(words.startswith("Parent's voice") for words in warned_of(audit)) == bool(entry)


def test_limiting_domain_needs_evidence_unless_it_does_not_apply(audit):
    limiting = DomainGrade.objects.get(domain__is_limiting=True)
    DomainGrade.objects.filter(pk=limiting.pk).update(evidence="")
    assert blocked_by(audit) == [f"evidence-{limiting.domain_id}"]
    DomainGrade.objects.filter(pk=limiting.pk).update(applies="not_applicable", grade="")
    assert blocked_by(audit) == []


def test_limiting_domain_is_graded_or_left_out_with_a_second_look(audit):
    row = DomainGrade.objects.get(audit=audit, domain__is_limiting=True)
    DomainGrade.objects.filter(pk=row.pk).update(grade="")
    assert blocked_by(audit) == [f"grade-{row.domain_id}"]
    DomainGrade.objects.filter(pk=row.pk).update(applies="not_applicable", evidence="")
    assert blocked_by(audit) == []
    words = f"{row.domain.title} can limit the overall grade, and you left it out: is that right?"
    assert words in warned_of(audit)


def test_domain_without_a_grade_is_a_warning(audit):
    row = DomainGrade.objects.filter(audit=audit, domain__is_limiting=False).first()
    DomainGrade.objects.filter(pk=row.pk).update(grade="")
    assert blocked_by(audit) == []
    assert f"{row.domain.title} is not graded" in warned_of(audit)


def test_required_question_must_be_answered_where_it_is_asked(audit):
    seen = Question.objects.filter(answer_type="yes_no").first()
    Question.objects.filter(pk=seen.pk).update(is_required=True)
    assert blocked_by(audit) == [f"answer-{seen.pk}"]
    DomainGrade.objects.filter(domain=seen.domain).update(applies="not_looked_at", grade="")
    assert blocked_by(audit) == []


@pytest.mark.parametrize(
    ("grades", "limit"),
    [
        (["good", "good"], None),
        (["inadequate", "good"], None),
        (["good", "inadequate"], "inadequate"),
        (["requires_improvement", "good"], None),
        (["requires_improvement", "requires_improvement"], "requires_improvement"),
        (["outstanding", "requires_improvement"], None),
    ],
)
def test_limiting_rule(audit, grades, limit):
    grade(audit, *grades)
    found = limit_of(AuditSheet(audit))
    assert (found.grade if found else None) == limit


def test_going_beyond_the_limit_needs_a_reason(audit, cast, sign_in):
    grade(audit, "good", "inadequate")
    assert blocked_by(audit) == ["beyond_cap_reason"]
    page = (
        sign_in(cast.auditor)
        .get(reverse("audits:page", args=[audit.reference, "judgement"]))
        .content.decode()
    )
    assert "limited to inadequate" in page
    assert "Risk and safety: a limiting domain graded inadequate" in page
    assert "The grade you gave goes beyond it" in page
    Audit.objects.update(beyond_cap_reason="The risk was found and met the same day.")
    assert blocked_by(audit) == []
    Audit.objects.update(beyond_cap_reason="", grade="inadequate")
    assert blocked_by(audit) == []


def test_page_asks_at_once_for_the_reason_beyond_the_limit(audit, cast, sign_in):
    grade(audit, "good", "inadequate")
    Audit.objects.update(grade="")
    client, address = sign_in(cast.auditor), reverse("audits:page", args=[audit.reference, "judgement"])
    response = fill_page(client, address, {"grade": "good"})
    assert "limited to inadequate: write why you go beyond it" in response.content.decode()
    audit.refresh_from_db()
    assert audit.grade == "good"
    later = client.post(address, page_data(response) | {"later": "1"})
    assert later.url == reverse("audits:fill", args=[audit.reference])
    assert fill_page(client, address, {"beyond_cap_reason": "Met the same day."}).status_code == 302


def test_no_limit_where_the_version_says_so_or_the_scale_differs(cast, sign_in):
    for facts in ({"limits_overall_grade": False}, {"scale": Scale.MEETS}):
        audit = ready_audit(cast, tool_version=ToolVersionFactory(**facts), grade="meets_good")
        grade(audit, "inadequate", "inadequate")
        assert limit_of(AuditSheet(audit)) is None
        page = sign_in(cast.auditor).get(reverse("audits:page", args=[audit.reference, "judgement"]))
        assert "limiting domain" not in page.content.decode()


def test_nothing_is_asked_that_the_tool_does_not_ask(cast):
    version = ToolVersionFactory(
        scale=Scale.NONE, voice_child=Requirement.NOT_APPLICABLE, conversation=Requirement.NOT_APPLICABLE
    )
    audit = ready_audit(cast, tool_version=version, grade="", grade_reason="", conversation="")
    Voice.objects.all().delete()
    assert blocked_by(audit) == []


def test_warnings_do_not_block(audit):
    first, second = DomainGrade.objects.order_by("pk")
    DomainGrade.objects.filter(pk=first.pk).update(grade="outstanding", evidence="")
    DomainGrade.objects.filter(pk=second.pk).update(evidence="This was outstanding work.")
    words = warned_of(audit)
    assert "Child's voice is graded outstanding without evidence" in words
    assert any("the evidence says “outstanding”" in word for word in words)
    assert any(word.startswith("No strength") for word in words)
    assert any(word.startswith("No area for improvement") for word in words)
    assert "Pick the strength that you talked about" in words
    DomainGrade.objects.filter(pk=first.pk).update(grade="good")
    assert "Child's voice is graded good without evidence" not in warned_of(audit)
    assert blocked_by(audit) == []


def test_evidence_of_another_audit_is_noticed_without_saying_which(cast, audit):
    copied = "Visits were made each week and the child was seen alone at school."
    other = AuditFactory(auditor=cast.second_auditor, tool_version=audit.tool_version)
    domain = audit.tool_version.domains.first()
    DomainGrade.objects.create(audit=other, domain=domain, grade="good", evidence=copied)
    assert not any("word for word" in words for words in warned_of(audit))
    DomainGrade.objects.filter(audit=audit, domain=domain).update(evidence=copied)
    [words] = [words for words in warned_of(audit) if "word for word" in words]
    assert words == "Child's voice: the evidence is word for word that of another audit"


def test_identifiers_warn_once_and_are_remembered_as_none(cast, audit, sign_in):
    Audit.objects.update(grade_reason="It was Kacper who said so.", impact_note="Kacper again")
    [problem] = [p for p in problems(AuditSheet(Audit.objects.get())) if p.sighted]
    assert problem.entry == "grade_reason"
    assert problem.is_blocking
    assert problem.may_be_declared
    client = sign_in(cast.auditor)
    client.post(reverse("audits:not_a_name", args=[audit.reference]), {"text": problem.sighted})
    assert not [p for p in problems(AuditSheet(Audit.objects.get())) if p.sighted]


@pytest.mark.parametrize(
    "text", ["943 476 5919", "07700 900123", "AB 12 34 56 C", "P851986723070", "a.b@example.org"]
)
def test_numbers_of_a_person_cannot_be_declared(cast, audit, sign_in, text):
    Audit.objects.update(grade_reason=f"On file: {text} in the notes.")
    [problem] = [p for p in problems(AuditSheet(Audit.objects.get())) if p.sighted]
    assert problem.is_blocking
    assert not problem.may_be_declared
    client = sign_in(cast.auditor)
    assert "It must be removed." in client.get(reverse("audits:check", args=[audit.reference])).text
    client.post(reverse("audits:not_a_name", args=[audit.reference]), {"text": problem.sighted})
    client.post(reverse("audits:submit", args=[audit.reference]))
    audit.refresh_from_db()
    assert audit.state == State.IN_PROGRESS
    assert not audit.not_names.exists()


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        ({"case_reference": "JOHN SMITH"}, "header/#id_case_reference"),
        ({"earlier_reference": "943 476 5919"}, "header/#id_earlier_reference"),
        ({"worker_role": "Social worker, Jane Brown"}, "header/#id_worker_role"),
        ({"theme": "Neglect of Amelia Pike"}, "header/#id_theme"),
        ({"conversation_with": "Mrs Kowalczyk"}, "fill/conversation/#id_conversation_with"),
    ],
)
def test_names_in_the_header_and_in_roles_warn(cast, audit, sign_in, facts, address):
    Audit.objects.update(**facts)
    page = sign_in(cast.auditor).get(reverse("audits:check", args=[audit.reference])).text
    assert f"/audits/{audit.reference}/{address}" in page
    assert "Submit the audit" not in page


@pytest.mark.parametrize("role", ["Social Worker", "Independent Reviewing Officer", "Personal Adviser"])
def test_roles_are_no_names(audit, role):
    Audit.objects.update(worker_role=role, conversation_with=role)
    assert not [p for p in problems(AuditSheet(Audit.objects.get())) if p.sighted]


def test_check_page_leads_to_page_and_field(cast, audit, sign_in):
    Audit.objects.update(impact="")
    page = sign_in(cast.auditor).get(reverse("audits:check", args=[audit.reference])).content.decode()
    assert f'href="/audits/{audit.reference}/fill/judgement/#id_impact"' in page
    assert "Submit the audit" not in page


def test_submit_is_refused_while_something_blocks(cast, audit, sign_in):
    Audit.objects.update(impact="")
    client = sign_in(cast.auditor)
    response = client.post(reverse("audits:submit", args=[audit.reference]))
    assert response.url == reverse("audits:check", args=[audit.reference])
    audit.refresh_from_db()
    assert audit.state == State.IN_PROGRESS


def test_returned_audit_is_submitted_after_a_change(cast, audit, sign_in):
    Audit.objects.update(state=State.RETURNED, return_note="Say what you read.")
    client, address = sign_in(cast.auditor), reverse("audits:check", args=[audit.reference])
    page = client.get(address).content.decode()
    assert "Submit the audit" not in page
    assert "Say what you read." in page
    fill_page(
        client, reverse("audits:page", args=[audit.reference, "judgement"]), {"grade_reason": "I read it."}
    )
    assert "Submit the audit" in client.get(address).content.decode()


def test_audit_is_submitted_from_the_check(cast, audit, sign_in):
    client = sign_in(cast.auditor)
    assert "Submit the audit" in client.get(reverse("audits:check", args=[audit.reference])).content.decode()
    assert client.post(reverse("audits:submit", args=[audit.reference])).url == audit.get_absolute_url()
    audit.refresh_from_db()
    assert (audit.state, audit.first_grade) == (State.SUBMITTED, "good")


def test_arranged_voice_and_conversation_are_completed_after_submitting(cast, audit, sign_in):
    Voice.objects.filter(who="child").update(outcome="arranged", words="", arranged_for=date(2026, 5, 20))
    Audit.objects.update(state=State.SHARED, conversation="arranged", told_strength=None)
    client, address = sign_in(cast.auditor), reverse("audits:feedback", args=[audit.reference])
    page = client.get(address)
    assert "voice-parent-outcome" not in page_data(page)
    typed = {
        "voice-child-outcome": "heard",
        "voice-child-words": "They listened.",
        "conversation": "held",
        "conversation_view": "Fair.",
    }
    assert fill_page(client, address, typed).url == audit.get_absolute_url()
    audit.refresh_from_db()
    assert (audit.conversation, audit.conversation_view, audit.state) == ("held", "Fair.", State.SHARED)
    assert Voice.objects.get(who="child").words == "They listened."
    assert "Nothing is still arranged for later" in client.get(address).content.decode()
    sneaked = page_data(page) | {
        "voice-parent-outcome": "declined",
        "version-voice-parent-outcome": "x",
        "grade": "outstanding",
    }
    client.post(address, sneaked)
    audit.refresh_from_db()
    assert audit.grade == "good"
    assert Voice.objects.get(who="parent").outcome == "heard"


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ({"voice-child-outcome": "declined"}, "voice-child-why"),
        ({"voice-child-outcome": "sought"}, "voice-child-outcome"),
        ({"conversation": "not_possible"}, "conversation_why"),
        ({"conversation": "held", "conversation_on": "13 May 2026"}, "conversation_on"),
        ({"conversation": "held", "conversation_with": ""}, "conversation_with"),
    ],
)
def test_feedback_that_would_leave_something_unheard_is_refused(cast, audit, sign_in, typed, entry):
    Voice.objects.filter(who="child").update(
        outcome="arranged", words="", arranged_for=date(2026, 5, 20), arranged_with="Social worker"
    )
    Audit.objects.update(state=State.SHARED, conversation="arranged")
    client, address = sign_in(cast.auditor), reverse("audits:feedback", args=[audit.reference])
    response = fill_page(client, address, typed)
    assert list(response.context["form"].errors) == [entry]
    assert Voice.objects.get(who="child").outcome == "arranged"
    assert Audit.objects.get().conversation == "arranged"


def test_second_tab_does_not_overwrite_feedback(audit, cast, sign_in):
    Audit.objects.update(state=State.SHARED, conversation="arranged")
    client, address = sign_in(cast.auditor), reverse("audits:feedback", args=[audit.reference])
    old_page = page_data(client.get(address))
    fill_page(client, address, {"conversation_view": "Fair."})
    late = client.post(address, old_page | {"conversation_view": "Unfair."})
    assert late.status_code == 409
    assert "Fair." in late.content.decode()
    client.post(address, page_data(late))
    assert Audit.objects.get().conversation_view == "Unfair."


def test_feedback_is_for_its_auditor_and_not_for_withdrawn_audits(cast, audit, sign_in):
    address = reverse("audits:feedback", args=[audit.reference])
    Audit.objects.update(state=State.WITHDRAWN, conversation="arranged")
    assert sign_in(cast.auditor).get(address).status_code == 403
    assert sign_in(cast.qa_lead).get(address).status_code == 403
    assert sign_in(cast.second_auditor).get(address).status_code == 404


def test_check_has_a_fixed_number_of_queries(cast, audit, sign_in, django_assert_max_num_queries):
    client = sign_in(cast.auditor)
    client.get("/audits/start/")
    with django_assert_max_num_queries(26):
        client.get(reverse("audits:check", args=[audit.reference]))
