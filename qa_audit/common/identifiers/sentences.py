"""A text as words that know how they stand: with a capital letter, at a beginning, owning what follows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa_audit.common.identifiers.vocabulary import AMBIGUOUS, CUES, GIVEN, PHRASES, fold, is_known

# Names that name nobody: their folded words, by the first of them.
Phrases = dict[str, list[tuple[str, ...]]]

_WORD = re.compile("[^\\W\\d_]+(?:['\u2019-][^\\W\\d_]+)*")
# What stands before a word that begins a sentence: an end, a quotation, the sign or number of a list.
_STARTS = re.compile(
    '[.!?\n\r\u2022\u201c"]|(?:^|\n)[\\s>*\u2013-]*[-*\u2013>]|(?:^|\\s)\\d{1,2}[).]|\u2018$'
)


@dataclass(slots=True)
class Word:
    """A word of the text with its place; `low` is folded and without a genitive's ending."""

    text: str
    start: int
    end: int
    low: str
    begins: bool
    touches: bool  # only a blank is between it and the word before
    owns: bool
    capital: bool
    shouted: bool
    safe: bool = False


def known_names(names: Iterable[str]) -> Phrases:
    """Give the names of services and teams as phrases that name nobody, also without "Team" at their end.

    A given name alone never becomes one: a locality may be called Ashley, and so may a child.
    """
    found: Phrases = {}
    for name in names:
        words = [fold(word) for word in _WORD.findall(name)]
        while words:
            if len(words) > 1 or words[0] not in GIVEN | AMBIGUOUS:
                found.setdefault(words[0], []).append(tuple(words))
            if not is_known(words.pop()):
                break
    return found


def read(text: str, own_names: Phrases | None = None) -> list[Word]:
    """Give the words of a text; those of `own_names` are safe."""
    found: list[Word] = []
    place = 0
    for match in _WORD.finditer(text):
        word, (start, end) = match[0], match.span()
        gap = text[place:start] if found else "\n"
        if gap == " " and word.islower() and word.isascii() and word.isalpha():
            found.append(Word(word, start, end, word, False, True, False, False, False))
            place = end
            continue
        low = fold(word)
        owns = low.endswith(("'s", "s'")) or text[end : end + 1] in ("'", "\u2019")
        if low.endswith("'s"):
            low = low[:-2]
        begins = gap not in (" ", ", ") and bool(_STARTS.search(gap))
        if (
            begins
            and found
            and gap.startswith(".")
            and len(gap) < 3
            and found[-1].low in CUES["abbreviations"]
        ):
            begins = False
        shouted = len(word) > 1 and word.isupper()
        capital = word[0].isupper() and not (len(low) > 1 and shouted)
        found.append(Word(word, start, end, low, begins, gap == " ", owns, capital, shouted))
        place = end
    _mark_phrases(found, PHRASES)
    if own_names:
        _mark_phrases(found, own_names, are_names=True)
    return found


def _mark_phrases(words: list[Word], phrases: Phrases, *, are_names: bool = False) -> None:
    for place, word in enumerate(words):
        if not (word.capital or (are_names and word.shouted)):
            continue
        # "Mr Thornbury" is a person, whatever the town is called.
        if are_names and place and word.touches and words[place - 1].low in CUES["titles"] | CUES["kin"]:
            continue
        for phrase in phrases.get(word.low, ()):
            run = words[place : place + len(phrase)]
            if len(run) == len(phrase) and all(
                one.low == part or fold(one.text) == part for one, part in zip(run, phrase, strict=True)
            ):
                for one in run:
                    one.safe = True


class Reader:
    """Walks over the words of a text."""

    def __init__(self, text: str, words: list[Word]):
        self.text, self.words = text, words

    def near(self, place: int) -> Word | None:
        return self.words[place] if 0 <= place < len(self.words) else None

    def after(self, place: int) -> Word | None:
        """The next word, when only a blank stands between."""
        word = self.near(place + 1)
        return word if word and word.touches else None

    def before(self, place: int) -> Word | None:
        return self.near(place - 1) if place and self.words[place].touches else None
