"""Reading one row of a file of past audits, and saying everything that is wrong with it."""

from collections.abc import Iterable
from datetime import date, datetime

from qa_audit.audits.actions.past import PastAudit
from qa_audit.audits.models import Kind
from qa_audit.common.dates import parse_day
from qa_audit.common.identifiers import Sighting, scan_reference
from qa_audit.common.names import did_you_mean, is_total_word, one_line, word_key
from qa_audit.common.references import AS_TEXT, read_reference, reference_of_number
from qa_audit.common.wording import day
from qa_audit.imports.columns import FIELDS, REQUIRED, Columns
from qa_audit.imports.known import Known
from qa_audit.imports.problems import Problem
from qa_audit.imports.reviews import PastReview
from qa_audit.intake.uploads import Cell, Value
from qa_audit.people.checks import Look
from qa_audit.people.models import Service, Team
from qa_audit.tools.models import Grade

# Where a person writes sentences, and might name a child; with the most characters each may have.
FREE_TEXT = {"theme": 120, "going_well": 20_000, "improvements": 20_000}
LONGEST = {"reference": 40, **FREE_TEXT}
LONGEST_NAME = 200
# Lines and signs of what is written at length stay as they are.
WRITTEN = ("going_well", "improvements")
# The Children Act 1989 is older than any audit that a council still counts.
EARLIEST = date(1990, 1, 1)

KINDS = {word_key(kind): kind for kind in [*Kind.values, PastReview.kind]}
KIND_WORDS = "individual, thematic, manager or learning review"
GRADES = "outstanding, good, requires improvement, inadequate (or O, G, RI, I), or nothing"
NO_RESULT = (
    "The cell holds a formula without a stored result. Open the file in Excel, save it, and try again."
)


class RowReader:
    """Reads rows one by one; `problems` and `warnings` grow with them."""

    def __init__(self, columns: Columns, known: Known, today: date):
        self.columns, self.known, self.today = columns, known, today
        self.problems: list[Problem] = list(columns.problems)
        self.warnings: list[Problem] = []
        self._look = Look()
        self._reported: set[int] = set()
        self._combinations: dict[tuple, tuple] = {}
        self._row, self._cells = 0, ()

    def read(self, row: int, cells: tuple[Cell, ...]) -> PastAudit | PastReview | None:
        """What the row says, or None when something is wrong with it."""
        self._row, self._cells = row, cells
        if self._is_total():
            return None
        before = len(self.problems)
        self._check_unknown_columns()
        texts = {name: self._text(name) for name in FREE_TEXT}
        service, team = self._service_and_team()
        facts = {
            "case_reference": self._reference(),
            "service_id": service and service.pk,
            "team_id": team and team.pk,
            "audited_on": self._audited_on(),
            "auditor_id": self._auditor_id(),
            **texts,
        }
        kind = self._kind()
        grade, domain_grades = self._grades(kind)
        self._warn_of("reference", scan_reference(facts["case_reference"]))
        for name, text in texts.items():
            self._warn_of(name, self._look(text) if text else [])
        if self.columns.problems or len(self.problems) > before:
            return None
        if kind == PastReview.kind:
            return PastReview(**facts)
        return PastAudit(kind=kind, grade=grade, domain_grades=domain_grades, **facts)

    def _is_total(self) -> bool:
        """Whether the row only adds up the others; then it is named and left out."""
        cells = {name: self._cells[place] for name, place in self.columns.places.items()}
        named = cells.get("reference")
        is_total = named is not None and is_total_word(str(named.value or ""))
        if not is_total or not all(cells[name].is_blank for name in REQUIRED[1:] if name in cells):
            return False
        words = "This row of totals is left out: audits are counted when they are in."
        column = self.columns.title(self.columns.places["reference"])
        self.warnings.append(Problem.at(named, self._row, column, words))
        return True

    def note(self, field: str, words: str) -> None:
        """A problem of the row that shows in this field."""
        place = self.columns.places.get(field)
        if place is not None:
            self._problem(place, words)

    def _problem(self, place: int, words: str) -> None:
        self.problems.append(Problem.at(self._cells[place], self._row, self.columns.title(place), words))

    def _check_unknown_columns(self) -> None:
        """A column that no import knows may only be empty; each that is not gives one problem."""
        beyond = range(len(self.columns.headers), len(self._cells))
        for place in (*self.columns.unknown, *beyond):
            if not self._cells[place].is_blank and place not in self._reported:
                self._reported.add(place)
                title = self.columns.title(place)
                says = f"No import knows a column “{title}”" if title else "This column has no header"
                self._problem(place, f"{says}, and something stands in it.{did_you_mean(title, FIELDS)}")

    def _value(self, place: int | None) -> Value:
        """What the cell holds; an error in it is a problem, and is read as nothing."""
        if place is None:
            return None
        cell = self._cells[place]
        if cell.is_error:
            self._problem(place, f"The cell holds the error {cell.value}." if cell.value else NO_RESULT)
            return None
        return cell.value

    def _filled(self, name: str) -> Value:
        """What a field holds; nothing in a required one is a problem."""
        place = self.columns.places.get(name)
        if place is not None and name in REQUIRED and self._cells[place].is_blank:
            self._problem(place, "This cell must not be empty.")
        return self._value(place)

    def _text(self, name: str) -> str:
        value = self._filled(name)
        if value is None:
            return ""
        if isinstance(value, float):
            value = int(value) if value.is_integer() else value
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.note(name, "Text is expected here, not a date, a time or a tick.")
            return ""
        text, longest = str(value), LONGEST.get(name, LONGEST_NAME)
        if name not in WRITTEN:
            text = one_line(text)
        if len(text) > longest:
            self.note(name, f"The text has {len(text):,} characters; at most {longest:,} can be kept.")
        return text

    def _reference(self) -> str:
        """The case's reference; one that a spreadsheet has destroyed is a problem."""
        place = self.columns.places.get("reference")
        value = None if place is None else self._cells[place].value
        try:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return reference_of_number(value, self._cells[place].number_format)
            return read_reference(self._text("reference"))
        except ValueError as wrong:
            self._problem(place, f"{wrong} {AS_TEXT}")
            return ""

    def _service_and_team(self) -> tuple[Service | None, Team | None]:
        service_name, team_name = self._text("service"), self._text("team")
        service = self.known.service(service_name) if service_name else None
        team = self.known.team(team_name) if team_name else None
        if service_name and not service:
            near = self.known.near_service(service_name)
            self.note("service", f"There is no service called “{service_name[:120]}”, now or formerly.{near}")
        if team_name and not team:
            near = self.known.near_team(team_name)
            self.note("team", f"There is no team called “{team_name[:120]}”.{near}")
        if service and team and team.service_id != service.pk:
            self.note("team", f"“{team}” is a team of {team.service}, not of {service}.")
        return service, team

    def _auditor_id(self) -> int | None:
        email = self._text("auditor_email")
        person = self.known.person_id(email) if email else None
        if email and person is None:
            self.note("auditor_email", "Nobody here has this e-mail address.")
        return person

    def _audited_on(self) -> date | None:
        value = self._filled("audited_on")
        if value is None:
            return None
        if isinstance(value, datetime):
            value = value.date()
        if not isinstance(value, date):
            try:
                value = parse_day(str(value))
            except ValueError as wrong:
                self.note("audited_on", str(wrong))
                return None
        if value > self.today:
            self.note("audited_on", f"{day(value)} is in the future.")
        elif value < EARLIEST:
            self.note("audited_on", f"{day(value)} is before 1990. Is the year right?")
        return value

    def _kind(self) -> str:
        value = self._filled("kind")
        if value is None:
            return ""
        found = KINDS.get(word_key(str(value)), "")
        if not found:
            self._unknown_word(self.columns.places["kind"], value, KIND_WORDS, KINDS.values())
        return found

    def _grade(self, place: int | None) -> str:
        value = self._value(place)
        try:
            return "" if value is None else Grade.read(str(value))
        except ValueError:
            self._unknown_word(place, value, GRADES, Grade.labels)
            return ""

    def _unknown_word(self, place: int, value: Value, expected: str, known: Iterable[str]) -> None:
        near = did_you_mean(str(value), (word.replace("_", " ") for word in known))
        self._problem(place, f"“{str(value)[:60]}” is not known here. Write {expected}.{near}")

    def _grades(self, kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The overall grade and the domains' grades, in an order that two files share."""
        places = self.columns.places
        overall = self._grade(places.get("overall_grade"))
        domains = {key: self._grade(place) for key, place in self.columns.grades.items()}
        if kind == PastReview.kind:
            graded = [place for key, place in self.columns.grades.items() if domains[key]]
            for place in [places["overall_grade"], *graded] if overall else graded:
                self._problem(place, "A learning review has no grade. Leave this cell empty.")
        graded = tuple(sorted((key, grade) for key, grade in domains.items() if grade))
        # Few combinations occur, and tens of thousands of rows share them.
        return overall, self._combinations.setdefault(graded, graded)

    def _warn_of(self, name: str, sightings: list[Sighting]) -> None:
        """A warning for each kind of identifier that was seen in a field."""
        for words in dict.fromkeys(sighting.words for sighting in sightings):
            place = self.columns.places[name]
            column = self.columns.title(place)
            self.warnings.append(Problem.at(self._cells[place], self._row, column, f"{words}."))
