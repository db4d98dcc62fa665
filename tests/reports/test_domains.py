"""Domains: a heat table in words with n; too few to judge below ten; small teams kept back."""

import pytest

from qa_audit.common.publishing.page import table_html
from qa_audit.common.statistics import half_up
from qa_audit.reports.domains import Domains
from qa_audit.reports.records import RecordsForm
from tests.factories import ToolVersionFactory
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread
from tests.reports.practice import CANARY, all_text, csv_rows, grade_domain

TITLE = "Child's voice"


def domains(user, **typed) -> Domains:
    return Domains(scope_of(user, Domains, **typed))


@pytest.fixture
def version(cast):
    return ToolVersionFactory()


def graded(service, team, version, grades, first=True):
    domain = version.domains.first() if first else version.domains.last()
    audits = add_audits(service, team, spread(0, len(grades), 0, 0), tool_version=version)
    grade_domain(audits, domain, grades)
    return audits


def text(report: Domains) -> str:
    return str(table_html(report.tables[0]))


def test_share_good_or_better_in_words_with_n(cast, version):
    graded(cast.service, cast.team, version, spread(2, 10, 6, 2))
    (row,) = domains(cast.head).rows
    assert (row.title, row.n, row.share) == (TITLE, 20, 60)
    assert "60% good or better" in text(domains(cast.head))
    assert "(n = 20)" in text(domains(cast.head))


def test_below_ten_it_is_too_few_to_judge(cast, version):
    graded(cast.service, cast.team, version, spread(0, 9, 0, 0))
    assert "too few to judge" in text(domains(cast.head))
    assert "100%" not in text(domains(cast.head))
    assert csv_rows(domains(cast.head))[0]["Caution"] == "too few to judge"


def test_services_stand_side_by_side_and_together(cast, version):
    graded(cast.service, cast.team, version, spread(0, 10, 10, 0))
    graded(cast.elsewhere, cast.team_elsewhere, version, spread(0, 15, 0, 0))
    shares = {row.service_name: (half_up(row.share), row.n) for row in domains(cast.leader).rows}
    assert shares == {cast.service.name: (50, 20), cast.elsewhere.name: (100, 15), "All services": (71, 35)}


def test_every_figure_opens_as_many_audits_as_it_says(cast, version):
    graded(cast.service, cast.team, version, spread(1, 5, 3, 2))
    graded(cast.service, cast.team, version, spread(0, 4, 0, 0), first=False)
    for row in domains(cast.head).rows:
        for grade, n in zip(["any", "outstanding", "good"], [row.n, *row.grades.counts], strict=False):
            form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **row.cell(grade)}, user=cast.head)
            assert form.is_valid()
            assert form.records().audits().count() == n


def test_head_sees_the_own_services_figures_alone(cast, version):
    graded(cast.service, cast.team, version, spread(0, 12, 0, 0))
    graded(cast.elsewhere, cast.team_elsewhere, version, spread(0, 0, 12, 0))
    cast.elsewhere.name = CANARY
    cast.elsewhere.save()
    report = domains(cast.head)
    assert CANARY not in all_text(page(cast.head, "reports:domains"), report)
    assert [row.share for row in report.rows] == [100]
    assert CANARY in all_text(page(cast.leader, "reports:domains"), domains(cast.leader))


def test_a_service_of_few_is_shown_to_leaders_and_a_team_of_few_is_not(cast, version):
    graded(cast.service, cast.team, version, spread(0, 12, 0, 0))
    graded(cast.service, cast.other_team, version, spread(0, 0, 0, 3))
    graded(cast.elsewhere, cast.team_elsewhere, version, spread(0, 2, 1, 0))
    by_service = {row.service_name: row.grades.counts for row in domains(cast.leader).rows if row.service}
    assert by_service == {cast.service.name: [0, 12, 0, 3], cast.elsewhere.name: [0, 2, 1, 0]}
    (row,) = domains(cast.leader, team=cast.other_team.pk).rows
    assert (row.grades, row.n) == (None, 3)
    (row,) = domains(cast.head, team=cast.other_team.pk).rows
    assert row.grades.counts == [0, 0, 0, 3]


def test_analyst_sees_plain_text(cast, version):
    graded(cast.service, cast.team, version, spread(0, 12, 0, 0))
    assert "/reports/records/" not in page(cast.analyst, "reports:domains").content.decode()
    assert "100% good or better" in page(cast.analyst, "reports:domains").content.decode()


def test_queries_do_not_grow_with_the_data(cast, version):
    graded(cast.service, cast.team, version, spread(0, 12, 0, 0))
    few = queries_of(cast.leader, "reports:domains")
    for _ in range(3):
        graded(cast.service, cast.team, version, spread(3, 12, 8, 1))
        graded(cast.elsewhere, cast.team_elsewhere, version, spread(3, 12, 8, 1), first=False)
    assert queries_of(cast.leader, "reports:domains") == few
