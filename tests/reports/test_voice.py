"""Voice: sought and heard are told apart, n is who was asked for, and arranged is not yet heard."""

from qa_audit.audits.models.audit import Audit
from qa_audit.reports.records import RecordsForm
from qa_audit.reports.voice import VoiceReport
from tests.factories import ToolVersionFactory
from tests.reports.conftest import add_audits, page, queries_of, scope_of, spread
from tests.reports.practice import CANARY, all_text, csv_rows, hear

OUTCOMES = ["heard"] * 6 + ["sought"] * 2 + ["declined", "arranged", "not_possible"]


def voice(user, **typed) -> VoiceReport:
    return VoiceReport(scope_of(user, VoiceReport, **typed))


def of(report: VoiceReport, subject: str, name: str):
    return next(row for row in report.rows if row.subject == subject and row.name == name)


def asked(cast, n=14):
    """14 audits; of 11 it is known what came of the child's voice, of one a blank is stored."""
    audits = add_audits(cast.service, cast.team, spread(0, n, 0, 0), tool_version=ToolVersionFactory())
    hear(audits, "child", [*OUTCOMES, ""])
    return audits


def test_sought_is_heard_waiting_declined_or_arranged_and_not_possible_stands_apart(cast):
    asked(cast)
    row = of(voice(cast.head), "child", cast.service.name)
    assert row.whole.n == 14
    assert row.whole.counts["heard"] == 6
    assert row.sought == 10
    assert row.whole.counts["not_possible"] == 1
    assert row.whole.counts["none"] == 3
    assert sum(row.whole.shares.values()) == 100
    assert row.share_sought == sum(
        row.whole.shares[value] for value in ("heard", "sought", "declined", "arranged")
    )


def test_an_audit_whose_tool_calls_a_voice_not_applicable_is_not_in_n(cast):
    audits = asked(cast)
    silent = ToolVersionFactory(voice_child="not_applicable", conversation="not_applicable")
    others = add_audits(cast.service, cast.team, spread(0, 5, 0, 0), tool_version=silent)
    hear(others, "child", ["heard"])
    row = of(voice(cast.head), "child", cast.service.name)
    assert row.whole.n == len(audits)
    assert row.whole.counts["heard"] == 6
    assert of(voice(cast.head), "parent", cast.service.name).whole.n == len(audits) + 5


def test_conversation_held_beside_arranged_and_not_possible(cast):
    audits = asked(cast)
    for number, state in enumerate(["held"] * 7 + ["arranged", "not_possible"]):
        Audit.objects.filter(pk=audits[number].pk).update(conversation=state)
    row = of(voice(cast.head), "conversation", cast.service.name)
    assert [row.whole.counts[value] for value in ("held", "arranged", "not_possible", "none")] == [7, 1, 1, 5]
    assert row.share_heard == 50
    said = page(cast.head, "reports:voice").content.decode()
    assert "conversation held (n = 14, small number)" in said


def test_every_figure_opens_as_many_audits_as_it_says(cast):
    asked(cast)
    Audit.objects.filter(service=cast.service, reference__endswith="3").update(conversation="held")
    for row in voice(cast.head).rows:
        for value in [*(part.value for part in row.whole.parts), "any"]:
            form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **row.cell(value)}, user=cast.head)
            assert form.is_valid(), form.errors
            expected = row.whole.n if value == "any" else row.whole.counts[value]
            assert form.records().audits().count() == expected, (row.subject, value)
        if row.sought is not None:
            form = RecordsForm(
                {"from": "2026-01-01", "to": "2026-12-31", **row.cell("sought_in_all")}, user=cast.head
            )
            assert form.is_valid()
            assert form.records().audits().count() == row.sought


def test_file_says_what_the_page_says(cast):
    asked(cast)
    child = next(row for row in csv_rows(voice(cast.head)) if row["Voice"] == "Child")
    assert (child["n"], child["Heard or held"], child["Sought in all"]) == ("14", "6", "10")
    assert child["% heard or held"] == "43"
    assert child["Caution"] == "small number"


def test_head_sees_the_own_services_figures_alone(cast):
    asked(cast)
    cast.elsewhere.name = CANARY
    cast.elsewhere.save()
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 9, 0, 0), tool_version=ToolVersionFactory())
    report = voice(cast.head)
    assert {row.name for row in report.rows} == {cast.service.name}
    assert CANARY not in all_text(page(cast.head, "reports:voice"), report)
    assert of(voice(cast.leader), "child", "All services").whole.n == 23


def test_analyst_sees_plain_text_and_the_head_links(cast):
    asked(cast)
    assert "/reports/records/" not in page(cast.analyst, "reports:voice").content.decode()
    assert "voice=child&amp;outcome=heard" in page(cast.head, "reports:voice").content.decode()


def test_queries_do_not_grow_with_the_data(cast):
    asked(cast)
    few = queries_of(cast.leader, "reports:voice")
    for _ in range(3):
        asked(cast, 30)
    assert queries_of(cast.leader, "reports:voice") == few <= 12
