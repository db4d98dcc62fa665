"""The teams' figures of one indicator in one month, with the council's total as the ratio of sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.indicators.models.versions import Unit
from kpi.measures.values import displayed
from kpi.packs.figure import MonthFigure, value_of
from kpi.packs.meaning import Meaning
from kpi.packs.rollup import Together, adds_for
from kpi.returns.models import HAS_FIGURE, Observation, teams_seen_by
from qa_audit.common import excel
from qa_audit.people.models import User

TOTAL = "Total"
PERCENTAGE_PLACES = 1
COLUMNS = ("team", "team__name", "revision", "state", "numerator", "denominator", "value")


@dataclass(frozen=True)
class TeamRow:
    """One team by its number, or all together (`team` None). `value` is unrounded; None: there is none."""

    name: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    unit: str = Unit.PERCENTAGE
    team: int | None = None
    is_revised: bool = False

    @property
    def shown(self) -> Decimal | None:
        """The value with one decimal place."""
        return displayed(self.value, self.unit, PERCENTAGE_PLACES)


@dataclass(frozen=True)
class TeamTable:
    """The teams that the person may see; the total is of all teams, unless it would tell of a hidden one.

    `counted`: of how many teams the total is.
    """

    version: Meaning
    month: date
    rows: Sequence[TeamRow]
    total: TeamRow | None
    counted: int = 0

    def sheet(self) -> excel.Sheet:
        """Team, denominator, numerator and percentage as a sheet, the total last."""
        columns = [excel.Column("team")]
        columns += [excel.Column(heading, "number") for heading in ("denominator", "numerator")]
        columns.append(excel.Column("percentage", "tenths"))
        return excel.Sheet(
            title=f"Teams {self.month:%Y-%m}",
            columns=columns,
            rows=[_cells(row) for row in self.rows],
            totals=[_cells(self.total)] if self.total else [],
            freeze=1,
        )


def _cells(row: TeamRow) -> list:
    return [row.name, row.denominator, row.numerator, row.value]


def team_table(user: User, version: Meaning, month: date) -> TeamTable:
    """The month's team table of an indicator for a person, in one query; in two for who sees some teams only.

    Heads get their services' teams and managers their own; analysts, QA leads and senior leaders all.
    """
    figures = Observation.objects.current().filter(indicator=version.indicator.pk, month=month)
    of_teams = figures.visible_to(user).of_teams()
    of_teams = of_teams.order_by("team__service__order", "team__name")
    found = [
        (team, name, MonthFigure(state, *amounts, revision=revision))
        for team, name, revision, state, *amounts in of_teams.values_list(*COLUMNS)
    ]
    rows = [_row(version, *facts) for facts in found]
    if not rows:
        return TeamTable(version, month, rows, None)
    if teams_seen_by(user) is None:
        together = Together.of(figure for _, _, figure in found)
    else:
        known = figures.of_teams().filter(state__in=HAS_FIGURE)
        together = Together(**known.aggregate(**adds_for(user)))
    one = None if together.tells_of_one else together.figure(version)
    total = one and TeamRow(TOTAL, one.numerator, one.denominator, one.value, version.unit)
    return TeamTable(version, month, rows, total, together.teams)


def _row(version: Meaning, team: int, name: str, figure: MonthFigure) -> TeamRow:
    return TeamRow(
        name,
        figure.numerator,
        figure.denominator,
        value_of(figure, version.unit),
        version.unit,
        team,
        figure.is_revised,
    )
