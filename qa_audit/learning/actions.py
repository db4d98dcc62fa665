"""Changes to learning reviews and their findings; history keeps the whole review after each."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from qa_audit.audits.models.series import ReferenceSeries
from qa_audit.common.versions import hold, made_once, require_version
from qa_audit.findings.models import Finding, Origin, finding_changes
from qa_audit.history.actions import NewEvent, change, difference, record
from qa_audit.learning.models import LearningReview, ReviewCase, ReviewFinding, ReviewStatus
from qa_audit.learning.permissions import (
    LEADING,
    may_change,
    may_complete,
    may_hand_over,
    may_publish,
    may_record,
    may_reopen,
    may_withdraw,
    require,
)
from qa_audit.people.models import User

# What history keeps as hash and length in an event; the words stand in the snapshot.
NARRATIVE = ("title", "trigger", "partner_agencies", "key_learning", "case_references")
RELATED = ("other_services", "themes", "case_references")


def _record(
    action: str, review: LearningReview, by: User, before: dict, reason: str = "", **names: list
) -> None:
    """In: `names` are read in place of the numbers of other records that changed."""
    stored = LearningReview.objects.get(pk=review.pk)
    after = stored.content()
    changes = difference(before, after, NARRATIVE)
    changes.pop("version", None)
    changes |= names
    record(action, by=by, obj=stored, changes=changes, reason=reason, snapshot=after)


def record_review(*, token: str, values: dict, by: User) -> LearningReview:
    """Write down a new review, open. The same form sent twice, with one token, makes one review."""
    require(may_record(by))
    creation_token = f"{by.pk}-{token}"[:40]

    def make() -> LearningReview:
        review = LearningReview(reference=_reference(values), recorded_by=by, creation_token=creation_token)
        _set(review, values)
        _record("recorded", review, by, before={})
        return review

    return made_once(make, LearningReview.objects.filter(creation_token=creation_token))


def _reference(values: dict) -> str:
    day = values.get("completed_on") or values.get("notified_on") or timezone.localdate()
    return ReferenceSeries.take("L", day.year)[0]


def _set(review: LearningReview, values: dict) -> None:
    """Store the values; a related one that is not among them stays."""
    for name, value in values.items():
        if name not in RELATED:
            setattr(review, name, value)
    review.save()
    for name in ("other_services", "themes"):
        if name in values:
            getattr(review, name).set(values[name])
    if "case_references" in values:
        wanted = values["case_references"].splitlines()
        if wanted != review.case_references.splitlines():
            review.cases.all().delete()
            ReviewCase.objects.bulk_create(ReviewCase(review=review, case_reference=each) for each in wanted)


@transaction.atomic
def change_review(*, review: LearningReview, version: int, values: dict, by: User) -> LearningReview:
    """Store what was typed over the version that the person saw.

    Raises ChangedMeanwhile when somebody saved a newer one.
    """
    review = hold(review)
    require(may_change(by, review))
    require_version(review, version)
    before = review.content()
    review.version += 1
    _set(review, values)
    if review.completed_on:
        _date_findings(review)
    _record("changed", review, by, before)
    return review


def _move(review: LearningReview, action: str, by: User, reason: str = "", **fields) -> LearningReview:
    before = review.content()
    review.version += 1
    for name, value in fields.items():
        setattr(review, name, value)
    review.save()
    if "completed_on" in fields:
        _date_findings(review)
    _record(action, review, by, before, reason)
    return review


def _date_findings(review: LearningReview) -> None:
    """A review's findings belong to the period in which it was completed."""
    Finding.objects.filter(review_finding__review=review).update(found_on=review.completed_on)


@transaction.atomic
def complete(
    *, review: LearningReview, completed_on: date, by: User, is_without_finding: bool = False
) -> LearningReview:
    """From this day on the review counts. One without a finding has to be said to be so."""
    review = hold(review)
    require(may_complete(by, review))
    if not is_without_finding and not review.review_findings.exists():
        raise ValidationError("No finding is recorded in this review")
    return _move(review, "completed", by, status=ReviewStatus.COMPLETED, completed_on=completed_on)


@transaction.atomic
def publish(*, review: LearningReview, published_on: date, by: User) -> LearningReview:
    """Note the day on which the partnership published it."""
    review = hold(review)
    require(may_publish(by, review))
    return _move(review, "published", by, status=ReviewStatus.PUBLISHED, published_on=published_on)


@transaction.atomic
def reopen(*, review: LearningReview, reason: str, by: User) -> LearningReview:
    """To be changed again: it leaves the counts until it is completed again, and keeps its day till then."""
    review = hold(review)
    require(may_reopen(by, review))
    return _move(review, "reopened", by, reason, status=ReviewStatus.OPEN, published_on=None)


@transaction.atomic
def hand_over(*, review: LearningReview, to: User, reason: str, by: User) -> LearningReview:
    """Somebody else leads it from now on; who recorded it stays on record."""
    review = hold(review)
    require(may_hand_over(by, review))
    if not User.objects.with_role(*LEADING).filter(pk=to.pk).exists():
        raise ValidationError({"to": f"{to} is not an auditor or QA lead, or their account has ended"})
    before, was, review.lead = review.content(), review.lead or review.recorded_by, to
    review.version += 1
    review.save()
    _record("handed over", review, by, before, reason, lead=[str(was or ""), str(to)])
    return review


@transaction.atomic
def withdraw(*, review: LearningReview, reason: str, by: User) -> LearningReview:
    """Take it out of the counts; it stays readable for the QA lead."""
    review = hold(review)
    require(may_withdraw(by, review))
    return _move(review, "withdrawn", by, reason, status=ReviewStatus.WITHDRAWN)


@transaction.atomic
def withdraw_reviews(*, reviews: QuerySet, reason: str, by: User) -> list[NewEvent]:
    """Take all of them out of the counts that are not yet; whoever calls it writes their history, last."""
    entries = []
    for review in reviews.exclude(status=ReviewStatus.WITHDRAWN).select_for_update(of=("self",)):
        require(may_withdraw(by, review))
        before, review.status = review.content(), ReviewStatus.WITHDRAWN
        review.version += 1
        review.save()
        changes = {"status": [before["status"], review.status]}
        entries.append(NewEvent("withdrawn", review, changes, reason=reason, snapshot=review.content()))
    return entries


@transaction.atomic
def add_finding(*, review: LearningReview, values: dict, by: User) -> Finding:
    """A strength or an area for improvement that the review found.

    The same words for the same service twice are one finding: a form sent twice adds nothing.
    """
    review = hold(review)
    require(may_change(by, review))
    fields = {name: value for name, value in values.items() if name != "themes"}
    twin = Finding.objects.filter(
        review_finding__review=review, **{name: fields[name] for name in ("kind", "text", "service")}
    ).first()
    if twin:
        return twin
    found_on = review.completed_on or timezone.localdate()
    finding = Finding.objects.create(
        **fields, origin=Origin.LEARNING_REVIEW, found_on=found_on, created_by=by
    )
    finding.themes.set(values["themes"])
    ReviewFinding.objects.create(review=review, finding=finding)
    changes = finding_changes({}, _recorded(finding))
    record("finding added", by=by, obj=review, changes=changes)
    return finding


@transaction.atomic
def change_finding(*, finding: Finding, version: int, values: dict, by: User) -> Finding:
    """Other words, themes or severity over the version that the person saw, or ChangedMeanwhile."""
    review = hold(finding.review_finding.review)
    require(may_change(by, review))
    before = _recorded(finding)
    fields = {name: value for name, value in values.items() if name != "themes"}
    finding, _ = change(finding, version, **fields)
    finding.themes.set(values["themes"])
    record("finding changed", by=by, obj=review, changes=finding_changes(before, _recorded(finding)))
    return finding


@transaction.atomic
def remove_finding(*, finding: Finding, by: User) -> LearningReview:
    """Take a finding away that was written by mistake; history keeps that it was there."""
    review = hold(finding.review_finding.review)
    require(may_change(by, review))
    changes = finding_changes(_recorded(finding), {})
    finding.review_finding.delete()
    finding.themes.clear()
    finding.delete()
    record("finding removed", by=by, obj=review, changes=changes)
    return review


def _recorded(finding: Finding) -> dict[str, str]:
    return finding.recorded(service=finding.service, team=finding.team)
