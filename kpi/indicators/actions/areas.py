"""Adding and changing the areas under which indicators stand."""

from django.core.exceptions import ValidationError
from django.db import transaction

from kpi.indicators.actions.indicators import as_added, hold_all
from kpi.indicators.models.areas import Area
from kpi.indicators.permissions import require_analyst
from qa_audit.common.names import one_line, same_name
from qa_audit.history.actions import change, record
from qa_audit.people.models import User


@transaction.atomic
def add_area(*, title: str, order: int, by: User) -> Area:
    """Add an area; `order` is its place in every list and report."""
    require_analyst(by)
    hold_all()
    title = one_line(title)
    _require_free_title(title)
    area = Area.objects.create(title=title, order=order)
    record("area added", by=by, obj=area, changes=as_added(area, ("title", "order")))
    return area


@transaction.atomic
def change_area(*, area: Area, version: int, title: str, order: int, by: User) -> Area:
    """Give the area another title or place, over the version that the person saw."""
    require_analyst(by)
    hold_all()
    title = one_line(title)
    _require_free_title(title, but=area)
    area, changes = change(area, version, title=title, order=order)
    if changes:
        record("area changed", by=by, obj=area, changes=changes)
    return area


def _require_free_title(title: str, but: Area | None = None) -> None:
    if Area.objects.filter(same_name(title, "title_key")).exclude(pk=getattr(but, "pk", None)).exists():
        raise ValidationError({"title": f"There is already an area called “{title}”"})
