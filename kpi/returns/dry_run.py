"""The dry run of a return: the file is read once, compared and checked; nothing is written."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from django.utils import timezone

from kpi.returns.caseloads import (
    CaseloadReader,
    caseload_line,
    compare_caseloads,
    in_closed_months,
    number_workers,
)
from kpi.returns.checks import check_benchmark, check_figures, check_totals
from kpi.returns.comparisons import NewBenchmark, Planned
from kpi.returns.figures import Figure, People, compare, families, series_median, stored_figures
from kpi.returns.known import Known, Measure
from kpi.returns.layouts import ReturnHeadings, read_columns
from kpi.returns.lines import Kind, Line, Lines
from kpi.returns.long import LongReader
from kpi.returns.models import Caseload, Layout
from kpi.returns.reader import Found
from kpi.returns.stated import Statement
from kpi.returns.surroundings import Links, Surroundings
from kpi.returns.timelines import plan
from kpi.returns.wide import WideReader
from kpi.returns.words import PlannedWords, plan_words
from qa_audit.common.months import first_of, month_words
from qa_audit.common.wording import count
from qa_audit.history.models import ChainHead
from qa_audit.intake.uploads import MAX_BYTES, UploadedTable, UploadRefused, read_table

MOST_ROWS, MOST_COLUMNS = 200_000, 500
PROGRESS_EVERY = 500  # rows
MOST_NAMED = 5
Progress = Callable[[int, int], None]


@dataclass
class DryRun:
    """What a file holds, what is wrong with it, and what accepting it would change."""

    file_name: str
    content: bytes
    month: date | None = None
    reason: str = ""
    create_indicators: bool = False
    create_teams: bool = False
    layout: str = ""
    rows: int = 0
    columns: ReturnHeadings | None = None
    found: Found = field(default_factory=Found)
    known: Known | None = None
    # Caseloads that stand, and that their team's new list leaves out.
    gone: list[Caseload] = field(default_factory=list)
    # Targets and benchmarks to be set or changed, and what is stated for the first time.
    planned: list[Planned | Statement | PlannedWords] = field(default_factory=list)
    # Words that are stored already.
    same_words: Lines = field(default_factory=Lines)
    # How far history was when the file was checked: has nothing happened since, nothing is checked again.
    history_at: int = 0

    @property
    def sha256(self) -> str:
        """Of the file's content."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def problems(self) -> Lines:
        """What stops the return."""
        return self.found.problems

    @property
    def warnings(self) -> Lines:
        """What asks for a second look."""
        return self.found.warnings

    def add(self, line: Line) -> None:
        """Keep a line among those of its kind."""
        lines = {Kind.PROBLEM: self.problems, Kind.WARNING: self.warnings, Kind.UNCHANGED: self.same_words}
        lines[line.kind].add(line)

    def counts(self) -> dict[str, int]:
        """How many figures (or caseloads) of each kind, and how many problems and warnings."""
        counts = dict.fromkeys(Kind.values, 0)
        for item in [*self.found.figures.values(), *self.found.caseloads]:
            counts[item.kind] += 1
        counts[Kind.REVISED] += len(self.gone)
        counts[Kind.BLANK] = len(self.found.blanks)
        counts[Kind.PROBLEM] = len(self.problems)
        counts[Kind.WARNING] = len(self.warnings)
        counts[Kind.NOT_CHECKED] = len(self.found.unmade)
        return counts

    def revisions(self) -> set[tuple]:
        """Each figure that would be revised: whose, of which month, from what to what."""
        figures = {
            (figure.measure.code, figure.place.name, figure.month, str(figure.stored), str(figure))
            for figure in self.found.figures.values()
            if figure.kind == Kind.REVISED
        }
        caseloads = {
            (one.place.name, one.code, one.on, one.stored.pk, one.says)
            for one in self.found.caseloads
            if one.kind == Kind.REVISED
        }
        return figures | caseloads | {(row.pk,) for row in self.gone}

    @property
    def changes_anything(self) -> bool:
        """Whether accepting it would store a figure, a caseload, a target or a benchmark."""
        counts = self.counts()
        return bool(counts[Kind.NEW] or counts[Kind.REVISED] or self.planned)

    @property
    def needs_reason(self) -> bool:
        """Whether a figure that stands would change, and nobody has said why."""
        return not self.reason and self.counts()[Kind.REVISED] > 0

    def lines(self) -> Iterator[Line]:
        """Every line of the dry run: problems and warnings first, then what each figure would become."""
        yield from self.problems
        yield from self.warnings
        yield from self.found.unmade
        yield from (planned.line for planned in self.planned)
        for kind in (Kind.REVISED, Kind.NEW, Kind.UNCHANGED):
            for figure in self.found.figures.values():
                if figure.kind == kind:
                    yield figure.line(kind, title=self.columns.title(figure.column))
            for caseload in self.found.caseloads:
                if caseload.kind == kind:
                    title = self.columns.title(caseload.column)
                    yield caseload_line(caseload, kind, title)
        yield from self.same_words
        yield from self.found.blanks

    def as_json(self, most_lines: int = 1000) -> dict:
        """Counts and the first lines, to be kept with an upload or a return."""
        lines = []
        for line in self.lines():
            if len(lines) == most_lines:
                break
            lines.append(asdict(line))
        return {"counts": self.counts(), "lines": lines, "plans": len(self.planned)}

    @property
    def outcome(self) -> str:
        """What would happen, or why nothing would, in a sentence."""
        counts = self.counts()
        if self.problems:
            return f"{count(len(self.problems), 'problem')} found. Nothing is stored until all are put right."
        if self.needs_reason:
            figures = count(counts[Kind.REVISED], "figure")
            return f"{figures} would be revised. Say why: a revision needs a reason."
        return f"{count(self.rows, 'row')} read. Nothing is wrong."

    @property
    def last_line(self) -> str:
        """The counts in one line."""
        counts = self.counts()
        names = {Kind.NEW: "new", Kind.UNCHANGED: "unchanged", Kind.REVISED: "revised"}
        counted = [f"{name} {counts[kind]}" for kind, name in names.items()]
        return ", ".join([*counted, f"problems {counts[Kind.PROBLEM]}"])


def check_return(
    content: bytes | BinaryIO,
    *,
    file_name: str,
    month: date | None = None,
    create_indicators: bool = False,
    create_teams: bool = False,
    reason: str = "",
    progress: Progress | None = None,
) -> DryRun:
    """Read a whole file, compare it with what is stored and check it.

    In: `month` of a file that does not say its own; `progress` is told (rows read, rows expected). A file
    that cannot be read at all gives a check with that one problem.
    """
    if not isinstance(content, bytes):
        content = content.read(MAX_BYTES + 1)
    check = DryRun(file_name[-200:], content, month, reason.strip(), create_indicators, create_teams)
    check.history_at = ChainHead.objects.values_list("sequence", flat=True).first() or 0
    check.known = Known(may_create_teams=create_teams)
    try:
        table = read_table(
            BytesIO(content),
            file_name=file_name,
            max_rows=MOST_ROWS,
            max_columns=MOST_COLUMNS,
            with_formats=True,
        )
        _read(table, check, progress or (lambda read, expected: None))
    except UploadRefused as refusal:
        check.found = Found()
        check.add(Line(Kind.PROBLEM, str(refusal)))
        return check
    compare_all(check)
    return check


def _read(table: UploadedTable, check: DryRun, progress: Progress) -> None:
    columns = check.columns = read_columns(table)
    check.layout = columns.layout
    for remark in table.remarks():
        check.add(Line.of(Kind.WARNING, remark))
    for problem in columns.problems:
        check.add(Line.of(Kind.PROBLEM, problem))
    if columns.problems:
        return
    reader, expected = _reader(check), max(table.last_row - table.header_row, 1)
    for number, cells in table.rows():
        check.rows += 1
        reader.read(number, cells)
        if check.rows % PROGRESS_EVERY == 0:
            progress(check.rows, expected)
    progress(check.rows, max(check.rows, 1))
    if not check.rows:
        words = "The file has headings but no rows below them."
        check.add(Line(Kind.PROBLEM, words, table.header_row))


def _reader(check: DryRun) -> WideReader | LongReader | CaseloadReader:
    today = timezone.localdate()
    shared = (check.columns, check.known, check.found)
    options = {"this_month": first_of(today), "may_create": check.create_indicators}
    if check.layout == Layout.WIDE:
        return WideReader(*shared, **options)
    if check.layout == Layout.CASELOADS:
        return CaseloadReader(*shared, month=check.month, today=today, **options)
    return LongReader(*shared, month=check.month, **options)


def compare_all(check: DryRun) -> None:
    """Hold all figures and caseloads against what is stored now, and run every check on the changes."""
    number_workers(check.found.caseloads)
    check.gone = compare_caseloads(check.found.caseloads)
    for caseload, words in in_closed_months(check.found.caseloads, check.gone, check.known):
        title = check.columns.title(caseload.column)
        check.add(caseload_line(caseload, Kind.PROBLEM, title, words))
        caseload.kind = Kind.PROBLEM
    months = {month for _, _, month in check.found.figures} or set(check.columns.months.values())
    check.planned += check.found.statements.values()
    for planned in chain(plan(check.found, months), plan_words(check.found.words)):
        if isinstance(planned, Line):
            check.add(planned)
        else:
            check.planned.append(planned)
    title, people = check.columns.title, People()
    unmade: dict[str, list[tuple[str, date | None]]] = defaultdict(list)
    for kind, figure, words in _findings(check, people):
        if kind == Kind.NOT_CHECKED:
            unmade[words].append((figure.measure.code, figure.month))
            continue
        if kind == Kind.PROBLEM:
            figure.kind = Kind.PROBLEM  # and so it is neither new nor revised
        check.add(figure.line(kind, words, title(figure.column)))
    for kind, new, words in _far_benchmarks(check, people):
        if kind == Kind.NOT_CHECKED:
            unmade[words].append((new.measure.code, None))
        else:
            facts = (new.row, title(new.column), new.cell, new.measure.code, "", "", "", str(new))
            check.add(Line(kind, words, *facts))
    for words, of in unmade.items():
        check.found.unmade.add(_unmade_line(words, of))
    _tell_what_is_stored(check)


def _tell_what_is_stored(check: DryRun) -> None:
    """Beside what the file says in the cell of a problem, what is there now."""
    lines, months = check.problems, defaultdict(list)
    for measure, _, month in lines.about.values():
        if measure.indicator:
            months[measure].append(month)
    if months:
        check.known.load_units()
    for measure, of in months.items():
        stored = stored_figures([measure], check.known, min(of), max(of))
        for place, (about, whose, month) in lines.about.items():
            if about is measure and (found := stored.get((measure, whose), {}).get(month)):
                lines.first[place] = replace(lines.first[place], old=str(found))


def _unmade_line(words: str, of: list[tuple[str, date | None]]) -> Line:
    """One line for all figures of which a check could not be made for the same reason."""
    codes, months = list(dict.fromkeys(code for code, _ in of)), sorted({month for _, month in of if month})
    named = ", ".join(codes[:MOST_NAMED])
    if len(codes) > MOST_NAMED:
        named += f" and {len(codes) - MOST_NAMED:,} more"
    return Line(
        Kind.NOT_CHECKED,
        words,
        indicator=named,
        month=" to ".join(dict.fromkeys(map(month_words, [*months[:1], *months[-1:]]))),
    )


def _far_benchmarks(check: DryRun, people: People) -> Iterator[tuple[str, NewBenchmark, str]]:
    """Benchmarks to be stored that are far from the council's own figures."""
    news = [one.new for one in check.planned if isinstance(one, Planned)]
    own: dict[Measure, dict] = defaultdict(dict)
    for (measure, place, month), figure in check.found.figures.items():
        if place.is_council:
            own[measure][month] = figure
    for new in news:
        if isinstance(new, NewBenchmark):
            middle = series_median(new.measure, check.known.council, people, own[new.measure])
            if found := check_benchmark(new, middle):
                yield found[0], new, found[1]


def _findings(check: DryRun, people: People) -> Iterator[tuple[str, Figure, str]]:
    figures = check.found.figures.values()
    yield from check_totals(check.found.totals, figures)
    if not figures:
        return
    known, links = check.known, Links.read(check.known)
    known.load_units()
    first, last = check.found.months()
    by_measure: dict = {}
    for figure in figures:
        by_measure.setdefault(figure.measure, []).append(figure)
    for family in families(figures, links.pairs()):
        own = [figure for measure in family for figure in by_measure.get(measure, [])]
        series = stored_figures(family, known, first, last)
        compare(own, series, people)
        changes = [figure for figure in own if figure.is_change]
        for figure in changes:
            series[figure.measure, figure.place][figure.month] = figure
        around = Surroundings(series, known, people, links, _first_months(changes))
        yield from check_figures(around, changes)


def _first_months(changes: list[Figure]) -> dict:
    first: dict = {}
    for figure in changes:
        key = figure.measure, figure.place
        first[key] = min(first.get(key, figure.month), figure.month)
    return first
