"""What people write when they move an audit on: a note, a reason, or nothing."""

from django import forms
from django.db.models import QuerySet

from qa_audit.common.forms import Form, TextField
from qa_audit.people.models import User
from qa_audit.tools.models import ToolVersion

LONGEST_NOTE = 4000
AREA = {"rows": "6"}
WHO_AUDITS = (
    "People who can audit this team: they hold the role for it, and neither manage the team, head its "
    "service nor work in it. A manager audit goes to a manager of another team of the service."
)
WHO_MODERATES = (
    "Auditors and QA leads who have not written in it, have not read it since it was submitted, and neither "
    "manage the team, head its service nor work in it."
)


class TakerField(forms.ModelChoiceField):
    """Who continues an audit: only people who may."""

    def offer(self, people: list[User]) -> None:
        self.queryset = User.objects.filter(pk__in=[person.pk for person in people])
        self.empty_label = "Choose a person" if people else "Nobody can take it over"


class HandOverForm(Form):
    to = TakerField(User.objects.none(), error_messages={"required": "Choose who takes it over"})
    reason = TextField(
        label="Why are you handing it over?",
        help_text="History keeps the reason, and both names.",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Say why you are handing it over"},
    )

    def __init__(self, *args, people: list[User], is_moderation: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(people)
        self.fields["to"].label = "Who moderates it?" if is_moderation else "Who takes it over?"
        self.fields["to"].help_text = WHO_MODERATES if is_moderation else WHO_AUDITS


class ReturnForm(Form):
    to = TakerField(
        User.objects.none(),
        label="Who takes it over?",
        help_text=WHO_AUDITS,
        error_messages={"required": "Choose who takes it over: its auditor can no longer write in it"},
    )
    note = TextField(
        label="What has to change?",
        help_text="The auditor reads this first when they open the audit.",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Say what has to change"},
    )

    def __init__(self, *args, people: list[User] | None = None, **kwargs):
        """In: `people` to choose from, where its auditor can no longer write in it."""
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["to"]
        else:
            self.fields["to"].offer(people)


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
        label="Why are you agreeing it now?",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=AREA),
        error_messages={
            "required": "Say why you are agreeing it before the team manager’s time to check is over"
        },
    )

    def __init__(self, *args, is_early: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_early


class WithdrawForm(Form):
    reason = TextField(
        label="Why are you withdrawing it?",
        help_text="For example, the wrong case was audited. It stays on record with this reason.",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Say why you are withdrawing it"},
    )


class CancelForm(Form):
    reason = TextField(
        label="Why are you cancelling it?",
        help_text="For example, the wrong case was chosen. It stays on record with this reason.",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Say why you are cancelling it"},
    )


class ChangeToolForm(Form):
    tool_version = forms.ModelChoiceField(
        label="Which tool?",
        queryset=ToolVersion.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a tool"},
    )

    def __init__(self, *args, versions: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["tool_version"]
        field.queryset = versions.with_content()
        field.label_from_instance = lambda version: version.tool.title
        field.widget.attrs["choice_hints"] = {
            str(version.pk): f"About {version.entry_count()} entries" for version in field.queryset
        }
