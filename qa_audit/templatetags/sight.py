"""Tags of grades and states, dates and times, and what the base template needs."""

from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from qa_audit.common import months, wording
from qa_audit.common.components import tag_html
from qa_audit.common.publishing.page import table_html

register = template.Library()
register.simple_tag(table_html, name="figures")
register.filter("day", wording.day)
register.filter("short_day", wording.short_day)
register.filter("clock", wording.clock)
register.filter("number", wording.number)
register.filter("month", months.month_words)


@register.simple_tag
def grade_tag(value, label="") -> SafeString:
    """{% grade_tag audit.grade audit.get_grade_display %}; a choices member brings its own label."""
    return tag_html("grade", str(value or ""), str(label or getattr(value, "label", "")))


@register.simple_tag
def state_tag(value, label="") -> SafeString:
    """{% state_tag audit.state audit.get_state_display %}"""
    return tag_html("state", str(value or ""), str(label or getattr(value, "label", "")))


@register.simple_tag
def csrf_cookie_name() -> str:
    """Where the script reads the token: the name differs between development and production."""
    return settings.CSRF_COOKIE_NAME


@register.simple_tag
@cache
def drawn_once(template_name: str) -> SafeString:
    """A part that is the same on every page, whoever asks: drawn once a process."""
    return render_to_string(template_name)
