from datetime import date

import factory

from qa_audit.learning.models import LearningReview, ReviewStatus, ReviewType
from tests.factories.people import ServiceFactory, UserFactory


class LearningReviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LearningReview

    reference = factory.Sequence(lambda n: f"L-2026-{n + 1000:04d}")
    title = "Late notice of a move"
    review_type = ReviewType.PRACTICE
    lead_service = factory.SubFactory(ServiceFactory)
    status = ReviewStatus.COMPLETED
    completed_on = date(2026, 4, 1)
    recorded_by = factory.SubFactory(UserFactory)
