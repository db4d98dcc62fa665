"""Teams as one: the ratio of sums, or the sum of counts, by the indicator's own rule.

It is the other reading of the council's figure, and stands in for it where the council gave none.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from kpi.indicators.models.versions import Rollup
from kpi.measures.values import Ratio, worked_out
from kpi.packs.figure import MonthFigure
from kpi.packs.meaning import Meaning
from kpi.returns.models import HAS_FIGURE, Observation, teams_seen_by
from kpi.returns.months import FEWEST_TEAMS
from qa_audit.people.models import User

IS_FRACTION = Q(numerator__isnull=False, denominator__isnull=False)
AMOUNT = Coalesce("value", "numerator")
ADDS = {
    "teams": Count("pk"),
    "fractions": Count("pk", filter=IS_FRACTION),
    "numerator_sum": Sum("numerator", filter=IS_FRACTION),
    "denominator_sum": Sum("denominator", filter=IS_FRACTION),
    "value_sum": Sum(AMOUNT, filter=~IS_FRACTION),
}


def adds_for(user: User) -> dict[str, Count | Sum]:
    """The sums, and, for who sees some teams only, how many of these teams are among them."""
    seen = teams_seen_by(user)
    return ADDS if seen is None else {**ADDS, "seen": Count("pk", filter=seen)}


ADDING = (Rollup.SUM, Rollup.POOLED)


@dataclass(frozen=True)
class Together:
    """Several teams added up. `fractions`: how many of the teams have one, the others have a value alone.

    `seen`: how many the person may see one by one; None: all.
    """

    teams: int
    fractions: int
    numerator_sum: Decimal | None
    denominator_sum: Decimal | None
    value_sum: Decimal | None
    seen: int | None = None

    @classmethod
    def of(cls, figures: Iterable[MonthFigure]) -> "Together":
        """What these teams come to; those without a figure are left out."""
        known = [figure for figure in figures if figure.state in HAS_FIGURE]
        ratios = [figure.ratio for figure in known if figure.ratio]
        values = [figure.amount for figure in known if figure.ratio is None]
        return cls(
            len(known),
            len(ratios),
            sum((ratio.numerator for ratio in ratios), Decimal(0)),
            sum((ratio.denominator for ratio in ratios), Decimal(0)),
            sum(values, Decimal(0)),
        )

    @property
    def tells_of_one(self) -> bool:
        """Whether a single team that the person may not see could be worked out from the sum."""
        return self.seen is not None and self.teams - self.seen == 1

    def figure(self, meaning: Meaning) -> MonthFigure | None:
        """The teams as one figure.

        None where figures of this kind never stand together, or where the fraction of a team is not known.
        """
        if meaning.team_rollup == Rollup.POOLED and 0 < self.fractions == self.teams:
            ratio = Ratio(self.numerator_sum, self.denominator_sum)
            value = worked_out(ratio, meaning.unit)
            return MonthFigure(numerator=ratio.numerator, denominator=ratio.denominator, value=value)
        if meaning.team_rollup == Rollup.SUM and self.teams > 0 == self.fractions:
            return MonthFigure(value=self.value_sum)
        return None


def teams_together(
    user: User, versions: Mapping[int, Meaning], months: Sequence[date], in_all_months: Collection[int]
) -> Iterator[tuple[int, date, MonthFigure]]:
    """The teams together: indicator, month, figure. One query.

    In: the version of each indicator, and of which of them every month is wanted; of the others the newest.
    Totals are of all teams, whoever asks, but where one team that the person may not see would be told by
    them.
    """
    adding = [pk for pk, version in versions.items() if version.team_rollup in ADDING]
    if not adding:
        return
    teams = Observation.objects.current().of_teams().between(months[0], months[-1])
    whole = Q(indicator__in=[pk for pk in adding if pk in set(in_all_months)])
    teams = teams.filter(whole | Q(indicator__in=adding, month=months[-1]), state__in=HAS_FIGURE)
    for row in teams.order_by().values("indicator_id", "month").annotate(**adds_for(user)):
        pk, month = row.pop("indicator_id"), row.pop("month")
        together = Together(**row)
        if together.teams < FEWEST_TEAMS or together.tells_of_one:
            continue
        if figure := together.figure(versions[pk]):
            figure.is_from_teams = True
            yield pk, month, figure
