"""A service beside the team, or alone: whose figure it is, in every layout."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpi.indicators.models.versions import Unit
from kpi.returns.dry_run import check_return
from kpi.returns.models import Observation
from qa_audit.people.models import FormerName, Team
from tests.factories.kpi import ObservationFactory
from tests.kpi.returns.conftest import APRIL

pytestmark = pytest.mark.django_db

WIDE = ["ref", "team", "service", "2026-04"]
LONG = ["code", "team", "service", "month", "value"]


def whose() -> list[tuple]:
    return [(str(one.service), str(one.team), one.value) for one in Observation.objects.order_by("value")]


@pytest.mark.parametrize("head", [WIDE, LONG])
def test_service_alone_and_team_beside_its_service(cast, number, csv_file, run, head):
    month = ["2026-04"] if head is LONG else []
    rows = (
        ["N1", "", cast.service.name, *month, 9],
        ["N1", cast.team.name, cast.service.name, *month, 4],
        ["N1", "", "", *month, 20],
    )
    status, _, errors = run(csv_file(head, *rows))
    assert status == 0, errors
    service, team = cast.service.name, cast.team.name
    assert whose() == [("None", team, 4), (service, "None", 9), ("None", "None", 20)]


def test_service_alone_in_a_table_of_teams(cast, percentage, csv_file, run):
    head = ["table", "team", "service", "denominator", "numerator"]
    run(csv_file(head, ["P1", "", cast.service.name, 10, 9]), "--month", "2026-04")
    assert Observation.objects.get().service == cast.service


def test_service_is_known_by_its_former_name(cast, number, csv_file, run):
    FormerName.objects.create(service=cast.service, name="The old name")
    run(csv_file(WIDE, ["N1", "", "the old NAME", 9]))
    assert Observation.objects.get().service == cast.service


@pytest.mark.parametrize(
    ("team", "service", "says"),
    [
        ("", "Nowhere", "cell C2: There is no service called “Nowhere”."),
        ("", "SWF Harbour 1", "cell C2: There is no service called “SWF Harbour 1”."),
        ("SWF Harbour 1", "Fostering", "cell B2: SWF Harbour 1 is not a team of Fostering."),
        ("Fostering", "SWF", "cell C2: There is no service called “SWF”."),
    ],
)
def test_service_that_does_not_fit_is_refused(cast, number, csv_file, refused, team, service, says):
    assert says in refused(csv_file(WIDE, ["N1", team, service, 9]))


def test_service_named_as_team_is_no_team_of_another(cast, number, csv_file, refused):
    errors = refused(csv_file(WIDE, ["N1", "Fostering", cast.service.name, 9]))
    assert f"cell B2: Fostering is not a team of {cast.service.name}." in errors


def test_new_team_is_put_into_the_service_that_the_file_names(cast, number, csv_file, run, refused):
    rows = (["N1", "New team", cast.service.name, 9], ["N1", "", cast.service.name, 8])
    errors = refused(csv_file(WIDE, *rows), "--create-teams")
    assert "8 is less than its teams together, 9." in errors
    assert run(csv_file(WIDE, rows[0]), "--create-teams")[0] == 0
    assert Team.objects.get(name="New team").service == cast.service


def test_new_team_of_two_services_is_refused(cast, number, csv_file, refused):
    rows = (["N1", "New team", cast.service.name, 9], ["N1", "New team", "Fostering", 8])
    assert "New team is not a team of Fostering." in refused(csv_file(WIDE, *rows), "--create-teams")


def test_total_of_a_service_is_of_its_teams(cast, number, csv_file, run, refused):
    service = cast.service.name
    teams = (["N1", "SWF Harbour 1", service, 4], ["N1", "SWF Harbour 2", service, 5])
    other = ["N1", "Another team", "Fostering", 7]
    wrong = refused(csv_file(WIDE, *teams, other, ["N1", "Total", service, 16]), "--create-teams")
    assert f"Total of {service}, April 2026: The total says 16; its teams add up to 9." in wrong
    right = csv_file(WIDE, *teams, other, ["N1", "Total", service, 9], ["N1", "Total", "", 16])
    status, _, errors = run(right, "--create-teams")
    assert status == 0, errors
    assert Observation.objects.count() == 3


def test_total_of_services_is_of_the_services(cast, number, csv_file, run, refused):
    rows = (["N1", "", cast.service.name, 4], ["N1", "", "Fostering", 5])
    assert "The total says 8" in refused(csv_file(WIDE, *rows, ["N1", "", "Total", 8]))
    assert run(csv_file(WIDE, *rows, ["N1", "", "Total", 9]))[0] == 0


def test_money_below_zero_is_taken_with_and_without_teams(cast, number, csv_file, run):
    number.versions.update(unit=Unit.MONEY)
    status, _, errors = run(csv_file(WIDE, ["N1", "", "", -5], ["N1", cast.team.name, "", 3]))
    assert status == 0, errors
    assert [value for _, _, value in whose()] == [-5, 3]


def test_denominator_without_a_numerator_is_kept_and_counts_in_the_total(cast, percentage, csv_file, run):
    head = ["table", "team", "denominator", "numerator", "month"]
    rows = (
        ["P1", "SWF Harbour 1", 10, "-", "2026-04"],
        ["P1", "SWF Harbour 2", 20, 5, "2026-04"],
        ["P1", "Total", 30, 5, "2026-04"],
    )
    status, _, errors = run(csv_file(head, *rows))
    assert status == 0, errors
    kept = Observation.objects.get(team=cast.team)
    assert (kept.state, kept.denominator, kept.numerator) == ("not_available", 10, None)
    rows[0][2], rows[2][2] = 11, 31
    assert run(csv_file(head, *rows), "--reason", "Counted again")[0] == 0
    assert Observation.objects.current().get(team=cast.team).denominator == 11


def test_withheld_numerator_keeps_no_denominator(cast, percentage, csv_file, run):
    run(csv_file(["table", "team", "denominator", "numerator"], ["P1", "SWF Harbour 1", 10, "c"]),
        "--month", "2026-04")  # fmt: skip
    assert Observation.objects.get().denominator is None


def test_dash_where_a_denominator_is_stored_changes_nothing(cast, percentage, csv_file, run):
    version = percentage.versions.get()
    ObservationFactory(
        indicator_version=version, team=cast.team, month=APRIL, state="not_available",
        numerator=None, denominator=10, value=None,
    )  # fmt: skip
    run(csv_file(["ref", "team", "2026-04"], ["P1", "SWF Harbour 1", "-"]))
    assert Observation.objects.get().denominator == 10


def test_a_name_is_looked_up_once_however_many_rows_have_it(
    cast, number, csv_file, django_assert_max_num_queries
):
    content = csv_file(WIDE, ["X1", "", "Fostering", 5]).read_bytes()
    with CaptureQueriesContext(connection) as few:
        check_return(content, file_name="few.csv")
    content = csv_file(WIDE, *([f"X{n}", "", cast.service.name, n] for n in range(60))).read_bytes()
    with django_assert_max_num_queries(len(few)):
        assert check_return(content, file_name="many.csv").counts()["problem"] == 60


def test_an_error_in_the_cell_of_a_service_is_told_once(cast, number, csv_file, refused):
    errors = refused(csv_file(WIDE, ["N1", "", "#REF!", 9]))
    assert errors.count("cell C2: The cell holds an error.") == 1
