"""Checking a file of past audits before anything is written."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from django.utils import timezone

from qa_audit.audits.actions.past import PastAudit
from qa_audit.common.wording import count, day
from qa_audit.imports.columns import PastHeadings, read_columns
from qa_audit.imports.known import Known
from qa_audit.imports.models import PastImport
from qa_audit.imports.reviews import PastReview
from qa_audit.imports.rows import PastRowReader
from qa_audit.imports.stored import Key, Past, Stored, key_of, stored_alike
from qa_audit.intake.remarks import Remark
from qa_audit.intake.uploads import UploadedTable, UploadRefused, read_table

MOST_ROWS = 100_000


@dataclass
class Check:
    """What a file holds, what is wrong with it, and what accepting it would make."""

    file_name: str
    sha256: str
    rows: int = 0
    skipped: int = 0
    audits: list[PastAudit] = field(default_factory=list)
    reviews: list[PastReview] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    # The import that already took this very file.
    seen: PastImport | None = None

    @property
    def makes(self) -> int:
        """How many audits and reviews it would make."""
        return len(self.audits) + len(self.reviews)

    @property
    def outcome(self) -> str:
        """What would happen, or why nothing would, in a sentence or two."""
        if self.problems:
            return (
                f"{count(len(self.problems), 'problem')} found. Nothing is imported until all are put right."
            )
        if self.seen:
            return f"This same file was imported on {day(self.seen.at)}. There is nothing to do."
        if not self.makes:
            return f"Nothing to do: {count(self.skipped, 'row')} already stored, with the same values."
        skipped = f" {count(self.skipped, 'row')} already stored would be skipped." if self.skipped else ""
        made = [count(len(self.audits), "audit")] if self.audits else []
        made += [count(len(self.reviews), "learning review")] if self.reviews else []
        return f"{count(self.rows, 'row')} read: {' and '.join(made)} would be imported.{skipped}"


def check_file(file: BinaryIO, *, file_name: str, max_rows: int = MOST_ROWS) -> Check:
    """Read the whole file and compare it with what is stored; nothing is written."""
    check = Check(file_name=file_name[-200:], sha256=hashlib.file_digest(file, "sha256").hexdigest())
    file.seek(0)
    check.seen = PastImport.objects.standing().filter(sha256=check.sha256).first()
    try:
        _read(read_table(file, file_name=file_name, max_rows=max_rows, with_formats=True), check)
    except UploadRefused as refusal:
        check.problems.append(Remark(str(refusal)))
    if check.seen and check.makes:
        check.seen = None  # rows of it were withdrawn in the meantime, and come in again
    elif check.seen:
        check.problems, check.warnings, check.skipped = [], [], 0
    check.problems.sort(key=lambda problem: (problem.row or 0, len(problem.cell), problem.cell))
    return check


def _read(table: UploadedTable, check: Check) -> None:
    columns = read_columns(table.headers, table.header_row)
    reader = PastRowReader(columns, Known(), timezone.localdate())
    check.problems, check.warnings = reader.problems, reader.warnings
    check.warnings += table.remarks()
    rows: dict[Key, int] = {}
    pasts: list[Past] = []
    for number, cells in table.rows():
        check.rows += 1
        past = reader.read(number, cells)
        if past is None:
            continue
        first = rows.setdefault(key_of(past), number)
        if first == number:
            pasts.append(past)
        else:
            reader.refuse_in("reference", f"This row repeats row {first}: the same reference, kind and date.")
    if not check.rows:
        check.problems.append(Remark("The file has a header but no rows below it.", table.header_row))
    for past, stored in stored_alike(pasts):
        _sort(past, stored, check, columns, rows[key_of(past)])


def _sort(past: Past, stored: list[Stored], check: Check, columns: PastHeadings, row: int) -> None:
    """Stored with equal values: skipped. With others: a problem. What was withdrawn does not count."""
    stored = [other for other in stored if not other.is_withdrawn]
    standing = [other.reference for other in stored]
    if any(replace(other.past, case_reference=past.case_reference) == past for other in stored):
        check.skipped += 1
    elif standing:
        says = f"{standing[0]} is stored with the same reference, kind and date, but with different values."
        check.problems.append(columns.problem("reference", row, says))
    else:
        (check.audits if isinstance(past, PastAudit) else check.reviews).append(past)
