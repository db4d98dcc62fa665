"""What every report is: rows over a scope, and the document of which page, Excel and csv are made."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.utils import timezone

from qa_audit.audits.models.audit import COUNTED_STATES
from qa_audit.common.charts import Bar, Chart, Series, stacked_bars
from qa_audit.common.publishing.values import Column, Document, Section, Table
from qa_audit.common.statistics import ROUNDED, adds_up
from qa_audit.common.wording import clock, count, day
from qa_audit.reports.scope import Scope
from qa_audit.reports.small_teams import shows_grades

NO_GRADES = (
    "Grades of this team are not shown: fewer than 5 of its audits are graded, or its figures would give "
    "away those of a team with fewer than 5. Its manager, its head of service and QA leads see them."
)


class Report:
    """A report over a scope. Each says its name, title, columns and rows; the rest is the same for all."""

    name = ""  # in addresses and commands
    title = ""
    shows = ""  # one sentence for the list of reports
    by: Sequence[tuple[str, str]] = ()  # what its rows can be broken down by; the first is the default
    grouped_by: Sequence[str] = ()  # the columns of audits by which most of its figures are read
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

    @cached_property
    def charts(self) -> Sequence[Chart]:
        """Its charts; each brings its own table."""
        return ()

    @cached_property
    def tables(self) -> Sequence[Table]:
        """Its tables on the page."""
        return [self.table(self.title, self.columns)]

    @property
    def wholes(self) -> Iterable[Sequence[int]]:
        """The counts whose shares are beside each other: of each whole its parts."""
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
    def groups(self) -> list[tuple]:
        """(state, *grouped_by, n) of its audits, counted and provisional."""
        return self.scope.groups(*self.grouped_by)

    @property
    def counted_groups(self) -> Iterator[tuple]:
        """The same of those that count, without their state."""
        return (rest for state, *rest in self.groups if state in COUNTED_STATES)

    @cached_property
    def agreed_and_provisional(self) -> tuple[int, int]:
        """How many audits count, and how many are submitted and not yet agreed."""
        agreed = sum(n for *_, n in self.counted_groups)
        return agreed, sum(n for *_, n in self.groups) - agreed

    def table(
        self, caption: str, columns: Sequence[Column], rows: Sequence | None = None, total=None
    ) -> Table:
        """A table with links to the records; of the report's own rows and total unless others are given."""
        if rows is None:
            rows, total = self.rows, self.total
        return Table(caption, columns, rows, total, freeze=1, **self._figures_of)

    def chart(
        self,
        title: str,
        series: Sequence[Series],
        bars: Sequence[Bar],
        heading: str,
        *,
        has_shares: bool = True,
    ) -> Chart:
        """A chart of its period, whose figures are known and lead to their records as those of its tables."""
        period = str(self.scope.period)
        return stacked_bars(title, period, series, bars, heading, has_shares=has_shares, **self._figures_of)

    @property
    def _figures_of(self) -> dict[str, Any]:
        """What the figures of one report share: whose they are, of when, and where their records are."""
        return {
            "of": (("report", self.name), *self.scope.chosen.items()),
            "period": "/".join(self.scope.period.query.values()),
            "address": self.scope.records,
        }

    @property
    def standing(self) -> list[str]:
        """The lines under the heading: as at when, and how many audits count and do not."""
        agreed, provisional = self.agreed_and_provisional
        more = count(provisional, "more audit")
        awaits = "awaits agreement and is" if provisional == 1 else "await agreement and are"
        waiting = f"{more} {awaits} not counted." if provisional else "No audit awaits agreement."
        return [
            f"Figures as at {day(self.at)}, {clock(self.at)}.",
            f"Agreed: n = {agreed:,}. {waiting}",
        ]

    @property
    def sections(self) -> Sequence[Section]:
        """What the page shows of its figures."""
        return [Section(self.title, self.tables, charts=self.charts)]

    @property
    def sheets(self) -> list[Table]:
        """The tables of its files, the main one first."""
        return [self.table(self.title, self.columns)]

    def document(self) -> Document:
        """The report as it is printed and sent."""
        scope = self.scope
        cut = [("By", dict(self.by)[scope.by])] if scope.by else []
        facts = [("Report", self.title), ("Period", str(scope.period)), *scope.filters, *cut]
        facts += [("Status", line) for line in self.standing] + [("Note", note) for note in self.footnotes]
        return Document(
            self.name,
            self.title,
            " to ".join(scope.period.query.values()),
            author=str(scope.user),
            made_at=self.at,
            facts=facts,
            sections=self.sections,
            sheets=self.sheets,
        )

    def size(self) -> str:
        """How many rows, for the message of the command."""
        return count(len(self.rows), "row")
