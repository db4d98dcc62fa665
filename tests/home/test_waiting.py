"""Home: what waits for each person, and the service at a glance."""

import html
import re
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.models.answers import KeptText
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.permissions import why_agreeing_is_early
from qa_audit.common.dates import LONDON
from qa_audit.home.permissions import ready_to_agree
from qa_audit.people.models import Role
from qa_audit.reports.models import Analysis
from qa_audit.tools.models import Grade
from tests.factories import AuditFactory, LearningReviewFactory, NoticeFactory, ToolVersionFactory, give_role


@pytest.fixture
def make(cast):
    version = ToolVersionFactory()

    def audit(state, **facts):
        times = {"submitted_at": timezone.now(), "shared_at": timezone.now()}
        return AuditFactory(
            **{
                "service": cast.service,
                "team": cast.team,
                "auditor": cast.auditor,
                "tool_version": version,
                "state": state,
            }
            | times
            | facts
        )

    return audit


def groups(client) -> dict:
    page = client.get(reverse("home:index"))
    assert page.status_code == 200
    return {group.title: group for group in page.context["groups"]}


def test_an_auditor_sees_what_to_write_the_late_first(cast, sign_in, make):
    later = make(State.ALLOCATED, due_on=date(2026, 5, 20))
    late = make(State.IN_PROGRESS, due_on=date(2026, 5, 1))
    undated = make(State.IN_PROGRESS)
    returned = make(State.RETURNED)
    make(State.IN_PROGRESS, auditor=cast.second_auditor)
    found = groups(sign_in(cast.auditor))
    todo = found["Audits to do"].items
    assert [item.text.split(":")[0] for item in todo] == [late.reference, later.reference, undated.reference]
    assert [item.is_late for item in todo] == [True, False, False]
    assert todo[0].note == "In progress, due 1 May 2026"
    assert found["Returned to you"].items[0].text.startswith(returned.reference)


def test_an_auditor_sees_audits_that_await_feedback(cast, sign_in, make):
    audit = make(State.AGREED, conversation="arranged")
    audit.voices.create(who="child", outcome="arranged")
    audit.voices.create(who="parent", outcome="arranged")
    make(State.AGREED, conversation="held")
    group = groups(sign_in(cast.auditor))["Awaiting feedback"]
    assert len(group.items) == 1
    assert group.items[0].text.startswith(audit.reference)


def test_feedback_stands_in_the_order_of_the_days_it_is_arranged_for(cast, sign_in, make):
    later = make(State.SHARED, conversation="arranged", conversation_on=date(2026, 5, 20))
    later.voices.create(who="child", outcome="heard", arranged_for=date(2026, 5, 1))
    undated = make(State.AGREED)
    undated.voices.create(who="child", outcome="arranged")
    late = make(State.SUBMITTED, conversation="arranged", conversation_on=date(2026, 5, 13))
    late.voices.create(who="parent", outcome="arranged", arranged_for=date(2026, 5, 11))
    items = groups(sign_in(cast.auditor))["Awaiting feedback"].items
    assert [(item.text.split(":")[0], item.note, item.is_late) for item in items] == [
        (late.reference, "arranged for 11 May 2026", True),
        (later.reference, "arranged for 20 May 2026", False),
        (undated.reference, "a conversation or a voice is still arranged", False),
    ]


def test_kept_text_is_offered_to_its_author_alone(cast, sign_in, make):
    audit = make(State.IN_PROGRESS)
    KeptText.objects.create(user=cast.auditor, audit=audit, path="/", fields={"a": ["text"]})
    assert groups(sign_in(cast.auditor))["Text kept for you"].number == "1"
    assert "Text kept for you" not in groups(sign_in(cast.second_auditor))


def test_a_manager_sees_shared_audits_of_their_teams_with_the_days_left(cast, sign_in, make):
    make(State.SHARED, shared_at=datetime(2026, 5, 8, 12, tzinfo=LONDON))
    make(State.SHARED, team=cast.other_team)
    make(State.SHARED, accuracy_noted_at=timezone.now())
    make(State.SUBMITTED)
    make(State.SHARED, auditor=cast.manager)
    group = groups(sign_in(cast.manager))["To check for accuracy"]
    assert [item.note for item in group.items] == ["3 working days left"]


@pytest.mark.parametrize(
    ("shared_on", "note", "is_late"),
    [(5, "today is the last day", False), (1, "the time is up", True), (6, "1 working day left", False)],
)
def test_the_days_left_are_working_days(cast, sign_in, make, shared_on, note, is_late):
    make(State.SHARED, shared_at=datetime(2026, 5, shared_on, 12, tzinfo=LONDON))
    item = groups(sign_in(cast.manager))["To check for accuracy"].items[0]
    assert (item.note, item.is_late) == (note, is_late)


def test_a_qa_lead_sees_what_to_share_and_what_is_ready_to_agree(cast, sign_in, make):
    submitted = make(State.SUBMITTED)
    checked = make(State.SHARED, accuracy_noted_at=timezone.now())
    make(State.SHARED)
    make(State.SUBMITTED, auditor=cast.qa_lead)
    found = groups(sign_in(cast.qa_lead))
    assert [item.href for item in found["Submitted, to share"].items] == [submitted.get_absolute_url()]
    assert [item.href for item in found["Shared, ready to agree"].items] == [checked.get_absolute_url()]


def test_ready_to_agree_is_what_the_rule_of_audits_says(cast, make, frozen_clock):
    for shared_on in range(1, 13):
        make(State.SHARED, shared_at=datetime(2026, 5, shared_on, 17, tzinfo=LONDON))
    make(State.SHARED, team=cast.other_team)  # nobody manages it
    make(State.SHARED, auditor=cast.manager)  # its only manager wrote it
    make(State.SHARED, team=None)
    make(State.SHARED, accuracy_noted_at=timezone.now())
    for today in range(12, 24):
        frozen_clock.move_to(datetime(2026, 5, today, 8, tzinfo=LONDON))
        by_rule = {audit.pk for audit in Audit.objects.all() if not why_agreeing_is_early(audit)}
        assert {audit.pk for audit in ready_to_agree(Audit.objects.all())} == by_rule, today


def test_a_group_shows_ten_and_leads_to_all(cast, sign_in, make):
    for _ in range(12):
        make(State.SUBMITTED)
    client = sign_in(cast.qa_lead)
    group = groups(client)["Submitted, to share"]
    assert (len(group.items), group.number) == (10, "more than 10")
    page = client.get(reverse("home:index")).content.decode()
    assert "(more than 10)" in page
    assert ">All<span" in page
    assert client.get(group.all_url).context["table"].paginator.count == 12


def test_a_head_is_asked_for_the_analysis_until_it_is_written(cast, sign_in, make):
    make(State.AGREED, grade=Grade.GOOD)
    client = sign_in(cast.head)
    group = groups(client)["Analyses to write"]
    assert [item.text for item in group.items] == [cast.service.name]
    assert client.get(group.items[0].href).status_code == 200
    Analysis.objects.create(
        service=cast.service,
        period_from=date(2026, 1, 1),
        period_to=date(2026, 5, 12),
        text="Ours.",
        written_by=cast.head,
        written_at=timezone.now(),
    )
    assert "Analyses to write" not in groups(client)
    assert "Analyses to write" not in groups(sign_in(cast.outsider))


def test_a_head_sees_their_service_at_a_glance_with_n(cast, sign_in, make):
    make(State.AGREED, grade=Grade.GOOD)
    make(State.AGREED, grade=Grade.INADEQUATE)
    make(State.SHARED, grade=Grade.GOOD)
    make(State.AGREED, service=cast.elsewhere, team=cast.team_elsewhere, grade=Grade.OUTSTANDING)
    LearningReviewFactory(lead_service=cast.service)
    glance = sign_in(cast.head).get(reverse("home:index")).context["glance"]
    assert (glance.audits, glance.reviews) == (2, 1)
    assert [(bar.label, bar.counts, bar.n, bar.note) for bar in glance.grades.bars] == [
        (cast.service.name, [0, 1, 0, 1], 2, "too few to judge")
    ]


def test_a_leader_sees_all_services_together(cast, sign_in, make):
    for _ in range(10):
        make(State.AGREED, grade=Grade.GOOD)
    make(State.AGREED, service=cast.elsewhere, team=cast.team_elsewhere, grade=Grade.OUTSTANDING)
    glance = sign_in(cast.leader).get(reverse("home:index")).context["glance"]
    assert glance.audits == 11
    assert {bar.label: (bar.n, bar.note) for bar in glance.grades.bars} == {
        cast.service.name: (10, "small number"),
        cast.elsewhere.name: (1, "too few to judge"),
    }


def test_every_link_of_home_answers_who_sees_it(cast, sign_in, make):
    for state in (State.ALLOCATED, State.RETURNED, State.SUBMITTED, State.SHARED, State.AGREED):
        make(state, grade=Grade.GOOD, conversation="arranged")
    for role in ("auditor", "manager", "head", "qa_lead", "leader", "analyst", "administrator", "nobody"):
        client = sign_in(getattr(cast, role))
        page = client.get(reverse("home:index")).content.decode()
        links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', page)) - {
            reverse("account_login")
        }  # in the hidden alert for those signed out
        wrong = {link: client.get(html.unescape(link)).status_code for link in links}
        assert {link: code for link, code in wrong.items() if code != 200} == {}, role


@pytest.mark.parametrize("role", ["analyst", "administrator"])
def test_analyst_and_administrator_find_their_work_and_no_reference(cast, sign_in, make, role):
    audit = make(State.AGREED, grade=Grade.GOOD)
    make(State.SUBMITTED)
    NoticeFactory(service=cast.service)
    page = sign_in(getattr(cast, role)).get(reverse("home:index")).content.decode()
    assert audit.reference not in page
    assert "A-2026" not in page
    assert reverse("reports:index" if role == "analyst" else "people:list") in page


def test_with_nothing_to_do_home_says_so(cast, sign_in):
    assert (
        "Nothing is waiting for you today."
        in sign_in(cast.auditor).get(reverse("home:index")).content.decode()
    )


def test_a_notice_is_not_nothing(cast, sign_in):
    NoticeFactory(service=cast.service, team=cast.team, raised_by=cast.auditor)
    page = sign_in(cast.manager).get(reverse("home:index")).content.decode()
    assert "A safeguarding notice is waiting for you" in page
    assert "Nothing is waiting for you" not in page


def test_an_account_without_a_role_is_told_whom_to_ask(cast, sign_in):
    assert "has no role yet" in sign_in(cast.nobody).get(reverse("home:index")).content.decode()


def test_the_cost_of_home_does_not_grow_with_what_waits(cast, sign_in, make):
    everything = cast.qa_lead
    for role, limit in (
        (Role.AUDITOR, {}),
        (Role.MANAGER, {"team": cast.team}),
        (Role.HEAD, {"service": cast.service}),
    ):
        everything = give_role(everything, role, **limit)

    def fill():
        for state in (State.ALLOCATED, State.RETURNED, State.SUBMITTED, State.SHARED, State.AGREED):
            audit = make(state, grade=Grade.GOOD)
            make(state, auditor=everything, conversation="arranged")
            KeptText.objects.create(user=everything, audit=audit, path="/", fields={})
            NoticeFactory(service=cast.service, team=cast.team)

    def cost() -> int:
        client = sign_in(everything)
        client.get(reverse("home:help"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("home:index"))
        return len(asked)

    fill()
    first = cost()
    for _ in range(4):
        fill()
    assert cost() == first
    assert first <= 45


def test_home_counts_nothing_and_reads_eleven_of_a_kind(cast, sign_in, make):
    """However many audits wait: none is read to be counted."""
    for state in (State.SUBMITTED, State.SHARED):
        for _ in range(13):
            make(state, team=cast.other_team)
    client = sign_in(cast.qa_lead)
    client.get(reverse("home:index"))
    with CaptureQueriesContext(connection) as made:
        client.get(reverse("home:index"))
    listing = [query["sql"] for query in made if "LIMIT 11" in query["sql"]]
    assert len(listing) >= 4
    counting = [query["sql"] for query in made if query["sql"].startswith("SELECT COUNT(*)")]
    assert not [sql for sql in counting if "qa_audit_audit" in sql]


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (
            lambda: Audit.objects.filter(state=State.SUBMITTED).order_by("submitted_at", "pk"),
            "audit_to_share",
        ),
        (lambda: Audit.objects.filter(state=State.SHARED).order_by("shared_at", "pk"), "audit_to_agree"),
        (lambda: Audit.objects.concern_not_raised().filter(auditor=7), "audit_unsafe"),
        (lambda: Audit.objects.awaiting_feedback(), "audit_conversation_arranged"),
        (lambda: Audit.objects.awaiting_feedback(), "voice_arranged"),
    ],
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans a table of a few rows")
def test_what_waits_is_found_by_an_index_of_the_few(db, rows, index):
    assert index in rows().explain()
