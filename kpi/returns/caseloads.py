"""The caseload layout: a row for each worker. A team's list of a day replaces the one it had."""

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from kpi.indicators.models.comparisons import QualifyingStatus
from kpi.indicators.models.versions import Unit
from kpi.returns.cells import plain_number
from kpi.returns.figures import NewCaseload
from kpi.returns.known import Known
from kpi.returns.layouts import ReturnHeadings
from kpi.returns.lines import Kind, Line
from kpi.returns.models import Caseload
from kpi.returns.reader import ReturnReader
from qa_audit.common.months import first_of
from qa_audit.common.wording import day
from qa_audit.intake.cells import ReadCell, read_day

# A code has a digit and no spaces: a name has neither.
_CODE = re.compile(r"(?=[^\d]*\d)[A-Za-z0-9/_-]{1,20}")
MOST_CHILDREN = 500
STATUSES = {word.casefold(): status for status, label in QualifyingStatus.choices for word in (status, label)}


class CaseloadReader(ReturnReader):
    """Reads rows of one worker each; `month` is that of a file which does not say its day."""

    def __init__(self, columns: ReturnHeadings, *arguments, month: date | None, today: date, **options):
        super().__init__(columns, *arguments, **options)
        self.month, self.today = month, today
        self._first: dict[tuple[date, str], int] = {}
        self._totalled = 0  # how many caseloads stood above the last total

    def read(self, row: int, cells: tuple[ReadCell, ...]) -> None:
        """Take the caseload of a row."""
        self.begin(row, cells)
        if self.is_total():
            self._check_total()
            return
        before = self.found.problems.total
        facts = {
            "place": self._team(),
            "on": self._day(),
            "status": self._status(),
            "children": self._children(),
            "full_time_equivalent": self._full_time_equivalent(),
            "worker_code": self._worker_code(),
        }
        if self.found.problems.total > before:
            return
        place = self.columns.places["allocations"]
        caseload = NewCaseload(**facts, row=row, column=place)
        if caseload.worker_code:
            first = self._first.setdefault((caseload.on, caseload.worker_code), row)
            if first != row:
                words = f"Row {first} has this worker on the same day."
                self.refuse(self.columns.places["worker_code"], words)
        self.found.caseloads.append(caseload)

    def _check_total(self) -> None:
        """A total is that of all rows above it, or of those since the total before it."""
        place, above = self.columns.places["allocations"], self.found.caseloads
        reading = self.number(place, Unit.NUMBER)
        since, self._totalled = sum(one.children for one in above[self._totalled :]), len(above)
        total = sum(one.children for one in above)
        if (
            reading
            and reading.number is not None
            and not self.found.problems
            and reading.number not in (since, total)
        ):
            stated = plain_number(reading.number)
            self.refuse(place, f"The total says {stated}; the rows above it add up to {plain_number(since)}.")

    def _team(self):
        whose = self.whose()
        if whose and (whose.is_council or whose.service):
            self.refuse(self.columns.places["team"], "A caseload belongs to a team. Write its name.")
        return whose

    def _day(self) -> date | None:
        cell = self.cell("date")
        if cell is None or cell.is_blank:
            if self.month is None:
                self.refuse(
                    self.columns.places.get("date", self.columns.places["team"]),
                    "The file does not say its day. Give the month with the file.",
                )
                return None
            return self.month.replace(day=calendar.monthrange(self.month.year, self.month.month)[1])
        place = self.columns.places["date"]
        on = self.attempt(place, read_day, cell.value)
        if on and on > self.today:
            self.refuse(place, f"{day(on)} is in the future.")
        return on

    def _status(self) -> str:
        words = self.text("qualifying_status")
        if words.casefold() not in STATUSES:
            place = self.columns.places["qualifying_status"]
            self.refuse(place, f"“{words[:60]}” is not a qualifying status. Write SW, NQSW or ASYE.")
        return STATUSES.get(words.casefold(), "")

    def _children(self) -> int | None:
        place = self.columns.places["allocations"]
        reading = self.number(place, Unit.NUMBER)
        if reading is None:
            return None
        number = reading.number
        if number is None or number != int(number) or number > MOST_CHILDREN:
            self.refuse(place, f"Write how many children, as a whole number up to {MOST_CHILDREN}.")
            return None
        return int(number)

    def _full_time_equivalent(self) -> Decimal | None:
        place = self.columns.places.get("full_time_equivalent")
        if place is None:
            return None
        reading = self.number(place, Unit.NUMBER)
        if reading and reading.number is not None and not 0 < reading.number <= 2:
            self.refuse(place, f"{plain_number(reading.number)} is not a full-time equivalent, such as 0.6.")
        return None if reading is None or reading.number is None else round(reading.number, 2)

    def _worker_code(self) -> str:
        code = self.text("worker_code")
        if code and not _CODE.fullmatch(code):
            place = self.columns.places["worker_code"]
            self.refuse(place, "A worker is known by a code with a digit in it, never by a name.")
        return code


def number_workers(caseloads: Iterable[NewCaseload]) -> None:
    """Give rows without a worker's code a number each, the same whatever their order in the file."""
    lists = defaultdict(list)
    for caseload in caseloads:
        if not caseload.worker_code:
            lists[caseload.place, caseload.on].append(caseload)
    for rows in lists.values():
        rows.sort(key=lambda row: (-row.children, row.status, row.full_time_equivalent or 0))
        for number, caseload in enumerate(rows, 1):
            caseload.number = number


def compare_caseloads(caseloads: list[NewCaseload]) -> list[Caseload]:
    """Say of each whether it is new, unchanged or revised; give the stored ones that are in no list now."""
    days = {caseload.on for caseload in caseloads}
    teams = {caseload.place.team.pk for caseload in caseloads if caseload.place.team}
    stored = {(row.on, row.worker_code): row for row in Caseload.objects.current().filter(on__in=days)}
    lists = {(caseload.on, caseload.place.key[1]) for caseload in caseloads}
    for caseload in caseloads:
        found = caseload.stored = stored.pop((caseload.on, caseload.code), None)
        says = found and (found.status, found.team_id, found.children, found.full_time_equivalent)
        caseload.kind = Kind.NEW if not found else Kind.UNCHANGED if says == caseload.says else Kind.REVISED
    return [row for row in stored.values() if row.team_id in teams and (row.on, row.team_id) in lists]


def in_closed_months(
    caseloads: list[NewCaseload], gone: list[Caseload], known: Known
) -> Iterator[tuple[NewCaseload, str]]:
    """Changes of months that take none: the row in which each stands, and the words."""
    for caseload in caseloads:
        if caseload.kind != Kind.UNCHANGED and (words := known.refuses(first_of(caseload.on))):
            yield caseload, words
    lists = {(caseload.on, caseload.place.key[1]): caseload for caseload in caseloads}
    for row in gone:
        if words := known.refuses(first_of(row.on)):
            yield lists[row.on, row.team_id], f"{words} {row.worker_code} is missing from the list."


def caseload_line(caseload: NewCaseload, kind: str, title: str, words: str = "") -> Line:
    """A line of the dry run about a caseload; without words of its own it tells the qualifying status."""
    return Line(
        kind,
        words or QualifyingStatus(caseload.status).label,
        caseload.row,
        title,
        caseload.cell,
        "Caseload",
        caseload.place.name,
        day(caseload.on),
        str(caseload.stored.children) if caseload.stored else "",
        str(caseload.children),
    )
