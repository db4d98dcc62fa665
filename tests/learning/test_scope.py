"""Who sees which learning review, and who may do what with it."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from qa_audit.history.models import Event
from qa_audit.learning.models import ReviewStatus
from tests.conftest import EVERYBODY
from tests.factories import LearningReviewFactory


@pytest.fixture
def reviews(cast):
    def make(title, **facts):
        return LearningReviewFactory(
            title=title, lead_service=cast.service, recorded_by=cast.auditor, **facts
        )

    return {
        "completed": make("Canary completed"),
        "open": make("Canary open", status=ReviewStatus.OPEN, completed_on=None),
    }


@pytest.mark.parametrize(
    ("role", "completed", "open_one"),
    [
        ("auditor", 200, 200),
        ("second_auditor", 404, 404),
        ("manager", 403, 403),
        ("head", 200, 404),
        ("qa_lead", 200, 200),
        ("leader", 200, 404),
        ("analyst", 403, 403),
        ("administrator", 403, 403),
        ("outsider", 404, 404),
        ("nobody", 403, 403),
    ],
)
def test_each_role_opens_its_reviews_and_no_other(cast, sign_in, reviews, role, completed, open_one):
    client = sign_in(getattr(cast, role))
    assert client.get(reviews["completed"].get_absolute_url()).status_code == completed
    assert client.get(reviews["open"].get_absolute_url()).status_code == open_one


@pytest.mark.parametrize("role", EVERYBODY)
def test_list_and_file_hold_no_title_that_the_person_may_not_open(cast, sign_in, reviews, role):
    client = sign_in(getattr(cast, role))
    page = client.get(reverse("learning:list"))
    if page.status_code == 403:
        assert client.get(reverse("learning:download")).status_code == 403
        return
    book = load_workbook(io.BytesIO(client.get(reverse("learning:download")).content))
    cells = {str(cell) for row in book.active.iter_rows(values_only=True) for cell in row}
    for review in reviews.values():
        may_open = client.get(review.get_absolute_url()).status_code == 200
        assert (review.title in page.content.decode()) == may_open
        assert (review.title in cells) == may_open


def test_leaders_see_that_an_open_review_exists_and_nothing_more(cast, sign_in, reviews):
    page = sign_in(cast.leader).get(reverse("learning:list")).content.decode()
    assert reviews["open"].reference in page
    assert reviews["open"].get_absolute_url() not in page
    assert "Not open to you" in page


def test_a_head_of_another_service_that_gets_findings_opens_it(cast, sign_in, reviews):
    reviews["completed"].other_services.add(cast.elsewhere)
    assert sign_in(cast.outsider).get(reviews["completed"].get_absolute_url()).status_code == 200


def test_who_leads_a_review_sees_it(cast, sign_in):
    review = LearningReviewFactory(lead=cast.second_auditor, status=ReviewStatus.OPEN, completed_on=None)
    assert sign_in(cast.second_auditor).get(review.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        ("auditor", "change", 403),
        ("auditor", "publish", 403),
        ("auditor", "withdraw", 403),
        ("auditor", "reopen", 200),
        ("second_auditor", "reopen", 404),
        ("head", "reopen", 403),
        ("leader", "reopen", 403),
        ("qa_lead", "reopen", 200),
        ("auditor", "hand_over", 403),
        ("qa_lead", "hand_over", 403),
        ("head", "change", 403),
        ("leader", "change", 403),
        ("second_auditor", "change", 404),
        ("qa_lead", "change", 200),
        ("qa_lead", "complete", 403),
        ("qa_lead", "publish", 200),
        ("qa_lead", "withdraw", 200),
    ],
)
def test_who_may_do_what_with_a_completed_review(cast, sign_in, reviews, role, page, status):
    url = reverse(f"learning:{page}", args=[reviews["completed"]])
    assert sign_in(getattr(cast, role)).get(url).status_code == status


def test_every_link_of_a_review_answers_who_sees_it(cast, sign_in, reviews):
    client = sign_in(cast.qa_lead)
    page = client.get(reviews["completed"].get_absolute_url()).content.decode()
    for name in ("publish", "change", "reopen", "withdraw", "add_finding"):
        url = reverse(f"learning:{name}", args=[reviews["completed"]])
        assert url in page
        assert client.get(url).status_code == 200
    assert reverse("learning:complete", args=[reviews["completed"]]) not in page


def test_opening_is_on_record_and_only_the_qa_lead_sees_by_whom(cast, sign_in, reviews):
    sign_in(cast.head).get(reviews["completed"].get_absolute_url())
    assert Event.objects.about(reviews["completed"]).readings().get().actor_name == "Hana Head"
    lead_page = sign_in(cast.qa_lead).get(reviews["completed"].get_absolute_url()).content.decode()
    assert "Who has looked at this" in lead_page
    assert "Hana Head" in lead_page
    auditor_page = sign_in(cast.auditor).get(reviews["completed"].get_absolute_url()).content.decode()
    assert "Who has looked at this" not in auditor_page


def test_filters_narrow_by_type_status_service_and_period(cast, sign_in, reviews):
    client = sign_in(cast.qa_lead)

    def found(**query):
        page = client.get(reverse("learning:list"), query).content.decode()
        return {key for key, review in reviews.items() if review.reference in page}

    assert found(status="counted") == {"completed"}
    assert found(status="open") == {"open"}
    assert found(review_type="rapid") == set()
    assert found(service=cast.elsewhere.pk) == set()
    assert found(completed_from="1/4/2026", completed_to="1 April 2026") == {"completed"}
    assert found(completed_from="2 April 2026") == set()


def test_a_filter_with_a_wrong_date_says_so(cast, sign_in):
    page = sign_in(cast.qa_lead).get(reverse("learning:list"), {"completed_from": "soon"}).content.decode()
    assert "Enter a date like 27 March 2026" in page


def test_the_list_asks_the_database_the_same_for_one_review_and_for_twenty(
    cast, sign_in, reviews, django_assert_max_num_queries
):
    client = sign_in(cast.qa_lead)
    for _ in range(20):
        LearningReviewFactory(lead_service=cast.service)
    with django_assert_max_num_queries(10):
        client.get(reverse("learning:list"))


def test_an_exported_list_is_on_record(cast, sign_in, reviews):
    sign_in(cast.leader).get(reverse("learning:download"))
    assert Event.objects.filter(action="exported learning reviews", actor_id=cast.leader.pk).count() == 1
