"""Months as people write them."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from qa_audit.common.months import MonthField, last_months, later, month_words, parse_month, short_month

JUNE = date(2026, 6, 1)


@pytest.mark.parametrize(
    "text", ["2026-06", "2026-6", "6/2026", "06 2026", " June  2026 ", "jun 2026", "Jun-2026"]
)
def test_month_is_read_however_it_is_written(text):
    assert parse_month(text) == JUNE


@pytest.mark.parametrize(
    "text", ["", "June", "2026", "13/2026", "0/2026", "Juno 2026", "Jun-26", "June 1926", "1 June 2026"]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="is not a month like June 2026"):
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
