"""The pages of indicators: what each shows, and what it says when it refuses."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kpi.indicators.actions.comparisons import set_row
from kpi.indicators.actions.indicators import add_indicator, change_version
from kpi.indicators.models.comparisons import Benchmark, CaseloadThreshold, Population, Target
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import Month
from kpi.indicators.models.versions import IndicatorVersion
from qa_audit.people.models import Team, TeamAlias
from tests.conftest import client_for
from tests.factories.kpi import (
    AreaFactory,
    BenchmarkFactory,
    IndicatorFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    PopulationFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
HOME = "/measures/indicators/"
JANUARY, MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (1, 3, 4, 5, 6))


@pytest.fixture
def analyst(cast):
    return client_for(cast.analyst)


def text(response) -> str:
    """The page in one line, wherever its template breaks."""
    return " ".join(response.content.decode().split())


def indicator(code="CP1", **version) -> Indicator:
    return IndicatorVersionFactory(indicator__code=code, **version).indicator


def typed(**fields) -> dict:
    return {
        "code": "CP1",
        "area": AreaFactory().pk,
        "order": "1",
        "from_month": "April 2026",
        "title": "Visits in time",
        "unit": "percentage",
        "basis": "in_month",
        "polarity": "high_good",
        "decimal_places": "1",
        "team_rollup": "pooled",
        "period_rollup": "none",
        **fields,
    }


def test_analyst_adds_an_indicator_and_sees_its_sheet(analyst, cast):
    fields = typed(services=[cast.service.pk], external_codes="Annex A: List 3\r\nLAIT : 12")
    response = analyst.post(f"{HOME}add/", fields, follow=True)
    page = text(response)
    assert "Visits in time" in page
    assert "Social Work with Families" in page
    assert "LAIT: 12" in page
    assert Indicator.objects.get().versions.get().from_month == APRIL


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"code": ""}, "code", "Enter the code"),
        ({"code": "m1"}, "code", "There is already an indicator with the code “m1”"),
        ({"from_month": "spring"}, "from_month", "Enter a month like June 2026"),
        ({"unit": ""}, "unit", "Choose the unit"),
        ({"decimal_places": "7"}, "decimal_places", "Enter 6 or less"),
        ({"plausible_minimum": "low"}, "plausible_minimum", "Enter a number"),
        ({"plausible_minimum": "9", "plausible_maximum": "8"}, "plausible_maximum", "below the lowest"),
        ({"population": "0 to 17"}, "population", "only a rate has a population"),
        ({"external_codes": "Annex A"}, "external_codes", "a scheme, a colon and a code"),
        ({"title": "x" * 251}, "title", "Shorten this to 250 characters"),
        ({"order": "first"}, "order", "Enter a whole number"),
    ],
)
def test_error_stands_by_its_field_and_what_was_typed_is_kept(analyst, wrong, field, words):
    indicator("M1")
    page = text(analyst.post(f"{HOME}add/", typed(definition="Visits “in time” 👩", **wrong)))
    assert f'href="#id_{field}"' in page
    assert words in page
    assert "Visits “in time” 👩" in page
    assert Indicator.objects.count() == 1


def test_sheet_shows_what_is_in_force_in_the_month_asked_for(analyst):
    made = indicator(title="Visits", from_month=JANUARY)
    IndicatorVersionFactory(indicator=made, title="Visits, unborn included", from_month=JUNE, reason="Asked")
    TargetFactory(indicator=made, from_month=JANUARY, to_month=APRIL, value=90)
    TargetFactory(indicator=made, from_month=MAY, value=95)
    page = text(analyst.get(f"{HOME}definitions/cp1/"))
    assert "What it means in May 2026" in page
    assert '<h1 class="govuk-heading-l">Visits <' in page
    assert page.count(">In force<") == 2
    assert (page.count(">Earlier<"), page.count(">To come<")) == (1, 1)
    page = text(analyst.get(f"{HOME}definitions/cp1/?month=6+2026"))
    assert '<h1 class="govuk-heading-l">Visits, unborn included <' in page
    page = text(analyst.get(f"{HOME}definitions/cp1/?month=December+2025"))
    assert "Nothing is in force for December 2025" in page


def test_month_that_is_none_is_refused_by_its_field(analyst):
    indicator()
    page = text(analyst.get(f"{HOME}definitions/cp1/?month=spring"))
    assert "Enter a month like June 2026" in page
    assert 'value="spring"' in page


@pytest.mark.parametrize("role", ["auditor", "manager", "head", "leader"])
def test_readers_open_live_definitions_without_buttons_or_history(cast, role):
    indicator()
    draft = IndicatorFactory(code="NEW", status="draft")
    client = client_for(getattr(cast, role))
    page = text(client.get(f"{HOME}definitions/cp1/"))
    assert "Percentage" in page
    for hidden in ("Add a version", "Retire", "History", "Set a target"):
        assert hidden not in page, hidden
    assert client.get(f"{HOME}definitions/{draft.slug}/").status_code == 404
    assert "NEW" not in text(client.get(HOME))


def test_history_is_told_in_words_to_analyst_and_qa_lead(cast):
    made = add_indicator(
        code="CP1", area=AreaFactory(), from_month=APRIL, title="Visits", unit="percentage",
        basis="in_month", by=cast.analyst,
    )  # fmt: skip
    set_row(kind=Target, indicator=made, from_month=APRIL, value=Decimal(95), by=cast.analyst)
    page = text(client_for(cast.qa_lead).get(f"{HOME}definitions/cp1/"))
    for said in ("Target set", "Indicator added", "by Ana Analyst", "Unit: Percentage", "April 2026"):
        assert said in page, said


def test_version_with_figures_cannot_be_changed_but_a_new_one_is_added(analyst):
    version = IndicatorVersionFactory(indicator__code="CP1", from_month=JANUARY)
    ObservationFactory(indicator_version=version)
    said = dict.fromkeys(IndicatorVersion.STATED_LATER, "Said")
    chosen = {"basis": "in_month", "counts": "plans", "is_stock": False}
    IndicatorVersion.objects.filter(pk=version.pk).update(**said | chosen)
    response = analyst.get(f"{HOME}versions/{version.pk}/change/")
    assert response.status_code == 409
    assert "Add a new version that starts in another month" in text(response)
    new = typed(title="Visits, second kind", from_month="6/2026", reason="Definition of visits changed")
    analyst.post(f"{HOME}definitions/cp1/versions/add/", new)
    assert version.indicator.versions.count() == 2
    again = text(analyst.post(f"{HOME}definitions/cp1/versions/add/", new))
    assert "There is already a version from June 2026" in again
    unexplained = text(
        analyst.post(f"{HOME}definitions/cp1/versions/add/", {**new, "from_month": "7 2026", "reason": ""})
    )
    assert 'href="#id_reason"' in unexplained


def test_version_is_corrected_and_the_last_one_stays(analyst):
    version = IndicatorVersionFactory(indicator__code="CP1")
    address = f"{HOME}versions/{version.pk}/change/"
    assert f'value="{version.title}"' in text(analyst.get(address))
    analyst.post(address, typed(title="Better words", version=1))
    version.refresh_from_db()
    assert version.title == "Better words"
    page = text(analyst.post(f"{HOME}versions/{version.pk}/remove/", follow=True))
    assert "This is the only version" in page


def test_late_save_shows_what_was_saved_meanwhile(analyst, cast):
    version = IndicatorVersionFactory(indicator__code="CP1", from_month=JANUARY, plausible_maximum=90)
    change_version(indicator_version=version, version=1, by=cast.analyst, title="Theirs")
    mine = typed(title="Mine", from_month="January 2026", plausible_maximum="80", version=1)
    response = analyst.post(f"{HOME}versions/{version.pk}/change/", mine)
    assert response.status_code == 409
    page = text(response)
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert '<dd class="govuk-summary-list__value sight-lines">90</dd>' in page
    assert analyst.post(f"{HOME}versions/{version.pk}/change/", {**mine, "version": 2}).status_code == 302


def test_target_is_set_as_people_write_it(analyst):
    made = indicator()
    new = {"operator": "at_least", "value": "<36", "from_month": "4 2026", "profile": "flat"}
    new["margin_unit"] = "points"
    analyst.post(f"{HOME}definitions/cp1/targets/set/", new)
    assert str(made.targets.get()) == "At most 36"
    analyst.post(f"{HOME}definitions/cp1/targets/set/", {**new, "value": "TBC", "from_month": "6 2026"})
    assert made.targets.get(from_month=APRIL).to_month == MAY
    assert str(made.targets.last()) == "To be confirmed"


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"value": "soon"}, "value", "Enter a number such as 95"),
        ({"value": ""}, "value", "Enter the value, or say that it is still to be confirmed"),
        ({"value": "950"}, "value", "A percentage must be between 0 and 100"),
        ({"operator": "between"}, "upper_value", "“between” needs both"),
        ({"from_month": "13 2026"}, "from_month", "Enter a month like June 2026"),
        ({"from_month": "4 2025"}, "from_month", "At least 90 is in force from May 2025 to June 2026"),
        ({"to_month": "3 2026"}, "to_month", "The last month cannot be before the first"),
        ({"profile": "cumulative"}, "to_month", "Enter the last month"),
        ({"margin": "-1"}, "margin", "Enter 0 or more"),
        ({"is_to_be_confirmed": "on"}, "value", "Leave the value empty"),
    ],
)
def test_wrong_target_is_refused_by_its_field(analyst, wrong, field, words):
    made = indicator()
    TargetFactory(indicator=made, from_month=date(2025, 5, 1), to_month=JUNE, value=90)
    new = {"operator": "at_least", "value": "85", "from_month": "7 2026", "profile": "flat", **wrong}
    new |= {"margin_unit": "points", "reason": "Agreed in the plan"}
    page = text(analyst.post(f"{HOME}definitions/cp1/targets/set/", new))
    assert f'href="#id_{field}"' in page
    assert words in page
    assert "Agreed in the plan" in page
    assert made.targets.count() == 1


@pytest.mark.parametrize(
    ("unit", "usual"), [("percentage", "5 points"), ("rate_per_10000", "5% of the target")]
)
def test_form_says_which_margin_holds_when_none_is_typed(analyst, unit, usual):
    indicator(unit=unit)
    assert f"usual margin: {usual}" in text(analyst.get(f"{HOME}definitions/cp1/targets/set/"))


def test_target_is_changed_and_removed(analyst):
    target = TargetFactory(indicator=indicator(), value=Decimal("95.5"))
    address = f"{HOME}targets/{target.pk}/"
    page = text(analyst.get(f"{address}change/"))
    assert 'value="95.5"' in page
    assert 'name="team"' not in page
    change = {"operator": "at_least", "value": "96", "from_month": "4 2015", "to_month": "3 2026"}
    change |= {"profile": "flat", "margin_unit": "points", "version": "1"}
    assert analyst.post(f"{address}change/", change).status_code == 302
    late = analyst.post(f"{address}change/", {**change, "value": "97"})
    assert late.status_code == 409
    assert '<dd class="govuk-summary-list__value sight-lines">96</dd>' in text(late)
    assert "Remove this target?" in text(analyst.get(f"{address}remove/"))
    analyst.post(f"{address}remove/")
    assert not Target.objects.exists()


def test_targets_of_a_month_tell_which_are_missing(analyst, cast):
    TargetFactory(indicator=indicator("A1"), from_month=APRIL, value=90)
    TargetFactory(indicator=indicator("A2"), from_month=APRIL, value=None, is_to_be_confirmed=True)
    TargetFactory(indicator=indicator("A3"), from_month=APRIL, team=cast.team)
    page = text(analyst.get(f"{HOME}targets/"))
    for said in ("Has a target: 1", "To be confirmed: 1", "No target: 1", "At least 90%"):
        assert said in page, said
    assert "No target: 3" in text(analyst.get(f"{HOME}targets/?month=March+2026"))


def test_benchmark_is_set_shown_and_corrected(analyst):
    made = indicator()
    new = {"comparator": "england", "period": "2024-25", "value": "88.5", "basis": "in_month"}
    new |= {"from_month": "April 2026", "comparability": "near"}
    page = text(analyst.post(f"{HOME}definitions/cp1/benchmarks/set/", new))
    assert "Say how the definition differs" in page
    analyst.post(f"{HOME}definitions/cp1/benchmarks/set/", {**new, "difference": "Starts only"})
    benchmark = made.benchmarks.get()
    assert "Near definition: Starts only" in text(analyst.get(f"{HOME}definitions/cp1/"))
    assert "England 2024-25: 88.5%" in text(analyst.get(f"{HOME}benchmarks/?month=5+2026"))
    address = f"{HOME}benchmarks/{benchmark.pk}/change/"
    analyst.post(address, {**new, "difference": "Starts only", "value": "89", "version": "1"})
    assert Benchmark.objects.get().value == 89


def test_populations_and_thresholds_are_set_and_stand_in_time(analyst):
    PopulationFactory(people=49_900)
    new = {"age_band": "0 to 17", "people": "50300", "from_month": "4 2026"}
    analyst.post(f"{HOME}populations/set/", new)
    page = text(analyst.get(f"{HOME}populations/"))
    assert page.index("50,300") < page.index("49,900")
    assert (page.count(">In force<"), page.count(">Earlier<")) == (1, 1)
    assert Population.objects.in_force(APRIL).get().people == 50_300
    assert "Enter 1 or more" in text(analyst.post(f"{HOME}populations/set/", {**new, "people": "0"}))
    analyst.post(f"{HOME}thresholds/set/", {"status": "NQSW", "children": "15", "from_month": "4 2026"})
    threshold = CaseloadThreshold.objects.get()
    assert "15" in text(analyst.get(f"{HOME}thresholds/"))
    change = {"children": "16", "from_month": "4 2026", "to_month": "", "version": "1"}
    analyst.post(f"{HOME}thresholds/{threshold.pk}/change/", change)
    assert CaseloadThreshold.objects.get().children == 16


def test_indicator_goes_live_and_is_retired_for_a_reason(analyst):
    made = indicator(indicator__status="draft")
    analyst.post(f"{HOME}definitions/cp1/live/")
    made.refresh_from_db()
    assert made.status == "live"
    page = text(analyst.post(f"{HOME}definitions/cp1/retire/", {"reason": ""}))
    assert 'href="#id_reason"' in page
    analyst.post(f"{HOME}definitions/cp1/retire/", {"reason": "No longer asked for"})
    made.refresh_from_db()
    assert made.status == "retired"
    assert "No longer asked for" in text(analyst.get(f"{HOME}definitions/cp1/"))


def test_components_are_linked_and_unlinked(analyst):
    whole, part = indicator("M3"), indicator("M2")
    link = {"role": "numerator", "part": part.pk}
    analyst.post(f"{HOME}definitions/m3/components/link/", link)
    assert "is already linked in this way" in text(
        analyst.post(f"{HOME}definitions/m3/components/link/", link)
    )
    assert "It feeds" in text(analyst.get(f"{HOME}definitions/m2/"))
    component = whole.components.get()
    assert analyst.post(f"{HOME}definitions/m2/components/{component.pk}/unlink/").status_code == 404
    analyst.post(f"{HOME}definitions/m3/components/{component.pk}/unlink/")
    assert not whole.components.exists()


def test_months_are_locked_and_opened_again(analyst):
    analyst.post(f"{HOME}months/lock/", {"month": "April 2026"})
    month = Month.objects.get()
    page = text(analyst.get(f"{HOME}months/"))
    assert "April 2026" in page
    assert "Locked" in page
    assert 'href="#id_reason"' in text(analyst.post(f"{HOME}months/{month.pk}/unlock/", {"reason": ""}))
    analyst.post(f"{HOME}months/{month.pk}/unlock/", {"reason": "Two teams were late"})
    assert Month.objects.get().state == "open"


def test_area_is_added_and_changed(analyst):
    analyst.post(f"{HOME}areas/add/", {"title": "Front door", "order": "1"})
    area = AreaFactory(title="Front door")
    analyst.post(f"{HOME}areas/{area.pk}/change/", {"title": "The front door", "order": "2", "version": "1"})
    assert "The front door" in text(analyst.get(f"{HOME}areas/"))


def test_other_names_of_teams_have_their_days(analyst, cast):
    new = {"name": "BIT  Harbour", "team": cast.team.pk, "starts_on": "1 April 2026", "ends_on": ""}
    analyst.post(f"{HOME}aliases/add/", new)
    alias = TeamAlias.objects.get()
    assert Team.objects.named("bit harbour").get() == cast.team
    assert "is already a name of SWF Harbour 1" in text(analyst.post(f"{HOME}aliases/add/", new))
    taken = {**new, "name": "SWF Harbour 2"}
    assert "is already a name of SWF Harbour 2" in text(analyst.post(f"{HOME}aliases/add/", taken))
    address = f"{HOME}aliases/{alias.pk}/"
    change = {"starts_on": "1 April 2026", "ends_on": "1 March 2026", "version": "2"}
    assert "The last day cannot be before the first" in text(analyst.post(f"{address}change/", change))
    change["ends_on"] = "30 April 2026"
    assert analyst.post(f"{address}change/", {**change, "version": "1"}).status_code == 409
    analyst.post(f"{address}change/", change)
    assert "Earlier" in text(analyst.get(f"{HOME}aliases/"))
    analyst.post(f"{address}remove/")
    assert not TeamAlias.objects.exists()


def test_list_is_filtered_and_downloaded(analyst, cast):
    indicator("CP1", title="Visits in time")
    indicator("LAC1", title="Children in care", indicator__area=AreaFactory(title="Children in care"))
    page = text(analyst.get(f"{HOME}?text=visits"))
    assert "CP1" in page
    assert "LAC1" not in page
    file = analyst.get(f"{HOME}download/?text=care")
    rows = list(load_workbook(BytesIO(file.content)).active.values)
    assert [row[0] for row in rows if row[0]] == ["Title", "Children in care"]


@pytest.mark.parametrize("page", ["", "targets/", "benchmarks/", "definitions/cp0/", "download/"])
def test_page_asks_as_many_queries_whatever_the_history(analyst, page):
    def more(count):
        for _ in range(count):
            number = Indicator.objects.count()
            made = indicator(f"CP{number}")
            IndicatorVersionFactory(indicator=made, from_month=APRIL)
            TargetFactory(indicator=made)
            BenchmarkFactory(indicator=made)
        first = Indicator.objects.get(code="CP0")
        TargetFactory.create_batch(count, indicator=first, team=None, service=None)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert analyst.get(HOME + page).status_code == 200
        return len(queries)

    more(2)
    asked()
    few = asked()
    more(10)
    assert asked() == few
