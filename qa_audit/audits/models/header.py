"""The words an audit's header and judgements are chosen from."""

from django.db import models


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
