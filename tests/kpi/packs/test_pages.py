"""The pages of Measures: the dataset, the performance report, and where they begin."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kpi.commentary.models import CommentaryStatus
from kpi.indicators.models.comparisons import Comparator
from kpi.indicators.models.versions import Polarity, Unit
from kpi.returns.models import Observation, ObservationState
from qa_audit.history.models import Event
from tests.factories.kpi import (
    ActionStepFactory,
    BenchmarkFactory,
    CommentaryFactory,
    ObservationFactory,
    TargetFactory,
)
from tests.kpi.packs.conftest import MONTH, figures_of, revise, version_of

PAGES = ["packs:index", "packs:dataset", "packs:performance_report"]


class Words(HTMLParser):
    """The words of a page as a screen reader meets them: nothing that is hidden from it."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag, attributes):
        if self.depth or dict(attributes).get("aria-hidden") == "true":
            self.depth += tag not in ("br", "img", "input", "link", "meta", "circle", "polyline", "rect")
        elif tag in ("td", "th", "li", "p", "h2", "h3"):
            self.found.append("|")

    def handle_endtag(self, tag):
        self.depth -= bool(self.depth)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_data(self, data):
        if not self.depth:
            self.found.append(data)


def words_of(response) -> str:
    assert response.status_code == 200
    words = Words()
    words.feed(response.content.decode())
    return re.sub(r"\s*\|\s*", "|", " ".join("".join(words.found).split()))


def look(client, name: str, month: str = "2026-04") -> str:
    return words_of(client.get(reverse(name), {"month": month}))


@pytest.fixture
def analyst(cast, sign_in):
    return sign_in(cast.analyst)


def test_dataset_shows_changes_with_arrows_in_words(analyst, visits, contacts):
    page = look(analyst, "packs:dataset")
    # 90% after 80%, and after 80% a year before; the mean of eleven 80s and a 90, and the highest.
    assert (
        "Percentage of children seen in time CP8 High is good|90%|+13% up|+13% up|" + "80%|" * 13 + "81%|90%|"
        in page
    )
    assert "Contacts M1 Neutral|110|+10% up|+10% up|" + "100|" * 13 + "101|110|" in page


def test_both_pages_begin_with_the_month_they_are_about(analyst, visits):
    earlier = "".join(
        f"{month}25|" for month in ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    )
    earlier += "Jan26|Feb26|Mar26"
    dataset, report = look(analyst, "packs:dataset"), look(analyst, "packs:performance_report")
    assert f"|Indicator|Apr26|Change on month|Change on year|Mar25|{earlier}|12-month average|" in dataset
    assert (
        "|Indicator|Apr26|Target|Rating|Trend or direction of travel|Needed to reach target|Over 13 months|"
        f"{earlier}|" in report
    )
    assert report.count("Apr26") == dataset.count("Apr26") == 1


@pytest.mark.parametrize("page", PAGES[1:])
def test_what_is_good_is_said_in_words_that_no_arrow_can_be_taken_for(analyst, visits, page):
    content = analyst.get(reverse(page)).content.decode()
    assert '<span class="sight-polarity">High is good</span>' in content


@pytest.mark.parametrize("page", PAGES[1:])
def test_files_and_print_are_offered_above_the_tables_and_below(analyst, visits, page):
    above, _, below = analyst.get(reverse(page)).content.decode().partition('class="sight-pack"')
    for offered in ("Download (Excel)", "Download (csv)", "data-print"):
        assert (above.count(offered), below.count(offered)) == (1, 1)


def test_dataset_says_not_applicable_where_there_is_nothing_to_compare(analyst):
    figures_of(version_of("EH14b", unit=Unit.NUMBER), 0, 7)
    assert "|7|n/a|n/a|" + "no figure|" * 12 + "0|4|7|" in look(analyst, "packs:dataset")


def test_benchmark_stands_with_its_year_and_target_with_its_side(analyst, visits):
    BenchmarkFactory(indicator=visits.indicator, period="2024-25", value=Decimal(88))
    TargetFactory(indicator=visits.indicator, from_month=date(2026, 4, 1), value=Decimal(95))
    page = look(analyst, "packs:dataset")
    assert "|England|Target 2026-27|" in page
    assert "|88% 2024-25, definition not stated|at least 95%|" in page


@pytest.mark.parametrize("page", PAGES[1:])
def test_benchmark_without_a_year_says_so(analyst, visits, page):
    BenchmarkFactory(indicator=visits.indicator, period="", value=Decimal(88))
    BenchmarkFactory(
        indicator=visits.indicator,
        comparator=Comparator.REGION,
        comparator_name="South East",
        period="",
        value=Decimal(86),
    )
    unsaid = "year not stated, definition not stated"
    assert f"|86% South East, {unsaid}|88% {unsaid}|" in look(analyst, page)


def test_performance_report_shows_rating_direction_and_children_needed(analyst, visits):
    TargetFactory(indicator=visits.indicator, value=Decimal(95))
    visits.counts = "children"
    visits.save()
    page = look(analyst, "packs:performance_report")
    # 45 of 50; 95% are 47.5 children.
    assert "|90%|at least 95%|Amber|better|3 more children||" + "80%|" * 12 in page
    assert "|not known|" not in page


@pytest.mark.parametrize(("target", "needed"), [(95, "not known"), (90, "")])
def test_needed_is_not_known_of_a_percentage_off_its_target_without_a_fraction(analyst, target, needed):
    version = version_of("CP9", polarity=Polarity.HIGH_GOOD)
    figures_of(version, 80, 90)
    TargetFactory(indicator=version.indicator, value=Decimal(target))
    page = look(analyst, "packs:performance_report")
    assert f"|better|{needed}||" in page
    assert "Not known where there is neither" in page


def test_neutral_indicator_has_a_trend_and_no_direction_of_travel(analyst, contacts):
    assert "|110|||up (trend)|||100|" in look(analyst, "packs:performance_report")


def test_fewer_is_better_where_low_is_good(analyst):
    version = version_of("LAC1", unit=Unit.NUMBER, polarity=Polarity.LOW_GOOD)
    figures_of(version, 502, 500)
    TargetFactory(indicator=version.indicator, operator="at_most", value=Decimal(495))
    page = look(analyst, "packs:performance_report")
    assert "|500|at most 495|Amber|better|||" + "no figure|" * 11 + "502|" in page


@pytest.mark.parametrize("page", PAGES[1:])
def test_revised_figure_is_marked_and_the_old_value_readable(analyst, visits, page):
    old = Observation.objects.get(indicator=visits.indicator, month=date(2026, 3, 1))
    revise(old, "Late entries", numerator=Decimal(44), denominator=Decimal(50))

    shown = look(analyst, page)

    assert "|88% revised|" in shown
    assert "Percentage of children seen in time, March 2026: 88%, previously 80% (Late entries)" in shown


@pytest.mark.parametrize(
    ("state", "words"),
    [(ObservationState.NOT_YET, "not yet"), (ObservationState.WITHHELD, "withheld")],
)
def test_month_without_a_figure_says_why(analyst, visits, state, words):
    gone = Observation.objects.filter(indicator=visits.indicator, month=date(2026, 3, 1))
    gone.update(state=state, numerator=None, denominator=None)
    page = look(analyst, "packs:dataset")
    assert "|90%|n/a|+13% up|80%|" in page
    assert f"|80%|{words}|81%|" in page


def test_figure_that_is_not_final_says_so(analyst, visits):
    Observation.objects.filter(indicator=visits.indicator, month=MONTH).update(
        state=ObservationState.UNVALIDATED, note="Two teams missing"
    )
    page = look(analyst, "packs:dataset")
    assert "|90% not validated|" in page
    assert "Apr 26: not validated; Two teams missing" in page


@pytest.mark.parametrize("page", PAGES[1:])
def test_only_approved_commentary_is_published(analyst, cast, visits, page):
    commentary = CommentaryFactory(indicator=visits.indicator, month=MONTH, text="Visits caught up.")
    assert "Visits caught up." not in look(analyst, page)
    commentary.status, commentary.approved_by = CommentaryStatus.APPROVED, cast.analyst
    commentary.save()
    assert "Visits caught up." in look(analyst, page)


def test_last_months_action_steps_stand_beside_this_months_figure(analyst, visits):
    ActionStepFactory(indicator=visits.indicator, month=date(2026, 3, 1), action__text="Agree cover.")
    page = look(analyst, "packs:performance_report")
    assert "Agree cover. Team manager, due 29 May 2026, open" in page
    assert "Agree cover." not in look(analyst, "packs:performance_report", "2026-03")


def test_text_from_data_is_escaped(analyst):
    figures_of(version_of("X1", title="<b>Bold</b> & more", unit=Unit.NUMBER), 7)
    content = analyst.get(reverse("packs:dataset")).content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more" in content
    assert "<b>Bold" not in content


@pytest.mark.parametrize("page", PAGES[1:])
@pytest.mark.parametrize("month", ["yesterday", "2031-01", "2026-13"])
def test_month_without_figures_is_an_error_by_its_field(analyst, visits, page, month):
    response = analyst.get(reverse(page), {"month": month})
    shown = words_of(response)
    assert "Choose a month from the list" in shown
    assert "<title>Error: " in response.content.decode()
    assert "seen in time" not in shown


@pytest.mark.parametrize("page", PAGES)
def test_page_without_any_figure_says_so(analyst, page):
    assert "There are no figures yet." in look(analyst, page, "")


def test_measures_begins_with_the_newest_month_its_areas_and_what_is_late(analyst, visits):
    TargetFactory(indicator=visits.indicator, value=Decimal(90))
    late = version_of("M9", title="Late one", unit=Unit.NUMBER)
    figures_of(late, 4, 5, last=date(2026, 3, 1))
    page = look(analyst, "packs:index")
    assert "The latest month is April 2026." in page
    assert "|Child protection|2|1|0|0|1|" in page
    assert "|Late one last figure: March 2026|" in page
    assert "|March 2026: monthly dataset of March 2026, service performance report of March 2026|" in page


def test_measures_stays_with_the_fuller_month_while_the_next_one_comes_in(analyst, visits):
    for number in range(3):
        figures_of(version_of(f"N{number}", unit=Unit.NUMBER), 4, 5)
    figures_of(version_of("M9", unit=Unit.NUMBER), 4, 5, last=date(2026, 5, 1))
    page = look(analyst, "packs:index")
    assert "The latest month with most of its figures in is April 2026. Coming in: May 2026." in page
    assert "Areas in April 2026" in page


@pytest.mark.parametrize(
    ("person", "cards"),
    [
        ("auditor", {"Indicators"}),
        ("manager", {"Caseloads", "Indicators"}),
        ("head", {"Caseloads", "Commentary", "Indicators"}),
        ("analyst", {"Caseloads", "Commentary", "Indicators", "Returns"}),
    ],
)
def test_measures_offers_what_the_person_may_open(cast, sign_in, visits, person, cards):
    client = sign_in(getattr(cast, person))
    offered = {title: href for title, href, _ in client.get(reverse("packs:index")).context["cards"]}
    assert offered.keys() == cards | {"Monthly dataset", "Service performance report"}
    assert {client.get(href).status_code for href in offered.values()} == {200}


@pytest.mark.parametrize("page", PAGES)
def test_queries_are_as_many_for_much_as_for_little(analyst, visits, page):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            look(analyst, page)
        return len(asked)

    revise(
        Observation.objects.get(indicator=visits.indicator, month=date(2026, 3, 1)),
        "Late",
        numerator=Decimal(41),
    )
    CommentaryFactory(indicator=visits.indicator, month=MONTH)
    queries()
    few = queries()
    for number in range(20):
        version = version_of(f"N{number}", unit=Unit.NUMBER)
        figures_of(version, *range(1, 15))
        TargetFactory(indicator=version.indicator)
        BenchmarkFactory(indicator=version.indicator)
        CommentaryFactory(indicator=version.indicator, month=MONTH)
        ActionStepFactory(indicator=version.indicator, month=date(2026, 3, 1))
        revise(
            Observation.objects.get(indicator=version.indicator, month=date(2026, 3, 1)),
            "Late",
            numerator=None,
            denominator=None,
            value=Decimal(99),
        )
    assert queries() == few


def test_pages_know_no_teams(analyst, cast, visits):
    """A team's figure is no row of the council's pages."""
    other = version_of("T1", title="Only by team")
    ObservationFactory(indicator_version=other, team=cast.team)
    assert "Only by team" not in look(analyst, "packs:dataset")


def test_excel_has_native_numbers_and_every_column(analyst, visits, contacts):
    file = analyst.get(reverse("packs:export", args=["kpi-dataset"]), {"month": "2026-04"})
    book = load_workbook(io.BytesIO(file.content))
    sheet = book["Monthly dataset"]
    heads = [cell.value for cell in sheet[1]]
    row = {head: cell.value for head, cell in zip(heads, sheet[3], strict=True)}
    assert (row["2026-04"], row["change_month"], row["arrow_month"]) == (90, 13, "up")
    assert heads[-3:] == ["commentary", "commentary_by", "footnotes"]
    assert book["About"]["B3"].value == "April 2026"
    assert file["Content-Disposition"].endswith('filename="kpi-dataset 2026-04.xlsx"')


def test_csv_of_the_report_has_its_rows_and_is_written_into_history(analyst, cast, visits):
    file = analyst.get(
        reverse("packs:export", args=["performance-report"]), {"month": "2026-04", "format": "csv"}
    )
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["code"], row["2026-04"], row["direction_of_travel"]) for row in rows] == [
        ("CP8", "90", "up")
    ]
    reading = Event.objects.filter(action="report exported").latest("sequence")
    assert reading.changes == {"report": [None, "performance-report 2026-04"]}
    assert reading.actor_id == cast.analyst.pk


def test_file_of_no_month_leads_back_to_the_page(analyst, visits):
    response = analyst.get(reverse("packs:export", args=["kpi-dataset"]), {"month": "2031-01"})
    assert response.headers["Location"] == f"{reverse('packs:dataset')}?month=2031-01"


@pytest.mark.parametrize(("name", "query"), [("nothing", {}), ("kpi-dataset", {"format": "pdf"})])
def test_file_that_there_is_not_is_not_found(analyst, visits, name, query):
    assert analyst.get(reverse("packs:export", args=[name]), query).status_code == 404


@pytest.mark.parametrize("name", ["packs:index", "packs:dataset", "indicators:list", "returns:list"])
def test_measures_is_lit_in_the_navigation_on_all_its_pages(analyst, name):
    page = analyst.get(reverse(name)).content.decode()
    assert re.search(r'aria-current="true">Measures<', page)
