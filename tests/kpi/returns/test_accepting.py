"""Storing a return and taking it back: all or nothing, with its reason, once."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import Month, MonthState
from kpi.returns.actions import ReturnRefused, accept_return, reverse_return
from kpi.returns.dry_run import check_return
from kpi.returns.models import Caseload, Observation, Return
from qa_audit.history.actions import record
from qa_audit.history.checks import chain_problems
from qa_audit.history.models import Event
from tests.kpi.returns.conftest import APRIL, MARCH, last_line

pytestmark = pytest.mark.django_db


def check(*lines: str, **options):
    return check_return("\n".join(lines).encode(), file_name="return.csv", **options)


@pytest.fixture
def first(cast, number) -> Return:
    """March 5 and April 7, stored by the analyst."""
    return accept_return(check=check("ref,2026-03,2026-04", "N1,5,7"), by=cast.analyst)


def standing() -> list[tuple]:
    rows = Observation.objects.current().order_by("month")
    return [(row.month, row.state, row.value, row.revision) for row in rows]


def test_accepted_return_keeps_its_file_and_counts(cast, first):
    assert (first.new, first.unchanged, first.revised, first.by) == (2, 0, 0, cast.analyst)
    assert bytes(first.content) == b"ref,2026-03,2026-04\nN1,5,7"
    assert first.outcome["counts"]["new"] == 2
    assert [line["words"] for line in first.outcome["lines"] if line["kind"] == "new"] == ["", ""]
    event = Event.objects.latest("sequence")
    assert (event.action, event.object_id, event.changes["new"]) == ("return accepted", first.pk, [None, 2])
    assert list(chain_problems()) == []


@pytest.mark.parametrize(
    "who", ["auditor", "manager", "head", "qa_lead", "leader", "administrator", "nobody"]
)
def test_only_analysts_accept_and_take_back(cast, first, who):
    with pytest.raises(PermissionDenied):
        accept_return(check=check("ref,2026-02", "N1,5"), by=getattr(cast, who))
    with pytest.raises(PermissionDenied):
        reverse_return(return_=first, by=getattr(cast, who), reason="wrong month")


def test_revision_keeps_old_new_and_reason(cast, first):
    second = check("ref,2026-03,2026-04", "N1,6,7")
    assert [(line.old, line.new) for line in second.lines() if line.kind == "revised"] == [("5", "6")]
    accept_return(check=second, by=cast.analyst, reason="Late recording")

    revised = Observation.objects.current().get(month=MARCH)
    assert (revised.value, revised.revision, revised.reason) == (6, 2, "Late recording")
    assert (revised.replaces.value, revised.replaces.is_current) == (5, False)
    assert Observation.objects.current().get(month=APRIL).reason == ""


def test_revision_without_a_reason_is_refused(cast, first):
    with pytest.raises(ReturnRefused, match="1 figure would be revised"):
        accept_return(check=check("ref,2026-03", "N1,6"), by=cast.analyst, reason="  ")
    assert standing() == [(MARCH, "value", 5, 1), (APRIL, "value", 7, 1)]


def test_revision_on_the_command_line_needs_its_reason(first, csv_file, run, refused):
    path = csv_file(["ref", "2026-03", "2026-04"], ["N1", 6, 7])
    assert "1 figure would be revised. Say why: a revision needs a reason." in refused(path)
    printed = run(path)[1]
    assert last_line(printed) == "new 0, unchanged 1, revised 1, problems 0"
    assert last_line(run(path, "--reason", "Late")[1]) == "new 0, unchanged 1, revised 1, problems 0"
    assert last_line(run(path)[1]) == "new 0, unchanged 2, revised 0, problems 0"


def test_reason_that_is_too_long_is_refused(cast, first):
    with pytest.raises(ReturnRefused, match="at most 250 characters"):
        accept_return(check=check("ref,2026-03", "N1,6"), by=cast.analyst, reason="x" * 251)


def test_awaited_figure_needs_no_reason(cast, number):
    accept_return(check=check("ref,2026-03", "N1,tbc"), by=cast.analyst)
    awaited = check("ref,2026-03", "N1,172")
    assert not awaited.revisions()
    kept = accept_return(check=awaited, by=cast.analyst)
    assert (kept.new, kept.revised) == (1, 0)
    assert standing() == [(MARCH, "value", 172, 2)]


def test_return_with_problems_is_refused(cast, first):
    with pytest.raises(ReturnRefused, match="1 problem found"):
        accept_return(check=check("ref,2026-03", "N1,oops"), by=cast.analyst)


def test_two_people_with_one_file_store_it_once(cast, number):
    one, two = (check("ref,2026-03,2026-04", "N1,5,7") for _ in range(2))
    accept_return(check=one, by=cast.analyst)
    late = accept_return(check=two, by=cast.analyst)
    assert (late.new, late.unchanged, late.revised) == (0, 2, 0)
    assert Observation.objects.count() == 2


def test_two_people_who_create_the_same_indicator_create_it_once(cast):
    lines = ("ref,unit_of_measure,2026-03", "New1,number,5")
    one, two = (check(*lines, create_indicators=True) for _ in range(2))
    accept_return(check=one, by=cast.analyst)
    assert accept_return(check=two, by=cast.analyst).unchanged == 1
    assert Indicator.objects.get().code == "New1"


def test_figure_that_somebody_stored_meanwhile_is_not_revised_unseen(cast, number):
    two = check("ref,2026-03", "N1,6")
    accept_return(check=check("ref,2026-03", "N1,5"), by=cast.analyst)
    with pytest.raises(ReturnRefused, match="Check it again"):
        accept_return(check=two, by=cast.analyst, reason="Because")
    assert standing() == [(MARCH, "value", 5, 1)]


def test_month_locked_meanwhile_refuses_the_return(cast, number):
    kept = check("ref,2026-03", "N1,6")
    accept_return(check=check("ref,2026-02", "N1,5"), by=cast.analyst)
    Month.objects.create(first=MARCH, state=MonthState.LOCKED)
    with pytest.raises(ReturnRefused, match="1 problem"):
        accept_return(check=kept, by=cast.analyst)


def test_reversed_return_puts_back_what_stood_before(cast, first):
    second = accept_return(
        check=check("ref,2026-02,2026-03", "N1,1,6"), by=cast.analyst, reason="Late recording"
    )
    counter = reverse_return(return_=second, by=cast.analyst, reason="Wrong file")

    assert standing()[1:] == [(MARCH, "value", Decimal(5), 3), (APRIL, "value", Decimal(7), 1)]
    assert standing()[0][1:] == ("not_yet", None, 2)
    assert (counter.reverses, counter.revised) == (second, 2)
    event = Event.objects.latest("sequence")
    assert (event.action, event.reason) == ("return taken back", "Wrong file")


def test_file_of_a_reversed_return_can_be_accepted_again(cast, first):
    reverse_return(return_=first, by=cast.analyst, reason="Wrong month")
    again = accept_return(check=check("ref,2026-03,2026-04", "N1,5,7"), by=cast.analyst)
    assert (again.new, again.revised) == (2, 0)
    assert standing() == [(MARCH, "value", 5, 3), (APRIL, "value", 7, 3)]


def test_return_is_reversed_once(cast, first):
    counter = reverse_return(return_=first, by=cast.analyst, reason="Wrong month")
    for kept in (first, counter):
        with pytest.raises(ReturnRefused, match="already been taken back"):
            reverse_return(return_=kept, by=cast.analyst, reason="Wrong month")


def test_return_that_a_later_one_revised_is_not_reversed(cast, first):
    second = accept_return(check=check("ref,2026-03", "N1,6"), by=cast.analyst, reason="Late")
    with pytest.raises(ReturnRefused, match=rf"N1, March 2026 \(return {second.pk}\)"):
        reverse_return(return_=first, by=cast.analyst, reason="Wrong month")


def test_return_is_not_reversed_without_a_reason_or_into_a_closed_month(cast, first):
    with pytest.raises(ReturnRefused, match="Say why"):
        reverse_return(return_=first, by=cast.analyst, reason=" ")
    Month.objects.create(first=MARCH, state=MonthState.LOCKED)
    with pytest.raises(ReturnRefused, match="March 2026 is closed"):
        reverse_return(return_=first, by=cast.analyst, reason="Wrong month")


def test_reversed_caseloads_bring_the_earlier_list_back(cast):
    head = "allocations,qualifying_status,team,worker_code"
    month = {"month": APRIL}
    accept_return(
        check=check(head, "20,SW,SWF Harbour 1,W1", "9,SW,SWF Harbour 1,W2", **month), by=cast.analyst
    )
    second = check(head, "21,SW,SWF Harbour 1,W1", "5,SW,SWF Harbour 1,W3", **month)
    assert second.counts()["revised"] == 2
    kept = accept_return(check=second, by=cast.analyst, reason="Counted again")
    reverse_return(return_=kept, by=cast.analyst, reason="Wrong day")

    found = Caseload.objects.current().order_by("worker_code").values_list("worker_code", "children")
    assert list(found) == [("W1", 20), ("W2", 9)]


def test_progress_is_told_with_the_rows_expected(number):
    told = []
    rows = (f"X{n},2026-04,1" for n in range(1200))
    check("indicator_code,month,value", *rows, progress=lambda read, expected: told.append((read, expected)))
    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]


def test_what_others_do_elsewhere_does_not_make_the_check_anew(cast, number):
    def queries(month: str, *happened) -> int:
        made = check(f"ref,{month}", "N1,5")
        for action, obj in happened:
            record(action, by=cast.analyst, obj=obj)
        with CaptureQueriesContext(connection) as asked:
            accept_return(check=made, by=cast.analyst)
        return len(asked)

    queries("2026-01")  # makes what every later one finds
    alone = queries("2026-02")
    assert queries("2026-03", ("answer saved", cast.auditor)) == alone
    assert queries("2026-04", ("area changed", Area.objects.get())) > alone
