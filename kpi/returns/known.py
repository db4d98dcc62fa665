"""What the cells of a return may name: indicators with their versions, services and teams, closed months."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kpi.indicators.models.indicators import ExternalCode, Indicator
from kpi.indicators.models.months import Month
from kpi.indicators.models.versions import IndicatorVersion
from qa_audit.common.months import first_of, month_words
from qa_audit.common.names import did_you_mean, name_key, one_line
from qa_audit.intake.organisation import Organisation
from qa_audit.people.models import Service, Team

# Where teams are put that a first return brings, until an administrator moves them.
SERVICE_FOR_NEW_TEAMS = "Teams without a service"


@dataclass(eq=False, slots=True)
class Measure:
    """An indicator as a return meets it. One to be created has no `indicator` yet, and one version."""

    code: str
    status: str
    versions: list[IndicatorVersion]
    indicator: Indicator | None = None
    area: str = ""
    order: int = 0

    @property
    def unit(self) -> str:
        """What its figures are, by the newest version."""
        return self.versions[-1].unit if self.versions else ""

    def version(self, month: date) -> IndicatorVersion | None:
        """What it means in the month; None before its first version."""
        return next((one for one in reversed(self.versions) if one.from_month <= month), None)


@dataclass(eq=False, slots=True)
class Place:
    """Whose figure it is: the council's own, a service's, or a team's; a team may yet have to be created."""

    name: str
    service: Service | None = None
    team: Team | None = None
    is_council: bool = False
    # The service that the file names for a team to be created.
    within: Service | None = None

    @property
    def key(self) -> tuple[int | None, int | None]:
        """As stored figures name it."""
        return (self.service.pk if self.service else None, self.team.pk if self.team else None)

    @property
    def is_team(self) -> bool:
        """Also one that has yet to be created."""
        return not self.is_council and self.service is None

    def is_to_be_created(self) -> bool:
        """A team that the return brings."""
        return self.is_team and self.team is None

    def is_of(self, service: Service) -> bool:
        """Whether it is a team of the service, also one to be created."""
        home = self.team.service_id if self.team else self.within and self.within.pk
        return self.is_team and home == service.pk

    def had_ended_by(self, month: date) -> bool:
        """Whether it was gone before the month began."""
        unit = self.team or self.service
        return bool(unit and unit.ends_on and first_of(unit.ends_on) < month)


@dataclass
class Known:
    """Everything that a return may name, each looked up once."""

    may_create_teams: bool = False
    council: Place = field(default_factory=lambda: Place("", is_council=True))
    measures: dict[str, Measure] = field(default_factory=dict)
    by_id: dict[int, Measure] = field(default_factory=dict)
    closed: dict[date, Month] = field(default_factory=dict)
    _places: dict[str, Place | None] = field(default_factory=dict)
    _organisation: Organisation = field(default_factory=Organisation)
    _by_unit: dict[tuple[int | None, int | None], Place] = field(default_factory=dict)

    def __post_init__(self):
        self._by_unit[None, None] = self.council
        self.closed = {month.first: month for month in Month.objects.closed()}
        versions: dict[int, list[IndicatorVersion]] = {}
        for version in IndicatorVersion.objects.order_by("from_month"):
            versions.setdefault(version.indicator_id, []).append(version)
        for indicator in Indicator.objects.unmerged().select_related("area"):
            measure = Measure(indicator.code, indicator.status, versions.get(indicator.pk, []), indicator)
            self.by_id[indicator.pk] = self.measures[name_key(indicator.code)] = measure
        self._add_other_codes()

    def _add_other_codes(self) -> None:
        """Codes elsewhere, and those of merged indicators. One that leads to several leads to none."""
        merged = Indicator.objects.exclude(merged_into=None).order_by()
        found: dict[str, set[Measure]] = {}
        for code, indicator in (
            *ExternalCode.objects.order_by().values_list("code", "indicator"),
            *merged.values_list("code", "merged_into"),
        ):
            found.setdefault(name_key(code), set()).add(self.by_id[indicator])
        for key, measures in found.items():
            if len(measures) == 1:
                self.measures.setdefault(key, *measures)

    def refuses(self, month: date) -> str:
        """Why the month takes no figures; nothing where it does."""
        closed = self.closed.get(month)
        if closed is None:
            return ""
        return f"{month_words(month)} is {closed.get_state_display().lower()} and takes no figures."

    def measure(self, code: str) -> Measure | None:
        """The indicator with this code, its own or one elsewhere, however it is written."""
        return self.measures.get(name_key(code))

    def titled(self, text: str) -> list[Measure]:
        """The indicators whose newest version has this title, for files without codes."""
        key = name_key(text)
        return [
            one for one in self.by_id.values() if one.versions and name_key(one.versions[-1].title) == key
        ]

    def near_measure(self, text: str) -> str:
        """The indicator whose code or title may have been meant, as a question, or nothing."""
        titles = [one.versions[-1].title for one in self.by_id.values() if one.versions]
        return did_you_mean(text, [*(one.code for one in self.by_id.values()), *titles])

    def near_unit(self, text: str) -> str:
        """The team or service that may have been meant, as a question."""
        self.load_units()
        return did_you_mean(text, (place.name for place in self._by_unit.values() if place.name))

    def add(self, measure: Measure) -> None:
        """One that the return brings."""
        self.measures[name_key(measure.code)] = measure

    def created(self) -> Iterator[Measure]:
        """The indicators that the return brings, in its order."""
        return (measure for measure in self.measures.values() if measure.indicator is None)

    def created_places(self) -> Iterator[Place]:
        """The teams that the return brings, in its order."""
        return (place for place in self._places.values() if place and place.is_to_be_created())

    def place(self, text: str) -> Place | None:
        """The team of this name or alias, or else the service; nothing named is the council."""
        name = one_line(text)
        if not name:
            return self.council
        key = name_key(name)
        if key not in self._places:
            self._places[key] = self._look_up(name)
        return self._places[key]

    def service(self, text: str) -> Place | None:
        """The service of this name, present or former; None when nobody knows it."""
        found = self._organisation.service(text)
        return found and self.place_of(found)

    def _look_up(self, name: str) -> Place | None:
        found = self._organisation.team(name) or self._organisation.service(name)
        if found:
            return self.place_of(found)
        return Place(name) if self.may_create_teams else None

    def place_of(self, unit: Team | Service) -> Place:
        """The one place that stands for a team or a service."""
        is_team = isinstance(unit, Team)
        key = (None, unit.pk) if is_team else (unit.pk, None)
        made = Place(unit.name, team=unit) if is_team else Place(unit.name, service=unit)
        return self._by_unit.setdefault(key, made)

    def place_with(self, key: tuple[int | None, int | None]) -> Place:
        """The place of a stored figure."""
        if key not in self._by_unit:
            service, team = key
            self.place_of(Team.objects.get(pk=team) if team else Service.objects.get(pk=service))
        return self._by_unit[key]

    def load_units(self) -> None:
        """Every team and service at once, before stored figures are read."""
        for unit in [*Team.objects.all(), *Service.objects.all()]:
            self.place_of(unit)
