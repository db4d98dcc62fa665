"""The benchmark’s arithmetic: what a figure means against its goal, and how it is told. Nothing is timed."""

import pytest

from bench.measure import Goal, Row, faster, in_d, interleaved, missed, slower, table


@pytest.mark.parametrize(
    ("goal", "figure", "is_met"),
    [
        (Goal(at_most=1.7), 1.7, True),
        (Goal(at_most=1.7), 1.71, False),
        (Goal(at_least=50), 50, True),
        (Goal(at_least=50), 49.9, False),
        (Goal(at_most=0), 0, True),
        (Goal(at_most=0), 1, False),
    ],
)
def test_a_goal_is_met_up_to_its_bound(goal, figure, is_met):
    assert goal.is_met(figure) is is_met


def test_a_job_is_told_as_so_many_times_its_floor():
    row = slower("Page", took=0.030, floor=0.020, at_most=1.7, queries=9)
    assert row.figure == pytest.approx(1.5)
    assert row.cells == ["Page", "30.0 ms", "20.0 ms", "1.50 x", "≤ 1.7 x", "9", "met"]


def test_a_job_is_told_as_so_many_times_as_fast_as_its_peer():
    row = faster("Page", took=0.01, peer=0.4, at_least=50)
    assert row.figure == pytest.approx(40)
    assert row.verdict == "MISSED"


def test_a_page_is_told_in_bare_pages_and_by_its_queries():
    row = in_d("Home", took=0.009, bare=0.001, at_most=10, queries=19, most_queries=18)
    assert row.cells == ["Home", "9.0 ms", "1.0 ms", "9.0 D", "≤ 10 D", "19 (≤ 18)", "MISSED"]
    assert missed([row]) == ["Home: 9.0 D, goal ≤ 10 D; 19 queries, goal ≤ 18"]
    assert in_d("Home", 0.009, 0.001, at_most=10, queries=18, most_queries=18).verdict == "met"


def test_without_a_goal_nothing_is_judged():
    row = faster("Page", took=0.01, peer=0.4, at_least=None)
    assert row.verdict == ""
    assert missed([row]) == []


def test_every_missed_goal_is_named_with_its_figure():
    rows = [slower("List", 0.06, 0.02, at_most=2.5), Row("Memory", 61, "MB", Goal(at_most=60)), Row("Met", 1)]
    assert missed(rows) == ["List: 3.00 x, goal ≤ 2.5 x", "Memory: 61 MB, goal ≤ 60 MB"]


def test_table_has_a_line_for_each_row_and_columns_of_one_width():
    lines = table([slower("A", 0.1, 0.05, 3), Row("A longer name", 12_345, "")]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [line.count("|") for line in lines] == [8] * 4
    assert "12,345" in lines[3]


def test_row_goes_to_json_with_its_verdict():
    told = Row("Saves", 3, "ms", Goal(at_most=100)).as_json()
    assert told == {
        "job": "Saves",
        "figure": 3,
        "unit": "ms",
        "goal": {"at_most": 100, "at_least": None},
        "took": None,
        "floor": None,
        "queries": None,
        "most_queries": None,
        "verdict": "met",
    }


def test_jobs_take_turns_at_going_first():
    order = []
    medians = interleaved([lambda: order.append("job"), lambda: order.append("floor")], rounds=2)
    assert order == ["job", "floor", "job", "floor", "floor", "job"]
    assert len(medians) == 2
