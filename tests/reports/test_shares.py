"""Every percentage shown is its own ratio of counts, rounded once, half up: none comes from shown ones.

Pages, sentences, charts, csv files and workbooks of random counts are read as a reader would, and each
percentage is held against the fraction of the counts beside it.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from html import unescape
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from openpyxl import load_workbook

from qa_audit.audits.models.header import Impact
from qa_audit.common.publishing import files
from qa_audit.common.statistics import ROUNDED
from qa_audit.reports.catalogue import REPORTS
from qa_audit.reports.hos_summary import HosSummary
from qa_audit.tools.models import Grade
from tests.factories import ServiceFactory, ToolVersionFactory
from tests.reports.conftest import add_audits, page, scope_of, spread
from tests.reports.practice import answer, grade_domain, hear

WITH_SHARES = ["self-evaluation", "grade-distribution", "domains", "impact", "voice", "answers"]
GRADES = [label for _, label in Grade.choices]
# What a row's percentages are shares of, by heading; and counts whose heading is another than their share's.
OF = ("n", "Graded")
COUNTED_UNDER = {"sought": ["sought in all"], "good or better": ["outstanding", "good"]}
COUNT_AND_SHARE = re.compile(r"^([\d,]+) \((<?\d+%)\)$")
four = some.lists(some.integers(0, 14), min_size=4, max_size=4)


def rounded(count: int, n: int) -> str:
    """The percentage as it must read."""
    whole = int(Fraction(100 * count, n) + Fraction(1, 2))
    return "<1%" if count and not whole else f"{whole}%"


@contextmanager
def undone():
    """What is stored inside is gone afterwards, so that each example begins with nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def record(cast, mine: list[int], theirs: list[int]) -> None:
    """Audits of two services with these grades, and what was asked, heard and different by grade."""
    version = ToolVersionFactory()
    domain = version.domains.first()
    impacts = [Impact.values[place] for place in range(4)]
    for service, team, counts in (
        (cast.service, cast.team, mine),
        (cast.elsewhere, cast.team_elsewhere, theirs),
    ):
        for grade, impact, n in zip(Grade.values, impacts, counts, strict=True):
            made = add_audits(service, team, [grade] * n, tool_version=version, impact=impact)
            grade_domain(made, domain, [grade] * n)
            answer(made, domain.questions.first(), (["yes", "no", "not_recorded"] * n)[:n])
            hear(made, "child", (["heard", "declined", "arranged", "not_possible"] * n)[:n])
            hear(made, "parent", (["heard", "heard", "sought"] * n)[:n])


def tables(html: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """The headings and rows of each table of a page, as text."""
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        rows = [
            [text_of(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
        ]
        yield rows[0], rows[1:]


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def number(text: object) -> int:
    return int(str(text).replace(",", ""))


def hold_page(html: str) -> int:
    """Hold each "12 (38%)" against the n of its row. Gives how many there were."""
    held = 0
    for headings, rows in tables(html):
        for row in rows:
            of = next((row[headings.index(name)] for name in OF if name in headings), "")
            for cell in row:
                if found := COUNT_AND_SHARE.match(cell):
                    assert found[2] == rounded(number(found[1]), number(of)), (headings, row)
                    held += 1
    return held


def hold_row(row: dict[str, object], read) -> int:
    """Hold each share of a file's row against its counts. `read`: the share as it must stand in the file."""
    held = 0
    lower = {heading.lower(): value for heading, value in row.items()}
    for heading, value in row.items():
        if not heading.startswith("%"):
            continue
        name = heading[1:].strip().lower()
        ending = " as audited" if name.endswith(" as audited") else ""
        counted = COUNTED_UNDER.get(name, [name or "count"])
        n = next(lower[f"{of.lower()}{ending}"] for of in OF if f"{of.lower()}{ending}" in lower)
        if value in ("", None):
            is_asked = lower.get("sought in all", 0) not in ("", None)
            assert not number(n or 0) or not is_asked
            continue
        count = sum(number(lower[one]) for one in counted)
        assert value == read(count, number(n)), (heading, row)
        held += 1
    return held


def in_csv(count: int, n: int) -> str:
    """A whole number: what is there and rounds to nought is 0, beside its count."""
    return str(int(Fraction(100 * count, n) + Fraction(1, 2)))


def in_workbook(count: int, n: int) -> float:
    """The exact ratio."""
    return float(Fraction(count, n))


def workbook_rows(content: bytes) -> Iterator[dict]:
    """The rows of every sheet that has shares, by heading."""
    for sheet in load_workbook(io.BytesIO(content)):
        heading = None
        for cells in sheet.iter_rows():
            values = [cell.value for cell in cells]
            if heading is None and any(str(value).startswith("%") for value in values):
                heading = values
            elif heading and any(value is not None for value in values):
                assert all(
                    "%" in cell.number_format
                    for name, cell in zip(heading, cells, strict=True)
                    if str(name).startswith("%") and cell.value is not None
                )
                yield {name: value for name, value in zip(heading, values, strict=True) if name}


def hold_sentence(said: str, counts: list[int]) -> None:
    """Hold the drafted sentence against the counts of the grades."""
    n = sum(counts)
    if n < 10 or n in counts:
        return
    for label, count in zip(GRADES, counts, strict=True):
        part = f"{label.lower()} in {rounded(count, n).replace('<', 'less than ')}"
        assert (re.search(rf"\b{re.escape(part)}", said) is not None) is bool(count), said


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(four, four)
@example([37, 1, 1, 1], [3, 2, 1, 0])
@example([9, 4, 10, 10], [1, 7, 9, 1])
@example([2, 2, 7, 0], [3, 0, 3, 2])
@example([3, 14, 1, 0], [17, 0, 1, 0])
@example([1, 298, 1, 0], [0, 0, 0, 0])
def test_no_shown_figure_comes_from_shown_figures(cast, mine, theirs):
    with undone():
        record(cast, mine, theirs)
        for name in WITH_SHARES:
            scope = scope_of(cast.qa_lead, REPORTS[name])
            report = REPORTS[name](scope)
            as_page = page(cast.qa_lead, f"reports:{name.replace('-', '_')}").text
            as_csv = list(
                csv.DictReader(io.StringIO(files.content(report.document(), "csv").decode("utf-8-sig")))
            )
            held = [
                hold_page(as_page),
                sum(hold_row(row, in_csv) for row in as_csv),
                sum(
                    hold_row(row, in_workbook)
                    for row in workbook_rows(files.content(report.document(), "xlsx"))
                ),
            ]
            assert all(held) or not any(mine + theirs), (name, held)
            assert held[1] == held[2]
            say_so = not all(map(adds_to_100, report.wholes))
            assert (ROUNDED in as_page) is say_so
        hold_good_or_better(cast, mine)


def adds_to_100(counts: list[int]) -> bool:
    n = sum(counts)
    return not n or sum(int(Fraction(100 * count, n) + Fraction(1, 2)) for count in counts) == 100


def hold_good_or_better(cast, counts: list[int]) -> None:
    """The share good or better of one service, wherever it is told, and the sentence of its grades."""
    n = sum(counts)
    if not n:
        return
    expected = rounded(sum(counts[:2]), n)
    scope = scope_of(cast.head, REPORTS["grade-distribution"], by="service")
    (row,) = REPORTS["grade-distribution"](scope).rows
    assert row.grades.good_or_better_in_words.startswith(f"{expected} (")
    shown = page(cast.head, "reports:grade_distribution", by="service").text
    assert f">{expected.replace('<', '&lt;')} (" in shown
    evaluation = REPORTS["self-evaluation"](scope_of(cast.head))
    hold_sentence(evaluation.rows[0].drafted, counts)
    summary = HosSummary(cast.service, scope_of(cast.head, service=cast.service.pk))
    content = summary.content()
    rows = list(workbook_rows(content))
    assert sum(hold_row(row, in_workbook) for row in rows if "%" in row or "n" in row or "Graded" in row)
    texts = [
        str(cell.value)
        for sheet in load_workbook(io.BytesIO(content))
        for line in sheet.iter_rows()
        for cell in line
        if cell.value is not None
    ]
    told = [text for text in texts if text.startswith("Good or better: ")]
    assert len(told) == (n >= 10)
    assert all(text.startswith(f"Good or better: {expected} (") for text in told)
    if n >= 10:
        assert f"{expected} good or better" in unescape(page(cast.head, "reports:domains").text)


FILE = Path(__file__).parent / "data/g01_good_or_better_38_of_40.csv"


@pytest.fixture
def imported(cast):
    """38 of 40 audits good or better, as a spreadsheet brings them."""
    service = ServiceFactory(name="Adoption")
    call_command("import_audits", str(FILE))
    return service


def test_38_of_40_is_95_per_cent_everywhere(cast, imported):
    period = {"first": "2019-01-01", "last": "2019-12-31"}
    address = {"from": "2019-01-01", "to": "2019-12-31"}
    assert "95% (83% to 99%)" in page(cast.qa_lead, "reports:grade_distribution", **address).text
    report = REPORTS["grade-distribution"](scope_of(cast.qa_lead, REPORTS["grade-distribution"], **period))
    row = next(csv.DictReader(io.StringIO(files.content(report.document(), "csv").decode("utf-8-sig"))))
    shares = ["% outstanding", "% good", "% requires improvement", "% inadequate", "% good or better"]
    assert [row[name] for name in shares] == ["93", "3", "3", "3", "95"]
    filed = next(workbook_rows(files.content(report.document(), "xlsx")))
    assert [filed[name] for name in shares] == [37 / 40, 1 / 40, 1 / 40, 1 / 40, 38 / 40]
    scope = scope_of(cast.qa_lead, service=imported.pk, **period)
    book = load_workbook(io.BytesIO(HosSummary(imported, scope).content()))
    told = [str(cell.value) for line in book["Summary"].iter_rows() for cell in line]
    assert "Good or better: 95% (n = 40; 95% interval 83% to 99%)." in told
    everything = (str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)
    assert "96%" not in " ".join(everything)
    for name in WITH_SHARES:
        assert "96%" not in page(cast.qa_lead, f"reports:{name.replace('-', '_')}", **address).text


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((37, 1, 1, 1), "95%"),
        ((9, 4, 10, 10), "39%"),
        ((3, 2, 1, 0), "83%"),
        ((1, 7, 9, 1), "44%"),
        ((2, 2, 7, 0), "36%"),
        ((3, 0, 3, 2), "38%"),
        ((3, 14, 1, 0), "94%"),
    ],
)
def test_good_or_better_of_the_cases_that_were_wrong(cast, counts, expected):
    add_audits(cast.service, cast.team, spread(*counts))
    scope = scope_of(cast.head, REPORTS["grade-distribution"], by="service")
    (row,) = REPORTS["grade-distribution"](scope).rows
    assert row.grades.good_or_better_in_words.startswith(f"{expected} (")


def test_two_rows_of_the_same_counts_read_the_same(cast):
    add_audits(cast.service, cast.team, spread(3, 3, 2, 0))
    add_audits(cast.elsewhere, cast.team_elsewhere, spread(3, 3, 2, 0))
    for headings, rows in tables(page(cast.qa_lead, "reports:self_evaluation").text):
        if "Outstanding" in headings:
            assert [cell for row in rows for cell in row if "(" in cell].count("3 (38%)") == 4
