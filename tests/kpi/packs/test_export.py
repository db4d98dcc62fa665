"""`export_report` of packs and team tables: plain words for what cannot be, and nothing written."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tests.factories.kpi import ObservationFactory


def export(path, *options: str) -> None:
    call_command("export_report", *options, "--out", str(path), verbosity=0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["kpi-dataset"], "Say which month with --month"),
        (["kpi-dataset", "--month", "spring"], "“spring” is not a month"),
        (["kpi-dataset", "--month", "2031-01"], "There are no figures for January 2031."),
        (["performance-report", "--month", "2026-04", "--by", "team"], "leave out --by"),
        (["kpi-dataset", "--month", "2026-04", "--indicator", "CP8"], "leave out --indicator"),
        (["team-table", "--month", "2026-04"], "Give its code with --indicator CODE."),
        (["team-table", "--month", "2026-04", "--indicator", "CP99"], "There is no indicator “CP99”."),
        (
            ["team-table", "--month", "2026-04", "--indicator", "CP8"],
            "no figures of teams in April 2026.",
        ),
        (
            ["team-table", "--month", "1999-04", "--indicator", "CP8"],
            "no figures of teams in April 1999.",
        ),
        (["self-evaluation", "--indicator", "CP8"], "leave out --indicator"),
        (["nothing"], "There is no report “nothing”. There are: self-evaluation,"),
    ],
)
def test_what_cannot_be_exported_is_said_in_plain_words(visits, tmp_path, options, words):
    with pytest.raises(CommandError) as refused:
        export(tmp_path / "out.csv", *options)
    assert words in str(refused.value)
    assert refused.value.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_code_is_found_in_any_case_and_the_workbook_holds_numbers(cast, visits, tmp_path):
    ObservationFactory(
        indicator_version=visits, team=cast.team, numerator=Decimal(14), denominator=Decimal(18)
    )
    export(tmp_path / "teams.xlsx", "team-table", "--month", "2026-04", "--indicator", "cp8")
    rows = list(load_workbook(tmp_path / "teams.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows == [
        ("team", "denominator", "numerator", "percentage"),
        ("SWF Harbour 1", 18, 14, pytest.approx(1400 / 18)),
        ("Total", 18, 14, pytest.approx(1400 / 18)),
    ]


def test_percentage_of_a_team_has_one_decimal_place_also_where_that_is_nought(cast, visits, tmp_path):
    ObservationFactory(
        indicator_version=visits, team=cast.team, numerator=Decimal(9), denominator=Decimal(18)
    )
    for kind in ("csv", "xlsx"):
        export(tmp_path / f"teams.{kind}", "team-table", "--month", "2026-04", "--indicator", "CP8")
    assert "SWF Harbour 1,18,9,50.0" in (tmp_path / "teams.csv").read_text()
    cell = load_workbook(tmp_path / "teams.xlsx").worksheets[0]["D2"]
    assert (cell.value, cell.number_format) == (50, "0.0")


def test_performance_report_can_be_a_workbook(visits, tmp_path):
    export(tmp_path / "report.xlsx", "performance-report", "--month", "2026-04")
    sheet = load_workbook(tmp_path / "report.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]][-4:] == ["target", "rating", "trend", "direction_of_travel"]
    assert sheet.cell(2, 14).value == 90
