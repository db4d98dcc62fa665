"""The sheet Measures of the head of service's workbook: which rows, for whom, and at what cost."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpi.indicators.models.indicators import Component, ComponentRole, IndicatorStatus
from kpi.indicators.models.versions import IndicatorVersion, Polarity, Rollup, Unit
from kpi.returns.models import Observation, ObservationState
from qa_audit.people.models import Team, User
from qa_audit.reports.hos_summary import HosSummaryForm
from qa_audit.reports.measures_sheet import COUNCIL, TOGETHER, measures_sheet
from qa_audit.reports.period import Period
from qa_audit.reports.scope import Scope
from tests.factories.kpi import (
    IndicatorFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    PopulationFactory,
    TargetFactory,
)
from tests.reports.test_hos_summary import book, export, table, texts

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def version_of(code: str, service=None, **fields) -> IndicatorVersion:
    version = IndicatorVersionFactory(indicator=IndicatorFactory(code=code), **fields)
    if service:
        version.indicator.services.add(service)
    return version


def figure(version, numerator, denominator, month=APRIL, **fields) -> Observation:
    numerator, denominator = (None if one is None else Decimal(one) for one in (numerator, denominator))
    return ObservationFactory(
        indicator_version=version, month=month, numerator=numerator, denominator=denominator, **fields
    )


def number(version, value, month=APRIL, **fields) -> Observation:
    return figure(version, None, None, month, value=Decimal(value), **fields)


@pytest.fixture
def visits(cast) -> IndicatorVersion:
    """Visits in time: the council's in March and April, three teams' in April, one of them elsewhere."""
    version = version_of("CP8", cast.service, title="Visits in time")
    TargetFactory(indicator=version.indicator)
    figure(version, 240, 300, MARCH)
    figure(version, 262, 302)
    figure(version, 14, 18, team=cast.team)
    figure(version, 13, 21, team=cast.other_team)
    figure(version, 70, 77, team=cast.team_elsewhere)
    return version


def sheet_of(user: User, service, first=date(2026, 1, 1), last=date(2026, 5, 12)):
    return measures_sheet(service, Scope(user, Period(first, last)), "Measures")


def rows_of(user: User, service, *period) -> list[dict]:
    """The sheet's rows by heading."""
    sheet = sheet_of(user, service, *period)
    return [dict(zip((one.heading for one in sheet.columns), row, strict=True)) for row in sheet.rows]


def note_of(user: User, service, *period) -> str:
    """What stands above an empty sheet."""
    sheet = sheet_of(user, service, *period)
    assert list(sheet.rows) == []
    return sheet.notes[1]


def row_of(rows: list[dict], unit: str, month=APRIL) -> dict:
    (found,) = [row for row in rows if (row["Figure of"], row["Month"]) == (unit, month)]
    return found


def test_sheet_has_month_figure_target_rating_and_direction(cast, visits):
    row = row_of(rows_of(cast.head, cast.service), COUNCIL)
    assert row == {
        "Month": APRIL,
        "Indicator": "Visits in time",
        "Unit": "Percentage",
        "Figure of": COUNCIL,
        "Figure": Decimal(87),
        "Numerator": 262,
        "Denominator (n)": 302,
        "Target": "At least 95%",
        "Rating": "Red: off target",
        "Trend": "Up",
        "Direction of travel": "Better",
        "Note": "",
    }


def test_every_own_team_has_its_numerator_denominator_and_percentage(cast, visits):
    rows = rows_of(cast.head, cast.service)
    found = [(row["Figure of"], row["Numerator"], row["Denominator (n)"], str(row["Figure"])) for row in rows]
    assert found == [
        (COUNCIL, 262, 302, "87"),
        ("SWF Harbour 1", 14, 18, "77.8"),
        ("SWF Harbour 2", 13, 21, "61.9"),
        (TOGETHER, 27, 39, "69.2"),
        (COUNCIL, 240, 300, "80"),
    ]


@pytest.mark.parametrize("person", ["head", "qa_lead", "leader"])
def test_another_services_teams_and_indicators_never_appear(cast, visits, person):
    elsewhere = version_of("FO1", cast.elsewhere, title="Carers approved")
    figure(elsewhere, 3, 4)
    figure(elsewhere, 2, 2, team=cast.team_elsewhere)
    figure(visits, 9, 10, service=cast.elsewhere)
    found = texts(book(getattr(cast, person), cast.service))
    assert "Visits in time" in found
    assert "FO1 Carers approved" not in found
    assert {cast.team_elsewhere.name, cast.elsewhere.name}.isdisjoint(found)


def test_head_of_two_services_gets_each_service_by_itself(cast, visits):
    cast.head.grants.create(role="head", service=cast.elsewhere)
    both = User.objects.get(pk=cast.head.pk)
    teams = {row["Figure of"] for row in rows_of(both, cast.elsewhere)}
    assert teams == {COUNCIL, "Fostering Supervision A", TOGETHER}


def test_indicator_nobody_answers_for_is_there_for_its_teams_figures(cast):
    version = version_of("CP9", title="Supervision in time")
    figure(version, 14, 18, team=cast.team)
    rows = rows_of(cast.head, cast.service)
    assert [row["Figure of"] for row in rows] == [cast.team.name, TOGETHER]


def test_service_stands_beside_its_own_target(cast, visits):
    TargetFactory(indicator=visits.indicator, service=cast.service, value=Decimal(85))
    figure(visits, 38, 46, service=cast.service)
    row = row_of(rows_of(cast.head, cast.service), cast.service.name)
    assert (str(row["Figure"]), row["Target"], row["Rating"]) == (
        "82.6",
        "At least 85%",
        "Amber: close to target",
    )


def test_percentage_of_the_service_without_a_target_is_held_against_the_councils(cast, visits):
    rows = rows_of(cast.head, cast.service)
    together = row_of(rows, TOGETHER)
    assert (together["Target"], together["Rating"]) == ("At least 95%", "Red: off target")
    assert row_of(rows, cast.team.name)["Target"] == ""


def test_count_of_the_service_is_not_held_against_the_councils_target(cast):
    version = version_of("M1", cast.service, unit=Unit.NUMBER, team_rollup=Rollup.SUM)
    TargetFactory(indicator=version.indicator)
    number(version, 100)
    number(version, 5, team=cast.team)
    rows = rows_of(cast.head, cast.service)
    assert [row["Rating"] for row in rows] == ["Green: on target", "", ""]


def test_the_newest_month_with_figures_is_never_one_of_the_period(cast):
    share = version_of("M3", cast.service, title="Referrals of contacts")
    part = version_of("M2", unit=Unit.NUMBER)
    role = ComponentRole.NUMERATOR
    Component.objects.create(indicator=share.indicator, part=part.indicator, role=role)
    number(part, 500, MARCH)
    number(part, 542, APRIL)  # without a denominator: nothing to show of it
    note = note_of(cast.head, cast.service, APRIL, date(2026, 4, 30))
    assert note.endswith("The newest month that has any is March 2026.")


def test_percentage_worked_out_from_its_parts_is_there(cast):
    share = version_of("M3", cast.service, title="Referrals of contacts")
    for code, value, role in (
        ("M2", 542, ComponentRole.NUMERATOR),
        ("M1", 1660, ComponentRole.DENOMINATOR),
    ):
        part = version_of(code, unit=Unit.NUMBER)
        number(part, value)
        Component.objects.create(indicator=share.indicator, part=part.indicator, role=role)
    (row,) = rows_of(cast.head, cast.service)
    assert (row["Figure"], row["Numerator"], row["Denominator (n)"]) == (33, 542, 1660)


def test_rate_has_its_population_as_n(cast):
    PopulationFactory(people=50_000)
    version = version_of("M2-NI", cast.service, unit=Unit.RATE, population="0 to 17", decimal_places=1)
    figure(version, 542, None)
    (row,) = rows_of(cast.head, cast.service)
    assert (str(row["Figure"]), row["Denominator (n)"]) == ("108.4", 50_000)


def test_counts_of_teams_add_up_and_a_neutral_one_has_a_trend_alone(cast):
    version = version_of(
        "M1", cast.service, unit=Unit.NUMBER, polarity=Polarity.NEUTRAL, team_rollup=Rollup.SUM
    )
    number(version, 30, MARCH)
    number(version, 20)
    for team, value in ((cast.team, 5), (cast.other_team, 4)):
        number(version, value, team=team)
    rows = rows_of(cast.head, cast.service)
    assert row_of(rows, TOGETHER)["Figure"] == 9
    council = row_of(rows, COUNCIL)
    assert (council["Trend"], council["Direction of travel"]) == ("Down", "")


def test_low_is_good_reads_a_fall_as_better(cast):
    version = version_of("CP5", cast.service, unit=Unit.NUMBER, polarity=Polarity.LOW_GOOD)
    number(version, 30, MARCH)
    number(version, 20)
    council = row_of(rows_of(cast.head, cast.service), COUNCIL)
    assert (council["Trend"], council["Direction of travel"]) == ("Down", "Better")


def test_direction_of_the_first_month_looks_at_the_month_before_the_period(cast, visits):
    rows = rows_of(cast.head, cast.service, APRIL, date(2026, 4, 30))
    assert {row["Month"] for row in rows} == {APRIL}
    assert row_of(rows, COUNCIL)["Direction of travel"] == "Better"


def test_teams_have_no_sum_where_one_gave_a_percentage_alone(cast):
    version = version_of("CP9", cast.service)
    figure(version, 14, 18, team=cast.team)
    number(version, 80, team=cast.other_team)
    teams = [row["Figure of"] for row in rows_of(cast.head, cast.service)]
    assert teams == [cast.team.name, cast.other_team.name]


def test_team_without_children_has_no_percentage_and_adds_nothing(cast, visits):
    Observation.objects.filter(team=cast.other_team).update(
        numerator=None, denominator=0, state=ObservationState.NOT_APPLICABLE
    )
    rows = rows_of(cast.head, cast.service)
    assert row_of(rows, cast.other_team.name)["Figure"] == "Not applicable"
    assert row_of(rows, TOGETHER)["Denominator (n)"] == 18


def test_nothing_out_of_nothing_is_no_figure_and_no_word(cast, visits):
    Observation.objects.filter(team=cast.team).update(numerator=0, denominator=0)
    rows = rows_of(cast.head, cast.service)
    assert row_of(rows, cast.team.name)["Figure"] is None
    assert str(row_of(rows, TOGETHER)["Figure"]) == "61.9"


def test_revised_figures_are_marked_and_the_earlier_ones_gone(cast, visits):
    old = Observation.objects.get(team=cast.team)
    old.is_current = False
    old.save()
    figure(visits, 15, 18, team=cast.team, revision=2, replaces=old, reason="Late entries", note="Checked")
    rows = rows_of(cast.head, cast.service)
    team = row_of(rows, cast.team.name)
    assert (team["Numerator"], team["Note"]) == (15, "Revised; Checked")
    assert row_of(rows, TOGETHER)["Note"] == "Revised"
    assert row_of(rows, cast.other_team.name)["Note"] == ""


def test_a_figure_that_is_not_final_says_so(cast, visits):
    Observation.objects.filter(team=None, month=APRIL).update(state=ObservationState.UNVALIDATED)
    assert row_of(rows_of(cast.head, cast.service), COUNCIL)["Note"] == "Not validated"


def test_months_that_the_period_touches_are_in_it_the_newest_first(cast, visits):
    figure(visits, 1, 2, date(2025, 12, 1))
    figure(visits, 1, 2, date(2026, 5, 1))
    rows = rows_of(cast.head, cast.service, date(2026, 3, 15), date(2026, 5, 12))
    assert list(dict.fromkeys(row["Month"] for row in rows)) == [date(2026, 5, 1), APRIL, MARCH]


def test_a_period_without_figures_names_the_newest_month_that_has_any(cast, visits):
    assert note_of(cast.head, cast.service, date(2026, 5, 1), date(2026, 5, 12)) == (
        "No figure of the service’s indicators falls in these months. "
        "The newest month that has any is April 2026."
    )


def test_indicators_without_any_figure_say_so(cast):
    version_of("CP8", cast.service)
    assert note_of(cast.head, cast.service) == "No figure of the service’s indicators falls in these months."


def test_a_service_without_indicators_says_so(cast, visits):
    visits.indicator.services.clear()
    Observation.objects.filter(team__service=cast.service).delete()
    expected = "The service is responsible for no indicator, and none has figures of its teams."
    assert note_of(cast.head, cast.service) == expected
    workbook = book(cast.head, cast.service)
    assert expected in texts([workbook["Measures"]])
    assert table(workbook["Measures"]) == []


def test_drafts_are_not_the_heads(cast, visits):
    visits.indicator.status = IndicatorStatus.DRAFT
    visits.indicator.save()
    assert note_of(cast.head, cast.service).startswith("The service is responsible for no indicator")
    assert rows_of(cast.qa_lead, cast.service)


@pytest.mark.parametrize("person", ["auditor", "manager", "administrator", "nobody"])
def test_rows_are_those_that_the_person_may_see(cast, visits, person):
    units = {row["Figure of"] for row in rows_of(getattr(cast, person), cast.service)}
    expected = {
        "auditor": {COUNCIL},
        "manager": {COUNCIL, cast.team.name, TOGETHER},
    }
    assert units == expected.get(person, set())


def test_cells_are_real_months_and_numbers(cast, visits):
    sheet = book(cast.head, cast.service)["Measures"]
    first = table(sheet)[0]
    assert (first["Month"], first["Figure"]) == (datetime(2026, 4, 1), 87)
    assert sheet.cell(5, 1).number_format == "mmm yyyy"
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref == "A4:L9"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)


def test_a_title_like_a_formula_stays_text(cast, visits):
    version = version_of("=1+1", cast.service, title="=1+1")
    figure(version, 1, 2)
    cells = [cell for row in book(cast.head, cast.service)["Measures"].iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert "=1+1" in [cell.value for cell in cells]


def test_command_writes_the_sheet_too(cast, visits, tmp_path):
    workbook = export(tmp_path, "--service", cast.service.name, "--from", "2026-01-01", "--to", "2026-05-12")
    assert [row["Figure of"] for row in table(workbook["Measures"])][1] == cast.team.name


def test_queries_are_as_many_for_many_indicators_teams_and_months(cast, visits):
    def cost() -> int:
        form = HosSummaryForm(
            {"service": str(cast.service.pk), "from": "2025-01-01", "to": "2026-05-12"}, user=cast.head
        )
        assert form.is_valid()
        summary = form.summary()
        with CaptureQueriesContext(connection) as asked:
            list(measures_sheet(summary.service, summary.scope, "Measures").rows)
        return len(asked)

    first = cost()
    teams = [Team.objects.create(name=f"Team {number}", service=cast.service) for number in range(10)]
    for order in range(10):
        version = version_of(f"X{order}", cast.service)
        TargetFactory(indicator=version.indicator)
        for month in (date(2025, 6, 1), MARCH, APRIL):
            figure(version, 3, 4, month)
            for team in teams:
                figure(version, 1, 2, month, team=team)
    assert cost() == first
    assert first <= 14
