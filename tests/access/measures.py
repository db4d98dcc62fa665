"""One indicator with everything that is kept of it: no service's own, so all readers meet it."""

from datetime import date

from kpi.indicators.models.comparisons import CaseloadThreshold, QualifyingStatus
from kpi.indicators.models.indicators import Component
from kpi.indicators.models.months import Month, MonthState
from kpi.returns.actions import keep_return
from kpi.returns.jobs import begin_check
from qa_audit.people.models import TeamAlias
from tests.conftest import Cast
from tests.factories.kpi import (
    BenchmarkFactory,
    IndicatorFactory,
    IndicatorVersionFactory,
    PopulationFactory,
    ReturnFactory,
    TargetFactory,
)

A_RETURN = b"indicator_code,month,value\nCP1,2026-02,95\n"


def make_measures(cast: Cast) -> dict:
    """By the name that stands in an address: the indicator's slug, and the numbers of its rows."""
    indicator = IndicatorFactory(code="CP1")
    second = IndicatorVersionFactory(indicator=indicator)
    IndicatorVersionFactory(indicator=indicator, from_month=date(2026, 4, 1), reason="Unborn children count")
    rows = {
        "version": second,
        "target": TargetFactory(indicator=indicator),
        "benchmark": BenchmarkFactory(indicator=indicator),
        "component": Component.objects.create(
            indicator=indicator,
            part=IndicatorVersionFactory(indicator__code="CP2").indicator,
            role="numerator",
        ),
        "population": PopulationFactory(),
        "threshold": CaseloadThreshold.objects.create(
            status=QualifyingStatus.SOCIAL_WORKER, from_month=date(2015, 4, 1)
        ),
        "area": indicator.area,
        "month": Month.objects.create(first=date(2026, 3, 1), state=MonthState.LOCKED),
        "alias": TeamAlias.objects.create(team=cast.team, name="Harbour One"),
        "return": ReturnFactory(content=A_RETURN, outcome={"counts": {}, "lines": []}),
    }
    begin_check(keep_return(content=A_RETURN, file_name="return.csv", by=cast.analyst))
    return {"slug": indicator.slug} | {name: row.pk for name, row in rows.items()}
