"""The form of any entries of a sheet."""

from qa_audit.audits.models.answers import WORDS_WITHOUT_VOICE, Outcome, Who
from qa_audit.audits.sheet.pages import SheetSection
from qa_audit.audits.sheet.places import Entry, Rows, mark
from qa_audit.common.forms import Form, TextField


class EntriesForm(Form):
    """The form of any entries. Each carries the mark of the value that its author saw."""

    def __init__(self, rows: Rows, sections: list[SheetSection], data=None):
        """In: `rows` from which each entry is shown, whoever holds them."""
        self.items = {item.name: item for section in sections for item in section.items}
        self._read = rows.read(item.place for item in self.items.values())
        shown = {name: item.to_shown(self.stored(name)) for name, item in self.items.items()}
        super().__init__(self._completed(data) if data is not None else None, initial=shown)
        self.posted = data if data is not None else {}
        self.sections = sections
        for name, item in self.items.items():
            self.fields[name] = item.field
            if isinstance(item.field, TextField):
                item.field.widget.attrs["described_by"] = f"noticed-{name}"
        self.marks = {
            name: self.posted.get(f"version-{name}") or mark(self.stored(name)) for name in self.items
        }

    def stored(self, name: str) -> object:
        return self.items[name].place.stored_in(self._read)

    def _completed(self, data):
        """What was sent, and for an entry that was not on the sender's page what is stored."""
        completed = data.copy()
        for name, item in self.items.items():
            if f"version-{name}" not in data:
                held = item.in_control(self.stored(name))
                completed.setlist(name, held if isinstance(held, list) else [held])
        return completed

    def clean(self):
        cleaned = super().clean()
        for who in Who:
            words, outcome = cleaned.get(f"voice-{who}-words"), cleaned.get(f"voice-{who}-outcome")
            if words and outcome != Outcome.HEARD:
                self.add_error(f"voice-{who}-words", WORDS_WITHOUT_VOICE)
        return cleaned

    def entries(self) -> list[Entry]:
        """What can be stored of what was sent: valid, and not given up in favour of what is stored."""
        return [
            Entry(item.place, item.to_stored(self.cleaned_data[name]), self.marks[name])
            for name, item in self.items.items()
            if name in self.cleaned_data
            and f"version-{name}" in self.posted
            and self.posted.get(f"choose-{name}") != "stored"
        ]

    def took(self, stored: dict[str, object]) -> None:
        """What was stored is what the page now shows as seen."""
        self.marks |= {name: mark(value) for name, value in stored.items() if name in self.items}

    def rendered(self, noticed: dict[str, str]) -> list[dict]:
        """The sections with their fields, marks and warnings, as the template prints them."""
        return [
            {
                "section": section,
                "entries": [
                    {
                        "field": self[item.name],
                        "item": item,
                        "mark": self.marks[item.name],
                        "is_text": isinstance(item.field, TextField),
                        "noticed": noticed.get(item.name, ""),
                    }
                    for item in section.items
                ],
            }
            for section in self.sections
        ]
