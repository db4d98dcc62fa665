"""Every answer is saved as it is given; nothing newer is overwritten; each save has its event."""

import json
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qa_audit.audits.actions.writing import write, write_held
from qa_audit.audits.models.answers import Answer, DomainGrade
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.sheet.lookup import item_named
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.audits.sheet.places import Entry, mark
from qa_audit.findings.models import Finding
from qa_audit.tools.models import Question
from tests.audits.typing import fill_page, page_data
from tests.conftest import client_for, make_cast
from tests.factories import AuditFactory

pytestmark = pytest.mark.django_db
NOTHING = mark("")


@pytest.fixture
def save(audit, client):
    def send(field, value, version=NOTHING, **more):
        address = reverse("audits:save", args=[audit.reference])
        data = {"field": field, "value": value, "version": version, "page": "judgement", **more}
        return client.post(address, data, headers={"X-Autosave": "1"})

    return send


def why_question(audit):
    return Question.objects.filter(domain__version=audit.tool_version, answer_type="long_text").first()


def test_answer_is_saved_with_time_and_new_version(audit, save):
    response = save("grade_reason", "The plan drifted.")
    assert response.status_code == 200
    assert response.json()["saved"] == "Saved 10:00"
    audit.refresh_from_db()
    assert (audit.grade_reason, audit.version, audit.last_page) == ("The plan drifted.", 2, "judgement")
    again = save("grade_reason", "The plan drifted for a year.", response.json()["version"])
    assert again.status_code == 200
    audit.refresh_from_db()
    assert (audit.grade_reason, audit.version) == ("The plan drifted for a year.", 3)


@pytest.mark.parametrize("kind", ["answer", "evidence", "voice", "strength"])
def test_every_kind_of_entry_can_be_saved_and_saved_again(audit, save, kind):
    question, domain = why_question(audit), audit.tool_version.domains.first()
    save("voice-child-outcome", "heard")
    name = {
        "answer": f"answer-{question.pk}",
        "evidence": f"evidence-{domain.pk}",
        "voice": "voice-child-words",
        "strength": "strength",
    }[kind]
    first = save(name, "One")
    second = save(name, "Two", first.json()["version"])
    assert (first.status_code, second.status_code) == (200, 200)
    assert AuditSheet(Audit.objects.get()).stored(name) == "Two"
    assert save(name, "Three", first.json()["version"]).status_code == 409
    assert AuditSheet(Audit.objects.get()).stored(name) == "Two"


def test_late_save_shows_both_texts_and_changes_nothing(audit, save):
    first = save("grade_reason", "From the first tab")
    late = save("grade_reason", "From the second tab")
    assert late.status_code == 409
    assert late.json()["stored"] == "From the first tab"
    assert late.json()["version"] == first.json()["version"]
    audit.refresh_from_db()
    assert audit.grade_reason == "From the first tab"
    chosen = save("grade_reason", "From the second tab", late.json()["version"])
    assert chosen.status_code == 200


def test_equal_value_is_never_a_conflict(audit, save):
    save("grade_reason", "The same")
    assert save("grade_reason", "The same", "an older version").status_code == 200
    assert Audit.objects.get().version == 2


def test_other_entries_of_the_row_do_not_conflict(audit, save):
    domain = audit.tool_version.domains.first()
    save(f"grade-{domain.pk}", "good")
    assert save(f"evidence-{domain.pk}", "Seen alone").status_code == 200
    assert save("impact", "worse").status_code == 200
    assert save("impact_note", "No change for a year").status_code == 200


def test_value_left_as_found_does_not_conflict_with_a_newer_one(audit, client, save):
    address = reverse("audits:page", args=[audit.reference, "judgement"])
    old_page = page_data(client.get(address))
    save("impact_note", "Written in another tab")
    assert client.post(address, old_page | {"grade_reason": "Written here"}).status_code == 302
    audit.refresh_from_db()
    assert (audit.impact_note, audit.grade_reason) == ("Written in another tab", "Written here")


def test_domain_marked_not_applicable_clears_its_grade_and_says_so(audit, save):
    domain = audit.tool_version.domains.first()
    save(f"grade-{domain.pk}", "good")
    response = save(f"applies-{domain.pk}", "not_applicable")
    assert response.json()["also"] == {f"grade-{domain.pk}": {"value": "", "version": mark("")}}
    assert DomainGrade.objects.get().grade == ""


def test_refusals_are_plain_words(audit, save):
    assert save("voice-child-words", "I like it here").status_code == 422
    too_long = save("grade_reason", "x" * 20_001)
    assert (too_long.status_code, too_long.json()["error"]) == (
        422,
        "Shorten this to 20,000 characters: it has 20001",
    )
    assert save("impact", "splendid").status_code == 422
    for unknown in ["answer-0", "answer-x", "grade-999999", "state", "reference", "voice-cat-words", ""]:
        assert save(unknown, "submitted").status_code == 404
    audit.refresh_from_db()
    assert audit.state == State.IN_PROGRESS


def test_question_of_another_tool_is_unknown(audit, save):
    other = AuditFactory()
    assert save(f"answer-{why_question(other).pk}", "x").status_code == 404


def test_closed_audit_refuses_but_keeps_the_text(cast, audit, save):
    Audit.objects.update(state=State.SHARED)
    response = save("grade_reason", "Too late")
    assert response.status_code == 403
    assert "What you typed is kept" in response.json()["error"]
    assert cast.auditor.kept_texts.get().fields["grade_reason"] == ["Too late"]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("answer-{question}", "One", "Two"),
        ("evidence-{domain}", "One", "Two"),
        ("grade-{domain}", "good", "inadequate"),
        ("voice-child-why", "One", "Two"),
        ("grade_reason", "One", "Two"),
        ("impact", "worse", "too_early"),
        ("conversation_view", "One", "Two"),
        ("child_unsafe", "", "no"),
    ],
)
def test_save_takes_ten_queries_at_most(audit, save, name, first, second):
    name = name.format(question=why_question(audit).pk, domain=audit.tool_version.domains.first().pk)
    version = save(name, first).json()["version"]
    with CaptureQueriesContext(connection) as queries:
        assert save(name, second, version).status_code == 200
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    # Session, person, roles, audit, what is asked, its row, the update, the head twice, the event.
    assert len(asked) <= 10, "\n".join(asked)


def test_save_reads_the_audit_once_and_little_of_it(audit, save):
    with CaptureQueriesContext(connection) as queries:
        assert save(f"evidence-{audit.tool_version.domains.first().pk}", "One").status_code == 200
    [read] = [query["sql"] for query in queries if 'FROM "qa_audit_audit"' in query["sql"]]
    assert "grade_reason" not in read
    assert read.partition("FROM")[0].count(",") < 12


def test_refused_save_changes_nothing(audit, save):
    Audit.objects.update(state=State.RETURNED)
    assert save("voice-child-words", "I like it here").status_code == 422
    audit.refresh_from_db()
    assert (audit.state, audit.voices.count()) == (State.RETURNED, 0)


def test_conflict_page_without_scripts_shows_both_and_lets_the_person_choose(audit, client, save):
    address = reverse("audits:page", args=[audit.reference, "judgement"])
    old_page = page_data(client.get(address))
    save("grade_reason", "Saved by the other tab")
    save("impact", "worse")
    typed = {"grade_reason": "Typed <b>here</b>", "impact": "too_early", "impact_note": "Also typed here"}
    response = client.post(address, old_page | typed)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Saved by the other tab" in page
    assert "Typed &lt;b&gt;here&lt;/b&gt;" in page
    assert "Worse or harmed" in page
    assert "Too early to tell" in page
    audit.refresh_from_db()
    assert audit.impact_note == "Also typed here"
    chosen = page_data(response) | {"choose-impact": "stored", "grade_reason": "Both, put together"}
    assert client.post(address, chosen).status_code == 302
    audit.refresh_from_db()
    assert (audit.grade_reason, audit.impact) == ("Both, put together", "worse")


def test_conflict_page_carries_what_could_not_be_saved(audit, client, save):
    address = reverse("audits:page", args=[audit.reference, "judgement"])
    old_page = page_data(client.get(address))
    save("grade_reason", "Saved by the other tab")
    long = "y" * 20_001
    response = client.post(address, old_page | {"grade_reason": "Mine", "impact_note": long})
    again = client.post(address, page_data(response))
    assert long in again.content.decode()
    audit.refresh_from_db()
    assert (audit.grade_reason, audit.impact_note) == ("Mine", "")


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_wins_and_one_is_told():
    cast = make_cast()
    audit = AuditFactory(auditor=cast.auditor)
    name = f"answer-{why_question(audit).pk}"
    codes, texts = [], []

    def race(text):
        try:
            response = client_for(cast.auditor).post(
                reverse("audits:save", args=[audit.reference]),
                {"field": name, "value": text, "version": mark("")},
                headers={"X-Autosave": "1"},
            )
            codes.append(response.status_code)
            texts.append((response.status_code, text, response.json().get("stored")))
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(f"text {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 409, 409, 409]
    stored = Answer.objects.get().value
    assert (200, stored, None) in texts
    assert {seen for code, _, seen in texts if code == 409} == {stored}


def test_several_choices_and_dates_are_stored_as_they_are_read(audit, client):
    domain = audit.tool_version.domains.first()
    concept = why_question(audit).concept
    several = Question.objects.create(
        domain=domain,
        concept=type(concept).objects.create(key="x.several", kind="question", title="x"),
        order=8,
        text="Which checks?",
        answer_type="choices",
        choices=["School", "Health, and others"],
    )
    when = Question.objects.create(
        domain=domain,
        concept=type(concept).objects.create(key="x.when", kind="question", title="x"),
        order=9,
        text="When?",
        answer_type="date",
    )
    address = reverse("audits:page", args=[audit.reference, "childs-voice"])
    typed = {f"answer-{several.pk}": ["School", "Health, and others"], f"answer-{when.pk}": "3 march 2026"}
    assert fill_page(client, address, typed).status_code == 302
    assert json.loads(Answer.objects.get(question=several).value) == ["School", "Health, and others"]
    assert Answer.objects.get(question=when).value == "2026-03-03"
    data = page_data(client.get(address))
    assert data[f"answer-{several.pk}"] == ["School", "Health, and others"]
    assert data[f"answer-{when.pk}"] == ["3 March 2026"]
    wrong = fill_page(client, address, {f"answer-{when.pk}": "31 February 2026"})
    assert b"Enter a date like 27 March 2026" in wrong.content
    assert b"31 February 2026" in wrong.content


def test_finding_typed_in_the_page_takes_service_team_and_severity(cast, audit, save):
    save("grade", "requires_improvement")
    save("improvement", "Supervision repeats last month's actions")
    finding = Finding.objects.get()
    assert (finding.kind, finding.severity, finding.origin) == ("improvement", "medium", "audit")
    assert (finding.service, finding.team, finding.created_by) == (audit.service, audit.team, cast.auditor)
    assert save("improvement", "", mark(finding.text)).status_code == 422
    assert Finding.objects.count() == 1


def test_action_refuses_who_is_not_the_auditor(cast, audit):
    item = item_named(audit, "grade_reason")
    with pytest.raises(PermissionDenied):
        write(audit=audit, by=cast.qa_lead, entries=[Entry(item.place, "x", mark(""))])
    with pytest.raises(PermissionDenied):
        write_held(audit=audit, by=cast.qa_lead, entries=[Entry(item.place, "x", mark(""))])
    audit.refresh_from_db()
    assert audit.grade_reason == ""
