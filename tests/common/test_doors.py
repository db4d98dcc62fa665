"""One meaning, one reader: each spelling through every door by which it comes in."""

from datetime import date, time

import pytest
from openpyxl import Workbook

from kpi.returns.models import Observation
from qa_audit.audits.forms.safety import SafetyForm
from qa_audit.audits.forms.searching import SearchForm
from qa_audit.audits.models.audit import Audit
from qa_audit.common.forms import DateField
from qa_audit.common.months import MonthField
from qa_audit.people.models import Service, Team
from tests.imports.conftest import csv_file, good_row, run  # noqa: F401
from tests.kpi.returns.conftest import number, percentage, write_csv  # noqa: F401
from tests.kpi.returns.conftest import run as run_kpis_fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def run_kpis(run_kpis_fixture, tmp_path):
    return lambda *rows: run_kpis_fixture(write_csv(tmp_path / "return.csv", rows))


run_kpis_fixture = pytest.fixture(name="run_kpis_fixture")(run_kpis_fixture.__wrapped__)


@pytest.mark.parametrize(
    "spelling",
    [
        "Young People’s Team",
        "young people's team",
        "Young\u00a0People\u2018s\u200b Team ",
        "Young People\u00b4s Te\u00adam",
    ],
)
def test_name_is_one_in_every_door(cast, csv_file, run, run_kpis, number, spelling):  # noqa: F811
    Team.objects.filter(pk=cast.team.pk).update(name="Young People's Team", name_key="young people's team")
    Service.objects.filter(pk=cast.service.pk).update(name="People's Service", name_key="people's service")
    service = spelling.replace("Young", "").replace("young", "").replace("Te", "Servi").replace("te", "servi")
    service = "".join(service.partition("ervi")[:2]).strip() + "ce"

    assert run(csv_file(good_row(service=service, team=spelling)))[0] == 0
    audit = Audit.objects.get()
    assert (audit.service, audit.team) == (cast.service, cast.team)
    assert run_kpis(["ref", "team", "2026-04"], ["N1", spelling, 4])[0] == 0
    assert run_kpis(["ref", "team", "month", "value"], ["N1", spelling, "2026-03", 4])[0] == 0
    assert run_kpis(["table", "team", "month", "numerator"], ["N1", spelling, "2026-02", 4])[0] == 0
    assert set(Observation.objects.values_list("team", flat=True)) == {cast.team.pk}
    assert Observation.objects.count() == 3


@pytest.mark.parametrize(
    "spelling",
    [
        "27/03/2021",
        "27.3.21",
        "27 March 2021",
        "27th Mar 2021",
        "Saturday 27 March 2021",
        "2021-03-27",
        "27-Mar-21",
    ],
)
def test_day_is_one_in_every_door(cast, csv_file, run, run_kpis, spelling):  # noqa: F811
    assert DateField().clean(spelling) == date(2021, 3, 27)
    assert run(csv_file(good_row(audited_on=spelling)))[0] == 0
    assert Audit.objects.get().audited_on == date(2021, 3, 27)
    head = ["team", "qualifying_status", "allocations", "date"]
    status, _, errors = run_kpis(head, ["SWF Harbour 1", "SW", 18, spelling])
    assert (status, errors) == (0, "")


@pytest.mark.parametrize("spelling", ["31/02/2021", "03/27/2021", "21-03-27", "44282", "yesterday"])
def test_day_that_cannot_be_read_is_refused_in_every_door(cast, csv_file, run, run_kpis, spelling):  # noqa: F811
    with pytest.raises(Exception, match="27 March 2026"):
        DateField().clean(spelling)
    assert "27 March 2026" in run(csv_file(good_row(audited_on=spelling)))[1]
    head = ["team", "qualifying_status", "allocations", "date"]
    assert "27 March 2026" in run_kpis(head, ["SWF Harbour 1", "SW", 18, spelling])[2]


@pytest.mark.parametrize(
    "spelling", ["2026-04", "April 2026", "Apr 2026", "01/04/2026", "4/2026", "2026-04-30"]
)
def test_month_is_one_in_every_door(number, run_kpis, spelling):  # noqa: F811
    assert MonthField().clean(spelling) == date(2026, 4, 1)
    assert run_kpis(["ref", spelling], ["N1", 4])[0] == 0
    assert run_kpis(["ref", "month", "value"], ["N1", spelling, 4])[1].endswith(
        "unchanged 1, revised 0, problems 0\n"
    )
    assert run_kpis(["table", "team", "month", "numerator"], ["N1", "", spelling, 4])[0] == 0
    assert Observation.objects.get().month == date(2026, 4, 1)


@pytest.mark.parametrize("spelling", ["9.15am", "0915", "9:15", "09.15", "9:15 AM"])
def test_time_is_one(spelling):
    form = SafetyForm({"told_time": spelling}, asks=False)
    form.is_valid()
    assert form.cleaned_data["told_time"] == time(9, 15)


@pytest.mark.parametrize("spelling", ["CASE-7", "CASE\u20117", "'CASE-7", " CASE-7\u200b ", "case-7"])
def test_reference_is_one_in_form_and_import(cast, csv_file, run, spelling):  # noqa: F811
    run(csv_file(good_row(reference="CASE-7")))
    again = csv_file(good_row(reference=spelling, theme=""), name="again.csv")
    assert "already stored" in run(again)[1]
    form = SearchForm({"case_reference": spelling})
    assert form.is_valid()
    assert Audit.objects.of_case(form.cleaned_data["case_reference"]).exists()


def test_reference_that_a_spreadsheet_destroyed_is_refused_in_form_and_import(cast, csv_file, run, tmp_path):  # noqa: F811
    assert "its last digits are lost" in str(SearchForm({"case_reference": "1.23457E+14"}).errors)
    assert "cell A2: 1.23457E+14 is a number" in run(csv_file(good_row(reference="1.23457E+14")))[1]
    book = Workbook()
    book.active.append(list(good_row()))
    for reference in (1234567890123456789, 12345, 54321):
        book.active.append(list(good_row(reference=reference).values()))
    book.active["A3"].number_format = "00000000"
    book.save(tmp_path / "past.xlsx")
    status, printed = run(tmp_path / "past.xlsx")
    assert status == 1
    assert "cell A2: This number has more than 15 digits" in printed
    assert "cell A3: The cell holds the number 12345, but its format shows more" in printed
    assert "cell A4" not in printed


@pytest.mark.parametrize(
    ("words", "grade"),
    [
        ("RI", "requires_improvement"),
        ("ri to be good", "requires_improvement"),
        ("R.I.", "requires_improvement"),
        ("Requires improvement to be good", "requires_improvement"),
        ("requires-improvement", "requires_improvement"),
        ("Requires\u00a0improvement", "requires_improvement"),
        ("O", "outstanding"),
        ("g", "good"),
        ("Good ", "good"),
        ("I", "inadequate"),
        ("N/A", ""),
        ("-", ""),
        ("–", ""),
        ("not graded", ""),
    ],
)
def test_grade_is_read_in_the_trades_own_words(cast, csv_file, run, words, grade):  # noqa: F811
    row = good_row(overall_grade=words) | {"grade: Plan": words}
    status, printed = run(csv_file(row))
    assert status == 0, printed
    audit = Audit.objects.get()
    assert audit.first_grade == grade
    assert [one.grade for one in audit.domain_grades.exclude(grade="")] == ([grade] if grade else [])


def test_grade_that_nobody_knows_is_asked_about(cast, csv_file, run):  # noqa: F811
    assert "Did you mean “Inadequate”?" in run(csv_file(good_row(overall_grade="inadequat")))[1]


@pytest.mark.parametrize(
    ("sign", "state"),
    [
        *((sign, "withheld") for sign in ("c", "C", "*", "<5", "< 10", "[c]", "suppressed", "fewer than 5")),
        *((sign, "not_applicable") for sign in ("z", "[z]", "n/a", "N/A")),
        *((sign, "not_available") for sign in ("x", ":", "..", "u", "low", "-", "–", "[low]", "…")),
        *((sign, "not_yet") for sign in ("tbc", "TBA")),
    ],
)
def test_sign_for_no_figure_is_one_in_every_layout(number, run_kpis, sign, state):  # noqa: F811
    for rows in (
        (["ref", "2026-02"], ["N1", sign]),
        (["indicator_code", "month", "value"], ["N1", "2026-03", sign]),
        (["indicator_code", "month", "value", "state"], ["N1", "2026-01", "", sign]),
        (["table", "team", "month", "numerator"], ["N1", "", "2026-04", sign]),
    ):
        status, _, errors = run_kpis(*rows)
        assert (status, errors) == (0, "")
    assert list(Observation.objects.values_list("state", flat=True)) == [state] * 4


def test_unknown_sign_is_told_which_are_known(number, run_kpis):  # noqa: F811
    assert (
        "Also read: c, * and <5 (withheld), z (not applicable)"
        in run_kpis(["ref", "2026-04"], ["N1", "@"])[2]
    )
