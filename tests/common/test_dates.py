import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.common.dates import (
    LONDON,
    NoSuchDay,
    add_working_days,
    is_working_day,
    months_back,
    parse_day,
    parse_time,
    quarter_of,
    working_days_between,
    working_hours_after,
    year_around,
)

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 6),  # Easter Monday, which Scotland does not keep
        date(2026, 12, 28),  # in lieu of Boxing Day, a Saturday
        date(2022, 9, 19),  # a bank holiday proclaimed for one year
        date(2026, 3, 28),  # Saturday
    ],
)
def test_weekend_or_english_bank_holiday_is_no_working_day(day):
    assert not is_working_day(day)


def test_day_that_only_scotland_keeps_is_a_working_day():
    assert is_working_day(date(2026, 1, 2))


def test_fifteen_working_days_run_over_easter():
    assert add_working_days(date(2026, 3, 27), 15) == date(2026, 4, 21)


def test_working_days_go_back_too():
    assert add_working_days(date(2026, 4, 7), -1) == date(2026, 4, 2)


@given(days, st.integers(0, 400))
def test_counting_and_adding_working_days_agree(day, count):
    assert working_days_between(day, add_working_days(day, count)) == count


@given(days, st.integers(0, 500))
def test_working_days_between_equals_counting_one_by_one(start, length):
    end = start + timedelta(days=length)
    one_by_one = sum(is_working_day(start + timedelta(days=n)) for n in range(1, length + 1))
    assert working_days_between(start, end) == one_by_one
    assert working_days_between(end, start) == -one_by_one


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-27 10:00", 4, "2026-03-27 14:00"),
        ("2026-03-27 15:00", 4, "2026-03-30 11:00"),  # Friday to Monday, over the change to summer time
        ("2026-03-27 09:00", 8, "2026-03-27 17:00"),
        ("2026-03-27 17:00", 1, "2026-03-30 10:00"),
        ("2026-04-02 16:30", 1, "2026-04-07 09:30"),  # over Easter
        ("2026-03-28 12:00", 0.5, "2026-03-30 09:30"),  # from a Saturday
        ("2026-03-26 03:00", 16, "2026-03-27 17:00"),
    ],
)
def test_office_hours_are_counted_in_london(start, hours, end):
    moment = datetime.fromisoformat(start).replace(tzinfo=LONDON)
    assert working_hours_after(moment.astimezone(UTC), hours) == datetime.fromisoformat(end).replace(
        tzinfo=LONDON
    )


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(1, 200))
def test_office_hours_end_in_office_hours(moment, hours):
    end = working_hours_after(moment.replace(tzinfo=UTC), hours)
    assert is_working_day(end.date())
    assert time(9) < end.time() <= time(17)


@pytest.mark.parametrize("hours", [0, -1])
def test_office_hours_must_be_more_than_none(hours):
    with pytest.raises(ValueError, match="more than 0"):
        working_hours_after(datetime(2026, 3, 27, tzinfo=UTC), hours)


def test_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        working_hours_after(datetime(2026, 3, 27), 1)


@pytest.mark.parametrize(
    "typed",
    [
        *("27/3/2026", "27/03/2026", "27.3.26", "27-3-2026", "27 / 3 / 26", "27/3/26", "27/03/2026 14:30"),
        *(
            " 27 March 2026 ",
            "27  mar 2026",
            "27 MARCH 2026",
            "27th March 2026",
            "27-Mar-26",
            "27th of March 26",
        ),
        *("Friday 27 March 2026", "Fri, 27 Mar 2026", "March 27, 2026", "27 March '26"),
        *(
            "2026-03-27",
            "2026/03/27",
            "2026-03-27T00:00:00",
            "27\u00a0March\u200b 2026",
            "27\u201103\u20112026",
        ),
    ],
)
def test_day_is_read_as_people_write_it(typed):
    assert parse_day(typed) == date(2026, 3, 27)


@given(days)
def test_every_day_is_read_in_every_form(day):
    forms = (f"{day.day}/{day.month}/{day.year}", day.isoformat(), f"{day:%d %B %Y}", f"{day:%d %b %Y}")
    assert {parse_day(form) for form in forms} == {day}


@pytest.mark.parametrize(
    "typed", ["31/2/2026", "3/27/2026", "29 February 2026", "0/1/2026", "1 Marchy 2026", "1 1 0000"]
)
def test_day_that_does_not_exist_is_refused(typed):
    with pytest.raises(ValueError, match=r"not a real date|Write the date"):
        parse_day(typed)


@given(st.text(max_size=30))
def test_any_other_text_gives_plain_words(typed):
    with pytest.raises(ValueError, match="27 March 2026"):
        parse_day(typed)


@pytest.mark.parametrize("typed", ["", "yesterday", "27 3 26", "٢٧/٣/٢٠٢٦"])
def test_text_that_is_no_day_says_how_to_write_one(typed):
    with pytest.raises(ValueError, match="Write the date like 27 March 2026"):
        parse_day(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("31/02/2026", "There is no 31 February 2026"),
        ("3/27/2026", "There is no month 27: the day goes before the month"),
        ("21-03-27", "21-03-27 can be 21 March 2027 or 27 March 2021"),
        ("27/3/65", "The year 65 can be 1965 or 2065"),
        ("44282", "44282 is the number that a spreadsheet stores for 27 March 2021"),
        ("Monday 27 March 2026", "27 March 2026 is a Friday"),
    ],
)
def test_day_that_cannot_be_or_can_be_two_is_refused_with_the_reason(typed, reason):
    with pytest.raises(NoSuchDay, match=re.escape(reason)):
        parse_day(typed)


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        *(
            (typed, 9, 15)
            for typed in ("9:15", "09:15", "9.15", "9.15am", "9:15 a.m.", "0915", "915", "09:15:00")
        ),
        *((typed, 17, 30) for typed in ("17.30", "1730", "5.30pm", "5:30 PM", "1730 hrs")),
        *((typed, 12, 0) for typed in ("noon", "12pm", "12 noon", "midday")),
        *((typed, 0, 0) for typed in ("12am", "midnight", "00:00")),
        ("9 am", 9, 0),
    ],
)
def test_time_is_read_as_people_write_it(typed, hour, minute):
    assert parse_time(typed) == time(hour, minute)


@pytest.mark.parametrize("typed", ["", "9", "25:00", "9:60", "13am", "half nine", "24:00", "\u0669:15"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(ValueError, match="Enter a time like 18:42"):
        parse_time(typed)


@pytest.mark.parametrize(
    ("day", "first_month", "first", "last"),
    [
        (date(2026, 3, 27), 1, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 3, 31), 4, date(2025, 4, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), 4, date(2026, 4, 1), date(2027, 3, 31)),
        (date(2024, 2, 29), 4, date(2023, 4, 1), date(2024, 3, 31)),
    ],
)
def test_year_around_a_day_begins_with_the_month_that_is_asked_for(day, first_month, first, last):
    assert year_around(day, first_month) == (first, last)


@pytest.mark.parametrize(
    ("last", "count", "first"),
    [
        (date(2028, 2, 28), 12, date(2027, 3, 1)),
        (date(2028, 2, 29), 12, date(2027, 3, 1)),
        (date(2029, 2, 28), 12, date(2028, 3, 1)),
        (date(2026, 4, 30), 6, date(2025, 11, 1)),
        (date(2026, 8, 31), 6, date(2026, 3, 1)),
        (date(2026, 8, 29), 6, date(2026, 3, 1)),
        (date(2026, 5, 12), 6, date(2025, 11, 13)),
        (date(2026, 12, 31), 12, date(2026, 1, 1)),
        (date(2026, 12, 30), 12, date(2025, 12, 31)),
        (date(2026, 12, 1), 24, date(2024, 12, 2)),
    ],
)
def test_months_back_are_calendar_months(last, count, first):
    assert months_back(last, count) == first


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(1, 36))
def test_months_back_follow_on_without_gap_or_overlap_at_ends_of_months(day, count):
    end = date(day.year, day.month, monthrange(day.year, day.month)[1])
    first = months_back(end, count)
    assert first.day == 1
    assert 12 * (end.year - first.year) + end.month - first.month == count - 1
    # Nor does a later last day ever begin earlier.
    assert months_back(day, count) <= months_back(day + timedelta(days=1), count)


@pytest.mark.parametrize(
    ("month", "quarter"), [(1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (9, 3), (10, 4), (12, 4)]
)
def test_quarter_is_the_calendar_quarter(month, quarter):
    assert quarter_of(date(2026, month, 15)) == f"2026 Q{quarter}"
