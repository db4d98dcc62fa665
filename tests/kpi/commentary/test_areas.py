"""The analysis of an area: points that a head writes, and that print under the area's table."""

import csv
import io
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from kpi.commentary import actions
from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.packs.dataset import Dataset
from kpi.packs.performance_report import PerformanceReport
from qa_audit.common.publishing.files import content
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.history.models import Event
from qa_audit.people.actions.persons import system_user
from tests.factories.kpi import (
    APRIL,
    AreaFactory,
    CommentaryFactory,
    IndicatorVersionFactory,
    ObservationFactory,
)
from tests.interface.markup import Markup
from tests.reading import row_names

POINTS = "- Visits fell in two teams.\n\n• Three posts are vacant.\nAll children were seen since."
SAID = ["Visits fell in two teams.", "Three posts are vacant.", "All children were seen since."]


@pytest.fixture
def area(indicator):
    """Child protection, with CP1 of the cast's service and a figure in April."""
    return indicator.area


def write(client, area, month="2026-04", **typed):
    address = reverse("commentary:write_of_area", args=[area.pk, month])
    return client.post(address, {"version": 0, **typed})


def press(client, name, record, **typed):
    version = type(record).objects.get(pk=record.pk).version
    return client.post(reverse(f"commentary:{name}", args=[record.pk]), {"version": version, **typed})


def approved(cast, area, **fields) -> Commentary:
    """Written by the head, submitted, and approved by the analyst."""
    values = {"text": POINTS, **fields}
    written = actions.write(subject=area, month=APRIL, version=0, values=values, by=cast.head)
    actions.submit(commentary=written, version=None, by=cast.head)
    return actions.approve(commentary=written, version=None, by=cast.analyst)


def test_head_writes_an_area_submits_it_and_everybody_reads_its_points(cast, sign_in, area):
    head, analyst, leader = sign_in(cast.head), sign_in(cast.analyst), sign_in(cast.leader)
    assert write(head, area, text="First.").status_code == 302
    kept = Commentary.objects.get()
    assert (kept.area, kept.indicator, kept.status, kept.written_by) == (area, None, "draft", cast.head)
    press(head, "submit", kept)
    report = reverse("packs:performance_report")
    assert "First." not in leader.get(report, {"month": "2026-04"}).content.decode()
    press(analyst, "return", kept, note="Say why.")
    kept.refresh_from_db()
    assert "Say why." in head.get(kept.get_absolute_url()).content.decode()
    assert write(head, area, text=POINTS, version=kept.version).status_code == 302
    press(head, "submit", kept)
    assert write(head, area, text="Later").status_code == 403
    press(analyst, "approve", kept)
    for person in (cast.leader, cast.auditor, cast.manager, cast.outsider):
        for page in ("packs:performance_report", "packs:dataset"):
            shown = Markup(sign_in(person).get(reverse(page), {"month": "2026-04"}).content.decode())
            assert [one.text for one in shown.all("li") if one.text in SAID] == SAID
    actions_kept = Event.objects.filter(object_type="commentary").order_by("sequence")
    assert [one.action.removeprefix("commentary ") for one in actions_kept] == [
        *("written", "submitted", "returned", "written", "submitted", "approved"),
    ]
    assert "Visits fell" not in str([one.changes for one in actions_kept])


@pytest.mark.parametrize("pack", [Dataset, PerformanceReport])
def test_points_print_under_their_areas_table_with_author_and_date(cast, sign_in, area, pack):
    other = IndicatorVersionFactory(indicator__area=AreaFactory(title="Visits", order=9))
    ObservationFactory(indicator_version=other)
    approved(cast, area)
    page = sign_in(cast.leader).get(reverse(f"packs:{pack.page.replace('-', '_')}"), {"month": "2026-04"})
    html = page.content.decode()
    assert (
        html.index(f'id="area-{area.pk}"')
        < html.index(SAID[0])
        < html.index('id="area-', html.index(SAID[0]))
    )
    assert html.index("</table>") < html.index(SAID[0])
    assert "Hana Head, 12 May 2026" in html


@pytest.mark.parametrize("pack", [Dataset, PerformanceReport])
def test_files_carry_the_analysis_with_its_author(cast, area, pack):
    second = IndicatorVersionFactory(indicator__area=area, indicator__order=9)
    ObservationFactory(indicator_version=second)
    approved(cast, area)
    rows = list(csv.DictReader(io.StringIO(
        content(pack(system_user(), APRIL).document(is_full=True), "csv").decode("utf-8-sig")
    )))  # fmt: skip
    assert [row["area_analysis"] for row in rows] == ["", "\n".join(SAID)]
    assert [row["area_analysis_by"] for row in rows] == ["", "Hana Head, 12 May 2026"]
    book = load_workbook(io.BytesIO(content(pack(system_user(), APRIL).document(is_full=True), "xlsx")))
    assert list(book["Analysis"].iter_rows(min_row=2, values_only=True)) == [
        (area.title, point, "Hana Head, 12 May 2026") for point in SAID
    ]


def test_words_on_an_indicator_carry_their_author_too(cast, sign_in, indicator):
    values = {"text": "Late visits", "same_as": None}
    written = actions.write(subject=indicator, month=APRIL, version=0, values=values, by=cast.head)
    actions.submit(commentary=written, version=None, by=cast.head)
    actions.approve(commentary=written, version=None, by=cast.analyst)
    for page in ("packs:performance_report", "packs:dataset"):
        shown = sign_in(cast.leader).get(reverse(page), {"month": "2026-04"}).content.decode()
        assert "Hana Head, 12 May 2026" in shown.partition("Late visits")[2][:120]
    text = content(Dataset(system_user(), APRIL).document(is_full=True), "csv").decode()
    assert 'Late visits,"Hana Head, 12 May 2026"' in text


def test_head_of_another_service_neither_reads_drafts_nor_writes(cast, sign_in, area):
    kept = CommentaryFactory(indicator=None, area=area)
    outsider = sign_in(cast.outsider)
    assert outsider.get(kept.get_absolute_url()).status_code == 404
    assert write(outsider, area, text="Mine").status_code == 404
    assert press(outsider, "submit", kept).status_code == 404


def test_an_indicator_without_a_figure_in_the_month_is_not_asked_for(cast, sign_in, area):
    earlier = IndicatorVersionFactory(
        indicator__area=AreaFactory(title="Visits", order=9), title="Seen earlier"
    )
    earlier.indicator.services.add(cast.service)
    ObservationFactory(indicator_version=earlier, month=date(2026, 3, 1))
    page = Markup(sign_in(cast.head).get(reverse("commentary:list")).content.decode())
    assert row_names(page) == ["Child protection", "Visits in time CP1"]


def test_list_asks_for_areas_first_and_for_indicators_below(cast, sign_in, area, indicator):
    html = sign_in(cast.head).get(reverse("commentary:list")).content.decode()
    page = Markup(html)
    assert row_names(page) == ["Child protection", "Visits in time CP1"]
    assert html.index("Areas with figures in April 2026") < html.index("One indicator at a time")
    form = sign_in(cast.head).get(reverse("commentary:write_of_area", args=[area.pk, "2026-04"]))
    assert "April 2026: 90% (45 of 50)." in form.content.decode()
    assert "same_as" not in form.content.decode()


def test_nothing_written_is_refused_by_its_field(cast, sign_in, area):
    refused = write(sign_in(cast.head), area, text="").content.decode()
    assert 'href="#id_text"' in refused
    assert "Write what the figures of this area say" in refused


def test_late_save_loses_nothing(cast, sign_in, area):
    write(sign_in(cast.head), area, text="Head's words")
    late = write(sign_in(cast.analyst), area, text="Analyst's words", version=0)
    assert late.status_code == 409
    assert "Head&#x27;s words" in late.content.decode()
    with pytest.raises(ChangedMeanwhile):
        actions.write(subject=area, month=APRIL, version=0, values={"text": "x"}, by=cast.analyst)
    assert Commentary.objects.get().text == "Head's words"


@pytest.mark.parametrize("address", ["month 2026-13", "2027-01"])
def test_month_that_is_none_or_to_come_is_not_found(cast, sign_in, area, address):
    assert write(sign_in(cast.head), area, month=address, text="x").status_code == 404


def test_commentary_is_of_an_indicator_or_an_area_and_of_each_once(cast, indicator, area):
    wrong = (
        {"indicator": indicator, "area": area},
        {"indicator": None, "area": None},
        {"indicator": None, "area": area, "same_as": CommentaryFactory(indicator=indicator)},
    )
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            CommentaryFactory(month=date(2026, 3, 1), **fields)
    CommentaryFactory(indicator=None, area=area)
    with pytest.raises(IntegrityError), transaction.atomic():
        CommentaryFactory(indicator=None, area=area)


def test_no_indicator_shares_the_words_of_an_area(cast, sign_in, indicator, area):
    CommentaryFactory(indicator=None, area=area, status=CommentaryStatus.SUBMITTED)
    form = sign_in(cast.head).get(reverse("commentary:write", args=[indicator.slug, "2026-04"]))
    assert not form.context["form"].fields["same_as"].queryset.exists()


def test_migration_takes_the_day_of_the_words_from_history(cast, area):
    kept = approved(cast, area)
    Commentary.objects.update(written_at=None)
    import_module("kpi.migrations.0015_when_commentary_was_written").take_from_history(apps, None)
    written = Event.objects.get(action="commentary written")
    assert Commentary.objects.get(pk=kept.pk).written_at == written.at
