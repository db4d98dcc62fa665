from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from qa_audit.common.wording import clock, count, day, short_day


def test_dates_and_times_are_written_one_way():
    moment = datetime(2026, 7, 4, 17, 42, tzinfo=UTC)
    assert day(date(2026, 3, 27)) == "27 March 2026"
    assert short_day(date(2026, 1, 4)) == "4 Jan 2026"
    assert (day(moment), clock(moment)) == ("4 July 2026", "18:42")  # summer time
    assert day(datetime(2026, 7, 4, 23, 30, tzinfo=UTC)) == "5 July 2026"
    assert day(None) == short_day(None) == clock(None) == ""


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 audits"), (1, "1 audit"), (2, "2 audits"), (1204, "1,204 audits")]
)
def test_counts_agree_with_their_noun(number, said):
    assert count(number, "audit") == said


def test_tags_carry_the_word_and_escape_it():
    tag = Template("{% load sight %}{% grade_tag value label %}")
    assert tag.render(Context({"value": "good", "label": "Good"})) == (
        '<strong class="govuk-tag sight-grade--good">Good</strong>'
    )
    nasty = tag.render(Context({"value": '"><script>', "label": "<script>"}))
    assert "<script>" not in nasty
    assert tag.render(Context({"value": "", "label": ""})) == ""
