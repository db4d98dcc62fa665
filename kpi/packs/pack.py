"""What every pack is: indicators over the months up to one; from it come page, print, Excel and csv."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.utils import timezone

from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.indicators.models.comparisons import Comparator
from kpi.packs.columns import COMPARATORS, key_of
from kpi.packs.figure import MonthFigure
from kpi.packs.grid import Grid, name_column
from kpi.packs.meaning import AreaFacts
from kpi.packs.readings import both_readings, coverage
from kpi.packs.revisions import Revision, revisions
from kpi.packs.rows import IndicatorRow, indicator_rows
from kpi.returns.cells import UNSURE
from kpi.returns.models import ObservationState, Precision
from qa_audit.common.months import last_months, month_words, short_month
from qa_audit.common.publishing.values import Column, Document, Table
from qa_audit.common.wording import clock, count, day
from qa_audit.people.models import User


@dataclass(frozen=True)
class PackRow:
    """An indicator as a pack has it."""

    row: IndicatorRow

    @property
    def indicator(self):
        return self.row.indicator

    @cached_property
    def footnotes(self) -> list[str]:
        return explained(self.row)

    @property
    def words(self) -> list[str]:
        """What there is in words beside its figures."""
        return [*filter(None, [self.row.commentary_text]), *self.footnotes]


class Pack:
    """A pack of one month for one person. Each says its columns; the rest is the same for all."""

    name = ""  # in commands and names of files
    page = ""  # in addresses
    title = ""
    shows = ""  # one sentence for the list of packs
    month_count = 0
    template = ""
    frozen_columns = 1  # stay in view in Excel
    is_full = True
    do_not_call_in_templates = True  # templates name the class before there is a month

    def __init__(self, user: User, month: date):
        self.user = user
        self.month = month
        self.months = last_months(month, self.month_count)
        self.at = timezone.localtime()

    @property
    def columns(self) -> Sequence[Column]:
        """The columns that other programs rely on, in their order."""
        raise NotImplementedError

    @property
    def further_columns(self) -> Sequence[Column]:
        """What a reader of the downloaded file gets beside them."""
        raise NotImplementedError

    @cached_property
    def indicators(self) -> list[IndicatorRow]:
        return indicator_rows(self.user, self.months)

    @cached_property
    def rows(self) -> list[PackRow]:
        """Plain rows, one an indicator, in the order of areas."""
        return [PackRow(row) for row in self.indicators]

    @property
    def is_empty(self) -> bool:
        return not self.indicators

    @property
    def areas(self) -> list[tuple[AreaFacts, list[PackRow]]]:
        """The rows by area."""
        return [(area, list(rows)) for area, rows in groupby(self.rows, key=lambda row: row.indicator.area)]

    @cached_property
    def analyses(self) -> dict[int, Commentary]:
        """What was approved about each area in the month, by the area's number."""
        found = Commentary.objects.visible_to(self.user).for_service().of_areas().filter(month=self.month)
        approved = found.filter(status=CommentaryStatus.APPROVED).select_related("written_by")
        return {one.area_id: one for one in approved}

    @cached_property
    def revisions(self) -> list[Revision]:
        return revisions(self.indicators)

    @property
    def comparators(self) -> list[Comparator]:
        """Those with whom any indicator is compared, in their order."""
        found = {one.comparator for row in self.indicators for one in row.benchmarks}
        return [one for one in COMPARATORS if one in found]

    @property
    def standing(self) -> str:
        return f"Figures as at {day(self.at)}, {clock(self.at)}."

    def table(self, caption: str, columns: Sequence[Column], rows: Sequence) -> Table:
        """A table of some of its indicators."""
        month = f"{self.month:%Y-%m}"
        return Table(caption, columns, rows, freeze=self.frozen_columns, period=month, key=key_of)

    @property
    def page_columns(self) -> Sequence[Column]:
        """What comes in the page's tables after the name of the indicator."""
        raise NotImplementedError

    @cached_property
    def grids(self) -> list[Grid]:
        """Its tables on the page, one for each area: this month first, which is what readers come for."""
        columns = [name_column(), *self.page_columns]
        return [
            Grid(
                f"area-{area.pk}",
                self.table(area.title, columns, rows),
                [row for row in rows if row.words],
                self.analyses.get(area.pk),
            )
            for area, rows in self.areas
        ]

    def document(self, *, is_full: bool = True) -> Document:
        """The pack as it is printed and sent; full with the further columns, for readers."""
        self.is_full = is_full
        columns = [*self.columns, *(self.further_columns if is_full else ())]
        single = [*columns, *self._analysis_columns()] if is_full else columns
        facts = [("Pack", self.title), ("Month", month_words(self.month)), ("Status", self.standing)]
        return Document(
            self.name,
            self.title,
            f"{self.month:%Y-%m}",
            author=str(self.user),
            made_at=self.at,
            facts=[*facts, *(("Revised", str(one)) for one in self.revisions)],
            sections=[grid.section for grid in self.grids],
            sheets=[
                self.table(self.title, columns, self.rows),
                *([self._analysis_table()] if self.analyses else []),
            ],
            single=self.table(self.title, single, self.rows),
        )

    def _analysis_columns(self) -> list[Column]:
        """Each area's analysis, for a file of one table: on the last row of the area."""
        last = {rows[-1].indicator.pk: self.analyses.get(area.pk) for area, rows in self.areas}

        def points_of(row: PackRow) -> str:
            found = last.get(row.indicator.pk)
            return "\n".join(found.points) if found else ""

        def author_of(row: PackRow) -> str:
            found = last.get(row.indicator.pk)
            return found.author_words if found else ""

        return [
            Column("area_analysis", "number", value=points_of),
            Column("area_analysis_by", "number", value=author_of),
        ]

    def _analysis_table(self) -> Table:
        """What was said about each area, a row for each point, in the order of areas."""
        rows = [
            (area.title, point, found.author_words)
            for area, _ in self.areas
            if (found := self.analyses.get(area.pk))
            for point in found.points
        ]
        columns = [Column("area", width=30), Column("analysis", width=90), Column("written by", width=30)]
        return Table("Analysis", columns, rows, freeze=1)

    def size(self) -> str:
        """How many rows, for the message of the command."""
        return count(len(self.rows), "indicator")


def explained(row: IndicatorRow) -> list[str]:
    """What a reader must know of an indicator's figures: notes, and figures that are not final."""
    from_teams, notes = [], []
    for month in row.months:
        figure = row.figure(month)
        if figure.is_from_teams:
            from_teams.append(short_month(month))
        standing = _standing(figure)
        if standing or figure.note:
            notes.append(f"{short_month(month)}: {'; '.join(filter(None, (standing, figure.note)))}")
    if both := both_readings(row):
        notes.insert(0, f"{short_month(row.month)}: {both}")
    if from_teams:
        words = (
            f"{', '.join(from_teams)}: the council gave no figure of its own, so this is its teams together."
        )
        if row.figure(row.month).is_from_teams:
            words = f"{words} {coverage(row)}".strip()
        notes.insert(0, words)
    return notes


def _standing(figure: MonthFigure) -> str:
    if figure.state in UNSURE:
        return ObservationState(figure.state).label.lower()
    return "worked out from rounded figures" if figure.precision == Precision.FROM_ROUNDED else ""
