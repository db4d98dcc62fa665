"""What nobody said is not stated: not by default, not in older rows, and never beside a value in silence."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from kpi.indicators.actions.comparisons import change_row, set_row
from kpi.indicators.actions.indicators import add_indicator, change_version
from kpi.indicators.models.comparisons import Benchmark, Comparability
from kpi.indicators.models.versions import Basis, IndicatorVersion
from kpi.packs.held_against import comparability_words, is_comparable
from kpi.returns.actions import accept_return
from kpi.returns.dry_run import check_return
from qa_audit.people.actions.persons import system_user
from tests.factories.kpi import BenchmarkFactory, IndicatorVersionFactory, ObservationFactory

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)
claims = import_module("kpi.migrations.0009_claims_that_nobody_made")


def of(indicator, by, comparator="england", **fields) -> Benchmark:
    fields = {"from_month": APRIL, "value": Decimal(88), **fields}
    return set_row(kind=Benchmark, indicator=indicator, comparator=comparator, by=by, **fields)


def bring_in(by, text: str) -> None:
    check = check_return(text.encode(), file_name="a.csv", create_indicators=True)
    assert not list(map(str, check.problems))
    accept_return(check=check, by=by)


def as_before_the_migration() -> None:
    """The defaults of earlier days, as rows have them that nobody said anything about."""
    Benchmark.objects.filter(comparability="not_stated").update(comparability="same")
    for model in (Benchmark, IndicatorVersion):
        model.objects.filter(basis="not_stated").update(basis="in_month")


def test_nothing_is_claimed_by_default(cast):
    indicator = IndicatorVersionFactory().indicator
    benchmark = of(indicator, cast.analyst)
    assert (benchmark.basis, benchmark.comparability) == ("not_stated", "not_stated")
    assert IndicatorVersion(unit="number").basis == Basis.NOT_STATED


def test_return_guesses_no_basis_and_reads_the_one_that_a_title_says(cast):
    bring_in(
        cast.analyst,
        "ref,indicator,unit_of_measure,2026-04,bench_england\n"
        "A1,Contacts,number,5,6\n"
        "A2,Children in care at the end of the month,number,5,6\n"
        "A3,Rate of enquiries,rolling_rate_per_10000,5,6\n",
    )
    bring_in(cast.analyst, "indicator_code,month,numerator,denominator\nA4,2026-04,1,2\n")
    bases = dict(IndicatorVersion.objects.values_list("indicator__code", "basis"))
    assert bases == {"A1": "not_stated", "A2": "month_end", "A3": "rolling_12", "A4": "not_stated"}
    assert set(Benchmark.objects.values_list("indicator__code", "basis", "comparability")) == {
        ("A1", "not_stated", "not_stated"),
        ("A2", "month_end", "not_stated"),
        ("A3", "rolling_12", "not_stated"),
    }


def test_migration_keeps_only_the_claims_that_a_person_made(cast):
    version = IndicatorVersionFactory(indicator__code="CP1")
    indicator = version.indicator
    told = of(indicator, cast.analyst, comparability="same", basis="in_month")
    changed = of(indicator, cast.analyst, "own", comparability="different", difference="Plans that started")
    changed = change_row(
        row=changed, version=1, by=cast.analyst, comparability="same", difference="", period="2024-25"
    )
    taken_back = of(indicator, cast.analyst, "stat_neighbours", comparability="same")
    change_row(row=taken_back, version=1, by=cast.analyst, comparability="near", difference="Other weeks")
    of_system = of(indicator, system_user(), "region", comparability="same", comparator_name="South East")
    bring_in(cast.analyst, "ref,2026-04,bench_london\nCP1,5,7\n")
    bring_in(cast.analyst, "ref,unit_of_measure,2026-04,bench_england\nNEW,number,5,6\n")
    by_hand = add_indicator(
        code="HAND", area=indicator.area, from_month=APRIL, title="By hand", unit="number", basis="in_month",
        by=cast.analyst,
    )  # fmt: skip
    own_words = of(by_hand, cast.analyst, comparability="same", basis="in_month")
    as_before_the_migration()

    claims.leave_open_what_nobody_said(apps, None)

    kept = set(Benchmark.objects.filter(comparability="same").values_list("pk", flat=True))
    assert kept == {told.pk, changed.pk, own_words.pk}
    assert of_system.pk not in kept
    assert Benchmark.objects.get(pk=taken_back.pk).comparability == "near"
    bases = dict(IndicatorVersion.objects.values_list("indicator__code", "basis"))
    assert bases == {"CP1": "in_month", "NEW": "not_stated", "HAND": "in_month"}
    assert Benchmark.objects.get(indicator__code="NEW").basis == "not_stated"
    assert Benchmark.objects.get(comparator_name="London").basis == "in_month"


def test_basis_that_a_person_said_later_of_a_return_stays(cast):
    bring_in(cast.analyst, "ref,unit_of_measure,2026-04\nNEW,number,5\n")
    version = IndicatorVersion.objects.get()
    change_version(indicator_version=version, version=1, by=cast.analyst, basis="in_month")
    claims.leave_open_what_nobody_said(apps, None)
    assert IndicatorVersion.objects.get().basis == "in_month"


def test_migration_goes_back_to_what_was_said_by_default(cast):
    BenchmarkFactory(basis="not_stated")
    claims.claim_again(apps, None)
    benchmark = Benchmark.objects.get()
    assert (benchmark.comparability, benchmark.basis) == ("same", "in_month")


@pytest.mark.parametrize(
    ("benchmark", "basis", "stands", "words"),
    [
        (("in_month", "same", ""), "in_month", True, "same definition"),
        (("in_month", "near", "Other weeks"), "in_month", True, "near definition: Other weeks"),
        (("financial_year", "same", ""), "in_month", False, "same definition"),
        (("not_stated", "same", ""), "in_month", True, "basis not stated; same definition"),
        (("in_month", "not_stated", ""), "not_stated", True, "basis and definition not stated"),
        (("not_stated",) * 2 + ("Why",), "not_stated", True, "basis and definition not stated; Why"),
    ],
)  # fmt: skip
def test_benchmark_stands_beside_a_value_of_its_basis_and_says_what_is_not_stated(
    benchmark, basis, stands, words
):
    own, comparability, difference = benchmark
    one = Benchmark(basis=own, comparability=comparability, difference=difference)
    assert is_comparable(one, basis) is stands
    assert comparability_words(one, basis) == words


def test_rank_is_a_place_among_so_many():
    Benchmark(rank=9, rank_of=11).clean()
    for rank, rank_of in ((9, None), (None, 11), (12, 11)):
        with pytest.raises(ValidationError, match="for example 9 of 11"):
            Benchmark(rank=rank, rank_of=rank_of).clean()
    assert Benchmark(rank=9, rank_of=11).rank_words == "9 of 11"


def test_person_who_knows_says_so(client, cast):
    version = IndicatorVersionFactory(indicator__code="CP1", basis=Basis.NOT_STATED)
    client.force_login(cast.analyst)
    typed = {
        "comparator": "england", "period": "2024-25", "value": "88", "basis": "in_month",
        "comparability": Comparability.SAME, "rank": "9", "rank_of": "11", "from_month": "April 2026",
    }  # fmt: skip
    client.post("/measures/indicators/definitions/cp1/benchmarks/set/", typed)
    stored = Benchmark.objects.get()
    assert (stored.comparability, stored.basis, stored.rank_words) == ("same", "in_month", "9 of 11")
    sheet = client.get("/measures/indicators/definitions/cp1/").content.decode()
    assert "9 of 11" in sheet
    assert "Same definition" in sheet
    assert version.indicator.versions.get().basis == "not_stated"
    assert sheet.count("Not stated") >= 10


def test_what_was_not_stated_can_be_said_of_a_version_with_figures_and_nothing_else(client, cast):
    client.force_login(cast.analyst)
    version = IndicatorVersionFactory(indicator__code="CP1", basis="not_stated", definition="Kept")
    ObservationFactory(indicator_version=version)
    address = f"/measures/indicators/versions/{version.pk}/change/"
    page = client.get(address).content.decode()
    assert 'name="basis"' in page
    assert 'name="owner_role"' in page
    assert 'name="title"' not in page
    assert 'name="definition"' not in page
    client.post(address, {"basis": "in_month", "owner_role": "Head", "title": "Other", "version": 1})
    version.refresh_from_db()
    assert (version.basis, version.owner_role, version.definition) == ("in_month", "Head", "Kept")
    assert version.title != "Other"
    assert 'name="basis"' not in client.get(address).content.decode()
