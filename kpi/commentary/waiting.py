"""The commentary that waits: for heads to write, for analysts to approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from kpi.commentary.models import Commentary, CommentaryStatus
from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import IndicatorVersion
from kpi.returns.models import Observation
from qa_audit.common.identifiers.sightings import Sighting
from qa_audit.people.checks import Look
from qa_audit.people.models import Role, User


@dataclass(frozen=True)
class Entry:
    """Something with figures in the month, and what is written about it."""

    subject: Indicator | Area
    month: date
    title: str
    code: str
    write_url: str
    commentary: Commentary | None

    @property
    def address(self) -> str:
        """Where it is written, or stands."""
        return self.commentary.get_absolute_url() if self.commentary else self.write_url

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


def _indicators(user: User, month: date):
    """Those with a figure of the council's or of teams in the month for which the person may write."""
    # Asked of each indicator: read the other way, a month's figures of all teams would be looked through.
    figures = Observation.objects.current().filter(indicator=OuterRef("pk"), month=month, service=None)
    indicators = Indicator.objects.visible_to(user).filter(Exists(figures))
    if not user.has_role(Role.ANALYST):
        indicators = indicators.filter(services__in=user.headed_service_ids)
    return indicators


def area_entries(user: User, month: date) -> list[Entry]:
    """The month's analysis of the areas in which the person answers for an indicator with a figure.

    Two queries.
    """
    areas = Area.objects.filter(pk__in=_indicators(user, month).values("area"))
    written = Commentary.objects.visible_to(user).for_service().of_areas().filter(month=month)
    by_area = {one.area_id: one for one in written}
    return [
        Entry(
            area,
            month,
            area.title,
            "",
            reverse("commentary:write_of_area", args=[area.pk, f"{month:%Y-%m}"]),
            by_area.get(area.pk),
        )
        for area in areas
    ]


def entries(user: User, month: date) -> list[Entry]:
    """The month's commentary on the indicators for which the person may write, in the order of areas.

    Heads get those of their services, analysts all. Three queries.
    """
    indicators = _indicators(user, month)
    versions = IndicatorVersion.objects.in_force(month).filter(indicator__in=indicators.values("pk"))
    written = Commentary.objects.visible_to(user).for_service().filter(month=month)
    by_indicator = {one.indicator_id: one for one in written}
    return [
        Entry(
            version.indicator,
            month,
            version.title,
            version.indicator.code,
            reverse("commentary:write", args=[version.indicator.slug, f"{month:%Y-%m}"]),
            by_indicator.get(version.indicator_id),
        )
        for version in versions.select_related("indicator__area").in_order()
    ]


def asked_for(user: User, month: date) -> list[Entry]:
    """What a head has yet to hand in: what was returned, then areas, then what they began on indicators."""
    handed_in = (CommentaryStatus.SUBMITTED, CommentaryStatus.APPROVED)
    areas = [one for one in area_entries(user, month) if one.status not in handed_in]
    begun = [one for one in entries(user, month) if one.status == CommentaryStatus.DRAFT]
    return sorted([*areas, *begun], key=lambda one: not one.is_returned)


def waiting_for_approval(user: User) -> Sequence[Commentary]:
    """What was submitted in any month, for analysts; the oldest month first."""
    if not user.has_role(Role.ANALYST):
        return []
    submitted = Commentary.objects.visible_to(user).for_service().waiting_for_approval()
    submitted = submitted.select_related("indicator", "area", "written_by")
    return list(submitted.order_by("month", "area__order", "indicator__code"))


def could_name_somebody(*texts: str) -> list[Sighting]:
    """What in the texts looks like a name, an address or a number that names a child."""
    look = Look()
    return [sighting for text in texts for sighting in look(text)]
