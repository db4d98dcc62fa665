"""Finds in free text what may name a person: numbers, addresses, dates of birth, names.

It warns, it does not decide: better one warning too many than a child named.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from qa_audit.common.identifiers import numbers, people, sentences, sites
from qa_audit.common.identifiers.sentences import Phrases

WORDS = {
    "nhs_number": "This looks like an NHS number",
    "national_insurance_number": "This looks like a National Insurance number",
    "pupil_number": "This looks like a unique pupil number",
    "email": "This looks like an email address",
    "phone": "This looks like a phone number",
    "postcode": "This looks like a postcode",
    "date_of_birth": "This looks like a date of birth",
    "address": "This looks like a street or home address",
    "school": "This looks like the name of a school",
    "initials": "This looks like a person’s initials",
    "name": "This looks like a person’s name",
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen, where, and the warning. `text` is the identifier itself: it must never be logged."""

    kind: str
    text: str
    start: int
    end: int
    words: str


def scan(text: str, own_names: Phrases | None = None) -> list[Sighting]:
    """Give what looks like an identifier, in the order of the text and never overlapping.

    In: `own_names` of services and teams, from `sentences.known_names`, which name nobody.
    """
    found: list[Sighting] = []
    taken = bytearray(len(text))
    words = sentences.read(text, own_names)
    for kind, start, end in chain(numbers.find(text), sites.find(text, words), people.find(text, words)):
        if any(taken[start:end]):
            continue
        taken[start:end] = b"\1" * (end - start)
        found.append(Sighting(kind, text[start:end], start, end, WORDS[kind]))
    return sorted(found, key=lambda sighting: sighting.start)


# A short prefix, and fewer digits than a person's number has: most references of a long file are so.
_BARE_REFERENCE = re.compile(r"[A-Za-z]{0,3}[-/ ]?\d{1,9}")


def scan_reference(text: str) -> list[Sighting]:
    """Give what in a case reference looks like an identifier, in capitals too."""
    if _BARE_REFERENCE.fullmatch(text):
        return []
    spellings = (text.title(), text) if text.isupper() else (text, text.title())
    return next((found for spelling in spellings if (found := scan(spelling))), [])


def in_one_sentence(sightings: Iterable[Sighting]) -> str:
    """Give the warning in the words of every page; nothing for no sightings."""
    by_kind: dict[str, dict[str, None]] = {}
    for sighting in sightings:
        by_kind.setdefault(sighting.words, {})[f"“{sighting.text}”"] = None
    if not by_kind:
        return ""
    seen = " ".join(f"{words}: {', '.join(texts)}." for words, texts in by_kind.items())
    return f"{seen} A child is named by case reference only."
