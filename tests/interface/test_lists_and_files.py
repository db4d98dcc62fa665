"""A list's file has its page's rows, filters and order; a period that ends before it begins is an error."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from qa_audit.common.filters import DateFilter, FilterSet
from qa_audit.common.forms import ENDS_BEFORE_IT_BEGINS
from qa_audit.people.models import Role
from tests.conftest import client_for
from tests.factories import AuditFactory, LearningReviewFactory, ToolVersionFactory, give_role
from tests.factories.kpi import IndicatorVersionFactory, ObservationFactory
from tests.reports.conftest import add_audits
from tests.reports.practice import find, grade_domain

# List, its file, the two days of its period, and the heading by which file and page name a row.
LISTS = {
    "audits:list": ("audits:export", "audited"),
    "learning:list": ("learning:download", "completed"),
    "home:findings": ("home:findings_download", "found"),
    "notices:list": (None, "raised"),
    "indicators:list": ("indicators:download", None),
}
BACKWARDS = {"_from": "1 May 2026", "_to": "30 April 2026"}
ONE_DAY = {"_from": "1 May 2026", "_to": "1 May 2026"}


@pytest.fixture
def rows(cast):
    """Sixty of each, so that a list has several pages, in an order that no column has by itself."""
    for number in range(60):
        day = date(2026, 1 + number % 4, 1 + number * 7 % 28)
        audit = AuditFactory(service=cast.service, team=cast.team, state="agreed", audited_on=day)
        find(audit, f"Finding {number * 37 % 60:02}", found_on=day)
        LearningReviewFactory(lead_service=cast.service, completed_on=day, title=f"R {number * 41 % 60:02}")
        IndicatorVersionFactory(indicator__code=f"I{number * 43 % 60:02}")


def shown(user, url_name: str, query: dict) -> list[str]:
    """The first cell of every row of the list, over all its pages."""
    client, found, number = client_for(user), [], 1
    while True:
        table = client.get(reverse(url_name), {**query, "page": number}).context["table"]
        found += [str(row.get_cell_value(table.columns.names()[0])) for row in table.paginated_rows]
        if not table.page.has_next():
            return found
        number += 1


def filed(user, url_name: str, query: dict) -> list[str]:
    """The first cell of every row of its file."""
    response = client_for(user).get(reverse(url_name), query)
    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    return [str(cell.value) for cell in sheet["A"]][1:]


@pytest.mark.parametrize("page", [page for page, (file, _) in LISTS.items() if file])
def test_a_file_has_the_rows_and_the_order_of_its_page(cast, rows, page):
    user = give_role(cast.qa_lead, Role.ANALYST)
    table = client_for(user).get(reverse(page)).context["table"]
    sorts = [column.order_by_alias.bare for column in table.columns if column.orderable]
    assert sorts
    for sort in ["", *(sign + name for name in sorts for sign in ("", "-"))]:
        query = {"sort": sort} if sort else {}
        as_shown = shown(user, page, query)
        assert len(as_shown) > table.paginator.per_page
        assert filed(user, LISTS[page][0], query) == as_shown, sort


@pytest.mark.parametrize("page", [page for page, (file, day) in LISTS.items() if file and day])
def test_a_file_has_the_filters_of_its_page(cast, rows, page):
    file, day = LISTS[page]
    query = {f"{day}_from": "1 February 2026", f"{day}_to": "20 March 2026"}
    as_shown = shown(cast.qa_lead, page, query)
    assert 0 < len(as_shown) < 60
    assert filed(cast.qa_lead, file, query) == as_shown


@pytest.mark.parametrize("page", [page for page, (_, day) in LISTS.items() if day])
def test_a_period_that_ends_before_it_begins_is_an_error(cast, rows, page):
    file, day = LISTS[page]
    client = client_for(cast.qa_lead)
    backwards = {f"{day}{end}": typed for end, typed in BACKWARDS.items()}
    answer = client.get(reverse(page), backwards)
    assert ENDS_BEFORE_IT_BEGINS in answer.text
    assert "There is a problem" in answer.text
    assert len(answer.context["table"].rows) == 0
    if file:
        assert client.get(reverse(file), backwards).headers["Location"].startswith(reverse(page))
    one_day = {f"{day}{end}": typed for end, typed in ONE_DAY.items()}
    assert ENDS_BEFORE_IT_BEGINS not in client.get(reverse(page), one_day).text


def test_every_list_with_a_period_is_tried(cast):
    """A filter with two days that is not named above would go untested."""

    assert get_resolver().url_patterns  # every package is read

    def below(kind):
        return {one for each in kind.__subclasses__() for one in (each, *below(each))}

    periods = {
        name.removesuffix("_from")
        for kind in below(FilterSet)
        for name, one in kind.base_filters.items()
        if isinstance(one, DateFilter) and name.endswith("_from")
    }
    assert periods == {day for _, day in LISTS.values() if day}


ROW = re.compile(r'<tr class="govuk-table__row"><th scope="row"[^>]*>(.*?)</th>', re.DOTALL)


def named_on(html: str) -> list[list[str]]:
    """What the rows of each of a page's tables are called, from top to bottom, each name once."""
    tables = re.findall(r"<table.*?</table>", html, re.DOTALL)
    plain = [[unescape(re.sub(r"<[^>]+>", "\n", name)) for name in ROW.findall(table)] for table in tables]
    return [list(dict.fromkeys(name.strip().split("\n")[0].rstrip(" †") for name in one)) for one in plain]


@pytest.mark.parametrize(
    ("page", "file", "query"),
    [
        ("reports:self_evaluation", "self-evaluation", {}),
        ("reports:self_evaluation", "self-evaluation", {"capacity": "manager"}),
        ("reports:grade_distribution", "grade-distribution", {"by": "service"}),
        ("reports:grade_distribution", "grade-distribution", {"by": "quarter"}),
        ("reports:impact", "impact", {}),
        ("reports:domains", "domains", {}),
    ],
)
def test_a_reports_files_have_the_rows_and_the_order_of_its_page(cast, page, file, query):
    version = ToolVersionFactory()
    for number in range(12):
        capacity = "manager" if number % 2 else "qa_unit"
        for service, team in ((cast.service, cast.team), (cast.elsewhere, cast.team_elsewhere)):
            values = {
                "tool_version": version,
                "capacity": capacity,
                "audited_on": date(2026, 1 + number % 5, 3),
            }
            made = add_audits(service, team, ["good", "inadequate"], **values)
            grade_domain(made, version.domains.first(), ["good", "inadequate"])
    client = client_for(cast.qa_lead)
    names = named_on(client.get(reverse(page), query).text)
    for kind in ("csv", "xlsx"):
        content = client.get(reverse("reports:export", args=[file]), {**query, "format": kind}).content
        if kind == "csv":
            cells = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]
        else:
            cells = [str(cell.value) for cell in load_workbook(io.BytesIO(content)).worksheets[0]["A"]]
        assert len(cells) > 2
        filed = list(dict.fromkeys(cells[1:]))
        assert filed in names


@pytest.mark.parametrize(
    ("pack", "name"), [("dataset", "kpi-dataset"), ("performance_report", "performance-report")]
)
def test_a_packs_files_have_the_rows_and_the_order_of_its_page(cast, pack, name):
    for number in range(8):
        version = IndicatorVersionFactory(title=f"Visits {number * 5 % 8}")
        ObservationFactory(indicator_version=version, month=date(2026, 4, 1), numerator=number)
    client = client_for(cast.analyst)
    text = client.get(reverse(f"packs:{pack}"), {"month": "2026-04"}).text
    titles = list(dict.fromkeys(re.findall(r"Visits \d", text)))
    content = client.get(reverse("packs:export", args=[name]), {"month": "2026-04", "format": "csv"}).content
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert [row["indicator"] for row in rows] == titles
    assert len(titles) == 8
