import re

import pytest
from django.template.loader import render_to_string

from qa_audit.common.charts import GRADE_FILLS, ROOM, ROOM_PER_LETTER, Bar, Series, stacked_bars
from tests.interface.markup import Markup

SERIES = [
    Series(label, fill) for label, fill in zip(("Best", "Good", "Fair", "Poor"), GRADE_FILLS, strict=True)
]
NASTY = '<script>"x"</script>'


def drawn(*bars, title="Grades", description="By domain.", address=None):
    chart = stacked_bars(title, description, SERIES, bars, "Domain", address=address)
    return Markup(render_to_string("components/chart.html", {"chart": chart}))


def picture(page):
    return page.one("svg", role="img")


def test_a_chart_has_a_title_and_a_description_with_the_figures():
    page = drawn(Bar("Plan", [3, 19, 15, 8]))
    title, description = picture(page).attrs["aria-labelledby"].split()
    assert page.by_id()[title].text == "Grades"
    assert page.by_id()[description].text == "By domain. Plan: 3 best, 19 good, 15 fair, 8 poor; 45 in all."
    assert page.problems == page.dangling() == page.forbidden() == []


def test_a_chart_stands_beside_a_table_of_the_same_figures():
    cells = [{"of": "one"}, {"of": "two"}, None, {"of": "none"}]
    page = drawn(Bar("Plan", [1, 1, 1, 0], cells=cells), address=lambda of: f"/{of}")
    cells = [" ".join(cell.text.split()) for cell in page.all("td")]
    assert cells == ["1 (33%)", "1 (33%)", "1 (33%)", "0 (0%)", "3"]
    assert [link.attrs["href"] for link in page.all("a")] == ["/one", "/two"]  # no link to no records


def test_texts_are_escaped():
    page = drawn(Bar(NASTY, [1, 0, 0, 0], note=NASTY), title=NASTY, description=NASTY)
    assert page.all("script") == []
    assert page.problems == []


@pytest.mark.parametrize("counts", [[3, 19, 15, 8], [1, 0, 0, 0], [1, 1000, 1, 1], [7, 7, 7, 7]])
def test_a_count_is_printed_only_where_it_has_room(counts):
    page = drawn(Bar("Plan", counts))
    widths = [float(e.attrs["width"].strip("%")) for e in page.all("rect") if "%" in e.attrs["width"]]
    said = [e for e in page.all("text") if e.attrs.get("text-anchor") == "middle"]
    assert sum(widths) == pytest.approx(100, abs=0.01)
    for text in said:
        share = 100 * int(re.match(r"[\d,]+", text.text)[0].replace(",", "")) / sum(counts)
        assert share >= ROOM + ROOM_PER_LETTER * len(text.text)


def test_words_above_a_bar_never_run_into_each_other():
    page = drawn(
        Bar(
            "A domain with a title that is far too long for one line of a phone",
            [1, 2, 3, 4],
            note="too few to judge",
        )
    )
    lines = {}
    for text in page.all("text"):
        if text.attrs.get("text-anchor") != "middle":
            lines.setdefault(text.attrs["y"], []).append(text.text)
    assert all(sum(len(words) for words in line) <= 38 for line in lines.values())


def test_n_stands_in_the_same_place_above_every_bar_of_a_chart():
    page = drawn(
        Bar("Plan", [5, 5, 5, 5]), Bar("A domain with a longer title", [1, 2, 0, 0], note="too few to judge")
    )
    places = {e.attrs["x"] for e in page.all("text") if e.text.startswith("n = ")}
    assert places == {"0"}
    assert drawn(Bar("Plan", [5, 5, 5, 5])).one("text", x="100%").text == "n = 20"


def test_too_few_to_judge_is_hatched_and_said():
    page = drawn(Bar("Plan", [1, 2, 0, 0], note="too few to judge", is_few=True))
    (hatch,) = page.all("pattern")
    assert page.one("rect", fill=f"url(#{hatch.attrs['id']})")
    assert "n = 3, too few to judge" in picture(page).text


def test_counts_are_drawn_as_long_as_they_are_many_and_without_shares():
    bars = [Bar("Plan", [6, 2, 0, 0]), Bar("Voice", [2, 0, 0, 0])]
    chart = stacked_bars("Findings", "By theme.", SERIES, bars, "Theme", has_shares=False)
    page = Markup(render_to_string("components/chart.html", {"chart": chart}))
    widths = [e.attrs["width"] for e in page.all("rect") if "%" in e.attrs["width"]]
    assert widths == ["75.000%", "25.000%", "25.000%"]
    assert [" ".join(cell.text.split()) for cell in page.all("td")] == [*"62008", *"20002"]
    assert page.all("pattern") == []


def test_nothing_to_show_is_said_instead_of_divided_by():
    page = drawn(Bar("Plan", [0, 0, 0, 0]))
    assert "None" in picture(page).text
    assert "%" not in page.one("tbody").text


def test_counts_that_do_not_match_the_series_are_refused():
    with pytest.raises(ValueError, match="“Plan” has 2 counts for 4 series"):
        drawn(Bar("Plan", [1, 2]))


def test_two_charts_of_a_page_have_ids_of_their_own():
    first, second = (stacked_bars("Grades", "", SERIES, [Bar("Plan", [n, 1, 1, 1])]).svg for n in (1, 2))
    assert Markup(first + second).dangling() == []


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_fills_stand_out_from_the_white_between_them_and_carry_white_text():
    assert all(1.05 / (luminance(fill) + 0.05) >= 4.5 for fill in GRADE_FILLS)
