"""Numbers, addresses and dates that name a person, found by their shape and their check digits."""

import re
from collections.abc import Callable, Iterator

from stdnum.gb import nhs, upn

from qa_audit.common.identifiers.vocabulary import CUES

_GAP = "[ \u00a0.\u2010-\u2015/-]{0,2}"
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_WHOLE_DAY = (
    rf"(?:\d{{1,2}} ?[/.-] ?\d{{1,2}} ?[/.-] ?(?:\d{{4}}|\d\d)(?!\d)|\d{{4}}[-/.]\d\d?[-/.]\d\d?(?!\d)"
    rf"|{_NTH}[ -](?:of )?{_MONTH}\.?,?[ -](?:\d{{4}}|'?\d\d)\b|{_MONTH}\.? {_NTH},? \d{{4}}\b)"
)
_DAY = rf"(?:{_WHOLE_DAY}|{_NTH} (?:of )?{_MONTH}\b|{_MONTH} {_NTH}\b|{_MONTH}\.?,? \d{{4}}\b)"
_FILLER = r"(?:\s*[-:;=,(\[/\u2013]\s*|\s+)"
_SMALL = "(?:is|was|are|on|the|in|of|falls|given|recorded|noted|as|at|home|a|being|shown|listed|for|both)"
_PERSON = (
    "child|children|boy|girl|baby|infant|toddler|son|daughter|brother|sister|sibling|siblings|twins?|mother"
    "|father|mum|dad|male|female|young person|youth|teenager|student|pupil|yp|eldest|oldest|youngest|middle"
    "|nephew|niece|cousin|subject"
    "|partner|stepson|stepdaughter|half-brother|half-sister|grandson|granddaughter|stepfather|stepmother|carer|parent"
)
_YEARS = (
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen)"
)
_ROADS = (
    "Road|Street|Avenue|Lane|Close|Drive|Way|Court|Crescent|Gardens|Place|Terrace|Grove|Hill|Walk|Square|Mews"
    "|Row|Rise|View|Green|Parade|Rd|St|Ave|Av|Cres|Cl|Dr|Gdns|Ln|House|Cottages?|Park|Heights|Towers?|Lodge"
    "|Farm|Mount|Quay|Wharf|Broadway|Villas?|Buildings|Flats|Path|Vale|Yard|Bank|Side|End|Fields?|Meadows?|Croft|Circus|Gate|Wood|Esplanade|Mansions"
)
_STREETS = "road|street|avenue|lane|crescent|terrace|grove|gardens|rd|ave|close|drive|way|mews"
_CAPITALISED = "[A-Z\u00c0-\u00de][\\w'\u2019-]*"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_nhs_number(text: str) -> bool:
    digits = _digits(text)
    return nhs.is_valid(digits) and len(set(digits)) > 1


def _is_upn(text: str) -> bool:
    """Check the letter alone: new authorities get new numbers. Source: DfE, Unique Pupil Numbers guide."""
    compact = re.sub(r"[\W_]", "", text).upper()
    try:
        return upn.calc_check_digit(compact[1:]) == compact[0]
    except ValueError:
        return False


def _is_postcode(text: str) -> bool:
    area = re.match("[A-Za-z]+", text)[0].lower()
    # In small letters "s47 5th" is a section and a day.
    is_day = not text.isupper() and text.lower().endswith(("st", "nd", "rd", "th"))
    return area in CUES["postcode_areas"] and not is_day


def _is_phone(text: str) -> bool:
    digits = _digits(text.replace("(0)", ""))
    return len(re.sub("^(?:0044|44)?0?", "", digits)) in (9, 10)


def _is_ni_number(text: str) -> bool:
    return text[:2].upper() not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def _is_small_address(text: str) -> bool:
    """Say whether it is "12 hope street", and not "5 minutes down the road"."""
    words = re.findall("[a-z']+", text.lower())[:-1]
    return bool(words) and not any(word in CUES["measures"] for word in words)


def _always(_: str) -> bool:
    return True


# In order of certainty: what an earlier pattern took, a later one leaves alone. Group "it" is the identifier.
_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (kind, re.compile(pattern, flags), check)
    for kind, pattern, flags, check in (
        ("nhs_number", rf"(?<![\d/])(?P<it>(?:\d{_GAP}){{9}}\d)(?![\d/])", 0, _is_nhs_number),
        (
            "nhs_number",
            rf"\bNHS(?: (?:number|no|num|id)\b)?[^\w\n]{{0,4}}(?:(?:is|was|given as) )?"
            rf"(?P<it>\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}})(?!\d)",
            re.I,
            _always,
        ),
        (
            "phone",
            r"(?<![\d/])(?P<it>(?:\+ ?44|0044|\(?0|44(?=[ -]?7))"
            r"(?:[ .()\u2010-\u2015-]{0,3}\d){9,12})(?![\d/])",
            0,
            _is_phone,
        ),
        (
            "phone",
            r"\b(?:tel|telephone|phone|mobile|mob|landline|phone number|call|ring|text|ext)\b[^\w\n]{0,3}"
            r"(?:(?:is|on|no|number)[ .:]+){0,2}(?P<it>\d(?:[ -]?\d){5,9})(?![\d/])",
            re.I,
            _always,
        ),
        (
            "national_insurance_number",
            r"\b(?P<it>[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[ .-]{0,2}\d\d){3}[ .-]{0,2}[A-D])\b",
            re.I,
            _is_ni_number,
        ),
        ("pupil_number", r"\b(?P<it>[A-HJ-NP-RT-Z](?:[ -]?\d){11}[ -]?[A-HJ-NP-RT-Z\d])\b", re.I, _is_upn),
        (
            "pupil_number",
            r"\b(?:UPN|pupil number)\b[^\d\n]{0,30}?\b(?P<it>[A-Z](?:[ -]?\d){11}[ -]?[A-Z\d])\b",
            re.I,
            _always,
        ),
        (
            "postcode",
            r"\b(?P<it>[A-Z]{1,2}\d[A-Z\d]?[ \u00a0]{0,2}\d[ABD-HJLNP-UW-Z]{2})\b",
            re.I,
            _is_postcode,
        ),
        (
            "date_of_birth",
            rf"\b(?P<it>(?:d\.? ?o\.? ?b\b\.?|dobs|dates? of birth|born|birthdays?|birth date|birthdate|b\."
            r"|edd|due date)"
            rf"{_FILLER}{{0,2}}(?:{_SMALL}{_FILLER}){{0,4}}(?:{_DAY}|\d{{1,2}} \d{{1,2}} \d{{2,4}}))",
            re.I,
            _always,
        ),
        (
            "date_of_birth",
            rf"\b(?:d\.?o\.?b\.?|dates? of birth|birthdays?|birth certificate"
            r"|born (?!at\b)(?![^.\n]{0,30}(?:visit|seen|meet|review|assess|refer|conference|plan|strategy)))"
            rf"[^.\n]{{1,60}}?\b(?P<it>{_WHOLE_DAY})",
            re.I,
            _always,
        ),
        (
            "date_of_birth",
            rf"\b(?:{_PERSON})(?: (?:aged )?{_YEARS})?(?: \w)?"
            rf"\s?[,:;(\[\u2010-\u2015-]{{0,2}}\s?(?P<it>{_WHOLE_DAY})",
            re.I,
            _always,
        ),
        (
            "date_of_birth",
            rf"\b(?:turn(?:s|ed|ing)?|be|is|was|became|becomes|reach(?:es|ed)?|aged) (?:only )?{_YEARS}"
            r"(?: years old)?,? "
            rf"(?:on )?\(?(?P<it>{_DAY})",
            re.I,
            _always,
        ),
        ("date_of_birth", rf"(?P<it>{_WHOLE_DAY})[,;]? (?:\(?(?:male|female|boy|girl|m|f)\b)", re.I, _always),
        (
            "address",
            rf"\b(?P<it>(?:(?:Flat|Apartment|Unit|Room) \w+,? )?\d{{1,4}}[a-zA-Z]?,? "
            rf"(?:{_CAPITALISED} ){{1,3}}(?:{_ROADS}))\b",
            0,
            _always,
        ),
        (
            "address",
            rf"\b(?P<it>(?:[Ff]lat|[Aa]partment|[Uu]nit|[Rr]oom) \d+\w?,? {_CAPITALISED} {_CAPITALISED})",
            0,
            _always,
        ),
        ("address", r"(?<![\w/.:])(?P<it>\d{1,4}[a-zA-Z]? The [A-Z][a-z]+)\b", 0, _always),
        (
            "address",
            rf"(?<![\w/.:])(?P<it>\d{{1,4}}[a-z]?,? (?:[a-z']+ ){{1,2}}(?:{_STREETS}))\b",
            0,
            _is_small_address,
        ),
    )
)
_DIGITS = re.compile(r"\d+")
_REACH = 70
_EMAIL = re.compile(r"(?P<it>(?<![\w.+'-])[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+)")


def find(text: str) -> Iterator[tuple[str, int, int]]:
    """Give kind and place of each number, address or date that names a person, the surest kinds first."""
    if "@" in text:
        yield from (("email", *match.span("it")) for match in _EMAIL.finditer(text))
    windows = list(_windows(text))
    for kind, pattern, is_one in _PATTERNS if windows else ():
        for start, end in windows:
            for match in pattern.finditer(text, start, end):
                if is_one(match["it"]):
                    yield kind, *match.span("it")


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Give the parts of the text that are near a digit: every pattern holds one."""
    start, end = 0, -1
    for match in _DIGITS.finditer(text):
        if match.start() - _REACH > end:
            if end >= 0:
                yield start, end
            # Not in the middle of a word, where a pattern would see a beginning that is none.
            start = max(text.rfind(" ", 0, max(match.start() - _REACH, 0)), 0)
        end = match.end() + _REACH
    if end >= 0:
        yield start, end
