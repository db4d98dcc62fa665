"""The list of tool versions."""

from qa_audit.common import tables
from qa_audit.tools.models import VersionStatus


class ToolVersionTable(tables.ListTable):
    tool = tables.LinkColumn(accessor="tool__title")
    number = tables.NumberColumn(verbose_name="Version")
    status = tables.StateColumn(choices=VersionStatus.choices)
    audits = tables.ListColumn(accessor="tool__audits", verbose_name="What it looks at")
    scale = tables.ListColumn()
    published_at = tables.DateColumn(verbose_name="Published")
    made = tables.NumberColumn(verbose_name="Audits made on it")

    caption, noun, plural = "Tools and their versions", "version", "versions"
    is_caption_hidden = True

    class Meta:
        order_by = ("tool", "-number")
