"""Home: commentary to write and to approve, and the return that an analyst has yet to accept."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kpi.commentary.models import CommentaryStatus
from kpi.returns.models import Upload
from qa_audit.jobs.models import JobState
from qa_audit.people.models import Role
from tests.factories import JobFactory, give_role
from tests.factories.kpi import AreaFactory, CommentaryFactory, IndicatorVersionFactory, ObservationFactory
from tests.home.test_waiting import groups

WRITE, APPROVE, ACCEPT = "Commentary to write", "Commentary to approve", "A return waits to be accepted"


def indicator_of(service, title, month=date(2026, 4, 1), area="Child protection"):
    """An indicator that the service answers for, with a figure of the council in the month."""
    version = IndicatorVersionFactory(title=title, indicator__area=AreaFactory(title=area))
    version.indicator.services.add(service)
    ObservationFactory(indicator_version=version, month=month)
    return version.indicator


def upload_of(person, **facts):
    return Upload.objects.create(
        user=person,
        file_name="april.csv",
        sha256="0" * 64,
        content=b"",
        job=JobFactory(by=person, state=JobState.DONE),
        **facts,
    )


def test_a_head_is_asked_for_the_areas_of_their_own_indicators_in_the_newest_month(cast, sign_in):
    visits = indicator_of(cast.service, "Visits in time")
    indicator_of(cast.service, "Visits alone")
    indicator_of(cast.service, "Reviews in time", month=date(2026, 3, 1), area="Reviews")
    indicator_of(cast.elsewhere, "Carers approved", area="Fostering")
    group = groups(sign_in(cast.head))[WRITE]
    assert [(item.text, item.note) for item in group.items] == [
        ("Child protection", "April 2026, not written")
    ]
    assert group.items[0].href == reverse("commentary:write_of_area", args=[visits.area_id, "2026-04"])
    assert group.all_url == reverse("commentary:list")


@pytest.mark.parametrize(
    ("status", "waits"),
    [(CommentaryStatus.DRAFT, True), (CommentaryStatus.SUBMITTED, False), (CommentaryStatus.APPROVED, False)],
)
def test_an_area_waits_until_its_analysis_is_submitted(cast, sign_in, status, waits):
    written = CommentaryFactory(
        indicator=None,
        area=indicator_of(cast.service, "Visits in time").area,
        status=status,
        approved_by=cast.analyst if status == CommentaryStatus.APPROVED else None,
    )
    found = groups(sign_in(cast.head))
    assert (WRITE in found) == waits
    if waits:
        (item,) = found[WRITE].items
        assert (item.href, item.note) == (written.get_absolute_url(), "April 2026, draft")


def test_what_was_returned_comes_first_and_what_was_begun_on_an_indicator_waits_too(cast, sign_in):
    begun = indicator_of(cast.service, "Assessments in time")
    returned = indicator_of(cast.service, "Visits in time")
    indicator_of(cast.service, "Never begun")
    CommentaryFactory(indicator=begun)
    CommentaryFactory(indicator=returned, returned_note="Say which teams.")
    items = groups(sign_in(cast.head))[WRITE].items
    assert [(item.text, item.note) for item in items] == [
        ("Visits in time", "April 2026, returned to you"),
        ("Child protection", "April 2026, not written"),
        ("Assessments in time", "April 2026, draft"),
    ]


def test_many_areas_show_ten_and_lead_to_all(cast, sign_in):
    for number in range(12):
        indicator_of(cast.service, f"Visits of kind {number}", area=f"Area {number}")
    client = sign_in(cast.head)
    group = groups(client)[WRITE]
    assert (len(group.items), group.number) == (10, "more than 10")
    page = client.get(group.all_url)
    assert (len(page.context["areas"]), len(page.context["entries"])) == (12, 12)


def test_an_analyst_is_asked_to_approve_what_was_submitted_the_oldest_month_first(cast, sign_in):
    indicator = indicator_of(cast.service, "Visits in time")
    april, march = (
        CommentaryFactory(
            indicator=indicator, month=month, status=CommentaryStatus.SUBMITTED, written_by=cast.head
        )
        for month in (date(2026, 4, 1), date(2026, 3, 1))
    )
    CommentaryFactory(indicator=indicator, month=date(2026, 2, 1))
    group = groups(sign_in(cast.analyst))[APPROVE]
    assert [item.href for item in group.items] == [march.get_absolute_url(), april.get_absolute_url()]
    assert group.items[0].text == f"{indicator.code}, March 2026"
    assert group.items[0].note == "written by Hana Head"


@pytest.mark.parametrize("role", ["auditor", "manager", "qa_lead", "leader", "administrator", "nobody"])
def test_others_are_asked_for_no_commentary_and_no_return(cast, sign_in, role):
    indicator = indicator_of(cast.service, "Visits in time")
    CommentaryFactory(indicator=indicator, month=date(2026, 3, 1), status=CommentaryStatus.SUBMITTED)
    upload_of(getattr(cast, role))
    assert {WRITE, APPROVE, ACCEPT}.isdisjoint(groups(sign_in(getattr(cast, role))))


def test_an_analyst_is_reminded_of_their_own_return(cast, sign_in):
    upload_of(cast.analyst)
    client = sign_in(cast.analyst)
    (item,) = groups(client)[ACCEPT].items
    assert (item.text, item.href) == ("april.csv", reverse("returns:waiting"))
    assert item.note.startswith("uploaded on 12 May 2026 at 10:0")
    assert item.note.endswith(", checked")
    other = give_role(cast.second_auditor, Role.ANALYST)
    assert ACCEPT not in groups(sign_in(other))


def test_a_return_that_waited_too_long_waits_no_more(cast, sign_in):
    upload_of(cast.analyst, uploaded_at=timezone.now() - timedelta(days=2))
    assert ACCEPT not in groups(sign_in(cast.analyst))


def test_nothing_of_measures_waits_before_the_first_return(cast, sign_in):
    assert groups(sign_in(cast.head)) == groups(sign_in(cast.analyst)) == {}


@pytest.mark.parametrize(
    ("role", "starts"),
    [
        ("analyst", ["Upload a return", "Measures", "Reports"]),
        ("head", []),
        ("leader", ["Measures", "Reports"]),
    ],
)
def test_work_with_figures_begins_at_home_and_every_start_opens(cast, sign_in, role, starts):
    client = sign_in(getattr(cast, role))
    found = client.get(reverse("home:index")).context["starts"]
    assert [start.text for start in found] == starts
    for start in found:
        assert client.get(reverse(start.page)).status_code == 200


def test_the_cost_does_not_grow_with_the_commentary_that_waits(cast, sign_in):
    both = give_role(cast.head, Role.ANALYST)

    def add(count):
        for number in range(count):
            indicator = indicator_of(cast.service, f"Visits of kind {number}")
            if number % 2:
                CommentaryFactory(indicator=indicator, status=CommentaryStatus.SUBMITTED)

    def cost() -> int:
        client = sign_in(both)
        client.get(reverse("home:help"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("home:index"))
        return len(asked)

    add(2)
    first = cost()
    add(8)
    assert cost() == first
