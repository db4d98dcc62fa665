"""Forms as every page writes them: wording of errors, one-box dates, clean text, components for fields."""

from datetime import date, time

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import ChoiceWidget
from django.utils.functional import cached_property

from .dates import NoSuchDay, parse_day, parse_time
from .names import one_line
from .references import read_reference
from .text import clean
from .wording import day


class TextField(forms.CharField):
    """Text in one or more lines, cleaned before its length is counted.

    In a box of one line it is read as names are: with single spaces, without characters that nobody sees.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.error_messages.setdefault(
            "max_length", f"Shorten this to {self.max_length or 0:,} characters: it has %(show_value)d"
        )

    def to_python(self, value):
        value = super().to_python(value)
        if not isinstance(value, str):
            return value
        text = clean(value).strip()
        return text if "\n" in text or isinstance(self.widget, forms.Textarea) else one_line(text)


class ReferenceField(TextField):
    """The reference of a case, read as imports read it."""

    def __init__(self, *, max_length=40, **kwargs):
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value):
        try:
            return read_reference(super().to_python(value))
        except ValueError as wrong:
            raise ValidationError(str(wrong), code="invalid") from None


class EmailField(forms.EmailField):
    """An address, without what comes along when it is pasted."""

    def to_python(self, value):
        value = super().to_python(value)
        return one_line(value) if isinstance(value, str) else value


class DateInput(forms.DateInput):
    def format_value(self, value):
        return day(value) if isinstance(value, date) else value


# Of two days, "from" and "to", by the second.
ENDS_BEFORE_IT_BEGINS = "The period must end on or after its first day"


class DateField(forms.DateField):
    """A date in one text box, written in any way a person here writes dates."""

    widget = DateInput
    default_error_messages = {"invalid": "Enter a date like 27 March 2026"}

    def __init__(self, *, help_text="", **kwargs):
        super().__init__(help_text=help_text or "For example, 27 March 2026", **kwargs)

    def to_python(self, value):
        if isinstance(value, str) and value.strip():
            try:
                value = parse_day(value)
            except NoSuchDay as wrong:
                words = f"{wrong.reason}. {self.error_messages['invalid']}"
                raise ValidationError(words, code="invalid") from None
            except ValueError:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        found = super().to_python(value)
        if found and not 1900 <= found.year <= 2100:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class TimeField(forms.CharField):
    """A time of day in one text box; gives a time, None when empty."""

    def __init__(self, *, help_text="", **kwargs):
        super().__init__(help_text=help_text or "For example, 18:42", max_length=20, **kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if isinstance(text, time) or not text.strip():
            return text or None
        try:
            return parse_time(text)
        except ValueError as wrong:
            raise ValidationError(str(wrong), code="invalid") from None

    def run_validators(self, value):
        """The text's validators have nothing to say of a time."""


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows to tick; a number that no row can have is no choice, as it is where one row is chosen."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        key = self.queryset.model._meta.pk
        for one in value or ():
            try:
                key.clean(one, None)
            except ValidationError:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": one}
                ) from None
        return super().clean(value)


TAKES_NO_ARTICLE = "a ", "an ", "the ", "in ", "your ", "what ", "who ", "whom ", "why ", "how ", "when "
BEYOND = {"min_value": "Enter %(limit_value)s or more", "max_value": "Enter %(limit_value)s or less"}


def worded_errors(field: forms.Field, label: str) -> dict[str, str]:
    """The errors of a field left empty or given a choice it has not, in the words of its label."""
    # "NHS number" keeps its capitals, "Case reference" does not.
    lowered = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    if not lowered.startswith(TAKES_NO_ARTICLE):
        lowered = f"the {lowered}"
    offered = f"Choose {lowered} from the options"
    if label.endswith("?"):
        required = f"Answer the question “{label}”"
        offered = f"Choose one of the answers to “{label}”"
    elif isinstance(field, DateField) and "date" not in label.lower():
        required = f"Enter a date for “{label}”"
    elif isinstance(field.widget, forms.CheckboxInput):
        required = f"Tick “{label}”"
    else:
        verb = "Choose" if isinstance(field.widget, (ChoiceWidget, forms.FileInput)) else "Enter"
        required = f"{verb} {lowered}"
    return {"required": required, "invalid_choice": offered}


def _is_plain(field: forms.Field, code: str) -> bool:
    """Whether the error still has Django's words."""
    message = field.error_messages.get(code)
    defaults = (getattr(kind, "default_error_messages", {}) for kind in type(field).__mro__)
    return message is not None and any(str(message) == str(words.get(code)) for words in defaults)


class _Sight:
    """What our forms share: a crispy helper without a form element, and errors in the label's words."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self):
        # Here and not on creation: a form may add its fields from data after that.
        for name, field in self.fields.items():
            worded = worded_errors(field, str(self[name].label))
            field.error_messages |= {code: words for code, words in worded.items() if _is_plain(field, code)}
            # Django has these words in the validator, where a message of the field goes before them.
            field.error_messages = BEYOND | field.error_messages
        super().full_clean()

    def layout(self) -> Layout | None:
        """The crispy layout, for a form that needs more than its fields in order."""
        return None

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = self.layout()
        return helper


class Form(_Sight, forms.Form):
    pass


class FilterForm(Form):
    """The form of a list's filter; its ids differ from those of another form on the page."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("auto_id", "filter_%s")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("empty_choice", "Any")
