"""Practice by impact: the grade across, what is different for the child down, with n."""

import pytest

from qa_audit.audits.models.audit import Audit
from qa_audit.reports.impact import PracticeByImpact
from qa_audit.reports.records import RecordsForm
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread
from tests.reports.practice import all_text


def impact(user, **typed) -> PracticeByImpact:
    return PracticeByImpact(scope_of(user, PracticeByImpact, **typed))


@pytest.fixture
def graded(cast):
    """Twelve good (10 clear, 2 none recorded), three inadequate (worse), and two threshold decisions."""
    add_audits(cast.service, cast.team, spread(0, 10, 0, 0), impact="clear_positive")
    add_audits(cast.service, cast.team, spread(0, 2, 0, 0))
    add_audits(cast.service, cast.team, spread(0, 0, 0, 3), impact="worse")
    add_audits(cast.service, cast.team, ["right", "too_high"], impact="too_early")


def test_cross_table_with_its_total_and_n(cast, graded):
    report = impact(cast.head)
    found = {
        row.grade: (row.n, row.impacts.counts["clear_positive"], row.impacts.counts["worse"])
        for row in report.rows
    }
    assert found == {
        "outstanding": (0, 0, 0),
        "good": (12, 10, 0),
        "requires_improvement": (0, 0, 0),
        "inadequate": (3, 0, 3),
    }
    assert (report.total.n, report.total.impacts.n) == (15, 15)
    assert sum(report.total.impacts.shares.values()) == 100
    assert "2 audits without one of the four grades" in " ".join(report.footnotes)


def test_each_figure_opens_as_many_audits_as_it_says(cast, graded):
    report = impact(cast.head)
    for row in report.rows:
        for value, n in row.impacts.counts.items():
            form = RecordsForm(
                {"from": "2026-01-01", "to": "2026-12-31", "grade": row.grade, "impact": value},
                user=cast.head,
            )
            assert form.is_valid()
            assert form.records().audits().count() == n
    assert "impact=clear_positive" in page(cast.head, "reports:impact").content.decode()


def test_head_sees_the_own_services_figures_alone(cast, graded):
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 9, 0, 0), impact="no_change")
    assert impact(cast.head).total.n == 15
    assert impact(cast.outsider).total.impacts.counts["no_change"] == 9
    assert impact(cast.leader).total.n == 24


def test_analyst_sees_plain_text(cast, graded):
    answer = page(cast.analyst, "reports:impact")
    assert "Clear positive difference" in answer.content.decode()
    assert "/reports/records/" not in answer.content.decode()


def test_of_a_small_team_only_n_is_told_but_not_to_its_head(cast, graded):
    add_audits(cast.service, cast.other_team, spread(0, 0, 0, 2), impact="no_change")
    Audit.objects.filter(team=cast.other_team).update(impact="no_change")
    leader = impact(cast.leader, team=cast.other_team.pk)
    assert [(row.n, row.impacts) for row in leader.rows] == [(2, None)]
    said = all_text(page(cast.leader, "reports:impact", team=cast.other_team.pk), leader)
    assert "Grades of this team are not shown" in said
    assert impact(cast.head, team=cast.other_team.pk).total.impacts.counts["no_change"] == 2


def test_queries_do_not_grow_with_the_data(cast, graded):
    few = queries_of(cast.leader, "reports:impact")
    add_audits(cast.service, cast.team, spread(5, 40, 30, 5), impact="some_difference")
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(5, 40, 30, 5))
    assert queries_of(cast.leader, "reports:impact") == few
