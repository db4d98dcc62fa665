"""Reports as files, from the page and from the command: the same rows, scoped alike, whole or not at all."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from qa_audit.common.publishing import files
from qa_audit.history.models import Event
from qa_audit.reports.catalogue import REPORTS
from tests.reports.conftest import YEAR, add_audits, page, spread
from tests.reports.test_self_evaluation import HEADINGS, SENTENCES

CANARY = "Canary Wharf Team"


def csv_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def cells_of(content: bytes) -> list[list]:
    """Every cell of every sheet."""
    book = load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]


def run(tmp_path, *arguments, name="self-evaluation", kind="csv"):
    out = tmp_path / f"report.{kind}"
    call_command("export_report", name, "--out", str(out), *arguments)
    return out.read_bytes()


ALL_2021 = ("--from", "2021-01-01", "--to", "2021-12-31")


def test_command_writes_the_year_as_csv(demonstration_year, tmp_path):
    header, *rows = csv_of(run(tmp_path, *ALL_2021))
    assert ",".join(header) == HEADINGS
    by_service = {row[0]: row for row in rows}
    care = ["153", "6", "1", "160", "159", "3", "83", "67", "6", "2", "52", "42", "4"]
    assert by_service["Pathways through Care"][2:15] == care
    assert by_service["Children's Resource Service"][6:15] == ["0", "0", "0", "0", "0", "", "", "", ""]
    assert rows[-1][0] == "TOTAL"
    assert rows[-1][2:6] == ["430", "25", "14", "469"]
    assert {row[0]: row[-1] for row in rows} == SENTENCES


def test_command_writes_numbers_and_percent_fractions_to_the_first_sheet(demonstration_year, tmp_path):
    book = load_workbook(io.BytesIO(run(tmp_path, *ALL_2021, kind="xlsx")))
    sheet = book.worksheets[0]
    header, *rows = list(sheet.iter_rows())
    assert ",".join(cell.value for cell in header) == HEADINGS
    care = next(row for row in rows if row[0].value == "Pathways through Care")
    assert [cell.value for cell in care[2:11]] == [153, 6, 1, 160, 159, 3, 83, 67, 6]
    # Exact: whoever works on with the file rounds for themselves.
    assert [cell.value for cell in care[11:15]] == [3 / 159, 83 / 159, 67 / 159, 6 / 159]
    assert {cell.number_format for cell in care[11:15]} == {"0%"}
    assert rows[-1][0].value == "TOTAL"
    assert [cell.value for cell in rows[-1][2:6]] == [430, 25, 14, 469]
    assert [sheet.title for sheet in book] == ["Self-evaluation", "About"]


@pytest.mark.parametrize("named", ["Fostering", "fostering ", "Jigsaw"])
def test_command_takes_a_service_by_current_or_former_name(demonstration_year, tmp_path, named):
    _, row, total = csv_of(run(tmp_path, *ALL_2021, "--service", named))
    assert row[0] == ("Children with Disabilities" if named == "Jigsaw" else "Fostering")
    assert total[5] == row[5]


def test_command_takes_a_month(demonstration_year, tmp_path):
    assert csv_of(run(tmp_path, "--month", "2021-06"))[-1][2:6] == ["430", "25", "0", "455"]
    assert csv_of(run(tmp_path, "--month", "2021-12"))[-1][2:6] == ["0", "0", "14", "14"]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_command_writes_every_report_with_and_without_data(cast, tmp_path, name, kind):
    assert run(tmp_path, name=name, kind=kind)
    empty = csv_of(run(tmp_path, name=name))
    add_audits(cast.service, cast.team, spread(1, 2, 3, 4))
    assert csv_of(run(tmp_path, name=name))[0] == empty[0]


@pytest.mark.parametrize("by", ["team", "domain", "quarter", "tool", "capacity"])
def test_command_cuts_by_what_it_is_told(cast, tmp_path, by):
    add_audits(cast.service, cast.team, spread(0, 2, 0, 0))
    header, *rows = csv_of(run(tmp_path, "--by", by, name="grade-distribution"))
    assert header[0] == by.capitalize()
    if by == "team":
        assert rows[0][0] == "SWF Harbour 1"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "2021-13-01"), "from: There is no month 13"),
        (("--from", "2021-02-01", "--to", "2021-01-01"), "must end on or after"),
        (("--month", "2021-13"), "is not a month"),
        (("--month", "June"), "is not a month"),
        (("--month", "2021-06", "--to", "2021-07-01"), "either --month or"),
        (("--service", "Parks"), "There is no service “Parks”"),
        (("--by", "auditor"), "cannot be broken down"),
    ],
)
def test_command_says_what_is_wrong_and_leaves_no_file(cast, tmp_path, arguments, words):
    with pytest.raises(CommandError, match=words):
        run(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["report.pdf", "report", ""])
def test_command_writes_xlsx_and_csv_alone(cast, tmp_path, out):
    with pytest.raises(CommandError, match="--out FILE"):
        call_command("export_report", "self-evaluation", "--out", out and str(tmp_path / out))


def test_command_names_the_reports_there_are(cast, tmp_path):
    with pytest.raises(CommandError, match="self-evaluation, grade-distribution"):
        run(tmp_path, name="league-table")


def test_command_that_fails_keeps_the_file_that_was_there(cast, tmp_path):
    out = tmp_path / "report.csv"
    out.write_text("last month's")
    with pytest.raises(CommandError, match="could not be written"):
        call_command(
            "export_report", "self-evaluation", "--out", str(tmp_path / "no such folder" / "report.csv")
        )
    with pytest.raises(CommandError):
        call_command("export_report", "self-evaluation", "--out", str(out), "--from", "never")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.csv", "last month's")]


def test_command_acts_as_the_system_and_history_says_so(cast, tmp_path):
    run(tmp_path)
    event = Event.objects.get(action="report exported")
    assert event.is_reading
    assert event.changes == {"report": [None, "self-evaluation"]}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_page_gives_the_same_file_as_the_command(cast, demonstration_year, tmp_path, kind):
    content = page(cast.qa_lead, "reports:export", "self-evaluation", format=kind, **YEAR).content
    read = csv_of if kind == "csv" else cells_of
    table = len(SENTENCES) + 1
    assert read(content)[:table] == read(run(tmp_path, *ALL_2021, kind=kind))[:table]


def test_export_is_a_reading_on_record_with_its_address(cast):
    response = page(cast.head, "reports:export", "self-evaluation", format="csv", **YEAR)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        'attachment; filename="self-evaluation 2021-01-01 to 2021-12-31.csv"'
    )
    event = Event.objects.get(action="report exported")
    assert event.actor_id == cast.head.pk
    assert "from=2021-01-01" in str(event.changes)


def test_export_of_no_report_or_kind_is_not_found_and_wrong_dates_lead_back(cast, sign_in):
    assert page(cast.head, "reports:export", "league-table").status_code == 404
    assert page(cast.head, "reports:export", "self-evaluation", format="pdf").status_code == 404
    response = page(cast.head, "reports:export", "self-evaluation", **{"from": "soon"})
    assert response.url == f"{reverse('reports:self_evaluation')}?from=soon"


@pytest.fixture
def canary(cast):
    """Another service's row whose words must not reach anyone outside it."""
    cast.team_elsewhere.name = CANARY
    cast.team_elsewhere.save()
    cast.elsewhere.name = "Canary service"
    cast.elsewhere.save()
    add_audits(cast.service, cast.team, spread(0, 6, 5, 0))
    add_audits(
        cast.elsewhere, cast.team_elsewhere, spread(1, 9, 9, 9), case_reference="CANARY-1", theme="Canary"
    )


@pytest.mark.parametrize("person", ["head", "manager"])
@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("by", ["service", "team"])
def test_another_services_figures_are_in_no_page_nor_file(cast, canary, person, name, by):
    user = getattr(cast, person)
    cut = {"by": by} if by in dict(REPORTS[name].by) else {}
    shown = page(user, f"reports:{name.replace('-', '_')}", **cut).content.decode()
    as_csv = page(user, "reports:export", name, format="csv", **cut).content.decode()
    as_xlsx = str(cells_of(page(user, "reports:export", name, format="xlsx", **cut).content))
    for text in (shown, as_csv, as_xlsx, page(user, "reports:records").content.decode()):
        assert "canary" not in text.lower()
    if name in ("self-evaluation", "grade-distribution"):  # the others name no service
        assert (
            "canary"
            in page(cast.leader, "reports:export", name, format="csv", **cut).content.decode().lower()
        )


def test_analyst_reads_no_reference_anywhere(cast, canary):
    for name in REPORTS:
        assert "A-2026-" not in page(cast.analyst, f"reports:{name.replace('-', '_')}").content.decode()
        assert "A-2026-" not in page(cast.analyst, "reports:export", name, format="csv").content.decode()


@pytest.mark.parametrize("person", ["administrator", "nobody"])
def test_reports_are_refused_to_those_without_figures(cast, person):
    for name in ("reports:index", "reports:self_evaluation", "reports:grade_distribution"):
        assert page(getattr(cast, person), name).status_code == 403
    assert page(getattr(cast, person), "reports:export", "self-evaluation").status_code == 403


def test_index_lists_every_report_with_its_link(cast):
    text = page(cast.analyst, "reports:index").content.decode()
    for name, report in REPORTS.items():
        assert f'href="/reports/{name}/"' in text
        assert report.title in text
        assert (
            f'<h1 class="govuk-heading-l">{report.title}</h1>'
            in page(cast.analyst, f"reports:{name.replace('-', '_')}").content.decode()
        )


def test_file_is_written_whole_or_not_at_all(tmp_path):
    out = tmp_path / "report.xlsx"
    out.write_text("before")
    with pytest.raises(TypeError):
        files.write(out, "words, which cannot be written as bytes")
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]
    assert out.read_text() == "before"
