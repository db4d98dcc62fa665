"""Two people in one form: what was typed too late is set beside what is stored now, and nothing is lost."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django import forms
from django.db.models import Model, QuerySet

from .forms import Form
from .wording import day


class Merge:
    """A form that came too late, set beside what is stored now.

    `form` holds what was typed where the person changed something, and what is stored everywhere else;
    `differences` are the fields in which saving it would replace what somebody else saved.
    """

    def __init__(self, form: Form, stored: dict, base: dict | None = None):
        """In: a valid form; `base` is what the person began from, without it all that differs is theirs."""
        self.keeps_untouched = base is not None
        data = form.data.copy()
        self.differences = []
        for name, typed in form.cleaned_data.items():
            bound = form[name]
            if name not in stored or bound.is_hidden or _plain(typed) == (now := _plain(stored[name])):
                continue
            before = base and _read(bound.field, base.get(name))
            if base and _plain(typed) == before:
                data.setlist(bound.html_name, _as_posted(now))
            elif not base or now != before:
                self.differences.append({"label": bound.label, "text": _words(bound, now)})
        data["version"] = str(stored["version"])
        form.data = data
        form.full_clean()
        self.form = form


def _plain(value: object) -> object:
    """A value as a record's content has it: other records by their keys."""
    if isinstance(value, Model):
        return value.pk
    return sorted(one.pk for one in value) if isinstance(value, QuerySet) else value


def _read(field: forms.Field, stored: object) -> object:
    """A value as history kept it: dates as text."""
    return field.to_python(stored) if isinstance(field, forms.DateField) else stored


def _as_posted(value: object) -> list[str]:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(item) for item in value]
    return [day(value) if hasattr(value, "year") else "" if value is None else str(value)]


def _words(bound: forms.BoundField, value: object) -> str:
    """The value as a person reads it."""
    if isinstance(value, date | Decimal):
        return str(bound.field.widget.format_value(bound.field.prepare_value(value)))
    choices = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
    return ", ".join(choices.get(item, item) for item in _as_posted(value) if item)
