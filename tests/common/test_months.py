"""Months as people write them."""

import re
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from qa_audit.common.months import (
    MonthField,
    NotAMonth,
    last_months,
    later,
    month_words,
    parse_month,
    short_month,
)

JUNE = date(2026, 6, 1)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-06",
            "2026-6",
            "2026/06",
            "6/2026",
            "06 2026",
            " June  2026 ",
            "jun 2026",
            "Jun-2026",
            "June, 2026",
        ),
        *(
            "01/06/2026",
            "1.6.26",
            "1 June 2026",
            "2026-06-01",
            "2026-06-01 00:00:00",
            "30/06/2026",
            "2026-06-30",
        ),
    ],
)
def test_month_is_read_however_it_is_written(text):
    assert parse_month(text) == JUNE


@pytest.mark.parametrize("text", ["", "June", "2026", "13/2026", "0/2026", "Juno 2026", "June 1926"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="is not a month like June 2026"):
        parse_month(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Jun-26", "“Jun-26” can be June 2026 or 26 June"),
        ("22/06/2026", "This is the date 22 June 2026, not a month: a spreadsheet reads “Jun-22” that way"),
        ("28/02/2027", "a spreadsheet reads “Feb-28” that way"),
        ("30/08/2023", "This is the date 30 August 2023, not a month"),
        ("2025/26", "is the year 2025-26"),
        ("202526", "is the year 2025-26"),
        ("2025-26 YTD", "is the year 2025-26, or a part of it"),
        ("2011/12", "can be December 2011 or a year"),
        ("202606", "may be June 2026, but is not written like a month"),
        ("Q3 2025-26", "is a quarter, not a month"),
        ("31/06/2026", "There is no 31 June 2026"),
    ],
)
def test_what_may_be_another_month_a_day_or_a_year_is_refused_with_the_reason(text, reason):
    with pytest.raises(NotAMonth, match=re.escape(reason)):
        parse_month(text)


def test_months_are_counted_over_the_end_of_a_year():
    assert later(JUNE, 7) == date(2027, 1, 1)
    assert later(JUNE, -6) == date(2025, 12, 1)
    assert last_months(date(2026, 2, 1), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_months_are_written_in_words():
    assert (month_words(JUNE), short_month(JUNE), month_words(None)) == ("June 2026", "Jun 26", "")


def test_field_takes_words_and_days_and_keeps_what_was_typed():
    field = MonthField(required=False)
    assert field.clean("June 2026") == field.clean(datetime(2026, 6, 9)) == JUNE
    assert field.clean("") is None
    assert field.widget.format_value(JUNE) == "June 2026"
    with pytest.raises(ValidationError, match="Enter a month like June 2026"):
        field.clean("soon")


def test_field_that_is_required_says_so():
    with pytest.raises(ValidationError):
        MonthField().clean(" ")
