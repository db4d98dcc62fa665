"""What a partner agency found: its name, its own grade or none, strengths and areas for improvement."""

from django import forms

from qa_audit.audits.models.agencies import PartnerAgency
from qa_audit.audits.sheet.items import LONGEST
from qa_audit.common.forms import Form, TextField
from qa_audit.common.names import one_line
from qa_audit.tools.models import Grade


class AgencyForm(Form):
    agency = TextField(
        label="Agency",
        max_length=120,
        help_text="For example, Health visiting, Police or the school. Never a person’s name.",
    )
    grade = forms.ChoiceField(
        label="The agency’s own grade",
        choices=[("", "No grade"), *Grade.choices],
        required=False,
        help_text="It is shown beside the audit’s grade and is not counted in any figure.",
    )
    strengths = TextField(
        label="Strengths", max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    improvements = TextField(
        label="Areas for improvement",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, is_new: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["version"]

    def clean_agency(self):
        name = one_line(self.cleaned_data["agency"])
        if not name:
            raise forms.ValidationError(self.fields["agency"].error_messages["required"])
        return name


def initial_of(row: PartnerAgency) -> dict:
    """What the form shows of a row that is there."""
    return {
        "agency": row.agency,
        "grade": row.grade,
        "strengths": row.strengths,
        "improvements": row.improvements,
        "version": row.version,
    }
