"""One indicator's page: reading, chart, months with their revisions, teams, definition, files."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kpi.indicators.models.comparisons import Comparator, Operator
from kpi.indicators.models.indicators import IndicatorStatus
from kpi.indicators.models.versions import Polarity, Unit
from kpi.packs.indicator.page import IndicatorPage
from kpi.packs.models import Baseline
from kpi.returns.models import Observation, ObservationState
from qa_audit.common.months import later
from tests.factories import TeamFactory
from tests.factories.kpi import (
    APRIL,
    BenchmarkFactory,
    IndicatorFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    PopulationFactory,
    ReturnFactory,
    TargetFactory,
)

# The worked example of the process-control chart.
FALLS = [100, 99, 99, 100, 99, 99, 99, 100, 99, 98, 96, 86, 68]


@pytest.fixture
def version(cast):
    version = IndicatorVersionFactory(
        indicator__code="CP8",
        title="Visits in time",
        counts="plans",
        numerator_words="Visited in time",
        denominator_words="Children with a plan",
        definition="Seen within 20 working days.",
    )
    version.indicator.services.add(cast.service)
    return version


def months_of(version, values, denominator=100):
    """The council's figures up to April 2026, the last of them then; None is a month without."""
    source = ReturnFactory()
    for back, value in enumerate(reversed(values)):
        if value is not None:
            ObservationFactory(
                indicator_version=version,
                month=later(APRIL, -back),
                numerator=value,
                denominator=denominator,
                source=source,
            )


def revise(version, month, numerator, reason):
    old = Observation.objects.get(indicator=version.indicator, month=month, is_current=True, team=None)
    Observation.objects.filter(pk=old.pk).update(is_current=False)
    return ObservationFactory(
        indicator_version=version,
        month=month,
        numerator=numerator,
        denominator=old.denominator,
        revision=old.revision + 1,
        replaces=old,
        reason=reason,
    )


def page_of(user, version, month=APRIL):
    return IndicatorPage(user, version.indicator, month)


def address(version, name="indicator", **query):
    return reverse(f"packs:{name}", args=[version.indicator.slug], query=query or None)


def test_the_month_is_read_in_sentences(cast, version):
    months_of(version, FALLS)
    TargetFactory(indicator=version.indicator, value=Decimal(95))
    page = page_of(cast.leader, version)
    assert page.reading == [
        "April 2026: 68% (68 of 100).",
        "The target is at least 95%. Red: off target. 27 more plans would reach it.",
        "Since March 2026: down (-18.0 percentage points). Direction of travel: worse.",
    ]
    assert [icon.words for icon in page.chart.icons] == ["Concern: lower than usual", "Hit or miss"]
    assert "below the lower limit of 87.6%" in page.chart.reading[0]


def test_a_neutral_indicator_has_a_trend_and_no_direction_of_travel(cast):
    version = IndicatorVersionFactory(unit=Unit.NUMBER, polarity=Polarity.NEUTRAL)
    for month, value in ((later(APRIL, -1), 540), (APRIL, 551)):
        ObservationFactory(
            indicator_version=version, month=month, numerator=None, denominator=None, value=value
        )
    page = page_of(cast.leader, version)
    assert page.reading == ["April 2026: 551.", "Since March 2026: up (+2%)."]


def test_under_thirteen_months_limits_are_on_trial_and_nothing_is_marked(cast, version):
    months_of(version, FALLS[1:])
    page = page_of(cast.leader, version)
    assert page.chart.icons == []
    assert "Trial upper limit" in page.chart.drawing.description
    assert {row.signal for row in page.by_month.rows} == {""}


def test_a_missing_month_stands_in_the_table_without_a_figure(cast, version):
    months_of(version, [90, None, 92])
    assert [row.value for row in page_of(cast.leader, version).by_month.rows] == ["92%", "No figure", "90%"]


def test_a_month_without_a_value_says_why(cast, version):
    months_of(version, [90, 91])
    ObservationFactory(
        indicator_version=version,
        month=later(APRIL, -2),
        numerator=None,
        denominator=None,
        state=ObservationState.NOT_APPLICABLE,
    )
    assert page_of(cast.leader, version).by_month.rows[-1].value == "Not applicable"


def test_every_earlier_figure_of_a_month_stays_readable_with_its_reason(cast, sign_in, version):
    months_of(version, [90, 91, 92])
    march = later(APRIL, -1)
    revise(version, march, 89, "Two visits were recorded twice")
    revise(version, march, 88, "One more")
    page = page_of(cast.leader, version)
    row = page.by_month.rows[1]
    assert row.value == "88%"
    assert [(one.value, one.reason) for one in row.earlier] == [
        ("91% (91 of 100)", "Two visits were recorded twice"),
        ("89% (89 of 100)", "One more"),
    ]
    shown = sign_in(cast.leader).get(address(version)).content.decode()
    assert "91% (91 of 100) until 12 May 2026: Two visits were recorded twice" in shown
    assert page.chart.drawing.ring == "Revised since first reported"


def test_a_rate_reads_its_population_and_a_ceiling_its_fewer(cast):
    version = IndicatorVersionFactory(
        unit=Unit.RATE, polarity=Polarity.LOW_GOOD, population="0 to 17", counts="children"
    )
    PopulationFactory(people=50_000)
    ObservationFactory(indicator_version=version, numerator=543, denominator=None)
    TargetFactory(indicator=version.indicator, operator=Operator.AT_MOST, value=Decimal(100))
    page = page_of(cast.leader, version)
    assert page.reading[0] == "April 2026: 109 (543 of 50,000)."
    assert "43 fewer children would reach it." in page.reading[1]


def test_target_and_benchmarks_stand_in_the_drawing_with_their_words(cast, version):
    months_of(version, FALLS)
    TargetFactory(indicator=version.indicator)
    BenchmarkFactory(indicator=version.indicator)
    BenchmarkFactory(indicator=version.indicator, comparator=Comparator.REGION, basis="rolling_12")
    said = page_of(cast.leader, version).chart.drawing.description
    assert "Target 95%." in said
    assert "England 2024-25 88%." in said
    assert "Region" not in said  # of another basis


def test_limits_are_worked_out_anew_from_a_stored_month_only(cast, version):
    months_of(version, [80, 82] * 8 + [95, 97] * 8)
    assert page_of(cast.leader, version).chart.points[-1].limits.mean < 95
    start = later(APRIL, -15)
    Baseline.objects.create(
        indicator=version.indicator,
        from_month=start,
        months=12,
        reason="A new duty team",
        set_by=cast.analyst,
    )
    page = page_of(cast.leader, version)
    assert page.chart.points[-1].limits.mean == Decimal(96)
    assert "Limits from Jan 25" in page.chart.drawing.svg


def test_a_baseline_older_than_two_years_is_drawn_from_its_start(cast, version):
    months_of(version, [80, 82] * 20)
    Baseline.objects.create(
        indicator=version.indicator,
        from_month=later(APRIL, -35),
        months=24,
        reason="A new recording system",
        set_by=cast.analyst,
    )
    assert len(page_of(cast.leader, version).chart.months) == 36


def teams_of(version, counts, service, month=APRIL):
    source = ReturnFactory()
    return [
        ObservationFactory(
            indicator_version=version,
            team=TeamFactory(service=service, name=f"Team {number:02}"),
            month=month,
            numerator=numerator,
            denominator=denominator,
            source=source,
        )
        for number, (numerator, denominator) in enumerate(counts)
    ]


def test_teams_have_their_flags_in_words_and_the_total_is_a_ratio_of_sums(cast, version):
    """262 of 302: 14 of 18 is not low, 13 of 21 is, and 3 of 7 is never flagged."""
    months_of(version, [262], denominator=345)
    teams_of(version, [(14, 18), (13, 21), (3, 7), (232, 256)], cast.service)
    page = page_of(cast.leader, version)
    assert [page.teams.flag(row) for row in page.teams.table.rows] == [
        "Within what chance explains, small number",
        "Lower than chance explains (95%)",
        "Too few to judge",
        "Within what chance explains",
    ]
    assert page.teams.value(page.teams.table.total) == "86.8%"
    assert page.coverage == "The teams cover 302 of 345 plans."
    assert "Team 01 61.9% (13 of 21), lower than chance explains (95%)" in page.teams.funnel.description


@pytest.mark.parametrize(
    ("who", "teams"),
    [("manager", ["SWF Harbour 1"]), ("outsider", []), ("auditor", []), ("leader", None), ("analyst", None)],
)
def test_team_rows_reach_only_those_whose_teams_they_are(cast, sign_in, version, who, teams):
    months_of(version, [90])
    for team in (cast.team, cast.other_team):
        ObservationFactory(indicator_version=version, team=team, numerator=9, denominator=12)
    everybody = ["SWF Harbour 1", "SWF Harbour 2"]
    shown = sign_in(getattr(cast, who)).get(address(version))
    seen = [row.name for row in shown.context["page"].teams.table.rows]
    assert seen == (everybody if teams is None else teams)
    unseen = set(everybody) - set(seen)
    file = sign_in(getattr(cast, who)).get(address(version, "indicator_file"))
    cells = cells_of(file)
    assert not [name for name in unseen if name in shown.content.decode() or name in cells]


def cells_of(file) -> str:
    book = load_workbook(io.BytesIO(file.content))
    return str([cell for sheet in book for row in sheet.values for cell in row])


def test_the_definition_in_force_in_the_month_is_shown(cast, sign_in, version):
    months_of(version, [90, 91])
    IndicatorVersionFactory(
        indicator=version.indicator, from_month=APRIL, title="Visits in time, new", definition="In 15 days."
    )
    client = sign_in(cast.leader)
    assert "In 15 days." in client.get(address(version)).content.decode()
    earlier = client.get(address(version, month="2026-03")).content.decode()
    assert "Seen within 20 working days." in earlier


def test_a_draft_indicator_is_not_found_but_by_analysts_and_qa_leads(cast, sign_in, version):
    months_of(version, [90])
    version.indicator.status = IndicatorStatus.DRAFT
    version.indicator.save()
    assert sign_in(cast.head).get(address(version)).status_code == 404
    assert sign_in(cast.analyst).get(address(version)).status_code == 200


def test_pages_without_figures_say_so(cast, sign_in, version):
    client = sign_in(cast.leader)
    assert "No figures have come in yet." in client.get(address(version)).content.decode()
    ObservationFactory()
    assert "The council has no figure in the two years" in client.get(address(version)).content.decode()
    assert client.get(address(version, "indicator_file")).status_code == 404
    assert IndicatorFactory().slug != version.indicator.slug


def test_page_begins_with_the_newest_month_of_the_indicator_itself(cast, sign_in, version):
    months_of(version, [90, None, None])
    ObservationFactory(month=APRIL)
    client = sign_in(cast.leader)
    assert "February 2026: 90% (90 of 100)." in client.get(address(version)).content.decode()
    asked = client.get(address(version, month="2026-04"))
    assert (asked.status_code, "Choose a month" in asked.content.decode()) == (200, False)


def test_teams_alone_make_the_page_and_say_so(cast, sign_in, version):
    teams_of(version, [(13, 21), (249, 281)], cast.service)
    page = sign_in(cast.auditor).get(address(version)).content.decode()
    assert "April 2026: 87% (262 of 302)." in page
    assert "The council gave no figure of its own: this is its teams together." in page
    assert ">its teams together<" not in page
    ObservationFactory(indicator_version=version, month=later(APRIL, -1))
    page = sign_in(cast.auditor).get(address(version)).content.decode()
    assert '<td class="govuk-table__cell">its teams together</td>' in page
    assert "No team figures for April 2026 that you can see." in page
    assert "Lower than chance explains (95%)" in sign_in(cast.head).get(address(version)).content.decode()


def test_teams_that_are_not_listed_are_said_to_be_in_the_total(cast, sign_in, version):
    teams_of(version, [(13, 21)], cast.service)
    for team in (cast.team_elsewhere, TeamFactory(service=cast.elsewhere, name="Fostering B")):
        ObservationFactory(indicator_version=version, team=team, month=APRIL, numerator=9, denominator=12)
    page = sign_in(cast.head).get(address(version)).content.decode()
    assert "The total is of all 3 teams" in page
    assert "those of other services are not listed" in page


def test_an_unknown_month_is_an_error_by_its_field(cast, sign_in, version):
    months_of(version, [90])
    answer = sign_in(cast.leader).get(address(version, month="2031-01"))
    assert "Choose a month from the list" in answer.content.decode()
    assert sign_in(cast.leader).get(address(version, "indicator_file", month="soon")).status_code == 302


def test_the_csv_file_has_a_row_for_each_month(cast, sign_in, version):
    months_of(version, FALLS)
    file = sign_in(cast.leader).get(address(version, "indicator_file", format="csv"))
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == 13
    page = sign_in(cast.leader).get(address(version)).context["page"]
    assert [row["month"] for row in rows] == [f"{row.month:%Y-%m}" for row in page.by_month.rows]
    last = rows[0]
    shown = [last[name] for name in ("month", "numerator", "denominator", "value")]
    assert shown == ["2026-04", "68", "100", "68"]
    assert last["signal"] == "Below the lower limit"


def test_the_workbook_has_months_teams_and_what_they_are(cast, sign_in, version):
    months_of(version, FALLS)
    teams_of(version, [(14, 18), (13, 21)], cast.service)
    file = sign_in(cast.leader).get(address(version, "indicator_file"))
    book = load_workbook(io.BytesIO(file.content))
    assert book.sheetnames == ["Months", "Teams", "About"]
    assert [row[0] for row in book["Teams"].values] == ["team", "Team 00", "Team 01", "Total"]


def queries_of(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_as_many_queries_for_a_long_history_and_sixty_teams(cast, sign_in, version):
    months_of(version, [90, 91, 92])
    revise(version, APRIL, 89, "Corrected")
    teams_of(version, [(9, 12), (20, 25)], cast.service)
    TargetFactory(indicator=version.indicator)
    before = queries_of(sign_in(cast.head), address(version))

    for month in range(3, 40):
        ObservationFactory(indicator_version=version, month=later(APRIL, -month))
    for month in range(1, 9):
        revise(version, later(APRIL, -month), 80 + month, "Corrected")
    for number in range(2, 60):
        ObservationFactory(
            indicator_version=version,
            team=TeamFactory(service=cast.service, name=f"Further {number}"),
            numerator=9,
            denominator=12,
        )
    # One fewer where every month is the council's own: then no team has to stand in.
    assert queries_of(sign_in(cast.head), address(version)) in (before, before - 1)


def test_analyst_sets_from_which_month_limits_are_worked_out(cast, sign_in, version):
    months_of(version, FALLS)
    url = address(version, "set_baseline")
    typed = {"from_month": "April 2025", "months": 13, "reason": "A new duty team"}
    client = sign_in(cast.analyst)
    assert client.post(url, typed).status_code == 302
    assert Baseline.objects.get().set_by == cast.analyst
    again = client.post(url, typed)
    assert "already worked out from this month" in again.context["form"].errors["from_month"][0]
    short = client.post(url, typed | {"from_month": "May 2025", "months": 6})
    assert short.context["form"].errors["months"] == ["Enter 12 or more"]
    assert Baseline.objects.count() == 1
    assert "A new duty team" in client.get(address(version)).content.decode()
    assert date(2025, 4, 1) == Baseline.objects.get().from_month


def test_what_is_withheld_now_is_not_told_as_it_was_before(cast, sign_in, version):
    months_of(version, [90, 2])
    old = Observation.objects.get(month=APRIL)
    Observation.objects.filter(pk=old.pk).update(is_current=False)
    nothing = {"numerator": None, "denominator": None, "state": ObservationState.WITHHELD}
    ObservationFactory(
        indicator_version=version, month=APRIL, revision=2, replaces=old, reason="Small", **nothing
    )
    page = sign_in(cast.auditor).get(address(version, month="2026-04")).content.decode()
    assert "2% (2 of 100)" not in page
    assert "Withheld until" in page
    assert "2% (2 of 100)" in sign_in(cast.analyst).get(address(version, month="2026-04")).content.decode()
