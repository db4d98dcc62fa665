"""Starting an audit, and its header."""

from django import forms
from django.conf import settings
from django.utils import timezone

from qa_audit.audits.actions.header import (
    capacities_of,
    known_of,
    refusal_of_capacity,
    refusal_of_team,
    services_of_manager,
)
from qa_audit.audits.actions.places import Place
from qa_audit.audits.forms.entries import Item
from qa_audit.audits.forms.sheet import EntriesForm, Section
from qa_audit.audits.models import (
    AgeBand,
    Audit,
    Capacity,
    EthnicGroup,
    ReasonChosen,
    Sex,
    StatusOnTheDay,
)
from qa_audit.common.forms import DateField, Form, ReferenceField, TextField
from qa_audit.people.models import Role, Service, Team, User
from qa_audit.tools.models import ToolVersion, Unit

# What the tool looks at decides whether there is a child to describe.
WITH_A_CHILD = (Unit.CHILD, Unit.FAMILY, Unit.CONTACT)
MOST_CHILDREN = 30


def services_for(user: User):
    """The services whose cases the person may audit."""
    services = Service.objects.visible_to(user).current()
    return services if user.has_role(Role.AUDITOR) else services.filter(pk__in=services_of_manager(user))


def teams_for(user: User):
    """The teams whose cases the person may audit: a manager's own only where the setting allows it."""
    teams = (
        Team.objects.visible_to(user)
        .current()
        .filter(service__in=services_for(user))
        .select_related("service")
    )
    if user.has_role(Role.AUDITOR) or settings.MANAGERS_MAY_AUDIT_OWN_TEAMS:
        return teams
    return teams.exclude(pk__in=user.managed_team_ids)


def team_hint(user: User) -> str:
    """Why a manager does not find their own team among the others."""
    if user.has_role(Role.AUDITOR) or settings.MANAGERS_MAY_AUDIT_OWN_TEAMS:
        return ""
    return "A manager audits other teams of the service than their own."


def _capacity_choices(user: User) -> list[tuple[str, str]]:
    return [(value, Capacity(value).label) for value in capacities_of(user)]


class CaseForm(Form):
    """The first question: which case. What an earlier audit of it knows is filled in from there."""

    case_reference = ReferenceField(
        label="Case reference",
        help_text="The number in the case system. Never a name.",
        widget=forms.TextInput(attrs={"width": 20, "autocomplete": "off"}),
    )
    service = forms.ModelChoiceField(
        label="Service",
        queryset=Service.objects.none(),
        required=False,
        help_text="Leave this if you have audited the case before: it is filled in.",
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["service"].queryset = services_for(user)

    def clean(self):
        cleaned = super().clean()
        if reference := cleaned.get("case_reference"):
            self.earlier = known_of(reference, self.user)
            known = self.earlier and self.earlier.service
            cleaned["service"] = cleaned.get("service") or (
                known if known in services_for(self.user) else None
            )
            if not cleaned["service"] and "service" not in self.errors:
                self.add_error("service", "Choose the service: no audit of this case is known to you")
        return cleaned


class StartForm(Form):
    """The second step: tool, team and why. Case and service ride along."""

    case_reference = ReferenceField(widget=forms.HiddenInput)
    service = forms.ModelChoiceField(queryset=Service.objects.none(), widget=forms.HiddenInput)
    token = forms.CharField(max_length=40, widget=forms.HiddenInput)
    tool_version = forms.ModelChoiceField(
        label="Tool", queryset=ToolVersion.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    team = forms.ModelChoiceField(label="Team", queryset=Team.objects.none(), required=False)
    capacity = forms.ChoiceField(
        label="Capacity", help_text="In what role you audit", widget=forms.RadioSelect
    )
    reason_chosen = forms.ChoiceField(
        label="Reason chosen",
        help_text="Why this case",
        error_messages={"required": "Choose why this case was chosen"},
        choices=ReasonChosen.choices,
        widget=forms.RadioSelect,
    )
    theme = TextField(label="Theme", max_length=120, required=False, help_text="If it was chosen by theme.")

    def __init__(self, *args, user: User, service: Service, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        versions = ToolVersion.objects.visible_to(user).published().for_service(service).with_content()
        tool_field = self.fields["tool_version"]
        tool_field.queryset = versions
        tool_field.label_from_instance = lambda version: version.tool.title
        tool_field.widget.attrs["choice_hints"] = {
            str(version.pk): f"About {version.entry_count()} entries" for version in versions
        }
        self.fields["service"].queryset = services_for(user)
        self.fields["team"].queryset = teams_for(user).filter(service=service)
        self.fields["team"].help_text = team_hint(user)
        self.fields["capacity"].choices = _capacity_choices(user)
        if len(self.fields["capacity"].choices) == 1:
            self.fields["capacity"].initial = self.fields["capacity"].choices[0][0]
            self.fields["capacity"].widget = forms.HiddenInput()

    def clean(self):
        cleaned = super().clean()
        _check_reason(self, cleaned)
        capacity = cleaned.get("capacity", "")
        if "team" in cleaned and (refusal := refusal_of_team(self.user, capacity, cleaned["team"])):
            self.add_error("team", refusal)
        return cleaned


def _check_reason(form: forms.Form, cleaned: dict) -> None:
    if cleaned.get("reason_chosen") == ReasonChosen.THEME and not cleaned.get("theme") and "theme" in cleaned:
        form.add_error("theme", "Say which theme the case was chosen for")


def _item(attribute: str, form_field: forms.Field, name: str = "") -> Item:
    return Item(
        Place(name or attribute, str(form_field.label), Audit, attribute), form_field, is_counted=False
    )


def _line(label: str, length: int, width: int, help_text: str, required: bool = False) -> TextField:
    widget = forms.TextInput(attrs={"width": width})
    return TextField(label=label, max_length=length, widget=widget, help_text=help_text, required=required)


def _reference(label: str, help_text: str, required: bool = False) -> ReferenceField:
    widget = forms.TextInput(attrs={"width": 20})
    return ReferenceField(label=label, widget=widget, help_text=help_text, required=required)


def _row_choice(label: str, rows, text) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", "---------"), *((row.pk, text(row)) for row in rows)],
        coerce=int,
        empty_value=None,
    )


def _choice(label: str, choices, is_required: bool = False) -> forms.ChoiceField:
    empty = [] if is_required else [("", "Not filled in yet")]
    return forms.ChoiceField(label=label, choices=[*empty, *choices], required=is_required)


def header_sections(audit: Audit, user: User) -> list[Section]:
    """The header's entries: the case, this audit, and the child."""
    sections = [Section("The case", _case_items(audit, user)), Section("This audit", _audit_items(user))]
    if audit.tool_version.tool.audits in WITH_A_CHILD:
        sections.append(Section("The child", _child_items()))
    return sections


def _case_items(audit: Audit, user: User) -> list[Item]:
    services = (services_for(user) | Service.objects.filter(pk=audit.service_id)).distinct()
    teams = (teams_for(user) | Team.objects.filter(pk=audit.team_id).select_related("service")).distinct()
    team = _row_choice("Team", teams, lambda row: f"{row.service}: {row}")
    team.required, team.help_text = False, team_hint(user)
    return [
        _item("case_reference", _reference("Case reference", "Never a name.", required=True)),
        _item("case_system", _line("Case system", 40, 20, "The system that the reference comes from.")),
        _item("earlier_reference", _reference("Earlier reference", "If the case had another one before.")),
        _item(
            "children_count",
            forms.IntegerField(label="Number of children", min_value=1, max_value=MOST_CHILDREN),
        ),
        _item("service_id", _row_choice("Service", services, str), "service"),
        _item("team_id", team, "team"),
        _item("status_on_day", _choice("Status on the day", StatusOnTheDay.choices)),
        _item("closed_on", DateField(label="Closed on", required=False, help_text="If the case is closed.")),
        _item("worker_role", _line("Worker's role", 80, 30, "For example, social worker. Never a name.")),
    ]


def _audit_items(user: User) -> list[Item]:
    return [
        _item("capacity", _choice("Capacity", _capacity_choices(user), True)),
        _item("reason_chosen", _choice("Reason chosen", ReasonChosen.choices, True)),
        _item("theme", _line("Theme", 120, 30, "If the case was chosen by theme.")),
        _item("audited_on", DateField(label="Audited on")),
        _item("period_from", DateField(label="Period looked at, from")),
        _item("period_to", DateField(label="Period looked at, to")),
    ]


def _child_items() -> list[Item]:
    ticks = {
        "is_disabled": "Disabled",
        "is_unaccompanied": "Unaccompanied",
        "is_unborn": "Unborn",
        "is_missing_or_exploited": "Missing or exploited",
    }
    return [
        _item("age_band", _choice("Age", AgeBand.choices)),
        _item("sex", _choice("Sex", Sex.choices)),
        _item("ethnic_group", _choice("Ethnic group", EthnicGroup.choices)),
        *(_item(name, forms.BooleanField(label=label, required=False)) for name, label in ticks.items()),
    ]


class HeaderForm(EntriesForm):
    """The header is saved whole or not at all: its entries depend on each other."""

    def __init__(self, audit: Audit, sections, data=None):
        super().__init__(audit, sections, data)
        self.audit = audit

    def clean(self):
        cleaned = super().clean()
        _check_reason(self, cleaned)
        self._check_dates(cleaned)
        self._check_team(cleaned)
        return cleaned

    def _check_dates(self, cleaned: dict) -> None:
        audited_on, first, last = (cleaned.get(name) for name in ("audited_on", "period_from", "period_to"))
        if audited_on and audited_on > timezone.localdate():
            self.add_error("audited_on", "The day audited on cannot be in the future")
        if first and last and last < first:
            self.add_error("period_to", "The period must end after it begins")
        if audited_on and first and first > audited_on:
            self.add_error("period_from", "The period must begin by the day audited on")
        for name in ("period_to", "closed_on"):
            if cleaned.get(name) and cleaned[name] > timezone.localdate():
                self.add_error(name, "This day cannot be in the future")
        is_closed = cleaned.get("status_on_day") == StatusOnTheDay.CLOSED
        if is_closed and "closed_on" in cleaned and not cleaned["closed_on"]:
            self.add_error("closed_on", "Say on which day the case was closed")

    def _check_team(self, cleaned: dict) -> None:
        team = Team.objects.filter(pk=cleaned.get("team") or 0).first()
        if team and cleaned.get("service") and team.service_id != cleaned["service"]:
            self.add_error(
                "team", "This team is not part of the service: choose the service or the team anew"
            )
            return
        capacity = cleaned.get("capacity", "")
        if "team" in cleaned and (refusal := refusal_of_team(self.audit.auditor, capacity, team)):
            self.add_error("team", refusal)
        if capacity and (refusal := refusal_of_capacity(self.audit.auditor, capacity)):
            self.add_error("capacity", refusal)

    def entries(self):
        return [] if self.errors else super().entries()
