"""The lists of indicators: how one is called, with which unit its values stand, and the way back."""

from decimal import Decimal

import pytest

from kpi.indicators.models.versions import IndicatorVersion, Unit
from tests.conftest import client_for
from tests.factories.kpi import BenchmarkFactory, IndicatorVersionFactory, TargetFactory
from tests.interface.markup import Markup

pytestmark = pytest.mark.django_db
HOME = "/measures/indicators/"
TITLE = "Percentage of visits in time"


@pytest.fixture
def analyst(cast):
    return client_for(cast.analyst)


def text(response) -> str:
    return response.content.decode()


def names(page: str) -> list[str]:
    """What stands at the head of each row."""
    return [" ".join(one.text.split()) for one in Markup(page).all("th", scope="row")]


def cells(page: str) -> list[str]:
    return [one.text for one in Markup(page).all("td")]


@pytest.mark.parametrize("page", ["", "targets/", "benchmarks/"])
def test_a_list_names_an_indicator_by_title_before_code_and_without_a_code_once(analyst, page):
    IndicatorVersionFactory(indicator__code="CP1", indicator__order=1, title=TITLE)
    IndicatorVersionFactory(indicator__code="Visits", indicator__order=2, title="Visits")
    assert set(names(text(analyst.get(HOME + page)))) == {f"{TITLE} (CP1)", "Visits"}


def test_a_sheet_says_a_title_without_a_code_once_above_its_definition(analyst):
    version = IndicatorVersionFactory(indicator__code="Visits", title="Visits")
    page = text(analyst.get(f"{HOME}definitions/{version.indicator.slug}/"))
    assert f'<span class="govuk-caption-l">{version.indicator.area}</span>' in page


@pytest.mark.parametrize(
    ("unit", "target", "benchmark"),
    [
        (Unit.PERCENTAGE, "At least 95.5%", "88.25%"),
        (Unit.MONEY, "At least £95.5", "£88.25"),
        (Unit.NUMBER, "At least 95.5", "88.25"),
    ],
)
def test_targets_and_benchmarks_stand_with_their_unit(analyst, unit, target, benchmark):
    indicator = IndicatorVersionFactory(indicator__code="CP1", unit=unit).indicator
    TargetFactory(indicator=indicator, value=Decimal("95.500"))
    other = BenchmarkFactory(indicator=indicator, value=Decimal("88.250"))
    sheet = cells(text(analyst.get(f"{HOME}definitions/cp1/")))
    assert {target, benchmark} <= set(sheet)
    assert target in cells(text(analyst.get(f"{HOME}targets/")))
    assert f"{other}: {benchmark}" in cells(text(analyst.get(f"{HOME}benchmarks/")))


def test_a_target_between_two_values_gives_both_their_unit(analyst):
    indicator = IndicatorVersionFactory(indicator__code="CP1").indicator
    TargetFactory(indicator=indicator, operator="between", value=85, upper_value=90)
    assert "Between 85% and 90%" in cells(text(analyst.get(f"{HOME}targets/")))


@pytest.mark.parametrize(
    "page", ["targets/", "benchmarks/", "populations/", "thresholds/", "months/", "areas/", "aliases/"]
)
def test_a_list_below_the_indicators_leads_back_to_them_and_to_measures(analyst, page):
    assert way_back(analyst.get(HOME + page)) == ["Measures", "Indicators"]


def test_indicators_lead_back_to_measures_and_a_sheet_to_both(analyst):
    IndicatorVersionFactory(indicator__code="CP1")
    assert way_back(analyst.get(HOME)) == ["Measures"]
    assert way_back(analyst.get(f"{HOME}definitions/cp1/")) == ["Measures", "Indicators"]


def way_back(response) -> list[str]:
    """The texts of the breadcrumbs, each with a page that opens."""
    links = Markup(text(response)).all("a", **{"class": "govuk-breadcrumbs__link"})
    assert all(response.client.get(link.attrs["href"]).status_code == 200 for link in links)
    return [link.text for link in links]


@pytest.mark.parametrize(
    "page", ["targets/", "benchmarks/", "populations/", "thresholds/", "definitions/cp1/"]
)
def test_the_button_stands_beside_the_month_on_every_page(analyst, page):
    IndicatorVersionFactory(indicator__code="CP1")
    assert '<form method="get" novalidate class="sight-month' in text(analyst.get(HOME + page))


@pytest.mark.parametrize("page", ["change/", "remove/"])
def test_changing_and_removing_a_target_say_of_which_indicator_it_is(analyst, page):
    target = TargetFactory(indicator=IndicatorVersionFactory(indicator__code="CP1").indicator, value=95)
    said = text(analyst.get(f"{HOME}targets/{target.pk}/{page}"))
    assert '<span class="govuk-caption-l">CP1: At least 95' in said


@pytest.mark.parametrize(
    ("person", "codes"),
    [("analyst", ["CP1", "NEW"]), ("qa_lead", ["CP1", "NEW"]), ("auditor", ["CP1"]), ("nobody", [])],
)
def test_versions_are_seen_by_those_who_see_their_indicator(cast, person, codes):
    IndicatorVersionFactory(indicator__code="CP1")
    IndicatorVersionFactory(indicator__code="NEW", indicator__status="draft")
    seen = IndicatorVersion.objects.visible_to(getattr(cast, person))
    assert sorted(version.indicator.code for version in seen) == codes
