"""The analysis that a head of service writes in their own words, in place of the drafted sentence."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from qa_audit.common.forms import Form, TextField
from qa_audit.common.versions import require_version
from qa_audit.history.actions import difference, record
from qa_audit.people.models import Role, Service, User
from qa_audit.reports.models import Analysis
from qa_audit.reports.period import Period
from qa_audit.reports.scope import Scope


class AnalysisForm(Form):
    text = TextField(
        label="Analysis",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text="It stands in the self-evaluation with your name and the date, and in its files.",
        error_messages={"required": "Enter the analysis, or leave this page to keep the drafted sentence"},
    )
    # The version that the person saw, 0 where there was none: a later save does not overwrite an earlier one.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def initial_of(analysis: Analysis | None) -> dict:
    """What the form shows of the words that stand, or of none."""
    return {"text": analysis.text, "version": analysis.version} if analysis else {"version": 0}


def may_write_for(user: User, service_id: int) -> bool:
    """Heads write for their services, QA leads for all."""
    return service_id in user.headed_service_ids or user.has_role(Role.QA_LEAD)


def current_analysis(service: Service, period: Period) -> Analysis | None:
    """The words that stand for the service and period now."""
    return _current(period).filter(service=service).first()


def current_analyses(scope: Scope) -> dict[int, Analysis]:
    """By service the words to read beside the figures, where both are about the whole service."""
    if set(scope.chosen) - {"service"}:
        return {}
    analyses = _current(scope.period)
    if not scope.user.has_role(Role.QA_LEAD, Role.LEADER, Role.ANALYST):
        analyses = analyses.filter(service__in=scope.user.headed_service_ids)
    return {analysis.service_id: analysis for analysis in analyses}


def _current(period: Period):
    kept = period.written_for()
    return Analysis.objects.filter(
        is_current=True, period_from=kept.first, period_to=kept.last
    ).select_related("written_by")


@transaction.atomic
def write_analysis(*, service: Service, period: Period, text: str, version: int, by: User) -> Analysis:
    """Put the person's words in place of the sentence, keeping the words before.

    In: `version` of the analysis that the person saw, 0 for none. Raises ChangedMeanwhile when it is another.
    """
    if not may_write_for(by, service.pk):
        raise PermissionDenied
    Service.objects.select_for_update().get(pk=service.pk)  # two who write at once come one after the other
    before = current_analysis(service, period)
    if before:
        require_version(before, version)
        before.is_current = False
        before.save(update_fields=["is_current"])
    kept = period.written_for()
    analysis = Analysis.objects.create(
        service=service,
        period_from=kept.first,
        period_to=kept.last,
        text=text,
        written_by=by,
        written_at=timezone.now(),
        version=version + 1,
    )
    changes = difference({"text": before.text if before else ""}, {"text": text}, ["text"])
    record("analysis written", by=by, obj=analysis, changes=changes)
    return analysis
