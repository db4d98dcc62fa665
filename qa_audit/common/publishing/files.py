"""A document as a file: xlsx with its sheets and what they are about, or csv with its first table."""

from pathlib import Path

from qa_audit.common import excel
from qa_audit.common.publishing.values import Column, Document, Table

KINDS = ("xlsx", "csv")
ABOUT = [Column("About", width=24), Column("", width=90)]


def content(document: Document, kind: str) -> bytes:
    """The file's bytes; `kind` is one of KINDS."""
    if kind == "csv":
        return excel.csv_bytes(sheet_of(document.single or document.sheets[0]))
    about = [Table("About", ABOUT, document.facts)] if document.facts else []
    sheets = [sheet_of(table) for table in (*document.sheets, *about)]
    properties = excel.Properties(title=document.title, author=document.author, created=document.made_at)
    return excel.xlsx_bytes(sheets, properties=properties)


def sheet_of(table: Table) -> excel.Sheet:
    """The table as one sheet: header, rows, total."""
    return excel.Sheet(
        title=table.caption,
        columns=table.columns,
        rows=[table.values(row) for row in table.rows],
        totals=[] if table.total is None else [table.values(table.total)],
        freeze=table.freeze,
    )


def file_name(document: Document, kind: str) -> str:
    """self-evaluation 2021-01-01 to 2021-12-31.xlsx"""
    return f"{document.name} {document.period}.{kind}"


def write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    half_done = path.with_name(f".{path.name}.part")
    try:
        half_done.write_bytes(content)
        half_done.replace(path)
    finally:
        half_done.unlink(missing_ok=True)
