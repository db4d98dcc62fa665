"""Schools and streets, found by the word that they end with."""

from collections.abc import Iterator

from qa_audit.common.identifiers.sentences import Reader, Word
from qa_audit.common.identifiers.vocabulary import CUES, ORDINARY, WORDY, is_known

_ENDINGS = tuple(CUES["local_endings"])
_NOTHING = CUES["generic_schools"] | CUES["joins"]
_ROADS = CUES["roads"] | CUES["ways"]


def find(text: str, words: list[Word]) -> Iterator[tuple[str, int, int]]:
    """Give kind and place of each school and street."""
    reader = _SiteReader(text, words)
    for place, word in enumerate(words):
        if word.safe:
            continue
        if word.low in CUES["schools"] and (start := reader.school(place)) is not None:
            yield "school", start, word.end
        elif word.low in _ROADS and (start := reader.street(place)) is not None:
            yield "address", start, word.end
        elif word.capital and word.low == "st" and (end := reader.saint(place)):
            yield "school", word.start, end


class _SiteReader(Reader):
    """Looks back from the word that a site ends with."""

    def school(self, place: int) -> int | None:
        """Where the name of a school begins that ends here."""
        before, first = self.before(place), place
        if not before or before.safe:
            return None
        if not (before.capital or before.shouted):
            return self.small_school(place, before)
        while place - first < 6 and (word := self.before(first)) and not word.safe:
            if not (word.capital or word.shouted or word.low in CUES["joins"]):
                break
            first -= 1
        own = [word for word in self.words[first:place] if word.low not in _NOTHING]
        if not own or (len(own) == 1 and own[0].begins and is_known(own[0].low)):
            return None
        return own[0].start

    def small_school(self, place: int, before: Word) -> int | None:
        """ "lindenhurst primary", "st marks juniors" """
        saint = self.before(place - 1)
        if saint and saint.low == "st":
            return saint.start
        is_local = before.low.endswith(_ENDINGS) and not is_known(before.low) and before.low not in WORDY
        return before.start if is_local else None

    def saint(self, place: int) -> int | None:
        """Where "St Cuthbert" ends, a school or a church, when it is no town or feast."""
        following = self.near(place + 1)
        if (
            not following
            or not following.capital
            or self.text[self.words[place].end : following.start] not in (" ", ". ")
        ):
            return None
        second = self.after(place + 1)
        if following.safe or (second and second.low in CUES["things"] - {"church", "court", "house"}):
            return None
        return following.end

    def street(self, place: int) -> int | None:
        """Where the name of a street begins that ends here."""
        word = self.words[place]
        before = self.before(place)
        if not word.capital or not before or not before.capital or before.safe or word.safe:
            return None
        if (
            before.low in CUES["no_roads"]
            or (before.owns and before.low in CUES["kin"])
            or before.low in CUES["titles"]
        ):
            return None
        first = place - 1
        while place - first < 4 and (more := self.before(first)) and more.capital and not more.begins:
            if more.safe or more.low in CUES["generic_schools"]:
                break
            first -= 1
        strong = word.low in CUES["roads"] and not (
            before.begins and is_known(before.low) and word.low in ("close", "drive")
        )
        placed = self.before(first)
        if (strong and not (before.begins and before.low in ORDINARY)) or not is_known(before.low):
            return self.words[first].start
        if (
            word.low in CUES["ways"]
            and placed
            and placed.low in ("in", "on", "at", "to", "down", "along", "near", "from", "off", "of")
        ):
            return self.words[first].start
        return None
