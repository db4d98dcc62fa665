"""What a report is over: whose figures, which period, which filters; read from the address here alone."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from qa_audit.audits.models.audit import COUNTED_STATES, PROVISIONAL_STATES, Audit
from qa_audit.audits.models.header import Capacity, ReasonChosen
from qa_audit.audits.models.themes import AuditTheme
from qa_audit.common.fields import EMPTY_CHOICE
from qa_audit.common.forms import ENDS_BEFORE_IT_BEGINS, DateField, FilterForm
from qa_audit.common.names import name_key
from qa_audit.learning.models import LearningReview
from qa_audit.people.models import Role, Service, Team, User
from qa_audit.reports.period import Period
from qa_audit.tools.models import Tool

# Filter in the address → what it narrows audits by.
LOOKUPS = {
    "service": "service",
    "team": "team",
    "capacity": "capacity",
    "reason": "reason_chosen",
    "tool": "tool_version__tool",
    "theme": "theme__in",
}
# Manager audits of the manager's own team are separate from those of other teams.
OWN_TEAM = "own_team"
CAPACITIES = [*Capacity.choices, (OWN_TEAM, "Manager, own team")]
# A learning review has none of these: where one is chosen, reviews are left out.
OF_AUDITS_ONLY = ("team", "capacity", "reason", "tool", "theme")
ANY = ("", EMPTY_CHOICE)


class Named(NamedTuple):
    """A service's name, and its former ones as one text."""

    name: str
    formerly: str


def named(services: QuerySet[Service]) -> dict[int, Named]:
    """The services with their names in their order, in one query."""
    rows = services.order_by("order", "name", "former_names__until", "former_names")
    found: dict[int, Named] = {}
    for pk, name, former in rows.values_list("pk", "name", "former_names__name"):
        before = found[pk].formerly if pk in found else ""
        found[pk] = Named(name, ", ".join(filter(None, (before, former))))
    return found


@lru_cache(maxsize=4096)
def _part(name: str, value: str | int) -> str:
    """One part of an address: name=value."""
    return urlencode({name: value})


@dataclass(frozen=True)
class Scope:
    """Whose figures, over which period, narrowed by which filters, broken down by what."""

    user: User
    period: Period
    chosen: dict[str, str] = field(default_factory=dict)
    by: str = ""
    # Each chosen filter in words, for the page and the file: label and value.
    filters: tuple[tuple[str, str], ...] = ()
    # The services that were read for the form already, so that no report reads them again.
    services: "dict[int, Named]" = field(default_factory=dict, compare=False)

    def named(self, services: Collection[int]) -> "dict[int, Named]":
        """These services with their names, in their order."""
        known = self.services
        if not known.keys() >= set(services):
            known = named(Service.objects.filter(pk__in=services))
        return {pk: name for pk, name in known.items() if pk in services}

    def audits(self, without: tuple[str, ...] = ()) -> QuerySet[Audit]:
        """Audits of the period, in every state, that may enter the person's figures."""
        chosen = {name: value for name, value in self.chosen.items() if name not in without}
        narrowed = {LOOKUPS[name]: value for name, value in chosen.items()}
        if "capacity" in chosen:
            is_own = chosen["capacity"] == OWN_TEAM
            narrowed["is_own_team"] = is_own
            narrowed["capacity"] = Capacity.MANAGER if is_own else chosen["capacity"]
        if "theme" in chosen:
            narrowed["theme__in"] = self._spellings
        audits = Audit.objects.counted_for(self.user).audited_between(self.period.first, self.period.last)
        return audits.filter(**narrowed).order_by()

    @cached_property
    def _spellings(self) -> tuple[str, ...]:
        """Every way the chosen theme is written, in audits that are provisional too."""
        theme = Audit.objects.counted_for(self.user).themes().get(self.chosen["theme"])
        return theme.spellings if theme else ()

    def groups(self, *columns: str) -> list[tuple]:
        """(state, *columns, n) of the audits that count or are provisional: read once, pivoted in Python."""
        audits = self.audits().filter(state__in=[*COUNTED_STATES, *PROVISIONAL_STATES])
        return list(audits.values_list("state", *columns).annotate(n=Count("*")))

    def counted(self) -> QuerySet[Audit]:
        """The audits that the report counts: agreed or challenged."""
        return self.audits().counted()

    @property
    def has_reviews(self) -> bool:
        """Whether learning reviews can be counted under these filters."""
        return not any(name in self.chosen for name in OF_AUDITS_ONLY)

    def reviews(self) -> QuerySet[LearningReview]:
        """Learning reviews completed in the period that may enter the person's figures."""
        reviews = self._completed(LearningReview.objects.counted_for(self.user))
        return reviews.filter(lead_service=self.chosen["service"]) if "service" in self.chosen else reviews

    def reviews_of_any_lead(self) -> QuerySet[LearningReview]:
        """The same for their findings, of which each names its own service, whichever led the review."""
        return self._completed(LearningReview.objects.findings_counted_for(self.user))

    def _completed(self, reviews: QuerySet) -> QuerySet[LearningReview]:
        if not self.has_reviews:
            return reviews.none()
        return reviews.counted().completed_between(self.period.first, self.period.last).order_by()

    @property
    def query(self) -> dict[str, str]:
        """The scope as it is in an address."""
        return {**self.period.query, **self.chosen, **({"by": self.by} if self.by else {})}

    def with_period(self, period: Period) -> str:
        """The address of the same page over another period."""
        return f"?{urlencode({**self.query, **period.query})}"

    @property
    def opens_records(self) -> bool:
        """Whether the person may open records behind figures at all."""
        return bool(self._records)

    @cached_property
    def _records(self) -> str:
        """Analysts see figures as plain text: there is nothing behind them that they may open."""
        readers = (Role.AUDITOR, Role.MANAGER, Role.HEAD, Role.QA_LEAD, Role.LEADER)
        return reverse("reports:records") if self.user.has_role(*readers) else ""

    @cached_property
    def _parts(self) -> dict[str, str]:
        # A page asks for some hundred addresses that differ in a value or two.
        return {name: _part(name, value) for name, value in self.query.items() if name != "by"}

    def records(self, **cell) -> str:
        """The address of the records behind a figure, "" for those who may open none."""
        if not self._records:
            return ""
        parts = self._parts | {name: _part(name, value) for name, value in cell.items()}
        return f"{self._records}?{'&'.join(parts.values())}"


class ThemeField(forms.ChoiceField):
    """A theme from those that there are, in any case and spacing."""

    def __init__(self):
        super().__init__(required=False, error_messages={"invalid_choice": "Choose a theme from the list"})

    def offer(self, themes: dict[str, AuditTheme]) -> None:
        """Let these be chosen from."""
        self.choices = [ANY, *((theme.key, theme.title) for theme in themes.values())]

    def to_python(self, value):
        return name_key(super().to_python(value))


class ScopeForm(FilterForm):
    """The filters of every report. Each report adds its own choice of `by`."""

    service = forms.ChoiceField(required=False)
    team = forms.ChoiceField(required=False)
    capacity = forms.ChoiceField(required=False, label="Auditor’s capacity", choices=[ANY, *CAPACITIES])
    reason = forms.ChoiceField(required=False, label="Reason chosen", choices=[ANY, *ReasonChosen.choices])
    tool = forms.ChoiceField(required=False)
    theme = ThemeField()

    def __init__(self, data, *, user: User, by: list[tuple[str, str]] | tuple = ()):
        # `from` is a word of the language, so these two cannot be written as attributes above.
        self.base_fields = {
            "from": DateField(required=False, label="From", help_text="For example, 1 January 2026"),
            "to": DateField(required=False, label="To"),
            **self.base_fields,
        }
        if by:
            self.base_fields["by"] = forms.ChoiceField(required=False, label="Break down by", choices=by)
        super().__init__(data)
        self.user = user
        self.by_default = by[0][0] if by else ""
        self.services = named(services_of(user))
        teams = Team.objects.filter(service__in=self.services).values_list("pk", "name", "service__name")
        self.fields["service"].choices = [ANY, *((str(pk), one.name) for pk, one in self.services.items())]
        self.fields["team"].choices = [
            ANY,
            *((str(pk), f"{name} ({service})") for pk, name, service in teams),
        ]
        self.fields["tool"].choices = [
            ANY,
            *((str(pk), title) for pk, title in Tool.objects.values_list("pk", "title")),
        ]
        self.fields["theme"].offer(themes_of(user))
        for name in (*LOOKUPS, "by"):
            if name in self.fields and name != "theme":
                self.fields[name].error_messages["invalid_choice"] = f"Choose {name} from the list"

    def clean(self):
        typed = super().clean()
        first, last = typed.get("from"), typed.get("to")
        if not self.errors and (period := Period.of(first, last)).first > period.last:
            self.add_error("to", ENDS_BEFORE_IT_BEGINS)
        return typed

    def scope(self) -> Scope:
        """What was asked for; only of a valid form."""
        typed = self.cleaned_data
        chosen = {name: typed[name] for name in LOOKUPS if typed.get(name)}
        return Scope(
            user=self.user,
            period=Period.of(typed["from"], typed["to"]),
            chosen=chosen,
            by=typed.get("by") or self.by_default,
            services=self.services,
            filters=tuple(
                (str(self[name].label), self._label_of(name, value)) for name, value in chosen.items()
            ),
        )

    def _label_of(self, name: str, value: str) -> str:
        return next(label for key, label in self.fields[name].choices if key == value)


def themes_of(user: User) -> dict[str, AuditTheme]:
    """The themes that a person's figures can be about: of audits that count, no draft's."""
    return Audit.objects.counted_for(user).counted().themes()


def services_of(user: User) -> QuerySet[Service]:
    """The services that a person's figures can be about: of heads and managers their own."""
    services = Service.objects.visible_to(user)
    if user.has_role(Role.QA_LEAD, Role.LEADER, Role.ANALYST, Role.AUDITOR):
        return services
    of_teams = Team.objects.filter(pk__in=user.managed_team_ids).values("service")
    return services.filter(Q(pk__in=user.headed_service_ids) | Q(pk__in=of_teams))
