"""Names and initials, found by what is around a word.

A word with a capital letter in mid-sentence that is no word of the language, of the work, or of a place, is
a name. At the beginning of a sentence every word has one: there a name is known by the list of given names,
or by what follows ("Amina said", "Tyrone's dad"). Names that are words too (Grace, Will, May) need the
sentence to say so.
"""

import re
from collections.abc import Iterator

from qa_audit.common.identifiers.sentences import Reader, Word
from qa_audit.common.identifiers.vocabulary import (
    ACRONYMS,
    AMBIGUOUS,
    CUES,
    GIVEN,
    ORDINARY,
    PLACES,
    WORDY,
    fold,
    is_known,
)

_DOTTED = re.compile(r"(?<![\w.])(?:[A-Z]\. ?){1,3}[A-Z](?:\.|(?=[\s,;)]))(?! ?[a-z]\.)")
# "KPIs", "LiquidLogic", but not McAllister, DeShawn or O'Neill
_BRAND = re.compile("(?!Mc|Mac|De|La|Le|Fitz|Di|Van|Al|El|O['\u2019])[^\\W_]+[A-Z][^\\W_]*$")
_ANNOUNCING = CUES["kin"] | CUES["naming"] | frozenset(("mr", "mrs", "ms", "dr", "is", "was", "as", "by"))


def find(text: str, words: list[Word]) -> Iterator[tuple[str, int, int]]:
    """Give kind and place of each name and pair of initials."""
    for match in _DOTTED.finditer(text):
        letters = re.sub("[^A-Z]", "", match[0]).lower()
        # Two letters with dots are initials though without dots they stand for something: "K.S. was seen".
        is_acronym = len(letters) > 2 and letters in ACRONYMS
        if not is_acronym and letters not in CUES["with_dots"]:
            yield "initials", *match.span()
    reader = _NameReader(text, words)
    before = ""
    for place, word in enumerate(words):
        # Most words are small, and nothing before them announces a name.
        may_be_one = word.capital or word.shouted or word.low in GIVEN or before in _ANNOUNCING
        before = word.low
        if may_be_one and not word.safe and (found := reader.look(place)):
            yield found


class _NameReader(Reader):
    """Looks at each word with its neighbours."""

    def look(self, place: int) -> tuple[str, int, int] | None:
        """Give what the word is, and from where to where."""
        word = self.words[place]
        if word.shouted:
            return self.initials(place)
        if self.is_titled(place):
            return "name", self.words[place - 1].start, self.end(place)
        if (word.capital and self.is_name(place)) or (not word.capital and self.is_small_name(place)):
            return "name", word.start, self.end(place)
        return None

    def end(self, place: int) -> int:
        """Where the name ends that begins here: surnames follow."""
        last = place + 4
        while place < last and not self.words[place].owns and (word := self.after(place)):
            # "Amelia Pike": after a name even a word may be one.
            is_surname = word.low in AMBIGUOUS and word.low not in CUES["things"]
            if not word.capital or word.safe or (is_known(word.low) and not is_surname):
                break
            place += 1
        return self.words[place].end - (2 if re.search("['\u2019]s$", self.words[place].text) else 0)

    def is_name(self, place: int) -> bool:
        word = self.words[place]
        low, following = word.low, self.after(place)
        if len(low) == 1:
            return self.is_letter_name(place)
        if low in GIVEN or self.has_given_part(low):
            return not self.names_a_thing(place)
        if _BRAND.match(word.text):
            return False
        if self.is_named(place):
            return not (is_known(low) and low not in WORDY)
        if low in CUES["months_and_seasons"] and not word.begins:
            return self.is_month_name(place)
        if low in WORDY or (low in AMBIGUOUS and word.begins):
            return self.is_treated_as_person(place, following)
        if is_known(low):
            return False
        if low in AMBIGUOUS:
            return self.is_ambiguous_name(place) or self.is_treated_as_person(place, following)
        if "-" in low and any(part in ORDINARY for part in low.split("-")[1:]):
            return False
        if self.names_a_thing(place):
            return False
        if not word.begins:
            return True
        return self.begins_as_name(place, following)

    def has_given_part(self, low: str) -> bool:
        if "-" not in low:
            return False
        parts = low.split("-")
        return parts[0] in GIVEN | AMBIGUOUS and any(part in GIVEN for part in parts)

    def is_letter_name(self, place: int) -> bool:
        """ "J Smith", "J. Smith", "Ms T" """
        word, following = self.words[place], self.near(place + 1)
        before = self.before(place)
        if before and before.low in CUES["titles"] and before.capital and word.low not in "abcxyz":
            return True
        if (
            not following
            or not following.capital
            or self.text[word.end : following.start] not in (" ", ".", ". ")
        ):
            return False
        dotted = self.text[word.end] == "."
        if word.low in "ai" and not dotted:
            return False
        return not is_known(following.low) and len(following.low) > 2 and not following.safe

    def is_ambiguous_name(self, place: int) -> bool:
        """A name that is a word too, with a capital letter in mid-sentence."""
        word, before, following = self.words[place], self.before(place), self.after(place)
        if following and (following.low in CUES["things"] or (following.capital and is_known(following.low))):
            return False
        if (
            before
            and before.capital
            and before.low not in CUES["kin"]
            and is_known(before.low)
            and not before.begins
        ):
            return False
        can_be_place = word.low in PLACES or word.low in CUES["colours"]
        return not (can_be_place and before and before.low in CUES["placing"]) and not (
            can_be_place and word.low in PLACES and not before
        )

    def names_a_thing(self, place: int) -> bool:
        """ "Thornbury Ladder", "the Karpman triangle", "Megan's Law" """
        word, following = self.words[place], self.after(place)
        if not following or following.low not in CUES["things"]:
            return False
        if word.low in GIVEN:
            return following.capital and following.low not in CUES["schools"] and following.low != "house"
        return not word.owns or following.low in (
            "law",
            "act",
            "rule",
            "theory",
            "model",
            "hierarchy",
            "ladder",
            "wheel",
        )

    def is_treated_as_person(self, place: int, following: Word | None) -> bool:
        """Whether the sentence treats the word as a person."""
        word, before = self.words[place], self.near(place - 1)
        if (
            before
            and (word.touches or self.text[before.end : word.start] == ", ")
            and before.low in CUES["close_kin"]
            and not word.begins
        ):
            return not before.owns
        later = self.near(place + 2)
        if not following:
            return self.has_age(word)
        if (
            following.capital
            and word.touches is not None
            and not is_known(following.low)
            and not following.safe
        ):
            return following.low not in CUES["things"] and following.low not in CUES["months_and_seasons"]
        if word.owns:
            return following.low in CUES["owned"] and word.low not in CUES["months_and_seasons"]
        if following.low in CUES["only_human"] or following.low == "who":
            return word.low not in PLACES
        if following.low in CUES["be"] and later and word.low not in CUES["months_and_seasons"]:
            return self.is_done(place + 2) or (later.low == "been" and self.is_done(place + 3))
        return (
            following.low == "and"
            and bool(later)
            and (later.low in ("her", "his") or (later.capital and later.low in GIVEN))
        )

    def is_done(self, place: int) -> bool:
        word, following = self.near(place), self.near(place + 1)
        return bool(word and word.low in CUES["done"]) and not (
            word.low == "asked" and following and following.low == "for"
        )

    def is_month_name(self, place: int) -> bool:
        """ "whether May had been seen", "sister June", but no day and no "in May" """
        word, before, following, later = (
            self.words[place],
            self.before(place),
            self.after(place),
            self.near(place + 2),
        )
        if not before or before.low in CUES["placing"] | CUES["times"] or not following:
            return False
        if before.low in CUES["close_kin"]:
            return not before.owns
        if word.owns:
            return following.low in CUES["kin"]
        if following.low in CUES["only_human"]:
            return True
        if following.low in CUES["be"] and later:
            return self.is_done(place + 2) or (later.low == "been" and self.is_done(place + 3))
        return False

    def has_age(self, word: Word) -> bool:
        return bool(
            re.match(r",? (?:\(?\d{1,2}\)|aged|who\b|\d{1,2}[,.)])", self.text[word.end : word.end + 8])
        )

    def begins_as_name(self, place: int, following: Word | None) -> bool:
        """An unknown word at the beginning of a sentence."""
        word, later = self.words[place], self.near(place + 2)
        if len(word.low) < 3 and not word.owns:
            return bool(following and following.low in CUES["human"])
        if not following:
            return self.has_age(word)
        if following.capital and not is_known(following.low):
            return True
        if word.owns:
            return word.low + "s" != fold(word.text)
        if following.low in ("and", "or"):
            last = self.near(place + 3)
            return bool(later) and (
                (later.capital and not is_known(later.low))
                or later.low in ("her", "his")
                or bool(later.low == "the" and last and last.low in CUES["kin"])
            )
        return following.low in CUES["human"] or following.low in CUES["auxiliary"]

    def is_named(self, place: int) -> bool:
        """Whether "called", "named", "known as", "name is" stands before."""
        before, second = self.near(place - 1), self.near(place - 2)
        if not before or self.text[before.end : self.words[place].start].strip(" ,:'\"\u2018\u201c"):
            return False
        if before.low in CUES["naming"]:
            return True
        return bool(second) and (
            (before.low == "as" and second.low in ("known", "goes"))
            or (before.low == "by" and second.low == "goes")
            or (before.low in ("is", "was") and second.low == "name")
        )

    def is_small_name(self, place: int) -> bool:
        """A name in small letters: a given name, or an unknown word after "called" or a title."""
        word, before = self.words[place], self.near(place - 1)
        low = word.low
        if low in GIVEN and len(low) > 3 and not self.names_a_thing(place):
            return True
        if not before:
            return False
        close = word.touches or self.text[before.end : word.start] == ", "
        if close and before.low in CUES["kin"] and not before.owns and len(low) > 1:
            if low in GIVEN or (before.low in CUES["close_kin"] and low in AMBIGUOUS and low not in WORDY):
                return True
            if word.touches and before.low in CUES["close_kin"] and len(low) > 2 and not is_known(low):
                following = self.after(place)
                return (
                    not following
                    or following.low in CUES["human"]
                    or following.low in CUES["auxiliary"]
                    or following.low == "and"
                )
        if self.is_named(place):
            if low in GIVEN:
                return True
            who = self.near(place - 2)
            if before.low in ("is", "was", "as", "by") or (
                who and (who.low in CUES["kin"] or who.low in ("is", "was", "who", "one", "real"))
            ):
                return low not in WORDY and not is_known(low) and (low in AMBIGUOUS or len(low) > 1)
        return False

    def is_titled(self, place: int) -> bool:
        """ "Mrs Begum", "Dr Ramanathan", "ms trimble", "Aunty Bisi" """
        word, before = self.words[place], self.near(place - 1)
        if not before or self.text[before.end : word.start] not in (" ", ". ") or len(word.low) < 2:
            return False
        if not word.capital:
            return (
                not before.capital
                and before.low in ("mr", "mrs", "ms", "dr")
                and word.low not in CUES["not_after_titles"]
                and (before.low in ("mr", "mrs") or not is_known(word.low))
            )
        if before.low in CUES["titles"] and (before.capital or before.low != "miss"):
            return word.low not in CUES["not_after_titles"]
        if before.low in CUES["offices"] and not before.begins:
            return (
                not is_known(word.low)
                and before.capital
                and not (word.low in WORDY or self.names_a_thing(place))
            )
        if before.low in CUES["offices"] and before.capital:
            return not is_known(word.low) and word.low not in WORDY and not self.names_a_thing(place)
        return False

    def initials(self, place: int) -> tuple[str, int, int] | None:
        """Two capital letters that are no known acronym, and given names in capitals."""
        word = self.words[place]
        low = word.low
        if len(low) > 3 and low in GIVEN and low not in CUES["tools_in_capitals"]:
            return "name", word.start, word.end
        letters = low[:-1] if low.endswith("s") and word.text[-1] == "s" else low
        if len(letters) != 2 or letters in ACRONYMS or not word.text[:2].isupper():
            return None
        around = self.text[max(word.start - 1, 0) : word.start] + self.text[word.end : word.end + 1]
        if re.search(r"[\d_\-&]", around) or re.search(r"\d/$", self.text[: word.start][-2:]):
            return None
        return "initials", word.start, word.start + 2
