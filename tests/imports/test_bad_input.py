"""import_audits: files with something wrong. Every problem is listed with its place; nothing is written."""

import resource
from datetime import date, datetime, time, timedelta

import pytest

from qa_audit.audits.models.audit import Audit
from tests.imports.conftest import REQUIRED, good_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(run, everything_stored):
    """Runs a file that must be refused, with and without --check, and gives what was printed."""

    def call(path):
        before = everything_stored()
        status, printed = run(path, "--check")
        assert status == 1
        status, printed = run(path)
        assert status == 1
        assert everything_stored() == before
        return printed

    return call


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"reference": ""}, "column “reference”, cell A2: This cell must not be empty."),
        ({"reference": "C" * 41}, "cell A2: The text has 41 characters; at most 40 can be kept."),
        ({"service": ""}, "column “service”, cell B2: This cell must not be empty."),
        ({"service": "Housing"}, "cell B2: There is no service called “Housing”, now or formerly."),
        ({"kind": ""}, "column “kind”, cell C2: This cell must not be empty."),
        (
            {"kind": "random"},
            "cell C2: “random” is not known here. Write individual, thematic, manager",
        ),
        ({"audited_on": ""}, "column “audited_on”, cell D2: This cell must not be empty."),
        (
            {"audited_on": "27 3 2021"},
            "cell D2: Write the date like 27 March 2026 or 27/3/2026.",
        ),
        ({"audited_on": "2021-02-30"}, "cell D2: There is no 30 February 2021."),
        ({"audited_on": "2026-05-13"}, "cell D2: 13 May 2026 is in the future."),
        ({"audited_on": "0021-03-27"}, "cell D2: 27 March 0021 is before 1990. Is the year right?"),
        ({"team": "Nobody's"}, "cell E2: There is no team called “Nobody's”."),
        (
            {"team": "Fostering Supervision A"},
            "“Fostering Supervision A” is a team of Fostering, not of Social Work",
        ),
        ({"auditor_email": "nobody@nowhere.example"}, "cell E2: Nobody here has this email address."),
        ({"overall_grade": "excellent"}, "cell E2: “excellent” is not known here. Write outstanding, good"),
        ({"grade: Plan": "5"}, "column “grade: Plan”, cell E2: “5” is not known here."),
        ({"kind": "learning review", "overall_grade": "good"}, "cell E2: A learning review has no grade."),
        ({"kind": "learning review", "grade: Plan": "good"}, "cell E2: A learning review has no grade."),
        ({"theme": "x" * 121}, "cell E2: The text has 121 characters; at most 120 can be kept."),
        (
            {"going_well": "x" * 20_001},
            "cell E2: The text has 20,001 characters; at most 20,000",
        ),
        ({"improvements": "#REF!"}, "cell E2: The cell holds the error #REF!."),
    ],
)
def test_cell_that_cannot_be_taken_is_named(cast, csv_file, refused, other, says):
    assert f"Row 2, column “{next(iter(other))}”" in refused(csv_file(good_row(**other))) or len(other) > 1
    assert says in refused(csv_file(good_row(**other)))


def test_text_of_the_greatest_length_is_kept_whole(cast, csv_file, run):
    text = "🙂" * 20_000
    assert run(csv_file(good_row(going_well=text)))[0] == 0
    assert Audit.objects.get().audit_findings.get().finding.text == text


@pytest.mark.parametrize("name", REQUIRED)
def test_missing_required_column_is_named(cast, csv_file, refused, name):
    row = good_row()
    del row[name]
    assert f"Row 1, column “{name}”: The column “{name}” is missing." in refused(csv_file(row))


def test_header_twice_is_a_problem_however_it_is_written(cast, csv_file, refused):
    headers = [*good_row(), "Audited On", "grade: Plan", "Grade: plan and review", "notes", "NOTES"]
    printed = refused(csv_file(good_row(), headers=headers))
    assert (
        "column “Audited On”, cell E1: This column appears twice: D1 (“audited_on”) means the same."
        in printed
    )
    assert "cell G1: This column appears twice: F1" in printed
    assert "cell I1: This column appears twice: H1" in printed


def test_unknown_column_is_a_problem_only_when_something_stands_in_it(cast, csv_file, run, refused):
    full = csv_file(good_row(notes="x", ward=""), good_row(reference="C2", notes="y", ward=""))
    printed = refused(full)
    assert "Row 2, column “notes”, cell E2: No import has a column “notes”" in printed
    assert "1 problem found" in printed
    assert run(csv_file(good_row(notes="", ward="")))[0] == 0


def test_cell_without_a_header_is_a_problem(cast, workbook, refused):
    printed = refused(workbook(list(good_row()), [*good_row().values(), "stray"]))
    assert "Row 2, cell E2: This column has no header, but there is something in it." in printed


def test_domain_that_no_tool_knows_is_a_problem(cast, csv_file, refused):
    printed = refused(csv_file(good_row(**{"grade: Weather": ""})))
    assert "column “grade: Weather”, cell E1: No tool has a domain called “Weather”." in printed


@pytest.mark.parametrize("value", [datetime(2021, 3, 27), time(9, 30), True, timedelta(hours=30)])
def test_date_time_or_tick_is_no_text(cast, workbook, refused, value):
    printed = refused(workbook(list(good_row()), list(good_row(reference=value).values())))
    assert "cell A2: Text is expected here, not a date, a time or a tick." in printed


def test_number_is_no_date(cast, workbook, refused):
    assert "cell D2: 44282 is the number that a spreadsheet stores for 27 March 2021." in refused(
        workbook(list(good_row()), list(good_row(audited_on=44282).values()))
    )


def test_formula_without_stored_result_is_named(cast, workbook, refused):
    printed = refused(workbook(list(good_row()), list(good_row(service='="Social Work"').values())))
    assert "Row 2, column “service”, cell B2: The cell holds a formula without a stored result." in printed


def test_row_that_repeats_another_is_a_problem(cast, csv_file, refused):
    rows = [good_row(), good_row(kind="manager"), good_row(reference="C2"), good_row(overall_grade="good")]
    printed = refused(csv_file(*rows, headers=[*good_row(), "overall_grade"]))
    assert (
        "Row 5, column “reference”, cell A5: This row repeats row 2: the same reference, kind and date."
        in printed
    )
    assert "1 problem found" in printed


def test_file_without_rows_is_a_problem(cast, csv_file, refused):
    assert "Row 1: The file has a header but no rows below it." in refused(csv_file(headers=list(good_row())))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("past.csv", b"", "The file is empty."),
        ("past.txt", b"reference", "Only .xlsx and .csv files can be uploaded."),
        ("past.xlsx", b"reference,service", "do not match its name"),
        ("past.xlsx", b"PK\x03\x04 and nothing more", ""),
    ],
)
def test_file_that_cannot_be_read_is_refused_in_one_sentence(cast, tmp_path, refused, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    printed = refused(path)
    assert says in printed
    assert "Traceback" not in printed


def test_missing_file_is_said_plainly(cast, tmp_path, run):
    status, printed = run(tmp_path / "none.xlsx")
    assert status == 1
    assert "cannot be read: No such file or directory." in printed


def test_every_problem_is_listed_and_one_bad_row_keeps_all_out(cast, csv_file, refused):
    rows = [good_row(reference=f"C{n}") for n in range(20)]
    rows[7] |= {"service": "Housing", "kind": "odd", "audited_on": "soon"}
    rows[19] |= {"reference": ""}
    printed = refused(csv_file(*rows))
    assert "4 problems found. Nothing is imported until all are put right." in printed
    for cell in ("B9", "C9", "D9", "A21"):
        assert f"cell {cell}:" in printed


def test_ten_thousand_rows_come_in_without_holding_them_all_several_times(cast, csv_file, run):
    days = [date(2021, 1, 1) + timedelta(days=n % 365) for n in range(10_000)]
    path = csv_file(
        *(
            good_row(
                reference=f"C{number}",
                audited_on=day.isoformat(),
                overall_grade="good",
                going_well=f"Visits {number} were purposeful.",
            )
            for number, day in enumerate(days)
        )
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, printed = run(path)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert status == 0, printed
    assert Audit.objects.count() == 10_000
    assert grown < 100 * 1024  # kilobytes
