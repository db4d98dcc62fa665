"""Commentary that comes in with a return: shown in its dry run, then submitted by whoever brings it in."""

from collections.abc import Iterator
from dataclasses import dataclass

from kpi.commentary.actions import bring_in
from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.commentary.waiting import could_name_somebody
from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from kpi.returns.lines import Kind, Line
from kpi.returns.store import StoredMeanwhile
from kpi.returns.words import NewWords, plan_with
from qa_audit.common.months import month_words
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.people.models import User

BEGINNING = 80  # letters of each text in the dry run
APPROVED = "The approved words are different. Return them to their writer first, or leave this cell empty."


@dataclass(frozen=True)
class IncomingWords:
    """Words that are new, or that take the place of others not approved yet."""

    new: NewWords
    stored: Commentary | None

    @property
    def subject(self) -> Indicator | Area:
        """What they are about, once a new indicator and its area are stored."""
        indicator = self.new.measure.indicator
        return indicator.area if self.new.is_of_area else indicator

    @property
    def line(self) -> Line:
        """What the dry run says of them."""
        return _line(Kind.REVISED if self.stored else Kind.NEW, _named(self.new), self.new, self.stored)

    def store(self, by: User) -> None:
        """Submit them. Raises StoredMeanwhile when somebody wrote since the file was checked."""
        version = self.stored.version if self.stored else 0
        try:
            bring_in(subject=self.subject, month=self.new.month, version=version, text=self.new.text, by=by)
        except ChangedMeanwhile as late:
            raise StoredMeanwhile from late


def plan(news: list[NewWords]) -> Iterator[IncomingWords | Line]:
    """Each beside what stands: new, unchanged, revised, or a problem where approved words differ."""
    stored = _stored(news)
    first: dict[tuple, NewWords] = {}
    for new in news:
        key = _key(new)
        other = first.setdefault(key, new)
        if other is not new:
            if _lines(other.text) != _lines(new.text):
                yield _line(
                    Kind.PROBLEM, f"Cell {other.cell} says something else. Leave one of them out.", new
                )
            continue
        for sighting in could_name_somebody(new.text):
            words = f"Could this name somebody? “{sighting.text}”: {sighting.words}."
            yield _line(Kind.WARNING, words, new)
        now = stored.get(key)
        if now and _lines(_text_of(now)) == _lines(new.text):
            yield _line(Kind.UNCHANGED, _named(new), new, now)
        elif now and now.status == CommentaryStatus.APPROVED:
            yield _line(Kind.PROBLEM, APPROVED, new, now)
        else:
            yield IncomingWords(new, now)


def _stored(news: list[NewWords]) -> dict[tuple, Commentary]:
    """What is written for the service about the same, by what it is about."""
    if not news:
        return {}
    found = Commentary.objects.for_service().filter(month=news[0].month)
    return {
        (one.area_id is not None, one.area_id or one.indicator_id): one
        for one in found.select_related("same_as")
    }


def _key(new: NewWords) -> tuple:
    """What words are about; of an indicator that the file brings, its code, and the title of its area."""
    indicator, measure = new.measure.indicator, new.measure
    if new.is_of_area:
        if indicator:
            return True, indicator.area_id
        known = Area.objects.filter(title__iexact=measure.area).values_list("pk", flat=True).first()
        return True, known or measure.area.casefold()
    return False, indicator.pk if indicator else measure.code


def _text_of(commentary: Commentary) -> str:
    return commentary.same_as.text if commentary.same_as else commentary.text


def _lines(text: str) -> list[str]:
    """The words as they are compared: without bullets, empty lines and spaces at the ends."""
    return Commentary(text=text).points


def _named(new: NewWords) -> str:
    return "Analysis of its area" if new.is_of_area else "Commentary"


def _line(kind: str, words: str, new: NewWords, stored: Commentary | None = None) -> Line:
    about = new.measure.code
    if new.is_of_area:
        about = new.measure.indicator.area.title if new.measure.indicator else new.measure.area
    before_and_after = (_beginning(_text_of(stored)) if stored else "", _beginning(new.text))
    return Line(kind, words, new.row, "", new.cell, about, "", month_words(new.month), *before_and_after)


def _beginning(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= BEGINNING else f"{words[:BEGINNING]}…"


plan_with(plan)
