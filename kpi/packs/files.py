"""A pack as a file: xlsx with the table on its first sheet, or csv."""

from kpi.packs.pack import Pack
from qa_audit.common import excel

KINDS = ("xlsx", "csv")


def content(pack: Pack, kind: str, *, is_full: bool) -> bytes:
    """The file's bytes; `kind` is one of KINDS. Full with what only readers need, for a page's file."""
    if kind == "csv":
        return excel.csv_bytes(pack.sheet(is_full=is_full, with_areas=True))
    properties = excel.Properties(title=pack.title, author=str(pack.user), created=pack.at)
    sheets = [pack.sheet(is_full=is_full), pack.about()]
    if pack.analyses:
        sheets.insert(1, pack.analysis_sheet())
    return excel.xlsx_bytes(sheets, properties=properties)


def file_name(pack: Pack, kind: str) -> str:
    """kpi-dataset 2019-06.xlsx"""
    return f"{pack.name} {pack.month:%Y-%m}.{kind}"
