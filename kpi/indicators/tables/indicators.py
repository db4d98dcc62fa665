"""The list of indicators, the areas they come under, and the file of definitions."""

import django_filters
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator, IndicatorStatus
from kpi.indicators.models.versions import Basis, IndicatorVersion, Polarity, Unit
from kpi.indicators.tables.values import title_with_code
from qa_audit.common import tables
from qa_audit.common.excel import Column, Sheet
from qa_audit.common.filters import FilterSet
from qa_audit.common.months import month_words


class IndicatorFilter(FilterSet):
    text = django_filters.CharFilter(method="with_text", label="Code or title")
    area = django_filters.ModelChoiceFilter(queryset=Area.objects.all(), label="Area")
    status = django_filters.ChoiceFilter(choices=IndicatorStatus.choices, label="Status")

    class Meta:
        model = Indicator
        fields = []

    def with_text(self, indicators, name, text):
        return indicators.filter(Q(code__icontains=text) | Q(versions__title__icontains=text)).distinct()


class _NameColumn(tables.LinkColumn):
    def render(self, value, record):
        return super().render(title_with_code(record.code, value), record)


class IndicatorTable(tables.ListTable):
    title = _NameColumn(
        url=lambda one: reverse("indicators:sheet", args=[one.slug]), classes="", verbose_name="Indicator"
    )
    area = tables.ListColumn(accessor="area__title", verbose_name="Area")
    unit = tables.ListColumn()
    polarity = tables.ListColumn(verbose_name="Which way is good")
    status = tables.StateColumn(choices=IndicatorStatus.choices)

    caption, noun, plural = "Indicators", "indicator", "indicators"
    is_caption_hidden = True

    def render_unit(self, value):
        return Unit(value).label

    def render_polarity(self, value):
        return Polarity(value).label


class AreaTable(tables.ListTable):
    title = tables.LinkColumn(url=lambda area: reverse("indicators:change_area", args=[area.pk]))
    order = tables.NumberColumn(verbose_name="Place in lists")
    indicators = tables.NumberColumn(accessor="indicators_count", verbose_name="Indicators")

    caption, noun = "Areas", "area"
    is_caption_hidden = True

    class Meta:
        orderable = False


COLUMNS = [
    Column("Title", width=50),
    Column("Area", width=24),
    Column("Status", width=10),
    Column("From", width=16),
    Column("Unit", width=16),
    Column("Basis", width=24),
    Column("Polarity", width=14),
    Column("Numerator", width=36),
    Column("Denominator", width=36),
    Column("Outcome", width=36),
    Column("Who is counted and who is not", width=36),
    Column("Definition", width=50),
    Column("Source", width=24),
    Column("Owner", width=20),
    Column("Reporter", width=20),
    Column("Code", width=24),
    Column("Codes elsewhere", width=24),
]
# What a definition says in words, in the order of these columns.
DEFINITION_WORDS = (
    *("numerator_words", "denominator_words", "outcome", "who_counts", "definition", "source"),
    *("owner_role", "reporter_role"),
)


def definition_sheet(indicators) -> Sheet:
    """The definitions in force this month, a row for each indicator, as they were first where none is yet."""
    versions: dict[int, IndicatorVersion] = {}
    today = timezone.localdate()
    for version in IndicatorVersion.objects.filter(indicator__in=indicators.values("pk")):
        if version.indicator_id not in versions or version.from_month <= today:
            versions[version.indicator_id] = version
    rows = (
        (
            version.title,
            indicator.area.title,
            indicator.get_status_display(),
            month_words(version.from_month),
            version.get_unit_display(),
            version.get_basis_display(),
            version.get_polarity_display(),
            *(getattr(version, name) or Basis.NOT_STATED.label for name in DEFINITION_WORDS),
            indicator.code,
            ", ".join(map(str, indicator.external_codes.all())),
        )
        for indicator in indicators
        if (version := versions.get(indicator.pk))
    )
    return Sheet("Definitions", COLUMNS, rows, freeze=1)
