"""An indicator is known by its codes elsewhere: in every layout, in commands and in addresses."""

import csv
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from kpi.indicators.actions.indicators import External, add_indicator, change_indicator
from kpi.indicators.models.indicators import ExternalCode, Indicator, IndicatorStatus
from kpi.returns.models import Observation
from tests.factories import TeamFactory
from tests.factories.kpi import AreaFactory, IndicatorFactory, IndicatorVersionFactory, ObservationFactory

pytestmark = pytest.mark.django_db
TITLE = "Percentage of children seen in ten days"
CLINIC = "Visits: ten days (clinic)"


@pytest.fixture
def visits():
    """Under its title, with the dataset's reference, the team table's code and the clinic's name."""
    indicator = IndicatorFactory(code=TITLE, slug="percentage-of-children-seen-in-ten-days")
    IndicatorVersionFactory(indicator=indicator, title=TITLE, decimal_places=1)
    codes = [("Dataset", "CP9%"), ("Team table", "cp_visits_10"), ("Clinic", CLINIC)]
    ExternalCode.objects.bulk_create(
        ExternalCode(indicator=indicator, scheme=scheme, code=code) for scheme, code in codes
    )
    return indicator


def bring_in(tmp_path, *rows, **options) -> None:
    path = tmp_path / "return.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    call_command("import_kpis", str(path), verbosity=0, **options)


@pytest.mark.parametrize("code", [TITLE, "CP9%", "cp_visits_10", " CP_Visits_10 ", CLINIC, CLINIC.upper()])
@pytest.mark.parametrize(
    "rows",
    [
        lambda code: (["ref", "indicator", "2026-03"], [code, "Whatever", "90"]),
        lambda code: (["indicator", "2026-03"], [code, "90"]),
        lambda code: (["indicator_code", "month", "value"], [code, "2026-03", "90"]),
    ],
    ids=["wide by code", "wide by title", "long"],
)
def test_every_layout_knows_an_indicator_by_each_of_its_codes(tmp_path, visits, rows, code):
    bring_in(tmp_path, *rows(code))
    assert Observation.objects.get().indicator == visits
    assert Indicator.objects.count() == 1


@pytest.mark.parametrize("code", ["cp_visits_10", CLINIC])
def test_team_tables_and_their_export_know_it_too(tmp_path, visits, code):
    teams = [TeamFactory(name=name) for name in ("Harbour", "Millfield")]
    rows = [[code, team.name, 20, 18] for team in teams]
    bring_in(tmp_path, ["table", "team", "denominator", "numerator"], *rows, month="2026-03")
    assert set(Observation.objects.values_list("indicator", "numerator")) == {(visits.pk, Decimal(18))}
    out = tmp_path / "teams.csv"
    call_command("export_report", "team-table", month="2026-03", indicator=code, out=str(out), verbosity=0)
    assert "Total,40,36,90.0" in out.read_text()


def test_file_that_names_it_twice_by_two_codes_is_refused(tmp_path, visits):
    with pytest.raises(CommandError):
        bring_in(tmp_path, ["ref", "indicator", "2026-03"], [TITLE, "", "90"], ["cp_visits_10", "", "91"])
    assert not Observation.objects.exists()


def test_nothing_is_created_beside_an_indicator_that_has_the_code_elsewhere(tmp_path, visits):
    rows = ["ref", "indicator", "unit_of_measure", "2026-03"], ["cp_visits_10", "Visits", "percentage", "90"]
    bring_in(tmp_path, *rows, create_indicators=True)
    assert Indicator.objects.count() == 1


def test_own_code_goes_before_one_elsewhere(tmp_path, visits):
    """Codes that two indicators shared before each had to lead to one."""
    other = IndicatorVersionFactory(indicator__code="cp_visits_10").indicator
    shared = IndicatorVersionFactory(indicator__code="CP3").indicator
    ExternalCode.objects.create(indicator=shared, scheme="Dataset", code="CP9%")
    bring_in(tmp_path, ["indicator_code", "month", "value"], ["cp_visits_10", "2026-03", "90"])
    assert Observation.objects.get().indicator == other
    with pytest.raises(CommandError):
        bring_in(tmp_path, ["indicator_code", "month", "value"], ["CP9%", "2026-03", "90"])
    with pytest.raises(CommandError, match=r"Several indicators have the code “CP9%”"):
        call_command("export_report", "team-table", month="2026-03", indicator="CP9%", out="x.csv")


@pytest.mark.parametrize("page", ["packs:indicator", "indicators:sheet"])
@pytest.mark.parametrize("slug", ["cp9", "cp_visits_10", "visits-ten-days-clinic"])
def test_code_elsewhere_in_an_address_leads_to_the_indicator(client, cast, visits, page, slug):
    ObservationFactory(indicator_version=visits.versions.get())
    client.force_login(cast.leader)
    answer = client.get(reverse(page, args=[slug], query={"month": "2026-04"}))
    assert answer.url == reverse(page, args=[visits.slug], query={"month": "2026-04"})
    assert client.get(answer.url).status_code == 200


def test_draft_is_not_found_by_its_code_elsewhere_either(client, cast, visits):
    Indicator.objects.update(status=IndicatorStatus.DRAFT)
    client.force_login(cast.leader)
    assert client.get(reverse("packs:indicator", args=["cp_visits_10"])).status_code == 404


def test_code_leads_to_one_indicator(cast, visits):
    other = IndicatorVersionFactory(indicator__code="CP1").indicator
    facts = {"area": other.area, "order": 1, "by": cast.analyst}

    def give(indicator, *codes):
        indicator.refresh_from_db()
        external = [External("Clinic", code) for code in codes]
        change_indicator(indicator=indicator, version=indicator.version, external_codes=external, **facts)

    for taken in ("CP_VISITS_10", TITLE.upper(), "cp9%"):
        with pytest.raises(ValidationError, match="already leads to another indicator: Percentage of"):
            give(other, "free", taken)
    assert not other.external_codes.exists()
    with pytest.raises(ValidationError, match=r"the code “cp9%”: Percentage of"):
        add_indicator(code="cp9%", area=AreaFactory(), from_month="2026-04-01", by=cast.analyst, title="x")
    # What one has already it keeps, and a code that one gives up is another's to have.
    give(visits, "CP9%", CLINIC)
    give(other, "cp_visits_10")
    assert Indicator.objects.named("CP_visits_10").get() == other
