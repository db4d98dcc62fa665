"""What a wide return says that an indicator means: it adds what nobody has stated, and changes nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from kpi.indicators.actions.indicators import change_version
from kpi.indicators.models.versions import Basis, Counts, IndicatorVersion, Unit
from kpi.returns.known import Measure
from kpi.returns.lines import Kind, Line
from qa_audit.common.months import month_words
from qa_audit.common.names import one_line
from qa_audit.intake.cells import CellRefused, InFile
from qa_audit.people.models import User

# The headings, each with the field of a version that it fills.
STATED = {
    "basis": "basis",
    "counts": "counts",
    "outcome": "outcome",
    "definition": "definition",
    "owner": "owner_role",
    "reporter": "reporter_role",
}
CHOICES: dict[str, type[TextChoices]] = {"basis": Basis, "counts": Counts}
NOT_STATED = Basis.NOT_STATED.label.lower()
LONGEST_DEFINITION = 5_000
_PLACE = re.compile(r"([0-9]{1,4}) ?(?:of|/|out of) ?([0-9]{1,4})", re.IGNORECASE)


def chosen(words: str, choices: Iterable[tuple[str, str]]) -> str | None:
    """The choice that words name by its value or its label, in any case; None where there is none like it."""
    typed = words.casefold()
    return next(
        (value for value, label in choices if typed in (value, value.replace("_", " "), label.casefold())),
        None,
    )


def statement(heading: str, words: str) -> str:
    """What a cell states; nothing where it says nothing, or that it is not stated. Raises CellRefused."""
    if words.casefold().replace("_", " ") in ("", NOT_STATED):
        return ""
    if heading in CHOICES:
        found = chosen(words, CHOICES[heading].choices)
        if found is None:
            known = ", ".join(CHOICES[heading].values)
            raise CellRefused(f"“{words[:60]}” is not a known {heading}. Write one of {known}.")
        return found
    longest = IndicatorVersion._meta.get_field(STATED[heading]).max_length or LONGEST_DEFINITION
    if len(words) > longest:
        raise CellRefused(f"The {heading} has at most {longest} characters.")
    return words


def written_statement(version: IndicatorVersion, heading: str) -> str:
    """What a version states, as a return writes it."""
    name = STATED[heading]
    return getattr(version, name) if version.is_stated(name) else NOT_STATED


def read_rank(words: str) -> tuple[int, int]:
    """9 of 11, or 9/11. Raises CellRefused."""
    found = _PLACE.fullmatch(words)
    place, of = (int(number) for number in found.groups()) if found else (0, 0)
    if not 1 <= place <= of:
        raise CellRefused(f"“{words[:60]}” is not a rank. Write it like 9 of 11.")
    return place, of


def is_stock(basis: str, unit: str) -> bool:
    """Whether it counts what is there at one moment: numbers and rates at the end of a month."""
    return basis == Basis.MONTH_END and unit in (Unit.NUMBER, Unit.RATE)


@dataclass(slots=True)
class Statement(InFile):
    """Something that the file states of an indicator and that was not stated before."""

    measure: Measure
    version: IndicatorVersion
    heading: str
    value: str
    row: int
    column: int

    @property
    def says(self) -> str:
        """As people read it."""
        choices = CHOICES.get(self.heading)
        return choices(self.value).label if choices else self.value

    @property
    def line(self) -> Line:
        """What the dry run says of it."""
        months = f"from {month_words(self.version.from_month)}"
        facts = (self.row, "", self.cell, self.measure.code, "", months, NOT_STATED, self.says)
        return Line(Kind.NEW, self.heading.capitalize(), *facts)

    def store(self, by: User) -> None:
        """Add it to the version. Raises ValidationError when somebody stated it in the meantime."""
        values = {STATED[self.heading]: self.value}
        if is_stock(self.value, self.version.unit):
            values["is_stock"] = True
        change_version(indicator_version=self.version, version=None, by=by, **values)


def contradicts(version: IndicatorVersion, heading: str, value: str) -> str:
    """What is stored where a return says something else; nothing where both say the same."""
    stored = getattr(version, STATED[heading])
    if one_line(stored) == value:
        return ""
    return CHOICES[heading](stored).label if heading in CHOICES else stored
