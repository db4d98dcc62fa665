"""What history holds of an audit's entries, in the words of the page on which they were given."""

from collections.abc import Iterable
from datetime import date

from qa_audit.audits.actions.snapshots import word
from qa_audit.audits.forms.entries import Item
from qa_audit.audits.forms.header import header_sections
from qa_audit.audits.forms.sheet import Sheet
from qa_audit.audits.models import Audit
from qa_audit.common.forms import DateField
from qa_audit.common.wording import day
from qa_audit.history.models import Event
from qa_audit.people.models import User


def told(audit: Audit, events: Iterable[Event], user: User) -> list[tuple[Event, list]]:
    """Each event with its changes as (name, before, after). What did not change is left out."""
    sections = header_sections(audit, audit.auditor or user)
    sections += [section for page in Sheet(audit).pages for section in page.sections]
    items = {item.place.label: item for section in sections for item in section.items}
    return [
        (
            event,
            [
                (name, *(_in_words(name, items.get(name), value) for value in pair))
                for name, pair in event.changes.items()
                if (pair[0] or "") != (pair[1] or "")
            ],
        )
        for event in events
    ]


def _in_words(name: str, item: Item | None, value: object) -> object:
    if isinstance(value, dict) or value in (None, ""):
        # Free text, of which history keeps the length alone; or nothing.
        return value
    if item is None or isinstance(value, bool):
        return word(Audit, name, value)
    if isinstance(item.field, DateField):
        return day(date.fromisoformat(str(value)))
    return item.in_words(value)
