"""The demonstration: the counts it promises, its accounts, and what the command refuses."""

import csv
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, Q
from django.test import override_settings
from django.utils import timezone

from kpi.indicators.models.indicators import Indicator
from kpi.packs.indicator.page import IndicatorPage
from kpi.packs.performance_report import PerformanceReport
from kpi.returns.models import Return
from kpi.returns.months import months_with_figures
from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.checks.limits import limit_of
from qa_audit.audits.checks.submitting import problems
from qa_audit.audits.models.answers import DomainGrade
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Kind
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.common.identifiers.sightings import scan
from qa_audit.findings.models import Finding
from qa_audit.history.actions import NewEvent
from qa_audit.history.checks import chain_problems
from qa_audit.history.models import Event, Snapshot
from qa_audit.home.checks import without_auditor
from qa_audit.learning.models import LearningReview, ReviewStatus
from qa_audit.notices.models import Notice
from qa_audit.people.models import Role, Service, Team, User
from qa_audit.reports.models import Analysis
from qa_audit.tools.models import Grade, ToolVersion
from tests.conftest import NOW

# Loaded once: on one core, where the suite uses several.
pytestmark = pytest.mark.xdist_group("demonstration")

PASSWORD = "line-of-sight-demo"
# Thematic or individual, managers, learning reviews; outstanding, good, requires improvement, inadequate.
YEAR = {
    "Children's Resource Service": (186, 0, 0, 0, 0, 0, 0),
    "Children and Families First": (9, 7, 0, 0, 9, 6, 1),
    "Social Work with Families": (23, 10, 12, 0, 13, 10, 10),
    "Intensive and Complex Assessment Team": (10, 0, 0, 0, 10, 0, 0),
    "Fostering": (18, 0, 0, 0, 2, 12, 4),
    "Children with Disabilities": (20, 2, 1, 0, 13, 7, 2),
    "Pathways through Care": (153, 6, 1, 3, 83, 67, 6),
    "Brief Intervention Teams": (11, 0, 0, 1, 6, 4, 0),
}
ACCOUNTS = {
    "auditor": Role.AUDITOR,
    "auditor2": Role.AUDITOR,
    "manager": Role.MANAGER,
    "head": Role.HEAD,
    "head2": Role.HEAD,
    "qalead": Role.QA_LEAD,
    "leader": Role.LEADER,
    "analyst": Role.ANALYST,
    "admin": Role.ADMINISTRATOR,
}


def demo(*options) -> str:
    printed = StringIO()
    with override_settings(DEBUG=True):
        call_command("demo", *options, stdout=printed)
    return printed.getvalue()


def account(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


@pytest.fixture(scope="module")
def printed(django_db_setup, django_db_blocker):
    """Loads the demonstration once for all tests that only look at it; taken back after the last of them."""
    with django_db_blocker.unblock(), time_machine.travel(NOW), transaction.atomic():
        yield demo()
        transaction.set_rollback(True)


@pytest.fixture
def loaded(printed, db):
    return Audit.objects.filter(audited_on__year=2021)


@pytest.fixture
def now(loaded):
    return Audit.objects.exclude(pk__in=loaded)


def test_year_has_its_counts(loaded):
    kinds = Counter(loaded.counted().values_list("kind", flat=True))
    reviews = LearningReview.objects.counted().filter(completed_on__year=2021).count()
    assert kinds[Kind.INDIVIDUAL] + kinds[Kind.THEMATIC] == 430
    assert (kinds[Kind.MANAGER], reviews) == (25, 14)
    assert loaded.count() + reviews == 469


@pytest.mark.parametrize("name", YEAR)
def test_each_service_has_its_row_and_grades(loaded, name):
    audits = loaded.counted().filter(service__name=name)
    reviews = LearningReview.objects.counted().filter(lead_service__name=name, completed_on__year=2021)
    managers = audits.filter(kind=Kind.MANAGER).count()
    grades = Counter(audits.graded().values_list("grade", flat=True))
    row = (audits.count() - managers, managers, reviews.count(), *(grades[grade] for grade in Grade.values))
    assert row == YEAR[name]


def test_services_have_their_order_and_former_names(loaded):
    services = {service.name: service.formerly for service in Service.objects.all()}
    assert len(services) == 10
    assert next(iter(services)) == "Children's Resource Service"
    assert services["Intensive and Complex Assessment Team"] == "Behavioural Resource Service"
    assert services["Pathways through Care"] == "Looked After Children and Care Leavers"
    assert Team.objects.count() >= 20


def test_front_door_has_decisions_and_answers_and_no_grades(loaded):
    audits = loaded.filter(service__name="Children's Resource Service")
    assert set(audits.values_list("tool_version__tool__code", flat=True)) == {"front-door"}
    assert set(audits.values_list("grade", flat=True)) == {"right", "too_high", "too_low", "consent_missing"}
    assert not audits.annotate(n=Count("answers")).filter(n__lt=15).exists()


def test_accounts_hold_their_roles_and_open_with_the_password(printed, loaded):
    for name, role in ACCOUNTS.items():
        person = account(name)
        assert person.roles == {role}
        assert person.check_password(PASSWORD)
        assert person.email in printed
    assert PASSWORD in printed
    manager = Team.objects.get(pk__in=account("manager").managed_team_ids)
    assert manager.service.name == "Social Work with Families"
    assert {
        Service.objects.get(pk__in=account(name).headed_service_ids).name for name in ("head", "head2")
    } == {
        "Social Work with Families",
        "Pathways through Care",
    }


def test_nobody_else_can_sign_in(loaded):
    others = User.objects.exclude(email__in=[f"{name}@demo.example" for name in ACCOUNTS])
    assert others.exists()
    assert not any(person.has_usable_password() for person in others)


def test_graded_audits_are_whole(loaded):
    for audit in loaded.graded().annotate(
        grades=Count("domain_grades", distinct=True), found=Count("audit_findings", distinct=True)
    ):
        assert audit.grades >= 6
        assert audit.found == 2
        assert audit.grade_reason
        assert audit.impact


def test_no_audit_goes_beyond_the_limit_that_its_domains_set(loaded):
    for audit in loaded.graded().order_by("pk")[::9]:
        limit = limit_of(AuditSheet(audit))
        assert limit is None or Grade.values.index(audit.grade) >= Grade.values.index(limit.grade)


def test_manager_audits_look_at_another_team_than_the_managers_own(loaded):
    for audit in loaded.filter(kind=Kind.MANAGER).select_related("auditor", "team"):
        assert audit.team_id not in audit.auditor.managed_team_ids
        assert audit.auditor.grants.get().team.service_id == audit.service_id


def test_no_evidence_is_word_for_word_that_of_another_audit(loaded, now):
    for audits in (loaded, now):
        evidence = DomainGrade.objects.filter(audit__in=audits).exclude(evidence="")
        assert evidence.count() > 300
        assert evidence.count() == evidence.values("evidence").distinct().count()


def test_drafts_are_not_warned_of_for_what_the_demonstration_wrote(now):
    for audit in now.filter(state=State.IN_PROGRESS):
        found = problems(AuditSheet(audit))
        assert not [one.words for one in found if one.sighted or "word for word" in one.words]


def test_no_text_looks_like_a_person(loaded):
    texts = set(Finding.objects.values_list("text", flat=True))
    texts |= set(loaded.values_list("grade_reason", flat=True))
    texts |= set(loaded.values_list("domain_grades__evidence", flat=True)) - {None}
    assert [sighting.kind for text in texts for sighting in scan(text)] == []


def test_current_year_has_every_state_that_can_be_reached(now):
    states = set(now.values_list("state", flat=True))
    assert states == set(State.values) - {State.IN_MODERATION, State.CHALLENGED}
    assert 110 <= now.count() <= 135
    assert now.late().exists()
    assert now.awaiting_feedback().exists()
    today = timezone.localdate()
    assert not now.filter(Q(agreed_at__date__gt=today) | Q(audited_on__gt=today)).exists()


def test_each_account_finds_something_of_its_own(now):
    for name in ("auditor", "auditor2", "manager"):
        mine = now.filter(auditor=account(name))
        assert mine.filter(state=State.ALLOCATED).exists()
        assert mine.filter(state=State.IN_PROGRESS).exists()
    to_check = now.filter(state=State.SHARED, team__in=account("manager").managed_team_ids)
    assert to_check.filter(accuracy_noted_at=None).exists()
    assert now.filter(state=State.SUBMITTED).exists()
    for name in ("head", "head2"):
        assert now.filter(service__in=account(name).headed_service_ids, state=State.AGREED).exists()


def test_one_concern_waits_for_the_manager_and_the_head(now):
    concern = Notice.objects.get()
    assert concern.acknowledged_at is None
    for name in ("manager", "head", "qalead"):
        assert concern in Notice.objects.visible_to(account(name))


def test_learning_reviews_and_analyses_are_there(now):
    assert set(LearningReview.objects.values_list("status", flat=True)) >= {
        ReviewStatus.OPEN,
        ReviewStatus.COMPLETED,
        ReviewStatus.PUBLISHED,
    }
    assert Analysis.objects.filter(written_by=account("head2"), period_from__year=2026).exists()
    assert not Analysis.objects.filter(period_from__year=2021).exists()


def test_thirteen_tools_are_published_for_their_services(loaded):
    published = ToolVersion.objects.published()
    assert published.count() == 13
    fostering = Service.objects.get(name="Fostering")
    codes = set(published.for_service(fostering).values_list("tool__code", flat=True))
    assert codes == {"fostering", "manager", "dip"}


def test_history_holds_every_audit_whole(loaded, now):
    assert list(chain_problems()) == []
    audits = Audit.objects.values_list("pk", flat=True)
    kept = Snapshot.objects.filter(object_type="audit").values_list("object_id", flat=True)
    assert set(kept) == set(audits)


LIVES = {
    State.ALLOCATED: ["allocated"],
    State.IN_PROGRESS: ["allocated", "begun"],
    State.SUBMITTED: ["allocated", "begun", "submitted"],
    State.RETURNED: ["allocated", "begun", "submitted", "returned"],
    State.WITHDRAWN: ["allocated", "begun", "submitted", "withdrawn"],
    State.SHARED: ["allocated", "begun", "submitted", "shared"],
    State.AGREED: ["allocated", "begun", "submitted", "shared", "agreed"],
}


def test_current_audits_have_a_life_in_their_history(now):
    for audit in now.filter(notice=None, auditor__is_active=True):
        events = list(Event.objects.about(audit).order_by("sequence"))
        words = LIVES[audit.state]
        if audit.kind == Kind.MANAGER and audit.state != State.ALLOCATED:
            words = ["started", *words[2:]]
        assert [event.action for event in events] == words
        times = [event.at for event in events]
        assert times == sorted(times)
        assert times[-1] < timezone.now() + timedelta(minutes=1)
        actors = {event.action: event.actor_id for event in events}
        assert actors.get("submitted", audit.auditor_id) == audit.auditor_id
        assert actors.get("shared", account("qalead").pk) == account("qalead").pk
        kept = [one.content for one in audit.snapshots]
        assert kept[0]["header"]["state"] == audit.state
        assert kept[-1]["domains"] == {}
        if audit.state != State.IN_PROGRESS:  # what is typed since the last move is in no snapshot yet
            assert kept[0] == NewEvent("", snapshot=snapshot(audit)).snapshot


def test_somebody_who_left_has_an_audit_to_hand_over(now):
    left = without_auditor(now).get()
    assert (left.state, left.auditor.is_active) == (State.IN_PROGRESS, False)
    assert left.events.changes().first().action == "handed over"


def test_the_days_of_an_audit_follow_each_other(now):
    for audit in now.exclude(state__in=[State.ALLOCATED, State.IN_PROGRESS]):
        assert audit.allocated_on <= audit.audited_on <= audit.submitted_at.date()
        assert audit.period_from < audit.period_to <= audit.audited_on
        if audit.conversation == Audit.Conversation.HELD:
            assert audit.conversation_on <= audit.submitted_at.date()


def test_the_manager_has_figures_of_their_own_team(now):
    assert Audit.objects.counted_for(account("manager")).counted().filter(pk__in=now).count() >= 3


def test_an_auditor_has_a_learning_review_of_their_own(now):
    for name in ("auditor", "auditor2"):
        mine = LearningReview.objects.filter(recorded_by=account(name))
        assert mine.filter(status=ReviewStatus.OPEN).exists()


def test_measures_begin_with_a_month_that_is_in_and_the_next_is_coming_in(db):
    months = months_with_figures(account("head"))
    assert (months.usual, months.begun) == (date(2023, 6, 1), [date(2023, 7, 1)])


def test_teams_of_july_2023_make_their_page_with_total_funnel_and_a_course_to_judge_by(db):
    indicator = Indicator.objects.named("cp_visits_10_working_days").get()
    page = IndicatorPage(account("analyst"), indicator, date(2023, 7, 1))
    assert page.reading[0] == "July 2023: 87% (301 of 345)."
    assert page.reading[1].startswith("Its teams together: 86.8% (262 of 302). The teams cover 302 of 345 ch")
    assert {row.name: page.teams.flag(row) for row in page.teams.table.rows}["SWF Northgate"].startswith("L")
    assert [bool(part) for part in (page.teams.funnel, page.chart.icons, page.beside.commentary)] == [
        True
    ] * 3


def test_june_2023_has_every_published_row_once_and_one_more(db):
    """Five of the team tables are published measures; assessments within 20 days are none of them."""
    report = PerformanceReport(account("leader"), date(2023, 6, 1))
    titles = [row.row.title for row in report.rows]
    with (settings.BASE_DIR / "fixtures/demo/kpi/performance_report_2023-06.csv").open(newline="") as file:
        published = [row["indicator"] for row in csv.DictReader(file)]
    more = "Percentage of assessments completed within 20 working days"
    assert len(titles) == 51
    assert [title for title in titles if title != more] == published
    assert all(row.indicator.code == row.row.title for row in report.rows)


@pytest.mark.parametrize(
    ("code", "council", "rated", "teams", "needed"),
    [
        ("cpp_supervision_in_timescale", 85, "red", "90.3% (279 of 309)", "15 more of 309 plans"),
        ("repeat_cpp", 33, "red", "35.9% (111 of 309)", "37 fewer of 309 plans"),
    ],
)
def test_council_and_teams_are_two_readings_of_one_row(db, code, council, rated, teams, needed):
    report = PerformanceReport(account("leader"), date(2023, 6, 1))
    indicator = Indicator.objects.named(code).get()
    row = next(row for row in report.rows if row.indicator.pk == indicator.pk)
    assert (row.row.value(report.month), row.rating) == (council, rated)
    assert f"Its teams together: {teams}. The teams cover 309 of 351 plans." in row.footnotes[0]
    assert str(row.needed) == f"teams’ fraction: {needed}"


def test_two_figures_of_july_2023_were_corrected_with_their_reason(db):
    report = PerformanceReport(account("leader"), date(2023, 7, 1))
    assert ["Contacts of 31 July were recorded late" in str(one) for one in report.revisions] == [True, True]


def test_rate_that_does_not_go_with_its_count_was_warned_of(db):
    kept = Return.objects.get(file_name="performance_report_2023-06.csv")
    warnings = [line["words"] for line in kept.outcome["lines"] if line["kind"] == "warning"]
    assert any("113 per 10,000" in words and "543" in words for words in warnings)


def test_second_run_says_so_and_changes_nothing(printed, db):
    before = (Audit.objects.count(), User.objects.count(), Event.objects.count())
    for options in ((), ("--force",)):
        assert "The demonstration is already loaded." in demo(*options)
    assert before == (Audit.objects.count(), User.objects.count(), Event.objects.count())
