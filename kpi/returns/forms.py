"""Uploading a return, accepting it, taking it back."""

from django import forms
from django.utils import timezone

from kpi.returns.dry_run import MOST_COLUMNS, MOST_ROWS
from qa_audit.common.forms import Form, TextField
from qa_audit.common.months import MonthField, first_of, later
from qa_audit.intake.forms import UploadField


class UploadForm(Form):
    """A file, and the month of a table that does not say its own."""

    file = UploadField(limits=f"up to 10 MB, {MOST_ROWS:,} rows and {MOST_COLUMNS} columns.")
    month = MonthField(
        required=False,
        label="Month of the figures (optional)",
        help_text="For a file of teams or caseloads that does not give its month. For example, April 2026",
    )


class AcceptForm(Form):
    """What a person says before the figures count: why the revised changed, and that warnings were read."""

    def __init__(self, *args, revised: int, warnings: int, **kwargs):
        super().__init__(*args, **kwargs)
        if revised:
            self.fields["reason"] = TextField(
                max_length=250,
                label="Why did earlier figures change?",
                help_text="Shown beside each revised figure. For example, late recording in two teams",
                error_messages={"required": "Say why earlier figures changed"},
            )
        if warnings:
            self.fields["seen"] = forms.BooleanField(
                label="I have looked at the warnings, and the figures are right",
                error_messages={
                    "required": "Look at the warnings, then tick to say that the figures are right"
                },
            )


class ReverseForm(Form):
    """Why a return is taken back."""

    reason = TextField(
        max_length=250,
        label="Why are you taking this return back?",
        help_text="This is shown beside each figure that it changed",
    )


class TemplateForm(Form):
    """The month to fill in: the one that has just ended, unless another is given."""

    month = MonthField(required=False)

    def clean_month(self):
        return self.cleaned_data["month"] or later(first_of(timezone.localdate()), -1)
