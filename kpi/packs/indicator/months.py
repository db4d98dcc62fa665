"""One indicator month by month: value, rating, target, fraction, and what was there before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape

from django.utils.safestring import SafeString

from kpi.measures.targets import Rating, rating
from kpi.packs.figure import MonthFigure
from kpi.packs.indicator.chart import ProcessChart
from kpi.packs.meaning import Definition, Meaning
from kpi.packs.readings import fraction_of_teams
from kpi.packs.revisions import Earlier, earlier_figures
from kpi.packs.rows import goal_of
from kpi.packs.words import counted, state_in_words, target_in_words, value_in_words
from kpi.returns.cells import UNSURE
from kpi.returns.models import ObservationState
from qa_audit.common.components import tag_html
from qa_audit.common.months import month_words
from qa_audit.common.publishing.page import table_html
from qa_audit.common.publishing.values import Column, Table
from qa_audit.people.models import User


@dataclass(frozen=True)
class MonthRow:
    """One month of the page's table, in words."""

    month: date
    figure: MonthFigure
    version: Meaning
    target: str
    rating: Rating | None
    earlier: Sequence[Earlier]
    signal: str
    # Whether some months are the council's own and others its teams' together.
    is_mixed: bool
    # The other reading of the month: its teams together, with their fraction.
    teams: str

    @property
    def words(self) -> str:
        return month_words(self.month)

    @property
    def value(self) -> str:
        """86.8%, or why there is none."""
        return value_in_words(self.version, self.figure)

    @property
    def standing(self) -> str:
        """Whether the figure is final, and what was noted with it."""
        state = ObservationState(self.figure.state).label.lower() if self.figure.state in UNSURE else ""
        return "; ".join(filter(None, (state, self.figure.note)))

    @property
    def notes(self) -> str:
        """What the chart marks it with, how far it stands, and where that differs by month, whose it is."""
        teams = "its teams together" if self.is_mixed and self.figure.is_from_teams else ""
        return "; ".join(filter(None, (self.signal, self.standing, teams)))


FILE_COLUMNS = [
    Column("month", value=lambda row: f"{row.month:%Y-%m}"),
    Column("numerator", "number", value=lambda row: row.figure.numerator),
    Column("denominator", "number", value=lambda row: row.figure.denominator),
    Column("value", "number", value=lambda row: row.version.displayed(row.figure.value)),
    Column("state", value=lambda row: state_in_words(row.figure)),
    Column("target", value=lambda row: row.target),
    Column("rating", value=lambda row: row.rating.label if row.rating else ""),
    Column("signal", value=lambda row: row.signal),
    Column("earlier", value=lambda row: "; ".join(map(str, row.earlier))),
    Column("teams together", width=24, value=lambda row: row.teams),
]


class MonthTable:
    """Every month of the chart, as one person may read it."""

    def __init__(self, user: User, chart: ProcessChart, definition: Definition):
        self.user, self.chart, self.row, self.definition = user, chart, chart.row, definition

    @cached_property
    def rows(self) -> list[MonthRow]:
        """The newest first. One query where any month was revised."""
        row, earlier = self.row, earlier_figures(self.user, self.row)
        is_mixed = len({figure.is_from_teams for figure in row.figures.values()}) > 1
        found = []
        for month, point in zip(self.chart.months, self.chart.points, strict=True):
            figure, target = row.figure(month), row.target_in(month)
            goal = goal_of(target, month) if target else None
            found.append(
                MonthRow(
                    month=month,
                    figure=figure,
                    version=row.version,
                    target=target_in_words(row.version, target, month),
                    rating=rating(figure.value, goal, row.version.unit),
                    earlier=earlier.get(month, ()),
                    signal=point.signal.label if point.signal else "",
                    is_mixed=is_mixed,
                    teams=fraction_of_teams(row, row.teams[month]) if month in row.teams else "",
                )
            )
        return found[::-1]

    @cached_property
    def has_fractions(self) -> bool:
        """Whether any month's numerator and denominator are known."""
        return any(row.figure.ratio for row in self.rows)

    def table(self) -> Table:
        """A row for each month, the newest first as on the page."""
        return Table("Months", FILE_COLUMNS, self.rows, freeze=1)

    def html(self) -> SafeString:
        """The table of the page."""
        return table_html(Table("Month by month", list(self._columns()), self.rows), look="worded")

    def _columns(self) -> Iterator[Column]:
        yield Column("Month", html=lambda row: f'<span class="sight-nowrap">{row.words}</span>')
        yield Column("Value", "number", html=_value_html)
        if self.row.targets:
            yield Column("Rating", html=_rating_html)
            yield Column("Target", value=lambda row: row.target, look="sight-nowrap")
        if self.has_fractions:
            definition = self.definition
            yield Column(
                definition.numerator_heading, "number", value=lambda row: counted(row.figure.numerator)
            )
            yield Column(
                definition.denominator_heading, "number", value=lambda row: counted(row.figure.denominator)
            )
        if self.row.teams:
            yield Column("Teams together", value=lambda row: row.teams)
        yield Column("Notes", value=lambda row: row.notes)


def _rating_html(row: MonthRow) -> str:
    return tag_html("rating", row.rating.value, row.rating.label) if row.rating else ""


def _value_html(row: MonthRow) -> str:
    """The value, and of a revised one what was there before."""
    if not row.earlier:
        return escape(row.value)
    earlier = "".join(f"<li>{escape(one.in_words)}</li>" for one in row.earlier)
    return (
        f'{escape(row.value)}<details class="sight-earlier">'
        '<summary>Revised<span class="govuk-visually-hidden">'
        f": earlier figures of {row.words}</span></summary>"
        f'<ul class="govuk-list govuk-body-s">{earlier}</ul></details>'
    )
