"""What every report is: columns and plain rows, from which page, chart, Excel, csv and command are made."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from qa_audit.audits.models import COUNTED_STATES, PROVISIONAL_STATES
from qa_audit.common import excel
from qa_audit.common.charts import Chart
from qa_audit.common.statistics import ROUNDED, adds_up
from qa_audit.common.wording import clock, count, day, percent
from qa_audit.reports.scope import Scope
from qa_audit.reports.small_teams import shows_grades

NO_GRADES = (
    "Grades of this team are not shown: fewer than 5 of its audits are graded, or its figures would give "
    "away those of a team with fewer than 5. Its manager, its head of service and QA leads see them."
)


@dataclass(frozen=True)
class Column:
    """A column: its heading, the row's value, and what its values are (as in `excel.Column`).

    `cell` gives what narrows the report's records to those behind the figure (None: no link).
    `text` writes the value for the page, where that is more than the value; `short` heads it there.
    """

    heading: str
    value: Callable[[Any], object]
    kind: excel.Kind = "text"
    cell: Callable[[Any], dict | None] | None = None
    text: Callable[[Any], str] | None = None
    short: str = ""


@dataclass(frozen=True)
class Table:
    """Rows as the page draws them: the first column names the row, the last row may be a total."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    total: Any
    scope: Scope

    @property
    def head(self) -> SafeString:
        return format_html_join(
            "",
            '<th scope="col" class="govuk-table__header{}">{}</th>',
            [(_numeric(column, "header"), column.short or column.heading) for column in self.columns],
        )

    @property
    def body(self) -> SafeString:
        return format_html_join(
            "\n", '<tr class="govuk-table__row">{}</tr>', [(self._cells(row),) for row in self.rows]
        )

    @property
    def foot(self) -> SafeString | str:
        return self._cells(self.total) if self.total else ""

    def _cells(self, row) -> SafeString:
        # Put together by hand: a page has some two hundred cells, and each is escaped in `cell`.
        first, *others = self.columns
        cells = "".join(
            f'<td class="govuk-table__cell{_numeric(column, "cell")}">{self.cell(column, row)}</td>'
            for column in others
        )
        name = self.cell(first, row)
        return mark_safe(f'<th scope="row" class="govuk-table__header">{name}</th>{cells}')  # noqa: S308

    def cell(self, column: Column, row) -> SafeString:
        """The value as the page shows it, with the link to its records where there is one."""
        value = column.value(row)
        said = column.text(row) if column.text else _said(value, column.kind)
        narrowed = column.cell(row) if column.cell and value else None
        href = self.scope.records(**narrowed) if narrowed is not None else ""
        said = conditional_escape(said)
        if not href:
            return said
        return mark_safe(f'<a class="govuk-link" href="{escape(href)}">{said}</a>')  # noqa: S308


def _numeric(column: Column, part: str) -> str:
    return "" if column.kind == "text" else f" govuk-table__{part}--numeric sight-nowrap"


def _said(value: object, kind: excel.Kind) -> str:
    if value is None:
        return ""
    if kind == "percent":
        return percent(value)
    return f"{value:,}" if kind in ("integer", "number") and not isinstance(value, str) else str(value)


class Report:
    """A report over a scope. Each says its name, title, columns and rows; the rest is the same for all."""

    name = ""  # in addresses and commands
    title = ""
    shows = ""  # one sentence for the list of reports
    by: Sequence[tuple[str, str]] = ()  # what its rows can be cut by; the first is the default
    template = "reports/report.html"
    do_not_call_in_templates = True  # templates name the class before there is a scope to make a report of

    def __init__(self, scope: Scope):
        self.scope = scope
        self.at = timezone.localtime()

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the file, and of the page where it shows one table."""
        raise NotImplementedError

    @cached_property
    def rows(self) -> list:
        """Plain rows, from a fixed number of queries whatever the size of the data."""
        raise NotImplementedError

    @property
    def total(self) -> Any:
        """The row of totals, where there is one."""
        return None

    @property
    def charts(self) -> Sequence[Chart]:
        """Its charts; each brings its own table."""
        return ()

    @property
    def tables(self) -> Sequence[Table]:
        """Its tables on the page."""
        return [self.table(self.title, self.columns)]

    @property
    def wholes(self) -> Iterable[Sequence[int]]:
        """The counts whose shares stand beside each other: of each whole its parts."""
        return ()

    @property
    def rounding(self) -> list[str]:
        """The footnote on shares of one whole that do not add to 100, where there are such."""
        return [] if all(map(adds_up, self.wholes)) else [ROUNDED]

    @property
    def footnotes(self) -> list[str]:
        """What a reader must know to read the figures right."""
        return [*([] if self.shows_grades else [NO_GRADES]), *self.rounding]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show, provisional audits apart."""
        return not self.rows

    @cached_property
    def shows_grades(self) -> bool:
        """Whether this person may see the grades of this scope."""
        return shows_grades(self.scope)

    @cached_property
    def agreed_and_provisional(self) -> tuple[int, int]:
        """How many audits count, and how many are submitted and not yet agreed."""
        audits = self.scope.audits().filter(state__in=[*COUNTED_STATES, *PROVISIONAL_STATES])
        counts = dict(audits.values_list("state").annotate(n=Count("*")))
        return tuple(
            sum(counts.get(state, 0) for state in some) for some in (COUNTED_STATES, PROVISIONAL_STATES)
        )

    def table(self, caption: str, columns: Sequence[Column]) -> Table:
        return Table(caption, columns, self.rows, self.total, self.scope)

    @property
    def standing(self) -> list[str]:
        """The lines under the heading: as at when, and how many audits count and do not."""
        agreed, provisional = self.agreed_and_provisional
        return [
            f"Figures as at {day(self.at)}, {clock(self.at)}.",
            f"Agreed: n = {agreed:,}. Provisional: n = {provisional:,}, in no other figure here.",
        ]

    def sheet(self) -> excel.Sheet:
        """The report as one sheet: header, rows, total."""
        columns = self.columns
        return excel.Sheet(
            title=self.title,
            columns=[excel.Column(column.heading, column.kind) for column in columns],
            rows=[[column.value(row) for column in columns] for row in self.rows],
            totals=[[column.value(self.total) for column in columns]] if self.total else [],
            freeze=1,
        )

    def about(self) -> excel.Sheet:
        """What the figures are: period, filters, when, how many, footnotes."""
        scope = self.scope
        cut = [("By", dict(self.by)[scope.by])] if scope.by else []
        facts = [("Report", self.title), ("Period", str(scope.period)), *scope.said, *cut]
        facts += [("Standing", line) for line in self.standing] + [("Note", note) for note in self.footnotes]
        columns = [excel.Column("About", width=24), excel.Column("", width=90)]
        return excel.Sheet(title="About", columns=columns, rows=facts)

    def sheets(self) -> list[excel.Sheet]:
        """The sheets of its workbook: the table first."""
        return [self.sheet(), self.about()]

    def said(self) -> str:
        """How many rows, for the message of the command."""
        return count(len(self.rows), "row")
