"""Grades of a team with fewer than 5: for whom they stand joined, and that no other way gives them away."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qa_audit.audits.models.header import Capacity, ReasonChosen
from qa_audit.common.publishing import files
from qa_audit.reports.grade_distribution import GradeDistribution
from qa_audit.reports.records import RecordsForm
from qa_audit.reports.self_evaluation import SelfEvaluation
from qa_audit.reports.small_teams import FEWEST, LABEL, few, joined, small_teams
from tests.factories import TeamFactory
from tests.reports.conftest import add_audits, page, scope_of, spread


def bars(user, by="team", **typed) -> dict[str, list | None]:
    """The distribution's rows: counts by name, None where they are withheld."""
    report = GradeDistribution(scope_of(user, GradeDistribution, by=by, **typed))
    return {row.name: row.grades and row.grades.counts for row in report.rows}


@pytest.fixture
def teams(cast):
    """Of one service: 12, 6, 3 and 2 graded audits; elsewhere 9."""
    third, fourth = (TeamFactory(service=cast.service, name=f"SWF Harbour {number}") for number in (3, 4))
    add_audits(cast.service, cast.team, spread(0, 7, 5, 0))
    add_audits(cast.service, cast.other_team, spread(1, 3, 2, 0))
    add_audits(cast.service, third, spread(0, 0, 1, 2))
    add_audits(cast.service, fourth, spread(0, 2, 0, 0))
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 9, 0, 0))
    return {"third": third, "fourth": fourth}


@given(some.dictionaries(some.integers(0, 30), some.integers(0, 12), max_size=12))
def test_joined_row_is_never_one_team_alone_nor_below_five_while_there_is_another(counts):
    together = joined(counts, few(counts))
    apart = {key: n for key, n in counts.items() if n and key not in together}
    assert all(n >= FEWEST for n in apart.values())
    if apart and together:
        assert len(together) >= 2
        assert sum(counts[key] for key in together) >= FEWEST


def test_joined_with_the_next_smallest_when_alone_or_still_below():
    assert joined({"a": 9, "b": 3, "c": 6}, {"b"}) == {"b", "c"}
    assert joined({"a": 9, "b": 1, "c": 2, "d": 7}, {"b", "c"}) == {"b", "c", "d"}
    assert joined({"a": 9, "b": 3, "c": 2}, {"b", "c"}) == {"b", "c"}


@pytest.mark.parametrize("person", ["leader", "analyst"])
def test_small_teams_stand_as_one_row(cast, teams, person):
    assert bars(getattr(cast, person), service=cast.service.pk) == {
        "SWF Harbour 1": [0, 7, 5, 0],
        "SWF Harbour 2": [1, 3, 2, 0],
        LABEL: [0, 2, 1, 2],
    }


@pytest.mark.parametrize("person", ["head", "qa_lead"])
def test_head_and_qa_see_every_team(cast, teams, person):
    found = bars(getattr(cast, person), service=cast.service.pk)
    assert found["SWF Harbour 3"] == [0, 0, 1, 2]
    assert LABEL not in found


def test_manager_sees_the_own_small_team(cast):
    add_audits(cast.service, cast.team, spread(0, 1, 1, 0))
    assert bars(cast.manager) == {"SWF Harbour 1": [0, 1, 1, 0]}


def test_one_small_team_alone_takes_the_next_with_it(cast):
    add_audits(cast.service, cast.team, spread(0, 9, 0, 0))
    add_audits(cast.service, cast.other_team, spread(0, 0, 0, 2))
    assert bars(cast.leader) == {LABEL: [0, 9, 0, 2]}


def test_small_team_without_another_to_join_shows_n_alone(cast):
    add_audits(cast.service, cast.team, spread(0, 0, 0, 3))
    report = GradeDistribution(scope_of(cast.leader, GradeDistribution, by="team"))
    (row,) = report.rows
    assert (row.name, row.n, row.grades) == (LABEL, 3, None)
    assert (report.total, list(report.charts)) == (None, [])
    assert 3 in files.sheet_of(report.sheets[0]).rows[0]
    assert (
        "inadequate"
        not in page(cast.leader, "reports:grade_distribution", by="team").content.decode().lower()
    )


def test_teams_are_joined_within_their_service_so_that_its_total_gives_none_away(cast):
    add_audits(cast.service, cast.team, spread(0, 9, 0, 0))
    add_audits(cast.service, cast.other_team, spread(0, 0, 0, 3))
    small = TeamFactory(service=cast.elsewhere, name="Fostering Supervision B")
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 8, 0, 0))
    add_audits(cast.elsewhere, small, spread(0, 0, 3, 0))
    found = bars(cast.leader)
    assert found == {f"{LABEL}, {cast.service}": [0, 9, 0, 3], f"{LABEL}, {cast.elsewhere}": [0, 8, 3, 0]}


@pytest.mark.parametrize("by", ["team", "service", "domain", "quarter", "tool", "capacity"])
def test_leader_who_filters_by_one_small_team_gets_no_grades(cast, teams, by):
    assert all(counts is None for counts in bars(cast.leader, by=by, team=teams["third"].pk).values())


def test_leader_gets_none_from_the_self_evaluation_either(cast, teams):
    report = SelfEvaluation(scope_of(cast.leader, team=teams["third"].pk))
    sheet = files.sheet_of(report.sheets[0])
    assert [row[6:15] for row in [*sheet.rows, *sheet.totals]] == [[None] * 9] * 2
    assert report.total.total == 3
    text = page(cast.leader, "reports:self_evaluation", team=teams["third"].pk).content.decode()
    assert "Grades of this team are not shown" in text
    assert "% (" not in text
    assert "too few to judge" not in text


def test_team_that_covers_for_a_small_one_is_not_shown_by_filter(cast):
    add_audits(cast.service, cast.team, spread(0, 9, 0, 0))
    add_audits(cast.service, cast.other_team, spread(0, 0, 0, 2))
    assert bars(cast.leader, by="service", team=cast.team.pk) == {cast.service.name: None}


def test_head_may_filter_by_a_small_team(cast, teams):
    assert bars(cast.head, team=teams["third"].pk) == {"SWF Harbour 3": [0, 0, 1, 2]}


def test_filter_that_leaves_out_a_few_of_a_team_joins_it(cast):
    """7 of the QA unit are enough, but with all 9 known they would give the 2 managers' audits."""
    add_audits(cast.service, cast.team, spread(0, 7, 0, 0))
    add_audits(cast.service, cast.team, spread(0, 0, 0, 2), capacity=Capacity.MANAGER)
    add_audits(cast.service, cast.other_team, spread(0, 10, 0, 0))
    assert bars(cast.leader)["SWF Harbour 1"] == [0, 7, 0, 2]
    assert bars(cast.leader, capacity=Capacity.QA_UNIT) == {LABEL: [0, 17, 0, 0]}
    by_tool = bars(cast.leader, by="tool", team=cast.team.pk, capacity=Capacity.QA_UNIT)
    assert list(by_tool.values()) == [None]
    assert bars(cast.leader, capacity=Capacity.MANAGER) == {LABEL: None}


def test_cut_of_one_team_joins_what_falls_below_five(cast):
    add_audits(cast.service, cast.team, spread(0, 7, 0, 0))
    add_audits(cast.service, cast.team, spread(0, 0, 0, 2), reason_chosen=ReasonChosen.THEME)
    add_audits(cast.service, cast.team, spread(0, 0, 0, 2), capacity=Capacity.MANAGER)
    assert bars(cast.leader, by="capacity", team=cast.team.pk) == {"Those with fewer than 5": [0, 7, 0, 4]}
    assert bars(cast.head, by="capacity", team=cast.team.pk) == {
        "QA unit": [0, 7, 0, 2],
        "Manager": [0, 0, 0, 2],
    }


def records_of(user, **typed):
    form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **typed}, user=user)
    assert form.is_valid(), form.errors
    return form.records()


def test_records_of_a_small_team_carry_no_grade_and_are_not_listed_by_it(cast, teams):
    team = str(teams["third"].pk)
    assert records_of(cast.leader, team=team, grade="inadequate").audits().count() == 0
    assert records_of(cast.qa_lead, team=team, grade="inadequate").audits().count() == 2
    text = page(cast.leader, "reports:records", team=team).content.decode()
    assert "3 audits count" in text
    assert "Inadequate" not in text
    assert "Inadequate" in page(cast.head, "reports:records", team=team).content.decode()


def test_records_of_the_joined_row_do_not_say_which_team(cast, teams):
    response = page(cast.leader, "reports:records", service=cast.service.pk, teams="few", grade="inadequate")
    text = response.content.decode()
    assert "2 audits count" in text
    assert LABEL in text
    assert '<td class="govuk-table__cell">SWF Harbour 3</td>' not in text


def test_records_of_a_withheld_row_are_not_listed_by_grade(cast):
    add_audits(cast.service, cast.team, spread(0, 0, 0, 3))
    assert records_of(cast.leader, teams="few", grade="inadequate").audits().count() == 0
    assert records_of(cast.leader, teams="few").audits().count() == 3


def test_audits_without_a_team_are_joined_like_one(cast):
    add_audits(cast.service, None, spread(0, 0, 0, 3), is_imported=True, auditor=None)
    add_audits(cast.service, cast.team, spread(0, 8, 0, 0))
    assert bars(cast.leader) == {LABEL: [0, 8, 0, 3]}
    assert bars(cast.qa_lead) == {"SWF Harbour 1": [0, 8, 0, 0], "No team recorded": [0, 0, 0, 3]}
    assert records_of(cast.leader, teams="few", grade="any").audits().count() == 11


def test_ungraded_audits_do_not_make_a_team_large(cast):
    add_audits(cast.service, cast.team, [*spread(0, 0, 0, 2), *["right"] * 20])
    add_audits(cast.service, cast.other_team, spread(0, 8, 0, 0))
    assert bars(cast.leader) == {LABEL: [0, 8, 0, 2]}
    assert small_teams(scope_of(cast.leader)).holds(cast.service.pk, cast.team.pk)
