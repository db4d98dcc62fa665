import re
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.common.line_charts import (
    ABOVE,
    LABEL_LETTERS,
    LETTER,
    LINE_OF_TEXT,
    NARROW,
    Line,
    Mark,
    Moment,
    Point,
    run_chart,
    scatter_chart,
    spread,
    ticks,
)
from tests.interface.markup import Markup

USUAL = Mark("Usual", "circle", "#505a5f")
ODD = Mark("Odd", "square", "#a85a0a")
NASTY = '<script>"x"</script>'


def page_of(chart):
    return Markup(render_to_string("components/line_chart.html", {"chart": chart}))


def run(values, lines=(), **more):
    points = [Point(f"M{n} 2026", value, f"{value}%", USUAL) for n, value in enumerate(values)]
    return page_of(run_chart("Visits", "Down to 68%.", points, lines, **more))


def labels_of(page):
    """The words right of the drawing with the places of their lines, by label."""
    return [(float(one.attrs["y"]), one.text) for one in page.all("text") if one.attrs["x"] == "71.5%"]


def test_a_drawing_has_a_title_and_a_description():
    page = run([100, 99, 68])
    picture = page.one("svg", role="img")
    title, description = picture.attrs["aria-labelledby"].split()
    assert page.by_id()[title].text == "Visits"
    assert page.by_id()[description].text == "Down to 68%."
    assert page.problems == page.dangling() == page.forbidden() == []


def test_a_missing_value_leaves_a_gap_in_the_line():
    (path,) = [one.attrs["d"] for one in run([100, 99, None, 98, 97]).all("path") if "M" in one.attrs["d"]]
    assert path.count("M") == 2
    assert path.count("L") == 2


def test_a_level_steps_where_it_changes_and_never_slopes():
    paths = [one.attrs["d"] for one in run([1, 2, 3, 4], [Line("Mean", [2, 2, 5, 5])]).all("path")]
    level = paths[0]
    assert level.count("H") == 2
    assert "L" not in level


def test_labels_of_lines_at_the_same_height_never_meet():
    lines = [Line(f"Line {n} of statistical neighbours", [90 + n / 100] * 3) for n in range(6)]
    places = sorted(y for y, _ in labels_of(run([80, 90, 100], lines)))
    assert len(places) >= 12
    assert all(after - before >= LINE_OF_TEXT - 0.2 for before, after in pairwise(places))


def test_lines_of_a_label_are_short_enough_for_a_phone():
    page = run([80, 90], [Line("Statistical neighbours 2024-25 86.5%", [85, 85])])
    assert all(len(words) <= LABEL_LETTERS for _, words in labels_of(page))


@given(st.lists(st.tuples(st.floats(0, 300), st.sampled_from([20.0, 36.0, 52.0])), min_size=1, max_size=5))
def test_boxes_moved_apart_stay_in_order_and_inside(boxes):
    boxes.sort(key=lambda box: box[0])
    heights = [height for _, height in boxes]
    tops = spread([middle for middle, _ in boxes], heights, 0, 300)
    ends = [top + height for top, height in zip(tops, heights, strict=True)]
    assert tops[0] >= -1e-6
    assert ends[-1] <= 300 + 1e-6
    assert all(end <= top + 1e-6 for end, top in zip(ends, tops[1:], strict=False))


def test_the_drawing_grows_with_its_labels():
    lines = [Line(f"A label of three lines number {n}", [n, n]) for n in range(12)]
    page = run([1, 2], lines)
    height = float(page.one("svg", role="img").attrs["height"])
    assert max(y for y, _ in labels_of(page)) < height


def test_nothing_is_drawn_beyond_the_bounds():
    page = run([99, 100], [Line("Upper limit 103.5%", [103.5, 103.5])], bounds=(0, 100))
    (label,) = {words for _, words in labels_of(page) if "103.5" in words}
    assert label == "103.5%"
    numbers = [one.text for one in page.all("text") if one.attrs["x"] == "0"]
    assert all(float(number) <= 100 for number in numbers)


def test_points_differ_by_shape_and_the_legend_names_those_that_stand_there():
    points = [Point("Jan 2026", 1, "1", USUAL), Point("Feb 2026", 9, "9", ODD, is_ringed=True)]
    page = page_of(run_chart("Visits", "", points, [], ring="Revised"))
    assert [one.text.strip() for one in page.all("li")] == ["Usual", "Odd", "Revised"]
    assert page.all("rect", width="11")
    assert page.all("circle", r="10")


def test_a_ring_that_no_point_has_is_not_in_the_legend():
    points = [Point("Jan 2026", 1, "1", USUAL)]
    assert run_chart("Visits", "", points, [], ring="Revised").ring == ""


def test_a_moment_stands_as_an_upright_line_with_its_words():
    page = run([1, 2, 3, 4], moments=[Moment(2, "Limits from Mar 26")])
    (words,) = [one for one in page.all("text") if one.text == "Limits from Mar 26"]
    assert float(words.attrs["y"]) < ABOVE
    assert [one for one in page.all("line") if one.attrs["x1"] == one.attrs["x2"] == words.attrs["x"]]


def test_dates_under_the_axis_have_room_on_a_phone_and_the_last_is_there():
    page = run([1] * 60)
    years = [
        one for one in page.all("text") if one.attrs.get("text-anchor") == "middle" and one.text == "2026"
    ]
    places = sorted(float(one.attrs["x"].strip("%")) * NARROW / 100 for one in years)
    assert all(after - before > 4 * 7 for before, after in pairwise(places))
    assert [one for one in page.all("text") if one.text == "M59"]


def test_texts_are_escaped():
    point = Point(NASTY, 50, NASTY, Mark(NASTY, "circle", "#000"), x=20, name=NASTY)
    for chart in (
        run_chart(NASTY, NASTY, [point], [Line(NASTY, [50])], [Moment(0, NASTY)]),
        scatter_chart(NASTY, NASTY, [point], [Line(NASTY, [(0, 50), (20, 50)])], NASTY),
    ):
        page = page_of(chart)
        assert page.all("script") == []
        assert page.problems == []


def test_names_beside_crowded_points_never_meet():
    points = [Point(f"Team {n}", 60, "60%", ODD, x=20, name=f"Team {n}") for n in range(5)]
    page = page_of(scatter_chart("Teams", "", points, [], "Plans"))
    places = sorted(float(one.attrs["y"]) for one in page.all("text") if re.match(r"Team \d", one.text))
    assert len(places) == 5
    assert all(after - before >= LINE_OF_TEXT - 0.2 for before, after in pairwise(places))


def test_a_name_stands_on_white_above_the_curves_and_below_the_points():
    points = [
        Point("Left", 60, "60%", ODD, x=20, name="SWF Harbour 3"),
        Point("Right", 40, "40%", ODD, x=90, name="SWF Millfield"),
    ]
    page = page_of(scatter_chart("Teams", "", points, [Line("95% limit", [(0, 60), (100, 40)])], "Plans"))
    white = page.all("rect", fill="#fff")
    names = [one for one in page.all("text") if one.text.startswith("SWF")]
    for back, name in zip(white, names, strict=True):
        left, width = float(back.attrs["x"]), float(back.attrs["width"])
        start = float(name.attrs["dx"]) - (0 if name.attrs["text-anchor"] == "start" else LETTER * 13)
        assert left < start
        assert left + width > start + LETTER * 13
        top = float(back.attrs["y"])
        assert top < float(name.attrs["y"]) < top + float(back.attrs["height"])
    drawn = page.elements
    curve = next(one for one in page.all("path") if one.attrs.get("vector-effect"))
    point = next(one for one in page.all("g") if "60%" in one.text)
    assert drawn.index(curve) < drawn.index(white[0]) < drawn.index(point) < drawn.index(names[0])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (86.2, 103.1, [90, 95, 100]),
        (0, 3, [0, 1, 2, 3]),
        (0.1, 0.5, None),
    ],
)
def test_ticks_are_round_numbers_inside(low, high, expected):
    found = ticks(low, high)
    assert all(low - 1e-6 <= one <= high + 1e-6 for one in found)
    assert expected is None or found == pytest.approx(expected)
