"""What a QA lead chooses when they give an audit to somebody."""

import secrets

from django import forms
from django.conf import settings
from django.utils import timezone

from qa_audit.audits.models.header import Capacity, ReasonChosen
from qa_audit.audits.permissions import refusal_of_capacity, refusal_of_team
from qa_audit.common.dates import add_working_days
from qa_audit.common.forms import DateField, Form, ReferenceField, TextField
from qa_audit.people.models import Role, Service, Team, User
from qa_audit.tools.models import ToolVersion


class _TeamField(forms.ModelChoiceField):
    def label_from_instance(self, team):
        return f"{team.service}: {team}"


class AllocationForm(Form):
    token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    service = forms.ModelChoiceField(queryset=Service.objects.current())
    team = _TeamField(
        queryset=Team.objects.current().select_related("service"),
        required=False,
        help_text="The team that held the case for most of the practice looked at.",
    )
    tool_version = forms.ModelChoiceField(
        queryset=ToolVersion.objects.published().select_related("tool"), label="Tool"
    )
    case_reference = ReferenceField(
        help_text="The number from the case-management system. Never a name.",
        widget=forms.TextInput(attrs={"width": "20", "autocomplete": "off", "spellcheck": "false"}),
    )
    auditor = forms.ModelChoiceField(queryset=User.objects.none())
    capacity = forms.ChoiceField(
        choices=Capacity.choices,
        initial=Capacity.QA_UNIT,
        label="In what role do they audit?",
        widget=forms.RadioSelect,
    )
    reason_chosen = forms.ChoiceField(
        choices=ReasonChosen.choices,
        initial=ReasonChosen.RANDOM,
        label="Why was this case chosen?",
        widget=forms.RadioSelect,
    )
    theme = TextField(max_length=120, required=False, help_text="If it was chosen for a theme, say which.")
    due_on = DateField(label="Due date", error_messages={"required": "Enter the day by which it is due"})

    def __init__(self, *args, **kwargs):
        due_on = add_working_days(timezone.localdate(), settings.AUDIT_DUE_WORKING_DAYS)
        kwargs["initial"] = {"token": secrets.token_urlsafe(24), "due_on": due_on}
        super().__init__(*args, **kwargs)
        self.fields["auditor"].queryset = User.objects.with_role(Role.AUDITOR, Role.MANAGER)

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise forms.ValidationError("The due date has passed: choose today or a later day")
        return due_on

    def clean(self):
        given = super().clean()
        service, team, version = given.get("service"), given.get("team"), given.get("tool_version")
        auditor, capacity = given.get("auditor"), given.get("capacity")
        if service and team and team.service_id != service.pk:
            self.add_error("team", f"This team belongs to {team.service}: choose a team of {service}")
        if service and version and version not in ToolVersion.objects.for_service(service):
            self.add_error("tool_version", f"This tool is not for {service}: choose another")
        if auditor and capacity and (refusal := refusal_of_capacity(auditor, capacity)):
            self.add_error("capacity", f"{auditor}: {refusal}")
        elif auditor and capacity and (refusal := refusal_of_team(auditor, capacity, team)):
            self.add_error("team", refusal)
        return given
