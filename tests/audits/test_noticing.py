"""What looks like a person is said beside its field as it is saved; declared texts are passed over."""

import html

import pytest
from django.urls import reverse

from qa_audit.audits.checks.submitting import problems
from qa_audit.audits.models.answers import NotAName, Voice
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.history.models import Event
from qa_audit.people.models import FormerName, Team, TeamAlias
from tests.audits.typing import fill_page, page_data

pytestmark = pytest.mark.django_db
KACPER = "Mum says Kacper is happier."
NAMED = "This looks like a person’s name: “Kacper”. A child is named by case reference only."
NUMBERS = {
    "nhs": "943 476 5919",
    "phone": "07700 900123",
    "national insurance": "AB 12 34 56 C",
    "pupil": "P851986723070",
    "e-mail": "a.b@example.org",
}


def save(client, audit, text, field="grade_reason", version=""):
    data = {"field": field, "value": text, "version": version, "page": "judgement"}
    address = reverse("audits:save", args=[audit.reference])
    return client.post(address, data, headers={"X-Autosave": "1"})


def words_of(response):
    return html.unescape(response.content.decode())


def judgement(audit):
    return reverse("audits:page", args=[audit.reference, "judgement"])


def test_answer_to_a_save_says_what_was_noticed_and_saves(audit, client):
    seen = page_data(client.get(judgement(audit)))
    answer = save(client, audit, KACPER, version=seen["version-grade_reason"])
    assert (answer.status_code, answer.json()["noticed"]) == (200, NAMED)
    audit.refresh_from_db()
    assert audit.grade_reason == KACPER
    again = save(client, audit, "Mum says he is happier.", version=answer.json()["version"])
    assert again.json()["noticed"] == ""
    kept = [str(event.changes) for event in Event.objects.all()]
    assert not [changes for changes in kept if "looks like" in changes]


def test_a_choice_is_not_looked_through(audit, client):
    seen = page_data(client.get(judgement(audit)))
    answer = save(client, audit, "worse", field="impact", version=seen["version-impact"])
    assert answer.status_code == 200
    assert "noticed" not in answer.json()


def test_page_without_scripts_says_it_beside_the_field(audit, client):
    later = {"grade_reason": f"{KACPER} <b>Call 07700 900123.</b>", "later": "1"}
    assert fill_page(client, judgement(audit), later).status_code == 302
    page = client.get(judgement(audit)).content.decode()
    said = page.split('id="noticed-grade_reason"')[1].split("</p>")[0]
    assert "“Kacper”" in said
    assert "phone number: “07700 900123”" in said
    assert 'aria-describedby="noticed-grade_reason' in page
    assert 'id="noticed-impact_note" aria-live="polite" data-noticed></p>' in page
    whole = client.get(reverse("audits:all", args=[audit.reference])).content.decode()
    assert "“Kacper”" in whole.split('id="noticed-grade_reason"')[1].split("</p>")[0]


def test_the_sentence_is_text_and_never_markup(audit, client):
    Audit.objects.update(grade_reason="His name is Ab<img src=x>, and Zofia<script>x</script>y said so.")
    page = client.get(judgement(audit)).content.decode()
    said = page.split('id="noticed-grade_reason"')[1].split("</p>")[0]
    assert "Zofia" in said
    assert "<script" not in said
    assert "<img" not in said


def test_declared_text_is_not_warned_of_again(audit, client):
    NotAName.objects.create(audit=audit, text="kacper")
    seen = page_data(client.get(judgement(audit)))
    assert save(client, audit, KACPER, version=seen["version-grade_reason"]).json()["noticed"] == ""
    assert "looks like" not in client.get(judgement(audit)).content.decode()


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_number_stays_noticed_whatever_was_declared(audit, client, number):
    NotAName.objects.create(audit=audit, text=number.casefold())
    Audit.objects.update(grade_reason=f"On file: {number} in the notes.", case_reference="C90210")
    assert number in words_of(client.get(judgement(audit)))
    found = [one for one in problems(AuditSheet(Audit.objects.get())) if one.sighted]
    assert [(one.is_blocking, one.may_be_declared) for one in found] == [(True, False)]


def test_names_of_services_and_teams_name_nobody(cast, audit):
    FormerName.objects.create(service=cast.service, name="Zennorfields Pathway")
    Team.objects.filter(pk=cast.team.pk).update(name="Quenbury Team", locality="Wexmoor")
    TeamAlias.objects.create(team=cast.team, name="Tolvern East")
    said = "He moved from Zennorfields Pathway to Quenbury, then Wexmoor and Tolvern East. Mr Quenbury knew."
    Audit.objects.update(grade_reason=said)
    [problem] = [one for one in problems(AuditSheet(Audit.objects.get())) if one.sighted]
    assert problem.sighted == "Mr Quenbury"


def test_added_finding_is_warned_of(cast, audit, client):
    address = reverse("audits:add_finding", args=[audit.reference, "strength"])
    page = client.post(address, page_data(client.get(address)) | {"text": KACPER}, follow=True)
    assert page.redirect_chain
    assert NAMED in words_of(page)


def arranged(audit):
    Audit.objects.update(state=State.SHARED, conversation="arranged", conversation_with="Social worker")
    Audit.objects.update(conversation_on="2026-05-10")
    return reverse("audits:feedback", args=[audit.reference])


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_number_never_comes_in_after_submitting(audit, client, number):
    address = arranged(audit)
    refused = fill_page(client, address, {"conversation": "held", "conversation_view": f"Ring {number} now."})
    assert refused.status_code == 200
    assert list(refused.context["form"].errors) == ["conversation_view"]
    forced = page_data(refused) | {"names_nobody": "on", "pointed_out": number}
    assert client.post(address, forced).status_code == 200
    copy = reverse("audits:copy", args=[audit.reference])
    assert number not in client.get(copy).content.decode()
    assert Audit.objects.get().conversation == "arranged"
    assert not NotAName.objects.exists()


def test_name_typed_after_submitting_is_removed_or_declared(audit, client):
    address = arranged(audit)
    refused = fill_page(client, address, {"conversation": "held", "conversation_view": KACPER})
    assert refused.context["form"].errors == {"conversation_view": [NAMED]}
    declared = page_data(refused) | {"names_nobody": "on"}
    other = client.post(address, declared | {"conversation_view": "Mum says Zofia is happier."})
    assert "“Zofia”" in words_of(other)
    assert client.post(address, declared).status_code == 302
    audit.refresh_from_db()
    assert (audit.conversation, audit.conversation_view) == ("held", KACPER)
    assert NotAName.objects.get().text == "kacper"


def test_voice_is_held_to_it_too(cast, audit, client):
    Voice.objects.update_or_create(audit=audit, who="child", defaults={"outcome": "arranged"})
    Audit.objects.update(state=State.SHARED)
    address = reverse("audits:feedback", args=[audit.reference])
    typed = {"voice-child-outcome": "heard", "voice-child-words": KACPER}
    assert list(fill_page(client, address, typed).context["form"].errors) == ["voice-child-words"]
    assert Voice.objects.get(who="child").words == ""
