"""The wide layout: a row for each indicator (and team), a column for each month."""

import re
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from kpi.indicators.models.comparisons import Target
from kpi.indicators.models.versions import Basis, Polarity, Unit
from kpi.returns.cells import STATES, Reading, read_number
from kpi.returns.comparisons import NewBenchmark, NewTarget
from kpi.returns.figures import Figure
from kpi.returns.known import Measure, Place
from kpi.returns.layouts import CODE, BenchmarkColumn, TargetColumn
from kpi.returns.models import HAS_FIGURE, ObservationState
from kpi.returns.reader import ReturnReader
from kpi.returns.stated import STATED, Statement, chosen, contradicts, is_stock, read_rank, statement
from kpi.returns.words import AREA_ANALYSIS, COMMENTARY, LONGEST_WORDS, NewWords
from qa_audit.common.months import month_words
from qa_audit.common.names import name_key
from qa_audit.common.text import clean
from qa_audit.intake.cells import CellRefused, ReadCell
from qa_audit.people.models import one_line

ROLLING_RATE = "rolling_rate_per_10000"
UNITS = {unit.value: (unit, None) for unit in Unit} | {ROLLING_RATE: (Unit.RATE, Basis.ROLLING_12)}
MOST_PLACES = 3
# What a column of targets or benchmarks holds where there is none.
NO_VALUE = {"", "local"} | {sign for sign, state in STATES.items() if state != ObservationState.NOT_YET}
_MONTH_END = re.compile(r"\b(end of|at end|(month|period) end)\b", re.IGNORECASE)
_YEAR_TO_DATE = re.compile(r"\byear[ -]to[ -]date\b", re.IGNORECASE)


def basis_of(title: str) -> Basis:
    """Over which time an indicator counts, where its title says so; nothing is guessed."""
    if _YEAR_TO_DATE.search(title):
        return Basis.YEAR_TO_DATE
    return Basis.MONTH_END if _MONTH_END.search(title) else Basis.NOT_STATED


class WideReader(ReturnReader):
    """Reads rows whose cells are months, targets and benchmarks."""

    def read(self, row: int, cells: tuple[ReadCell, ...]) -> None:
        """Take all that a row says."""
        self.begin(row, cells)
        self._stated = None
        measure = self.measure(self._code(), self.columns.code, self._create)
        if measure is None or not self._agrees(measure):
            return
        self._warn_of_polarity(measure)
        self._read_statements(measure)
        if (whose := self.whose()) is None:
            return
        readings = {
            place: reading
            for place, month in self.columns.months.items()
            if (reading := self._read_month(place, measure, whose, month))
        }
        if measure.indicator is None:
            self._settle_places(measure, readings.values())
        self.turn_to(measure, whose)
        if not self.is_total():
            for target in self.columns.targets:
                self._read_target(target, measure, whose)
            self._read_benchmarks(measure)
            for heading in (COMMENTARY, AREA_ANALYSIS):
                self._read_words(heading, measure, whose)

    def _code(self) -> str:
        """The row's code; in a file without codes its title, or the code of the indicator that has it."""
        title = self.text("indicator")
        if self.columns.place_of(*CODE) is not None:
            return self.text(*CODE) or title
        titled = [] if self.known.measure(title) else self.known.titled(title)
        if len(titled) > 1:
            codes = ", ".join(one.code for one in titled)
            self.refuse(self.columns.code, f"Several indicators have this title. Give the code: {codes}.")
        return titled[0].code if titled else title

    def _read_month(self, place: int, measure: Measure, whose: Place, month: date) -> Reading | None:
        self.turn_to(measure, whose, month)
        if self._cells[place].is_blank:
            self.blank(place)
            return None
        if not self.has_version(place, measure, month):
            return None
        reading = self.number(place, measure.version(month).unit)
        if reading is None:
            return None
        if month > self.this_month and reading.state in HAS_FIGURE and reading.state != "forecast":
            self.refuse(place, f"{month_words(month)} is in the future. Write (forecast) after a forecast.")
            return None
        figure = Figure(
            state=reading.state,
            value=reading.number,
            measure=measure,
            place=whose,
            month=month,
            row=self._row,
            column=place,
        )
        self.keep(figure)
        return reading

    def _create(self, code: str) -> Measure | None:
        """An indicator as the row describes it."""
        unit = self._unit()
        if unit is None:
            return None
        title = self.text("indicator") or code
        stated = {STATED[heading]: value for heading, value in self._statements().items()}
        if unit[1] and stated.get("basis", unit[1]) != unit[1]:
            self.refuse(self.columns.places["basis"], f"{self.text('unit_of_measure')} covers 12 months.")
            return None
        basis = stated.pop("basis", None) or unit[1] or basis_of(title)
        return self.new_measure(
            code,
            min(self.columns.months.values()),
            self.text("area"),
            title=title[:250],
            unit=unit[0],
            basis=basis,
            is_stock=is_stock(basis, unit[0]),
            polarity=self._polarity() or Polarity.NEUTRAL,
            **stated,
        )

    def _unit(self) -> tuple[Unit, Basis | None] | None:
        """The unit of measure that the row names; None, with a problem, when there is none like it."""
        words = self.text("unit_of_measure").casefold().replace(" ", "_")
        place = self.columns.places.get("unit_of_measure", self.columns.code)
        found = UNITS.get(words) or UNITS.get(chosen(self.text("unit_of_measure"), Unit.choices))
        if found is None:
            self.refuse(place, f"“{words[:60]}” is not a unit of measure. Write one of {', '.join(UNITS)}.")
        return found

    def _polarity(self) -> str | None:
        words = self.text("polarity").casefold().replace(" ", "_") or Polarity.NEUTRAL
        if words not in Polarity.values:
            place = self.columns.places["polarity"]
            self.refuse(place, f"“{words[:60]}” is not a polarity. Write high_good, low_good or neutral.")
            return None
        return words

    def _agrees(self, measure: Measure) -> bool:
        """A unit that the row names must be the indicator's."""
        if "unit_of_measure" not in self.columns.places or not self.text("unit_of_measure"):
            return True
        unit = self._unit()
        if unit and measure.unit and unit[0] != measure.unit:
            says = f"{measure.code} is a {Unit(measure.unit).label.lower()}, not a {unit[0].label.lower()}."
            self.refuse(self.columns.places["unit_of_measure"], says)
        return unit is not None and measure.unit in ("", unit[0])

    def _warn_of_polarity(self, measure: Measure) -> None:
        """What the row says of an indicator that is there already changes nothing."""
        if measure.indicator is None or not self.text("polarity") or not measure.versions:
            return
        typed, stored = self._polarity(), measure.versions[-1].polarity
        if typed not in (None, stored):
            words = f"{measure.code} says “{Polarity(stored).label}”. A return does not change that."
            self.warn(self.columns.places["polarity"], words)

    def _statements(self) -> dict[str, str]:
        """What the row states under each of these headings; of a row each is read once."""
        if self._stated is None:
            places = {heading: self.columns.places.get(heading) for heading in STATED}
            read = {
                heading: self.attempt(place, statement, heading, self.text(heading))
                for heading, place in places.items()
                if place is not None
            }
            self._stated = {heading: value for heading, value in read.items() if value}
        return self._stated

    def _read_statements(self, measure: Measure) -> None:
        """Of an indicator that is there already: what was not stated is added, the rest only compared."""
        version = measure.version(max(self.columns.months.values()))
        if version is None:
            return
        for heading, value in self._statements().items():
            place = self.columns.places[heading]
            new = Statement(measure, version, heading, value, self._row, place)
            if version.is_stated(STATED[heading]):
                stored = contradicts(version, heading, value)
                if stored:
                    words = f"{measure.code} says “{stored[:120]}”. A return does not change that."
                    self.warn(place, words)
                continue
            if measure.indicator is None:
                setattr(version, STATED[heading], value)
                continue
            first = self.found.statements.setdefault((measure, heading), new)
            if first.value != value:
                self.refuse(place, f"Cell {first.cell} says something else: {first.says[:120]}.")

    def _settle_places(self, measure: Measure, readings) -> None:
        """A new indicator is shown with the decimal places that its figures have."""
        numbers = (reading.number for reading in readings if reading.number is not None)
        typed = [
            len(str(cell.value).rstrip("% ").partition(".")[2])
            for place, cell in enumerate(self._cells)
            if place in self.columns.months and isinstance(cell.value, str | float) and not cell.is_percent
        ]
        needed = max((-number.normalize().as_tuple().exponent for number in numbers), default=0)
        written = max(typed, default=0)
        version = measure.versions[0]
        version.decimal_places = min(max(version.decimal_places, needed, min(written, 1)), MOST_PLACES)

    def _read_target(self, column: TargetColumn, measure: Measure, whose: Place) -> None:
        cell = self._cells[column.place]
        text = "" if cell.value is None else str(cell.value).strip()
        if cell.is_error:
            self.refuse(column.place, "The cell holds an error.")
        elif name_key(text) not in NO_VALUE:
            try:
                fields = Target.read(_as_percent(cell) if cell.is_percent else text)
            except ValueError:
                words = f"“{text[:60]}” is not a target. Write a number, <36, 85 to 90, or TBC."
                self.refuse(column.place, words)
                return
            is_low_good = measure.versions[-1].polarity == Polarity.LOW_GOOD
            if not fields.get("is_to_be_confirmed"):
                fields.setdefault("operator", "at_most" if is_low_good else "at_least")
            new = NewTarget(measure, whose, column.year, fields, self._row, column.place)
            try:
                Target(**new.fields).clean()
            except ValidationError as wrong:
                self.refuse(column.place, f"“{text[:60]}”: {' '.join(wrong.messages)}.")
                return
            self.found.targets.append(new)

    def _read_words(self, heading: str, measure: Measure, whose: Place) -> None:
        """What is written about the newest month that has begun, of the row's indicator or of its area."""
        place = self.columns.places.get(heading)
        if place is None or self._cells[place].is_blank:
            return
        cell = self._cells[place]
        text = "" if cell.is_error else clean(str(cell.value)).strip()
        months = [month for month in self.columns.months.values() if month <= self.this_month]
        if not text:
            self.refuse(place, "The cell holds an error.")
        elif len(text) > LONGEST_WORDS:
            self.refuse(place, f"Words on a figure have at most {LONGEST_WORDS:,} characters.")
        elif not whose.is_council:
            self.refuse(place, "Words go in the row of the council's own figure, not of a team or service.")
        elif not months:
            self.refuse(place, "None of the file's months has begun: words must be about a month that has.")
        else:
            is_of_area = heading == AREA_ANALYSIS
            self.found.words.append(NewWords(measure, is_of_area, max(months), text, self._row, place))

    def _read_benchmarks(self, measure: Measure) -> None:
        """What others reach, each with the council's place among them where the row gives it."""
        before = len(self.found.benchmarks)
        for benchmark in self.columns.benchmarks:
            self._read_benchmark(benchmark, measure)
        for column in self.columns.ranks:
            cell = self._cells[column.place]
            words = "" if cell.value is None else one_line(str(cell.value))
            if words.casefold() in NO_VALUE:
                continue
            rank = self.attempt(column.place, read_rank, words)
            own = [one for one in self.found.benchmarks[before:] if column.is_of(one)]
            if rank and len(own) != 1:
                self.refuse(column.place, "A rank needs one benchmark of the same name beside it.")
            elif rank:
                own[0].rank = rank

    def _read_benchmark(self, column: BenchmarkColumn, measure: Measure) -> None:
        """A figure of others; words such as “Local” say that there is none."""
        try:
            reading = read_number(self._cells[column.place], measure.unit)
        except CellRefused as refusal:
            cell = self._cells[column.place]
            if cell.is_error or not isinstance(cell.value, str) or re.search("[0-9]", cell.value):
                self.refuse(column.place, str(refusal))
            return
        if reading.number is not None:
            self.found.benchmarks.append(
                NewBenchmark(
                    measure,
                    column.comparator,
                    column.name,
                    column.period,
                    reading.number,
                    self._row,
                    column.place,
                )
            )


def _as_percent(cell: ReadCell) -> str:
    return f"{(Decimal(str(cell.value)) * 100).normalize():f}"
