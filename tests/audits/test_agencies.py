"""Partner agencies in a multi-agency audit: who enters their rows, until when, and that nothing is lost."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from qa_audit.audits.actions.agencies import FIELDS, add_agency, change_agency, remove_agency
from qa_audit.audits.actions.snapshots import differences, snapshot
from qa_audit.audits.models.agencies import PartnerAgency
from qa_audit.audits.models.audit import OPEN_STATES, PROVISIONAL_STATES, Audit, State
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.history.models import Event
from qa_audit.reports.self_evaluation import SelfEvaluation
from tests.conftest import client_for
from tests.factories import AuditFactory
from tests.reports.conftest import scope_of

POLICE = {
    "agency": "Police",
    "grade": "good",
    "strengths": "Shared what they knew on the day.",
    "improvements": "Minutes came late.",
}
BEFORE_AGREED = {*OPEN_STATES, *PROVISIONAL_STATES}


def audit_of(cast, state=State.IN_PROGRESS, **values) -> Audit:
    return AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team, state=state, **values)


def at(name: str, audit: Audit, *args) -> str:
    return reverse(f"audits:{name}", args=[audit.reference, *args])


def post(user, name, audit, *args, **values):
    return client_for(user).post(at(name, audit, *args), values)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("person", ["auditor", "qa_lead"])
def test_auditor_and_qa_lead_enter_rows_until_it_is_agreed(cast, state, person):
    audit = audit_of(cast, state)
    response = post(getattr(cast, person), "add_agency", audit, **POLICE)
    assert audit.partner_agencies.count() == (state in BEFORE_AGREED)
    if state in BEFORE_AGREED:
        assert response.url == at("agencies", audit)
        assert "Police" in client_for(getattr(cast, person)).get(response.url).content.decode()


@pytest.mark.parametrize(
    "person", ["second_auditor", "manager", "head", "leader", "analyst", "administrator"]
)
@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.SHARED])
def test_nobody_else_does(cast, person, state):
    audit = audit_of(cast, state)
    assert post(getattr(cast, person), "add_agency", audit, **POLICE).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        add_agency(audit=audit, by=getattr(cast, person), **POLICE)
    assert not PartnerAgency.objects.exists()


def test_what_a_qa_lead_sends_after_it_was_agreed_is_shown_again(cast):
    audit = audit_of(cast, State.AGREED)
    response = post(cast.qa_lead, "add_agency", audit, **POLICE)
    text = response.content.decode()
    assert response.status_code == 409
    assert "This audit is final or withdrawn now, so nothing was saved" in text
    assert "Minutes came late." in text


def test_what_its_auditor_sends_after_it_was_agreed_is_kept(cast):
    audit = audit_of(cast, State.AGREED)
    response = post(cast.auditor, "add_agency", audit, **POLICE)
    assert response.url == audit.get_absolute_url()
    (kept,) = cast.auditor.kept_texts.all()
    assert kept.fields["improvements"] == ["Minutes came late."]


def test_text_kept_while_signed_out_comes_back_into_the_form(cast):
    audit = audit_of(cast)
    client = client_for(cast.auditor)
    page = client.get(at("add_agency", audit)).content.decode()
    token = page.split('name="token" value="')[1].split('"')[0]
    client.logout()
    client.post(at("add_agency", audit), {**POLICE, "token": token})
    kept = cast.auditor.kept_texts.get()
    again = client_for(cast.auditor).get(at("add_agency", audit), {"kept": kept.pk}).content.decode()
    assert "Minutes came late." in again


def test_no_grade_is_a_choice_and_the_name_is_needed(cast):
    audit = audit_of(cast)
    assert "Enter the agency" in post(cast.auditor, "add_agency", audit, strengths="x").content.decode()
    unseen = post(cast.auditor, "add_agency", audit, agency="\u200b\u2060", strengths="x")
    assert "Enter the agency" in unseen.content.decode()
    post(cast.auditor, "add_agency", audit, **{**POLICE, "grade": ""})
    assert audit.partner_agencies.get().grade == ""
    assert "No grade" in client_for(cast.auditor).get(audit.get_absolute_url()).content.decode()


def test_first_row_begins_an_allocated_audit_for_its_auditor_alone(cast):
    audit = audit_of(cast, State.ALLOCATED)
    add_agency(audit=audit, by=cast.qa_lead, **POLICE)
    audit.refresh_from_db()
    assert audit.state == State.ALLOCATED
    add_agency(audit=audit, by=cast.auditor, **{**POLICE, "agency": "School"})
    audit.refresh_from_db()
    assert audit.state == State.IN_PROGRESS


def test_one_agency_has_one_row_in_any_case_of_letters(cast):
    audit = audit_of(cast)
    add_agency(audit=audit, by=cast.auditor, **POLICE)
    add_agency(audit=audit, by=cast.auditor, **POLICE)
    assert audit.partner_agencies.count() == 1
    response = post(cast.auditor, "add_agency", audit, **{**POLICE, "agency": " POLICE\u200b", "grade": ""})
    assert "This agency already has a row in this audit" in response.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerAgency.objects.create(audit=audit, agency="\u200bpolice")
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerAgency.objects.create(audit=audit, agency="")
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerAgency.objects.create(audit=audit, agency="School", grade="right")


def test_late_save_shows_both_texts_and_overwrites_nothing(cast):
    audit = audit_of(cast)
    row = add_agency(audit=audit, by=cast.auditor, **POLICE)
    change_agency(row=row, by=cast.qa_lead, version=1, **{**POLICE, "strengths": "What the QA lead wrote."})
    typed = {**POLICE, "strengths": "What the auditor wrote.", "version": 1}
    response = post(cast.auditor, "change_agency", audit, row.pk, **typed)
    text = response.content.decode()
    assert response.status_code == 409
    assert "What the QA lead wrote." in text
    assert "What the auditor wrote." in text
    row.refresh_from_db()
    assert (row.strengths, row.version) == ("What the QA lead wrote.", 2)
    post(cast.auditor, "change_agency", audit, row.pk, **{**typed, "version": 2})
    row.refresh_from_db()
    assert (row.strengths, row.version, row.saved_by) == ("What the auditor wrote.", 3, cast.auditor)
    with pytest.raises(ChangedMeanwhile):
        change_agency(row=row, by=cast.auditor, version=2, **{**POLICE, "grade": ""})


def test_each_change_is_an_event_that_holds_no_narrative(cast):
    audit = audit_of(cast)
    row = add_agency(audit=audit, by=cast.auditor, **POLICE)
    for version, grade in enumerate(("inadequate", "good"), 1):
        change_agency(row=row, by=cast.auditor, version=version, **{**POLICE, "grade": grade})
    remove_agency(row=row, by=cast.qa_lead)
    events = [event for event in Event.objects.about(audit).order_by("sequence") if "agency" in event.action]
    assert [event.changes.get("Police: grade") for event in events] == [
        ["", "Good"],
        ["Good", "Inadequate"],
        ["Inadequate", "Good"],
        ["Good", ""],
    ]
    assert events[0].changes["Police: areas for improvement"][1]["length"] == len(POLICE["improvements"])
    assert "Minutes" not in str([event.changes for event in events])
    text = client_for(cast.qa_lead).get(at("history", audit)).content.decode()
    assert "Partner agency added" in text
    assert "Police: grade" in text


def test_saving_what_is_stored_writes_no_event(cast):
    audit = audit_of(cast)
    row = add_agency(audit=audit, by=cast.auditor, **POLICE)
    before = Event.objects.count()
    change_agency(row=row, by=cast.auditor, version=1, **POLICE)
    assert Event.objects.count() == before


def test_rows_stand_in_snapshots_and_their_differences(cast):
    audit = audit_of(cast)
    before = snapshot(Audit.objects.get(pk=audit.pk))
    row = add_agency(audit=audit, by=cast.auditor, **POLICE)
    after = snapshot(Audit.objects.get(pk=audit.pk))
    assert after["agencies"] == {str(row.pk): POLICE}
    found = {(change.part, change.name): change.after for change in differences(before, after)}
    assert found["Police", "Areas for improvement"] == "Minutes came late."
    assert found["Police", "Grade"] == "Good"
    older = {key: value for key, value in before.items() if key != "agencies"}
    assert {change.part for change in differences(older, after)} == {"Police"}


def test_after_submission_a_row_brings_its_own_snapshot(cast):
    audit = audit_of(cast, State.SUBMITTED)
    row = add_agency(audit=audit, by=cast.qa_lead, **POLICE)
    assert audit.snapshots.first().content["agencies"][str(row.pk)] == POLICE


def test_rows_stand_on_the_page_for_whoever_may_open_the_audit(cast):
    audit = audit_of(cast, State.SHARED)
    add_agency(audit=audit, by=cast.auditor, **POLICE)
    for person in ("auditor", "qa_lead", "manager", "head", "leader"):
        text = client_for(getattr(cast, person)).get(audit.get_absolute_url()).content.decode()
        assert "Minutes came late." in text
        assert (at("agencies", audit) in text) == (person in ("auditor", "qa_lead"))
    audit = audit_of(cast, State.IN_PROGRESS)
    assert at("agencies", audit) in client_for(cast.auditor).get(at("fill", audit)).content.decode()


def test_blind_moderator_sees_no_grade_of_an_agency(cast):
    audit = audit_of(cast, State.SUBMITTED)
    add_agency(audit=audit, by=cast.auditor, **{**POLICE, "grade": "outstanding"})
    Audit.objects.filter(pk=audit.pk).update(state=State.IN_MODERATION, moderator=cast.qa_lead)
    client = client_for(cast.qa_lead)
    text = client.get(at("detail", audit)).content.decode()
    assert "Minutes came late." in text
    assert "utstanding" not in text
    row = audit.partner_agencies.get()
    assert post(cast.qa_lead, "change_agency", audit, row.pk, version=1, **POLICE).status_code == 403
    for name in ("agencies", "add_agency"):
        assert client.get(at(name, audit)).status_code == 403
    with pytest.raises(PermissionDenied):
        change_agency(row=row, by=cast.qa_lead, version=1, **POLICE)
    assert audit.partner_agencies.get().grade == "outstanding"


def test_identifiers_are_warned_of_beside_the_row_and_in_the_check(cast):
    audit = audit_of(cast)
    named = {**POLICE, "improvements": "Amelia Pike was not told."}
    response = client_for(cast.auditor).post(at("add_agency", audit), named, follow=True)
    assert "Amelia Pike”. A child is named by case reference only." in response.content.decode()
    text = client_for(cast.auditor).get(at("check", audit)).content.decode()
    assert "Amelia Pike" in text
    assert at("agencies", audit) in text


def test_it_stays_one_audit_in_the_counts(cast):
    audit = audit_of(cast, State.SHARED, grade="good", first_grade="good")
    for agency in ("Police", "School", "Health visiting"):
        add_agency(audit=audit, by=cast.auditor, **{**POLICE, "agency": agency, "grade": "inadequate"})
    Audit.objects.filter(pk=audit.pk).update(state=State.AGREED, agreed_at=audit.created_at)
    (row,) = SelfEvaluation(scope_of(cast.qa_lead)).rows
    assert (row.audits, row.grades.counts) == (1, [0, 1, 0, 0])


def test_removing_asks_first(cast):
    audit = audit_of(cast)
    row = add_agency(audit=audit, by=cast.auditor, **POLICE)
    assert (
        "Remove Police?" in client_for(cast.auditor).get(at("remove_agency", audit, row.pk)).content.decode()
    )
    post(cast.auditor, "remove_agency", audit, row.pk)
    assert not audit.partner_agencies.exists()


def test_row_of_another_audit_is_not_found_under_this_one(cast):
    other = add_agency(audit=audit_of(cast), by=cast.auditor, **POLICE)
    audit = audit_of(cast)
    for name in ("change_agency", "remove_agency"):
        assert client_for(cast.auditor).get(at(name, audit, other.pk)).status_code == 404
    assert set(POLICE) == set(FIELDS)
