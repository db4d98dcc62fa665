"""Which month a page of Measures is of."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kpi.indicators.models.indicators import ComponentRole, Indicator
from kpi.measures.values import FIRST_MONTH, MONTHS_IN_YEAR
from kpi.returns.models import Observation, teams_seen_by
from qa_audit.common.forms import FilterForm
from qa_audit.common.months import later, month_words, parse_month
from qa_audit.people.models import User

# One team alone is not the council, and its figure is not everybody's to see.
FEWEST_TEAMS = 2


def financial_year(month: date) -> str:
    """2018-19: the year from 1 April in which the month lies."""
    first = month.year - (month.month < FIRST_MONTH)
    return f"{first}-{(first + 1) % 100:02}"


@dataclass(frozen=True)
class Months:
    """Months that have figures of the council, each with how many."""

    counts: dict[date, int]

    def __iter__(self) -> Iterator[date]:
        """The newest first."""
        return iter(sorted(self.counts, reverse=True))

    def __bool__(self) -> bool:
        return bool(self.counts)

    def __contains__(self, month: date) -> bool:
        return month in self.counts

    @cached_property
    def usual(self) -> date:
        """The newest month that is mostly in: it has half as many figures as the fullest of the year before.

        A month that has only begun to come in would make nearly empty pages. Raises ValueError without any.
        """
        for month in self:
            year_before = [one for one in self if later(month, -MONTHS_IN_YEAR) <= one <= month]
            if 2 * self.counts[month] >= max(self.counts[one] for one in year_before):
                return month
        raise ValueError("There are no months.")

    @property
    def begun(self) -> list[date]:
        """Months newer than the usual one, the newest first."""
        return [month for month in self if month > self.usual]


def months_with_figures(user: User) -> Months:
    """Months for which the council has figures, its own or its teams' together, that the person may see.

    Whether a figure still stands is not asked: so the index alone answers. Two queries: PostgreSQL takes
    twice as long over one union of both.
    """
    council = Observation.objects.visible_to(user).of_council()
    counts = Counter(dict(council.order_by().values_list("month").annotate(figures=Count("*"))))
    own = Observation.objects.current().of_council().filter(indicator=OuterRef("pk"))
    of_teams_only = Indicator.objects.visible_to(user).filter(~Exists(own))
    teams = Observation.objects.of_teams().filter(indicator__in=of_teams_only.values("pk"))
    teams = _by_teams(teams).filter(teams__gte=FEWEST_TEAMS)
    counts.update(teams.values_list("month", flat=True))
    return Months(dict(counts))


def months_of(user: User, indicator: Indicator, asked: str) -> Months:
    """The months of one indicator and of what it is made of; and the one asked for, when others have figures.

    That one team alone has a figure is told to those who may see that team. In: `asked` as an address has
    it, 2026-04, or nothing.
    """
    # By numbers: of "this one or its parts" PostgreSQL reads every figure there is.
    fraction = (ComponentRole.NUMERATOR, ComponentRole.DENOMINATOR)
    parts = indicator.components.filter(role__in=fraction).order_by().values_list("part", flat=True)
    figures = Observation.objects.filter(indicator__in=[indicator.pk, *parts], service=None)
    seen = teams_seen_by(user)
    if seen is not None:
        is_shown = Q(councils__gt=0) | Q(teams__gte=FEWEST_TEAMS) | Q(seen__gt=0)
        counts = {"councils": Count("pk", filter=Q(team=None)), "seen": Count("pk", filter=seen)}
        figures = _by_teams(figures).annotate(**counts).filter(is_shown)
    own = set(figures.order_by().values_list("month", flat=True).distinct())
    if own and asked in {"", *(f"{month:%Y-%m}" for month in own)}:
        return Months(dict.fromkeys(own, 1))
    others = months_with_figures(user)
    if not own:
        return others
    return Months(dict.fromkeys(own | {month for month in others if f"{month:%Y-%m}" == asked}, 1))


def _by_teams(rows: QuerySet[Observation]) -> QuerySet:
    """Each indicator's months, with how many teams have a figure."""
    return rows.order_by().values("indicator", "month").annotate(teams=Count("team", distinct=True))


class MonthFilter(FilterForm):
    """The newest month that is mostly in, unless another is chosen."""

    month = forms.ChoiceField(required=False)

    def __init__(self, data, *, months: Months):
        # Said, so that the list shows the month that the page shows.
        usual = {"month": f"{months.usual:%Y-%m}"} if months and not data.get("month") else {}
        super().__init__(data.dict() | usual)
        self.months = months
        self.fields["month"].choices = [(f"{month:%Y-%m}", month_words(month)) for month in months]
        self.fields["month"].error_messages["invalid_choice"] = "Choose a month from the list"

    def chosen(self) -> date:
        """The month asked for; only of a valid form, and where there is any month."""
        return parse_month(self.cleaned_data["month"])
