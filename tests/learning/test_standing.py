"""A review without a finding, one that is reopened, and one that somebody else goes on with."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from qa_audit.history.models import Event
from qa_audit.learning import actions
from qa_audit.learning.models import LearningReview, ReviewFinding, ReviewStatus
from qa_audit.learning.permissions import may_reopen
from qa_audit.people.actions.persons import end_person
from qa_audit.people.models import User
from qa_audit.reports.period import Period
from qa_audit.reports.scope import Scope
from qa_audit.reports.self_evaluation import SelfEvaluation
from tests.factories import FindingFactory, LearningReviewFactory

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)


def review_of(cast, status=ReviewStatus.OPEN, **fields):
    fields.setdefault("completed_on", None if status == ReviewStatus.OPEN else APRIL)
    return LearningReviewFactory(lead_service=cast.service, recorded_by=cast.auditor, status=status, **fields)


def find_in(review):
    finding = FindingFactory(service=review.lead_service, origin="learning_review", found_on=APRIL)
    ReviewFinding.objects.create(review=review, finding=finding)
    return finding


def page_of(name, review):
    return reverse(f"learning:{name}", args=[review])


def reviews_counted(cast) -> int:
    return sum(row.reviews for row in SelfEvaluation(Scope(cast.leader, Period.of(None, None))).rows)


def test_completing_without_a_finding_warns_and_can_be_confirmed(cast, sign_in):
    review, client = review_of(cast), sign_in(cast.auditor)
    assert "Complete it without a finding" in client.get(page_of("complete", review)).content.decode()
    refused = client.post(page_of("complete", review), {"completed_on": "4 May 2026"})
    assert "Add a finding, or tick that it is completed without one" in refused.content.decode()
    assert LearningReview.objects.get().status == ReviewStatus.OPEN
    sent = {"completed_on": "4 May 2026", "is_without_finding": "on"}
    client.post(page_of("complete", review), sent)
    assert LearningReview.objects.get().status == ReviewStatus.COMPLETED


def test_the_action_asks_for_it_too(cast):
    with pytest.raises(ValidationError):
        actions.complete(review=review_of(cast), completed_on=APRIL, by=cast.auditor)


def test_with_a_finding_nothing_is_asked(cast, sign_in):
    review = review_of(cast)
    find_in(review)
    client = sign_in(cast.auditor)
    assert "without a finding" not in client.get(page_of("complete", review)).content.decode()
    client.post(page_of("complete", review), {"completed_on": "4 May 2026"})
    assert LearningReview.objects.get().status == ReviewStatus.COMPLETED


def test_a_completed_review_says_that_it_has_no_finding(cast, sign_in):
    review, client = review_of(cast, ReviewStatus.COMPLETED), sign_in(cast.leader)
    warning = "This review counts, but no finding is recorded in it."
    assert warning in client.get(review.get_absolute_url()).content.decode()
    find_in(review)
    assert warning not in client.get(review.get_absolute_url()).content.decode()


@pytest.mark.parametrize("status", [ReviewStatus.COMPLETED, ReviewStatus.PUBLISHED])
def test_its_recorder_reopens_it_and_it_counts_again_when_it_is_completed_again(status, cast, sign_in):
    review, client = review_of(cast, status), sign_in(cast.auditor)
    finding = find_in(review)
    assert reviews_counted(cast) == 1
    assert (
        "Say why you are reopening it"
        in client.post(page_of("reopen", review), {"reason": " "}).content.decode()
    )
    client.post(page_of("reopen", review), {"reason": "The panel sent two more findings."})
    review.refresh_from_db()
    assert (review.status, review.is_counted) == (ReviewStatus.OPEN, False)
    event = Event.objects.about(review).changes().first()
    assert (event.action, event.reason) == ("reopened", "The panel sent two more findings.")
    assert event.changes["status"] == [status, "open"]
    assert reviews_counted(cast) == 0
    assert review not in LearningReview.objects.visible_to(cast.leader)
    assert client.get(page_of("change", review)).status_code == 200
    page = client.get(review.get_absolute_url()).content.decode()
    assert "It was completed on 1 April 2026" in page
    assert client.get(page_of("complete", review)).context["form"]["completed_on"].initial == APRIL
    client.post(page_of("complete", review), {"completed_on": "2 April 2026"})
    finding.refresh_from_db()
    assert (finding.found_on, reviews_counted(cast)) == (date(2026, 4, 2), 1)


def test_the_lists_name_no_day_of_completion_while_it_is_open(cast, sign_in):
    review = review_of(cast, ReviewStatus.COMPLETED)
    client = sign_in(cast.qa_lead)
    assert "1 Apr 2026" in client.get(reverse("learning:list")).content.decode()
    actions.reopen(review=review, reason="More came.", by=cast.qa_lead)
    assert "1 Apr 2026" not in client.get(reverse("learning:list")).content.decode()


@pytest.mark.parametrize("role", ["second_auditor", "manager", "head", "leader", "analyst", "administrator"])
def test_nobody_else_reopens_it(role, cast):
    assert not may_reopen(getattr(cast, role), review_of(cast, ReviewStatus.COMPLETED))
    with pytest.raises(PermissionDenied):
        actions.reopen(review=review_of(cast, ReviewStatus.COMPLETED), reason="No.", by=getattr(cast, role))


@pytest.mark.parametrize("status", [ReviewStatus.OPEN, ReviewStatus.WITHDRAWN])
def test_only_one_that_counts_is_reopened(status, cast):
    with pytest.raises(PermissionDenied):
        actions.reopen(review=review_of(cast, status), reason="Again.", by=cast.qa_lead)


def test_an_open_review_is_handed_over_and_history_names_both(cast, sign_in):
    review, client = review_of(cast, lead=cast.auditor), sign_in(cast.qa_lead)
    assert page_of("hand_over", review) in client.get(review.get_absolute_url()).content.decode()
    sent = {"to": cast.second_auditor.pk, "reason": "Ada has another post."}
    client.post(page_of("hand_over", review), sent)
    review.refresh_from_db()
    assert (review.lead, review.recorded_by) == (cast.second_auditor, cast.auditor)
    event = Event.objects.about(review).changes().first()
    assert (event.action, event.reason) == ("handed over", "Ada has another post.")
    assert event.changes["lead"] == ["Ada Auditor", "Sol Second"]
    assert "From Ada Auditor to Sol Second" in client.get(review.get_absolute_url()).content.decode()
    assert sign_in(cast.second_auditor).get(page_of("change", review)).status_code == 200


def test_a_review_goes_only_to_somebody_active_who_may_lead_it(cast):
    review = review_of(cast)
    end_person(person=User.objects.get(pk=cast.second_auditor.pk), by=cast.administrator)
    for person in (cast.second_auditor, cast.manager, cast.leader):
        with pytest.raises(ValidationError):
            actions.hand_over(review=review, to=person, reason="Ill.", by=cast.qa_lead)


@pytest.mark.parametrize("role", ["auditor", "head", "leader", "manager"])
def test_only_a_qa_lead_hands_a_review_over(role, cast):
    with pytest.raises(PermissionDenied):
        actions.hand_over(review=review_of(cast), to=cast.second_auditor, reason="", by=getattr(cast, role))


def test_a_completed_review_is_not_handed_over(cast):
    with pytest.raises(PermissionDenied):
        actions.hand_over(
            review=review_of(cast, ReviewStatus.COMPLETED), to=cast.second_auditor, reason="", by=cast.qa_lead
        )
