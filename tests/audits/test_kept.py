"""Signed out in the middle of a form: what was typed is kept, offered and put back."""

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from qa_audit.audits.actions.kept import MOST_BYTES, SALT, token_for
from qa_audit.audits.models.answers import KeptText
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.places import mark
from qa_audit.history.models import Event
from tests.audits.typing import fill_page, page_data

pytestmark = pytest.mark.django_db
LONG = "Was seen alone, and said so. 🙂\n\n" * 200


@pytest.fixture
def address(audit):
    return reverse("audits:page", args=[audit.reference, "judgement"])


@pytest.fixture
def typed(client, address):
    return page_data(client.get(address)) | {"grade_reason": LONG, "impact": "worse"}


def test_text_of_a_signed_out_person_comes_back(cast, audit, client, address, typed):
    response = Client().post(address, typed)
    assert response.status_code == 302
    assert response.url.startswith("/account/login/")
    kept = KeptText.objects.get()
    assert (kept.user, kept.audit, kept.path) == (cast.auditor, audit, address)
    assert kept.fields["grade_reason"] == [LONG]
    assert "token" not in kept.fields
    # Signing in leads back to the page, and there it is offered as well as on the task list.
    for page in (address, reverse("audits:fill", args=[audit.reference])):
        assert reverse("audits:kept_text", args=[kept.pk]) in client.get(page).content.decode()
    shown = client.get(reverse("audits:kept_text", args=[kept.pk]))
    assert "Was seen alone, and said so. 🙂" in shown.content.decode()
    assert "Worse or harmed" in shown.content.decode()
    client.post(reverse("audits:put_back", args=[kept.pk]), page_data(shown))
    audit.refresh_from_db()
    assert (audit.grade_reason, audit.impact) == (LONG.strip(), "worse")
    assert not KeptText.objects.exists()


def test_autosave_of_a_signed_out_person_is_kept_and_merged(audit, typed):
    address = reverse("audits:save", args=[audit.reference])
    browser = Client()
    for field, value in [("grade_reason", "One"), ("impact_note", "Two"), ("grade_reason", "One and more")]:
        data = {"field": field, "value": value, "version": mark(""), "token": typed["token"][0]}
        assert browser.post(address, data, headers={"X-Autosave": "1"}).status_code == 401
    kept = KeptText.objects.get()
    assert kept.fields["grade_reason"] == ["One and more"]
    assert kept.fields["impact_note"] == ["Two"]
    assert Event.objects.changes().count() == 1


def test_saved_after_signing_in_again_it_is_not_offered_any_more(audit, client, typed):
    address = reverse("audits:save", args=[audit.reference])
    data = {"field": "impact_note", "value": "Two", "version": mark(""), "token": typed["token"][0]}
    Client().post(address, data, headers={"X-Autosave": "1"})
    assert client.post(address, data | {"was_kept": "1"}).status_code == 200
    assert not KeptText.objects.exists()


def test_csrf_failure_keeps_the_text_too(cast, address, typed):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.auditor)
    assert strict.post(address, typed).status_code == 403
    assert KeptText.objects.get().fields["grade_reason"] == [LONG]


def test_token_is_good_for_twelve_hours(address, typed, frozen_clock):
    frozen_clock.shift(12 * 3600 + 60)
    Client().post(address, typed)
    assert not KeptText.objects.exists()


@pytest.mark.parametrize("kind", ["none", "empty", "forged", "of another", "of nobody"])
def test_without_a_valid_token_nothing_is_stored(cast, audit, address, typed, kind):
    tokens = {
        "none": None,
        "empty": "",
        "forged": typed["token"][0][:-2] + "xx",
        "of another": token_for(cast.second_auditor, audit),
        "of nobody": signing.dumps("nonsense", salt=SALT),
    }
    data = typed | {"token": tokens[kind] or ""}
    if tokens[kind] is None:
        del data["token"]
    Client().post(address, data)
    assert not KeptText.objects.exists()


def test_what_a_person_who_left_was_typing_is_kept(cast, address, typed):
    type(cast.auditor).objects.filter(pk=cast.auditor.pk).update(is_active=False)
    Client().post(address, typed)
    assert KeptText.objects.exists()


def test_more_than_a_megabyte_is_not_kept(address, typed):
    Client().post(address, typed | {"grade_reason": "x" * (MOST_BYTES + 1)})
    assert not KeptText.objects.exists()
    Client().post(address, typed | {"grade_reason": "x" * (MOST_BYTES // 2)})
    Client().post(address, typed | {"impact_note": "y" * (MOST_BYTES - 60_000), "grade_reason": "z"})
    assert len(str(KeptText.objects.get().fields)) < MOST_BYTES


def test_other_pages_keep_nothing(typed):
    Client().post("/people/stay/", typed)
    assert not KeptText.objects.exists()


def test_kept_text_is_its_authors_only(cast, address, typed, sign_in):
    Client().post(address, typed)
    kept = KeptText.objects.get()
    for person in (cast.second_auditor, cast.manager):
        client = sign_in(person)
        assert client.get(reverse("audits:kept_text", args=[kept.pk])).status_code == 404
        assert client.post(reverse("audits:put_back", args=[kept.pk])).status_code == 404
        assert client.post(reverse("audits:throw_away", args=[kept.pk])).status_code == 404
        assert b"kept on" not in client.get(reverse("audits:kept")).content
    assert KeptText.objects.exists()


def test_newer_text_is_not_replaced_by_what_was_kept(audit, client, address, typed):
    Client().post(address, typed)
    kept = KeptText.objects.get()
    shown = page_data(client.get(reverse("audits:kept_text", args=[kept.pk])))
    fill_page(client, address, {"grade_reason": "Written meanwhile"})
    response = client.post(reverse("audits:put_back", args=[kept.pk]), shown)
    assert response.url == reverse("audits:kept_text", args=[kept.pk])
    audit.refresh_from_db()
    assert audit.grade_reason == "Written meanwhile"
    again = client.get(response.url)
    assert "Written meanwhile" in again.content.decode()
    client.post(reverse("audits:put_back", args=[kept.pk]), page_data(again))
    audit.refresh_from_db()
    assert audit.grade_reason == LONG.strip()


def test_only_what_is_ticked_is_put_back(audit, client, address, typed):
    Client().post(address, typed)
    kept = KeptText.objects.get()
    shown = page_data(client.get(reverse("audits:kept_text", args=[kept.pk])))
    del shown["use-grade_reason"]
    client.post(reverse("audits:put_back", args=[kept.pk]), shown)
    audit.refresh_from_db()
    assert (audit.grade_reason, audit.impact) == ("", "worse")


def test_kept_header_is_put_back(audit, client):
    address = reverse("audits:header", args=[audit.reference])
    Client().post(address, page_data(client.get(address)) | {"worker_role": "Social worker"})
    kept = KeptText.objects.get()
    client.post(
        reverse("audits:put_back", args=[kept.pk]),
        page_data(client.get(reverse("audits:kept_text", args=[kept.pk]))),
    )
    audit.refresh_from_db()
    assert audit.worker_role == "Social worker"


@pytest.mark.parametrize("name", ["finding", "safety"])
def test_form_of_its_own_opens_with_the_kept_text(audit, client, name):
    address = {
        "finding": reverse("audits:add_finding", args=[audit.reference, "strength"]),
        "safety": reverse("audits:safety", args=[audit.reference]),
    }[name]
    field = {"finding": "text", "safety": "concern"}[name]
    Client().post(address, page_data(client.get(address)) | {field: "Long thought about"})
    kept = KeptText.objects.get()
    page = client.get(reverse("audits:kept_text", args=[kept.pk])).content.decode()
    assert f"{address}?kept={kept.pk}" in page
    assert page_data(client.get(f"{address}?kept={kept.pk}"))[field] == ["Long thought about"]


def test_kept_text_opens_under_the_reference_that_its_audit_has_by_now(audit, client):
    """A tab kept it; meanwhile the header got another year, and the audit its reference."""
    before = audit.reference
    address = reverse("audits:add_finding", args=[before, "strength"])
    Client().post(address, page_data(client.get(address)) | {"text": "Long thought about"})
    fill_page(client, reverse("audits:header", args=[before]), {"audited_on": "15 December 2025"})
    audit.refresh_from_db()
    assert audit.reference != before

    kept = KeptText.objects.get()
    now = f"{reverse('audits:add_finding', args=[audit.reference, 'strength'])}?kept={kept.pk}"
    page = client.get(reverse("audits:kept_text", args=[kept.pk])).content.decode()
    assert (now in page, before in page) == (True, False)
    assert page_data(client.get(now))["text"] == ["Long thought about"]


def test_kept_text_is_thrown_away_when_not_wanted(audit, client, address, typed):
    Client().post(address, typed)
    client.post(reverse("audits:throw_away", args=[KeptText.objects.get().pk]))
    assert not KeptText.objects.exists()
    assert not Audit.objects.exclude(grade_reason="").exists()


def test_finding_changed_since_its_text_was_kept_is_not_replaced_unseen(audit, client):
    fill_page(client, reverse("audits:add_finding", args=[audit.reference, "strength"]), {"text": "First"})
    found = audit.audit_findings.get()
    address = reverse("audits:change_finding", args=[audit.reference, found.pk])
    Client().post(address, page_data(client.get(address)) | {"text": "Kept"})
    fill_page(client, address, {"text": "Newer"})
    late = fill_page(client, f"{address}?kept={KeptText.objects.get().pk}", {})
    assert late.status_code == 409
    assert "Newer" in late.content.decode()
    assert page_data(late)["text"] == ["Kept"]
