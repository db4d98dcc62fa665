"""Starting an audit, and its header."""

from django import forms
from django.utils import timezone

from qa_audit.audits.actions.starting import known_of
from qa_audit.audits.forms.entries import EntriesForm
from qa_audit.audits.models.header import ReasonChosen, StatusOnTheDay
from qa_audit.audits.permissions import refusal_of_capacity, refusal_of_team, services_for, teams_for
from qa_audit.audits.sheet.header import capacity_choices, team_hint
from qa_audit.audits.sheet.places import Rows
from qa_audit.common.forms import Form, ReferenceField, TextField
from qa_audit.people.models import Service, Team, User
from qa_audit.tools.models import ToolVersion


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
        help_text="Leave this empty if you have audited the case before: it is filled in for you.",
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
                self.add_error("service", "Choose the service: you have no earlier audit of this case")
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
        self.fields["capacity"].choices = capacity_choices(user)
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


class HeaderForm(EntriesForm):
    """The header is saved whole or not at all: its entries depend on each other."""

    def __init__(self, rows: Rows, sections, data=None):
        super().__init__(rows, sections, data)
        self.auditor = rows.holder.auditor

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
            self.add_error("period_from", "The period must begin on or before the day audited on")
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
                "team", "This team is not part of the service: choose the service or the team again"
            )
            return
        capacity = cleaned.get("capacity", "")
        if "team" in cleaned and (refusal := refusal_of_team(self.auditor, capacity, team)):
            self.add_error("team", refusal)
        if capacity and (refusal := refusal_of_capacity(self.auditor, capacity)):
            self.add_error("capacity", refusal)

    def entries(self):
        return [] if self.errors else super().entries()
