"""A report as a file: xlsx with the table on its first sheet, or csv."""

from pathlib import Path

from qa_audit.common import excel
from qa_audit.reports.report import Report

KINDS = ("xlsx", "csv")


def content(report: Report, kind: str) -> bytes:
    """The file's bytes; `kind` is one of KINDS."""
    if kind == "csv":
        return excel.csv_bytes(report.sheet())
    properties = excel.Properties(title=report.title, author=str(report.scope.user), created=report.at)
    return excel.xlsx_bytes(report.sheets(), properties=properties)


def file_name(report: Report, kind: str) -> str:
    """self-evaluation 2021-01-01 to 2021-12-31.xlsx"""
    period = report.scope.period
    return f"{report.name} {period.first} to {period.last}.{kind}"


def write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    half_done = path.with_name(f".{path.name}.part")
    try:
        half_done.write_bytes(content)
        half_done.replace(path)
    finally:
        half_done.unlink(missing_ok=True)
