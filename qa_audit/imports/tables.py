"""Lists of what came in, and of what is wrong with a file."""

from qa_audit.common import tables
from qa_audit.common.wording import short_day
from qa_audit.imports.models import ImportedRow, PastImport


class PastImportTable(tables.ListTable):
    file_name = tables.LinkColumn(verbose_name="File", url=lambda one: one.get_absolute_url())
    at = tables.DateColumn(verbose_name="Imported on")
    by = tables.ListColumn(accessor="by__name", verbose_name="By")
    rows = tables.NumberColumn()
    made = tables.NumberColumn(verbose_name="Imported")
    skipped = tables.NumberColumn(verbose_name="Already stored")
    withdrawn_at = tables.DateColumn(verbose_name="Withdrawn on", default="")

    caption, noun, plural = "Files imported so far", "file", "files"

    class Meta:
        model = PastImport
        order_by = "-at"
        fields = ("file_name", "at", "by", "rows", "made", "skipped", "withdrawn_at")


class ImportedRowTable(tables.ListTable):
    reference = tables.LinkColumn(
        accessor="record__reference", orderable=False, url=lambda row: row.record.get_absolute_url()
    )
    kind = tables.ListColumn(accessor="pk", orderable=False)
    service = tables.ListColumn(accessor="pk", orderable=False)
    on = tables.DateColumn(accessor="pk", verbose_name="Audited or completed", orderable=False)
    state = tables.ListColumn(accessor="pk", verbose_name="State", orderable=False)

    caption, noun, plural = "Audits and reviews from its rows", "audit or review", "audits and reviews"

    class Meta:
        model = ImportedRow
        fields = ("reference", "kind", "service", "on", "state")
        order_by = ("pk",)

    def render_kind(self, record):
        return record.audit.get_kind_display() if record.audit else "Learning review"

    def render_service(self, record):
        return record.audit.service.name if record.audit else record.review.lead_service.name

    def render_on(self, record):
        return short_day(record.audit.audited_on if record.audit else record.review.completed_on)

    def render_state(self, record):
        return record.audit.get_state_display() if record.audit else record.review.get_status_display()


class ProblemTable(tables.ListTable):
    row = tables.NumberColumn()
    column = tables.ListColumn(orderable=False)
    cell = tables.ListColumn(orderable=False)
    words = tables.ListColumn(verbose_name="What is wrong", orderable=False)

    caption, noun, plural = "Problems", "problem", "problems"


class WarningTable(ProblemTable):
    words = tables.ListColumn(verbose_name="What to look at", orderable=False)

    caption, noun, plural = "Warnings: these do not stop the import", "warning", "warnings"

    class Meta:
        prefix = "warning-"
