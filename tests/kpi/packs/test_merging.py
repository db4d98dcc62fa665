"""An analyst merges one indicator into another: all of it moves, or nothing does."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from kpi.commentary.models import ActionStep, Commentary
from kpi.indicators.actions.indicators import add_indicator, make_live
from kpi.indicators.models.indicators import Component, ExternalCode, Indicator, IndicatorStatus
from kpi.indicators.models.months import Month, MonthState
from kpi.indicators.models.versions import Unit
from kpi.packs.actions import merge_indicator
from kpi.packs.indicator.page import IndicatorPage
from kpi.packs.merging import MergePlan
from kpi.packs.models import Baseline
from kpi.packs.revisions import revisions
from kpi.packs.rows import indicator_rows
from kpi.returns.actions import ReturnRefused, reverse_return
from kpi.returns.models import Observation, ObservationState
from qa_audit.common.months import last_months, later
from qa_audit.history.models import Event
from tests.factories.kpi import (
    ActionStepFactory,
    BenchmarkFactory,
    CommentaryFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    ReturnFactory,
    TargetFactory,
)
from tests.kpi.packs.conftest import MONTH, figures_of, revise, version_of
from tests.kpi.packs.test_rollup import of_teams
from tests.kpi.returns.conftest import run  # noqa: F401

BEFORE = later(MONTH, -1)
TABLES = (ActionStep, Baseline, Commentary, Component, ExternalCode, Indicator, Observation, Event)


@pytest.fixture
def published(db):
    """The council's figures up to March 2026: 80%, 85%."""
    version = version_of("Supervision", title="Plans with supervision in time")
    figures_of(version, 80, 85, last=BEFORE)
    return version


@pytest.fixture
def table(db):
    """The clinic's table of the same measure: the teams of March and April 2026."""
    version = version_of("cpp_supervision", title="Supervision of plans", decimal_places=1)
    of_teams(version, (140, 150), (139, 159), month=BEFORE)
    of_teams(version, (150, 150), (100, 159))
    return version


def merge(cast, table, published, **facts):
    facts = {"reason": "The same measure", "by": cast.analyst, **facts}
    return merge_indicator(merged=table.indicator, into=published.indicator, **facts)


def everything() -> list:
    return [list(model._base_manager.order_by("pk").values()) for model in TABLES]


def refused(cast, table, published) -> list[str]:
    """What must be put right first, told before and by the action, which stores nothing."""
    before = everything()
    with pytest.raises(ValidationError) as refusal:
        merge(cast, table, published)
    assert everything() == before
    assert refusal.value.messages == MergePlan(table.indicator, published.indicator).problems
    return refusal.value.messages


def test_figures_of_teams_become_the_other_reading(cast, table, published):
    figures = sorted(Observation.objects.values_list("pk", "numerator", "value", "revision", "source"))
    merge(cast, table, published)
    assert (
        sorted(Observation.objects.values_list("pk", "numerator", "value", "revision", "source")) == figures
    )
    assert set(Observation.objects.values_list("indicator", "indicator_version")) == {
        (published.indicator_id, published.pk)
    }
    row = indicator_rows(cast.leader, last_months(MONTH, 3))[0]
    assert (row.value(BEFORE), row.teams[BEFORE].denominator) == (85, 309)
    assert row.figure(MONTH).is_from_teams
    assert len(indicator_rows(cast.leader, last_months(MONTH, 3))) == 1


def test_figures_stand_on_the_version_of_their_month(cast, table, published):
    newer = IndicatorVersionFactory(indicator=published.indicator, from_month=MONTH)
    merge(cast, table, published)
    found = set(Observation.objects.of_teams().values_list("month", "indicator_version"))
    assert found == {(BEFORE, published.pk), (MONTH, newer.pk)}


def test_all_that_stands_with_it_moves(cast, table, published):
    one, other = table.indicator, published.indicator
    ExternalCode.objects.create(indicator=one, scheme="Clinic", code="Supervision (clinic)")
    one.services.add(cast.service)
    part, whole = (version_of(code, unit=Unit.NUMBER).indicator for code in ("Plans", "Index"))
    Component.objects.create(indicator=one, part=part, role="denominator")
    Component.objects.create(indicator=whole, part=one, role="part")
    rows = [
        CommentaryFactory(indicator=one, month=MONTH),
        ActionStepFactory(indicator=one, month=MONTH),
        TargetFactory(indicator=one),
        BenchmarkFactory(indicator=one),
        Baseline.objects.create(
            indicator=one, from_month=date(2025, 4, 1), months=12, reason="New forms", set_by=cast.analyst
        ),
    ]
    merge(cast, table, published)
    for row in rows:
        row.refresh_from_db()
        assert row.indicator == other, row
    assert other.external_codes.get().code == "Supervision (clinic)"
    assert list(other.services.all()) == [cast.service]
    assert (other.components.get().part, other.component_of.get().indicator) == (part, whole)


def test_merged_one_is_an_alias_by_its_codes_and_addresses(cast, sign_in, table, published, run, tmp_path):  # noqa: F811
    ExternalCode.objects.create(indicator=table.indicator, scheme="Clinic", code="clinic_supervision")
    merge(cast, table, published)
    one = Indicator.objects.get(pk=table.indicator_id)
    assert (one.status, one.merged_into) == (IndicatorStatus.RETIRED, published.indicator)
    for code in ("cpp_supervision", "clinic_supervision"):
        assert Indicator.objects.named(code).get() == published.indicator
    client = sign_in(cast.analyst)
    for name in ("packs:indicator", "indicators:sheet"):
        moved = client.get(reverse(name, args=[one.slug], query={"month": "2026-03"}))
        assert moved.url == reverse(name, args=[published.indicator.slug], query={"month": "2026-03"})
        assert "Supervision of plans" not in client.get(reverse("indicators:list")).content.decode()
    sheet = client.get(published.indicator and reverse("indicators:sheet", args=["supervision"]))
    assert "Supervision of plans" in sheet.content.decode()
    path = tmp_path / "return.csv"
    path.write_text("indicator_code,month,value\ncpp_supervision,2026-04,90\n")
    assert run(path)[0] == 0
    assert Observation.objects.of_council().get(month=MONTH).indicator == published.indicator
    with pytest.raises(ValidationError, match="already"):
        add_indicator(
            code="CPP_supervision", area=one.area, from_month=MONTH, title="x", unit="number",
            basis="in_month", by=cast.analyst,
        )  # fmt: skip
    with pytest.raises(ValidationError, match="was merged into"):
        make_live(indicator=one, by=cast.analyst)


def test_what_was_merged_into_it_before_goes_on_to_the_next(cast, table, published):
    merge(cast, table, published)
    third = version_of("Third", title="Supervision")
    merge(cast, published, third)
    table.indicator.refresh_from_db()
    assert Indicator.objects.named("cpp_supervision").get() == third.indicator
    assert refused(cast, table, third)[0] == "“Supervision of plans” has already been merged."


def test_both_histories_say_so_in_the_transaction(cast, table, published):
    merge(cast, table, published)
    events = {event.object_id: event for event in Event.objects.order_by("-sequence")[:2]}
    one, other = events[table.indicator_id], events[published.indicator_id]
    assert (one.action, other.action) == ("merged into another", "another merged into it")
    assert one.changes["merged_into"] == [None, "Supervision"]
    assert other.changes["merged"] == [None, "Supervision of plans (cpp_supervision)"]
    assert other.changes["Figures, with their earlier revisions"] == [None, 4]
    assert {one.reason, other.reason} == {"The same measure"}


def test_revisions_move_whole_and_their_return_can_still_be_taken_back(cast, table, published):
    team = table.indicator.observations.first()
    revised = revise(team, "Late entries", numerator=Decimal(141), denominator=Decimal(150))
    merge(cast, table, published)
    revised.refresh_from_db()
    assert (revised.replaces.indicator, revised.indicator) == (published.indicator,) * 2
    reverse_return(return_=revised.source, by=cast.analyst, reason="A slip")
    back = Observation.objects.current().get(team=team.team, month=team.month)
    assert (back.indicator, back.numerator) == (published.indicator, 140)


def test_two_council_figures_of_one_month_are_named_with_both(cast, table, published):
    figures_of(table, 91, 92, last=BEFORE)
    figures_of(table, 93)
    found = refused(cast, table, published)
    said = [words.split(" (return")[0] for words in found]
    assert said == ["February 2026, the council: 91", "March 2026, the council: 92"]
    assert "80" in found[0]
    assert "85" in found[1]


def test_equal_council_figures_are_a_problem_too(cast, table, published):
    figures_of(table, 85, last=BEFORE)
    assert "March 2026, the council: 85 (return" in refused(cast, table, published)[0]


def test_two_figures_of_one_team_are_a_problem(cast, table, published):
    for version, numerator in ((table, 4), (published, 5)):
        ObservationFactory(indicator_version=version, team=cast.team, numerator=numerator, denominator=9)
    assert refused(cast, table, published)[0].startswith("April 2026, SWF Harbour 1: 4 of 9 (return ")


@pytest.mark.parametrize("who", ["table", "published"])
def test_what_says_not_yet_gives_way(cast, table, published, who):
    figures_of(table if who == "published" else published, 90)
    nothing = {"state": ObservationState.NOT_YET, "numerator": None, "denominator": None}
    ObservationFactory(indicator_version=table if who == "table" else published, **nothing)
    merge(cast, table, published)
    assert Observation.objects.current().of_council().get(month=MONTH).value == 90
    page = IndicatorPage(cast.analyst, published.indicator, MONTH)
    assert page.by_month.rows[0].value == "90%"
    assert revisions([page.row]) == []


def test_what_gave_way_is_not_taken_for_a_revision(cast, table, published):
    """Its month shows the revisions of the figure that stands, and its return says what it lost."""
    nothing = {"state": ObservationState.NOT_YET, "numerator": None, "denominator": None}
    gave_way = ObservationFactory(indicator_version=table, month=BEFORE, **nothing)
    stands = published.indicator.observations.get(month=BEFORE)
    revise(stands, "Late entries", value=Decimal(86), numerator=None, denominator=None)
    merge(cast, table, published)
    page = IndicatorPage(cast.analyst, published.indicator, BEFORE)
    assert [str(one).partition(",")[0] for one in page.by_month.rows[0].earlier] == ["85%"]
    with pytest.raises(ReturnRefused, match="when merged"):
        reverse_return(return_=gave_way.source, by=cast.analyst, reason="x")


def test_figure_taken_back_is_no_longer_in_the_way(cast, table, published):
    source = ReturnFactory()
    ObservationFactory(
        indicator_version=table, month=BEFORE, numerator=Decimal(9), denominator=Decimal(10), source=source
    )
    assert refused(cast, table, published)
    reverse_return(return_=source, by=cast.analyst, reason="The council's own stands")
    merge(cast, table, published)
    assert Observation.objects.current().of_council().get(month=BEFORE).value == 85


@pytest.mark.parametrize("state", [MonthState.LOCKED, MonthState.PUBLISHED])
def test_closed_month_stays_as_it_is(cast, table, published, state):
    Month.objects.create(first=BEFORE, state=state)
    assert refused(cast, table, published)[0].startswith(f"March 2026 is {state} and has figures")


def test_overlapping_targets_and_benchmarks_are_named(cast, table, published):
    TargetFactory(indicator=table.indicator, value=Decimal(90), from_month=date(2025, 4, 1))
    TargetFactory(indicator=published.indicator, value=Decimal(95), from_month=date(2026, 1, 1))
    for one in (table, published):
        BenchmarkFactory(indicator=one.indicator)
    targets, benchmarks = refused(cast, table, published)
    assert targets == (
        "Targets overlap: At least 90 from April 2025 on here, At least 95 from January 2026 on there."
    )
    assert benchmarks.startswith("Benchmarks overlap: ")


def test_commentary_and_limits_of_one_month_are_named(cast, table, published):
    for one in (table, published):
        CommentaryFactory(indicator=one.indicator, month=MONTH)
        Baseline.objects.create(
            indicator=one.indicator, from_month=BEFORE, months=12, reason="x", set_by=cast.analyst
        )
    assert refused(cast, table, published) == [
        "April 2026: there is commentary on both.",
        "March 2026: the chart’s limits start again in this month under both.",
    ]


def test_figures_need_a_definition_that_reads_them_alike(cast, table, published):
    published.from_month = MONTH
    published.unit = Unit.NUMBER
    published.save()
    assert refused(cast, table, published) == [
        "March 2026: the other indicator has no definition for this month.",
        "April 2026: this is “Percentage”, the other “Number” (unit).",
    ]


def test_no_indicator_becomes_a_part_of_itself_or_twice_of_another(cast, table, published):
    one, other = table.indicator, published.indicator
    link = Component.objects.create(indicator=other, part=one, role="numerator")
    assert refused(cast, table, published) == [
        "“Plans with supervision in time” is made of “Supervision of plans”."
    ]
    link.delete()
    parts = [version_of(code).indicator for code in ("P1", "P2", "Index")]
    for whole, part in zip((one, other), parts, strict=False):
        Component.objects.create(indicator=whole, part=part, role="numerator")
        Component.objects.create(indicator=parts[2], part=whole, role="part")
    assert [words.split("“")[-1] for words in refused(cast, table, published)] == [
        "They are made of different indicators: its numerator.",
        f"{parts[2].newest_title}” is made of both.",
    ]


@pytest.mark.parametrize("status", [IndicatorStatus.DRAFT, IndicatorStatus.RETIRED])
def test_the_one_that_stays_is_live(cast, table, published, status):
    Indicator.objects.filter(pk=published.indicator_id).update(status=status)
    published.indicator.refresh_from_db()
    assert "Make it live first" in refused(cast, table, published)[0]


def test_only_analysts_merge(cast, table, published):
    before = everything()
    for person in ("head", "qa_lead", "leader", "manager", "administrator"):
        with suppress(PermissionDenied):
            merge(cast, table, published, by=getattr(cast, person))
        assert everything() == before, person


def test_page_says_first_what_would_happen_and_then_does_it(cast, sign_in, table, published):
    client, address = sign_in(cast.analyst), reverse("packs:merge", args=[table.indicator.slug])
    before = everything()
    page = client.get(address, {"into": published.indicator_id}).content.decode()
    assert "What would move to Plans with supervision in time" in page
    assert "Decimal places: “1” here, “0” there, which is kept." in page
    assert everything() == before
    refusal = client.post(address, {"into": published.indicator_id, "reason": ""})
    assert "Enter" in refusal.content.decode() or refusal.context["form"].errors
    done = client.post(address, {"into": published.indicator_id, "reason": "One measure"}, follow=True)
    assert "Supervision of plans is merged into this indicator." in done.content.decode()
    assert Indicator.objects.get(pk=table.indicator_id).merged_into == published.indicator


def test_page_names_what_stands_in_the_way_and_has_no_button(cast, sign_in, table, published):
    figures_of(table, 91, last=BEFORE)
    client, address = sign_in(cast.analyst), reverse("packs:merge", args=[table.indicator.slug])
    page = client.get(address, {"into": published.indicator_id}).content.decode()
    assert "March 2026, the council: 91 (return" in page
    assert "Merge</button>" not in "".join(page.split("\n"))
    refusal = client.post(address, {"into": published.indicator_id, "reason": "One measure"})
    assert "Take one of the two returns back first" in refusal.content.decode()
    assert Indicator.objects.get(pk=table.indicator_id).merged_into is None
