"""Completing what was arranged for later."""

from django import forms

from qa_audit.audits.checks.sightings import NAMES_SOMEBODY
from qa_audit.audits.forms.entries import EntriesForm
from qa_audit.audits.models.answers import Voice, Who
from qa_audit.audits.models.audit import Audit

VOICE = "outcome", "why", "arranged_for", "arranged_with"
CONVERSATION = "conversation", "conversation_on", "conversation_with", "conversation_why"


class FeedbackForm(EntriesForm):
    """What came of it is held to what submitting asks: it cannot be completed a second time."""

    names_nobody = forms.BooleanField(
        label="What is pointed out above is not a name or number",
        help_text="An NHS, phone, National Insurance or pupil number or an email address must be removed.",
        required=False,
    )

    @property
    def pointed_out(self) -> list[str]:
        """What was refused because it looks like a person, and may be declared none."""
        errors = [error for name in self.items for error in self.errors.as_data().get(name, [])]
        return [text for error in errors if error.code == NAMES_SOMEBODY for text in error.params["texts"]]

    @property
    def declared(self) -> list[str]:
        """What was pointed out and is said to be none: nothing that was typed since."""
        return self.posted.getlist("pointed_out") if self.cleaned_data["names_nobody"] else []

    def clean(self):
        cleaned = super().clean()
        for who in Who:
            if f"voice-{who}-outcome" in self.items:
                voice = Voice(who=who, **{name: cleaned.get(f"voice-{who}-{name}") for name in VOICE})
                if missing := voice.missing():
                    name, words = missing
                    self._ask(f"voice-{who}-{name}", words)
        if "conversation" in self.items:
            audit = Audit(**{name: cleaned.get(name) for name in CONVERSATION})
            for name, words in audit.missing_in_conversation():
                self._ask(name, words[:1].upper() + words[1:])
        return cleaned

    def _ask(self, name: str, words: str) -> None:
        # What was typed and is no date has its error already.
        if name not in self.errors:
            self.add_error(name, words)
