"""Reading a return row by row: what all layouts share."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from kpi.indicators.models.indicators import Indicator, IndicatorStatus
from kpi.indicators.models.versions import IndicatorVersion, Polarity, Rollup, Unit
from kpi.returns.cells import Reading, read_number
from kpi.returns.comparisons import NewBenchmark, NewTarget
from kpi.returns.figures import Figure, Key, NewCaseload
from kpi.returns.known import Known, Measure, Place
from kpi.returns.layouts import FIELDS, ReturnHeadings
from kpi.returns.lines import Kind, Line, Lines
from kpi.returns.stated import Statement
from kpi.returns.words import NewWords
from qa_audit.common.months import later, month_words
from qa_audit.common.names import is_total_word, one_line
from qa_audit.intake.cells import ReadCell, as_typed
from qa_audit.intake.rows import RowReader
from qa_audit.intake.uploads import UploadRefused

MOST_FIGURES = 400_000  # what is held at once, and so the memory
LONGEST_NOTE = 250
LONGEST_CODE = Indicator._meta.get_field("code").max_length
AREA_OF_NEW = "Not yet placed"
CHILDREN = "0 to 17"  # the age band of a rate per 10,000 children


@dataclass
class Found:
    """What a file says, and what is wrong with it."""

    figures: dict[Key, Figure] = field(default_factory=dict)
    # Rows called Total: held against the sums, never stored.
    totals: list[Figure] = field(default_factory=list)
    targets: list[NewTarget] = field(default_factory=list)
    benchmarks: list[NewBenchmark] = field(default_factory=list)
    # What is stated of indicators that did not state it before, by indicator and heading.
    statements: dict[tuple[Measure, str], Statement] = field(default_factory=dict)
    caseloads: list[NewCaseload] = field(default_factory=list)
    words: list[NewWords] = field(default_factory=list)
    problems: Lines = field(default_factory=Lines)
    warnings: Lines = field(default_factory=Lines)
    blanks: Lines = field(default_factory=Lines)
    # Checks that could not be made, and why.
    unmade: Lines = field(default_factory=Lines)

    def months(self) -> tuple[date, date]:
        """The first and the last month of its figures."""
        months = {month for _, _, month in self.figures}
        return min(months), max(months)


class ReturnReader(RowReader):
    """Reads rows one by one into `found`."""

    knows_no = "No return has"
    nothing_like_it = " Is the heading a merged cell?"

    def __init__(
        self, columns: ReturnHeadings, known: Known, found: Found, *, this_month: date, may_create: bool
    ):
        super().__init__(columns, FIELDS[columns.layout])
        self.known, self.found = known, found
        self.this_month, self.may_create = this_month, may_create
        self._subject: dict[str, str] = {}
        self._about: Key | None = None
        self._texts: dict[tuple[str, ...], str] = {}
        # The indicators of the rows since the last total, for a total that does not say its own.
        self._above: dict[Measure, None] = {}
        self._is_sum = self._was_total = False

    def begin(self, row: int, cells: tuple[ReadCell, ...]) -> None:
        """Turn to a row; columns that nobody knows may only be empty."""
        self.turn_to_row(row, cells)
        self._subject, self._texts, self._about, self._is_sum = {}, {}, None, False
        for place in self.first_filled(self.columns.unread):
            self.warn(place, "This column is not read: it says how a figure was published.")
        self.refuse_unknown_columns()

    def refuse(self, place: int, words: str) -> None:
        line = self._line(Kind.PROBLEM, place, words)
        if self._about:
            line = replace(line, new=as_typed(self._cells[place].value or "")[:60])
        self.found.problems.add(line, self._about)

    def warn(self, place: int, words: str) -> None:
        self.found.warnings.add(self._line(Kind.WARNING, place, words))

    def turn_to(self, measure: Measure, whose: Place, month: date | None = None) -> None:
        """Problems and warnings that follow are said of this figure, or of all that the row says of it."""
        self._subject = {"indicator": measure.code, "unit": whose.name, "month": month_words(month)}
        self._about = (measure, whose, month) if month else None

    def _line(self, kind: str, place: int, words: str) -> Line:
        title, address = self.columns.title(place), self._cells[place].address
        return Line(kind, words, self._row, title, address, **self._subject)

    def text(self, *names: str) -> str:
        """What a cell of words says, on one line; a number as it is typed. Of a row each is read once."""
        if names not in self._texts:
            self._texts[names] = self._read_text(names)
        return self._texts[names]

    def _read_text(self, names: tuple[str, ...]) -> str:
        cell = self.cell(*names)
        if cell is None or cell.is_blank:
            return ""
        if cell.is_error:
            self.refuse(self.columns.place_of(*names), "The cell holds an error.")
            return ""
        return one_line(as_typed(cell.value))

    def number(self, place: int, unit: str) -> Reading | None:
        """The reading of a figure's cell; None when it was refused."""
        reading = self.attempt(place, read_number, self._cells[place], unit)
        if reading and reading.had_arrow:
            self.warn(place, "The arrow beside the figure was left out.")
        return reading

    def whose(self) -> Place | None:
        """The council, or the team or service that the row names; None when nobody knows it.

        A row called Total has a place of its own, which is never stored.
        """
        if self.is_total():
            return self._whose_total()
        name = self.text("team")
        place, within = self.known.place(name), self._within()
        if place is None:
            near = "" if self.found.problems.is_full else self.known.near_unit(name)
            self.refuse(
                self.columns.places["team"], f"There is no team or service called “{name[:120]}”.{near}"
            )
        if place is None or within is None:
            return None
        if within.is_council or place is within:
            return place
        if place.is_council:
            return within
        if place.is_to_be_created():
            place.within = place.within or within.service
        if not place.is_of(within.service):
            self.refuse(self.columns.places["team"], f"{place.name} is not a team of {within.name}.")
            return None
        return place

    def _within(self) -> Place | None:
        """The service that the row names beside its team, or the council; None when nobody knows it."""
        name = "" if self._names_total("service") else self.text("service")
        place = self.known.service(name) if name else self.known.council
        if place is None:
            near = "" if self.found.problems.is_full else self.known.near_unit(name)
            self.refuse(self.columns.places["service"], f"There is no service called “{name[:120]}”.{near}")
        return place

    def _whose_total(self) -> Place | None:
        """Sums of the council's teams, or of a service's."""
        within = self._within()
        return within and Place(" of ".join(filter(None, ("Total", within.name))), service=within.service)

    def is_total(self) -> bool:
        """Whether the row holds sums."""
        return self._is_sum or self._names_total("team", "service", "row_type")

    def _names_total(self, *columns: str) -> bool:
        return any(is_total_word(self.text(column)) for column in columns)

    def keep(self, figure: Figure) -> None:
        """Take a figure of the row, or of a total's; the same one twice is a problem."""
        if self.is_total():
            self.found.totals.append(figure)
            return
        first = self.found.figures.setdefault(figure.key, figure)
        if first is not figure:
            words = f"This is the same figure as in cell {first.cell}. Each may appear only once."
            title = self.columns.title(figure.column)
            self.found.problems.add(figure.line(Kind.PROBLEM, words, title), figure.key)
        if len(self.found.figures) > MOST_FIGURES:
            raise UploadRefused(f"The file has more than {MOST_FIGURES:,} figures. Split it in two.")

    def blank(self, place: int) -> None:
        """The cell is empty: what is stored stays."""
        words = "This cell is empty; what is stored stays."
        self.found.blanks.add(self._line(Kind.BLANK, place, words))

    def has_version(self, place: int, measure: Measure, month: date) -> bool:
        """Whether the indicator has a meaning in the month; if not, that is a problem."""
        if measure.indicator is None and measure.versions[0].from_month > month:
            measure.versions[0].from_month = april_before(month)
        if measure.version(month):
            return True
        first = f" It begins in {month_words(measure.versions[0].from_month)}." if measure.versions else ""
        self.refuse(place, f"{measure.code} has no definition for {month_words(month)}.{first}")
        return False

    def measure(self, code: str, place: int, create: Callable[[str], Measure | None]) -> Measure | None:
        """The indicator of a code; an unknown one is created where that is allowed, and else a problem."""
        measure = self.known.measure(code)
        self._is_sum = measure is None and (is_total_word(code) or (not code and self.is_total()))
        if self._is_sum:
            return self._summed_above(place)
        if not code:
            self.refuse(place, "This cell must not be empty. Merged cells must be split.")
            return None
        if measure is None and self.may_create:
            if len(code) > LONGEST_CODE:
                self.refuse(place, f"A code has at most {LONGEST_CODE} characters.")
                return None
            measure = create(code)
            if measure:
                self.known.add(measure)
        elif measure is None:
            near = "" if self.found.problems.is_full else self.known.near_measure(code)
            self.refuse(place, f"There is no indicator with the code “{code[:120]}”.{near}")
        if measure:
            self._note_above(measure)
        return measure

    def _note_above(self, measure: Measure) -> None:
        if self._was_total:
            self._above.clear()
        self._above[measure] = None
        self._was_total = self.is_total()

    def _summed_above(self, place: int) -> Measure | None:
        """The indicator whose rows are above a total that does not say its own; several are a problem."""
        self._was_total = True
        if len(self._above) == 1:
            return next(iter(self._above))
        words = (
            "This row adds up several indicators." if self._above else "There is nothing above this total."
        )
        self.refuse(place, f"{words} Leave it out, or write which indicator it is of.")
        return None

    def new_measure(self, code: str, first: date, area: str = "", **meaning) -> Measure:
        """An indicator that the return brings; its meaning holds for the whole first financial year."""
        meaning.setdefault("title", code[:1].upper() + code[1:].replace("_", " "))
        meaning.setdefault("polarity", Polarity.NEUTRAL)
        # Parts of a whole are pooled; what was counted adds up.
        meaning["team_rollup"] = Rollup.SUM if meaning["unit"] == Unit.NUMBER else Rollup.POOLED
        if meaning["unit"] == Unit.RATE:
            meaning["population"] = CHILDREN
        version = IndicatorVersion(from_month=april_before(first), **meaning)
        order = len(self.known.measures) + 1
        return Measure(code, IndicatorStatus.LIVE, [version], area=area or AREA_OF_NEW, order=order)


def april_before(month: date) -> date:
    """The first month of its financial year."""
    return later(month, -((month.month - 4) % 12))
