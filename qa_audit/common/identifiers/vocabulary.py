"""The word lists that tell a person from a word of the work: ours, written from general knowledge."""

import re
import unicodedata
from pathlib import Path

_WORDS = Path(__file__).parent / "words"


def lines(name: str) -> list[str]:
    """Give the lines of a list of words, without those that explain it."""
    text = (_WORDS / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in lines(name) for word in line.split())


def _cues() -> dict[str, frozenset[str]]:
    """Give the short lists of `cues.txt` by their headings."""
    parts = re.split(r"^\[(\w+)\]$", "\n".join(lines("cues")), flags=re.MULTILINE)[1:]
    return {name: frozenset(words.split()) for name, words in zip(parts[::2], parts[1::2], strict=True)}


def fold(word: str) -> str:
    """Give a word in small letters, without accents and with straight apostrophes."""
    low = word.lower().replace("\u2019", "'")
    if low.isascii():
        return low
    parts = unicodedata.normalize("NFKD", low.replace("ł", "l").replace("ø", "o").replace("\u0131", "i"))
    return "".join(part for part in parts if not unicodedata.combining(part))


ORDINARY = _words("ordinary")
PLACES = _words("places")
ACRONYMS = _words("acronyms")
TERMS = frozenset(part for word in _words("terms") for part in (fold(word), fold(word).removesuffix("'s")))
CUES = _cues()
_SMALL, _CONTRACTED, _MONTHS = CUES["small"], CUES["contracted"], CUES["months"]
# Longest first, so that "meetings" is tried as "meeting" and not as "meeting" with a letter too many.
_SUFFIXES = tuple(sorted(CUES["suffixes"], key=len, reverse=True))
_PREFIXES = tuple(sorted(CUES["prefixes"]))
# What ends so is a noun or an adverb of the language, whoever writes it with a capital letter.
_ENDINGS = tuple(sorted(CUES["noun_endings"]))
_GIVEN = _words("given")
# A name that is a word too.
AMBIGUOUS = (_words("also_words") | (_GIVEN & (ORDINARY | PLACES | _MONTHS))) - frozenset(
    ("jan", "sun", "sat")
)
# A word first and a name by the way: a person's only where the sentence says so.
WORDY = AMBIGUOUS & (_MONTHS | CUES["countries"] | _words("hardly_names"))
GIVEN = _GIVEN - AMBIGUOUS - _MONTHS - ORDINARY
KNOWN = (TERMS | PLACES | ORDINARY) - GIVEN - AMBIGUOUS
PHRASES: dict[str, list[tuple[str, ...]]] = {}
for _line in lines("phrases"):
    _phrase = tuple(fold(_line).split())
    PHRASES.setdefault(_phrase[0], []).append(_phrase)

_remembered: dict[str, bool] = {}


def is_known(word: str) -> bool:
    """Say whether a folded word belongs to the language, the work, or a place, not to a person."""
    answer = _remembered.get(word)
    if answer is None:
        answer = _is_known(word)
        if len(_remembered) < 20_000:
            _remembered[word] = answer
    return answer


def _is_known(word: str) -> bool:
    if word in AMBIGUOUS:
        return word in WORDY
    if len(word) == 1 or word in KNOWN or word in _SMALL:
        return True
    if word in GIVEN:
        return False
    if "'" in word and not word.startswith("o'"):
        return _is_known(word[: word.index("'")]) or word in _CONTRACTED
    if "-" in word:
        parts = [part for part in word.split("-") if part]
        return bool(parts) and all(_is_part(part) for part in parts)
    return (
        _is_derived(word) or (len(word) > 6 and word.endswith(_ENDINGS)) or (len(word) > 7 and _is_past(word))
    )


def _is_past(word: str) -> bool:
    """Say whether the word ends as a verb's past does, and not as Waleed or Mohammed do."""
    return word.endswith("ed") and not word.endswith(("eed", "med", "aed"))


def _is_part(part: str) -> bool:
    return len(part) == 1 or part in WORDY or part in _PREFIXES or part in ACRONYMS or _is_known(part)


def _is_derived(word: str) -> bool:
    """Say whether the word is a known one with a usual ending or beginning."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix):
            stem = word[: -len(suffix)]
            if len(stem) > 2 and (stem in KNOWN or stem in WORDY or stem + "e" in ORDINARY):
                return True
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in ORDINARY:
                return True
    if word.endswith(("ies", "ied", "ier", "ily")) and word[:-3] + "y" in ORDINARY:
        return True
    return any(
        word.startswith(prefix) and len(word) > len(prefix) + 3 and word[len(prefix) :] in ORDINARY
        for prefix in _PREFIXES
    )
