"""The spread of grades: every cut, as it counts and as audited, with n and its interval."""

from datetime import date

import pytest

from qa_audit.audits.models.answers import DomainGrade
from qa_audit.audits.models.audit import State
from qa_audit.audits.models.header import Capacity
from qa_audit.common.publishing import files
from qa_audit.reports.grade_distribution import GradeDistribution
from qa_audit.tools.models import Concept
from tests.factories import AuditFactory, ServiceFactory, TeamFactory, ToolVersionFactory
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread


def distribution(user, by, **typed) -> GradeDistribution:
    return GradeDistribution(scope_of(user, GradeDistribution, by=by, **typed))


def counts(report: GradeDistribution) -> dict[str, list[int]]:
    return {row.name: row.grades.counts for row in report.rows}


def test_by_service_and_all_together(cast):
    add_audits(cast.service, cast.team, spread(1, 5, 3, 1))
    add_audits(cast.elsewhere, cast.team_elsewhere, [*spread(0, 2, 4, 0), "right"])
    report = distribution(cast.qa_lead, "service")
    assert counts(report) == {"Social Work with Families": [1, 5, 3, 1], "Fostering": [0, 2, 4, 0]}
    assert report.total.grades.counts == [1, 7, 7, 1]


def test_service_is_the_cut_when_none_is_asked_for(cast):
    assert scope_of(cast.qa_lead, GradeDistribution).by == "service"


def test_by_quarter_in_order_with_the_days_of_each(cast):
    for day, grade in [
        (date(2026, 4, 1), "good"),
        (date(2026, 3, 31), "inadequate"),
        (date(2025, 12, 31), "good"),
    ]:
        add_audits(cast.service, cast.team, [grade], audited_on=day)
    report = distribution(cast.qa_lead, "quarter", first="2025-11-15", last="2026-05-12")
    assert counts(report) == {"2025 Q4": [0, 1, 0, 0], "2026 Q1": [0, 0, 0, 1], "2026 Q2": [0, 1, 0, 0]}
    assert [row.cell for row in report.rows] == [
        {"from": "2025-11-15", "to": "2025-12-31"},
        {"from": "2026-01-01", "to": "2026-03-31"},
        {"from": "2026-04-01", "to": "2026-05-12"},
    ]


def test_managers_own_teams_stand_apart_by_capacity(cast):
    add_audits(cast.service, cast.team, spread(0, 0, 3, 0), capacity=Capacity.MANAGER)
    add_audits(cast.service, cast.team, spread(0, 2, 0, 0), capacity=Capacity.MANAGER, is_own_team=True)
    assert counts(distribution(cast.qa_lead, "capacity")) == {
        "Manager": [0, 0, 3, 0],
        "Manager, own team": [0, 2, 0, 0],
    }


def test_by_tool_and_by_capacity(cast):
    version = ToolVersionFactory()
    add_audits(cast.service, cast.team, spread(0, 4, 0, 0), tool_version=version)
    add_audits(cast.service, cast.team, spread(0, 0, 3, 0), capacity=Capacity.MANAGER, tool_version=version)
    assert counts(distribution(cast.qa_lead, "tool")) == {version.tool.title: [0, 4, 3, 0]}
    assert counts(distribution(cast.qa_lead, "capacity")) == {
        "QA unit": [0, 4, 0, 0],
        "Manager": [0, 0, 3, 0],
    }


def test_by_domain_joins_the_grades_of_domains_across_tools(cast):
    for grades in [("good", "inadequate"), ("good", ""), ("outstanding", "good")]:
        audit = AuditFactory(service=cast.service, team=cast.team, state=State.AGREED, grade="good")
        for domain, grade in zip(audit.tool_version.domains.all(), grades, strict=True):
            DomainGrade.objects.create(audit=audit, domain=domain, grade=grade)
    draft = AuditFactory(service=cast.service, team=cast.team)
    DomainGrade.objects.create(audit=draft, domain=draft.tool_version.domains.first(), grade="inadequate")
    report = distribution(cast.qa_lead, "domain")
    assert counts(report) == {"Child's voice": [1, 2, 0, 0], "Risk and safety": [0, 1, 0, 1]}
    assert (report.total, len(report.charts)) == (None, 1)
    voice = Concept.objects.get(key="childs-voice")
    text = page(cast.qa_lead, "reports:records", domain=voice.pk, domain_grade="good").content.decode()
    assert "2 audits count" in text


def test_as_audited_stands_beside_as_it_counts(cast):
    add_audits(cast.service, cast.team, spread(0, 6, 0, 0))
    add_audits(cast.service, cast.team, spread(0, 0, 6, 0), first_grade="good")
    report = distribution(cast.qa_lead, "service")
    assert report.rows[0].first.counts == [0, 12, 0, 0]
    assert [chart.bars[0].counts for chart in report.charts] == [[0, 6, 6, 0], [0, 12, 0, 0]]


def test_good_or_better_has_n_interval_and_caution(cast):
    add_audits(cast.service, cast.team, spread(0, 4, 3, 0))
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(3, 17, 0, 0))
    few, enough = distribution(cast.qa_lead, "service").rows
    assert (few.n, few.grades.good_or_better_in_words) == (7, "57% (25% to 84%)")
    assert few.grades.interval == pytest.approx((25.0, 84.2), abs=0.05)
    assert few.grades.caution == "too few to judge"
    assert (enough.grades.good_or_better_in_words, enough.grades.caution) == ("100% (84% to 100%)", "")


def test_shares_of_every_row_add_to_100(cast):
    for grades in [(1, 1, 1, 0), (2, 12, 4, 0), (3, 83, 67, 6)]:
        service = ServiceFactory()
        add_audits(service, TeamFactory(service=service), spread(*grades))
    for row in files.sheet_of(distribution(cast.qa_lead, "service").sheets[0]).rows:
        assert sum(row[6:10]) == 100


def test_figure_leads_to_its_records(cast):
    add_audits(cast.service, cast.team, spread(0, 12, 3, 0))
    chart = distribution(cast.qa_lead, "service").charts[0]
    bar = chart.bars[0]
    assert f"service={cast.service.pk}&grade=good" in chart.address(**chart.table.columns[2].cell(bar))
    assert "by=" not in chart.address(**chart.table.columns[2].cell(bar))


@pytest.mark.parametrize("by", dict(GradeDistribution.by))
def test_page_of_every_cut_with_and_without_data(cast, by):
    assert "Nothing was agreed" in page(cast.qa_lead, "reports:grade_distribution", by=by).content.decode()
    add_audits(cast.service, cast.team, spread(0, 12, 3, 0))
    response = page(cast.qa_lead, "reports:grade_distribution", by=by)
    assert response.status_code == 200
    assert ("80% (55% to 93%)" in response.content.decode()) == (by != "domain")


@pytest.mark.parametrize("by", dict(GradeDistribution.by))
def test_queries_do_not_grow_with_the_data(cast, by):
    def fill(service, team):
        audits = add_audits(service, team, spread(0, 6, 5, 0))
        domain = ToolVersionFactory().domains.first()
        DomainGrade.objects.bulk_create(
            DomainGrade(audit=audit, domain=domain, grade="good") for audit in audits
        )

    fill(cast.service, cast.team)
    small = queries_of(cast.leader, "reports:grade_distribution", by=by)
    for _ in range(8):
        service = ServiceFactory()
        fill(service, TeamFactory(service=service))
    assert queries_of(cast.leader, "reports:grade_distribution", by=by) == small
