"""How grades are spread by service, team, domain, quarter, group of children and more; as audited, too."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, partial

from django.db.models import Count

from qa_audit.audits.models.audit import AuditQuerySet
from qa_audit.common.charts import Chart
from qa_audit.common.dates import quarter_of
from qa_audit.common.publishing.values import Column, Table
from qa_audit.people.models import Service, Team
from qa_audit.reports.grades import (
    SERIES,
    Grades,
    bar,
    count_columns,
    fraction_good_or_better,
    interval_columns,
    share_columns,
    total_of,
)
from qa_audit.reports.groups import CHOICES, CUTS, small_groups_of
from qa_audit.reports.groups import FEW as FEW_GROUPS
from qa_audit.reports.period import Period
from qa_audit.reports.report import Report
from qa_audit.reports.scope import CAPACITIES, OWN_TEAM
from qa_audit.reports.small_teams import FEWEST, LABEL, few, is_one_hidden_team, joined, small_teams
from qa_audit.tools.models import Concept, Grade, Tool

# What a row stands for → the columns of an audit that the figures are grouped by.
GROUPED_BY = {
    "service": ["service"],
    "team": ["service", "team"],
    "domain": ["domain_grades__domain__concept"],
    "quarter": ["audited_on"],
    "tool": ["tool_version__tool"],
    "capacity": ["is_own_team", "capacity"],
    **{name: [cut.column] for name, cut in CUTS.items()},
}
NAMED_IN = {
    "service": (Service, "name"),
    "team": (Team, "name"),
    "tool": (Tool, "title"),
    "domain": (Concept, "title"),
}
AS_IT_COUNTS = "Grades as they count"
AS_AUDITED = "Grades as audited"
WITHHELD = "Where only n is shown, fewer than 5 audits are graded, and no other team's can be joined to them."


@dataclass
class BarRow:
    """One bar: its grades as they count and, but for domains, as first audited. None: withheld."""

    name: str
    cell: dict | None = None  # narrows the records to this row; None: nothing behind it can be opened
    grade_key: str = "grade"
    grades: Grades | None = field(default_factory=Grades)
    first: Grades | None = field(default_factory=Grades)
    n: int = 0

    def narrowed(self, **cell) -> dict | None:
        return None if self.cell is None else {**self.cell, **cell}

    def absorb(self, other: "BarRow") -> None:
        """Stand for the other as well."""
        self.grades, self.first = total_of([self.grades, other.grades]), total_of([self.first, other.first])
        self.n += other.n

    def withhold(self) -> None:
        """Keep n alone."""
        self.grades = self.first = None


def _good_or_better(row: BarRow) -> str:
    return row.grades.good_or_better_in_words if row.grades else "–"


N = Column(
    "Graded", "integer", value=lambda row: row.n, cell=lambda row: row.narrowed(**{row.grade_key: "any"})
)
CAUTION = Column("Caution", value=lambda row: row.grades.caution if row.grades else "")
SHARE = Column(
    "% good or better",
    "percent",
    value=lambda row: row.grades and row.grades.share_good_or_better,
    text=_good_or_better,
    fraction=partial(fraction_good_or_better, lambda row: row.grades),
)


class GradeDistribution(Report):
    """The spread of grades with n and the interval of "good or better", cut by whatever is asked for."""

    name = "grade-distribution"
    title = "Grade distribution"
    shows = (
        "How grades are spread by service, team, domain, quarter, tool, capacity, status on the day, "
        "or one characteristic of the children, with intervals."
    )
    by = [(key, dict(CHOICES).get(key, key.capitalize())) for key in GROUPED_BY]
    template = "reports/grade_distribution.html"

    @property
    def _name(self) -> Column:
        return Column(dict(self.by)[self.scope.by], value=lambda row: row.name)

    @property
    def _is_by_domain(self) -> bool:
        return self.scope.by == "domain"

    @property
    def columns(self) -> Sequence[Column]:
        return [
            self._name,
            N,
            *count_columns(lambda row: row.grades, _cell),
            *share_columns(lambda row: row.grades, _cell),
            SHARE,
            *interval_columns(lambda row: row.grades),
            CAUTION,
            *([] if self._is_by_domain else self._first_columns),
        ]

    @property
    def _first_columns(self) -> list[Column]:
        return [
            Column("Graded as audited", "integer", value=lambda row: row.first and row.first.n),
            *count_columns(lambda row: row.first, _first_cell, "{} as audited"),
            *share_columns(lambda row: row.first, _first_cell, "% {} as audited"),
        ]

    @cached_property
    def tables(self) -> Sequence[Table]:
        share = replace(SHARE, heading="Good or better (95% interval)")
        return [self.table("Good or better", [self._name, N, share, CAUTION])]

    @cached_property
    def rows(self) -> list[BarRow]:
        found = self._by_domain() if self._is_by_domain else self._by_audit()
        found = {key: row for key, row in found.items() if row.n}
        if self.scope.by in CUTS:
            return self._joined_groups(found)
        return self._joined_teams(found) if self.scope.by == "team" else self._joined_of_one_team(found)

    def _by_audit(self) -> dict:
        """Rows by key, in order; audits without one of the four grades are in none."""
        grouped_by = ["grade", "first_grade", *GROUPED_BY[self.scope.by]]
        groups = self.scope.counted().graded().values_list(*grouped_by).annotate(n=Count("*"))
        rows: dict = defaultdict(lambda: BarRow(""))
        for grade, first_grade, *key, n in groups:
            row = rows[_key(self.scope.by, key)]
            row.grades.add(grade, n)
            row.first.add(first_grade, n)
            row.n += n
        return self._named(rows)

    def _by_domain(self) -> dict:
        """The same from the grades of domains, which are not kept as first audited."""
        graded = self.scope.counted().filter(domain_grades__grade__in=Grade.values)
        groups = graded.values_list("domain_grades__grade", *GROUPED_BY["domain"]).annotate(n=Count("*"))
        rows: dict = defaultdict(lambda: BarRow("", grade_key="domain_grade"))
        for grade, *key, n in groups:
            row = rows[tuple(key)]
            row.grades.add(grade, n)
            row.n += n
        return self._named(rows)

    def _named(self, rows: dict) -> dict:
        """The rows with their names and cells, in the order of their kind."""
        by = self.scope.by
        names = self._names([key[-1] for key in rows])
        place = {key: index for index, key in enumerate(names)}
        for key, row in rows.items():
            row.name = names.get(key[-1], "No team recorded")
            row.cell = _within(self.scope.period, key[0]) if by == "quarter" else {by: key[-1]}
            if by == "team":
                row.cell = {"service": key[0], **(row.cell if key[-1] else {"teams": "none"})}
        return dict(sorted(rows.items(), key=lambda item: place.get(item[0][-1], len(place))))

    def _names(self, keys: list) -> dict:
        """What each key is called, in the order in which rows stand."""
        if self.scope.by == "quarter":
            return {quarter: quarter for quarter in sorted(keys)}
        if self.scope.by == "capacity":
            return dict(CAPACITIES)
        if self.scope.by in CUTS:
            return CUTS[self.scope.by].groups
        kind, name = NAMED_IN[self.scope.by]
        return dict(kind.objects.filter(pk__in=keys).values_list("pk", name))

    def _joined_teams(self, found: dict) -> list[BarRow]:
        """Small teams as one row of each service, at the end."""
        small = small_teams(self.scope)
        names = dict(Service.objects.filter(pk__in=small.together).values_list("pk", "name"))
        ends = []
        for service, teams in small.together.items():
            one = BarRow(
                LABEL
                if "service" in self.scope.chosen or len(small.together) == 1
                else f"{LABEL}, {names[service]}",
                cell={"service": service, "teams": "few"},
            )
            for team in teams:
                if row := found.pop((service, team), None):
                    one.absorb(row)
            if service in small.withheld or not self.shows_grades:
                one.withhold()
            if one.n:
                ends.append(one)
        return [*found.values(), *ends]

    def _joined_groups(self, found: dict) -> list[BarRow]:
        """Groups of few as one row at the end, for whoever does not see every team."""
        by = self.scope.by
        small = small_groups_of(self.scope, by, AuditQuerySet.graded)
        one = BarRow(CUTS[by].together, cell={by: FEW_GROUPS})
        for key in list(found):
            if key[-1] in small.together:
                one.absorb(found.pop(key))
        if small.is_withheld:
            one.cell = None
            one.withhold()
        rows = [*found.values(), *([one] if one.n else [])]
        if not self.shows_grades:
            for row in rows:
                row.withhold()
        return rows

    def _joined_of_one_team(self, found: dict) -> list[BarRow]:
        """One team's figures, cut further: what falls below 5 is joined too, or kept back."""
        if not self.shows_grades:
            for row in found.values():
                row.withhold()
        elif is_one_hidden_team(self.scope):
            counts = {key: row.n for key, row in found.items()}
            if together := joined(counts, few(counts)):
                one = BarRow(
                    "Those with fewer than 5", grade_key="domain_grade" if self._is_by_domain else "grade"
                )
                for key in together:
                    one.absorb(found.pop(key))
                if one.n < FEWEST:
                    one.withhold()
                return [*found.values(), one]
        return list(found.values())

    @cached_property
    def total(self) -> BarRow | None:
        """All rows together; not of domains, of which an audit has several, nor where a row is withheld."""
        if self._is_by_domain or len(self.rows) < 2 or not all(row.grades for row in self.rows):
            return None
        total = BarRow("All", cell={})
        for row in self.rows:
            total.absorb(row)
        return total

    @cached_property
    def charts(self) -> Sequence[Chart]:
        shown = [row for row in self.rows if row.grades]
        if not shown:
            return ()
        heading = self._name.heading
        now = [bar(row.name, row.grades, partial(_cell, row)) for row in shown]
        charts = [self.chart(AS_IT_COUNTS, SERIES, now, heading)]
        if not self._is_by_domain:
            first = [bar(row.name, row.first, partial(_first_cell, row)) for row in shown]
            charts.append(self.chart(AS_AUDITED, SERIES, first, heading))
        return charts

    @property
    def wholes(self) -> Iterator[list[int]]:
        for row in [*self.rows, *([self.total] if self.total else [])]:
            yield from (grades.counts for grades in (row.grades, row.first) if grades)

    @property
    def footnotes(self) -> list[str]:
        notes = super().footnotes
        if self.shows_grades and any(row.grades is None for row in self.rows):
            notes.append(WITHHELD)
        return notes


def _key(by: str, group: list) -> tuple:
    """What a row stands for, from the grouped columns; its last part is its name's."""
    if by == "quarter":
        return (quarter_of(*group),)
    if by == "capacity":
        is_own_team, capacity = group
        return (OWN_TEAM if is_own_team else capacity,)
    if by in CUTS:
        return (CUTS[by].key(*group),)
    return tuple(group)


def _cell(row: BarRow, grade: str) -> dict | None:
    return row.narrowed(**{row.grade_key: grade})


def _first_cell(row: BarRow, grade: str) -> dict | None:
    return row.narrowed(first_grade=grade)


def _within(period: Period, quarter: str) -> dict[str, str]:
    """The days of the quarter ("2026 Q1") that lie in the period, as an address has them."""
    year, number = int(quarter[:4]), int(quarter[-1])
    first = date(year, 3 * number - 2, 1)
    last = (first + timedelta(days=100)).replace(day=1) - timedelta(days=1)
    return Period(max(first, period.first), min(last, period.last)).query
