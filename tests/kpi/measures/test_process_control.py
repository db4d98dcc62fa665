import json
from decimal import Decimal
from pathlib import Path

import pytest

from kpi.indicators.models.versions import Basis, Polarity, Unit
from kpi.measures.icons import Assurance, Variation, assurance, autocorrelation_caution, reading, variation
from kpi.measures.process_control import Limits, Point, Rule, Span, control_chart, control_limits

VECTORS = json.loads((Path(__file__).parents[1] / "data/stat_vectors.json").read_text())["spc"]
SUPERVISION = VECTORS["seed_cwd_supervision"]


def decimals(values):
    return [None if value is None else Decimal(str(value)) for value in values]


def expected():
    for name, vector in VECTORS.items():
        for key in ("expect", "unscreened", "screened"):
            if key in vector:
                yield pytest.param(
                    vector, vector[key], "_screened" in name or key == "screened", id=f"{name}-{key}"
                )


@pytest.mark.parametrize(("vector", "wanted", "is_screened"), [*expected()])
def test_charts_equal_the_vectors(vector, wanted, is_screened):
    baseline = Span(0, vector.get("base_n"))
    points = control_chart(decimals(vector["y"]), [baseline], is_screened=is_screened)
    limits = points[-1].limits
    found = {
        "mean": limits.mean,
        "amr": limits.average_range,
        "lpl": limits.lower,
        "upl": limits.upper,
        "near_lpl": limits.near_lower,
        "near_upl": limits.near_upper,
    }
    assert {name: float(round(value, 4)) for name, value in found.items()} == {
        name: wanted[name] for name in found
    }
    assert [point.rule for point in points] == wanted["rule"]


@pytest.mark.parametrize("name", [name for name in VECTORS if "assurance" in VECTORS[name]])
def test_icons_equal_the_vectors(name):
    vector = VECTORS[name]
    points = control_chart(decimals(vector["y"]))
    assert variation(points, vector["polarity"]) == vector["variation_last"]
    assert assurance(points[-1].limits, Decimal(vector["target"]), vector["polarity"]) == vector["assurance"]


def test_missing_month_breaks_the_chain_of_ranges_and_every_run():
    values = decimals([10, None, 20, 21, 23])
    assert control_limits(values).average_range == Decimal("1.5")
    rising = decimals([1, 2, 3, 4, None, 5, 6, 7])
    assert Rule.RISING not in [point.rule for point in control_chart(rising)]
    assert control_chart(rising)[4].rule is None


def test_no_two_months_in_a_row_give_no_limits():
    points = control_chart(decimals([1, None, 2, None]))
    assert [(point.limits, point.rule) for point in points] == [(None, None)] * 4


def test_seven_points_in_order_are_a_trend_and_six_only_where_that_is_set():
    six = decimals([50, 40, 60, 41, 59, 42, 43, 44, 45, 46, 47, 41, 60, 40])
    assert Rule.RISING not in [point.rule for point in control_chart(six)]
    run = [index for index, point in enumerate(control_chart(six, run_length=6)) if point.rule == Rule.RISING]
    assert run == [5, 6, 7, 8, 9, 10]


def test_two_equal_months_are_no_trend():
    values = decimals([90, 10, 40, 41, 42, 43, 43, 44, 45, 46])
    assert Rule.RISING not in [point.rule for point in control_chart(values)]


def test_recalculation_gives_later_months_limits_of_their_own():
    values = decimals([10, 11] * 7 + [30, 31] * 7)
    points = control_chart(values, [Span(0, 13), Span(14)])
    assert points[13].limits.mean < 11 < 30 < points[14].limits.mean
    assert {point.rule for point in points} == {Rule.COMMON_CAUSE}
    assert control_chart(values, [Span(0, 14)])[14].rule == Rule.ABOVE


def test_first_baseline_judges_what_comes_before_it():
    points = control_chart(decimals([50, *[10, 11] * 7]), [Span(1)])
    assert points[0].rule == Rule.ABOVE


@pytest.mark.parametrize("baselines", [[], [Span(3), Span(3)], [Span(-1)]])
def test_baselines_out_of_order_are_refused(baselines):
    with pytest.raises(ValueError, match="in order"):
        control_chart(decimals([1, 2]), baselines)


def test_run_of_five_is_refused():
    with pytest.raises(ValueError, match="6 or 7"):
        control_chart(decimals([1, 2]), run_length=5)


def test_under_thirteen_points_there_are_no_icons():
    points = control_chart(decimals(SUPERVISION["y"][1:]))
    assert points[-1].limits.is_trial
    assert variation(points, Polarity.HIGH_GOOD) is None
    assert assurance(points[-1].limits, Decimal(95), Polarity.HIGH_GOOD) is None
    assert "trial limits, from 12 months" in reading(points, Polarity.HIGH_GOOD, None, Unit.PERCENTAGE, 0)


@pytest.mark.parametrize(
    ("polarity", "icon", "colour"),
    [
        (Polarity.HIGH_GOOD, Variation.CONCERN_LOW, "orange"),
        (Polarity.LOW_GOOD, Variation.IMPROVEMENT_LOW, "blue"),
        (Polarity.NEUTRAL, Variation.NEUTRAL_LOW, "purple"),
    ],
)
def test_same_point_is_read_by_polarity(polarity, icon, colour):
    found = variation(control_chart(decimals(SUPERVISION["y"])), polarity)
    assert (found, found.colour) == (icon, colour)


@pytest.mark.parametrize(
    ("target", "high_good", "low_good"),
    [
        ("91.9", Assurance.PASS, Assurance.FAIL),
        ("92.02", Assurance.HIT_OR_MISS, Assurance.HIT_OR_MISS),
        ("107.98", Assurance.HIT_OR_MISS, Assurance.HIT_OR_MISS),
        ("108", Assurance.FAIL, Assurance.PASS),
    ],
)
def test_target_on_a_limit_is_hit_or_miss(target, high_good, low_good):
    limits = Limits(Decimal(100), Decimal(3), 13)
    assert assurance(limits, Decimal(target), Polarity.HIGH_GOOD) == high_good
    assert assurance(limits, Decimal(target), Polarity.LOW_GOOD) == low_good
    assert assurance(limits, Decimal(target), Polarity.NEUTRAL) is None
    assert assurance(limits, None, Polarity.HIGH_GOOD) is None


def test_chart_is_read_in_plain_words():
    points = control_chart(decimals(SUPERVISION["y"]))
    assert reading(points, Polarity.HIGH_GOOD, Decimal(95), Unit.PERCENTAGE, 0) == (
        "The latest figure, 68%, is below the lower limit of 87.6%: "
        "a concern that chance alone rarely explains. "
        "If nothing changes, the target of 95% will be met in some months only."
    )


@pytest.mark.parametrize(
    ("values", "places", "said"),
    [
        # Of whole numbers one place more is enough for the limit, unless both would read 105.
        ([*[100, 101] * 8, 90], 0, "The latest figure, 90, is below the lower limit of 95.6"),
        ([*["105.02", "104.98"] * 8, "104.83"], 0, "104.8, is below the lower limit of 104.9"),
        ([*["104.98", "104.96"] * 8, "104.97", "104.88"], 0, "104.88, is below the lower limit of 104.90"),
        # Rounded, 105.4 would stand below what it is above.
        ([*["105.22", "105.18"] * 8, "105.4"], 0, "105.4, is above the upper limit of 105.3"),
        ([*["28.5", "28.6"] * 8, "28.1"], 1, "28.1, is below the lower limit of 28.19"),
        ([*["105.46", "105.48"] * 8, "105.47"], 0, "105.5, is within the usual range of 105.4 to 105.5"),
    ],
)
def test_a_figure_and_its_limit_never_read_as_what_they_are_not(values, places, said):
    assert said in reading(control_chart(decimals(values)), Polarity.LOW_GOOD, None, Unit.NUMBER, places)


def test_a_figure_that_no_place_tells_from_its_limit_is_read_all_the_same():
    point = Point(Decimal("104.99999999"), Limits(Decimal(105), Decimal(0), 13), Rule.BELOW)
    assert "105, is below the lower limit of 105.0" in reading([point] * 2, "low_good", None, Unit.NUMBER, 0)


def test_only_series_that_carry_over_have_a_caution():
    assert "with caution" in autocorrelation_caution(Basis.MONTH_END)
    assert "with caution" in autocorrelation_caution(Basis.ROLLING_12)
    assert autocorrelation_caution(Basis.IN_MONTH) == ""
