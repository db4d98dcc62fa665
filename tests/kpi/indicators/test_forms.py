"""What the forms of indicators say when something is missing: in plain words, and all at once."""

import pytest

from tests.conftest import client_for
from tests.factories.kpi import AreaFactory, IndicatorVersionFactory

pytestmark = pytest.mark.django_db
HOME = "/measures/indicators/"


@pytest.fixture
def analyst(cast):
    IndicatorVersionFactory(indicator__code="CP1", title="Visits in time")
    return client_for(cast.analyst)


def refused(client, address, **typed) -> list[str]:
    """Every error of the form, in the order of its fields."""
    form = client.post(HOME + address, typed or {"nothing": ""}).context["form"]
    return [error for field in form for error in field.errors if not field.is_hidden]


MEANING = ["Enter the title", "Choose the unit", "Choose the basis", "Say which way is good"]
MEANING += ["Enter how many decimal places"]
TOGETHER = ["Choose how teams are put together", "Choose how months are put together"]


@pytest.mark.parametrize(
    ("address", "errors"),
    [
        (
            "add/",
            [
                *(
                    "Enter the code",
                    "Choose the area",
                    "Enter its place in the area",
                    "Enter the first month",
                ),
                *MEANING,
                *TOGETHER,
            ],
        ),
        (
            "definitions/cp1/versions/add/",
            ["Enter the first month", "Say why the definition changes", *MEANING, *TOGETHER],
        ),
        ("definitions/cp1/change/", ["Choose the area", "Enter its place in the area"]),
        ("definitions/cp1/retire/", ["Enter the reason"]),
        (
            "definitions/cp1/components/link/",
            ["Choose what the other indicator is to this one", "Choose the other indicator"],
        ),
        (
            "definitions/cp1/targets/set/",
            [
                "Choose at least, at most or between",
                "Enter the value, or say that it is still to be confirmed",
                "Enter the first month",
                "Choose how it runs over the months",
                "Choose the unit of the margin",
            ],
        ),
        (
            "definitions/cp1/benchmarks/set/",
            [
                "Choose whose figure it is",
                "Enter the value",
                "Choose the basis",
                "Enter the first month",
                "Say whether it can be compared",
            ],
        ),
        ("populations/set/", ["Enter the age band", "Enter how many people", "Enter the first month"]),
        (
            "thresholds/set/",
            [
                "Choose the qualifying status",
                "Enter from how many children a caseload counts as high",
                "Enter the first month",
            ],
        ),
        ("areas/add/", ["Enter the title", "Enter its place in lists"]),
        ("months/lock/", ["Enter the month to lock"]),
        ("aliases/add/", ["Enter the other name", "Choose the team"]),
    ],
)
def test_a_form_left_empty_asks_for_everything_at_once_in_plain_words(analyst, address, errors):
    assert refused(analyst, address) == errors


def test_an_area_left_empty_when_it_is_changed_asks_for_both(analyst):
    area = AreaFactory()
    assert refused(analyst, f"areas/{area.pk}/change/") == ["Enter the title", "Enter its place in lists"]


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        (
            {"value": "", "from_month": ""},
            ["Enter the value, or say that it is still to be confirmed", "Enter the first month"],
        ),
        (
            {"value": "soon", "from_month": ""},
            ["Enter a number such as 95, a ceiling such as “<36”, or TBC", "Enter the first month"],
        ),
        (
            {"value": "950", "margin": "wide"},
            ["A percentage must be between 0 and 100", "Enter a number"],
        ),
        (
            {"value": "85", "from_month": "", "profile": "cumulative"},
            [
                "Enter the first month",
                "Enter the last month: only a target that is the same each month has none",
            ],
        ),
    ],
)
def test_a_target_with_several_faults_names_them_all_at_once(analyst, wrong, errors):
    typed = {"operator": "at_least", "from_month": "April 2026", "profile": "flat", "margin_unit": "points"}
    assert refused(analyst, "definitions/cp1/targets/set/", **{**typed, **wrong}) == errors


def test_a_benchmark_without_month_and_difference_is_asked_for_both_at_once(analyst):
    typed = {"comparator": "england", "value": "88", "basis": "in_month", "comparability": "near"}
    errors = refused(analyst, "definitions/cp1/benchmarks/set/", **typed)
    assert errors == ["Enter the first month", "Say how the definition differs"]


def test_what_the_target_itself_refuses_is_said_once(analyst):
    typed = {"operator": "at_least", "from_month": "April 2026", "profile": "flat", "margin_unit": "points"}
    errors = refused(analyst, "definitions/cp1/targets/set/", **typed, value="85", margin="-1")
    assert errors == ["Enter 0 or more"]


@pytest.mark.parametrize(
    "address",
    [
        "definitions/cp1/targets/set/",
        "definitions/cp1/benchmarks/set/",
        "populations/set/",
        "thresholds/set/",
    ],
)
def test_first_and_last_month_are_asked_for_in_boxes_of_one_width(analyst, address):
    page = analyst.get(HOME + address).content.decode()
    for name in ("from_month", "to_month"):
        box = next(part for part in page.split("<input") if f'name="{name}"' in part)
        assert "govuk-input--width-10" in box.partition(">")[0], name
