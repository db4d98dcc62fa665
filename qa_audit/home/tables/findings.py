"""The list of findings, its filter and its file."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.html import format_html

from qa_audit.audits.models.audit import COUNTED_STATES
from qa_audit.common import tables
from qa_audit.common.excel import Column, Sheet
from qa_audit.common.filters import DateFilter, FilterSet
from qa_audit.findings.models import Finding, FindingKind, Origin, Severity, Theme
from qa_audit.learning.models import COUNTED_STATUSES
from qa_audit.people.models import Service, Team


class _ThemeChoice(django_filters.ModelChoiceFilter):
    """A theme, and with it those that are under it."""

    def filter(self, queryset, value):
        if value is None:
            return queryset
        return queryset.filter(
            pk__in=Finding.objects.filter(Q(themes=value) | Q(themes__parent=value)).values("pk")
        )


class FindingFilter(FilterSet):
    kind = django_filters.ChoiceFilter(label="Kind", choices=FindingKind.choices)
    service = django_filters.ModelChoiceFilter(
        label="Service", queryset=lambda request: Service.objects.visible_to(request.user)
    )
    team = django_filters.ModelChoiceFilter(
        label="Team", queryset=lambda request: Team.objects.visible_to(request.user)
    )
    theme = _ThemeChoice(
        label="Theme", queryset=lambda request: Theme.objects.visible_to(request.user).in_tree_order()
    )
    severity = django_filters.ChoiceFilter(label="Severity", choices=Severity.choices)
    origin = django_filters.ChoiceFilter(label="Origin", choices=Origin.choices)
    standing = django_filters.ChoiceFilter(
        label="Status",
        choices=[("final", "Final"), ("provisional", "Not final yet")],
        method="with_standing",
    )
    found_from = DateFilter(field_name="found_on", lookup_expr="gte", label="Found from")
    found_to = DateFilter(field_name="found_on", lookup_expr="lte", label="Found to")

    class Meta:
        model = Finding
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.fields["theme"].label_from_instance = lambda theme: theme.path

    def with_standing(self, queryset, name, value):
        final = Q(audit_finding__audit__state__in=COUNTED_STATES) | Q(
            review_finding__review__status__in=COUNTED_STATUSES
        )
        return queryset.filter(final) if value == "final" else queryset.exclude(final)


def source(finding: Finding):
    """The audit or learning review that the finding came from."""
    return finding.audit_finding.audit if hasattr(finding, "audit_finding") else finding.review_finding.review


def is_final(finding: Finding) -> bool:
    """Whether what it came from counts."""
    origin = source(finding)
    return getattr(origin, "state", "") in COUNTED_STATES or getattr(origin, "status", "") in COUNTED_STATUSES


def themes_of(finding: Finding) -> str:
    return "; ".join(theme.path for theme in finding.themes.all())


class SourceColumn(tables.LinkColumn):
    """The reference of what a finding came from, as a link to it."""

    def render(self, value, record):
        link = super().render(source(record).reference, record)
        return (
            link
            if is_final(record)
            else format_html('{}<br><span class="sight-note">not final yet</span>', link)
        )


class FindingTable(tables.ListTable):
    text = tables.ListColumn(verbose_name="Finding", orderable=False)
    kind = tables.ListColumn()
    service = tables.ListColumn(accessor="service__name", verbose_name="Service and team")
    theme = tables.ListColumn(accessor="pk", verbose_name="Themes", orderable=False)
    found_on = tables.DateColumn(verbose_name="Found")
    came_from = SourceColumn(
        accessor="pk",
        verbose_name="From",
        orderable=False,
        url=lambda finding: source(finding).get_absolute_url(),
    )

    caption, noun = "Findings", "finding"
    is_caption_hidden = True

    class Meta:
        order_by = ("-found_on",)

    def render_kind(self, record):
        words, severity = record.get_kind_display(), record.get_severity_display()
        return f"{words}, {severity.lower()}" if severity else words

    def render_service(self, value, record):
        return f"{value}, {record.team}" if record.team else value

    def render_theme(self, record):
        return themes_of(record)


COLUMNS = [
    Column("Finding", width=60),
    Column("Kind", width=20),
    Column("Severity", width=16),
    Column("Service", width=34),
    Column("Team", width=24),
    Column("Themes", width=40),
    Column("Origin", width=18),
    Column("Found", "date"),
    Column("From", width=14),
    Column("Final", width=8),
]


def finding_sheet(findings: QuerySet) -> Sheet:
    """The list as a sheet, by our own references."""
    rows = (
        (
            finding.text,
            finding.get_kind_display(),
            finding.get_severity_display(),
            finding.service.name,
            finding.team.name if finding.team else "",
            themes_of(finding),
            finding.get_origin_display(),
            finding.found_on,
            source(finding).reference,
            is_final(finding),
        )
        for finding in findings.iterator(chunk_size=500)
    )
    return Sheet("Findings", COLUMNS, rows, freeze=1)
