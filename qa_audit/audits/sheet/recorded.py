"""What history holds of an audit's entries, in the words of the page on which they were given."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import models

from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.header import header_sections
from qa_audit.audits.sheet.items import Item
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.common.forms import DateField
from qa_audit.common.wording import clock, day
from qa_audit.history.models import Event
from qa_audit.people.models import User

WROTE = "wrote"
# Saves of one text by one person within this time of the first are one run.
RUN = timedelta(minutes=5)


def changes_in_words(audit: Audit, events: Iterable[Event], user: User) -> list[tuple[Event, list]]:
    """Each event, newest first, with its changes as (name, before, after). What did not change is left out.

    The saves of one text in one run are told as one, with its last: see decision 27.
    """
    sections = header_sections(audit, audit.auditor or user)
    sections += [section for page in AuditSheet(audit).pages for section in page.sections]
    items = {item.place.label: item for section in sections for item in section.items}
    # Events of earlier releases name an answer by its question alone.
    items = {str(item.field.label): item for item in items.values()} | items
    rows = [
        (
            event,
            [
                (name, *(_in_words(name, items.get(name), value) for value in pair))
                for name, pair in changes.items()
                if (pair[0] or "") != (pair[1] or "")
            ],
        )
        for event, changes in reversed(_with_runs_joined(events))
    ]
    return [(event, changes) for event, changes in rows if changes or event.action != WROTE]


def _with_runs_joined(events: Iterable[Event]) -> list[tuple[Event, dict]]:
    """The events, oldest first, with their changes: those of a run of one text are at its last save."""
    rows: list[tuple[Event, dict]] = []
    runs: dict[str, tuple[Event, dict]] = {}
    for event in sorted(events, key=lambda event: event.sequence):
        changes = dict(event.changes)
        for name, (before, after) in event.changes.items():
            begun, held = runs.get(name, (None, {}))
            is_text = event.action == WROTE and (isinstance(before, dict) or isinstance(after, dict))
            if is_text and begun and begun.actor_id == event.actor_id and event.at - begun.at <= RUN:
                changes[name] = [held.pop(name)[0], after]
                runs[name] = begun, changes
            elif is_text:
                runs[name] = event, changes
            else:
                runs.pop(name, None)
        rows.append((event, changes))
    return rows


def _in_words(name: str, item: Item | None, value: object) -> object:
    if isinstance(value, dict) or value in (None, ""):
        # Free text, of which history keeps the length alone; or nothing.
        return value
    if item is None or isinstance(value, bool):
        return word(Audit, name, value)
    if isinstance(item.field, DateField):
        return day(date.fromisoformat(str(value)))
    return item.in_words(value)


def field_named(model, name: str):
    return (
        next((field for field in model._meta.concrete_fields if field.name == name), None) if model else None
    )


def word(model, name: str, value) -> str:
    """A stored value of a model's field as a person reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    field = field_named(model, name)
    if isinstance(field, models.DateTimeField):
        moment = datetime.fromisoformat(str(value))
        return f"{day(moment)} at {clock(moment)}"
    if isinstance(field, models.DateField):
        return day(date.fromisoformat(str(value)))
    return str(dict(field.flatchoices).get(value, value)) if field else str(value)
