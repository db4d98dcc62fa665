"""Domain by service: where practice is good or better, in words and with n, not by colour alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from operator import itemgetter

from django.db.models import Count
from django.utils.html import escape

from qa_audit.common.charts import Chart
from qa_audit.common.publishing.values import Column, Table
from qa_audit.common.statistics import too_few
from qa_audit.common.wording import percent
from qa_audit.reports.grades import (
    SERIES,
    Grades,
    bar,
    count_columns,
    fraction_good_or_better,
    interval_columns,
    share_columns,
)
from qa_audit.reports.report import Report
from qa_audit.reports.small_teams import FEWEST, is_one_hidden_team
from qa_audit.tools.models import Concept, Grade

ALL = "All services"
FEW_HIDDEN = f"Where only n is shown, fewer than {FEWEST} audits of this team are graded in the domain."
# From few to many good or better; each carries nothing that the words do not say.
FILLS = ((80, "#123f6d"), (60, "#27759b"), (40, "#7fa3b8"), (0, "#c98a4b"))


@dataclass
class DomainRow:
    """One domain in one service, or in all of them. None: withheld."""

    domain: int
    title: str
    service: int | None
    service_name: str
    grades: Grades | None = field(default_factory=Grades)
    n: int = 0

    def cell(self, grade: str = "any") -> dict:
        """What narrows the records to this domain's grade."""
        narrowed = {"domain": self.domain, "domain_grade": grade}
        return {"service": self.service, **narrowed} if self.service else narrowed

    @property
    def caution(self) -> str:
        return self.grades.caution if self.grades else ""

    @property
    def share(self) -> Fraction | None:
        return self.grades and self.grades.share_good_or_better


def _grades(row: DomainRow) -> Grades | None:
    return row.grades


_fraction = partial(fraction_good_or_better, _grades)


class Domains(Report):
    """The share good or better in each domain and service, too few to judge below 10."""

    name = "domains"
    title = "Domains"
    shows = "In which domains practice is good or better, by service."
    template = "reports/domains.html"

    @property
    def columns(self) -> Sequence[Column]:
        return [
            Column("Domain", value=lambda row: row.title),
            Column("Service", value=lambda row: row.service_name),
            Column("n", "integer", value=lambda row: row.n, cell=DomainRow.cell),
            *count_columns(_grades, DomainRow.cell),
            *share_columns(_grades, DomainRow.cell),
            Column(
                "% good or better",
                "percent",
                value=lambda row: row.share,
                cell=DomainRow.cell,
                fraction=_fraction,
            ),
            *interval_columns(_grades),
            Column("Caution", value=lambda row: row.caution),
        ]

    @cached_property
    def _services(self) -> dict[int, str]:
        """The services with a graded domain, in their order."""
        pks = {service for _, service, *_ in self._groups}
        return {pk: named.name for pk, named in self.scope.named(pks).items()}

    @cached_property
    def _groups(self) -> list[tuple[int, int, str, int]]:
        graded = self.scope.counted().filter(domain_grades__grade__in=Grade.values)
        columns = ("domain_grades__domain__concept", "service", "domain_grades__grade")
        return list(graded.values_list(*columns).annotate(n=Count("*")))

    @cached_property
    def rows(self) -> list[DomainRow]:
        found: dict[tuple, Grades] = defaultdict(Grades)
        for domain, service, grade, n in self._groups:
            found[domain, service].add(grade, n)
            found[domain, None].add(grade, n)
        concepts = Concept.objects.filter(pk__in={domain for domain, _ in found})
        places = [(None, ALL)] if len(self._services) > 1 else []
        hides_few = is_one_hidden_team(self.scope)
        rows = []
        for domain, title in concepts.values_list("pk", "title"):
            for service, name in [*self._services.items(), *places]:
                if grades := found.get((domain, service)):
                    is_shown = self.shows_grades and not (hides_few and grades.n < FEWEST)
                    rows.append(
                        DomainRow(domain, title, service, name, grades if is_shown else None, grades.n)
                    )
        return rows

    @cached_property
    def tables(self) -> list[Table]:
        """Domains across services, each cell with its words and n."""
        places = [*self._services.items(), *([(None, ALL)] if len(self._services) > 1 else [])]
        of_domain: dict[str, dict] = defaultdict(dict)
        for row in self.rows:
            of_domain[row.title][row.service] = row
        columns = [Column("Domain", value=itemgetter(0)), *(self._column(*place) for place in places)]
        return [self.table("By domain and service", columns, list(of_domain.items()))]

    def _column(self, service: int | None, name: str) -> Column:
        def of(row: tuple[str, dict]) -> DomainRow:
            return row[1].get(service) or DomainRow(0, row[0], service, name, None)

        return Column(
            name,
            value=lambda row: of(row).share,
            html=lambda row: self._cell(row[1].get(service)),
            cell=lambda row: of(row).cell(),
            fraction=lambda row: _fraction(of(row)),
        )

    def _cell(self, row: DomainRow | None) -> str:
        if row is None:
            return '<span class="sight-note">none graded</span>'
        if not row.grades:
            return f"n = {row.n:,}"
        href = self.scope.records(**row.cell())
        words = f"{percent(row.share)} good or better" if not too_few(row.n) else "too few to judge"
        n = f"(n = {row.n:,}{', small number' if row.caution == 'small number' else ''})"
        linked = f'<a class="govuk-link" href="{escape(href)}">{escape(words)}</a>' if href else escape(words)
        strip = "" if too_few(row.n) else _strip(row.share)
        return f'{linked} <span class="sight-note sight-nowrap">{n}</span>{strip}'

    @cached_property
    def charts(self) -> Sequence[Chart]:
        """The four grades of each domain, over the whole scope."""
        whole = None if len(self._services) > 1 else next(iter(self._services), None)
        shown = [row for row in self.rows if row.service == whole and row.grades]
        if not shown:
            return ()
        bars = [bar(row.title, row.grades, row.cell) for row in shown]
        return [self.chart("Grades by domain", SERIES, bars, "Domain")]

    @property
    def wholes(self) -> list[list[int]]:
        return [row.grades.counts for row in self.rows if row.grades]

    @property
    def footnotes(self) -> list[str]:
        notes = super().footnotes
        return notes + (
            [FEW_HIDDEN] if self.shows_grades and not all(row.grades for row in self.rows) else []
        )


def _strip(share: Fraction) -> str:
    """A strip as long as the share; its shade repeats the share, the words beside it say it."""
    fill = next(fill for least, fill in FILLS if share >= least)
    return (
        '<svg width="100%" height="8" aria-hidden="true" focusable="false">'
        f'<rect width="100%" height="8" fill="#e6e9ec"/><rect width="{float(share):.3f}%" height="8" '
        f'fill="{fill}"/></svg>'
    )
