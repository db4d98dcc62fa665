"""The analysis that a head of service writes in their own words, in place of the drafted sentence."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from qa_audit.common.forms import Form, TextField
from qa_audit.common.versions import require_version
from qa_audit.history.actions import difference, record
from qa_audit.people.models import Role, Service, User
from qa_audit.reports.models import Analysis
from qa_audit.reports.period import WORDS_STAND, Period
from qa_audit.reports.scope import Scope


class AnalysisForm(Form):
    text = TextField(
        label="Analysis",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text="It appears in the self-evaluation and its files, with your name and the date.",
        error_messages={"required": "Enter the analysis, or leave this page to keep the drafted sentence"},
    )
    # The version that the person saw, 0 where there was none: a later save does not overwrite an earlier one.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def initial_of(analysis: Analysis | None, period: Period) -> dict:
    """What the form shows of the words that stand, or of none; those of other dates are a first draft."""
    if not analysis:
        return {"version": 0}
    return {"text": analysis.text, "version": analysis.version if analysis.period == period else 0}


def may_write_for(user: User, service_id: int) -> bool:
    """Heads write for their services, QA leads for all."""
    return service_id in user.headed_service_ids or user.has_role(Role.QA_LEAD)


def standing_analysis(service: Service, period: Period) -> Analysis | None:
    """The words that are beside the service's figures of the period now."""
    return _by_service(_near(period).filter(service=service), period).get(service.pk)


def current_analyses(scope: Scope) -> dict[int, Analysis]:
    """By service the words to read beside the figures, where both are about the whole service."""
    if set(scope.chosen) - {"service"}:
        return {}
    analyses = _near(scope.period)
    if not scope.user.has_role(Role.QA_LEAD, Role.LEADER, Role.ANALYST):
        analyses = analyses.filter(service__in=scope.user.headed_service_ids)
    return _by_service(analyses, scope.period)


def _near(period: Period) -> QuerySet[Analysis]:
    """The words of every service for this period, and for others that ended shortly before or with it."""
    ends = (period.last - WORDS_STAND, period.last)
    return Analysis.objects.filter(is_current=True, period_to__range=ends).select_related("written_by")


def _by_service(analyses: QuerySet[Analysis], period: Period) -> dict[int, Analysis]:
    """Of each service the words for exactly this period, else the latest that may be shown beside it."""
    # Of the words that may stand, those for exactly the period alone end with it: they come last.
    return {
        analysis.service_id: analysis
        for analysis in analyses.order_by("period_to")
        if period.accepts_words_of(analysis.period)
    }


@transaction.atomic
def write_analysis(*, service: Service, period: Period, text: str, version: int, by: User) -> Analysis:
    """Put the person's words in place of the sentence, keeping the words before.

    In: `version` of the analysis that the person saw, 0 for none. Raises ChangedMeanwhile when it is another.
    """
    if not may_write_for(by, service.pk):
        raise PermissionDenied
    Service.objects.select_for_update().get(pk=service.pk)  # two who write at once come one after the other
    of_period = {"service": service, "period_from": period.first, "period_to": period.last}
    before = Analysis.objects.filter(is_current=True, **of_period).first()
    if before:
        require_version(before, version)
        before.is_current = False
        before.save(update_fields=["is_current"])
    analysis = Analysis.objects.create(
        **of_period,
        text=text,
        written_by=by,
        written_at=timezone.now(),
        version=version + 1,
    )
    changes = difference({"text": before.text if before else ""}, {"text": text}, ["text"])
    record("analysis written", by=by, obj=analysis, changes=changes)
    return analysis
