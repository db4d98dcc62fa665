"""Filling in an audit page by page, with JavaScript off."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qa_audit.audits.checks.task_list import states_of
from qa_audit.audits.models.answers import Answer, DomainGrade, Voice
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.audits.sheet.places import mark
from qa_audit.tools.models import Concept, Domain, Question, Requirement, ToolVersion
from tests.audits.typing import fill_page, page_data
from tests.factories import AuditFactory, ToolVersionFactory

pytestmark = pytest.mark.django_db


def page_of(audit, key):
    return reverse("audits:page", args=[audit.reference, key])


def test_domain_page_asks_every_question_and_keeps_the_answers(audit, client):
    seen, why = Question.objects.filter(
        domain__version=audit.tool_version, domain__concept__key="childs-voice"
    )
    domain = seen.domain
    typed = {
        f"answer-{seen.pk}": "no",
        f"answer-{why.pk}": "Visits were in school.\r\n\r\nOnly once at home. 🙂",
        f"grade-{domain.pk}": "good",
        f"evidence-{domain.pk}": "Seen four times.",
    }
    response = fill_page(client, page_of(audit, "childs-voice"), typed)
    assert response.url == page_of(audit, "risk-and-safety")
    assert Answer.objects.get(question=seen).value == "no"
    assert Answer.objects.get(question=why).value == "Visits were in school.\n\nOnly once at home. 🙂"
    grade = DomainGrade.objects.get(audit=audit, domain=domain)
    assert (grade.grade, grade.evidence, grade.version, grade.saved_by) == (
        "good",
        "Seen four times.",
        1,
        audit.auditor,
    )
    again = client.get(page_of(audit, "childs-voice")).content.decode()
    assert "Only once at home. 🙂" in again
    assert 'value="no" checked' in again


def test_unanswered_is_not_no(audit, client):
    fill_page(client, page_of(audit, "childs-voice"), {})
    assert not Answer.objects.exclude(value="").exists()
    sheet = AuditSheet(audit)
    assert sheet.count(sheet.page("childs-voice")) == (0, 3)


def test_follow_up_counts_only_where_its_condition_holds(audit, client):
    sheet = AuditSheet(audit)
    seen = sheet.page("childs-voice").items[1]
    assert sheet.count(sheet.page("childs-voice")) == (0, 3)
    fill_page(client, page_of(audit, "childs-voice"), {seen.name: "no"})
    sheet = AuditSheet(audit)
    assert sheet.count(sheet.page("childs-voice")) == (1, 4)
    assert (
        "Answer this if “Was the child seen alone?” is answered “No”."
        in client.get(page_of(audit, "childs-voice")).content.decode()
    )


def test_domain_that_does_not_apply_has_no_grade_and_is_complete(audit, client):
    domain = audit.tool_version.domains.first()
    fill_page(
        client,
        page_of(audit, "childs-voice"),
        {f"grade-{domain.pk}": "good", f"evidence-{domain.pk}": "Seen."},
    )
    fill_page(client, page_of(audit, "childs-voice"), {f"applies-{domain.pk}": "not_looked_at"})
    grade = DomainGrade.objects.get(domain=domain)
    assert (grade.applies, grade.grade, grade.evidence) == ("not_looked_at", "", "Seen.")
    sheet = AuditSheet(audit)
    assert states_of(sheet)["childs-voice"] == "Completed"
    fill_page(client, page_of(audit, "childs-voice"), {f"grade-{domain.pk}": "inadequate"})
    grade.refresh_from_db()
    assert (grade.applies, grade.grade) == ("", "inadequate")


def test_first_answer_begins_an_allocated_audit(cast, client):
    audit = AuditFactory(auditor=cast.auditor, state=State.ALLOCATED)
    client.get(page_of(audit, "judgement"))
    audit.refresh_from_db()
    assert audit.state == State.ALLOCATED
    fill_page(client, page_of(audit, "judgement"), {"impact": "worse", "grade": "good"})
    audit.refresh_from_db()
    assert (audit.state, audit.impact, audit.grade) == (State.IN_PROGRESS, "worse", "good")


def test_too_long_text_is_refused_by_its_field_and_the_rest_is_saved(audit, client):
    domain = audit.tool_version.domains.first()
    long = "x" * 20_001
    response = fill_page(
        client, page_of(audit, "childs-voice"), {f"evidence-{domain.pk}": long, f"grade-{domain.pk}": "good"}
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "Shorten this to 20,000 characters: it has 20001" in page
    assert long in page
    assert "<title>Error:" in page.replace("\n", "")
    grade = DomainGrade.objects.get()
    assert (grade.grade, grade.evidence) == ("good", "")
    response = client.post(
        page_of(audit, "childs-voice"), page_data(response) | {f"evidence-{domain.pk}": "x" * 20_000}
    )
    assert response.status_code == 302
    assert DomainGrade.objects.get().evidence == "x" * 20_000


def test_value_that_is_no_answer_is_refused(audit, client):
    domain = audit.tool_version.domains.first()
    response = fill_page(client, page_of(audit, "childs-voice"), {f"grade-{domain.pk}": "brilliant"})
    assert list(response.context["form"].errors) == [f"grade-{domain.pk}"]
    assert f'href="#id_grade-{domain.pk}"' in response.content.decode()
    assert not DomainGrade.objects.exclude(grade="").exists()


def test_words_need_a_voice_that_was_heard(audit, client):
    response = fill_page(client, page_of(audit, "voices"), {"voice-child-words": "I like my room"})
    assert "choose “Heard”" in response.content.decode()
    assert "I like my room" in response.content.decode()
    typed = {"voice-child-outcome": "heard", "voice-child-words": "I like my room"}
    assert fill_page(client, page_of(audit, "voices"), typed).status_code == 302
    assert Voice.objects.get(who="child").words == "I like my room"
    response = fill_page(client, page_of(audit, "voices"), {"voice-child-outcome": "declined"})
    assert Voice.objects.get(who="child").outcome == "heard"
    assert "choose “Heard”" in response.content.decode()


def test_task_list_shows_progress_and_where_i_was(audit, client):
    fill_page(client, page_of(audit, "voices"), {"voice-child-outcome": "heard"})
    response = client.get(reverse("audits:fill", args=[audit.reference]))
    page = response.content.decode()
    # Two domains of three, three voices, four of the judgement, two findings, the conversation, safety.
    assert (response.context["answered"], response.context["asked"]) == (1, 17)
    assert page.count("You were here last") == 1
    assert response.context["go_on"] == reverse("audits:header", args=[audit.reference])
    states = {task["title"]: task["state"] for task in response.context["tasks"]}
    assert states["Voices"] == "In progress"
    assert states["Overall judgement and impact"] == "Not started"


@pytest.fixture
def starter(cast):
    call_command("load_starter", stdout=StringIO())


def test_starter_tools_take_as_many_entries_as_they_promise(cast, starter):
    counts = {}
    for version in ToolVersion.objects.published().with_content():
        sheet = AuditSheet(AuditFactory(auditor=cast.auditor, tool_version=version))
        counts[version.tool.code] = sheet.progress()[1]
        assert counts[version.tool.code] == version.entry_count()
    assert len(counts) == 13
    assert counts["dip"] <= 12
    assert 25 <= counts["manager"] <= 27


def test_one_page_tool_is_filled_in_on_one_page(cast, starter, client):
    version = ToolVersion.objects.get(tool__code="dip")
    audit = AuditFactory(auditor=cast.auditor, tool_version=version, service=cast.service, team=cast.team)
    everything = reverse("audits:all", args=[audit.reference])
    assert fill_page(client, reverse("audits:header", args=[audit.reference]), {}).url == everything
    typed = {f"answer-{question.pk}": "yes" for question in Question.objects.filter(domain__version=version)}
    typed |= {
        "voice-child-outcome": "heard",
        "grade": "meets_good",
        "grade_reason": "The plan is alive.",
        "impact": "some_difference",
        "impact_note": "Home is calmer.",
        "strength": "Managers write why",
        "improvement": "Supervision repeats itself",
        "child_unsafe": "no",
    }
    assert fill_page(client, everything, typed).url == reverse("audits:check", args=[audit.reference])
    sheet = AuditSheet(Audit.objects.get(pk=audit.pk))
    assert sheet.progress() == (12, 12)
    client.post(reverse("audits:submit", args=[audit.reference]))
    audit.refresh_from_db()
    assert (audit.state, audit.first_grade) == (State.SUBMITTED, "meets_good")


def test_save_and_come_back_later_leads_to_the_task_list(audit, client):
    response = fill_page(client, page_of(audit, "voices"), {"later": "1"})
    assert response.url == reverse("audits:fill", args=[audit.reference])


def test_all_on_one_page_has_the_same_entries(audit, client):
    response = client.get(reverse("audits:all", args=[audit.reference]))
    assert set(response.context["form"].fields) == set(AuditSheet(audit).items)
    typed = {"impact": "worse", "strength": "Managers write why", "child_unsafe": "no"}
    response = fill_page(client, reverse("audits:all", args=[audit.reference]), typed)
    assert response.url == reverse("audits:check", args=[audit.reference])
    audit.refresh_from_db()
    assert (audit.impact, audit.child_unsafe) == ("worse", "no")
    assert audit.audit_findings.get().finding.text == "Managers write why"


def test_what_the_tool_does_not_ask_has_no_page(cast, client):
    version = ToolVersionFactory(
        conversation=Requirement.NOT_APPLICABLE, voice_parent=Requirement.NOT_APPLICABLE
    )
    audit = AuditFactory(auditor=cast.auditor, tool_version=version)
    assert client.get(page_of(audit, "conversation")).status_code == 404
    assert client.get(page_of(audit, "nonsense")).status_code == 404
    assert b"voice-parent" not in client.get(page_of(audit, "voices")).content


def test_only_its_auditor_fills_in_an_audit(cast, audit, sign_in):
    address = page_of(audit, "voices")
    assert sign_in(cast.second_auditor).get(address).status_code == 404
    assert sign_in(cast.qa_lead).get(address).status_code == 403
    assert sign_in(cast.analyst).get(address).status_code == 403


def test_submitted_audit_is_not_filled_in_and_late_text_is_kept(cast, audit, client):
    data = page_data(client.get(page_of(audit, "judgement")))
    Audit.objects.filter(pk=audit.pk).update(state=State.SUBMITTED)
    assert client.get(page_of(audit, "judgement")).url == audit.get_absolute_url()
    response = client.post(page_of(audit, "judgement"), data | {"grade_reason": "One more thing"})
    assert response.url == audit.get_absolute_url()
    audit.refresh_from_db()
    assert audit.grade_reason == ""
    assert cast.auditor.kept_texts.get().fields["grade_reason"] == ["One more thing"]


def test_queries_do_not_grow_with_domains(audit, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(22) as few:
        client.get(page_of(audit, "childs-voice"))
    wide = ToolVersionFactory()
    first = wide.domains.first()
    for number in range(8):
        concept = Concept.objects.create(key=f"domain-{number}", kind="domain", title=f"Domain {number}")
        Domain.objects.create(version=wide, concept=concept, order=10 + number, title=concept.title)
        concept = Concept.objects.create(key=f"question-{number}", kind="question", title="Asked?")
        Question.objects.create(domain=first, concept=concept, order=10 + number, text="Asked?")
    other = AuditFactory(auditor=audit.auditor, tool_version=wide)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(page_of(other, "childs-voice"))
    with django_assert_max_num_queries(24):
        client.get(reverse("audits:fill", args=[other.reference]))


def test_page_of_a_tab_opened_before_the_reference_changed_still_saves(audit, client):
    before = audit.reference
    stale = page_data(client.get(page_of(audit, "judgement"))) | {"grade_reason": "The plan drifted."}
    fill_page(client, reverse("audits:header", args=[before]), {"audited_on": "15 December 2025"})
    audit.refresh_from_db()
    assert audit.reference != before

    response = client.post(reverse("audits:page", args=[before, "judgement"]), stale)

    assert response.url.startswith(f"/audits/{audit.reference}/")
    saved = client.post(
        reverse("audits:save", args=[before]),
        {
            "field": "impact_note",
            "value": "Home again.",
            "version": mark(""),
            "page": "judgement",
            "token": stale["token"][0],
        },
        headers={"X-Autosave": "1"},
    )
    assert saved.status_code == 200
    audit.refresh_from_db()
    assert (audit.grade_reason, audit.impact_note) == ("The plan drifted.", "Home again.")


def test_token_of_another_person_finds_no_audit(audit, cast, client, sign_in):
    token = page_data(client.get(page_of(audit, "judgement")))["token"][0]
    other = sign_in(cast.second_auditor)
    answer = other.post("/audits/A-1999-0001/fill/judgement/", {"token": token, "grade_reason": "x"})
    assert answer.status_code == 404


def test_page_of_one_domain_takes_ten_queries(audit, client):
    domain = audit.tool_version.all_domains[0]
    address = reverse("audits:page", args=[audit.reference, domain.concept.key])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    # Session, person, roles, audit, domains, questions, answers, grades, the bar's notices, kept text.
    assert len(queries) <= 10, "\n".join(query["sql"] for query in queries)
