"""How many queries the pages of measures may take, with all that can stand on them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from kpi.indicators.models.versions import Unit
from qa_audit.common.months import last_months
from tests.factories.kpi import (
    BenchmarkFactory,
    ObservationFactory,
    PopulationFactory,
    ReturnFactory,
    TargetFactory,
)
from tests.factories.people import TeamFactory
from tests.kpi.packs.conftest import MONTH, revise, version_of


def full(cast, code="CP8", **fields):
    """Fourteen months, the last one revised, with sixty teams, a target and a benchmark."""
    version, source = version_of(code, **fields), ReturnFactory()
    for month in last_months(MONTH, 14):
        newest = ObservationFactory(indicator_version=version, month=month, numerator=Decimal(40))
    revise(newest, "Corrected", numerator=Decimal(41), denominator=newest.denominator)
    for number in range(60):
        ObservationFactory(
            indicator_version=version,
            team=TeamFactory(service=cast.service, name=f"{code} {number:02}"),
            numerator=Decimal(9),
            denominator=Decimal(12),
            source=source,
        )
    TargetFactory(indicator=version.indicator)
    BenchmarkFactory(indicator=version.indicator)
    return version


@pytest.mark.parametrize("who", ["qa_lead", "leader", "analyst", "auditor"])
def test_an_indicators_page_takes_eighteen_queries_at_most(cast, sign_in, who, django_assert_max_num_queries):
    version, client = full(cast), sign_in(getattr(cast, who))
    address = reverse("packs:indicator", args=[version.indicator.slug])
    client.get(address)
    with django_assert_max_num_queries(18):
        page = client.get(address, {"month": f"{MONTH:%Y-%m}"})
    assert page.status_code == 200
    assert "earlier figures of April 2026" in page.content.decode()


def test_a_rate_asks_for_its_population_and_a_head_for_the_total(
    cast, sign_in, django_assert_max_num_queries
):
    PopulationFactory()
    version, client = full(cast, unit=Unit.RATE, population="0 to 17"), sign_in(cast.head)
    address = reverse("packs:indicator", args=[version.indicator.slug])
    client.get(address)
    with django_assert_max_num_queries(21):
        page = client.get(address)
    assert "CP8 59" in page.content.decode()


def test_the_dataset_takes_sixteen_queries_at_most(cast, sign_in, django_assert_max_num_queries):
    for number in range(3):
        full(cast, f"CP{number}")
    client, address = sign_in(cast.qa_lead), reverse("packs:dataset")
    client.get(address)
    with django_assert_max_num_queries(16):
        page = client.get(address).content.decode()
    assert page.count("2024-25") >= 3
