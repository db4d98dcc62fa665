"""The head of service's workbook: its sheets, who may export which, and that it opens as it was written."""

import io
from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from qa_audit.audits.models.header import Capacity
from qa_audit.history.models import Event
from qa_audit.people.models import FormerName, User
from qa_audit.reports.analysis import write_analysis
from qa_audit.reports.hos_summary import PERSONAL, HosSummaryForm
from qa_audit.reports.period import Period
from qa_audit.reports.small_teams import LABEL
from qa_audit.tools.models import Scale
from tests.factories import AuditFactory, LearningReviewFactory, ToolVersionFactory
from tests.office import needs_office, pages
from tests.reports.conftest import add_audits, page, spread
from tests.reports.practice import CANARY, answer, find, grade_domain, hear

SHEETS = ["Summary", "Grades", "Domains", "Answers", "Voice", "Findings", "Measures", "Audits", "About"]
PERIOD = {"from": "2026-01-01", "to": "2026-05-12"}
FORMULA = '=HYPERLINK("http://elsewhere.example")'


@pytest.fixture
def audits(cast):
    """Twenty graded audits with everything in them, one not agreed, a learning review, and some elsewhere."""
    version = ToolVersionFactory()
    made = add_audits(
        cast.service, cast.team, spread(1, 11, 6, 2), tool_version=version, impact="some_difference"
    )
    answer(made, version.domains.first().questions.first(), ["yes"] * 14 + ["no"] * 6)
    grade_domain(made, version.domains.first(), spread(2, 10, 6, 2))
    hear(made, "child", ["heard"] * 13)
    find(made[0], "Children seen alone early.")
    find(made[1], FORMULA, "improvement")
    AuditFactory(service=cast.service, team=cast.team, state="submitted", grade="good")
    LearningReviewFactory(lead_service=cast.service)
    there = add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 5, 0, 0), tool_version=version)
    find(there[0], CANARY)
    return made


def book(user, service, **typed):
    """The workbook as the person gets it from the page."""
    got = page(user, "reports:hos_summary_file", service=service.pk, **{**PERIOD, **typed})
    assert got.status_code == 200, got
    return load_workbook(io.BytesIO(got.content))


def texts(workbook) -> list:
    return [
        cell.value
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def table(sheet) -> list[dict]:
    """The rows under the header, by heading; the header is the row that the window is frozen below."""
    header = int("".join(filter(str.isdigit, sheet.freeze_panes))) - 1
    headings = [cell.value for cell in sheet[header]]
    return [
        dict(zip(headings, (cell.value for cell in row), strict=True))
        for row in sheet.iter_rows(min_row=header + 1)
    ]


def title_of(chart) -> str:
    return "".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r)


def test_sheets_in_their_order(cast, audits):
    assert book(cast.head, cast.service).sheetnames == SHEETS


def test_summary_is_the_self_evaluation_row_with_headlines_and_charts(cast, audits):
    summary = book(cast.head, cast.service)["Summary"]
    row = table(summary)[0]
    assert [row[name] for name in ("Service", "Total", "Graded", "Good")] == [cast.service.name, 21, 20, 11]
    assert row["% good"] == 0.55
    assert row["Learning reviews"] == 1
    notes = [summary.cell(number, 1).value for number in range(1, 12)]
    assert "Good or better: 60% (n = 20; 95% interval 39% to 78%)." in notes
    assert "Child heard: 65% (n = 20)." in notes
    assert "Agreed: n = 20. 1 more audit awaits agreement and is not counted." in notes
    assert [title_of(chart) for chart in summary._charts] == [
        "Grades: 1 Jan to 12 May 2026, n = 20",
        "Audits and reviews: 1 Jan to 12 May 2026, n = 21",
    ]


def test_summary_carries_own_words_with_author_day_and_drafted_sentence(cast, audits):
    period = Period(date(2026, 1, 1), date(2026, 5, 1))
    written = {"service": cast.service, "version": 0, "by": cast.head}
    write_analysis(text="Ours.", period=period, **written)
    row = table(book(cast.head, cast.service)["Summary"])[0]
    assert row["Analysis"] == "Ours.\n(Written for 1 January 2026 to 1 May 2026.)"
    write_analysis(text="Ours now.", period=Period(date(2026, 1, 1), date(2026, 5, 12)), **written)
    row = table(book(cast.head, cast.service)["Summary"])[0]
    assert (row["Analysis"], row["Analysis by"]) == ("Ours now.", "Hana Head")
    assert row["Analysis on"] == datetime(2026, 5, 12)
    assert row["Drafted sentence"].endswith("and inadequate in 10% (n = 20).")


def test_managers_audits_of_their_own_team_are_marked_and_told_apart(cast, audits):
    add_audits(cast.service, cast.team, ["good"], capacity=Capacity.MANAGER, is_own_team=True)
    workbook = book(cast.head, cast.service)
    said = [row[0] for row in workbook["Summary"].iter_rows(values_only=True)]
    assert any(str(line).startswith("1 manager audit is of the manager’s own team.") for line in said)
    capacities = [row["Auditor’s capacity"] for row in table(workbook["Audits"])]
    assert capacities.count("Manager, own team") == 1


def test_every_chart_says_its_dates_and_n(cast, audits):
    titles = [title_of(chart) for sheet in book(cast.head, cast.service) for chart in sheet._charts]
    assert len(titles) == 5
    assert all("1 Jan to 12 May 2026, n" in title for title in titles)
    # Each domain's bar has its own n; their sum is no number of audits.
    assert sum("n up to" in title for title in titles) == 2


def test_threshold_decisions_are_the_front_doors_result(cast):
    version = ToolVersionFactory(scale=Scale.THRESHOLD)
    add_audits(cast.service, cast.team, ["right"] * 15 + ["too_high"] * 5, tool_version=version)
    summary = book(cast.head, cast.service)["Summary"]
    row = table(summary)[0]
    assert (row["Graded"], row["Right"], row["Too high"], row["Too low"]) == (0, 15, 5, 0)
    assert title_of(summary._charts[0]) == "Threshold decision: 1 Jan to 12 May 2026, n = 20"
    assert "The decision was right in 75% of 20 audits; 25% were set too high." in texts([summary])


def test_figures_of_the_other_sheets(cast, audits):
    workbook = book(cast.head, cast.service)
    quarter = table(workbook["Grades"])[0]
    assert (quarter["Service"], quarter["Quarter"], quarter["Graded"]) == (cast.service.name, "2026 Q2", 20)
    assert table(workbook["Domains"])[0]["% good or better"] == 0.6
    seen = next(row for row in table(workbook["Answers"]) if row["Answer"] == "Yes")
    assert (seen["Count"], seen["n"], seen["%"]) == (14, 20, 0.7)
    child = next(row for row in table(workbook["Voice"]) if row["Voice"] == "Child")
    assert (child["Heard or held"], child["Nothing recorded"]) == (13, 7)
    assert [row["Finding"] for row in table(workbook["Findings"])] == ["Children seen alone early.", FORMULA]


def test_real_dates_numbers_frozen_headers_filters_and_print_set_up(cast, audits):
    workbook = book(cast.head, cast.service)
    first = table(workbook["Audits"])[0]
    assert isinstance(first["Audited on"], datetime)
    assert first["Audited on"].date() == date(2026, 5, 1)
    for sheet in workbook:
        assert sheet.freeze_panes, sheet.title
        assert sheet.auto_filter.ref, sheet.title
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    share = next(cell for row in workbook["Answers"].iter_rows() for cell in row if cell.value == 0.7)
    assert share.number_format == "0%"


def test_nothing_is_a_formula(cast, audits):
    workbook = book(cast.head, cast.service)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert FORMULA in [cell.value for cell in cells]


def test_only_the_chosen_service_is_in_it(cast, audits):
    for person in (cast.head, cast.leader, cast.qa_lead):
        found = texts(book(person, cast.service))
        assert CANARY not in found
        assert cast.elsewhere.name not in found


def test_case_references_only_when_asked_for_and_allowed(cast, audits):
    case = audits[0].case_reference
    for person in (cast.head, cast.qa_lead):
        plain, asked = book(person, cast.service), book(person, cast.service, case_references="on")
        assert case not in texts(plain)
        assert PERSONAL not in texts(plain)
        assert {row["Case reference"] for row in table(asked["Audits"])} == {
            one.case_reference for one in audits
        }
        assert PERSONAL in texts([asked["About"]])
    assert case not in texts(book(cast.leader, cast.service, case_references="on"))


def test_a_qa_lead_of_no_service_is_offered_the_tick_and_a_leader_is_not(cast, audits):
    assert b"case_references" in page(cast.head, "reports:hos_summary").content
    assert b"case_references" in page(cast.qa_lead, "reports:hos_summary").content
    assert b"case_references" not in page(cast.leader, "reports:hos_summary").content


def test_head_and_leader_names_the_cases_of_the_own_service_alone(cast, audits):
    cast.head.grants.create(role="leader")
    both = User.objects.get(pk=cast.head.pk)
    assert book(both, cast.service, case_references="on")
    form = HosSummaryForm({"service": str(cast.elsewhere.pk), **PERIOD, "case_references": "on"}, user=both)
    assert form.errors["case_references"] == ["Case references are for the service’s head and QA leads only"]


def test_head_cannot_export_another_service(cast, audits):
    got = page(cast.head, "reports:hos_summary_file", service=cast.elsewhere.pk, **PERIOD)
    assert got.status_code == 302
    said = page(cast.head, "reports:hos_summary", service=cast.elsewhere.pk, **PERIOD).content.decode()
    assert "Choose a service from the list" in said
    assert cast.elsewhere.name not in said


@pytest.mark.parametrize("role", ["auditor", "manager", "analyst", "administrator", "nobody"])
def test_others_have_no_such_page(cast, role):
    for name in ("reports:hos_summary", "reports:hos_summary_file"):
        assert page(getattr(cast, role), name, service=cast.service.pk).status_code == 403


def test_a_wrong_date_is_told_by_its_field_and_kept(cast):
    said = page(
        cast.head, "reports:hos_summary", service=cast.service.pk, **{"from": "32 May 2026"}
    ).content.decode()
    assert "Error:" in said
    assert 'value="32 May 2026"' in said
    turned = page(
        cast.head,
        "reports:hos_summary",
        service=cast.service.pk,
        **{"from": "2026-05-02", "to": "2026-05-01"},
    )
    assert "The period must end on or after its first day" in turned.content.decode()


def test_file_without_an_address_leads_back_to_the_form(cast):
    got = page(cast.head, "reports:hos_summary_file")
    assert got.status_code == 302
    assert got.url.startswith("/reports/head-of-service/?")


def test_teams_of_few_stand_together_for_a_leader(cast, audits):
    add_audits(cast.service, cast.other_team, spread(0, 0, 0, 2))
    teams = {row["Team"] for row in table(book(cast.head, cast.service)["Audits"])}
    assert teams == {cast.team.name, cast.other_team.name}
    assert {row["Team"] for row in table(book(cast.leader, cast.service)["Audits"])} == {LABEL}


def test_one_team_of_few_alone_is_not_named(cast):
    add_audits(cast.service, cast.team, spread(0, 0, 0, 2))
    (leaders,) = {row["Team"] for row in table(book(cast.leader, cast.service)["Audits"])}
    assert leaders == "Not shown"


def test_provisional_audits_are_on_no_sheet(cast, audits):
    references = {row["Audit"] for row in table(book(cast.qa_lead, cast.service)["Audits"])}
    assert references == {audit.reference for audit in audits}


def test_an_export_is_history(cast, audits):
    book(cast.head, cast.service, case_references="on")
    event = Event.objects.get(action="report exported")
    assert event.actor_id == cast.head.pk
    assert event.is_reading
    assert event.changes["report"][1].endswith("2026-01-01 2026-05-12 with case references")


def test_about_says_who_when_and_how_it_is_counted(cast, audits):
    FormerName.objects.create(service=cast.service, name="Protection and Court")
    facts = {row["About"]: list(row.values())[1] for row in table(book(cast.head, cast.service)["About"])}
    assert facts["Exported by"] == "Hana Head"
    assert facts["Exported at"].startswith("12 May 2026, 10:0")
    assert facts["Formerly"] == "Protection and Court"
    assert facts["Period"] == "1 January 2026 to 12 May 2026"
    assert {"Counted", "Graded", "Sought", "95% interval"} <= facts.keys()


def test_a_period_without_audits_gives_a_whole_workbook(cast):
    workbook = book(cast.head, cast.service)
    assert workbook.sheetnames == SHEETS
    assert "Nothing was agreed in this period." in texts(workbook)


def export(tmp_path, *arguments, name="summary.xlsx"):
    call_command("hos_summary", "--out", str(tmp_path / name), *arguments)
    return load_workbook(tmp_path / name)


def test_command_writes_the_workbook_by_a_former_name(cast, audits, tmp_path):
    FormerName.objects.create(service=cast.service, name="Protection and Court")
    workbook = export(
        tmp_path, "--service", "protection and court", "--from", "2026-01-01", "--to", "2026-12-31"
    )
    assert workbook.sheetnames == SHEETS
    assert len(table(workbook["Audits"])) == len(audits)
    assert Event.objects.get(action="report exported").actor_name


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--service", "Nowhere"), "There is no service “Nowhere”. There are: "),
        (("--service", "Fostering", "--from", "someday"), "from: "),
        (("--service", "Fostering", "--from", "2026-02-02", "--to", "2026-02-01"), "to: The period must end"),
    ],
)
def test_command_refuses_in_plain_words_and_leaves_nothing(cast, tmp_path, arguments, said):
    with pytest.raises(CommandError, match=said):
        export(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_command_writes_nothing_half_done(cast, tmp_path):
    with pytest.raises(CommandError, match="could not be written"):
        export(tmp_path, "--service", "Fostering", name="no-such-folder/summary.xlsx")
    with pytest.raises(CommandError, match=r"--out FILE\.xlsx"):
        export(tmp_path, "--service", "Fostering", name="summary.csv")
    assert list(tmp_path.iterdir()) == []


def test_queries_for_500_audits(cast, audits, django_assert_max_num_queries):
    version = audits[0].tool_version
    more = add_audits(cast.service, cast.team, spread(20, 260, 160, 40), tool_version=version)
    answer(more, version.domains.first().questions.first(), ["yes"] * 480)
    grade_domain(more, version.domains.first(), spread(20, 260, 160, 40))
    for audit in more[:40]:
        find(audit, "Managers write why, not only what.")
    form = HosSummaryForm({"service": str(cast.service.pk), **PERIOD}, user=cast.head)
    assert form.is_valid()
    with django_assert_max_num_queries(35):
        form.summary().content()


@needs_office
def test_libreoffice_opens_it_and_prints_every_sheet(cast, audits, tmp_path):
    export(tmp_path, "--service", cast.service.name, "--from", "2026-01-01", "--to", "2026-05-12")
    printed = pages(tmp_path / "summary.xlsx")
    assert len(printed) >= len(SHEETS) - 1
    assert cast.service.name in printed[0]
