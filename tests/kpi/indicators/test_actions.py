"""Keeping indicators and what they are held against: what the actions do and what they refuse."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from kpi.indicators.actions.areas import add_area, change_area
from kpi.indicators.actions.comparisons import change_row, remove_row, set_row
from kpi.indicators.actions.indicators import (
    add_indicator,
    add_version,
    change_indicator,
    change_version,
    link_component,
    make_live,
    remove_version,
    retire,
    unlink_component,
)
from kpi.indicators.actions.months import lock_month, unlock_month
from kpi.indicators.models.areas import Area
from kpi.indicators.models.comparisons import Benchmark, CaseloadThreshold, Population, Target
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import Month
from kpi.indicators.models.versions import IndicatorVersion
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.history.models import Event
from qa_audit.people.actions.persons import system_user
from tests.conftest import EVERYBODY
from tests.factories.kpi import (
    AreaFactory,
    IndicatorFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
JANUARY, MARCH, APRIL, MAY = (date(2026, month, 1) for month in (1, 3, 4, 5))
MEANING = {"title": "Visits in time", "unit": "percentage", "basis": "in_month"}


def add(by, code="CP1", **fields) -> Indicator:
    fields = {"area": AreaFactory(), "from_month": APRIL, **MEANING, **fields}
    return add_indicator(code=code, by=by, **fields)


def refused(call, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        call(**kwargs)
    return getattr(refusal.value, "message_dict", None) or {"": refusal.value.messages}


def events(record) -> list[str]:
    return list(Event.objects.about(record).values_list("action", flat=True))


def test_added_indicator_is_a_draft_with_its_first_version(cast):
    indicator = add(cast.analyst, "LAC9  (val)", external_codes=[("Annex A", "List 3")], polarity="high_good")
    assert (indicator.code, indicator.slug, indicator.status) == ("LAC9 (val)", "lac9-val", "draft")
    assert indicator.versions.get().polarity == "high_good"
    assert str(indicator.external_codes.get()) == "Annex A List 3"
    event = Event.objects.about(indicator).get()
    assert event.changes["title"] == [None, "Visits in time"]


def test_two_codes_that_read_alike_in_an_address_get_two_addresses(cast):
    assert add(cast.analyst, "EH3a").slug == "eh3a"
    assert add(cast.analyst, "EH3a%").slug == "eh3a-2"


def test_code_is_taken_whatever_its_case(cast):
    add(cast.analyst, "CP1")
    problems = refused(add, by=cast.analyst, code="cp1")
    assert problems == {"code": ["There is already an indicator with the code “cp1”"]}
    assert IndicatorVersion.objects.count() == 1


def test_command_may_add_indicators(db):
    assert add(system_user()).code == "CP1"


@pytest.mark.parametrize("role", [name for name in EVERYBODY if name != "analyst"])
def test_only_the_analyst_keeps_indicators(cast, role):
    version, by = IndicatorVersionFactory(), getattr(cast, role)
    target = TargetFactory(indicator=version.indicator)
    month = Month.objects.create(first=APRIL, state="locked")
    other = IndicatorFactory()
    calls = [
        lambda: add(by),
        lambda: add_area(title="Fostering", order=1, by=by),
        lambda: change_area(area=other.area, version=1, title="X", order=1, by=by),
        lambda: change_indicator(indicator=other, version=1, area=other.area, order=2, by=by),
        lambda: add_version(indicator=version.indicator, from_month=APRIL, reason="New", by=by, **MEANING),
        lambda: change_version(indicator_version=version, version=1, by=by, title="X"),
        lambda: remove_version(indicator_version=version, by=by),
        lambda: make_live(indicator=other, by=by),
        lambda: retire(indicator=other, reason="Gone", by=by),
        lambda: link_component(indicator=other, part=version.indicator, role="part", by=by),
        lambda: set_row(kind=Target, indicator=other, from_month=APRIL, value=Decimal(1), by=by),
        lambda: change_row(row=target, version=1, by=by, value=Decimal(1)),
        lambda: remove_row(row=target, by=by),
        lambda: set_row(kind=Population, age_band="0 to 17", people=1, from_month=APRIL, by=by),
        lambda: set_row(kind=CaseloadThreshold, status="SW", children=20, from_month=APRIL, by=by),
        lambda: lock_month(month=APRIL, by=by),
        lambda: unlock_month(month=month, reason="Late figures", by=by),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert not Event.objects.exists()


def test_new_version_holds_from_its_month_on(cast):
    indicator = add(cast.analyst, from_month=JANUARY)
    add_version(
        indicator=indicator,
        from_month=APRIL,
        reason="Unborn children are counted from April",
        by=cast.analyst,
        **MEANING | {"title": "Visits in time, unborn included"},
    )
    assert IndicatorVersion.objects.in_force(MARCH).get().title == "Visits in time"
    assert IndicatorVersion.objects.in_force(APRIL).get().title == "Visits in time, unborn included"
    assert events(indicator) == ["version added", "indicator added"]


def test_version_wants_a_reason_and_a_month_of_its_own(cast):
    indicator = add(cast.analyst)
    new = {"indicator": indicator, "by": cast.analyst, **MEANING}
    assert "reason" in refused(add_version, from_month=MAY, reason="", **new)
    problems = refused(add_version, from_month=APRIL, reason="New", **new)
    assert problems == {"from_month": ["There is already a version from April 2026"]}


@pytest.mark.parametrize(
    ("meaning", "field"),
    [
        ({"plausible_minimum": Decimal(9), "plausible_maximum": Decimal(8)}, "plausible_maximum"),
        ({"population": "0 to 17"}, "population"),
    ],
)
def test_meaning_that_does_not_hold_together_is_refused(cast, meaning, field):
    assert list(refused(add, by=cast.analyst, **meaning)) == [field]
    assert not Indicator.objects.exists()


def test_version_is_corrected_only_while_no_figure_stands_on_it(cast):
    version = add(cast.analyst).versions.get()
    change = {"indicator_version": version, "by": cast.analyst}
    changed = change_version(version=1, title="Visits held in time", **change)
    assert changed.title == "Visits held in time"
    ObservationFactory(indicator_version=version, is_current=False)
    assert "Add a new version" in refused(change_version, version=2, title="X", **change)[""][0]
    assert IndicatorVersion.objects.get().title == "Visits held in time"


def test_version_without_figures_is_removed_but_never_the_last(cast):
    indicator = add(cast.analyst)
    second = add_version(indicator=indicator, from_month=MAY, reason="By mistake", by=cast.analyst, **MEANING)
    remove_version(indicator_version=second, by=cast.analyst)
    last = indicator.versions.get()
    assert "only version" in refused(remove_version, indicator_version=last, by=cast.analyst)[""][0]


def test_second_of_two_removals_at_once_finds_nothing(cast):
    indicator = add(cast.analyst)
    second = add_version(indicator=indicator, from_month=MAY, reason="By mistake", by=cast.analyst, **MEANING)
    found_before_it_went = indicator.versions.get(pk=second.pk)
    remove_version(indicator_version=second, by=cast.analyst)
    told = Event.objects.count()
    with pytest.raises(Http404):
        remove_version(indicator_version=found_before_it_went, by=cast.analyst)
    assert Event.objects.count() == told


def test_change_over_another_persons_change_is_refused(cast):
    indicator = add(cast.analyst)
    version = indicator.versions.get()
    change_version(indicator_version=version, version=1, by=cast.analyst, title="First")
    with pytest.raises(ChangedMeanwhile):
        change_version(indicator_version=version, version=1, by=cast.analyst, title="Second")
    change_indicator(indicator=indicator, version=1, area=indicator.area, order=5, by=cast.analyst)
    with pytest.raises(ChangedMeanwhile):
        change_indicator(indicator=indicator, version=1, area=indicator.area, order=6, by=cast.analyst)


def test_indicator_goes_live_is_retired_and_comes_back(cast):
    indicator = add(cast.analyst)
    assert make_live(indicator=indicator, by=cast.analyst).status == "live"
    assert retire(indicator=indicator, reason="No longer asked for", by=cast.analyst).status == "retired"
    assert make_live(indicator=indicator, by=cast.analyst).status == "live"
    assert events(indicator) == ["made live", "retired", "made live", "indicator added"]


def test_component_is_linked_once_and_never_in_a_circle(cast):
    whole, part, below = (add(cast.analyst, code) for code in ("M3", "M2", "M1"))
    link_component(indicator=whole, part=part, role="numerator", by=cast.analyst)
    link = link_component(indicator=part, part=below, role="part", by=cast.analyst)
    again = {"by": cast.analyst, "role": "numerator"}
    errors = refused(link_component, indicator=whole, part=part, **again)
    assert "already linked in this way" in errors["part"][0]
    assert refused(link_component, indicator=below, part=whole, **again) == {
        "part": ["M3 is itself made of M1"]
    }
    assert "part" in refused(link_component, indicator=whole, part=whole, **again)
    unlink_component(component=link, by=cast.analyst)
    assert not part.components.exists()


def test_new_target_ends_the_one_before(cast):
    indicator = IndicatorFactory()
    for month, value in ((JANUARY, 90), (APRIL, 95)):
        set_row(kind=Target, indicator=indicator, from_month=month, value=Decimal(value), by=cast.analyst)
    assert [str(target) for target in indicator.targets.in_force(MARCH)] == ["At least 90"]
    assert [str(target) for target in indicator.targets.in_force(APRIL)] == ["At least 95"]
    assert events(indicator) == ["target set", "target ended", "target set"]


def test_target_over_months_that_have_one_is_refused(cast):
    indicator = IndicatorFactory()
    new = {"indicator": indicator, "value": Decimal(90), "by": cast.analyst}
    set_row(kind=Target, from_month=MARCH, to_month=APRIL, **new)
    problems = refused(set_row, kind=Target, from_month=APRIL, **new | {"value": Decimal(95)})
    assert problems["from_month"] == [
        "At least 90 is in force from March 2026 to April 2026. Choose months outside it."
    ]
    assert "from_month" in refused(set_row, kind=Target, from_month=JANUARY, **new)
    assert Target.objects.count() == 1


def test_same_target_again_changes_nothing(cast):
    new = {"indicator": IndicatorFactory(), "from_month": APRIL, "value": Decimal(90), "by": cast.analyst}
    assert set_row(kind=Target, **new) == set_row(kind=Target, **new)
    assert Event.objects.count() == 1


def test_targets_of_council_and_team_stand_beside_each_other(cast):
    new = {"indicator": IndicatorFactory(), "from_month": APRIL, "value": Decimal(90), "by": cast.analyst}
    set_row(kind=Target, **new)
    set_row(kind=Target, team=cast.team, **new)
    assert Target.objects.in_force(APRIL).count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "value"),
        ({"is_to_be_confirmed": True, "value": Decimal(5)}, "value"),
        ({"operator": "between", "value": Decimal(5)}, "upper_value"),
        ({"operator": "between", "value": Decimal(5), "upper_value": Decimal(4)}, "upper_value"),
        ({"value": Decimal(5), "upper_value": Decimal(6)}, "upper_value"),
        ({"value": Decimal(5), "profile": "cumulative"}, "to_month"),
        ({"value": Decimal(5), "to_month": MARCH}, "to_month"),
        ({"value": Decimal(5), "margin": Decimal(-1)}, "margin"),
    ],
)
def test_target_that_does_not_hold_together_is_refused(cast, values, field):
    problems = refused(
        set_row,
        kind=Target,
        indicator=IndicatorFactory(),
        from_month=APRIL,
        by=cast.analyst,
        **values,
    )
    assert list(problems) == [field]
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("95", {"value": Decimal(95)}),
        ("1,448", {"value": Decimal(1448)}),
        ("<36", {"operator": "at_most", "value": Decimal(36)}),
        ("<= 36", {"operator": "at_most", "value": Decimal(36)}),
        ("At most 36", {"operator": "at_most", "value": Decimal(36)}),
        ("≥95%", {"operator": "at_least", "value": Decimal(95)}),
        ("85 to 90.5", {"operator": "between", "value": Decimal(85), "upper_value": Decimal("90.5")}),
        ("between 85 and 90", {"operator": "between", "value": Decimal(85), "upper_value": Decimal(90)}),
        ("TBC", {"is_to_be_confirmed": True}),
    ],
)
def test_target_is_read_as_people_write_it(written, read):
    assert Target.read(written) == read


@pytest.mark.parametrize("written", ["", "soon", "<", "5 to", "9" * 30, "1.2.3", "²"])
def test_what_is_no_target_is_refused(written):
    with pytest.raises(ValueError, match="is not a number"):
        Target.read(written)


def test_target_is_corrected_over_the_version_that_was_seen(cast):
    indicator = IndicatorFactory()
    target = set_row(
        kind=Target,
        indicator=indicator,
        from_month=JANUARY,
        to_month=MARCH,
        value=Decimal(90),
        by=cast.analyst,
    )
    later = set_row(kind=Target, indicator=indicator, from_month=APRIL, value=Decimal(95), by=cast.analyst)
    change = {"row": target, "by": cast.analyst}
    assert "from_month" in refused(change_row, version=1, to_month=APRIL, **change)
    assert change_row(version=1, value=Decimal(91), **change).value == 91
    with pytest.raises(ChangedMeanwhile):
        change_row(version=1, value=Decimal(92), **change)
    remove_row(row=later, by=cast.analyst)
    assert events(indicator)[0] == "target removed"
    assert Target.objects.get() == target


def test_benchmark_of_another_definition_says_how_it_differs(cast):
    new = {
        "indicator": IndicatorFactory(),
        "comparator": "england",
        "basis": "in_month",
        "value": Decimal(88),
        "from_month": APRIL,
        "by": cast.analyst,
    }
    assert list(refused(set_row, kind=Benchmark, comparability="near", **new)) == ["difference"]
    set_row(kind=Benchmark, period="2024-25", **new)
    set_row(kind=Benchmark, period="2025-26", **new | {"from_month": MAY})
    assert [str(one) for one in Benchmark.objects.in_force(APRIL)] == ["England 2024-25"]
    assert [str(one) for one in Benchmark.objects.in_force(MAY)] == ["England 2025-26"]


def test_population_and_threshold_follow_each_other_without_overlap(cast):
    for month, people in ((JANUARY, 49_900), (APRIL, 50_300)):
        set_row(kind=Population, age_band="0 to 17", people=people, from_month=month, by=cast.analyst)
    assert Population.objects.in_force(MARCH).get().people == 49_900
    assert Population.objects.in_force(APRIL).get().people == 50_300
    for month, children in ((JANUARY, 20), (APRIL, 18)):
        set_row(kind=CaseloadThreshold, status="SW", children=children, from_month=month, by=cast.analyst)
    set_row(kind=CaseloadThreshold, status="NQSW", children=15, from_month=JANUARY, by=cast.analyst)
    in_force = CaseloadThreshold.objects.in_force(APRIL)
    assert {(one.status, one.children) for one in in_force} == {("SW", 18), ("NQSW", 15)}


def test_locked_month_is_closed_until_it_is_opened_for_a_reason(cast):
    month = lock_month(month=APRIL, by=cast.analyst)
    assert lock_month(month=APRIL, by=cast.analyst) == month
    assert list(Month.objects.closed()) == [month]
    unlock_month(month=month, reason="Two teams were late", by=cast.analyst)
    assert not Month.objects.closed().exists()
    assert events(month) == ["month unlocked", "month locked"]


def test_published_month_is_not_opened_again(cast):
    month = Month.objects.create(first=APRIL, state="published")
    problems = refused(unlock_month, month=month, reason="Late", by=cast.analyst)
    assert "cannot be opened again" in problems[""][0]


def test_area_has_a_title_of_its_own(cast):
    area = add_area(title="Front  door", order=1, by=cast.analyst)
    assert "title" in refused(add_area, title="front door", order=2, by=cast.analyst)
    change_area(area=area, version=1, title="The front door", order=2, by=cast.analyst)
    assert str(Area.objects.get()) == "The front door"
    assert events(area) == ["area changed", "area added"]
