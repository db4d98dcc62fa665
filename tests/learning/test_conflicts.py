"""Two people on one review: nobody overwrites anybody."""

import pytest
from django.urls import reverse

from qa_audit.findings.models import Theme
from qa_audit.learning.models import LearningReview
from tests.learning.test_reviews import posted


@pytest.fixture
def review(cast, sign_in):
    sign_in(cast.auditor).post(reverse("learning:add"), posted(cast))
    return LearningReview.objects.get()


def change(client, review, cast, **changes):
    typed = posted(cast, version=1) | changes
    typed.pop("token")
    return client.post(reverse("learning:change", args=[review]), typed)


def test_a_late_save_shows_both_texts_and_overwrites_nothing(cast, sign_in, review):
    change(sign_in(cast.qa_lead), review, cast, key_learning="Theirs: tell the school first.")
    late = change(sign_in(cast.auditor), review, cast, key_learning="Mine: tell the carer first.")
    assert late.status_code == 409
    page = late.content.decode()
    assert "Theirs: tell the school first." in page
    assert "Mine: tell the carer first." in page
    review.refresh_from_db()
    assert review.key_learning == "Theirs: tell the school first."


def test_the_merge_keeps_what_the_other_person_changed_elsewhere(cast, sign_in, review):
    theme = Theme.objects.create(code="permanence", title="Permanence")
    change(
        sign_in(cast.qa_lead),
        review,
        cast,
        title="A move at two days' notice",
        due_on="8 June 2026",
        themes=[theme.pk],
    )
    late = change(sign_in(cast.auditor), review, cast, key_learning="Mine: tell the carer first.")
    form = late.context["form"]
    assert late.context["merge"].differences == []
    assert form["title"].value() == "A move at two days' notice"
    merged = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    saved = sign_in(cast.auditor).post(reverse("learning:change", args=[review]), merged)
    assert saved.url == review.get_absolute_url()
    review.refresh_from_db()
    assert review.title == "A move at two days' notice"
    assert review.key_learning == "Mine: tell the carer first."
    assert review.due_on.isoformat() == "2026-06-08"
    assert list(review.themes.all()) == [theme]
    assert review.version == 3


def test_a_review_without_kept_versions_shows_every_difference(cast, sign_in, review):
    change(sign_in(cast.qa_lead), review, cast, title="Theirs")
    late = change(sign_in(cast.auditor), review, cast, version=0, title="Mine")
    assert [difference["text"] for difference in late.context["merge"].differences] == ["Theirs"]


def test_two_people_on_one_finding_get_both_texts(cast, sign_in, review):
    client, lead = sign_in(cast.auditor), sign_in(cast.qa_lead)
    typed = {"kind": "strength", "text": "Moves are planned", "service": cast.service.pk, "version": 0}
    client.post(reverse("learning:add_finding", args=[review]), typed)
    finding = review.review_findings.get().finding
    url = reverse("learning:change_finding", args=[review, finding.pk])
    lead.post(url, typed | {"text": "Theirs", "version": 1})
    late = client.post(url, typed | {"text": "Mine", "version": 1})
    assert late.status_code == 409
    assert late.context["merge"].differences == [{"label": "What was found", "text": "Theirs"}]
    assert late.context["form"]["text"].value() == "Mine"
    finding.refresh_from_db()
    assert finding.text == "Theirs"
    assert client.post(url, typed | {"text": "Both", "version": 2}).status_code == 302
