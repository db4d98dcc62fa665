"""Files that a page gives to save."""

from collections.abc import Iterable
from pathlib import PurePath

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from qa_audit.common.excel import Properties, Sheet, xlsx_bytes

CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def attachment(content: bytes | str, file_name: str) -> HttpResponse:
    """The answer by which a browser saves the content; the end of the file's name says what it is."""
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES.get(PurePath(file_name).suffix.lower(), "application/octet-stream"),
        headers={"Content-Disposition": content_disposition_header(True, file_name)},
    )


def workbook(sheets: Iterable[Sheet], *, title: str, author: str, file_name: str) -> HttpResponse:
    """The answer by which a browser saves the sheets as a workbook."""
    properties = Properties(title, author=author, created=timezone.now())
    return attachment(xlsx_bytes(sheets, properties=properties), file_name)
