"""What is typed when a safeguarding notice is acknowledged."""

from django import forms

from qa_audit.common.forms import Form, TextField


class AcknowledgeForm(Form):
    response = TextField(
        label="What have you done?",
        help_text="Who you spoke to and what happens next for the child. No names: give their role.",
        max_length=2000,
        widget=forms.Textarea,
    )
