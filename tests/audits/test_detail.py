"""One audit to read: what it shows, to whom, which buttons, and the copy for its practitioner."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qa_audit.audits.models.answers import Answer, AuditFinding, DomainGrade, Voice
from qa_audit.audits.models.audit import State
from qa_audit.findings.models import FindingKind
from qa_audit.history.models import Event
from qa_audit.tools.models import Question, Requirement
from tests.factories import AuditFactory, FindingFactory, NoticeFactory, ToolVersionFactory

LONDON = ZoneInfo("Europe/London")


def words_of(response):
    return " ".join(response.content.decode().split())


def make(cast, state=State.SHARED, **fields):
    """An audit with something in every place."""
    defaults = {
        "auditor": cast.auditor,
        "service": cast.service,
        "team": cast.team,
        "grade": "good",
        "first_grade": "outstanding",
        "grade_reason": "The plan is clear.",
        "impact": "some_difference",
        "conversation": "held",
        "conversation_on": date(2026, 5, 4),
        "conversation_view": "I would visit more often.",
        "submitted_at": datetime(2026, 5, 1, 9, 0, tzinfo=LONDON),
        "shared_at": datetime(2026, 5, 5, 9, 0, tzinfo=LONDON),
        "due_on": date(2026, 5, 11),
    }
    audit = AuditFactory(state=state, **(defaults | fields))
    domain = audit.tool_version.domains.first()
    DomainGrade.objects.create(
        audit=audit, domain=domain, grade="requires_improvement", evidence="Seen once.\nThen not."
    )
    question = Question.objects.filter(domain=domain, answer_type="yes_no").first()
    Answer.objects.create(audit=audit, question=question, value="not_recorded")
    Voice.objects.create(audit=audit, who="child", outcome="heard", words="I like my room.")
    for kind, text, severity in [
        ("strength", "Seen alone early.", ""),
        ("improvement", "No plan B.", "high"),
    ]:
        finding = FindingFactory(service=cast.service, kind=FindingKind(kind), text=text, severity=severity)
        found = AuditFinding.objects.create(audit=audit, finding=finding, domain=domain)
        setattr(audit, "told_strength" if kind == "strength" else "told_change", found)
    audit.save()
    return audit


def test_the_page_shows_the_whole_audit(cast, sign_in):
    audit = make(cast)
    page = words_of(sign_in(cast.head).get(audit.get_absolute_url()))
    for words in (
        audit.reference,
        audit.case_reference,
        "Social Work with Families",
        "SWF Harbour 1",
        "As audited: Outstanding",
        "The plan is clear.",
        "Some difference",
        "Requires improvement",
        "Seen once. Then not.",
        "Was the child seen alone?",
        "Not recorded",
        "I like my room.",
        "Held: 4 May 2026",
        "I would visit more often.",
        "Seen alone early.",
        "No plan B.",
        "severity: high",
    ):
        assert words in page


def test_typed_line_breaks_and_markup_stay_text(cast, sign_in):
    audit = make(cast, grade_reason="<script>alert(1)</script>\nSecond line")
    page = sign_in(cast.head).get(audit.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nSecond line" in page
    assert "<script>alert" not in page


def test_an_agreed_audit_is_labelled_final(cast, sign_in):
    audit = make(cast, State.AGREED)
    page = words_of(sign_in(cast.head).get(audit.get_absolute_url()))
    assert '<strong class="govuk-tag sight-state--agreed">Final</strong>' in page


@pytest.mark.parametrize("name", ["detail", "copy"])
@pytest.mark.parametrize("role", ["analyst", "administrator", "nobody"])
def test_a_role_without_audits_is_answered_403(name, role, cast, sign_in):
    audit = make(cast)
    response = sign_in(getattr(cast, role)).get(reverse(f"audits:{name}", args=[audit.reference]))
    assert response.status_code == 403
    assert audit.case_reference not in words_of(response)


@pytest.mark.parametrize("name", ["detail", "copy"])
@pytest.mark.parametrize(
    ("role", "state"),
    [
        ("outsider", State.SHARED),
        ("second_auditor", State.SHARED),
        ("head", State.SUBMITTED),
        ("manager", State.SUBMITTED),
    ],
)
def test_an_audit_that_is_not_theirs_to_open_is_answered_404(name, role, state, cast, sign_in):
    audit = make(cast, state)
    response = sign_in(getattr(cast, role)).get(reverse(f"audits:{name}", args=[audit.reference]))
    assert response.status_code == 404


def test_opening_is_on_record_once_in_five_minutes(cast, sign_in, frozen_clock):
    audit, client = make(cast), sign_in(cast.head)
    client.get(audit.get_absolute_url())
    client.get(audit.get_absolute_url())
    opened = Event.objects.about(audit).readings().filter(action="opened")
    assert [event.actor_name for event in opened] == ["Hana Head"]
    frozen_clock.shift(301)
    client.get(audit.get_absolute_url())
    assert opened.all().count() == 2


def test_only_qa_leads_see_who_has_looked(cast, sign_in):
    audit = make(cast)
    sign_in(cast.leader).get(audit.get_absolute_url())
    assert "Lee Leader" in words_of(sign_in(cast.qa_lead).get(audit.get_absolute_url()))
    for user in (cast.head, cast.manager, cast.auditor):
        assert "Lee Leader" not in words_of(sign_in(user).get(audit.get_absolute_url()))


BUTTONS = {
    ("auditor", State.ALLOCATED): ["fill"],
    ("auditor", State.IN_PROGRESS): ["fill"],
    ("auditor", State.RETURNED): ["fill"],
    ("auditor", State.SUBMITTED): ["copy"],
    ("auditor", State.SHARED): ["copy"],
    ("manager", State.SHARED): ["accuracy", "copy"],
    ("manager", State.AGREED): ["copy"],
    ("head", State.SHARED): ["copy"],
    ("leader", State.AGREED): ["copy"],
    ("qa_lead", State.IN_PROGRESS): ["hand_over", "withdraw"],
    ("qa_lead", State.SUBMITTED): ["share", "return", "withdraw"],
    ("qa_lead", State.SHARED): ["return", "agree", "copy", "withdraw"],
    ("qa_lead", State.AGREED): ["copy", "withdraw"],
    ("qa_lead", State.WITHDRAWN): [],
}


@pytest.mark.parametrize(("role", "state"), BUTTONS)
def test_only_the_moves_that_the_person_may_make_now_are_offered(role, state, cast, sign_in):
    audit = make(cast, state)
    response = sign_in(getattr(cast, role)).get(audit.get_absolute_url())
    offered = [move["href"] for move in response.context["moves"]]
    assert offered == [reverse(f"audits:{name}", args=[audit.reference]) for name in BUTTONS[role, state]]


def test_the_auditor_is_offered_the_feedback_that_is_arranged(cast, sign_in):
    audit = make(cast, State.AGREED, conversation="arranged")
    response = sign_in(cast.auditor).get(audit.get_absolute_url())
    assert "Complete the feedback" in words_of(response)


def test_after_the_check_agreeing_is_the_first_button(cast, sign_in):
    audit = make(cast, accuracy_noted_at=datetime(2026, 5, 6, tzinfo=LONDON), accuracy_noted_by=cast.manager)
    moves = sign_in(cast.qa_lead).get(audit.get_absolute_url()).context["moves"]
    assert (moves[0]["text"], moves[0]["posts"]) == ("Agree", True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": State.ALLOCATED}, "Allocated to Ada Auditor. It was due on 11 May 2026."),
        (
            {"state": State.IN_PROGRESS, "due_on": date(2026, 5, 12)},
            "is filling it in. It is due on 12 May 2026.",
        ),
        ({"state": State.SUBMITTED}, "A QA lead shares it with the team manager, or returns it"),
        ({}, "Shared on 5 May 2026: the team manager has until 12 May 2026 to check it."),
        (
            {"shared_at": datetime(2026, 5, 1, 9, 0, tzinfo=LONDON)},
            "the team manager had until 11 May 2026 to check it. A QA lead can agree it.",
        ),
        ({"team": None}, "there is no manager to check it, so a QA lead can agree it at once."),
        (
            {"accuracy_noted_at": datetime(2026, 5, 6, 9, 0, tzinfo=LONDON)},
            "the team manager checked it on 6 May 2026. A QA lead can agree it.",
        ),
        ({"state": State.AGREED}, "Agreed on 12 May 2026. It is final and counts in reports."),
        ({"state": State.WITHDRAWN}, "Withdrawn. It is not counted anywhere and stays on record."),
    ],
)
def test_one_sentence_says_what_happens_next(fields, said, cast, sign_in):
    audit = make(cast, **fields)
    assert said in words_of(sign_in(cast.qa_lead).get(audit.get_absolute_url()))


def test_the_return_note_stands_on_top_for_its_auditor(cast, sign_in):
    audit = make(cast, State.RETURNED, return_note="Say what changed for her.")
    assert "Say what changed for her." in words_of(sign_in(cast.auditor).get(audit.get_absolute_url()))


def test_the_concern_is_a_link_for_those_who_see_notices(cast, sign_in):
    notice = NoticeFactory(service=cast.service, team=cast.team, raised_by=cast.auditor)
    audit = make(cast, child_unsafe="yes", notice=notice)
    assert notice.get_absolute_url() in words_of(sign_in(cast.manager).get(audit.get_absolute_url()))
    page = sign_in(cast.leader).get(audit.get_absolute_url())
    assert "Yes, a child may be unsafe now" in words_of(page)
    assert notice.get_absolute_url() not in words_of(page)


def test_a_blind_moderator_reads_the_evidence_and_no_grade(cast, sign_in):
    audit = make(cast, State.IN_MODERATION, moderator=cast.second_auditor)
    page = words_of(sign_in(cast.second_auditor).get(audit.get_absolute_url()))
    assert "Seen once. Then not." in page
    for hidden in ("Outstanding", "Good", "Requires improvement", "The plan is clear.", "severity"):
        assert hidden not in page
    audit.moderated_at = datetime(2026, 5, 12, tzinfo=LONDON)
    audit.save()
    assert "Requires improvement" in words_of(sign_in(cast.second_auditor).get(audit.get_absolute_url()))


def test_the_page_takes_as_many_queries_for_many_answers_as_for_few(cast, sign_in):
    audit, client = make(cast), sign_in(cast.qa_lead)
    client.get(audit.get_absolute_url())

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(audit.get_absolute_url())
        return len(captured)

    few = queries()
    for question in Question.objects.filter(domain__version=audit.tool_version).exclude(
        pk__in=audit.answers.values("question")
    ):
        Answer.objects.create(audit=audit, question=question, value="yes")
    DomainGrade.objects.create(audit=audit, domain=audit.tool_version.domains.last(), grade="good")
    for _ in range(5):
        AuditFinding.objects.create(audit=audit, finding=FindingFactory(service=cast.service))
    assert queries() == few


def test_a_past_audit_shows_only_the_domains_that_it_has(cast, sign_in):
    version = ToolVersionFactory()
    audit = AuditFactory(
        is_imported=True,
        auditor=None,
        state=State.AGREED,
        tool_version=version,
        service=cast.service,
        team=None,
    )
    DomainGrade.objects.create(audit=audit, domain=version.domains.first(), grade="good")
    page = words_of(sign_in(cast.head).get(audit.get_absolute_url()))
    assert "Child&#x27;s voice" in page
    assert "Risk and safety" not in page
    assert "Not known: this past audit was imported" in page


def test_only_what_the_tool_asks_for_can_be_unanswered(cast, sign_in):
    asked = ToolVersionFactory(
        conversation=Requirement.NOT_APPLICABLE, voice_carer=Requirement.NOT_APPLICABLE
    )
    audit = AuditFactory(state=State.SHARED, tool_version=asked, service=cast.service, team=cast.team)
    response = sign_in(cast.manager).get(audit.get_absolute_url())
    assert response.context["voices"] == [("Child", None), ("Parent", None)]
    assert "Conversation with the practitioner" not in words_of(response)


def test_the_copy_holds_what_was_learned_and_no_grade(cast, sign_in):
    audit = make(cast)
    page = words_of(sign_in(cast.manager).get(reverse("audits:copy", args=[audit.reference])))
    for words in ("Seen alone early.", "No plan B.", "I would visit more often.", "4 May 2026"):
        assert words in page
    for hidden in (
        "Outstanding",
        "Good<",
        "Requires improvement",
        "Seen once.",
        "I like my room.",
        "The plan is clear.",
    ):
        assert hidden not in page


def test_the_copy_is_not_there_before_the_audit_is_submitted(cast, sign_in):
    audit = make(cast, State.IN_PROGRESS)
    response = sign_in(cast.auditor).get(reverse("audits:copy", args=[audit.reference]), follow=True)
    assert response.redirect_chain == [(audit.get_absolute_url(), 302)]
    assert "once the audit is shared" in words_of(response)


def test_opening_the_copy_is_on_record(cast, sign_in):
    audit = make(cast)
    sign_in(cast.manager).get(reverse("audits:copy", args=[audit.reference]))
    assert Event.objects.about(audit).readings().get().action == "opened the practitioner’s copy"
