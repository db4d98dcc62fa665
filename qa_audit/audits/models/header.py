"""An audit's header, and the words that it and the judgements are chosen from."""

from django.db import models
from django.utils import timezone

from qa_audit.audits.models.series import ReferenceSeries
from qa_audit.common.dates import months_back
from qa_audit.findings.models import Finding
from qa_audit.notices.models import Notice
from qa_audit.people.models import Service, Team, User
from qa_audit.tools.models import ToolVersion


class Kind(models.TextChoices):
    INDIVIDUAL = "individual", "Individual"
    THEMATIC = "thematic", "Thematic"
    MANAGER = "manager", "Manager"


class Capacity(models.TextChoices):
    """In what role the auditor audited."""

    QA_UNIT = "qa_unit", "QA unit"
    MANAGER = "manager", "Manager"
    REVIEWING_OFFICER = "reviewing_officer", "Reviewing officer or conference chair"
    SENIOR_LEADER = "senior_leader", "Senior leader"
    PARTNER = "partner", "Partner agency"
    OUTSIDE = "outside", "Outside reviewer"


class ReasonChosen(models.TextChoices):
    RANDOM = "random", "Random"
    THEME = "theme", "Theme"
    DIP_SAMPLE = "dip_sample", "Dip sample"
    FOLLOW_UP = "follow_up", "Follow-up"
    REQUESTED = "requested", "Requested"


class StatusOnTheDay(models.TextChoices):
    CONTACT = "contact", "Contact"
    EARLY_HELP = "early_help", "Early help"
    ASSESSMENT = "assessment", "Assessment"
    CHILD_IN_NEED = "child_in_need", "Child in need"
    CHILD_PROTECTION = "child_protection", "Child protection"
    PRE_PROCEEDINGS = "pre_proceedings", "Pre-proceedings"
    IN_PROCEEDINGS = "in_proceedings", "In proceedings"
    CARE_AGREEMENT = "care_agreement", "In care by agreement"
    CARE_ORDER = "care_order", "In care by order"
    CARE_PLACEMENT_ORDER = "care_placement_order", "In care by placement order"
    CARE_REMAND = "care_remand", "In care by remand"
    CARE_LEAVER = "care_leaver", "Care leaver"
    SPECIAL_GUARDIANSHIP = "special_guardianship", "Special guardianship support"
    PRIVATE_FOSTERING = "private_fostering", "Private fostering"
    FOSTER_HOUSEHOLD = "foster_household", "Foster household"
    ADOPTER_HOUSEHOLD = "adopter_household", "Adopter household"
    CLOSED = "closed", "Closed"


class AgeBand(models.TextChoices):
    UNBORN = "unborn", "Unborn"
    UNDER_1 = "under_1", "Under 1"
    FROM_1 = "1_4", "1 to 4"
    FROM_5 = "5_9", "5 to 9"
    FROM_10 = "10_15", "10 to 15"
    FROM_16 = "16_17", "16 to 17"
    FROM_18 = "18_25", "18 to 25"


class Sex(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    NOT_RECORDED = "not_recorded", "Not recorded"


class EthnicGroup(models.TextChoices):
    """The groups of the census of England and Wales, 2021."""

    ASIAN_INDIAN = "asian_indian", "Asian: Indian"
    ASIAN_PAKISTANI = "asian_pakistani", "Asian: Pakistani"
    ASIAN_BANGLADESHI = "asian_bangladeshi", "Asian: Bangladeshi"
    ASIAN_CHINESE = "asian_chinese", "Asian: Chinese"
    ASIAN_OTHER = "asian_other", "Asian: any other background"
    BLACK_CARIBBEAN = "black_caribbean", "Black: Caribbean"
    BLACK_AFRICAN = "black_african", "Black: African"
    BLACK_OTHER = "black_other", "Black: any other background"
    MIXED_WHITE_BLACK_CARIBBEAN = "mixed_white_black_caribbean", "Mixed: White and Black Caribbean"
    MIXED_WHITE_BLACK_AFRICAN = "mixed_white_black_african", "Mixed: White and Black African"
    MIXED_WHITE_ASIAN = "mixed_white_asian", "Mixed: White and Asian"
    MIXED_OTHER = "mixed_other", "Mixed: any other background"
    WHITE_BRITISH = "white_british", "White: English, Welsh, Scottish, Northern Irish or British"
    WHITE_IRISH = "white_irish", "White: Irish"
    WHITE_TRAVELLER = "white_traveller", "White: Gypsy or Irish Traveller"
    WHITE_ROMA = "white_roma", "White: Roma"
    WHITE_OTHER = "white_other", "White: any other background"
    ARAB = "arab", "Arab"
    OTHER = "other", "Any other ethnic group"
    NOT_RECORDED = "not_recorded", "Not recorded"


class Impact(models.TextChoices):
    """What is different for the child, judged apart from the grade."""

    CLEAR_POSITIVE = "clear_positive", "Clear positive difference"
    SOME_DIFFERENCE = "some_difference", "Some difference"
    TOO_EARLY = "too_early", "Too early to tell"
    NO_CHANGE = "no_change", "No change or drift"
    WORSE = "worse", "Worse or harmed"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


def a_year_ago():
    """The period looked at begins 12 months back by default."""
    return months_back(timezone.localdate(), 12)


class Header(models.Model):
    """What was looked at, by whom and why: the part of an audit that says which audit it is."""

    tool_version = models.ForeignKey(ToolVersion, on_delete=models.PROTECT, related_name="audits")
    case_reference = models.CharField(max_length=40)
    case_system = models.CharField(max_length=40, blank=True)
    earlier_reference = models.CharField(max_length=40, blank=True)
    children_count = models.PositiveSmallIntegerField(default=1)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="audits")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    capacity = models.CharField(max_length=17, choices=Capacity.choices, default=Capacity.QA_UNIT)
    reason_chosen = models.CharField(max_length=10, choices=ReasonChosen.choices, default=ReasonChosen.RANDOM)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    is_own_team = models.BooleanField(default=False)
    theme = models.CharField(max_length=120, blank=True)
    audited_on = models.DateField(default=timezone.localdate)
    period_from = models.DateField(default=a_year_ago)
    period_to = models.DateField(default=timezone.localdate)
    status_on_day = models.CharField(max_length=20, choices=StatusOnTheDay.choices, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    is_disabled = models.BooleanField(default=False)
    is_unaccompanied = models.BooleanField(default=False)
    is_unborn = models.BooleanField(default=False)
    is_missing_or_exploited = models.BooleanField(default=False)
    age_band = models.CharField(max_length=8, choices=AgeBand.choices, blank=True)
    sex = models.CharField(max_length=12, choices=Sex.choices, blank=True)
    ethnic_group = models.CharField(max_length=30, choices=EthnicGroup.choices, blank=True)
    worker_role = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True

    def derived_kind(self) -> str:
        """Kind as the self-evaluation counts it, from capacity and reason chosen."""
        if self.capacity == Capacity.MANAGER:
            return Kind.MANAGER
        return Kind.THEMATIC if self.reason_chosen == ReasonChosen.THEME else Kind.INDIVIDUAL

    @property
    def capacity_in_words(self) -> str:
        """The auditor's capacity, marked where a manager audited a team of their own."""
        return f"{self.get_capacity_display()}{', own team' if self.is_own_team else ''}"

    def is_of_own_team(self, user: User) -> bool:
        """Whether this person audits a team that they manage: marked, and shown apart."""
        return self.capacity == Capacity.MANAGER and self.team_id in user.managed_team_ids

    def settle_header(self, changed: set[str]) -> dict[str, str]:
        """Kind, own team, reference and findings follow the header.

        In: the attributes that were changed; what follows from them joins them. Out: a reference that was
        given up, as it was.
        """
        if changed & {"capacity", "reason_chosen", "team_id"}:
            self.is_own_team = self.is_of_own_team(self.auditor)
            self.kind = self.derived_kind()
            changed |= {"is_own_team", "kind"}
        if changed & {"service_id", "team_id", "audited_on"}:
            Finding.objects.filter(audit_finding__audit=self).update(
                service=self.service_id, team=self.team_id, found_on=self.audited_on
            )
        if "audited_on" not in changed or self.reference[2:6] == str(self.audited_on.year):
            return {}
        # A reference carries the year of the day audited on.
        before, self.reference = self.reference, ReferenceSeries.take("A", self.audited_on.year)[0]
        Notice.objects.filter(reference=before).update(reference=self.reference)
        changed.add("reference")
        return {"reference": before}
