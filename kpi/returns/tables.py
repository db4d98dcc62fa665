"""Lists of returns, and of what a return would do."""

from kpi.returns.lines import Kind
from kpi.returns.models import Return
from qa_audit.common import tables


class ReturnTable(tables.Table):
    """Returns with what became of them."""

    name = tables.LinkColumn(verbose_name="Return", order_by="pk")
    uploaded_at = tables.DateColumn(verbose_name="Uploaded on")
    by = tables.Column(accessor="by__name", verbose_name="By")
    standing = tables.Column(verbose_name="Status", orderable=False)
    new = tables.NumberColumn()
    revised = tables.NumberColumn()
    unchanged = tables.NumberColumn()

    caption, noun, plural = "Returns", "return", "returns"
    is_caption_hidden = True

    class Meta:
        model = Return
        order_by = "-uploaded_at"
        fields = ("name", "uploaded_at", "by", "standing", "new", "revised", "unchanged")


class LineTable(tables.Table):
    """What a return would do, a line for each figure, problem and warning."""

    row = tables.NumberColumn(orderable=False)
    column = tables.Column(orderable=False)
    cell = tables.Column(orderable=False)
    kind = tables.StateColumn(choices=Kind.choices, verbose_name="What", orderable=False)
    indicator = tables.Column(orderable=False)
    unit = tables.Column(verbose_name="Team or service", orderable=False)
    month = tables.Column(orderable=False)
    old = tables.Column(verbose_name="Stored now", orderable=False, classes="numeric")
    new = tables.Column(verbose_name="In the file", orderable=False, classes="numeric")
    words = tables.Column(verbose_name="In words", orderable=False)

    caption, noun, plural = "What this return would do", "line", "lines"
