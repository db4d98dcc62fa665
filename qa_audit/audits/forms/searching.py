"""What is typed to find the audits of a case."""

from django import forms

from qa_audit.common.forms import Form, ReferenceField


class SearchForm(Form):
    case_reference = ReferenceField(
        label="Case reference",
        help_text="The whole number from the case-management system, current or earlier. Never a name.",
        widget=forms.TextInput(attrs={"width": "20", "autocomplete": "off", "spellcheck": "false"}),
    )
