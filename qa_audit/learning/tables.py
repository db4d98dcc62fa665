"""The list of learning reviews, its filter and its file."""

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from qa_audit.common import tables
from qa_audit.common.excel import Column, Sheet
from qa_audit.common.filters import DateFilter, FilterSet
from qa_audit.common.wording import short_day
from qa_audit.learning.models import COUNTED_STATUSES, LearningReview, ReviewStatus, ReviewType
from qa_audit.people.models import Service, User

COUNTED = "counted"


def listed_reviews(user: User) -> QuerySet:
    """The reviews of which the person may know; `is_readable` says which they may open, too."""
    readable = LearningReview.objects.visible_to(user).filter(pk=OuterRef("pk"))
    listed = LearningReview.objects.listed_for(user).select_related("lead_service")
    return listed.annotate(is_readable=Exists(readable))


class ReviewFilter(FilterSet):
    review_type = django_filters.ChoiceFilter(label="Type", choices=ReviewType.choices, method="of_readable")
    status = django_filters.ChoiceFilter(
        label="Status",
        choices=[*ReviewStatus.choices, (COUNTED, "Completed or published")],
        method="with_status",
    )
    service = django_filters.ModelChoiceFilter(
        field_name="lead_service",
        label="Lead service",
        queryset=lambda request: Service.objects.visible_to(request.user),
    )
    completed_from = DateFilter(field_name="completed_on", lookup_expr="gte", label="Completed from")
    completed_to = DateFilter(field_name="completed_on", lookup_expr="lte", label="Completed to")

    class Meta:
        model = LearningReview
        fields = []

    def of_readable(self, queryset, name, value):
        """Of a review that the person may not open, the list does not tell the type."""
        return queryset.filter(**{name: value}, is_readable=True)

    def with_status(self, queryset, name, value):
        return queryset.filter(status__in=COUNTED_STATUSES if value == COUNTED else [value])


def _if_readable(record: LearningReview, value):
    return value if record.is_readable else "Not open to you"


class ReviewTable(tables.ListTable):
    reference = tables.LinkColumn(url=lambda record: record.get_absolute_url() if record.is_readable else "")
    # Not sortable: the order would tell of titles and types that are not shown.
    title = tables.ListColumn(orderable=False)
    review_type = tables.ListColumn(verbose_name="Type", orderable=False)
    lead_service = tables.ListColumn(accessor="lead_service__name", verbose_name="Lead service")
    status = tables.StateColumn(choices=ReviewStatus.choices)
    due_on = tables.DateColumn(verbose_name="Due")
    completed_on = tables.DateColumn(verbose_name="Completed")

    caption, noun, plural = "Learning reviews", "learning review", "learning reviews"
    is_caption_hidden = True

    class Meta:
        order_by = ("-completed_on",)

    def render_completed_on(self, value, record):
        return short_day(value) if record.is_counted else ""

    def render_title(self, value, record):
        return _if_readable(record, value)

    def render_review_type(self, value, record):
        return _if_readable(record, value)


COLUMNS = [
    Column("Reference", width=14),
    Column("Title", width=44),
    Column("Type", width=30),
    Column("Lead service", width=34),
    Column("Status", width=12),
    Column("Notified", "date"),
    Column("Due", "date"),
    Column("Completed", "date"),
    Column("Published", "date"),
]


def review_sheet(reviews: QuerySet) -> Sheet:
    """The list as a sheet: no case reference and no narrative."""
    rows = (
        (
            review.reference,
            _if_readable(review, review.title),
            _if_readable(review, review.get_review_type_display()),
            review.lead_service.name,
            review.get_status_display(),
            review.notified_on if review.is_readable else None,
            review.due_on,
            review.completed_on if review.is_counted else None,
            review.published_on if review.is_readable else None,
        )
        for review in reviews.iterator(chunk_size=500)
    )
    return Sheet("Learning reviews", COLUMNS, rows, freeze=1)
