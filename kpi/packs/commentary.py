"""The commentary that waits: for heads to write, for analysts to approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpi.indicators.models import Indicator, IndicatorVersion
from kpi.packs.models import Commentary, CommentaryStatus
from kpi.returns.models import Observation
from qa_audit.common.identifiers import Sighting, scan
from qa_audit.people.models import Role, User


@dataclass(frozen=True)
class Entry:
    """An indicator with a figure in the month, and what is written about it."""

    version: IndicatorVersion
    commentary: Commentary | None

    @property
    def status(self) -> str:
        return self.commentary.status if self.commentary else ""

    @property
    def is_returned(self) -> bool:
        return self.status == CommentaryStatus.DRAFT and bool(self.commentary.returned_note)

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        if self.is_returned:
            return "Returned to you"
        return self.commentary.get_status_display() if self.commentary else "Not written"


def entries(user: User, month: date) -> list[Entry]:
    """The month's commentary on the indicators for which the person may write, in the order of areas.

    Heads get those of their services, analysts all. Three queries.
    """
    with_figure = Observation.objects.current().filter(month=month, service=None)
    indicators = Indicator.objects.visible_to(user).filter(pk__in=with_figure.values("indicator"))
    if not user.has_role(Role.ANALYST):
        indicators = indicators.filter(services__in=user.headed_service_ids)
    versions = IndicatorVersion.objects.in_force(month).filter(indicator__in=indicators.values("pk"))
    written = Commentary.objects.visible_to(user).for_service().filter(month=month)
    by_indicator = {one.indicator_id: one for one in written}
    return [
        Entry(version, by_indicator.get(version.indicator_id))
        for version in versions.select_related("indicator__area").in_order()
    ]


def waiting_for_approval(user: User) -> Sequence[Commentary]:
    """What was submitted in any month, for analysts; the oldest month first."""
    if not user.has_role(Role.ANALYST):
        return []
    submitted = Commentary.objects.visible_to(user).for_service().waiting_for_approval()
    return list(submitted.select_related("indicator", "written_by").order_by("month", "indicator__code"))


def could_name_somebody(*texts: str) -> list[Sighting]:
    """What in the texts looks like a name, an address or a number that names a child."""
    return [sighting for text in texts for sighting in scan(text)]
