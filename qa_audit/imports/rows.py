"""Reading one row of a file of past audits, and saying everything that is wrong with it."""

from collections.abc import Iterable
from datetime import date

from qa_audit.audits.actions.past import PastAudit
from qa_audit.audits.models.header import Kind
from qa_audit.common.identifiers.sightings import Sighting, scan_reference
from qa_audit.common.names import did_you_mean, is_total_word, one_line, word_key
from qa_audit.common.references import AS_TEXT, read_reference, reference_of_number
from qa_audit.common.wording import day
from qa_audit.imports.columns import FIELDS, REQUIRED, PastHeadings
from qa_audit.imports.known import Known
from qa_audit.imports.reviews import PastReview
from qa_audit.intake.cells import ReadCell, Value, as_typed, read_day, value_of
from qa_audit.intake.remarks import Remark
from qa_audit.intake.rows import RowReader
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


class PastRowReader(RowReader):
    """Reads rows one by one; `problems` and `warnings` grow with them."""

    knows_no = "No import has"

    def __init__(self, columns: PastHeadings, known: Known, today: date):
        super().__init__(columns, FIELDS)
        self.known, self.today = known, today
        self.problems: list[Remark] = list(columns.problems)
        self.warnings: list[Remark] = []
        self._look = Look()
        self._combinations: dict[tuple, tuple] = {}

    def read(self, row: int, cells: tuple[ReadCell, ...]) -> PastAudit | PastReview | None:
        """What the row says, or None when something is wrong with it."""
        self.turn_to_row(row, cells)
        if self._is_total():
            return None
        before = len(self.problems)
        self.refuse_unknown_columns()
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
        named = self.cell("reference")
        is_total = named is not None and is_total_word(str(named.value or ""))
        others = filter(None, map(self.cell, REQUIRED[1:]))
        if not is_total or not all(cell.is_blank for cell in others):
            return False
        words = "This row of totals is left out: totals are counted from the audits."
        self.warn(self.columns.places["reference"], words)
        return True

    def refuse(self, place: int, words: str) -> None:
        self.problems.append(self._remark(place, words))

    def warn(self, place: int, words: str) -> None:
        self.warnings.append(self._remark(place, words))

    def _remark(self, place: int, words: str) -> Remark:
        return Remark(words, self._row, self.columns.title(place), self._cells[place].address)

    def refuse_in(self, field: str, words: str) -> None:
        """A problem of the row that shows in this field."""
        self.refuse(self.columns.places[field], words)

    def _value(self, place: int | None) -> Value:
        """What the cell holds; an error in it is a problem, and is read as nothing."""
        return None if place is None else self.attempt(place, value_of, self._cells[place])

    def _filled(self, name: str) -> Value:
        """What a field holds; nothing in a required one is a problem."""
        place = self.columns.places.get(name)
        if place is not None and name in REQUIRED and self._cells[place].is_blank:
            self.refuse(place, "This cell must not be empty.")
        return self._value(place)

    def _text(self, name: str) -> str:
        value = self._filled(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.refuse_in(name, "Text is expected here, not a date, a time or a tick.")
            return ""
        text, longest = as_typed(value), LONGEST.get(name, LONGEST_NAME)
        if name not in WRITTEN:
            text = one_line(text)
        if len(text) > longest:
            self.refuse_in(name, f"The text has {len(text):,} characters; at most {longest:,} can be kept.")
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
            self.refuse(place, f"{wrong} {AS_TEXT}")
            return ""

    def _service_and_team(self) -> tuple[Service | None, Team | None]:
        service_name, team_name = self._text("service"), self._text("team")
        service = self.known.service(service_name) if service_name else None
        team = self.known.team(team_name) if team_name else None
        if service_name and not service:
            near = self.known.near_service(service_name)
            self.refuse_in(
                "service", f"There is no service called “{service_name[:120]}”, now or formerly.{near}"
            )
        if team_name and not team:
            near = self.known.near_team(team_name)
            self.refuse_in("team", f"There is no team called “{team_name[:120]}”.{near}")
        if service and team and team.service_id != service.pk:
            self.refuse_in("team", f"“{team}” is a team of {team.service}, not of {service}.")
        return service, team

    def _auditor_id(self) -> int | None:
        email = self._text("auditor_email")
        person = self.known.person_id(email) if email else None
        if email and person is None:
            self.refuse_in("auditor_email", "Nobody here has this email address.")
        return person

    def _audited_on(self) -> date | None:
        value = self._filled("audited_on")
        if value is None:
            return None
        place = self.columns.places["audited_on"]
        audited_on = self.attempt(place, read_day, value)
        if audited_on and audited_on > self.today:
            self.refuse(place, f"{day(audited_on)} is in the future.")
        elif audited_on and audited_on < EARLIEST:
            self.refuse(place, f"{day(audited_on)} is before 1990. Is the year right?")
        return audited_on

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
        self.refuse(place, f"“{str(value)[:60]}” is not known here. Write {expected}.{near}")

    def _grades(self, kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The overall grade and the domains' grades, in an order that two files share."""
        places = self.columns.places
        overall = self._grade(places.get("overall_grade"))
        domains = {key: self._grade(place) for key, place in self.columns.grades.items()}
        if kind == PastReview.kind:
            graded = [place for key, place in self.columns.grades.items() if domains[key]]
            for place in [places["overall_grade"], *graded] if overall else graded:
                self.refuse(place, "A learning review has no grade. Leave this cell empty.")
        graded = tuple(sorted((key, grade) for key, grade in domains.items() if grade))
        # Few combinations occur, and tens of thousands of rows share them.
        return overall, self._combinations.setdefault(graded, graded)

    def _warn_of(self, name: str, sightings: list[Sighting]) -> None:
        """A warning for each kind of identifier that was seen in a field."""
        for words in dict.fromkeys(sighting.words for sighting in sightings):
            self.warn(self.columns.places[name], f"{words}.")
