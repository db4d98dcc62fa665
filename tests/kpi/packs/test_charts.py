"""What the drawings of an indicator's page mark, and how."""

from decimal import Decimal

import pytest

from kpi.indicators.models.comparisons import Comparator
from kpi.indicators.models.versions import IndicatorVersion, Polarity, Unit
from kpi.measures.funnel import Flag, flag
from kpi.measures.icons import Assurance, Variation, reading
from kpi.measures.process_control import control_chart
from kpi.measures.values import Ratio
from kpi.packs.indicator.drawings import (
    TeamPoint,
    assurance_icon,
    funnel_chart,
    mark_of,
    process_chart,
    variation_icon,
)
from kpi.packs.rows import IndicatorRow
from qa_audit.common.months import last_months
from tests.factories.kpi import APRIL
from tests.interface.markup import Markup
from tests.kpi.packs.conftest import benchmark, meaning_of

FALLS = [100, 99, 99, 100, 99, 99, 99, 100, 99, 98, 96, 86, 68]
TEAMS = [("East 1", 13, 21), ("West 1", 14, 18), ("West 3", 0, 7), ("Others", 235, 256)]


@pytest.mark.parametrize(
    ("polarity", "shape", "words"),
    [
        (Polarity.HIGH_GOOD, "square", "Unusual: concern"),
        (Polarity.LOW_GOOD, "triangle", "Unusual: improvement"),
        (Polarity.NEUTRAL, "diamond", "Unusual"),
    ],
)
def test_a_month_beyond_its_limits_is_marked_by_shape_and_word(polarity, shape, words):
    mark = mark_of(control_chart(FALLS)[-1], polarity)
    assert (mark.shape, mark.label) == (shape, words)


def test_while_limits_are_on_trial_no_month_stands_out():
    points = control_chart(FALLS[1:])
    assert {mark_of(point, Polarity.HIGH_GOOD).label for point in points} == {"A month’s figure"}


@pytest.mark.parametrize("variation", list(Variation))
def test_every_variation_icon_has_a_letter_and_words(variation):
    icon = variation_icon(variation)
    side = variation.value.rpartition("_")[2]
    assert icon.letter == {"high": "H", "low": "L", "cause": "~"}[side]
    assert icon.words == variation.label


def test_assurance_icons_differ_by_letter():
    assert {assurance_icon(one).letter for one in Assurance} == {"P", "F", "?"}
    assert assurance_icon(None) is None
    assert variation_icon(None) is None


def process(values, unit=Unit.PERCENTAGE, benchmarks=(), polarity=Polarity.HIGH_GOOD):
    """The chart of the values and the sentences about it."""
    months = last_months(APRIL, len(values))
    version = meaning_of(IndicatorVersion(title="Visits in time", unit=unit, polarity=polarity))
    points = control_chart([None if value is None else Decimal(value) for value in values])
    chart = process_chart(IndicatorRow(version, months, benchmarks=list(benchmarks)), months, points, [])
    return chart, reading(points, polarity, None, unit, version.decimal_places)


@pytest.mark.parametrize("values", [[90], [90, None], [None, 90]])
def test_one_month_is_no_course_and_is_not_drawn(values):
    chart, said = process(values)
    assert chart is None
    assert said == "There is a figure for one month only: a chart needs at least two."


def test_two_months_are_drawn():
    chart, said = process([80, 90])
    assert len(Markup(chart.svg).all("circle", r="4.5")) == 2
    assert "one month only" not in said


def test_chart_and_sentence_give_a_limit_alike():
    chart, said = process(FALLS)
    assert "below the lower limit of 87.6%" in said
    assert "Lower limit 87.6%." in chart.description


def test_chart_and_sentence_both_tell_a_figure_from_its_limit():
    values = [*["104.98", "104.96"] * 8, "104.97", "104.88"]
    chart, said = process(values, Unit.NUMBER, polarity=Polarity.LOW_GOOD)
    assert "The latest figure, 104.88, is below the lower limit of 104.90:" in said
    assert "Lower limit 104.90." in chart.description
    assert "104.88, below the lower limit." in chart.description


def test_benchmark_without_a_year_says_so_in_the_chart():
    marks = [
        benchmark(comparator=Comparator.ENGLAND, value=Decimal(88), period=period)
        for period in ("", "2024-25")
    ]
    said = process([80, 90], benchmarks=marks)[0].description
    assert "England, year not stated, basis not stated 88%. England 2024-25, basis not stated 88%." in said


def funnel(polarity=Polarity.HIGH_GOOD, teams=TEAMS):
    together = Ratio(sum(one for _, one, _ in teams), sum(one for *_, one in teams))
    p = together.numerator / together.denominator
    points = [
        TeamPoint(name, numerator, denominator, flag(numerator, denominator, p))
        for name, numerator, denominator in teams
    ]
    version = meaning_of(IndicatorVersion(title="Visits in time", unit=Unit.PERCENTAGE, polarity=polarity))
    return funnel_chart(version, APRIL, points, together, "Plans")


def test_the_funnel_names_flagged_teams_and_no_others():
    chart = funnel()
    texts = {one.text for one in Markup(chart.svg).all("text")}
    assert "East 1" in texts
    assert not texts & {"West 1", "West 3"}
    assert "East 1 61.9% (13 of 21), lower than chance explains (95%)" in chart.description


def test_a_team_under_ten_is_drawn_and_never_flagged():
    titles = [one.text for one in Markup(funnel().svg).all("title")]
    assert "West 3: 0.0% (0 of 7), too few to judge" in titles


def test_the_colour_of_a_low_team_follows_what_is_good():
    fills = {
        polarity: next(mark.fill for mark in funnel(polarity).marks if mark.shape == "square")
        for polarity in Polarity
    }
    assert len(set(fills.values())) == 3


def test_a_funnel_of_one_child_and_of_all_alike_is_drawn():
    for teams in ([("A", 1, 1), ("B", 1, 1)], [("A", 0, 30), ("B", 0, 40)]):
        chart = funnel(teams=teams)
        assert Markup(chart.svg).problems == []
        assert {mark.shape for mark in chart.marks} == {"circle"}


def test_flags_have_words():
    assert TeamPoint("A", 14, 18, Flag.NONE).words == "Within what chance explains, small number"
    assert TeamPoint("A", 3, 7, Flag.NONE).words == "Too few to judge"
    assert TeamPoint("A", 20, 60, Flag.LOW_998).words == "Lower than chance explains (99.8%)"
