import re

import pytest

from tests.stopwatch import no_runaway


def test_work_that_never_ends_is_stopped_even_within_a_pattern():
    with pytest.raises(AssertionError, match=r"Still not done after 0\.2 seconds"), no_runaway(0.2):
        re.match(r"(a+)+b", "a" * 200)


def test_what_ends_in_time_is_let_be():
    with no_runaway(0.2):
        answer = re.match(r"a+", "a" * 200)
    assert answer
