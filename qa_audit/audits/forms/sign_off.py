"""What people write when they move an audit on: a note, a reason, or nothing."""

from django import forms

from qa_audit.common.forms import Form, TextField

LONGEST_NOTE = 4000
AREA = {"rows": "6"}


class ReturnForm(Form):
    note = TextField(
        label="What has to change?",
        help_text="The auditor reads this first when they open the audit.",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Say what has to change"},
    )


class AccuracyForm(Form):
    note = TextField(
        label="What is not right?",
        help_text="Facts only: dates, what was or was not done. The judgement is the auditor’s.",
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs=AREA),
    )

    def clean_note(self):
        note, has_nothing = self.cleaned_data["note"], "nothing" in self.data
        if note and has_nothing:
            raise forms.ValidationError("You wrote a note: send it, or empty the box and choose again")
        if not note and not has_nothing:
            raise forms.ValidationError("Write what is not right, or choose “Nothing to correct”")
        return note


class AgreeForm(Form):
    reason = TextField(
        label="Why is it agreed now?",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Say why it is agreed before the team manager’s time to check is over"},
    )

    def __init__(self, *args, is_early: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_early


class WithdrawForm(Form):
    reason = TextField(
        label="Why is it withdrawn?",
        help_text="For example, the wrong case was audited. It stays on record with this reason.",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Say why it is withdrawn"},
    )
