"""A pack as a file: xlsx with the table on its first sheet, or csv."""

from kpi.packs.pack import Pack
from qa_audit.common import excel

KINDS = ("xlsx", "csv")


def content(pack: Pack, kind: str, *, is_full: bool) -> bytes:
    """The file's bytes; `kind` is one of KINDS. Full with what only readers need, for a page's file."""
    sheet = pack.sheet(is_full=is_full)
    if kind == "csv":
        return excel.csv_bytes(sheet)
    properties = excel.Properties(title=pack.title, author=str(pack.user), created=pack.at)
    return excel.xlsx_bytes([sheet, pack.about()], properties=properties)


def file_name(pack: Pack, kind: str) -> str:
    """kpi-dataset 2019-06.xlsx"""
    return f"{pack.name} {pack.month:%Y-%m}.{kind}"
