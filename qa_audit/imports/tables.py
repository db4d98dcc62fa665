"""Lists of what came in, and of what is wrong with a file."""

from qa_audit.common import tables
from qa_audit.imports.models import PastImport


class PastImportTable(tables.Table):
    file_name = tables.Column(verbose_name="File")
    at = tables.DateColumn(verbose_name="Imported on")
    by = tables.Column(accessor="by__name", verbose_name="By")
    rows = tables.NumberColumn()
    made = tables.NumberColumn(verbose_name="Imported")
    skipped = tables.NumberColumn(verbose_name="Stored already")

    caption, noun, plural = "Files imported so far", "file", "files"

    class Meta:
        model = PastImport
        order_by = "-at"
        fields = ("file_name", "at", "by", "rows", "made", "skipped")


class ProblemTable(tables.Table):
    row = tables.NumberColumn()
    column = tables.Column(orderable=False)
    address = tables.Column(verbose_name="Cell", orderable=False)
    words = tables.Column(verbose_name="What is wrong", orderable=False)

    caption, noun, plural = "Problems", "problem", "problems"


class WarningTable(ProblemTable):
    words = tables.Column(verbose_name="What to look at", orderable=False)

    caption, noun, plural = "Warnings: these do not stop the import", "warning", "warnings"

    class Meta:
        prefix = "warning-"
