"""What a QA lead types about a tool: its file, and its services."""

import json

from django import forms

from qa_audit.common.forms import Form, RowsField
from qa_audit.people.models import Service
from qa_audit.tools.checks import file_problems

LARGEST_FILE = 1024 * 1024


class ToolFileForm(Form):
    """One tool version as a JSON file; every problem of the file is shown by the field."""

    file = forms.FileField(
        label="Tool file",
        help_text="A .json file of at most 1 MB, as “Download as a file” on a tool's page gives it.",
        error_messages={"required": "Choose the tool file"},
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 1 MB.")
        try:
            content = json.loads(upload.read().decode("utf-8-sig"))
        except (UnicodeDecodeError, ValueError, RecursionError):
            raise forms.ValidationError("The file cannot be read as JSON.") from None
        problems = file_problems(content)
        if problems:
            raise forms.ValidationError(problems[:20])
        return content


class ServicesForm(Form):
    """The services a tool belongs to."""

    services = RowsField(
        Service.objects.none(),
        required=False,
        label="Services that use this tool",
        help_text="Choose none to offer it to every service.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["services"].queryset = Service.objects.visible_to(user).current()
