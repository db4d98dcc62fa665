"""Periods: what the address says, what it leaves out, and the links to others."""

from datetime import date

import pytest
from django.core.management import call_command

from qa_audit.audits.models.audit import State
from qa_audit.reports.catalogue import REPORTS
from qa_audit.reports.period import Period, links
from tests.reports.conftest import add_audits, page, scope_of


def test_default_is_this_calendar_year_to_date(cast):
    scope = scope_of(cast.qa_lead, first="", last="")
    assert scope.period == Period(date(2026, 1, 1), date(2026, 5, 12))


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        ("1/4/2025", "", Period(date(2025, 4, 1), date(2026, 5, 12))),
        ("", "31 March 2025", Period(date(2025, 1, 1), date(2025, 3, 31))),
        ("2027-02-01", "", Period(date(2027, 2, 1), date(2027, 2, 1))),
    ],
)
def test_one_date_alone_is_completed(cast, first, last, period):
    assert scope_of(cast.qa_lead, first=first, last=last).period == period


@pytest.mark.parametrize(
    ("today", "first"),
    [
        ("2026-05-12", date(2025, 5, 13)),
        ("2024-02-29", date(2023, 3, 1)),
        ("2028-02-28", date(2027, 3, 1)),
        ("2025-12-31", date(2025, 1, 1)),
    ],
)
def test_last_twelve_months_end_today(frozen_clock, today, first):
    frozen_clock.move_to(f"{today}T12:00:00+00:00")
    assert Period.last_months(12) == Period(first, date.fromisoformat(today))


@pytest.mark.parametrize(
    ("today", "first"),
    [
        ("2026-05-12", date(2025, 11, 13)),
        ("2026-08-31", date(2026, 3, 1)),
        ("2026-12-31", date(2026, 7, 1)),
        ("2026-04-30", date(2025, 11, 1)),
    ],
)
def test_last_six_months_are_one_click_away(cast, frozen_clock, today, first):
    frozen_clock.move_to(f"{today}T12:00:00+00:00")
    six_months = Period(first, date.fromisoformat(today))
    assert dict(links(cast.qa_lead))["Last 6 months"] == six_months
    text = page(cast.qa_lead, "reports:voice").content.decode()
    assert f'href="?from={first}&amp;to={today}">Last 6 months</a>' in text


@pytest.fixture
def financial_year(settings):
    settings.REPORTING_YEAR_BEGINS = 4


@pytest.mark.parametrize(
    ("today", "first"), [("2026-05-12", date(2026, 4, 1)), ("2026-03-31", date(2025, 4, 1))]
)
def test_council_that_counts_financial_years_has_the_one_to_date_by_default(
    cast, frozen_clock, financial_year, today, first
):
    frozen_clock.move_to(f"{today}T12:00:00+00:00")
    period = Period(first, date.fromisoformat(today))
    assert scope_of(cast.qa_lead, first="", last="").period == period
    assert dict(links(cast.qa_lead))["This financial year to date"] == period
    assert f"{period.first.day} April" in page(cast.head, "reports:hos_summary").content.decode()
    for name in REPORTS:
        assert str(period) in page(cast.qa_lead, f"reports:{name.replace('-', '_')}").content.decode()
    assert str(period) in page(cast.qa_lead, "reports:records").content.decode()


def test_financial_year_is_the_default_of_the_command_too(cast, financial_year, tmp_path, capsys):
    call_command("export_report", "self-evaluation", out=str(tmp_path / "a.csv"))
    assert "1 April 2026 to 12 May 2026" in capsys.readouterr().out


def test_one_date_alone_is_completed_by_the_financial_year(cast, financial_year):
    period = scope_of(cast.qa_lead, first="", last="2025-02-28").period
    assert period == Period(date(2024, 4, 1), date(2025, 2, 28))


def test_links_name_financial_years_where_the_council_counts_them(cast, financial_year):
    for day in (date(2019, 3, 31), date(2021, 4, 1), date(2025, 3, 31)):
        add_audits(cast.service, cast.team, ["good"], audited_on=day)
    found = dict(links(cast.qa_lead))
    assert list(found)[3:] == ["2024/25", "2021/22", "2018/19", "All"]
    assert found["2018/19"] == Period(date(2018, 4, 1), date(2019, 3, 31))


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("shown", "words", "is_accepted"),
    [
        # Today is 12 May 2026. The year to date: from the same first day, its end at most 31 days ago.
        (("2026-01-01", "2026-05-12"), ("2026-01-01", "2026-05-12"), True),
        (("2026-01-01", "2026-05-12"), ("2026-01-01", "2026-04-11"), True),
        (("2026-01-01", "2026-05-12"), ("2026-01-01", "2026-04-10"), False),
        (("2026-01-01", "2026-05-12"), ("2026-02-01", "2026-05-11"), False),
        (("2026-01-01", "2026-05-12"), ("2026-01-01", "2026-05-13"), False),
        (("2026-01-01", "2026-05-12"), ("2025-01-01", "2026-05-12"), False),
        # The last 12 and 6 months: as many calendar months back from their own last day.
        (("2025-05-13", "2026-05-12"), ("2025-05-12", "2026-05-11"), True),
        (("2025-05-13", "2026-05-12"), ("2025-04-12", "2026-04-11"), True),
        (("2025-05-13", "2026-05-12"), ("2025-04-11", "2026-04-10"), False),
        (("2025-05-13", "2026-05-12"), ("2025-05-13", "2026-05-11"), False),
        (("2025-11-13", "2026-05-12"), ("2025-10-12", "2026-04-11"), True),
        (("2025-11-13", "2026-05-12"), ("2025-05-12", "2026-05-11"), False),
        # A period that does not move takes its own words alone.
        (("2026-01-01", "2026-03-31"), ("2026-01-01", "2026-03-31"), True),
        (("2026-01-01", "2026-03-31"), ("2026-01-01", "2026-03-30"), False),
        (("2026-01-01", "2026-05-11"), ("2026-01-01", "2026-05-10"), False),
    ],
)
def test_words_stand_for_their_own_dates_and_a_month_beside_a_rolling_period(shown, words, is_accepted):
    assert days(*shown).accepts_words_of(days(*words)) == is_accepted


def test_words_about_the_financial_year_to_date_begin_with_it(financial_year):
    today = Period.of(None, None)
    assert today.accepts_words_of(days("2026-04-01", "2026-05-01"))
    assert not today.accepts_words_of(days("2026-01-01", "2026-05-01"))


def test_month_has_its_own_last_day():
    assert Period.of_month("2024-02") == Period(date(2024, 2, 1), date(2024, 2, 29))
    assert Period.of_month("2025-12") == Period(date(2025, 12, 1), date(2025, 12, 31))


def test_links_name_each_year_that_has_counted_audits_and_no_other(cast):
    for year in (2019, 2021, 2024):
        add_audits(cast.service, cast.team, ["good"], audited_on=date(year, 6, 30))
    add_audits(cast.service, cast.team, ["good"], audited_on=date(2023, 6, 30), state=State.SHARED)
    found = dict(links(cast.head))
    assert list(found) == [
        "This year to date",
        "Last 12 months",
        "Last 6 months",
        "2024",
        "2021",
        "2019",
        "All",
    ]
    assert found["2021"] == Period(date(2021, 1, 1), date(2021, 12, 31))
    assert found["All"] == Period(date(2019, 6, 30), date(2026, 5, 12))


def test_links_name_years_from_before_the_latest_twelve(cast):
    for year in (2004, 2009, 2012, 2026):
        add_audits(cast.service, cast.team, ["good"], audited_on=date(year, 3, 1))
    named = [text for text, _ in links(cast.qa_lead)]
    assert named[3:] == ["2026", "2012", "2009", "2004", "All"]


def test_links_know_only_the_years_of_ones_own_rows(cast):
    add_audits(cast.elsewhere, cast.team_elsewhere, ["good"], audited_on=date(2021, 6, 30))
    assert [text for text, _ in links(cast.head)] == ["This year to date", "Last 12 months", "Last 6 months"]


@pytest.mark.parametrize(
    "address",
    [
        {"from": "31/2/2026"},
        {"to": "soon"},
        {"from": "2026-05-02", "to": "2026-05-01"},
        {"from": "0001-01-01"},
        {"from": "2026-01-01", "service": "999"},
        {"team": "abc"},
        {"capacity": "boss"},
        {"tool": "-1"},
        {"service": "' OR 1=1"},
    ],
)
@pytest.mark.parametrize("name", ["reports:self_evaluation", "reports:grade_distribution", "reports:records"])
def test_what_the_address_gets_wrong_is_said_by_the_field_and_no_figure_is_shown(cast, name, address):
    response = page(cast.qa_lead, name, **address)
    text = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in text
    assert "Figures as at" not in text
    assert "<title>Error: " in text


def test_cut_that_does_not_exist_is_said(cast):
    assert (
        "Choose by from the list"
        in page(cast.qa_lead, "reports:grade_distribution", by="auditor").content.decode()
    )
