"""Is a child unsafe now? Who you told, when, and what they will do."""

from datetime import datetime

from django import forms
from django.utils import timezone

from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.items import LONGEST
from qa_audit.common.forms import DateField, Form, TextField, TimeField
from qa_audit.common.wording import clock

IF_YES = "concern", "told_role", "told_on", "told_time", "will_do", "recorded_on"


def _text(label: str, length: int, rows: int = 0, help_text: str = "", **attrs) -> TextField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs=attrs)
    return TextField(label=label, max_length=length, required=False, widget=widget, help_text=help_text)


class SafetyForm(Form):
    """`asks`: whether yes or no is asked first; a further concern, or one after submission, is a yes."""

    child_unsafe = forms.ChoiceField(
        label="Is a child unsafe now?", choices=Audit.Safety.choices, widget=forms.RadioSelect
    )
    concern = _text(
        "What is the concern?", LONGEST, rows=4, help_text="If yes. The people told see this, not the audit."
    )
    told_role = _text("Who did you tell?", 120, help_text="Their role, not their name.")
    told_on = DateField(label="On which day did you tell them?", required=False, initial=timezone.localdate)
    told_time = TimeField(label="At what time?", required=False, widget=forms.TextInput(attrs={"width": 5}))
    will_do = _text("What will they do?", LONGEST, rows=3)
    recorded_on = DateField(label="Recorded on the child's record on", required=False)
    why_changed = _text(
        "Why are you changing your answer?",
        500,
        rows=2,
        help_text="If you answered yes before and now say no.",
    )

    def __init__(self, *args, asks: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.asks = asks
        if not asks:
            del self.fields["child_unsafe"]
            self.fields["concern"].help_text = "The people told see this, not the audit."

    def clean(self):
        cleaned = super().clean()
        if not self.asks or cleaned.get("child_unsafe") == Audit.Safety.YES:
            for name in IF_YES:
                if name in cleaned and not cleaned[name]:
                    self.add_error(name, REQUIRED_IF_YES[name])
            self._check_times(cleaned)
        return cleaned

    def _check_times(self, cleaned: dict) -> None:
        if cleaned.get("told_on") and cleaned.get("told_time"):
            told_at = timezone.make_aware(datetime.combine(cleaned["told_on"], cleaned["told_time"]))
            cleaned["told_at"] = told_at
            if told_at > timezone.now():
                self.add_error(
                    "told_time", f"The time you told them cannot be later than now, {clock(timezone.now())}"
                )
        if cleaned.get("recorded_on") and cleaned["recorded_on"] > timezone.localdate():
            self.add_error(
                "recorded_on",
                "This must be on the child's record before you continue: enter today or an earlier day",
            )

    def concern_facts(self) -> dict:
        """What the notice needs."""
        names = "concern", "told_role", "told_at", "will_do", "recorded_on"
        return {name: self.cleaned_data[name] for name in names}


REQUIRED_IF_YES = {
    "concern": "Say what the concern is",
    "told_role": "Say who you told: their role",
    "told_on": "Say on which day you told them",
    "told_time": "Say at what time you told them",
    "will_do": "Say what they will do",
    "recorded_on": "Say on which day it went on the child's record",
}
