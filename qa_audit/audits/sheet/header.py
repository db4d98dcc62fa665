"""The entries of an audit's header: the case, this audit, and the child."""

from django import forms
from django.conf import settings

from qa_audit.audits.models.audit import Audit
from qa_audit.audits.models.header import AgeBand, EthnicGroup, ReasonChosen, Sex, StatusOnTheDay
from qa_audit.audits.permissions import capacities_of, services_for, teams_for
from qa_audit.audits.sheet.items import Item, audit_item
from qa_audit.audits.sheet.pages import SheetSection
from qa_audit.common.forms import DateField, ReferenceField, TextField
from qa_audit.people.models import Role, Service, Team, User
from qa_audit.tools.models import Unit

# What the tool looks at decides whether there is a child to describe.
WITH_A_CHILD = (Unit.CHILD, Unit.FAMILY, Unit.CONTACT)
MOST_CHILDREN = 30


def team_hint(user: User) -> str:
    """Why a manager does not find their own team among the others."""
    if user.has_role(Role.AUDITOR) or settings.MANAGERS_MAY_AUDIT_OWN_TEAMS:
        return ""
    return "A manager audits other teams of the service, not their own."


def capacity_choices(user: User) -> list[tuple[str, str]]:
    return [(capacity.value, capacity.label) for capacity in capacities_of(user)]


def _item(attribute: str, form_field: forms.Field) -> Item:
    return audit_item(attribute, form_field, is_counted=False)


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


def header_sections(audit: Audit, user: User) -> list[SheetSection]:
    """The header's entries: the case, this audit, and the child."""
    sections = [
        SheetSection("The case", _case_items(audit, user)),
        SheetSection("This audit", _audit_items(user)),
    ]
    if audit.tool_version.tool.audits in WITH_A_CHILD:
        sections.append(SheetSection("The child", _child_items()))
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
        _item("service_id", _row_choice("Service", services, str)),
        _item("team_id", team),
        _item("status_on_day", _choice("Status on the day", StatusOnTheDay.choices)),
        _item("closed_on", DateField(label="Closed on", required=False, help_text="If the case is closed.")),
        _item("worker_role", _line("Worker's role", 80, 30, "For example, social worker. Never a name.")),
    ]


def _audit_items(user: User) -> list[Item]:
    return [
        _item("capacity", _choice("Capacity", capacity_choices(user), True)),
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
