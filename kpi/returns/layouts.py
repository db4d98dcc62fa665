"""The four layouts of a return, recognised by the header row, and which heading means what."""

import re
from dataclasses import dataclass, field
from datetime import date

from kpi.indicators.models.comparisons import Comparator
from kpi.returns.cells import NearlyAMonth, read_month
from kpi.returns.models import Layout
from qa_audit.common.months import later
from qa_audit.common.names import did_you_mean, name_key
from qa_audit.intake.cells import CellRefused, ReadCell
from qa_audit.intake.headings import Headings
from qa_audit.intake.remarks import Remark
from qa_audit.intake.uploads import UploadedTable

CODE = ("ref", "code", "indicator_code", "table")
# What a pack's file works out beside the figures: known, and not read when it comes in again.
WORKED_OUT = (
    "change_month", "arrow_month", "change_year", "arrow_year", "average_12m", "max_12m",
    "rating", "trend", "direction_of_travel", "benchmark_notes", "children_needed", "last_action_steps",
    "footnotes", "commentary_by", "area_analysis_by",
)  # fmt: skip
FIELDS = {
    Layout.CASELOADS: (
        "allocations", "qualifying_status", "team", "service", "list", "date", "worker_code",
        "full_time_equivalent",
    ),
    Layout.TEAMS: (
        "table", "team", "service", "denominator", "numerator", "month", "note", "pct_published", "row_type",
    ),
    Layout.LONG: (
        "indicator_code", "ref", "code", "team", "service", "month", "numerator", "denominator", "value",
        "state", "note",
    ),
    Layout.WIDE: (
        "ref", "code", "indicator", "area", "team", "service", "unit_of_measure", "polarity", "outcome",
        "basis", "counts", "owner", "reporter", "definition", "commentary", "area_analysis", *WORKED_OUT,
    ),
}  # fmt: skip
# Another heading of the same.
ALSO_CALLED = {"unit": "unit_of_measure", "analysis": "commentary"}
COMPARATORS = {
    "own": Comparator.OWN_PRIOR_YEAR,
    "stat_neighbours": Comparator.STATISTICAL_NEIGHBOURS,
    "england": Comparator.ENGLAND,
    "region": Comparator.REGION,
}
_YEAR = re.compile(r"(.*?)_?([0-9]{4}(?:-[0-9]{2})?)")
_LIKE_A_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}.*|[a-z]{3,9}[-_]?[0-9]{2,4}|[0-9]{1,2}[/-][0-9]{4}")


@dataclass(frozen=True)
class TargetColumn:
    """A column of targets: first and last month of its year, or none: they hold until another is set."""

    place: int
    year: tuple[date, date] | None = None


@dataclass(frozen=True)
class BenchmarkColumn:
    """A column of what others reach, and in which year."""

    place: int
    comparator: str
    name: str
    period: str

    def is_of(self, other) -> bool:
        """Whether it is headed like a benchmark; without a year, like one of any year."""
        return (self.comparator, self.name) == (other.comparator, other.name) and (
            not self.period or self.period == other.period
        )


@dataclass
class ReturnHeadings(Headings):
    """The headings of a return, by its layout."""

    layout: str = ""
    months: dict[int, date] = field(default_factory=dict)
    targets: list[TargetColumn] = field(default_factory=list)
    benchmarks: list[BenchmarkColumn] = field(default_factory=list)
    # The council's place among those compared, headed like the benchmark that it belongs to.
    ranks: list[BenchmarkColumn] = field(default_factory=list)
    # As somebody else printed it: named once as soon as it holds anything, and not read.
    unread: set[int] = field(default_factory=set)

    @property
    def code(self) -> int | None:
        """Where the indicator's code stands; where there is none its title is the code."""
        return self.place_of(*CODE, "indicator")


def plain(text: str | None) -> str:
    """A heading as it is compared: in any case, spaces and underscores alike."""
    return "_".join(name_key(text or "").replace("_", " ").split())


def read_columns(table: UploadedTable) -> ReturnHeadings:
    """Recognise the layout and its headings, in any order."""
    names = [plain(cell.value) for cell in table.headers]
    layout = _layout(set(names))
    columns = ReturnHeadings(table.headers, table.header_row, layout=layout)
    for place, (name, cell) in enumerate(zip(names, table.headers, strict=True)):
        if layout == Layout.WIDE:
            name = ALSO_CALLED.get(name, name)
        if cell.is_error:
            columns.refuse_error(cell)
        elif name in FIELDS.get(layout, ()):
            columns.claim(columns.places, name, place)
        elif layout == Layout.WIDE:
            _read_wide_heading(columns, name, place, cell)
        else:
            columns.unknown.add(place)
    _check_completeness(columns)
    return columns


def _layout(names: set[str]) -> str:
    if {"allocations", "qualifying_status"} <= names:
        return Layout.CASELOADS
    if "table" in names:
        return Layout.TEAMS
    if names & {"value", "numerator"} and names & {*CODE} and "month" in names:
        return Layout.LONG
    if names & {"ref", "code", "indicator"}:
        return Layout.WIDE
    return ""


def _read_wide_heading(columns: ReturnHeadings, name: str, place: int, cell: ReadCell) -> None:
    """A month, a target, a benchmark, a place among others, or nothing known."""
    if name == "target" or name.startswith("target_"):
        _read_target_heading(columns, name, place, cell)
    elif name.startswith("bench_"):
        columns.benchmarks.append(_benchmark_column(name.removeprefix("bench_"), place))
    elif name.startswith("rank_"):
        columns.ranks.append(_benchmark_column(name.removeprefix("rank_"), place))
    elif name.endswith("_published"):
        columns.unread.add(place)
    else:
        _read_month_heading(columns, name, place, cell)


def _read_month_heading(columns: ReturnHeadings, name: str, place: int, cell: ReadCell) -> None:
    try:
        month = read_month(cell.value or "")
    except CellRefused as refusal:
        if isinstance(refusal, NearlyAMonth) or _LIKE_A_MONTH.fullmatch(name):
            columns.refuse(cell, str(refusal))
        else:
            columns.unknown.add(place)
        return
    first = next((other for other, taken in columns.months.items() if taken == month), None)
    if first is not None:
        address = columns.headers[first].address
        columns.refuse(cell, f"This month appears twice: {address} (“{columns.title(first)}”) is the same.")
    columns.months.setdefault(place, month)


def _read_target_heading(columns: ReturnHeadings, name: str, place: int, cell: ReadCell) -> None:
    year = name.removeprefix("target").strip("_")
    if not year:
        columns.targets.append(TargetColumn(place))
    elif re.fullmatch("[0-9]{4}-[0-9]{2}", year) and (int(year[:4]) + 1) % 100 == int(year[5:]):
        first = date(int(year[:4]), 4, 1)
        columns.targets.append(TargetColumn(place, (first, later(first, 11))))
    else:
        found = re.fullmatch("([0-9]{4})[-/](?:20)?([0-9]{2})", year)
        like = f"target_{found[1]}-{found[2]}" if found else "target_2018-19"
        columns.refuse(cell, f"“{year}” is not a year of targets. Write it like {like}.")


def _benchmark_column(name: str, place: int) -> BenchmarkColumn:
    """`stat_neighbours`, `own_2021-22`; what is no comparator is a region's name: `south_east`."""
    period = ""
    if found := _YEAR.fullmatch(name):
        name, period = found[1], found[2]
    region = "" if name in COMPARATORS else name.replace("_", " ").title()
    return BenchmarkColumn(place, COMPARATORS.get(name, Comparator.REGION), region, period)


NEEDED = {Layout.CASELOADS: ("team",), Layout.TEAMS: ("team", "numerator")}


def _nearest_headings(columns: ReturnHeadings) -> str:
    """What the headings may have been meant to be, as questions."""
    known = [name for names in FIELDS.values() for name in names]
    asked = {
        near: None
        for cell in columns.headers
        if cell.value and (near := did_you_mean(str(cell.value), known)) and plain(cell.value) not in known
    }
    return "".join(list(asked)[:3])


def _check_completeness(columns: ReturnHeadings) -> None:
    if not columns.layout:
        first = next(cell for cell in columns.headers if not cell.is_blank)
        columns.refuse(
            first,
            "These are not the headings of a return. The first row must hold them, each in its own cell: "
            "remove titles and merged cells above it. A return has a column “indicator_code” or “indicator”, "
            "and either a column for each month, headed like 2023-08, or the columns “month” and “value”."
            + _nearest_headings(columns),
        )
        return
    columns.require(NEEDED.get(columns.layout, ()))
    if columns.layout == Layout.WIDE and not columns.months and not columns.problems:
        words = "No column is a month. Give each month’s column a heading like 2022-06."
        value = next((cell for cell in columns.headers if plain(cell.value) in ("value", "numerator")), None)
        if value:
            words = (
                f"There is a column “{value.value}” and none called “month”. Where a row holds one figure, "
                "put its month into a column “month”, like 2023-08, and its code into “indicator_code”."
            )
        strange = value or next((columns.headers[place] for place in sorted(columns.unknown)), None)
        if strange and not value:
            words += f" “{strange.value}” in cell {strange.address} is not a month."
        at = (strange.value or "", strange.address) if strange else ()
        columns.problems.append(Remark(words, columns.row, *at))
