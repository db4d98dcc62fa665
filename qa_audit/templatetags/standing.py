"""What of a person's work is open: told on pages of people, which know nothing of audits."""

from django import template

from qa_audit.home.checks import open_work_of

register = template.Library()


@register.simple_tag
def open_work(person) -> list[str]:
    """{% open_work person as kinds %}: numbers of each kind in words, never which records."""
    return open_work_of(person)
