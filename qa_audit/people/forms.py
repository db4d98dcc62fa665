"""Forms for accounts, roles and the organisation, and allauth's sign-in forms in our words."""

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp.forms import ActivateTOTPForm
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db import OperationalError

from qa_audit.common.forms import DateField, EmailField, Form, TextField
from qa_audit.common.merging import Merge
from qa_audit.common.versions import ChangedMeanwhile, waited_in_vain
from qa_audit.people.models import Role, Service, Team, User

BUSY = "Nothing was saved: somebody else’s work is still being stored. Try again in a minute."
ROLE_HINTS = {
    Role.AUDITOR: "Fills in audits and records learning reviews.",
    Role.MANAGER: "Sees shared audits of one team and completes manager audits. Choose the team below.",
    Role.HEAD: "Sees shared audits of one service and exports its summary. Choose the service below.",
    Role.QA_LEAD: "Sees all audits; shares, agrees and returns them; looks after the tools.",
    Role.LEADER: "Reads shared audits and reports of all services.",
    Role.ANALYST: "Sees figures only, never what an audit says.",
    Role.ADMINISTRATOR: "Looks after people, services and teams. Sees no audits.",
}


class ActionForm(Form):
    """A form whose action may refuse: the refusal is shown by its field, and what was typed is kept."""

    merge: Merge | None = None

    def send(self, action, **kwargs):
        """The action's result, or None when it was refused or somebody saved in between."""
        if not self.is_valid():
            return None
        try:
            return action(**kwargs, **self.cleaned_data)
        except ValidationError as error:
            self.add_error(None, error)
        except ChangedMeanwhile as late:
            self.merge = Merge(self, self.initial_of(late.current))
        except OperationalError as error:
            if not waited_in_vain(error):
                raise
            self.add_error(None, BUSY)
        return None

    @property
    def status(self) -> int:
        return 409 if self.merge else 200

    @classmethod
    def initial_of(cls, record) -> dict:
        """What the form shows of a record."""
        return {name: getattr(record, name) for name in cls.base_fields if hasattr(record, name)}

    @classmethod
    def of(cls, record, data=None):
        return cls(data, initial=cls.initial_of(record))


def _version():
    return forms.IntegerField(widget=forms.HiddenInput)


class PersonForm(ActionForm):
    name = TextField(label="Full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = EmailField(
        label="Work email address",
        max_length=254,
        help_text="They sign in with this address.",
        error_messages={"invalid": "Enter an email address like name@council.gov.uk"},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    job_title = TextField(label="Job title (optional)", max_length=120, required=False)
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="Team they work in (optional)",
        help_text="Where they work. It gives them no access.",
        required=False,
        error_messages={"invalid_choice": "Choose a team from the list"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Also the team that they have, when it has ended.
        theirs = Team.objects.filter(pk=getattr(self.initial.get("team"), "pk", None))
        self.fields["team"].queryset = Team.objects.current() | theirs
        self.fields["team"].empty_label = "No team"


class ChangePersonForm(PersonForm):
    version = _version()


class RoleForm(ActionForm):
    role = forms.ChoiceField(
        choices=Role.choices, widget=forms.RadioSelect(attrs={"choice_hints": ROLE_HINTS, "label_size": "m"})
    )
    team = forms.ModelChoiceField(Team.objects.none(), label="Team, for a manager", required=False)
    service = forms.ModelChoiceField(
        Service.objects.none(), label="Service, for a head of service", required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.current()
        self.fields["service"].queryset = Service.objects.current()
        self.fields["team"].empty_label = self.fields["service"].empty_label = "Does not apply"


class DeputyForm(ActionForm):
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        help_text="They can do what all roles of this person allow, as well as their own.",
        error_messages={"required": "Choose the deputy", "invalid_choice": "Choose somebody from the list"},
    )
    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day", help_text="They stop being deputy after this day.")

    def __init__(self, *args, person: User, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = User.objects.active().exclude(pk__in=[person.pk, by.pk])
        self.fields["deputy"].empty_label = "Choose somebody"


class ServiceForm(ActionForm):
    name = TextField(label="Name", max_length=120)
    order = forms.IntegerField(
        label="Place in lists",
        min_value=0,
        max_value=9999,
        help_text="Services are listed by this number, the lowest first.",
        error_messages={"invalid": "Enter a whole number"},
    )
    starts_on = DateField(label="First day (optional)", required=False)


IS_SPELLING = "Only the spelling is corrected: do not keep the old name"


class ChangeServiceForm(ServiceForm):
    version = _version()
    is_spelling = forms.BooleanField(
        label=IS_SPELLING,
        help_text="Otherwise the old name is kept as a former name.",
        required=False,
    )


class EndServiceForm(ActionForm):
    version = _version()
    ends_on = DateField(
        label="Last day", help_text="Leave this empty if the service is still open.", required=False
    )


class AliasesField(TextField):
    """Other names, one on each line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        names = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if any(len(name) > 120 for name in names):
            raise ValidationError("Shorten each name to 120 characters")
        return names


class TeamForm(ActionForm):
    name = TextField(label="Name", max_length=120)
    locality = TextField(label="Locality (optional)", max_length=60, required=False)
    aliases = AliasesField(
        label="Other names (optional)",
        help_text="As returns and spreadsheets call it, one on each line.",
        required=False,
    )
    starts_on = DateField(label="First day (optional)", required=False)
    ends_on = DateField(label="Last day (optional)", required=False)

    @classmethod
    def initial_of(cls, record) -> dict:
        return {**super().initial_of(record), "aliases": [alias.name for alias in record.aliases.all()]}


class ChangeTeamForm(TeamForm):
    version = _version()
    is_spelling = forms.BooleanField(
        label=IS_SPELLING,
        help_text="Otherwise the old name becomes one of the other names.",
        required=False,
    )

    def layout(self):
        dates = Fieldset("Dates", "starts_on", "ends_on")
        return Layout("name", "is_spelling", "locality", "aliases", dates, "version")


class Worded(Form):
    """One of allauth's forms with our labels and hints instead of its own and its placeholders."""

    words: dict[str, tuple[str, str]] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, hint) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)


NEW_PASSWORD = {
    "password1": ("New password", "At least 15 characters. Three or four unrelated words work well."),
    "password2": ("New password again", ""),
}
CODE = ("Code", "The 6 digits that your authenticator app shows, or one of your recovery codes.")
CODE_WIDGET = {"autocomplete": "one-time-code", "inputmode": "numeric", "width": "10"}


class SignInForm(Worded, account.LoginForm):
    words = {"login": ("Email address", ""), "password": ("Password", "")}

    def demonstration_accounts(self):
        """Who can be tried out; there are such accounts in a demonstration only."""
        people = User.objects.active().filter(email__endswith="@demo.example")
        people = people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return people.prefetch_related("grants__team", "grants__service").order_by("pk")

    def clean(self):
        try:
            return super().clean()
        except ValidationError as error:
            self.add_error("password", error)
            return self.cleaned_data


class AskResetForm(Worded, account.ResetPasswordForm):
    words = {"email": ("Email address", "The address you sign in with.")}


class SetPasswordForm(Worded, account.ResetPasswordKeyForm):
    words = NEW_PASSWORD


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    words = {"oldpassword": ("Current password", ""), **NEW_PASSWORD}


class ConfirmForm(Worded, account.ReauthenticateForm):
    words = {"password": ("Password", "")}


class _Code(Worded):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(CODE_WIDGET)


class SecondFactorForm(_Code, second_factor.AuthenticateForm):
    words = {"code": CODE}


class ConfirmCodeForm(_Code, second_factor.ReauthenticateForm):
    words = {"code": CODE}


class SetUpAppForm(_Code, ActivateTOTPForm):
    words = {"code": ("Code from the app", "The 6 digits that it shows now.")}
