"""Which component draws a form's field, and with which parameters.

A widget's `attrs` may say how: `label_size` (s, m, l, xl), `page_heading` (the label is the page's h1),
`width` (characters of a text box), `inline` (radios in a row), `choice_hints` (value to hint),
`empty_choice` (its words in a select), `described_by` (the id of what a page says of a text box). The rest
become attributes of the control, for radios and checkboxes of the element around them.
"""

from functools import partial

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget
from django.utils.safestring import SafeString, mark_safe

from .components import render_component

SETTINGS = ("label_size", "page_heading", "width", "inline", "choice_hints", "empty_choice", "described_by")
# Not for the control: ours, or such as would cut or refuse what is typed before the server can say why.
NOT_ATTRIBUTES = frozenset(
    {
        *SETTINGS,
        "id",
        "class",
        "rows",
        "cols",
        "maxlength",
        "minlength",
        "required",
        "multiple",
        "aria-describedby",
    }
)
EMPTY_CHOICE = "---------"
DJANGO_ROWS = "10"


def field_html(field: BoundField) -> SafeString:
    """The field with label, hint, error and control."""
    if field.is_hidden:
        return field.as_widget()
    name, params = component_of(field)
    drawn = render_component(name, params)
    if name == "character-count" and "describedBy" in params:
        # This component leaves the parameter out.
        before, after = 'aria-describedby="', f'aria-describedby="{params["describedBy"]} '
        return mark_safe(drawn.replace(before, after, 1))  # noqa: S308
    return drawn


def component_of(field: BoundField) -> tuple[str, dict]:
    """The component's name and parameters for the field's widget."""
    widget = field.field.widget
    for kind, build in BUILDERS:
        if isinstance(widget, kind):
            return build(field, widget)
    raise TypeError(f"No component for {type(widget).__name__} of “{field.name}”")


def control_id(field: BoundField) -> str:
    """The id of the control, for radios and checkboxes of the first one: where an error's link leads."""
    return field.auto_id or field.html_name


def error_text(field: BoundField) -> dict | None:
    return {"text": " ".join(field.errors)} if field.errors else None


def _shared(field: BoundField, widget: forms.Widget) -> dict:
    return {
        "name": field.html_name,
        "hint": {"text": field.help_text} if field.help_text else None,
        "errorMessage": error_text(field),
        "attributes": {
            key: "" if value is True else str(value)
            for key, value in widget.attrs.items()
            if key not in NOT_ATTRIBUTES and value is not False and value is not None
        },
        "disabled": field.field.disabled or None,
    }


def _labelled(field: BoundField, widget: forms.Widget, **params) -> dict:
    size = widget.attrs.get("label_size", "s")
    label = {
        "text": str(field.label),
        "classes": f"govuk-label--{size}",
        "isPageHeading": widget.attrs.get("page_heading"),
    }
    given = widget.attrs.get("class", "")
    classes = " ".join(filter(None, (params.pop("classes", ""), given)))
    if described_by := widget.attrs.get("described_by"):
        params["describedBy"] = described_by
    return {**_shared(field, widget), "id": control_id(field), "label": label, "classes": classes, **params}


def _width(widget: forms.Widget, otherwise: str = "") -> str:
    width = widget.attrs.get("width", otherwise)
    return f"govuk-input--width-{width}" if width else ""


def _text(field, widget, otherwise="", **params):
    params.setdefault("type", getattr(widget, "input_type", "text"))
    value = widget.format_value(field.value())
    return "input", _labelled(field, widget, value=value, classes=_width(widget, otherwise), **params)


def _textarea(field, widget):
    rows = str(widget.attrs.get("rows", DJANGO_ROWS))
    params = _labelled(
        field,
        widget,
        value=widget.format_value(field.value()) or "",
        rows="4" if rows == DJANGO_ROWS else rows,
        classes="sight-grow",
    )
    limit = getattr(field.field, "max_length", None)
    if not limit:
        return "textarea", params
    return "character-count", {**params, "maxlength": str(limit), "threshold": "75"}


def _file(field, widget):
    return "file-upload", _labelled(field, widget)


def _password(field, widget):
    params = _labelled(field, widget, classes="govuk-input--width-20")
    purpose = params["attributes"].pop("autocomplete", "current-password")
    return "password-input", {**params, "autocomplete": purpose}


def _items(field: BoundField, widget: ChoiceWidget, state: str, empty: str = "") -> list[dict]:
    """The choices; the empty one without words of its own is called `empty`, or left out."""
    hints = widget.attrs.get("choice_hints", {})
    items = []
    for group, options, _ in widget.optgroups(field.html_name, widget.format_value(field.value())):
        for option in options:
            value, text = str(option["value"]), option["label"]
            if not value and text == EMPTY_CHOICE:
                if not empty:
                    continue
                text = empty
            hint = hints.get(option["value"], hints.get(value))
            items.append(
                {
                    "value": value,
                    "text": f"{group}: {text}" if group else text,
                    state: bool(option["selected"]),
                    "hint": {"text": hint} if hint else None,
                    "disabled": field.field.disabled or option["attrs"].get("disabled"),
                }
            )
    return items


def _select(field, widget):
    items = _items(field, widget, "selected", empty=widget.attrs.get("empty_choice", "Choose one"))
    return "select", _labelled(field, widget, items=items)


def _group(field, widget, name):
    size = widget.attrs.get("label_size", "s")
    legend = {
        "text": str(field.label),
        "classes": f"govuk-fieldset__legend--{size}",
        "isPageHeading": widget.attrs.get("page_heading"),
    }
    classes = [f"govuk-{name}--small", widget.attrs.get("class", "")]
    if widget.attrs.get("inline"):
        classes.append(f"govuk-{name}--inline")
    return name, {
        **_shared(field, widget),
        "idPrefix": control_id(field),
        "fieldset": {"legend": legend},
        "classes": " ".join(filter(None, classes)),
        "items": _items(field, widget, "checked"),
    }


def _tick(field, widget):
    """One box: its label is the item's, its hint too, so nothing is said twice."""
    item = {
        "value": "on",
        "text": str(field.label),
        "checked": bool(widget.check_test(field.value())),
        "hint": {"text": field.help_text} if field.help_text else None,
        "disabled": field.field.disabled or None,
    }
    params = {**_shared(field, widget), "hint": None, "idPrefix": control_id(field), "items": [item]}
    return "checkboxes", {**params, "classes": "govuk-checkboxes--small"}


BUILDERS = (
    (forms.CheckboxSelectMultiple, partial(_group, name="checkboxes")),
    (forms.SelectMultiple, partial(_group, name="checkboxes")),
    (forms.RadioSelect, partial(_group, name="radios")),
    (forms.Select, _select),
    (forms.CheckboxInput, _tick),
    (forms.Textarea, _textarea),
    (forms.FileInput, _file),
    (forms.PasswordInput, _password),
    (forms.DateInput, partial(_text, otherwise="10", type="text")),
    (forms.NumberInput, partial(_text, otherwise="5", type="text", inputmode="numeric")),
    (forms.widgets.Input, _text),
)
