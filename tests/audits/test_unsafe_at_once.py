"""“Yes, a child may be unsafe now” acts at once, wherever it is chosen, and stands until it is raised."""

import pytest
from django.urls import reverse

from qa_audit.audits.actions.moves import NotReady, submit
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.sheet.places import mark
from qa_audit.history.models import Event
from qa_audit.notices.models import Notice
from tests.audits.test_safety import TOLD
from tests.audits.typing import fill_page, page_data
from tests.factories import AuditFactory

pytestmark = pytest.mark.django_db
LINE = "Not yet raised:"


def page_of(audit, name, *more):
    return reverse(f"audits:{name}", args=[audit.reference, *more])


def save(client, audit, value, held=""):
    data = {"field": "child_unsafe", "value": value, "version": mark(held), "page": "all"}
    return client.post(page_of(audit, "save"), data, headers={"X-Autosave": "1"})


def unsafe_of(audit):
    return Audit.objects.get(pk=audit.pk).child_unsafe


def test_autosave_of_yes_names_the_page_of_the_concern(audit, client):
    assert save(client, audit, "yes").json()["next"] == page_of(audit, "safety")
    assert unsafe_of(audit) == "yes"
    # Chosen once more in another tab it acts again; other answers lead nowhere.
    assert save(client, audit, "yes").json()["next"] == page_of(audit, "safety")
    no = {"field": "impact", "value": "worse", "version": mark("")}
    assert "next" not in client.post(page_of(audit, "save"), no, headers={"X-Autosave": "1"}).json()
    other = AuditFactory(auditor=audit.auditor)
    assert "next" not in save(client, other, "no").json()


@pytest.mark.parametrize("button", ["", "later"])
def test_the_page_of_everything_leads_to_it_without_scripts(audit, client, button):
    typed = {"child_unsafe": "yes", "grade_reason": "It drifted.", **({button: "1"} if button else {})}
    response = fill_page(client, page_of(audit, "all"), typed)
    assert (response.status_code, response.url) == (302, page_of(audit, "safety"))
    audit.refresh_from_db()
    assert (audit.child_unsafe, audit.grade_reason) == ("yes", "It drifted.")


def test_what_is_wrong_on_the_page_does_not_hold_it_and_is_kept(audit, client, cast):
    long = "y" * 20_001
    typed = {"child_unsafe": "yes", "impact_note": long, "voice-child-words": "I like it", "impact": "worse"}
    response = fill_page(client, page_of(audit, "all"), typed)
    assert response.url == page_of(audit, "safety")
    assert unsafe_of(audit) == "yes"
    assert Audit.objects.get().impact == "worse"
    kept = cast.auditor.kept_texts.get()
    assert kept.fields["impact_note"] == [long]
    assert kept.fields["voice-child-words"] == ["I like it"]
    assert "child_unsafe" not in kept.fields
    page = client.get(reverse("audits:kept_text", args=[kept.pk])).content.decode()
    assert "I like it" in page
    assert LINE in page


def test_neither_does_a_newer_text_of_another_tab(audit, client, cast):
    old = page_data(client.get(page_of(audit, "all")))
    Audit.objects.update(impact_note="From another tab")
    response = client.post(page_of(audit, "all"), old | {"child_unsafe": "yes", "impact_note": "Mine"})
    assert response.url == page_of(audit, "safety")
    assert Audit.objects.get().impact_note == "From another tab"
    assert cast.auditor.kept_texts.get().fields["impact_note"] == ["Mine"]


def test_nor_an_entry_that_contradicts_what_is_stored(audit, client):
    fill_page(client, page_of(audit, "all"), {"strength": "Seen alone early."})
    response = fill_page(client, page_of(audit, "all"), {"child_unsafe": "yes", "strength": ""})
    assert response.url == page_of(audit, "safety")
    assert unsafe_of(audit) == "yes"


def test_red_line_stands_on_every_page_of_the_audit_and_on_home_until_it_is_raised(audit, client, cast):
    names = ["detail", "fill", "all", "header", "check", "safety", "add_finding", "page", "copy"]
    more = {"add_finding": ["strength"], "page": ["judgement"]}
    addresses = [page_of(audit, name, *more.get(name, [])) for name in names]
    addresses.append(reverse("home:index"))
    assert not any(LINE in client.get(one, follow=True).content.decode() for one in addresses)
    save(client, audit, "yes")
    for address in addresses:
        page = client.get(address, follow=True).content.decode()
        assert page.count(LINE) == 1, address
        assert f'href="{page_of(audit, "safety")}"' in page
    assert audit.reference in client.get(reverse("home:index")).content.decode()
    fill_page(client, page_of(audit, "safety"), TOLD)
    assert Notice.objects.exists()
    assert not any(LINE in client.get(one, follow=True).content.decode() for one in addresses)


def test_a_page_that_says_what_is_missing_has_the_line_already(audit, client):
    page = fill_page(client, page_of(audit, "safety"), {"child_unsafe": "yes"}).content.decode()
    assert LINE in page
    assert "Why are you changing your answer?" in page


def test_it_is_its_auditors_home_and_a_qa_lead_reads_whose_answer_it_is(audit, client, cast, sign_in):
    save(client, audit, "yes")
    for person in (cast.second_auditor, cast.manager, cast.qa_lead):
        assert LINE not in sign_in(person).get(reverse("home:index")).content.decode()
    page = sign_in(cast.qa_lead).get(audit.get_absolute_url()).content.decode()
    assert LINE in page
    assert "has not said yet who they told" in " ".join(page.split())
    assert page_of(audit, "safety") not in page
    history = sign_in(cast.qa_lead).get(page_of(audit, "history")).content.decode()
    assert LINE in history


def test_withdrawn_it_is_over(audit, client):
    save(client, audit, "yes")
    Audit.objects.update(state=State.WITHDRAWN)
    assert LINE not in client.get(audit.get_absolute_url()).content.decode()
    assert LINE not in client.get(reverse("home:index")).content.decode()


def test_yes_is_taken_back_with_a_reason_only_and_history_holds_both(audit, client, cast):
    address = page_of(audit, "safety")
    save(client, audit, "yes")
    refused = save(client, audit, "no", "yes")
    assert (refused.status_code, unsafe_of(audit)) == (422, "yes")
    assert "say why" in refused.json()["error"]
    assert save(client, audit, "", "yes").status_code == 422
    everything = fill_page(client, page_of(audit, "all"), {"child_unsafe": "no", "impact": "worse"})
    assert "say why" in everything.content.decode()
    assert (unsafe_of(audit), Audit.objects.get().impact) == ("yes", "worse")
    without = fill_page(client, address, {"child_unsafe": "no"})
    assert without.context["form"].errors == {"why_changed": ["Say why you are changing your answer"]}
    assert unsafe_of(audit) == "yes"
    done = fill_page(client, address, {"child_unsafe": "no", "why_changed": "It was another child."})
    assert done.status_code == 302
    assert unsafe_of(audit) == "no"
    events = [
        (event.changes["Is a child unsafe now?"], event.reason)
        for event in Event.objects.changes().order_by("sequence")
        if "Is a child unsafe now?" in event.changes
    ]
    assert events == [(["", "yes"], ""), (["yes", "no"], "It was another child.")]


def test_submitting_waits_until_it_is_raised(audit, client, cast):
    save(client, audit, "yes")
    with pytest.raises(NotReady) as refused:
        submit(audit=audit, by=cast.auditor)
    assert any(problem.page == "safety" for problem in refused.value.problems)


def test_kept_no_is_not_put_back_over_a_yes(audit, client, cast):
    kept = cast.auditor.kept_texts.create(
        audit=audit, path=page_of(audit, "all"), fields={"child_unsafe": ["no"]}
    )
    save(client, audit, "yes")
    data = {"use-child_unsafe": "1", "version-child_unsafe": mark("yes")}
    assert client.post(reverse("audits:put_back", args=[kept.pk]), data).status_code == 302
    assert unsafe_of(audit) == "yes"
    assert cast.auditor.kept_texts.exists()
