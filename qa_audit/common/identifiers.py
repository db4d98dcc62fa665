"""Finds in free text what may name a person: numbers, addresses, dates of birth, names.

It warns, it does not decide: better one warning too many than a child named. The lists are ours, from general
knowledge, and stand for the names and the working words of an English council.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qa_audit.common.identifier_words import (
    FIRST_NAMES,
    NAMES_THAT_ARE_WORDS,
    NOT_NAMES,
    POSTCODE_AREAS,
)

WORDS = {
    "nhs_number": "This looks like an NHS number",
    "national_insurance_number": "This looks like a National Insurance number",
    "email": "This looks like an e-mail address",
    "phone": "This looks like a phone number",
    "postcode": "This looks like a postcode",
    "date_of_birth": "This looks like a date of birth",
    "address": "This looks like a home address",
    "school": "This looks like the name of a school",
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


_GAP = "[ \u00a0.\u2010-\u2013-]?"
_CAPITALISED = "[A-Z\u00c0-\u00de][a-z\u00df-\u00ff]+(?:[-'\u2019][A-Z\u00c0-\u00de][a-z\u00df-\u00ff]+)*"
_SURNAME = f"(?:O['\u2019]|Mc|Mac|De |El |Al-|Abu |Bin |Van )?{_CAPITALISED}"
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},?(?: \d{{2,4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?)"
)
_ROADS = (
    "Road|Street|Avenue|Lane|Close|Drive|Way|Court|Crescent|Gardens|Place|Terrace|Grove|Hill|Walk|Square|Mews"
    "|Row|Rise|View|Green|Parade|Rd|St|Ave"
)
_SCHOOLS = (
    "School|Primary|Infants?|Juniors?|Academy|College|Nursery|Pre-?school|Grammar|High School|Sixth Form"
)
_HONORIFICS = "Mr|Mrs|Ms|Miss|Mx|Dr|Master|Rev|Reverend|Sir|Lady|PC|DC|DS|Aunty|Auntie|Uncle|Nurse"
_KIN = (
    "mother|father|mum|mam|dad|son|daughter|brother|sister|sibling|twin|baby|child|partner|boyfriend"
    "|girlfriend|aunt|uncle|cousin|nan|nana|gran|grandmother|grandfather|stepfather|stepmother|carer|friend"
    "|nephew|niece|husband|wife"
)
_SAYS = (
    "said|says|told|tells|disclosed|reported|lives|lived|feels|felt|wants|wanted|attends|attended|was born"
    "|is aged|has been|moved|stated|described|wishes|likes|loves|misses|refused|asked|shared"
)
_NI_NEVER = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


_NEXT_WORD = re.compile(r"\w*\W*")


def _is_nhs_number(text: str) -> bool:
    """Check the tenth digit: 11 less the sum weighted 10 to 2, modulo 11. Source: NHS Data Dictionary."""
    *digits, last = (int(character) for character in text if character.isdigit())
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
    return last == check % 11 and check != 10 and len(set(digits)) > 1


def _is_postcode(text: str) -> bool:
    area = re.match("[A-Za-z]+", text)[0].upper()
    # In small letters "s47 5th" is a section and a day.
    return area in POSTCODE_AREAS and (text.isupper() or not text.lower().endswith(("st", "nd", "rd", "th")))


def _is_ni_number(text: str) -> bool:
    return text[:2].upper() not in _NI_NEVER


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    return len(re.sub("^(?:0044|44|0)", "", digits)) in (9, 10)


def _is_ordinary(word: str) -> bool:
    """Say whether a capitalised word belongs to the work, not to a person."""
    bare = re.sub("['\u2019]s$", "", word).casefold()
    return bare in NOT_NAMES or bare.rstrip("s") in NOT_NAMES


def _is_own_name(text: str) -> bool:
    """Say whether none of the capitalised words is a word of the work."""
    return not any(_is_ordinary(word) for word in re.findall(_CAPITALISED, text))


def _is_name_pair(text: str) -> bool:
    first, second = re.findall(_CAPITALISED, text)[0], text.split()[-1]
    if first.casefold() in FIRST_NAMES or first.casefold() in NAMES_THAT_ARE_WORDS:
        return not _is_ordinary(second)
    return _is_own_name(text)


def _is_first_name(text: str) -> bool:
    return re.sub("['\u2019]s$", "", text).casefold() in FIRST_NAMES


def _always(_: str) -> bool:
    return True


# In order of certainty: what an earlier pattern took, a later one leaves alone. Group "it" is the identifier.
_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (kind, re.compile(pattern, flags), check)
    for kind, pattern, flags, check in (
        ("email", r"(?P<it>[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+)", 0, _always),
        ("nhs_number", rf"(?<![\d/])(?P<it>\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}})(?![\d/])", 0, _is_nhs_number),
        ("nhs_number", rf"(?<![\d/])(?P<it>(?:\d{_GAP}){{9}}\d)(?![\d/])", 0, _is_nhs_number),
        (
            "phone",
            r"(?<![\d/])(?P<it>(?:\+44|0044|\(?0)[ -]?(?:\(0\))?(?:[ ()-]{0,2}\d){8,10})(?![\d/])",
            0,
            _is_phone,
        ),
        (
            "national_insurance_number",
            r"\b(?P<it>[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[A-D])\b",
            re.I,
            _is_ni_number,
        ),
        ("postcode", r"\b(?P<it>[A-Z]{1,2}\d[A-Z\d]? {0,2}\d[ABD-HJLNP-UW-Z]{2})\b", re.I, _is_postcode),
        (
            "date_of_birth",
            rf"\b(?P<it>(?:d\.?o\.?b\b\.?|date of birth|born|birthday|birth date|b\.)[^\w\n]{{0,3}}"
            rf"(?:(?:is|was|on|the|in|of|falls|given|as)[ :]+){{0,3}}{_DAY})",
            re.I,
            _always,
        ),
        (
            "address",
            rf"\b(?P<it>(?:(?:Flat|Apartment|Unit|Room) \w+,? )?\d{{1,4}}[a-zA-Z]?,? "
            rf"(?:{_CAPITALISED} ){{1,3}}(?:{_ROADS}))\b",
            0,
            _always,
        ),
        (
            "address",
            r"\b(?:[Ll]iv(?:es|ed|ing)|[Rr]esid(?:es|ed|ing)|[Aa]ddress is|[Hh]ome|[Mm]oved) "
            rf"(?:at|on|in|to) (?P<it>(?:{_CAPITALISED} ){{1,3}}(?:{_ROADS}))\b",
            0,
            _always,
        ),
        (
            "school",
            rf"\b(?P<it>(?:St\.?|Saint|Our Lady) (?:{_CAPITALISED}(?:['\u2019]s?)? ){{1,4}}"
            rf"(?:(?:and|of|the) )?(?:{_CAPITALISED} ){{0,3}}(?:{_SCHOOLS})(?: School| Academy)?)\b",
            0,
            _always,
        ),
        ("school", rf"\b(?P<it>(?:{_CAPITALISED} ){{1,2}})(?:{_SCHOOLS})\b", 0, _is_own_name),
        (
            "school",
            rf"\b(?P<it>{_CAPITALISED}) (?:Primary|Infant|Junior|High|Secondary|Community|Grammar) "
            r"(?:School|Academy)\b",
            0,
            _is_own_name,
        ),
        ("name", rf"\b(?P<it>(?:{_HONORIFICS})\.? (?:[A-Z]\.? )?{_SURNAME})\b", 0, _is_own_name),
        ("name", rf"\b(?P<it>{_CAPITALISED} (?:[A-Z]\.? )?{_SURNAME})(?!\w)", 0, _is_name_pair),
        ("name", r"(?<![\w.])(?P<it>(?!U\.K|N\.B|P\.S|A\.M|P\.M|Q\.A)[A-Z]\. ?[A-Z]\.)", 0, _always),
        ("name", rf"(?<![\w.] )(?<!\w)(?P<it>[A-Z]\. ?{_SURNAME})\b", 0, _is_own_name),
        ("name", rf"\b[a-z]+ (?P<it>[A-Z]\.? {_SURNAME})\b", 0, _is_own_name),
        (
            "name",
            r"\b(?:[Cc]alled|[Nn]amed|[Kk]nown as|[Nn]ame is|[Nn]ame was|[Nn]icknamed|[Aa]lias|a\.?k\.?a\.?) "
            rf"['\"‘“]?(?P<it>{_CAPITALISED})\b",
            0,
            _is_own_name,
        ),
        ("name", rf"\b(?:{_KIN}),? (?P<it>{_CAPITALISED})\b", 0, _is_own_name),
        ("name", rf"\b(?P<it>{_CAPITALISED})['\u2019]s (?:\w+ )?(?:{_KIN})s?\b", 0, _is_own_name),
        ("name", rf"\b(?P<it>{_CAPITALISED}) (?:{_SAYS})\b", 0, _is_own_name),
        ("name", rf"\b(?P<it>{_CAPITALISED})", 0, _is_first_name),
    )
)


def scan(text: str) -> list[Sighting]:
    """Give what looks like an identifier, in the order of the text and never overlapping."""
    found: list[Sighting] = []
    taken = bytearray(len(text))
    for kind, pattern, is_one in _PATTERNS:
        for start, end in _spans(pattern, text):
            if any(taken[start:end]) or not is_one(text[start:end]):
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
    return scan(text) or scan(text.title())


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Give every place of the pattern, searching on one word later: a pair may begin inside a pair."""
    place = 0
    while match := pattern.search(text, place):
        start, end = match.span("it")
        yield start, start + len(text[start:end].rstrip())
        place = max(_NEXT_WORD.match(text, start).end(), match.start() + 1)
