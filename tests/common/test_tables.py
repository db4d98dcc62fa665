from datetime import date
from types import SimpleNamespace

import django_filters
import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

from qa_audit.common import tables
from qa_audit.common.filters import DateFilter, FilterSet
from qa_audit.people.models import Role, Service
from tests.interface.markup import Markup

NASTY = '<script>"x"</script>'
GRADES = [("good", "Good"), ("requires_improvement", "Requires improvement")]


class Sample(tables.ListTable):
    reference = tables.LinkColumn(url=lambda row: "/there" if row["may_open"] else "")
    team = tables.ListColumn()
    audited_on = tables.DateColumn()
    children = tables.NumberColumn()
    grade = tables.GradeColumn(choices=GRADES)
    auditor = tables.ListColumn(orderable=False)

    caption, noun, plural = "Case audits", "inquiry", "inquiries"


def row(**given):
    plain = {
        **{"reference": "A-2026-0001", "may_open": True, "team": "Harbour", "audited_on": date(2026, 1, 4)},
        **{"children": 1204, "grade": "requires_improvement", "auditor": "A"},
    }
    return plain | given


def drawn(table) -> Markup:
    return Markup(render_to_string("components/table.html", {"table": table}))


def table_for(rows, address="/?"):
    return Sample.for_request(RequestFactory().get(address), rows)


def test_a_table_has_a_caption_headings_with_scope_and_a_header_in_each_row():
    page = drawn(table_for([row()]))
    assert page.problems == page.dangling() == page.forbidden() == []
    assert page.one("caption").text == "Case audits"
    assert len(page.all("th", scope="col")) == 6
    assert page.one("th", scope="row").text == "A-2026-0001"


def test_headings_say_how_the_table_is_sorted():
    page = drawn(table_for([row()], "/?sort=-team&page=3&state=shared"))
    sorts = {e.text: e.attrs.get("aria-sort") for e in page.all("th", scope="col")}
    assert sorts["Team"] == "descending"
    assert sorts["Reference"] == "none"
    assert sorts["Auditor"] is None
    links = {e.text: e.attrs["href"] for e in page.all("a", **{"class": "sight-sort"})}
    assert links["Team"] == "?state=shared&sort=team"
    assert links["Audited on"] == "?state=shared&sort=audited_on"


def test_cells_are_escaped_and_written_as_people_read_them():
    page = drawn(table_for([row(team=NASTY, auditor="")]))
    assert page.all("script") == []
    cells = [e.text for e in page.all("td")]
    assert cells == [NASTY, "4 Jan 2026", "1,204", "Requires improvement", "—"]
    assert page.one("strong").attrs["class"] == "govuk-tag sight-grade--requires-improvement"


def test_a_row_that_may_not_be_opened_is_plain_text():
    page = drawn(table_for([row(may_open=False)]))
    assert page.one("th", scope="row").inside == []


def test_the_scroll_region_can_be_reached_by_keyboard():
    region = drawn(table_for([row()])).one("div", role="region")
    assert (region.attrs["tabindex"], region.attrs["aria-label"]) == ("0", "Case audits")


def test_pages_are_25_long_whatever_the_address_says():
    table = table_for([row() for _ in range(60)], "/?per_page=1000&page=2")
    assert len(list(table.paginated_rows)) == 25
    assert table.total() == "60 inquiries, page 2 of 3"
    page = drawn(table)
    assert page.one("a", aria_current="page").attrs["aria-label"] == "Page 2"
    assert [e.attrs["href"] for e in page.all("a", rel="next")] == ["?per_page=1000&page=3"]


@pytest.mark.parametrize(("asked", "given"), [("99", 3), ("x", 1), ("-1", 3), ("", 1), ("\x00", 1)])
def test_a_page_that_is_not_there_gives_the_nearest(asked, given):
    request = RequestFactory().get("/", {"page": asked, "sort": "no_such_column"})
    assert Sample.for_request(request, [row() for _ in range(60)]).page.number == given


def test_an_empty_table_says_so():
    page = render_to_string("components/table.html", {"table": table_for([])})
    assert "No inquiries to show." in page
    assert "<table" not in page


def test_a_column_that_is_misspelt_fails_loudly():
    class Misspelt(tables.ListTable):
        nmae = tables.ListColumn()

    with pytest.raises(ValueError, match="nmae"):
        Misspelt([SimpleNamespace(name="x")]).body()


def test_footers_make_a_totals_row():
    class Totals(tables.ListTable):
        service = tables.ListColumn(footer="Total")
        audits = tables.NumberColumn(footer=lambda table: sum(row["audits"] for row in table.data))

    page = drawn(Totals([{"service": "A", "audits": 2}, {"service": "B", "audits": 3}]))
    (total,) = page.one("tfoot").inside
    assert [(cell.tag, cell.text) for cell in total.inside] == [("th", "Total"), ("td", "5")]


@pytest.mark.django_db
def test_rows_of_a_model_keep_their_order_over_pages():
    Service.objects.bulk_create([Service(name=f"Service {n:02}", order=1) for n in range(30)])

    class Services(tables.ListTable):
        name = tables.ListColumn()
        order = tables.NumberColumn()

    services = Service.objects.filter(name__startswith="Service ")
    seen = [
        one.record.pk
        for number in (1, 2)
        for one in Services.for_request(
            RequestFactory().get(f"/?sort=order&page={number}"), services
        ).paginated_rows
    ]
    assert len(set(seen)) == 30


class RoleFilter(FilterSet):
    role = django_filters.MultipleChoiceFilter(
        label="Role", choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    name = django_filters.CharFilter(label="Name")
    start = DateFilter(label="From")


def filter_page(address):
    request = RequestFactory().get(address)
    chosen = RoleFilter(request.GET, queryset=Service.objects.none())
    return chosen, Markup(render_to_string("components/filter.html", {"filter": chosen}, request))


def test_each_filter_that_is_set_can_be_taken_off_alone():
    value, label = Role.choices[0]
    chosen, page = filter_page(f"/?role={value}&name=x&sort=-team&page=4")
    assert page.problems == page.dangling() == []
    assert [(one["label"], one["text"]) for one in chosen.chosen()] == [("Role", label), ("Name", "x")]
    assert chosen.chosen()[0]["href"] == "?name=x&sort=-team"
    assert chosen.cleared() == "?sort=-team"
    assert page.one("input", type="hidden").attrs == {"type": "hidden", "name": "sort", "value": "-team"}


def test_a_filter_shows_its_own_errors_and_what_was_typed():
    _, page = filter_page("/?start=yesterday")
    assert page.by_id()["filter_start"].attrs["value"] == "yesterday"
    assert "Enter a date like 27 March 2026" in page.by_id()["filter_start-error"].text
