"""Recording, changing, completing, publishing and withdrawing learning reviews."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from qa_audit.findings.models import FindingKind, Origin, Severity
from qa_audit.history.models import Event, Snapshot
from qa_audit.learning import actions
from qa_audit.learning.models import LearningReview, ReviewStatus, ReviewType
from tests.factories import LearningReviewFactory


def posted(cast, **changes):
    return {
        "title": "Late notice of a move",
        "review_type": ReviewType.RAPID,
        "trigger": "A child moved at two days' notice.",
        "case_references": "C00017\nC00018\n\nC00017",
        "lead_service": cast.service.pk,
        "other_services": [cast.elsewhere.pk],
        "notified_on": "3 March 2026",
        "commissioned_on": "10/3/2026",
        "due_on": "2026-06-01",
        "key_learning": "Plan moves with the home they go to.",
        "token": "a-token-of-the-form",
    } | changes


@pytest.fixture
def open_review(cast):
    return LearningReviewFactory(
        lead_service=cast.service, recorded_by=cast.auditor, status=ReviewStatus.OPEN, completed_on=None
    )


def values_of(review, **changes):
    return {
        "title": review.title,
        "key_learning": review.key_learning,
        "other_services": review.other_services.all(),
        "themes": review.themes.all(),
        "case_references": review.case_references,
    } | changes


def test_auditor_records_a_review_with_all_its_facts(cast, sign_in):
    response = sign_in(cast.auditor).post(reverse("learning:add"), posted(cast))
    review = LearningReview.objects.get()
    assert response.url == review.get_absolute_url()
    assert review.reference == "L-2026-0001"
    assert review.status == ReviewStatus.OPEN
    assert review.case_references == "C00017\nC00018"
    assert list(review.other_services.all()) == [cast.elsewhere]
    assert (review.notified_on, review.commissioned_on, review.due_on) == (
        date(2026, 3, 3),
        date(2026, 3, 10),
        date(2026, 6, 1),
    )
    assert review.recorded_by == cast.auditor
    assert Event.objects.about(review).changes().get().action == "recorded"


def test_the_reference_carries_the_year_of_notification(cast, sign_in):
    sign_in(cast.qa_lead).post(
        reverse("learning:add"), posted(cast, notified_on="4 May 2024", commissioned_on="")
    )
    assert LearningReview.objects.get().reference == "L-2024-0001"


def test_a_form_sent_twice_makes_one_review(cast, sign_in):
    client = sign_in(cast.auditor)
    first = client.post(reverse("learning:add"), posted(cast))
    second = client.post(reverse("learning:add"), posted(cast))
    assert first.url == second.url
    assert LearningReview.objects.count() == 1


def test_the_same_token_of_another_person_makes_another_review(cast, sign_in):
    sign_in(cast.auditor).post(reverse("learning:add"), posted(cast))
    sign_in(cast.second_auditor).post(reverse("learning:add"), posted(cast))
    assert LearningReview.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"title": ""}, "Enter a title"),
        ({"title": "x" * 201}, "Shorten this to 200 characters: it has 201"),
        ({"review_type": "enquiry"}, "from the options"),
        ({"lead_service": ""}, "Choose the lead service"),
        ({"lead_service": "999999"}, "from the options"),
        ({"notified_on": "31 February 2026"}, "Enter a date like 27 March 2026"),
        ({"notified_on": "13 May 2026"}, "The date it was notified must be today or in the past"),
        (
            {"commissioned_on": "1 March 2026"},
            "The date it was commissioned must be on or after 3 March 2026, when it was notified",
        ),
        ({"due_on": "1 March 2026"}, "The due date must be on or after 10 March 2026, when it began"),
        ({"case_references": "C" * 41}, "A case reference has at most 40 characters"),
        ({"case_references": "\n".join(f"C{n}" for n in range(201))}, "Enter at most 200 case references"),
        ({"key_learning": "x" * 20_001}, "Shorten this to 20,000 characters"),
    ],
)
def test_bad_input_is_told_by_the_field_and_what_was_typed_is_kept(cast, sign_in, changes, problem):
    response = sign_in(cast.auditor).post(reverse("learning:add"), posted(cast, **changes))
    page = response.content.decode()
    assert response.status_code == 200
    assert problem in page
    assert (
        "A child moved at two days&#x27; notice." in page or "A child moved at two days&#39; notice." in page
    )
    assert not LearningReview.objects.exists()


def test_the_lead_service_is_not_another_service_too(cast, sign_in):
    response = sign_in(cast.auditor).post(
        reverse("learning:add"), posted(cast, other_services=[cast.service.pk])
    )
    assert f"{cast.service} is already the lead service" in response.content.decode()


def test_an_emoji_and_a_line_break_survive(cast, sign_in):
    text = "Two wishes 🌱 were met.\nOne was not."
    sign_in(cast.auditor).post(reverse("learning:add"), posted(cast, key_learning=text))
    assert LearningReview.objects.get().key_learning == text


def test_completing_counts_the_review_and_dates_its_findings(cast, sign_in, open_review):
    actions.add_finding(
        review=open_review,
        by=cast.auditor,
        values={
            "kind": FindingKind.STRENGTH,
            "text": "Moves are planned",
            "service": cast.service,
            "team": None,
            "severity": "",
            "themes": [],
        },
    )
    url = reverse("learning:complete", args=[open_review])
    sign_in(cast.auditor).post(url, {"completed_on": "4 May 2026"})
    open_review.refresh_from_db()
    assert open_review.status == ReviewStatus.COMPLETED
    assert open_review.completed_on == date(2026, 5, 4)
    assert open_review.review_findings.get().finding.found_on == date(2026, 5, 4)
    assert LearningReview.objects.counted().get() == open_review


def test_a_review_cannot_be_completed_before_it_was_notified(cast, sign_in, open_review):
    LearningReview.objects.update(notified_on=date(2026, 5, 5))
    response = sign_in(cast.auditor).post(
        reverse("learning:complete", args=[open_review]), {"completed_on": "4 May 2026"}
    )
    assert "must be on or after 5 May 2026, when it was notified" in response.content.decode()
    open_review.refresh_from_db()
    assert open_review.status == ReviewStatus.OPEN


def test_a_completed_review_is_published_by_the_qa_lead(cast, sign_in):
    review = LearningReviewFactory(lead_service=cast.service)
    sign_in(cast.qa_lead).post(reverse("learning:publish", args=[review]), {"published_on": "11/5/2026"})
    review.refresh_from_db()
    assert (review.status, review.published_on) == (ReviewStatus.PUBLISHED, date(2026, 5, 11))


def test_an_open_review_cannot_be_published(cast, sign_in, open_review):
    url = reverse("learning:publish", args=[open_review])
    assert sign_in(cast.qa_lead).post(url, {"published_on": "11/5/2026"}).status_code == 403


def test_a_withdrawn_review_leaves_the_counts_and_keeps_the_reason(cast, sign_in):
    review = LearningReviewFactory(lead_service=cast.service)
    client = sign_in(cast.qa_lead)
    url = reverse("learning:withdraw", args=[review])
    assert "Enter why is it withdrawn" not in client.post(url, {"reason": ""}).content.decode()
    client.post(url, {"reason": "Recorded twice."})
    assert not LearningReview.objects.counted().exists()
    assert Event.objects.about(review).changes().get().reason == "Recorded twice."
    assert "Recorded twice." in client.get(review.get_absolute_url()).content.decode()


def test_a_withdrawn_review_takes_no_change(cast):
    review = LearningReviewFactory(lead_service=cast.service, status=ReviewStatus.WITHDRAWN)
    with pytest.raises(PermissionDenied):
        actions.change_review(review=review, version=1, values=values_of(review), by=cast.qa_lead)


def test_history_keeps_the_whole_review_and_no_narrative_in_the_event(cast, open_review):
    actions.change_review(
        review=open_review,
        version=1,
        by=cast.auditor,
        values=values_of(open_review, key_learning="Plan moves."),
    )
    event = Event.objects.about(open_review).changes().get()
    assert event.changes["key_learning"][1]["length"] == len("Plan moves.")
    assert "Plan moves." not in str(event.changes)
    assert Snapshot.objects.get(event_sequence=event.sequence).content["key_learning"] == "Plan moves."


def test_a_finding_takes_kind_service_team_themes_and_severity(cast, sign_in, open_review):
    url = reverse("learning:add_finding", args=[open_review])
    response = sign_in(cast.auditor).post(
        url,
        {
            "kind": "improvement",
            "text": "Life story begun late",
            "service": cast.service.pk,
            "team": cast.team.pk,
            "severity": "high",
            "version": 0,
        },
    )
    assert response.url == open_review.get_absolute_url()
    finding = open_review.review_findings.get().finding
    assert (finding.kind, finding.severity, finding.team) == (
        FindingKind.IMPROVEMENT,
        Severity.HIGH,
        cast.team,
    )
    assert finding.origin == Origin.LEARNING_REVIEW


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": ""}, "Say whether it is a strength or an area for improvement"),
        ({"text": " "}, "Enter what was found"),
        ({"severity": ""}, "Say how serious the area for improvement is"),
        ({"severity": "awful"}, "Choose one of the answers to"),
        ({"service": ""}, "Choose the service that it is about"),
    ],
)
def test_a_finding_that_lacks_something_is_refused(cast, sign_in, open_review, changes, problem):
    url = reverse("learning:add_finding", args=[open_review])
    typed = {
        "kind": "improvement",
        "text": "Life story begun late",
        "service": cast.service.pk,
        "severity": "high",
        "version": 0,
    }
    response = sign_in(cast.auditor).post(url, typed | changes)
    assert problem in response.content.decode()
    assert not open_review.review_findings.exists()


def test_a_finding_is_about_a_service_of_the_review_and_a_team_of_it(cast, sign_in, open_review):
    url = reverse("learning:add_finding", args=[open_review])
    typed = {"kind": "strength", "text": "Moves are planned", "version": 0}
    client = sign_in(cast.auditor)
    assert "from the options" in client.post(url, typed | {"service": cast.elsewhere.pk}).content.decode()
    open_review.other_services.add(cast.elsewhere)
    response = client.post(url, typed | {"service": cast.elsewhere.pk, "team": cast.team.pk})
    assert "Choose that service, or another team" in response.content.decode()


def test_a_strength_has_no_severity_whatever_was_ticked(cast, sign_in, open_review):
    typed = {
        "kind": "strength",
        "text": "Moves are planned",
        "service": cast.service.pk,
        "severity": "high",
        "version": 0,
    }
    sign_in(cast.auditor).post(reverse("learning:add_finding", args=[open_review]), typed)
    assert open_review.review_findings.get().finding.severity == ""


def test_a_finding_sent_twice_is_one_and_can_be_changed_and_removed(cast, sign_in, open_review):
    client = sign_in(cast.auditor)
    typed = {"kind": "strength", "text": "Moves are planned", "service": cast.service.pk, "version": 0}
    url = reverse("learning:add_finding", args=[open_review])
    client.post(url, typed)
    client.post(url, typed)
    finding = open_review.review_findings.get().finding
    change = reverse("learning:change_finding", args=[open_review, finding.pk])
    client.post(change, typed | {"text": "Moves are planned early", "version": 1})
    finding.refresh_from_db()
    assert finding.text == "Moves are planned early"
    client.post(reverse("learning:remove_finding", args=[open_review, finding.pk]))
    assert not open_review.review_findings.exists()
    actions_of = [event.action for event in Event.objects.about(open_review).changes()]
    assert actions_of == ["finding removed", "finding changed", "finding added"]


def test_text_that_looks_like_a_name_or_number_is_shown_and_does_not_block(cast, sign_in):
    client = sign_in(cast.auditor)
    response = client.post(
        reverse("learning:add"), posted(cast, trigger="Ring 07700 900123 about it."), follow=True
    )
    page = response.content.decode()
    assert "Could this name somebody?" in page
    assert "07700 900123" in page
    said = "This looks like a phone number: “07700 900123”. A child is named by case reference only."
    assert said in page


def test_saving_a_finding_says_what_looks_like_a_name(cast, sign_in, open_review):
    client, about = sign_in(cast.auditor), {"service": cast.service.pk, "version": 0, "kind": "strength"}
    added = reverse("learning:add_finding", args=[open_review])
    page = client.post(added, {**about, "text": "Mum says Kacper is happier."}, follow=True).content.decode()
    assert "name: “Kacper”. A child is named by case reference only." in page
    finding = open_review.review_findings.get().finding
    changed = reverse("learning:change_finding", args=[open_review, finding.pk])
    said = {**about, "text": "Mum says Zofia is happier.", "version": finding.version}
    page = client.post(changed, said, follow=True).content.decode()
    assert "name: “Zofia”. A child is named by case reference only." in page
