"""The list of indicators, what is in force when, and the file of definitions."""

from datetime import date

import django_filters
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from kpi.indicators.models import (
    Area,
    Benchmark,
    Indicator,
    IndicatorStatus,
    IndicatorVersion,
    Polarity,
    Target,
    Unit,
)
from qa_audit.common import tables
from qa_audit.common.components import tag_html
from qa_audit.common.excel import Column, Sheet
from qa_audit.common.filters import FilterSet
from qa_audit.common.months import month_words

IN_FORCE, EARLIER, TO_COME = "In force", "Earlier", "To come"


def standing(first: date | None, last: date | None, at: date) -> str:
    """Whether something from `first` to `last` (None: no end) is in force at a day, was, or will be."""
    if first and first > at:
        return TO_COME
    return EARLIER if last and last < at else IN_FORCE


class IndicatorFilter(FilterSet):
    text = django_filters.CharFilter(method="with_text", label="Code or title")
    area = django_filters.ModelChoiceFilter(queryset=Area.objects.all(), label="Area")
    status = django_filters.ChoiceFilter(choices=IndicatorStatus.choices, label="Status")

    class Meta:
        model = Indicator
        fields = []

    def with_text(self, indicators, name, text):
        return indicators.filter(Q(code__icontains=text) | Q(versions__title__icontains=text)).distinct()


class IndicatorTable(tables.Table):
    code = tables.LinkColumn(url=lambda one: reverse("indicators:sheet", args=[one.slug]), classes="")
    title = tables.Column()
    area = tables.Column(accessor="area__title", verbose_name="Area")
    unit = tables.Column()
    polarity = tables.Column(verbose_name="Which way is good")
    status = tables.StateColumn(choices=IndicatorStatus.choices)

    caption, noun, plural = "Indicators", "indicator", "indicators"
    is_caption_hidden = True

    def render_unit(self, value):
        return Unit(value).label

    def render_polarity(self, value):
        return Polarity(value).label


class MonthColumn(tables.Column):
    """June 2026"""

    classes = "nowrap"

    def render(self, value):
        return month_words(value)


class StandingColumn(tables.Column):
    """Whether the row is in force at the table's day."""

    def __init__(self, first: str, last: str):
        super().__init__(verbose_name="Standing", accessor="pk")
        self.first, self.last = first, last

    def render(self, record, table):
        word = standing(getattr(record, self.first), getattr(record, self.last), table.at)
        return tag_html("state", word, word)


class _TimelineTable(tables.Table):
    """What is in force when; `at` is the month, or the day, for which it is told."""

    change_url = ""
    # The columns that stand before the others: the first one names the row.
    leading: tuple[str, ...] = ()

    change = tables.Column(accessor="pk")

    def __init__(self, *args, at: date, may_keep: bool = True, **kwargs):
        order = (*self.leading, "...", "change")
        hidden = () if may_keep else ("change",)
        super().__init__(*args, orderable=False, sequence=order, exclude=hidden, **kwargs)
        self.at = at

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
    to_month = MonthColumn(verbose_name="To", default="Goes on")
    standing = StandingColumn("from_month", "to_month")


class VersionTable(_TimelineTable):
    from_month = MonthColumn(verbose_name="From")
    until = MonthColumn(verbose_name="To", default="Goes on")
    standing = StandingColumn("from_month", "until")
    title = tables.Column()
    reason = tables.Column(verbose_name="Reason", default="")

    change_url = "indicators:change_version"
    caption, noun = "Versions", "version"
    is_caption_hidden = True

    def named(self, record):
        return f"the version from {month_words(record.from_month)}"


class TargetTable(_MonthsTable):
    target = tables.Column(accessor="pk", verbose_name="Target")
    of = tables.Column(accessor="pk", verbose_name="For")
    reason = tables.Column(default="")

    change_url = "indicators:change_target"
    caption, noun = "Targets", "target"
    is_caption_hidden = True
    empty_text = "No target was set."

    def render_target(self, record):
        return str(record)

    def render_of(self, record):
        return str(record.service or record.team or "The council")


class BenchmarkTable(_MonthsTable):
    who = tables.Column(accessor="pk", verbose_name="Who and when")
    value = tables.Column(classes="numeric")
    basis = tables.Column(accessor="get_basis_display")
    comparability = tables.Column(accessor="get_comparability_display", verbose_name="Comparable")

    change_url = "indicators:change_benchmark"
    caption, noun = "Benchmarks", "benchmark"
    is_caption_hidden = True
    empty_text = "No benchmark was set."

    def render_who(self, record):
        return str(record)

    def render_value(self, value):
        return f"{value.normalize():f}"

    def render_comparability(self, value, record):
        return f"{value}: {record.difference}" if record.difference else value


class PopulationTable(_MonthsTable):
    age_band = tables.Column()
    people = tables.NumberColumn()
    mid_year = tables.Column(default="", classes="numeric")
    release = tables.Column(default="")

    change_url = "indicators:change_population"
    leading = ("age_band",)
    caption, noun = "Populations", "population"
    is_caption_hidden = True


class ThresholdTable(_MonthsTable):
    status = tables.Column(verbose_name="Qualifying status")
    children = tables.NumberColumn(verbose_name="High from this many children")

    change_url = "indicators:change_threshold"
    leading = ("status",)
    caption, noun = "Caseload thresholds", "threshold"
    is_caption_hidden = True


class AliasTable(_TimelineTable):
    name = tables.Column(verbose_name="Other name")
    team = tables.Column(accessor="team__name")
    starts_on = tables.DateColumn(verbose_name="From", default="Always")
    ends_on = tables.DateColumn(verbose_name="To", default="Goes on")
    standing = StandingColumn("starts_on", "ends_on")

    change_url = "indicators:change_alias"
    caption, noun = "Other names of teams", "other name"
    is_caption_hidden = True

    def named(self, record):
        return record.name


class AreaTable(tables.Table):
    title = tables.LinkColumn(url=lambda area: reverse("indicators:change_area", args=[area.pk]))
    order = tables.NumberColumn(verbose_name="Place in lists")
    indicators = tables.NumberColumn(accessor="indicators_count", verbose_name="Indicators")

    caption, noun = "Areas", "area"
    is_caption_hidden = True

    class Meta:
        orderable = False


class _InForceTable(tables.Table):
    """What holds in one month, indicator by indicator; the rows are plain."""

    code = tables.LinkColumn(url=lambda row: reverse("indicators:sheet", args=[row["slug"]]), classes="")
    title = tables.Column()
    area = tables.Column()

    def __init__(self, rows):
        super().__init__(rows, orderable=False)


class TargetsInForceTable(_InForceTable):
    standing = tables.Column(verbose_name="Standing")
    target = tables.Column(default="")
    of_units = tables.NumberColumn(verbose_name="For services and teams", default="")

    caption, noun, plural = "Targets in force", "indicator", "indicators"

    def render_standing(self, value):
        return tag_html("state", value, value)


class BenchmarksInForceTable(_InForceTable):
    benchmarks = tables.Column(default="None")

    caption, noun, plural = "Benchmarks in force", "indicator", "indicators"


HAS_TARGET, TO_BE_CONFIRMED, NO_TARGET = "Has a target", "To be confirmed", "No target"


def _place(indicator) -> dict:
    return {
        "slug": indicator.slug,
        "code": indicator.code,
        "title": indicator.title,
        "area": indicator.area.title,
    }


def targets_in_force(indicators, month: date) -> list[dict]:
    """Each indicator with the council's own target of the month, and how many services and teams have one."""
    own, others = {}, {}
    for target in Target.objects.in_force(month).filter(indicator__in=indicators.values("pk")):
        if target.service_id or target.team_id:
            others[target.indicator_id] = others.get(target.indicator_id, 0) + 1
        else:
            own[target.indicator_id] = target
    rows = []
    for indicator in indicators:
        target = own.get(indicator.pk)
        word = NO_TARGET
        if target:
            word = TO_BE_CONFIRMED if target.is_to_be_confirmed else HAS_TARGET
        said = str(target) if word == HAS_TARGET else ""
        of_units = others.get(indicator.pk)
        rows.append({**_place(indicator), "standing": word, "target": said, "of_units": of_units})
    return rows


def benchmarks_in_force(indicators, month: date) -> list[dict]:
    """Each indicator with what others reach beside the month, in one text."""
    found: dict[int, list[str]] = {}
    for one in Benchmark.objects.in_force(month).filter(indicator__in=indicators.values("pk")):
        found.setdefault(one.indicator_id, []).append(f"{one}: {one.value.normalize():f}")
    return [
        {**_place(indicator), "benchmarks": "; ".join(found.get(indicator.pk, ()))}
        for indicator in indicators
    ]


# The records whose fields stand in the history of an indicator.
_TOLD = (Indicator, IndicatorVersion, Target, Benchmark)
_FIELDS = {field.name: field for kind in _TOLD for field in kind._meta.concrete_fields}


def told(events) -> list[tuple]:
    """Each event with its changes as (what, before, after), in the words of the pages."""
    return [
        (
            event,
            [
                (_field_words(name), _value_words(name, before), _value_words(name, after))
                for name, (before, after) in event.changes.items()
            ],
        )
        for event in events
    ]


def _field_words(name: str) -> str:
    field = _FIELDS.get(name)
    return str(field.verbose_name if field else name.replace("_", " ")).capitalize()


def _value_words(name: str, value: object) -> str:
    """A value as history kept it: choices by their labels, months in words, lists with commas."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name in ("from_month", "to_month"):
        return month_words(date.fromisoformat(str(value)))
    return str(dict(_FIELDS[name].flatchoices).get(value, value)) if name in _FIELDS else str(value)


COLUMNS = [
    Column("Code", width=16),
    Column("Area", width=24),
    Column("Status", width=10),
    Column("From", width=16),
    Column("Title", width=50),
    Column("Unit", width=16),
    Column("Basis", width=24),
    Column("Polarity", width=14),
    Column("Numerator", width=36),
    Column("Denominator", width=36),
    Column("Outcome", width=36),
    Column("Who is in and out", width=36),
    Column("Definition", width=50),
    Column("Source", width=24),
    Column("Owner", width=20),
    Column("Reporter", width=20),
    Column("Codes elsewhere", width=24),
]


def definition_sheet(indicators) -> Sheet:
    """The definitions in force this month, a row for each indicator, as they were first where none is yet."""
    versions: dict[int, IndicatorVersion] = {}
    today = timezone.localdate()
    for version in IndicatorVersion.objects.filter(indicator__in=indicators.values("pk")):
        if version.indicator_id not in versions or version.from_month <= today:
            versions[version.indicator_id] = version
    rows = (
        (
            indicator.code,
            indicator.area.title,
            indicator.get_status_display(),
            month_words(version.from_month),
            version.title,
            version.get_unit_display(),
            version.get_basis_display(),
            version.get_polarity_display(),
            version.numerator_words,
            version.denominator_words,
            version.outcome,
            version.who_counts,
            version.definition,
            version.source,
            version.owner_role,
            version.reporter_role,
            ", ".join(map(str, indicator.external_codes.all())),
        )
        for indicator in indicators
        if (version := versions.get(indicator.pk))
    )
    return Sheet("Definitions", COLUMNS, rows, freeze=1)
