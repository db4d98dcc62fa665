"""What an indicator means, is held against and is called, from when to when."""

from datetime import date

from django.urls import reverse
from django.utils.html import format_html

from kpi.indicators.tables.values import target_words, with_unit
from qa_audit.common import tables
from qa_audit.common.components import tag_html
from qa_audit.common.months import month_words

IN_FORCE, EARLIER, TO_COME = "In force", "Earlier", "To come"


def standing(first: date | None, last: date | None, at: date) -> str:
    """Whether something from `first` to `last` (None: no end) is in force at a day, was, or will be."""
    if first and first > at:
        return TO_COME
    return EARLIER if last and last < at else IN_FORCE


class MonthColumn(tables.ListColumn):
    """June 2026"""

    classes = "nowrap"

    def render(self, value):
        return month_words(value)


class StandingColumn(tables.ListColumn):
    """Whether the row is in force at the table's day."""

    def __init__(self, first: str, last: str):
        super().__init__(verbose_name="Status", accessor="pk")
        self.first, self.last = first, last

    def render(self, record, table):
        word = standing(getattr(record, self.first), getattr(record, self.last), table.at)
        return tag_html("state", word, word)


class _TimelineTable(tables.ListTable):
    """What is in force when; `at` is the month, or the day, for which it is shown, `unit` the values'."""

    is_caption_hidden = True
    change_url = ""
    # The columns that stand before the others: the first one names the row.
    leading: tuple[str, ...] = ()

    change = tables.ListColumn(accessor="pk")

    def __init__(self, *args, at: date, may_keep: bool = True, unit: str = "", **kwargs):
        order = (*self.leading, "...", "change")
        hidden = () if may_keep else ("change",)
        super().__init__(*args, orderable=False, sequence=order, exclude=hidden, **kwargs)
        self.at, self.unit = at, unit

    def render_change(self, record):
        return format_html(
            '<a class="govuk-link" href="{}">Change<span class="govuk-visually-hidden"> {}</span></a>',
            reverse(self.change_url, args=[record.pk]),
            self.named(record),
        )

    def named(self, record) -> str:
        """The row in a few words, for the link that changes it."""
        return f"{record} {record.stretch()}"


class _MonthsTable(_TimelineTable):
    from_month = MonthColumn(verbose_name="From")
    to_month = MonthColumn(verbose_name="To", default="Still in force")
    standing = StandingColumn("from_month", "to_month")


class VersionTable(_TimelineTable):
    from_month = MonthColumn(verbose_name="From")
    until = MonthColumn(verbose_name="To", default="Still in force")
    standing = StandingColumn("from_month", "until")
    title = tables.ListColumn()
    reason = tables.ListColumn(verbose_name="Reason", default="")

    change_url = "indicators:change_version"
    caption, noun = "Versions", "version"

    def named(self, record):
        return f"the version from {month_words(record.from_month)}"


class TargetTable(_MonthsTable):
    target = tables.ListColumn(accessor="pk", verbose_name="Target")
    of = tables.ListColumn(accessor="pk", verbose_name="For")
    reason = tables.ListColumn(default="")

    change_url = "indicators:change_target"
    caption, noun = "Targets", "target"
    empty_text = "No target has been set."

    def render_target(self, record):
        return target_words(record, self.unit)

    def render_of(self, record):
        return str(record.service or record.team or "The council")


class BenchmarkTable(_MonthsTable):
    who = tables.ListColumn(accessor="pk", verbose_name="Who and when")
    value = tables.ListColumn(classes="numeric")
    rank_words = tables.ListColumn(verbose_name="The council’s place", default="", orderable=False)
    basis = tables.ListColumn(accessor="get_basis_display")
    comparability = tables.ListColumn(accessor="get_comparability_display", verbose_name="Comparable")

    change_url = "indicators:change_benchmark"
    caption, noun = "Benchmarks", "benchmark"
    empty_text = "No benchmark has been set."

    def render_who(self, record):
        return str(record)

    def render_value(self, value):
        return with_unit(value, self.unit)

    def render_comparability(self, value, record):
        return f"{value}: {record.difference}" if record.difference else value


class PopulationTable(_MonthsTable):
    age_band = tables.ListColumn()
    people = tables.NumberColumn()
    mid_year = tables.ListColumn(default="", verbose_name="Mid-year estimate", classes="numeric")
    release = tables.ListColumn(default="", verbose_name="Publication")

    change_url = "indicators:change_population"
    leading = ("age_band",)
    caption, noun = "Populations", "population"


class ThresholdTable(_MonthsTable):
    status = tables.ListColumn(verbose_name="Qualifying status")
    children = tables.NumberColumn(verbose_name="High from (children)")

    change_url = "indicators:change_threshold"
    leading = ("status",)
    caption, noun = "Caseload thresholds", "threshold"


class AliasTable(_TimelineTable):
    name = tables.ListColumn(verbose_name="Other name")
    team = tables.ListColumn(accessor="team__name")
    starts_on = tables.DateColumn(verbose_name="From", default="Always")
    ends_on = tables.DateColumn(verbose_name="To", default="Still in use")
    standing = StandingColumn("starts_on", "ends_on")

    change_url = "indicators:change_alias"
    caption, noun = "Other names of teams", "other name"

    def named(self, record):
        return record.name
