"""The long layout, a row for each figure; and the table of teams, which is long with its code in `table`."""

from datetime import date
from decimal import Decimal

from kpi.indicators.models.versions import Unit
from kpi.measures.values import shown
from kpi.returns.cells import Reading, plain_number, read_month, state_named, state_of
from kpi.returns.figures import Amounts, Figure
from kpi.returns.known import Measure
from kpi.returns.layouts import CODE, ReturnHeadings
from kpi.returns.models import HAS_FIGURE, ObservationState
from kpi.returns.reader import LONGEST_NOTE, ReturnReader
from qa_audit.common.months import month_words
from qa_audit.common.names import name_key
from qa_audit.intake.cells import CellRefused, ReadCell

NUMBERS = ("numerator", "denominator", "value")
STATES = {words.casefold(): state for state, label in ObservationState.choices for words in (state, label)}
BLANK = Reading()


class LongReader(ReturnReader):
    """Reads rows of one figure each; `month` is that of a file which does not say its own."""

    def __init__(self, columns: ReturnHeadings, *arguments, month: date | None, **options):
        super().__init__(columns, *arguments, **options)
        self.month = month
        self._months: set[date] = set()

    def read(self, row: int, cells: tuple[ReadCell, ...]) -> None:
        """Take the figure of a row."""
        self.begin(row, cells)
        place = self.columns.code
        month = self._month()
        measure = self.measure(self.text(*CODE), place, lambda code: self._create(code, month))
        if measure is None or month is None or not self.has_version(place, measure, month):
            return
        whose = self.whose()
        if whose is None:
            return
        self.turn_to(measure, whose, month)
        amounts = self._amounts(measure, month)
        if amounts is None:
            return
        figure = Figure(
            state=amounts.state,
            numerator=amounts.numerator,
            denominator=amounts.denominator,
            value=amounts.value,
            note=amounts.note,
            measure=measure,
            place=whose,
            month=month,
            row=row,
            column=self._shows_in(),
        )
        self.keep(figure)

    def _shows_in(self) -> int:
        """The column in which a problem of the figure is shown: the first that holds something."""
        places = [self.columns.places[name] for name in NUMBERS if name in self.columns.places]
        return next((place for place in places if not self._cells[place].is_blank), places[0])

    def _month(self) -> date | None:
        cell, place = self.cell("month"), self.columns.places.get("month", self.columns.code)
        if cell is None or cell.is_blank:
            if self.month is None and len(self._months) == 1 and self.is_total():
                return next(iter(self._months))  # a total of the one month that is above it
            if self.month is None:
                self.refuse(place, "The file does not say its month. Give it with the file.")
            return self.month
        if cell.is_error:
            self.refuse(place, "The cell holds an error.")
            return None
        month = self.attempt(place, read_month, cell.value)
        self._months |= {month} - {None}
        return month

    def _create(self, code: str, month: date | None) -> Measure | None:
        """An indicator of which only the code is known: with denominators it is a percentage."""
        if month is None:
            return None
        denominator = self.cell("denominator")
        is_fraction = denominator is not None and not denominator.is_blank
        unit = Unit.PERCENTAGE if is_fraction else Unit.NUMBER
        places = 1 if is_fraction else 0
        return self.new_measure(code, month, unit=unit, decimal_places=places)

    def _amounts(self, measure: Measure, month: date) -> Amounts | None:
        """The row's figure; None when it is blank or wrong."""
        unit, shows_in = measure.version(month).unit, self._shows_in()
        readings = {}
        for name in NUMBERS:
            place = self.columns.places.get(name)
            counted = unit if name == "value" or unit not in (Unit.PERCENTAGE, Unit.RATE) else Unit.NUMBER
            readings[name] = BLANK if place is None else self.number(place, counted)
        state = self._state()
        if None in readings.values() or state is None:
            return None
        if not state and all(reading is BLANK or not reading.state for reading in readings.values()):
            self.blank(shows_in)
            return None
        amounts = self.attempt(shows_in, put_together, unit, readings, state)
        if amounts and amounts.has_figure and month > self.this_month and amounts.state != "forecast":
            words = f"{month_words(month)} is in the future. Write its state as forecast."
            self.refuse(self.columns.places.get("month", shows_in), words)
            return None
        if amounts:
            amounts.note = self._note()
            self._check_published(amounts)
        return amounts

    def _check_published(self, amounts: Amounts) -> None:
        """A percentage beside its fraction, as printed tables have it, is checked and not stored."""
        place = self.columns.places.get("pct_published")
        if place is None or not amounts.numerator or not amounts.denominator:
            return
        printed = self.number(place, Unit.PERCENTAGE)
        if printed and printed.number is not None and (words := _differs(amounts, printed.number)):
            self.warn(place, words)

    def _state(self) -> str | None:
        """The state that the row names, nothing where it names none; None when there is none like it."""
        words = name_key(self.text("state"))
        if words and words not in STATES and (named := state_named(words)):
            return named
        if words and words not in STATES:
            states = ", ".join(ObservationState.values)
            self.refuse(
                self.columns.places["state"], f"“{words[:60]}” is not a state. Write one of {states}."
            )
            return None
        return STATES.get(words, "")

    def _note(self) -> str:
        note = self.text("note")
        if len(note) > LONGEST_NOTE:
            self.refuse(self.columns.places["note"], f"A note has at most {LONGEST_NOTE} characters.")
        return note[:LONGEST_NOTE]


def put_together(unit: str, readings: dict[str, Reading], state: str) -> Amounts:
    """One figure from numerator, denominator, value and state. Raises CellRefused naming the figures."""
    numerator, denominator, value = (readings[name] for name in NUMBERS)
    reasons = [reading.state for reading in readings.values() if reading.state and reading.number is None]
    figures = [reading.number for reading in readings.values() if reading.number is not None]
    if state and state not in HAS_FIGURE:
        if any(figures):
            label = ObservationState(state).label.lower()
            raise CellRefused(f"The state is “{label}”, but the figure is {plain_number(figures[0])}.")
        return Amounts(state)
    if reasons and numerator.number is None and value.number is None:
        keeps_denominator = unit == Unit.PERCENTAGE and reasons[0] != ObservationState.WITHHELD
        return Amounts(reasons[0], denominator=denominator.number if keeps_denominator else None)
    if unit == Unit.PERCENTAGE and (numerator.number is not None or denominator.number is not None):
        return _fraction(numerator, denominator, value, state)
    if denominator.number is not None:
        raise CellRefused("This indicator has no denominator: only a percentage has one.")
    if unit == Unit.RATE and numerator.number is not None:
        if value.number is not None:
            raise CellRefused("Write the count of a rate or its value, not both.")
        return Amounts(_standing(state, numerator), numerator=numerator.number)
    return _single(numerator, value, state)


def _standing(state: str, reading: Reading) -> str:
    """The state of a figure: as the row or the cell says it, or else whether it is zero."""
    return state if state not in ("", "value", "zero") else reading.state or state_of(reading.number)


def _single(numerator: Reading, value: Reading, state: str) -> Amounts:
    """A number is one number, in whichever of the two columns it stands."""
    if value.number is not None and numerator.number not in (None, value.number):
        both = f"{plain_number(numerator.number)} and {plain_number(value.number)}"
        raise CellRefused(f"There are two different figures here: {both}.")
    chosen = numerator if value.number is None else value
    if chosen.number is None:
        raise CellRefused("The state says that there is a figure, but there is none here.")
    return Amounts(_standing(state, chosen), value=chosen.number)


def _fraction(numerator: Reading, denominator: Reading, value: Reading, state: str) -> Amounts:
    """So many of so many; of none it is not applicable."""
    if denominator.number is None:
        raise CellRefused("The denominator is missing.")
    if denominator.number == 0 and not numerator.number:
        return Amounts(ObservationState.NOT_APPLICABLE, denominator=denominator.number)
    if numerator.number is None:
        raise CellRefused("The numerator is missing.")
    words = f"{plain_number(numerator.number)} of {plain_number(denominator.number)}"
    if numerator.number > denominator.number:
        raise CellRefused(f"{words}: the numerator is more than the denominator.")
    state = _standing(state, Reading(numerator.state, numerator.number))
    amounts = Amounts(state, numerator.number, denominator.number)
    if value.number is not None and (differs := _differs(amounts, value.number)):
        raise CellRefused(differs)
    return amounts


def _differs(amounts: Amounts, percentage: Decimal) -> str:
    """Nothing where a fraction is the percentage, with as many places as it is typed with; else both."""
    places = max(0, -percentage.normalize().as_tuple().exponent)
    worked = shown(amounts.worked_out(Unit.PERCENTAGE, None), places)
    if worked == percentage:
        return ""
    words = f"{plain_number(amounts.numerator)} of {plain_number(amounts.denominator)}"
    return f"{words} is {worked}%, not {plain_number(percentage)}%."
