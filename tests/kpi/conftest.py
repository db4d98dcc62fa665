"""An indicator with a figure."""

import pytest

from tests.factories.kpi import IndicatorVersionFactory, ObservationFactory


@pytest.fixture
def indicator(cast):
    """For whose service the head of the cast writes."""
    version = IndicatorVersionFactory(indicator__code="CP1", title="Visits in time")
    version.indicator.services.add(cast.service)
    ObservationFactory(indicator_version=version)
    return version.indicator
