"""Lists of returns, and of what a return would do."""

from django.http import HttpRequest

from kpi.returns.lines import Kind
from kpi.returns.models import Return
from qa_audit.common import tables


class ReturnTable(tables.ListTable):
    """Returns with what became of them."""

    name = tables.LinkColumn(verbose_name="Return", order_by="pk")
    uploaded_at = tables.DateColumn(verbose_name="Uploaded on")
    by = tables.ListColumn(accessor="by__name", verbose_name="By")
    standing = tables.ListColumn(verbose_name="Status", orderable=False)
    new = tables.NumberColumn()
    revised = tables.NumberColumn()
    unchanged = tables.NumberColumn()

    caption, noun, plural = "Returns", "return", "returns"
    is_caption_hidden = True

    class Meta:
        model = Return
        order_by = "-uploaded_at"
        fields = ("name", "uploaded_at", "by", "standing", "new", "revised", "unchanged")


class LineTable(tables.ListTable):
    """What a return would do, a line for each figure, problem and warning."""

    MAY_BE_EMPTY = ("words", "indicator", "unit", "month", "old", "new", "column")

    row = tables.NumberColumn(orderable=False)
    cell = tables.ListColumn(orderable=False)
    kind = tables.StateColumn(choices=Kind.choices, verbose_name="What", orderable=False)
    words = tables.ListColumn(verbose_name="In words", orderable=False)
    indicator = tables.ListColumn(orderable=False)
    unit = tables.ListColumn(verbose_name="Team or service", orderable=False)
    month = tables.ListColumn(orderable=False)
    old = tables.ListColumn(verbose_name="Stored now", orderable=False, classes="numeric")
    new = tables.ListColumn(verbose_name="In the file", orderable=False, classes="numeric")
    column = tables.ListColumn(verbose_name="Column in the file", orderable=False)

    caption, noun, plural = "What this return would do", "line", "lines"

    @classmethod
    def of(cls, request: HttpRequest, lines: list[dict]) -> "LineTable":
        """Without the columns in which no line says anything."""
        empty = [name for name in cls.MAY_BE_EMPTY if not any(line[name] for line in lines)]
        return cls.for_request(request, lines, exclude=empty)


class StoredLineTable(LineTable):
    """What an accepted return did."""

    old = tables.ListColumn(verbose_name="Stored before", orderable=False, classes="numeric")

    caption = "What this return did"
