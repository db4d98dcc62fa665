"""An indicator's page stands at its code; the other pages of Measures keep their addresses."""

import pytest

import kpi.packs.urls
import kpi.urls
from kpi.indicators.actions.indicators import add_indicator
from kpi.indicators.models.versions import Unit
from tests.factories.kpi import APRIL, AreaFactory


def first_parts_of_addresses() -> list[str]:
    of_measures = [*kpi.urls.urlpatterns[:-1], *kpi.packs.urls.urlpatterns]
    parts = {str(one.pattern).partition("/")[0] for one in of_measures}
    return sorted(parts - {"", "<slug:slug>"})


@pytest.mark.parametrize("route", first_parts_of_addresses())
def test_no_indicator_takes_the_address_of_another_page_of_measures(cast, route):
    area = AreaFactory()
    meaning = {"title": route, "unit": Unit.NUMBER, "basis": "in_month", "from_month": APRIL}
    added = add_indicator(code=route, area=area, order=1, by=cast.analyst, **meaning)
    assert added.slug == f"{route}-2"
