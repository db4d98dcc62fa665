"""The list of safeguarding notices and its filter."""

import django_filters

from qa_audit.common import tables
from qa_audit.common.filters import DateFilter, FilterSet
from qa_audit.notices.models import Notice
from qa_audit.people.models import Service

WAITING, ACKNOWLEDGED = "waiting", "acknowledged"


class NoticeFilter(FilterSet):
    state = django_filters.ChoiceFilter(
        label="State",
        choices=[(WAITING, "Not acknowledged"), (ACKNOWLEDGED, "Acknowledged")],
        method="in_state",
    )
    service = django_filters.ModelChoiceFilter(
        label="Service", queryset=lambda request: Service.objects.visible_to(request.user)
    )
    raised_from = DateFilter(field_name="raised_at", lookup_expr="date__gte", label="Raised from")
    raised_to = DateFilter(field_name="raised_at", lookup_expr="date__lte", label="Raised to")

    class Meta:
        model = Notice
        fields = []

    def in_state(self, queryset, name, value):
        return queryset.filter(acknowledged_at__isnull=value == WAITING)


class NoticeTable(tables.ListTable):
    reference = tables.LinkColumn(verbose_name="Raised from")
    service = tables.ListColumn(accessor="service__name")
    team = tables.ListColumn(accessor="team__name", default="")
    raised_at = tables.DateColumn(verbose_name="Raised")
    acknowledged_at = tables.DateColumn(verbose_name="Acknowledged", default="Not acknowledged")
    acknowledged_by = tables.ListColumn(accessor="acknowledged_by__name", verbose_name="By", default="")

    caption, noun, plural = "Safeguarding notices", "notice", "notices"
    is_caption_hidden = True

    class Meta:
        order_by = ("-raised_at",)
