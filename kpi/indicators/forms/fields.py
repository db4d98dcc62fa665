"""The fields that the forms of indicators share: numbers, months, choices and optional words."""

from decimal import Decimal

from django import forms
from django.db.models import TextChoices

from qa_audit.common.forms import TextField
from qa_audit.common.months import MonthField, MonthInput

LONGEST_TEXT = 5_000


class NumberField(forms.DecimalField):
    """A number with up to six decimal places; what is kept is shown without needless zeros."""

    default_error_messages = {"invalid": "Enter a number"}

    def __init__(self, **kwargs):
        super().__init__(max_digits=16, decimal_places=6, **kwargs)

    def prepare_value(self, value):
        return plain_number(value)


def plain_number(value: object) -> object:
    """A number without needless zeros; anything else as it is."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def version_field() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput)


def optional_line(label: str, longest: int = 250, help_text: str = "") -> TextField:
    """A line that may be left empty."""
    return TextField(label=f"{label} (optional)", max_length=longest, required=False, help_text=help_text)


def optional_text(label: str, help_text: str = "") -> TextField:
    return TextField(
        label=f"{label} (optional)",
        max_length=LONGEST_TEXT,
        required=False,
        help_text=help_text,
        widget=forms.Textarea,
    )


def _worded(empty: str) -> dict[str, str]:
    """What an empty field says; without words of its own the form makes them from the label."""
    return {"required": empty} if empty else {}


def whole_number(label: str, limits: tuple[int, int], empty: str = "", **kwargs) -> forms.IntegerField:
    errors = {"invalid": "Enter a whole number", **_worded(empty)}
    least, most = limits
    return forms.IntegerField(label=label, min_value=least, max_value=most, error_messages=errors, **kwargs)


def radios(label: str, choices: type[TextChoices], empty: str = "", **kwargs) -> forms.ChoiceField:
    errors, widget = _worded(empty), forms.RadioSelect
    return forms.ChoiceField(
        label=label, choices=choices.choices, widget=widget, error_messages=errors, **kwargs
    )


def month(label: str, empty: str = "", **kwargs) -> MonthField:
    widget = MonthInput(attrs={"width": "10"})
    return MonthField(label=label, widget=widget, error_messages=_worded(empty), **kwargs)
