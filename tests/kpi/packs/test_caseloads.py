"""Caseloads at or over the threshold, by team, locality and status: to those whose teams they are."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kpi.indicators.models.comparisons import CaseloadThreshold, QualifyingStatus
from kpi.packs.caseloads import Caseloads
from tests.factories import TeamFactory
from tests.factories.kpi import LONG_AGO, CaseloadFactory
from tests.interface.markup import Markup

DAY = date(2026, 4, 30)
PAGE = "packs:caseloads"


def codes(workers):
    return [worker.caseload.worker_code for worker in workers]


@pytest.fixture
def three_teams(cast):
    cast.team.locality = "Harbour"
    cast.team.save()
    CaseloadFactory(team=cast.team, worker_code="W-AT", children=20)
    CaseloadFactory(team=cast.team, worker_code="W-UNDER", children=19)
    CaseloadFactory(team=cast.other_team, worker_code="W-OVER", children=26)
    CaseloadFactory(team=cast.team_elsewhere, worker_code="W-ELSEWHERE", children=23)


def test_at_the_threshold_counts_and_one_below_does_not(cast, three_teams):
    found = Caseloads(cast.head, DAY)
    assert [(service, codes(workers)) for service, workers in found.high] == [
        ("Social Work with Families", ["W-OVER", "W-AT"])
    ]
    assert found.sentence == "2 of 3 workers had a caseload at or over the threshold on 30 April 2026."


def test_a_status_has_the_threshold_of_the_day_and_twenty_where_none_is_set(cast):
    for children, first, last in ((10, LONG_AGO, date(2026, 3, 1)), (14, date(2026, 4, 1), None)):
        CaseloadThreshold.objects.create(
            status=QualifyingStatus.ASSESSED_YEAR, children=children, from_month=first, to_month=last
        )
    for status in QualifyingStatus:
        CaseloadFactory(team=cast.team, worker_code=status.value, status=status, children=13)
        CaseloadFactory(
            team=cast.team, worker_code=status.value, status=status, children=13, on=date(2026, 3, 31)
        )
    assert Caseloads(cast.head, DAY).high == []
    ((_, march),) = Caseloads(cast.head, date(2026, 3, 31)).high
    assert codes(march) == ["ASYE"]
    assert Caseloads(cast.head, DAY).thresholds == {"SW": 20, "NQSW": 20, "ASYE": 14}


def test_teams_localities_and_total_are_counted(cast, three_teams):
    found = Caseloads(cast.leader, DAY)
    teams = {group.names[2]: (group.words, group.children, group.highest) for group in found.teams}
    assert teams["SWF Harbour 1"] == ("1 of 2", 39, 20)
    assert found.total.words == "3 of 4"
    places = {group.names[:2]: group.words for group in found.localities}
    assert places[("Social Work with Families", "Harbour")] == "1 of 2"
    assert places[("Fostering", "No locality")] == "1 of 1"


def test_a_caseload_of_a_reversed_return_does_not_count(cast):
    CaseloadFactory(team=cast.team, children=30, is_current=False)
    assert Caseloads(cast.head, DAY).workers == []


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("manager", {"W-AT", "W-UNDER"}),
        ("head", {"W-AT", "W-UNDER", "W-OVER"}),
        ("outsider", {"W-ELSEWHERE"}),
        ("leader", {"W-AT", "W-UNDER", "W-OVER", "W-ELSEWHERE"}),
        ("analyst", {"W-AT", "W-UNDER", "W-OVER", "W-ELSEWHERE"}),
    ],
)
def test_worker_codes_and_teams_reach_only_those_who_may_see_them(cast, sign_in, three_teams, who, seen):
    client = sign_in(getattr(cast, who))
    texts = [client.get(reverse(PAGE)).content.decode()]
    book = load_workbook(io.BytesIO(client.get(reverse("packs:caseloads_file")).content))
    texts.append(str([cell for sheet in book for row in sheet.values for cell in row]))
    texts.append(client.get(reverse("packs:caseloads_file", query={"format": "csv"})).content.decode())
    high = seen - {"W-UNDER"}
    for text in texts:
        assert all(code in text for code in high)
        assert not [code for code in ("W-AT", "W-OVER", "W-ELSEWHERE") if code not in seen and code in text]
    if who == "manager":
        assert "SWF Harbour 2" not in "".join(texts)


def test_the_newest_day_is_shown_unless_another_is_chosen(cast, sign_in, three_teams):
    CaseloadFactory(team=cast.team, worker_code="W-MARCH", children=31, on=date(2026, 3, 31))
    client = sign_in(cast.head)
    assert "W-MARCH" not in client.get(reverse(PAGE)).content.decode()
    assert "W-MARCH" in client.get(reverse(PAGE), {"on": "2026-03-31"}).content.decode()
    refused = client.get(reverse(PAGE), {"on": "2020-01-01"}).content.decode()
    assert "Choose a day from the list" in refused
    assert client.get(reverse("packs:caseloads_file"), {"on": "yesterday"}).status_code == 302


def test_a_day_of_teams_one_may_not_see_is_not_offered(cast, sign_in):
    CaseloadFactory(team=cast.team_elsewhere, on=date(2026, 2, 28))
    shown = sign_in(cast.head).get(reverse(PAGE)).content.decode()
    assert "28 February 2026" not in shown
    assert "There are no caseloads that you can see." in shown
    assert sign_in(cast.head).get(reverse("packs:caseloads_file")).status_code == 404


def test_what_matters_stands_first_so_that_a_phone_shows_it(cast, sign_in, three_teams):
    page = Markup(sign_in(cast.head).get(reverse(PAGE)).content.decode())
    headings = [one.text for one in page.all("th", scope="col")]
    assert headings[:6] == ["Worker", "Children", "Threshold", "Status", "Team", "Locality"]
    row = page.all("tbody")[0].inside[0]
    assert [" ".join(cell.text.split()) for cell in row.inside if cell.tag in ("th", "td")] == [
        *("W-OVER", "26", "20 (6 over)", "Social worker", "SWF Harbour 2", "No locality")
    ]


def test_the_page_says_plainly_from_when_a_caseload_is_high_and_leads_back(cast, sign_in, three_teams):
    page = sign_in(cast.head).get(reverse(PAGE)).content.decode()
    said = "A caseload counts as high from: 20 children (social worker), 20 children (newly qualified"
    assert said in page
    (back,) = Markup(page).all("a", **{"class": "govuk-breadcrumbs__link"})
    assert (back.text, back.attrs["href"]) == ("Measures", reverse("packs:index"))
    assert 'class="sight-month' in page


def test_auditors_meet_no_caseloads(cast, sign_in, three_teams):
    assert sign_in(cast.auditor).get(reverse(PAGE)).status_code == 403
    assert Caseloads(cast.auditor, DAY).workers == []


def test_files_hold_the_rows_of_the_page_in_its_order_and_every_worker_apart(cast, sign_in, three_teams):
    client = sign_in(cast.head)
    page = Markup(client.get(reverse(PAGE)).content.decode())
    shown = [row.inside[0].text for row in page.all("tbody")[0].inside]
    file = client.get(reverse("packs:caseloads_file", query={"format": "csv"}))
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["Worker"] for row in rows] == shown == ["W-OVER", "W-AT"]
    book = load_workbook(io.BytesIO(client.get(reverse("packs:caseloads_file")).content))
    assert book.sheetnames == ["At or over the threshold", "Teams", "Localities", "Every worker"]
    workers = [
        [row[3] for row in list(sheet.values)[1:]] for sheet in (book.worksheets[0], book.worksheets[3])
    ]
    assert workers == [["W-OVER", "W-AT"], ["W-OVER", "W-AT", "W-UNDER"]]
    by_locality = [cell.text for cell in page.all("tbody")[2].inside[0].inside if cell.tag == "th"]
    assert list(book["Localities"].values)[1][1] == by_locality[0]


def test_as_many_queries_for_many_teams(cast, sign_in, three_teams):
    before = queries_of(sign_in(cast.head))
    for _ in range(20):
        CaseloadFactory(team=TeamFactory(service=cast.service), children=25)
    assert queries_of(sign_in(cast.head)) == before


def queries_of(client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(PAGE)).status_code == 200
    return len(captured)
