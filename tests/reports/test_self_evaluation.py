"""The table that an inspection reads: its counts, its shares, its sentences, and who sees which part."""

from datetime import date

import pytest

from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity, ReasonChosen
from qa_audit.common.publishing import files
from qa_audit.common.statistics import ROUNDED, half_up
from qa_audit.learning.models import ReviewStatus
from qa_audit.people.models import Role
from qa_audit.reports.self_evaluation import BY_THEME, NO_REVIEWS, SelfEvaluation
from qa_audit.tools.models import Scale
from tests.factories import (
    LearningReviewFactory,
    ServiceFactory,
    TeamFactory,
    ToolVersionFactory,
    UserFactory,
    give_role,
)
from tests.reports.conftest import DEMONSTRATION, YEAR, add_audits, page, queries_of, scope_of, spread

THIS_YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
IN_2021 = {"first": "2021-01-01", "last": "2021-12-31"}
HEADINGS = (
    "Service,Formerly,Thematic / individual audits,Managers audits,Learning reviews,Total,Graded,Outstanding,"
    "Good,Requires improvement,Inadequate,% outstanding,% good,% requires improvement,% inadequate,Analysis,"
    "Analysis by,Analysis on,Drafted sentence"
)
SHARES = {
    "Children and Families First": (0, 56, 38, 6, 16),
    "Brief Intervention Teams": (9, 55, 36, 0, 11),
    "Social Work with Families": (0, 39, 30, 30, 33),
    "Pathways through Care": (2, 52, 42, 4, 159),
    "Fostering": (0, 11, 67, 22, 18),
    "Children with Disabilities": (0, 59, 32, 9, 22),
    "TOTAL": (1, 51, 39, 9, 269),
}
SENTENCES = {
    "Children and Families First": (
        "The standard of work was judged good in 56% of cases, requires improvement in 38% "
        "and inadequate in 6% (n = 16)."
    ),
    "Brief Intervention Teams": (
        "The standard of work was judged outstanding in 9% of cases, good in 55% "
        "and requires improvement in 36% (n = 11)."
    ),
    "Social Work with Families": (
        "The standard of work was judged good in 39% of cases, requires improvement in 30% "
        "and inadequate in 30% (n = 33)."
    ),
    "Pathways through Care": (
        "The standard of work was judged outstanding in 2% of cases, good in 52%, requires improvement "
        "in 42% and inadequate in 4% (n = 159)."
    ),
    "Fostering": (
        "The standard of work was judged good in 11% of cases, requires improvement in 67% "
        "and inadequate in 22% (n = 18)."
    ),
    "Children with Disabilities": (
        "The standard of work was judged good in 59% of cases, requires improvement in 32% "
        "and inadequate in 9% (n = 22)."
    ),
    "TOTAL": (
        "The standard of work was judged outstanding in 1% of cases, good in 51%, requires improvement "
        "in 39% and inadequate in 9% (n = 269). The decision was right in all 186 contacts."
    ),
    "Children's Resource Service": "The decision was right in all 186 contacts.",
    "Intensive and Complex Assessment Team": "The standard of work was judged consistently good (n = 10).",
}


def test_audits_of_the_managers_own_team_are_shown_apart(cast, sign_in):
    add_audits(cast.service, cast.team, ["good"] * 3, capacity=Capacity.MANAGER)
    before = page(cast.qa_lead, "reports:self_evaluation", **THIS_YEAR).text
    assert "own team" not in before.replace("Manager, own team", "")  # but in the filter
    add_audits(cast.service, cast.team, ["good"], capacity=Capacity.MANAGER, is_own_team=True)
    report = SelfEvaluation(scope_of(cast.qa_lead))
    assert [(row.managers, row.own_team) for row in [*report.rows, report.total]] == [(4, 1), (4, 1)]
    after = page(cast.qa_lead, "reports:self_evaluation", **THIS_YEAR).text
    assert "of which own team" in after
    assert "1 manager audit is of the manager’s own team." in after
    behind = page(cast.qa_lead, "reports:records", capacity="own_team", service=cast.service.pk, **THIS_YEAR)
    assert "1 audit counts." in behind.text
    others = page(cast.qa_lead, "reports:records", capacity="manager", **THIS_YEAR)
    assert "3 audits count." in others.text
    # The columns that scripts rely on stay as they are.
    assert ",".join(column.heading for column in report.columns) == HEADINGS


@pytest.fixture
def qa_lead(db):
    return give_role(UserFactory(), Role.QA_LEAD)


def rows_of(user, **typed) -> dict[str, list]:
    """The file's rows by service, TOTAL included."""
    sheet = files.sheet_of(SelfEvaluation(scope_of(user, **typed)).sheets[0])
    return {row[0]: list(row) for row in [*sheet.rows, *sheet.totals]}


def test_demonstration_year_gives_every_service_row_and_the_total(qa_lead, demonstration_year):
    rows = rows_of(qa_lead, **IN_2021)
    assert list(rows) == [name for name, *_ in DEMONSTRATION] + ["TOTAL"]
    for name, former, (others, managers, reviews), grades in DEMONSTRATION:
        counts = [others, managers, reviews, others + managers + reviews, sum(grades), *grades]
        assert rows[name][1:11] == [former, *counts]
    assert rows["TOTAL"][1:11] == ["", 430, 25, 14, 469, 269, 4, 136, 106, 23]
    assert {name: row[-1] for name, row in rows.items()} == SENTENCES


def test_columns_are_those_that_scripts_rely_on(qa_lead, demonstration_year):
    sheet = files.sheet_of(SelfEvaluation(scope_of(qa_lead, **IN_2021)).sheets[0])
    assert ",".join(column.heading for column in sheet.columns) == HEADINGS


def test_shares_are_exact_and_blank_only_where_nothing_is_graded(qa_lead, demonstration_year):
    rows = rows_of(qa_lead, **IN_2021)
    for name, row in rows.items():
        shares = row[11:15]
        if name == "Children's Resource Service":
            assert shares == [None] * 4
        else:
            assert sum(shares) == 100
    for name, (*shown, n) in SHARES.items():
        assert [half_up(part) for part in rows[name][11:15]] == shown
        assert rows[name][6] == n


def test_a_footnote_says_that_shares_do_not_add_to_100(qa_lead, demonstration_year):
    # 39%, 30% and 30% of Social Work with Families.
    assert ROUNDED in page(qa_lead, "reports:self_evaluation", **YEAR).text
    assert ROUNDED not in page(qa_lead, "reports:self_evaluation", **{**YEAR, "from": "2021-12-01"}).text


def test_below_ten_the_shares_are_printed_and_the_words_say_too_few(qa_lead, cast):
    add_audits(cast.service, cast.team, spread(0, 3, 1, 0))
    row = rows_of(qa_lead)[cast.service.name]
    assert row[11:15] == [0, 75, 25, 0]
    assert "too few to judge (n = 4)" in row[-1]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((10, 0, 0, 0), "judged consistently outstanding (n = 10)"),
        ((0, 0, 10, 0), "judged consistently to require improvement (n = 10)"),
        ((0, 0, 0, 10), "judged consistently inadequate (n = 10)"),
    ],
)
def test_all_alike_has_its_own_sentence(qa_lead, cast, counts, words):
    add_audits(cast.service, cast.team, spread(*counts))
    assert words in rows_of(qa_lead)[cast.service.name][-1]


@pytest.mark.parametrize("state", [state for state in State if state not in (State.AGREED, State.CHALLENGED)])
def test_audits_that_are_not_agreed_never_count(qa_lead, cast, state):
    add_audits(cast.service, cast.team, spread(0, 10, 0, 0))
    before = rows_of(qa_lead)
    add_audits(cast.service, cast.team, spread(0, 0, 0, 7), state=state, agreed_at=None)
    assert rows_of(qa_lead) == before


def test_challenged_audits_count_with_the_grade_as_it_stood(qa_lead, cast):
    add_audits(cast.service, cast.team, spread(0, 0, 0, 1), state=State.CHALLENGED)
    assert rows_of(qa_lead)["TOTAL"][6:11] == [1, 0, 0, 0, 1]


def test_nothing_that_awaits_agreement_is_said_in_words(qa_lead, cast):
    add_audits(cast.service, cast.team, spread(0, 3, 0, 0))
    standing = " ".join(SelfEvaluation(scope_of(qa_lead)).standing)
    assert "Agreed: n = 3. No audit awaits agreement." in standing


def test_agreed_and_provisional_stand_apart(qa_lead, cast):
    add_audits(cast.service, cast.team, spread(0, 3, 0, 0))
    for state, n in [(State.SUBMITTED, 1), (State.SHARED, 2), (State.IN_PROGRESS, 4), (State.WITHDRAWN, 8)]:
        add_audits(cast.service, cast.team, ["good"] * n, state=state, agreed_at=None)
    report = SelfEvaluation(scope_of(qa_lead))
    assert report.agreed_and_provisional == (3, 3)
    assert "Agreed: n = 3. 3 more audits await agreement and are not counted." in " ".join(report.standing)
    assert "Figures as at 12 May 2026, 10:00" in report.standing[0]


def test_words_of_other_scales_count_in_total_and_never_in_shares(qa_lead, cast):
    add_audits(cast.service, cast.team, ["right", "too_high", "meets_good", "not_yet_good", "", "good"])
    row = rows_of(qa_lead)[cast.service.name]
    assert row[5:11] == [6, 1, 0, 1, 0, 0]


def test_first_and_last_day_of_the_period_count_and_the_days_beside_them_do_not(qa_lead, cast):
    for day in [date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1)]:
        add_audits(cast.service, cast.team, ["good"], audited_on=day)
    assert rows_of(qa_lead, first="2026-01-01", last="2026-03-31")["TOTAL"][5] == 2


def test_review_counts_once_by_its_lead_service_and_only_when_completed(qa_lead, cast):
    led = LearningReviewFactory(lead_service=cast.service)
    led.other_services.add(cast.elsewhere)
    LearningReviewFactory(lead_service=cast.service, status=ReviewStatus.OPEN)
    LearningReviewFactory(lead_service=cast.service, status=ReviewStatus.WITHDRAWN)
    rows = rows_of(qa_lead)
    assert list(rows) == [cast.service.name, "TOTAL"]
    assert rows["TOTAL"][2:6] == [0, 0, 1, 1]
    assert rows["TOTAL"][-1] == "There were no audits, so the standard of work was not graded."


def test_ended_service_keeps_its_row(qa_lead, cast):
    cast.service.ends_on = date(2026, 2, 1)
    cast.service.save()
    add_audits(cast.service, cast.team, ["good"])
    assert cast.service.name in rows_of(qa_lead)


def test_footnote_where_more_than_half_were_chosen_by_theme(qa_lead, cast):
    add_audits(cast.service, cast.team, ["good"] * 2, reason_chosen=ReasonChosen.THEME)
    add_audits(cast.service, cast.team, ["good"] * 2)
    assert BY_THEME not in SelfEvaluation(scope_of(qa_lead)).footnotes
    add_audits(cast.service, cast.team, ["good"], reason_chosen=ReasonChosen.THEME)
    assert BY_THEME in SelfEvaluation(scope_of(qa_lead)).footnotes
    assert f"{cast.service.name} †" in page(qa_lead, "reports:self_evaluation").content.decode()


def test_managers_audits_among_the_graded_are_counted(qa_lead, cast):
    add_audits(cast.service, cast.team, ["good", "good", ""], capacity=Capacity.MANAGER)
    add_audits(cast.service, cast.team, ["good"])
    assert SelfEvaluation(scope_of(qa_lead)).total.graded_managers == 2


def test_filters_narrow_the_figures_and_leave_reviews_out(qa_lead, cast):
    add_audits(cast.service, cast.team, ["good"] * 6, capacity=Capacity.MANAGER)
    add_audits(cast.service, cast.other_team, ["good"] * 5)
    LearningReviewFactory(lead_service=cast.service)
    report = SelfEvaluation(scope_of(qa_lead, team=cast.team.pk))
    assert (report.total.total, NO_REVIEWS in report.footnotes) == (6, True)
    assert SelfEvaluation(scope_of(qa_lead, capacity=Capacity.QA_UNIT)).total.total == 5
    assert SelfEvaluation(scope_of(qa_lead, service=cast.elsewhere.pk)).rows == []


@pytest.mark.parametrize(
    ("person", "total"),
    [
        ("qa_lead", 14),
        ("leader", 14),
        ("analyst", 14),
        ("head", 9),
        ("manager", 5),
        ("auditor", 1),
        ("outsider", 5),
    ],
)
def test_everybody_sees_the_figures_of_their_own_rows_alone(cast, person, total):
    add_audits(cast.service, cast.team, ["good"] * 4)
    add_audits(cast.service, cast.team, ["good"], auditor=cast.auditor)
    add_audits(cast.service, cast.other_team, ["good"] * 3)
    LearningReviewFactory(lead_service=cast.service)
    add_audits(cast.elsewhere, cast.team_elsewhere, ["good"] * 5)
    assert SelfEvaluation(scope_of(getattr(cast, person))).total.total == total


def test_page_shows_figures_sentences_and_links_to_records(qa_lead, demonstration_year):
    text = page(qa_lead, "reports:self_evaluation", **YEAR).content.decode()
    for words in ["430", "469", "formerly MASH", "83 (52%)", SENTENCES["Pathways through Care"]]:
        assert words in text
    service = demonstration_year["Pathways through Care"]
    assert f"from=2021-01-01&amp;to=2021-12-31&amp;service={service.pk}&amp;grade=good" in text


def test_analyst_sees_figures_as_plain_text(cast):
    add_audits(cast.service, cast.team, ["good"] * 12)
    response = page(cast.analyst, "reports:self_evaluation")
    assert "12 (100%)" in response.content.decode()
    assert "/reports/records/" not in response.content.decode()
    assert page(cast.analyst, "reports:records").status_code == 403


def test_queries_do_not_grow_with_the_data(qa_lead, cast):
    add_audits(cast.service, cast.team, ["good"])
    LearningReviewFactory(lead_service=cast.service)
    small = queries_of(qa_lead, "reports:self_evaluation")
    for _ in range(12):
        service = ServiceFactory()
        for _ in range(3):
            add_audits(service, TeamFactory(service=service), spread(2, 9, 9, 2))
        LearningReviewFactory(lead_service=service)
    assert Audit.objects.count() == 1 + 12 * 3 * 22
    assert queries_of(qa_lead, "reports:self_evaluation") == small
    assert small <= 12


def test_a_year_with_all_that_there_is_takes_twelve_queries(qa_lead, demonstration_year):
    service = demonstration_year["Fostering"]
    team = service.teams.get()
    add_audits(service, team, ["good"], audited_on=date(2018, 5, 1))
    add_audits(service, team, ["good"], audited_on=date(2016, 5, 1))
    day = date(2021, 6, 1)
    add_audits(service, team, ["good"], audited_on=day, capacity=Capacity.MANAGER, is_own_team=True)
    scale = ToolVersionFactory(content=False, scale=Scale.THRESHOLD)
    add_audits(service, team, ["right"], audited_on=day, tool_version=scale)
    assert queries_of(qa_lead, "reports:self_evaluation", **YEAR) <= 12
