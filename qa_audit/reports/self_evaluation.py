"""The self-evaluation: what each service audited in a period, how practice was graded, and what that says."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qa_audit.audits.models.header import Kind
from qa_audit.common.charts import Bar, Chart
from qa_audit.common.publishing.page import cell_html
from qa_audit.common.publishing.values import Column, Section, Table
from qa_audit.common.wording import count
from qa_audit.reports.analysis import current_analyses, may_write_for
from qa_audit.reports.grades import SERIES, Grades, bar, count_columns, share_columns, total_of
from qa_audit.reports.models import Analysis
from qa_audit.reports.report import Report
from qa_audit.reports.scope import OWN_TEAM
from qa_audit.reports.sentences import drafted
from qa_audit.tools.models import THRESHOLD_DECISIONS, Grade, Unit

BY_THEME = (
    "† More than half of these audits were chosen by theme and not at random: "
    "the shares describe the themes, not the service as a whole."
)
OF_OWN_TEAMS = (
    "{} of the manager’s own team. They count under Managers audits; "
    "Grade distribution, broken down by capacity, shows their grades separately."
)
# What `SelfEvaluation._beside` counts.
REVIEWS, OWN_TEAMS, NOT_ON_CONTACTS = "reviews", "own teams", "not on contacts"
NO_REVIEWS = "Learning reviews are left out: they have no team, capacity, reason, tool or theme to filter by."


@dataclass
class ServiceRow:
    """One service's figures, or the total's."""

    name: str
    service: int | None = None
    formerly: str = ""
    kinds: Counter = field(default_factory=Counter)
    reviews: int = 0
    grades: Grades | None = field(default_factory=Grades)  # None: withheld from this person
    judged: Counter = field(default_factory=Counter)  # by the words of the other scales
    is_on_contacts: bool = True  # whether every threshold decision was on a contact or referral
    graded_managers: int = 0
    own_team: int = 0  # of the managers' audits those of the manager's own team
    own_words: Analysis | None = None
    written_for: str = ""  # the dates of the own words, where they are not the report's
    write_url: str = ""  # where this person may put their own words, else nothing

    @property
    def managers(self) -> int:
        return self.kinds[Kind.MANAGER]

    @property
    def others(self) -> int:
        """Thematic and individual audits: every audit that is not a manager's."""
        return self.audits - self.managers

    @property
    def audits(self) -> int:
        return self.kinds.total()

    @property
    def total(self) -> int:
        return self.audits + self.reviews

    @property
    def graded(self) -> int | None:
        return self.grades and self.grades.n

    @property
    def is_mostly_by_theme(self) -> bool:
        return 2 * self.kinds[Kind.THEMATIC] > self.audits

    @property
    def drafted(self) -> str:
        """The sentences that the figures give."""
        return drafted(self.audits, self.grades, self.judged, self.noun) if self.grades else ""

    @property
    def noun(self) -> str:
        """What threshold decisions were on."""
        return "contact" if self.is_on_contacts else "audit"

    @property
    def analysis(self) -> str:
        """The head of service's own words where there are any, else the drafted sentence."""
        if not self.own_words:
            return self.drafted
        return f"{self.own_words.text}\n({self.written_for})" if self.written_for else self.own_words.text

    @property
    def written_by(self) -> str:
        return str(self.own_words.written_by) if self.own_words else ""

    @property
    def written_on(self) -> date | None:
        return timezone.localdate(self.own_words.written_at) if self.own_words else None

    def cell(self, **narrowed) -> dict:
        """What narrows the records to this row, and further to one figure of it."""
        return {"service": self.service, **narrowed} if self.service else narrowed


def _cell(row: ServiceRow, grade: str) -> dict:
    return row.cell(grade=grade)


SERVICE = Column("Service", value=lambda row: row.name, html=lambda row: _name(row))
COUNTS = [
    Column(
        "Thematic / individual audits",
        "integer",
        short="Thematic / individual",
        value=lambda row: row.others,
        cell=lambda row: row.cell(kind="other"),
    ),
    Column(
        "Managers audits",
        "integer",
        short="Managers",
        value=lambda row: row.managers,
        cell=lambda row: row.cell(kind="manager"),
    ),
    Column(
        "Learning reviews",
        "integer",
        short="Reviews",
        value=lambda row: row.reviews,
        cell=lambda row: row.cell(show="reviews"),
    ),
    Column("Total", "integer", value=lambda row: row.total, cell=lambda row: row.cell()),
]
OF_WHICH_OWN_TEAM = Column(
    "of which own team",
    "integer",
    value=lambda row: row.own_team,
    cell=lambda row: row.cell(capacity=OWN_TEAM),
)
GRADED = Column(
    "Graded",
    "integer",
    value=lambda row: row.graded,
    text=lambda row: _graded(row),
    cell=lambda row: row.cell(grade="any"),
)
GRADE_COUNTS = count_columns(lambda row: row.grades, _cell)
OF_WHICH_MANAGERS = Column(
    "of which managers",
    "integer",
    value=lambda row: row.graded_managers if row.grades else None,
    cell=lambda row: row.cell(kind="manager", grade="any"),
)


def _name(row: ServiceRow) -> SafeString:
    formerly = (
        format_html('<br><span class="sight-note">formerly {}</span>', row.formerly) if row.formerly else ""
    )
    return format_html("{}{}{}", row.name, " †" if row.is_mostly_by_theme else "", formerly)


def _graded(row: ServiceRow) -> str:
    return "–" if row.graded is None else f"{row.graded:,}"


class SelfEvaluation(Report):
    """Per service: audits by kind, learning reviews, the four grades, and the analysis; any period."""

    name = "self-evaluation"
    title = "Self-evaluation"
    shows = "Audits and learning reviews by service, how practice was graded, and the analysis."
    grouped_by = ("service", "kind", "grade")  # from the index alone
    template = "reports/self_evaluation.html"

    @property
    def columns(self) -> Sequence[Column]:
        return [
            SERVICE,
            Column("Formerly", value=lambda row: row.formerly),
            *COUNTS,
            GRADED,
            *GRADE_COUNTS,
            *share_columns(lambda row: row.grades, _cell),
            Column("Analysis", value=lambda row: row.analysis),
            Column("Analysis by", value=lambda row: row.written_by),
            Column("Analysis on", "date", value=lambda row: row.written_on),
            Column("Drafted sentence", value=lambda row: row.drafted),
        ]

    @cached_property
    def tables(self) -> Sequence[Table]:
        return [
            self.table("What was audited", [SERVICE, *self._counts]),
            self.table("How practice was graded", [SERVICE, GRADED, OF_WHICH_MANAGERS, *GRADE_COUNTS]),
        ]

    @property
    def _counts(self) -> list[Column]:
        """The counts, with a column for managers' own teams where there is such an audit."""
        if not (self.total and self.total.own_team):
            return COUNTS
        return [*COUNTS[:2], OF_WHICH_OWN_TEAM, *COUNTS[2:]]

    @cached_property
    def rows(self) -> list[ServiceRow]:
        found: dict[int, ServiceRow] = defaultdict(lambda: ServiceRow(name=""))
        for service, kind, grade, n in self.counted_groups:
            row = found[service]
            row.kinds[kind] += n
            row.grades.add(grade, n)
            row.judged[grade] += n
            row.graded_managers += n if kind == Kind.MANAGER and grade in Grade.values else 0
        for what, service, n in self._beside():
            if what == REVIEWS:
                found[service].reviews = n
            elif what == OWN_TEAMS:
                found[service].own_team = n
            elif service in found:
                found[service].is_on_contacts = False
        names, own_words, user = self.scope.named(found), current_analyses(self.scope), self.scope.user
        for pk, (name, formerly) in names.items():
            row = found[pk]
            row.name, row.service, row.formerly = name, pk, formerly
            row.own_words = words = own_words.get(pk)
            if words and words.period != self.scope.period:
                row.written_for = f"Written for {words.period}."
            row.write_url = self._write_url(pk) if may_write_for(user, pk) else ""
            row.grades = row.grades if self.shows_grades else None
        return [found[pk] for pk in names]

    def _beside(self) -> QuerySet:
        """(what, service, n) of what the groups do not tell, in one query.

        Learning reviews, managers' audits of their own teams, and threshold decisions on something else than
        a contact or referral.
        """
        counted = self.scope.counted()
        decisions = counted.filter(grade__in=[word for word, _ in THRESHOLD_DECISIONS])
        elsewhere = decisions.exclude(tool_version__tool__audits=Unit.CONTACT)
        parts = [
            audits.order_by().annotate(what=Value(what)).values_list("what", service).annotate(n=Count("*"))
            for what, service, audits in (
                (OWN_TEAMS, "service", counted.filter(is_own_team=True)),
                (NOT_ON_CONTACTS, "service", elsewhere),
                (REVIEWS, "lead_service", self.scope.reviews()),
            )
        ]
        return parts[0].union(*parts[1:], all=True)

    def _write_url(self, service: int) -> str:
        return f"{reverse('reports:analysis', args=[service])}?{urlencode(self.scope.period.query)}"

    @property
    def headline(self) -> list[tuple[str, str]]:
        """The figures that the page opens with: each with its link, and its words."""
        counts = self.tables[0]
        return [(cell_html(counts, column, self.total), column.heading) for column in COUNTS]

    @property
    def sections(self) -> list[Section]:
        words = [Section(row.name, words=[row.analysis]) for row in self.rows]
        return [*super().sections, *words]

    @cached_property
    def total(self) -> ServiceRow | None:
        """All services together; each learning review once, by its lead service."""
        if not self.rows:
            return None
        return ServiceRow(
            name="TOTAL",
            kinds=sum((row.kinds for row in self.rows), Counter()),
            reviews=sum(row.reviews for row in self.rows),
            grades=total_of(row.grades for row in self.rows) if self.shows_grades else None,
            judged=sum((row.judged for row in self.rows), Counter()),
            is_on_contacts=all(row.is_on_contacts for row in self.rows),
            graded_managers=sum(row.graded_managers for row in self.rows),
            own_team=sum(row.own_team for row in self.rows),
        )

    @cached_property
    def charts(self) -> Sequence[Chart]:
        graded = [row for row in self.rows if row.graded]
        if not graded:
            return ()
        bars = [grade_bar(row) for row in [*graded, *([self.total] if len(graded) > 1 else [])]]
        return [self.chart("Grades by service", SERIES, bars, "Service")]

    @property
    def of_own_teams(self) -> str:
        """How many audits managers made of their own teams, in a sentence; nothing where none did."""
        n = self.total.own_team if self.total else 0
        return OF_OWN_TEAMS.format(f"{count(n, 'manager audit')} {'is' if n == 1 else 'are'}") if n else ""

    @property
    def wholes(self) -> list[list[int]]:
        rows = [*self.rows, *([self.total] if self.total else [])]
        return [row.grades.counts for row in rows if row.grades]

    @property
    def footnotes(self) -> list[str]:
        rows = [*self.rows, *([self.total] if self.total else [])]
        notes = [*super().footnotes]
        notes += [BY_THEME] if any(row.is_mostly_by_theme for row in rows) else []
        notes += [self.of_own_teams] if self.of_own_teams else []
        return notes + ([] if self.scope.has_reviews else [NO_REVIEWS])


def grade_bar(row: ServiceRow) -> Bar:
    """Its grades as charts draw them."""
    return bar(row.name if row.service else "All services", row.grades, partial(_cell, row))
