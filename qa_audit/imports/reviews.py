"""Past learning reviews: like past audits, but without a grade."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from qa_audit.audits.actions.past import past_findings
from qa_audit.audits.models.series import ReferenceSeries
from qa_audit.findings.models import Finding, Origin
from qa_audit.learning.models import LearningReview, ReviewCase, ReviewFinding, ReviewStatus, ReviewType
from qa_audit.people.models import User


@dataclass(frozen=True, slots=True)
class PastReview:
    """What is known of a learning review that was held before this product was in use."""

    kind: ClassVar[str] = "learning_review"
    case_reference: str
    service_id: int
    audited_on: date
    team_id: int | None = None
    auditor_id: int | None = None
    theme: str = ""
    going_well: str = ""
    improvements: str = ""


def store_reviews(reviews: list[PastReview], by: User) -> list[LearningReview]:
    """Insert past reviews as completed; whoever calls it writes the history, last in the transaction."""
    made = LearningReview.objects.bulk_create(
        [_review(past, reference, by) for past, reference in zip(reviews, _references(reviews), strict=True)]
    )
    pairs = list(zip(reviews, made, strict=True))
    ReviewCase.objects.bulk_create(
        ReviewCase(review=review, case_reference=past.case_reference) for past, review in pairs
    )
    findings = [
        (review, finding)
        for past, review in pairs
        for finding in past_findings(past, "", Origin.LEARNING_REVIEW, by)
    ]
    Finding.objects.bulk_create([finding for _, finding in findings])
    ReviewFinding.objects.bulk_create(
        ReviewFinding(review=review, finding=finding) for review, finding in findings
    )
    return made


def _references(reviews: list[PastReview]) -> list[str]:
    years = Counter(past.audited_on.year for past in reviews)
    taken = {year: iter(ReferenceSeries.take("L", year, count)) for year, count in sorted(years.items())}
    return [next(taken[past.audited_on.year]) for past in reviews]


def _review(past: PastReview, reference: str, by: User) -> LearningReview:
    return LearningReview(
        reference=reference,
        title=f"Learning review: {past.theme}" if past.theme else "Learning review",
        review_type=ReviewType.LEARNING_REVIEW,
        lead_service_id=past.service_id,
        lead_id=past.auditor_id,
        theme=past.theme,
        completed_on=past.audited_on,
        status=ReviewStatus.COMPLETED,
        is_imported=True,
        recorded_by=by,
    )
