"""Learning reviews: the list, one review, its steps and its findings."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from qa_audit.common.attachments import workbook
from qa_audit.common.identifiers.sightings import in_one_sentence, scan_reference
from qa_audit.common.merging import Merge
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.history.actions import record_reading
from qa_audit.learning import actions
from qa_audit.learning.forms import (
    CompleteForm,
    PublishForm,
    ReopenForm,
    ReviewFindingForm,
    ReviewForm,
    ReviewHandOverForm,
    WithdrawReviewForm,
)
from qa_audit.learning.models import LearningReview
from qa_audit.learning.permissions import (
    may_change,
    may_complete,
    may_hand_over,
    may_publish,
    may_record,
    may_reopen,
    may_see_history,
    may_withdraw,
    require,
)
from qa_audit.learning.tables import ReviewFilter, ReviewTable, listed_reviews, review_sheet
from qa_audit.people.checks import Look

SCANNED = ("title", "trigger", "partner_agencies", "key_learning")


def _review(request, reference: str) -> LearningReview:
    reviews = LearningReview.objects.visible_to(request.user).select_related(
        "lead_service", "lead", "recorded_by"
    )
    return get_object_or_404(reviews, reference=reference)


def review_list(request):
    filter = ReviewFilter(request.GET, queryset=listed_reviews(request.user), request=request)
    table = ReviewTable.for_request(request, filter.qs)
    page = {"filter": filter, "table": table, "may_record": may_record(request.user)}
    return render(request, "learning/list.html", page)


def download(request):
    filter = ReviewFilter(request.GET, queryset=listed_reviews(request.user), request=request)
    if not filter.is_valid():
        return redirect(f"{reverse('learning:list')}?{request.GET.urlencode()}")
    file = workbook(
        [review_sheet(ReviewTable.for_request(request, filter.qs).all_rows)],
        title="Learning reviews",
        author=str(request.user),
        file_name="learning-reviews.xlsx",
    )
    record_reading("exported learning reviews", by=request.user, changes=filter.as_changes())
    return file


def detail(request, reference):
    review = _review(request, reference)
    record_reading("opened", by=request.user, obj=review)
    found = review.review_findings.select_related("finding__service", "finding__team")
    findings = [link.finding for link in found.prefetch_related("finding__themes__parent")]
    page = {
        "review": review,
        "findings": findings,
        "may_change": may_change(request.user, review),
        "may_complete": may_complete(request.user, review),
        "may_publish": may_publish(request.user, review),
        "may_withdraw": may_withdraw(request.user, review),
        "may_reopen": may_reopen(request.user, review),
        "may_hand_over": may_hand_over(request.user, review),
    }
    if page["may_change"]:
        page["sightings"] = _sightings(review, findings)
    if may_see_history(request.user):
        page["changes"] = review.events.changes()
        page["readings"] = review.events.readings()[:50]
    return render(request, "learning/detail.html", page)


def _sightings(review: LearningReview, findings: list) -> list:
    """What in its texts looks like a name, an address or a number that names a child."""
    texts = [getattr(review, name) for name in SCANNED] + [finding.text for finding in findings]
    look = Look()
    return scan_reference(review.case_references) + [sighting for text in texts for sighting in look(text)]


def _warn(request, sightings: list) -> None:
    if words := in_one_sentence(sightings):
        messages.warning(request, words)


def add(request):
    form = ReviewForm(request.POST or None, user=request.user)
    if form.is_valid():
        values = form.cleaned_data
        review = actions.record_review(token=values.pop("token"), values=values, by=request.user)
        messages.success(request, f"{review} is recorded. Now add what it found.")
        _warn(request, _sightings(review, []))
        return redirect(review)
    return render(request, "learning/form.html", {"form": form})


def change(request, reference):
    review = _review(request, reference)
    require(may_change(request.user, review))
    form = ReviewForm(request.POST or None, user=request.user, review=review, initial=review.content())
    page = {"form": form, "review": review}
    if not form.is_valid():
        return render(request, "learning/form.html", page)
    values = dict(form.cleaned_data)
    version = values.pop("version")
    try:
        review = actions.change_review(review=review, version=version, values=values, by=request.user)
    except ChangedMeanwhile as late:
        merge = Merge(form, late.current.content(), late.current.content_at(version))
        return render(request, "learning/form.html", {**page, "merge": merge}, status=409)
    messages.success(request, "Saved.")
    _warn(request, _sightings(review, []))
    return redirect(review)


def complete(request, reference):
    review = _review(request, reference)
    require(may_complete(request.user, review))
    return _step(request, review, CompleteForm, actions.complete, "Complete this review")


def publish(request, reference):
    review = _review(request, reference)
    require(may_publish(request.user, review))
    return _step(request, review, PublishForm, actions.publish, "Mark this review as published")


def reopen(request, reference):
    review = _review(request, reference)
    require(may_reopen(request.user, review))
    return _step(request, review, ReopenForm, actions.reopen, "Reopen this review")


def hand_over(request, reference):
    review = _review(request, reference)
    require(may_hand_over(request.user, review))
    done = f"{review} is handed over."
    return _step(request, review, ReviewHandOverForm, actions.hand_over, "Hand this review over", done)


def _step(request, review, form_class, action, heading, done=""):
    form = form_class(request.POST or None, review=review)
    if form.is_valid():
        try:
            review = action(review=review, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, done or f"{review} is {review.get_status_display().lower()}.")
            return redirect(review)
    return render(request, "learning/step.html", {"form": form, "review": review, "heading": heading})


def withdraw(request, reference):
    review = _review(request, reference)
    require(may_withdraw(request.user, review))
    form = WithdrawReviewForm(request.POST or None)
    if form.is_valid():
        actions.withdraw(review=review, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{review} is withdrawn and no longer counts.")
        return redirect("learning:list")
    return render(
        request, "learning/step.html", {"form": form, "review": review, "heading": "Withdraw this review"}
    )


def add_finding(request, reference):
    review = _review(request, reference)
    require(may_change(request.user, review))
    initial = {"service": review.lead_service_id}
    form = ReviewFindingForm(request.POST or None, review=review, is_new=True, initial=initial)
    if form.is_valid():
        actions.add_finding(review=review, values=form.cleaned_data, by=request.user)
        messages.success(request, "The finding is added.")
        _warn(request, Look()(form.cleaned_data["text"]))
        return redirect("learning:add_finding" if "another" in request.POST else "learning:detail", reference)
    return render(
        request, "learning/finding.html", {"form": form, "review": review, "heading": "Add a finding"}
    )


def change_finding(request, reference, pk):
    review = _review(request, reference)
    require(may_change(request.user, review))
    finding = get_object_or_404(review.review_findings.select_related("finding"), finding=pk).finding
    stored = _stored_finding(finding)
    form = ReviewFindingForm(request.POST or None, review=review, initial=stored)
    page = {"form": form, "review": review, "heading": "Change a finding", "finding": finding}
    if not form.is_valid():
        return render(request, "learning/finding.html", page)
    values = dict(form.cleaned_data)
    try:
        actions.change_finding(finding=finding, version=values.pop("version"), values=values, by=request.user)
    except ChangedMeanwhile as late:
        merge = Merge(form, _stored_finding(late.current))
        return render(request, "learning/finding.html", {**page, "merge": merge}, status=409)
    messages.success(request, "The finding is saved.")
    _warn(request, Look()(form.cleaned_data["text"]))
    return redirect(review)


def _stored_finding(finding) -> dict:
    return {
        "kind": finding.kind,
        "text": finding.text,
        "service": finding.service_id,
        "team": finding.team_id,
        "severity": finding.severity,
        "themes": sorted(theme.pk for theme in finding.themes.all()),
        "version": finding.version,
    }


def remove_finding(request, reference, pk):
    review = _review(request, reference)
    found = get_object_or_404(review.review_findings.select_related("finding"), finding=pk)
    actions.remove_finding(finding=found.finding, by=request.user)
    messages.success(request, "The finding is removed.")
    return redirect(review)
