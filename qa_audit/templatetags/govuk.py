"""Components, fields and errors of the design system in Django templates."""

from django import template
from django.forms import BaseForm, BaseFormSet
from django.utils.safestring import SafeString

from qa_audit.common.components import render_component
from qa_audit.common.fields import control_id, field_html

register = template.Library()


@register.simple_tag(name="govuk")
def component(_name: str, **params) -> SafeString:
    """{% govuk "button" text="Save" %}; an inner parameter is written label__text="Name"."""
    return render_component(_name, _nested(params))


@register.simple_block_tag(name="govuk_block")
def component_block(content: SafeString, _name: str, **params) -> SafeString:
    """{% govuk_block "details" summaryText="Guidance" %} markup {% endgovuk_block %}"""
    return render_component(_name, {**_nested(params), "html": content})


def _nested(params: dict) -> dict:
    nested: dict = {}
    for key, value in params.items():
        *outer, last = key.split("__")
        place = nested
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return nested


@register.simple_tag
def govuk_field(field) -> SafeString:
    return field_html(field)


@register.simple_tag
def error_summary(*forms, title="There is a problem") -> SafeString | str:
    """Every error of the forms (or formsets, or filters), each a link to its control; said once."""
    problems: list[dict] = []
    for form in forms:
        problems += (problem for problem in _problems(form) if problem not in problems)
    if not problems:
        return ""
    return render_component("error-summary", {"titleText": title, "errorList": problems})


@register.simple_tag(takes_context=True)
def error_prefix(context) -> str:
    """What a page's title begins with when a form on it was refused."""
    forms = (context.get(name) for name in ("form", "formset", "forms", "filter"))
    return "Error: " if any(problem for form in forms for problem in _problems(form)) else ""


def _problems(form):
    """The errors of what a page has: a form, a formset, a list of them, a filter, or nothing."""
    if isinstance(form, (list, tuple)):
        for one in form:
            yield from _problems(one)
    elif isinstance(form, BaseFormSet):
        yield from ({"text": error} for error in form.non_form_errors())
        yield from _problems(form.forms)
    elif isinstance(form, BaseForm):
        yield from ({"text": error} for error in form.non_field_errors())
        for field in form:
            # A hidden field has nothing to move to.
            href = None if field.is_hidden else f"#{control_id(field)}"
            yield from ({"text": error, "href": href} for error in field.errors)
    elif isinstance(getattr(form, "form", None), BaseForm):
        yield from _problems(form.form)
