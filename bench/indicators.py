"""The indicators that are measured, what they are held against, and the council's and the teams' figures."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product

from django.db import connection

from bench.data import BATCH, Council
from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.indicators.models.areas import Area
from kpi.indicators.models.comparisons import Benchmark, Comparator, Population, Target
from kpi.indicators.models.indicators import Indicator, IndicatorStatus
from kpi.indicators.models.versions import Basis, IndicatorVersion, Polarity, Rollup, Unit
from kpi.returns.models import Observation, Return
from qa_audit.common.months import last_months
from qa_audit.people.models import Team

INDICATORS, AREAS, MONTHS = 170, 10, 120
NEWEST = date(2025, 12, 1)
# Before the ten years lie the months that the measured return brings.
BEGAN = date(2010, 4, 1)
UNITS = [Unit.PERCENTAGE, Unit.NUMBER, Unit.RATE]
CHILDREN = "0 to 17"
# One in ten indicators has commentary on the newest month, and a revised figure in it.
TOLD_EVERY = 10
FEW_INDICATORS, FEW_TEAMS, FEW_MONTHS = 17, 6, 14
# A team's figure beside the council's of the same month: (column, expression) where the council has one.
TEAM_AMOUNTS = {
    "numerator": "20 + (o.id * 7 + t.id * 13) %% 40",
    "denominator": "60 + (o.id + t.id * 3) %% 30",
    "value": "20 + (o.id * 11 + t.id * 5) %% 50",
}


def add_indicators(council: Council) -> list[IndicatorVersion]:
    """Live indicators in three units, each with a target and three benchmarks."""
    areas = Area.objects.bulk_create(Area(title=f"Area {place}", order=place) for place in range(AREAS))
    Population.objects.create(age_band=CHILDREN, people=50_000, from_month=BEGAN)
    indicators = Indicator.objects.bulk_create(
        Indicator(
            code=f"I{number:03}",
            slug=f"i{number:03}",
            area=areas[number * AREAS // INDICATORS],
            order=number,
            status=IndicatorStatus.LIVE,
        )
        for number in range(INDICATORS)
    )
    _add_comparisons(indicators)
    Commentary.objects.bulk_create(
        Commentary(
            indicator=indicator,
            month=NEWEST,
            text="Two teams had vacancies; visits caught up by the end of the month.",
            status=CommentaryStatus.APPROVED,
            written_by=council.lead,
            approved_by=council.lead,
        )
        for indicator in indicators[::TOLD_EVERY]
    )
    return IndicatorVersion.objects.bulk_create(
        _version(indicator, number) for number, indicator in enumerate(indicators)
    )


def _version(indicator: Indicator, number: int) -> IndicatorVersion:
    unit = UNITS[number % len(UNITS)]
    return IndicatorVersion(
        indicator=indicator,
        from_month=BEGAN,
        title=f"Indicator number {number} of children who were seen in time",
        unit=unit,
        basis=Basis.IN_MONTH,
        polarity=[Polarity.HIGH_GOOD, Polarity.LOW_GOOD][number % 2],
        decimal_places=0 if unit == Unit.NUMBER else 1,
        population=CHILDREN if unit == Unit.RATE else "",
        outcome="Children are safe.",
        team_rollup=Rollup.SUM if unit == Unit.NUMBER else Rollup.POOLED,
    )


def _add_comparisons(indicators: Sequence[Indicator]) -> None:
    Target.objects.bulk_create(
        Target(indicator=indicator, from_month=BEGAN, value=60) for indicator in indicators
    )
    others = [Comparator.STATISTICAL_NEIGHBOURS, Comparator.REGION, Comparator.ENGLAND]
    Benchmark.objects.bulk_create(
        Benchmark(
            indicator=indicator,
            comparator=comparator,
            period="2024-25",
            basis=Basis.IN_MONTH,
            value=55,
            from_month=BEGAN,
        )
        for indicator, comparator in product(indicators, others)
    )


def add_few_figures(council: Council, versions: Sequence[IndicatorVersion]) -> None:
    """A tenth of the indicators and of the teams, over the months of a dataset page."""
    _add_council_figures(council, versions[:FEW_INDICATORS], last_months(NEWEST, FEW_MONTHS))
    _add_team_figures(council.teams[:FEW_TEAMS], after=0)


def add_other_figures(council: Council, versions: Sequence[IndicatorVersion], months: int) -> None:
    """All the rest: every indicator, council and team, over so many months."""
    _add_team_figures(council.teams[FEW_TEAMS:], after=0)
    newest = Observation.objects.order_by("-pk").values_list("pk", flat=True)[0]
    all_months = last_months(NEWEST, months)
    _add_council_figures(council, versions[FEW_INDICATORS:], all_months)
    _add_council_figures(council, versions[:FEW_INDICATORS], all_months[:-FEW_MONTHS])
    _add_team_figures(council.teams, after=newest)


def _add_council_figures(
    council: Council, versions: Sequence[IndicatorVersion], months: Sequence[date]
) -> None:
    source = Return.objects.create(file_name="bench.csv", by=council.lead)
    figures = [_figure(version, month, source) for version, month in product(versions, months)]
    revised = [
        figure for figure in figures if figure.month == NEWEST and figure.indicator.order % TOLD_EVERY == 0
    ]
    earlier = Observation.objects.bulk_create(
        _figure(figure.indicator_version, NEWEST, source, is_current=False) for figure in revised
    )
    for figure, before in zip(revised, earlier, strict=True):
        figure.replaces, figure.revision, figure.reason = before, 2, "Two records were late."
    Observation.objects.bulk_create(figures, batch_size=BATCH)


def _figure(version: IndicatorVersion, month: date, source: Return, **facts) -> Observation:
    """The council's own: it moves from month to month, and no two indicators are alike."""
    moved = (version.indicator.order * 31 + month.year * 12 * 17 + month.month * 17) % 400
    amounts = {
        Unit.PERCENTAGE: {"numerator": 4000 + moved, "denominator": 6000},
        Unit.NUMBER: {"value": 3000 + moved},
        Unit.RATE: {"numerator": 3000 + moved},
    }
    return Observation(
        indicator=version.indicator,
        indicator_version=version,
        month=month,
        source=source,
        **amounts[version.unit],
        **facts,
    )


def _add_team_figures(teams: Iterable[Team], after: int) -> None:
    """A row of each team beside each of the council's after this number, made in the database."""
    columns = [field.column for field in Observation._meta.concrete_fields if not field.primary_key]
    # Only the council's row was revised.
    own = {"team_id": "t.id", "revision": "1", "replaces_id": "NULL", "reason": "''"}
    for column, amount in TEAM_AMOUNTS.items():
        own[column] = f"CASE WHEN o.{column} IS NULL THEN NULL ELSE {amount} END"
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    values = ", ".join(own.get(column, f"o.{connection.ops.quote_name(column)}") for column in columns)
    table, ids = Observation._meta.db_table, [team.pk for team in teams]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values}"  # noqa: S608
            f" FROM {table} o CROSS JOIN {Team._meta.db_table} t"
            " WHERE o.team_id IS NULL AND o.is_current AND o.id > %s"
            f" AND t.id IN ({', '.join(['%s'] * len(ids))}) ORDER BY o.id, t.id",
            [after, *ids],
        )
