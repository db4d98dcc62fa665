"""Choosing a file of past audits."""

from django import forms

from qa_audit.common.forms import Form, TextField
from qa_audit.intake.forms import UploadField
from qa_audit.intake.uploads import UploadRefused, read_table

# A request must answer in half a minute; longer files come in by the command.
MOST_ROWS_ON_THE_PAGE = 10_000


class PastAuditsForm(Form):
    file = UploadField(
        limits=f"up to 10 MB and {MOST_ROWS_ON_THE_PAGE:,} rows. "
        "Ten thousand rows take half a minute to check: stay on this page."
    )

    def clean_file(self):
        """Only a file that can be read as a table; what it says is checked on the next page."""
        file = self.cleaned_data["file"]
        try:
            read_table(file, file_name=file.name, max_rows=MOST_ROWS_ON_THE_PAGE)
        except UploadRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file


class WithdrawImportForm(Form):
    reason = TextField(
        label="Why are you withdrawing it?",
        help_text="For example, the file had the wrong year. Each audit and review keeps this reason.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "4"}),
        error_messages={"required": "Say why you are withdrawing it"},
    )
