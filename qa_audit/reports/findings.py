"""Findings by service: what they say, and how many there are of each theme."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from qa_audit.audits.models.answers import AuditFinding
from qa_audit.common.charts import Bar, Chart, Series
from qa_audit.common.publishing.values import Column, Section, Table
from qa_audit.findings.models import FindingKind, Severity, Theme
from qa_audit.reports.finding_sentences import COLUMNS, KINDS, FindingSentence, finding_sentences
from qa_audit.reports.report import Report
from qa_audit.reports.scope import Scope, services_of
from qa_audit.reports.self_evaluation import NO_REVIEWS

NO_THEME = "No theme"
NONE = "none"  # as an address has it
SERVICE_OF_REVIEW = "review_findings__finding__service"
THEMES_OF_REVIEW = "review_findings__finding__themes"
FILLS = {
    Severity.AT_RISK: "#861b2d",
    Severity.HIGH: "#a85a0a",
    Severity.MEDIUM: "#6b5b95",
    Severity.LOW: "#4a5560",
}
SERIES = [Series("Strength", "#27759b"), *(Series(f"{s.label} (to improve)", FILLS[s]) for s in Severity)]
COUNTED_AS = (
    "Findings of counted audits; one with two themes counts under both, so themes may add up to more than "
    "the total. Findings of completed learning reviews have a column of their own."
)
GROUPED = (
    "Sentences that differ only in capitals, spaces or a final full stop are shown once, with the number "
    "of audits and learning reviews that say them."
)


@dataclass
class ThemeRow:
    """One theme in one service, or all themes of it: findings by kind and severity."""

    service: int | None
    place: str
    theme: int | None = None
    title: str = NO_THEME
    top: str = NO_THEME  # the theme that it stands under
    is_total: bool = False
    strengths: int = 0
    improvements: Counter = field(default_factory=Counter)  # by severity
    of_reviews: int = 0

    def add(self, kind: str, severity: str, n: int) -> None:
        """Count n findings of audits more."""
        if kind == FindingKind.STRENGTH:
            self.strengths += n
        else:
            self.improvements[severity] += n

    def cell(self, **narrowed) -> dict:
        """What narrows the records to the audits with such a finding."""
        place = {"service": self.service} if self.service else {}
        theme = {} if self.is_total else {"finding_theme": self.theme or NONE}
        return {**place, **theme, **narrowed}


class Findings(Report):
    """What is going well and what to improve, by service in words; and how many of each theme and severity.

    Who may open no audit has the counts alone, on the page and in the file.
    """

    name = "findings"
    title = "Findings by service"
    shows = "What is going well and what to improve, by service in the auditors' words, and counts by theme."
    template = "reports/findings.html"

    @property
    def columns(self) -> Sequence[Column]:
        return COLUMNS if self.has_words else self._counts

    @cached_property
    def rows(self) -> list[FindingSentence] | list[ThemeRow]:
        """The sentences in the order of the page; for who may read none, the counts by theme."""
        return finding_sentences(self.scope) if self.has_words else self.by_theme

    @property
    def has_words(self) -> bool:
        """Whether this person opens audits or learning reviews at all."""
        return self.scope.opens_records

    @property
    def is_empty(self) -> bool:
        return not self.by_theme

    @property
    def sheets(self) -> list[Table]:
        """The sentences, and the counts on a sheet of their own."""
        counts = [self.table("By theme", self._counts, self.by_theme)] if self.has_words else []
        return [*super().sheets, *counts]

    @property
    def sections(self) -> list[Section]:
        """The charts, then of each service what is said of it and its counts."""
        sentences_of = [
            [f"{words}: {one.text} ({one.records})" for words, pairs in one["sentences"] for one, _ in pairs]
            for one in self.services
        ]
        of_services = [
            Section(one["name"], [one["table"]], words)
            for one, words in zip(self.services, sentences_of, strict=True)
        ]
        return [Section(self.title, charts=self.charts), *of_services]

    @property
    def _counts(self) -> list[Column]:
        return [Column("Service", value=lambda row: row.place), *self._figures]

    @property
    def _figures(self) -> list[Column]:
        return [
            Column("Theme", value=lambda row: row.title),
            _count("Strengths", lambda row: row.strengths, finding=FindingKind.STRENGTH),
            _count(
                "Areas for improvement", lambda row: row.improvements.total(), finding=FindingKind.IMPROVEMENT
            ),
            *(
                _count(one.label, lambda row, one=one: row.improvements[one.value], severity=one.value)
                for one in Severity
            ),
            Column("Of learning reviews", "integer", value=lambda row: row.of_reviews),
        ]

    @cached_property
    def tables(self) -> Sequence[Table]:
        """One for each service."""
        return [self._table(pk) for pk in self._services]

    @property
    def _services(self) -> list[int]:
        return list(dict.fromkeys(row.service for row in self.by_theme))

    def _table(self, service: int) -> Table:
        rows = [row for row in self.by_theme if row.service == service]
        return self.table(f"{rows[0].place} by theme", self._figures, rows, self._totals[service])

    @cached_property
    def by_theme(self) -> list[ThemeRow]:
        """How many there are of each theme in each service."""
        found: dict[tuple, ThemeRow] = {}
        columns = ("finding__service", "finding__themes", "finding__kind", "finding__severity")
        for service, theme, kind, severity, n in self._of_audits.values_list(*columns).annotate(n=Count("*")):
            self._row(found, service, theme).add(kind, severity, n)
        of_reviews = _of_reviews(self.scope).values_list(SERVICE_OF_REVIEW, THEMES_OF_REVIEW)
        for service, theme, n in of_reviews.annotate(n=Count("*")):
            self._row(found, service, theme).of_reviews += n
        themes = {theme.pk: theme for theme in Theme.objects.in_tree_order()} | {None: None}
        for (_, pk), row in found.items():
            if theme := themes[pk]:
                row.title, row.top = theme.path, str(theme.parent or theme)
        return [found[pk, theme] for pk in self._names for theme in themes if (pk, theme) in found]

    def _row(self, found: dict, service: int, theme: int | None) -> ThemeRow:
        return found.setdefault((service, theme), ThemeRow(service, self._names.get(service, ""), theme))

    @property
    def _of_audits(self) -> QuerySet:
        """The links of counted audits to their findings."""
        return AuditFinding.objects.filter(audit__in=self.scope.counted().values("pk")).order_by()

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(services_of(self.scope.user).values_list("pk", "name"))

    @cached_property
    def _totals(self) -> dict[int, ThemeRow]:
        """By service: each finding once, whatever its themes."""
        totals = {
            pk: ThemeRow(pk, name, title="All themes", is_total=True) for pk, name in self._names.items()
        }
        columns = ("finding__service", "finding__kind", "finding__severity")
        for service, kind, severity, n in self._of_audits.values_list(*columns).annotate(n=Count("*")):
            if service in totals:
                totals[service].add(kind, severity, n)
        of_reviews = _of_reviews(self.scope).values_list(SERVICE_OF_REVIEW)
        for service, n in of_reviews.annotate(n=Count("*")):
            totals[service].of_reviews += n
        return totals

    @property
    def headline(self) -> list[tuple[str, str]]:
        """All findings of audits, by kind."""
        totals = self._totals.values()
        grave = sum(row.improvements[one] for row in totals for one in (Severity.AT_RISK, Severity.HIGH))
        return [
            (f"{sum(row.strengths for row in totals):,}", "strengths"),
            (f"{sum(row.improvements.total() for row in totals):,}", "areas for improvement"),
            (f"{grave:,}", "of these high, or a child at risk now"),
        ]

    @cached_property
    def charts(self) -> Sequence[Chart]:
        """Strengths against areas for improvement, by the theme at the top, over the whole scope."""
        by_theme: dict[str, ThemeRow] = {}
        for row in self.by_theme:
            one = by_theme.setdefault(row.top, ThemeRow(None, "", title=row.top))
            one.strengths += row.strengths
            one.improvements.update(row.improvements)
        bars = [_bar(row) for row in by_theme.values() if row.strengths or row.improvements.total()]
        if not bars:
            return ()
        return [self.chart("Findings by theme", SERIES, bars, "Theme", has_shares=False)]

    @cached_property
    def services(self) -> list[dict]:
        """For each service its name, its sentences of each kind, and its table."""
        sentences = defaultdict(lambda: defaultdict(list))
        for one in self.rows if self.has_words else ():
            sentences[one.place][one.kind].append((one, one.href(self.scope)))
        return [
            {
                "pk": pk,
                "name": self._names[pk],
                "table": table,
                "sentences": [(words, sentences[self._names[pk]][kind]) for kind, words in KINDS.items()],
            }
            for pk, table in zip(self._services, self.tables, strict=True)
        ]

    @property
    def footnotes(self) -> list[str]:
        grouped = [GROUPED] if self.has_words else []
        without = [] if self.scope.has_reviews else [NO_REVIEWS]
        return [*super().footnotes, *grouped, COUNTED_AS, *without]


def _bar(row: ThemeRow) -> Bar:
    counts = [row.strengths, *(row.improvements[one.value] for one in Severity)]
    return Bar(row.title, counts)


def _of_reviews(scope: Scope) -> QuerySet:
    """Completed learning reviews, whichever service led them, joined to the findings about services whose
    figures the person may see."""
    narrowed = Q(review_findings__finding__service__in=services_of(scope.user).values("pk"))
    if "service" in scope.chosen:
        narrowed &= Q(review_findings__finding__service=scope.chosen["service"])
    return scope.reviews_of_any_lead().filter(narrowed)


def _count(heading: str, value, **narrowed) -> Column:
    return Column(heading, "integer", value=value, cell=lambda row: row.cell(**narrowed))
