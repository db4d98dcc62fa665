"""Tools: versioned question sets. A published version never changes; an audit keeps its version for life."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from qa_audit.common.names import NameKey, word_key
from qa_audit.people.models import Role, Service, User


class Grade(models.TextChoices):
    """The council's own use of the inspectorate's words for one case; best first."""

    OUTSTANDING = "outstanding", "Outstanding"
    GOOD = "good", "Good"
    REQUIRES_IMPROVEMENT = "requires_improvement", "Requires improvement"
    INADEQUATE = "inadequate", "Inadequate"

    @classmethod
    def read(cls, words: str) -> str:
        """The grade that words name, also short ones (RI); nothing for n/a and -. Raises ValueError."""
        key = word_key(words)
        if key not in GRADE_WORDS:
            raise ValueError(words)
        return GRADE_WORDS[key]


# By `word_key`, which makes nothing of a dash: an empty cell, n/a and - say that there is no grade.
GRADE_WORDS: dict[str, str] = {
    **{word_key(label): value for value, label in Grade.choices},
    **dict.fromkeys(("o", "outst"), Grade.OUTSTANDING),
    "g": Grade.GOOD,
    **dict.fromkeys(("ri", "r.i.", "ri to be good", "rig"), Grade.REQUIRES_IMPROVEMENT),
    **dict.fromkeys(("requires improvement to be good", "req improvement"), Grade.REQUIRES_IMPROVEMENT),
    **dict.fromkeys(("i", "inad"), Grade.INADEQUATE),
    **dict.fromkeys(("", "n/a", "na", "not applicable", "not graded", "ungraded", "no grade", "none"), ""),
}


class Scale(models.TextChoices):
    FOUR_GRADES = "four_grades", "Four grades"
    MEETS = "meets", "Meets good / not yet good"
    THRESHOLD = "threshold", "Threshold decision"
    NONE = "none", "No overall judgement"


MEETS_GRADES = [("meets_good", "Meets good"), ("not_yet_good", "Not yet good")]
THRESHOLD_DECISIONS = [
    ("right", "Right"),
    ("too_high", "Too high"),
    ("too_low", "Too low"),
    ("consent_missing", "Consent missing"),
]
SCALE_GRADES = {
    Scale.FOUR_GRADES: Grade.choices,
    Scale.MEETS: MEETS_GRADES,
    Scale.THRESHOLD: THRESHOLD_DECISIONS,
    Scale.NONE: [],
}
# Every word that an audit's overall judgement can be.
JUDGEMENTS = [*Grade.choices, *MEETS_GRADES, *THRESHOLD_DECISIONS]


class Unit(models.TextChoices):
    """What one audit looks at."""

    CHILD = "child", "Child"
    FAMILY = "family", "Family"
    CONTACT = "contact", "Contact or referral"
    HOUSEHOLD = "household", "Household"
    MEETING = "meeting", "Meeting"
    SETTING = "setting", "Setting"


class Requirement(models.TextChoices):
    REQUIRED = "required", "Required"
    ASKED_FOR = "asked_for", "Asked for"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class AnswerType(models.TextChoices):
    GRADE = "grade", "Grade"
    YES_NO = "yes_no", "Yes, no, not applicable or not recorded"
    SCALE = "scale", "Scale from 0 to 10"
    CHOICE = "choice", "One choice"
    CHOICES = "choices", "Several choices"
    DATE = "date", "Date"
    SHORT_TEXT = "short_text", "Short text"
    LONG_TEXT = "long_text", "Long text"


YES_NO_ANSWERS = [
    ("yes", "Yes"),
    ("no", "No"),
    ("not_applicable", "Not applicable"),
    ("not_recorded", "Not recorded"),
]


class Concept(models.Model):
    """The stable key that a domain or question keeps across versions and tools."""

    class Kind(models.TextChoices):
        DOMAIN = "domain", "Domain"
        QUESTION = "question", "Question"

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=300)
    # The short title by which a column of an import names a domain.
    import_title = models.CharField(max_length=80, blank=True)
    prompt = models.TextField(blank=True)
    is_core = models.BooleanField(default=False)
    is_limiting = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "key"]

    def __str__(self):
        return self.title


class Tool(models.Model):
    """A set of domains and questions for one kind of record, belonging to services (none: to every one)."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    title_key = NameKey("title")
    audits = models.CharField(max_length=10, choices=Unit.choices, default=Unit.CHILD)
    services = models.ManyToManyField(Service, blank=True, related_name="tools")
    # Carries past audits that came in by import; never offered to start an audit on.
    is_built_in = models.BooleanField(default=False)

    class Meta:
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["title_key"], name="tool_title_once")]

    def __str__(self):
        return self.title


class ToolVersionQuerySet(models.QuerySet):
    """Versions by status and service, and with what they ask."""

    def published(self):
        """Versions on which an audit can be started."""
        return self.filter(status=VersionStatus.PUBLISHED, tool__is_built_in=False)

    def for_service(self, service):
        """Versions of tools that belong to the service or to every service."""
        return self.filter(Q(tool__services=service) | Q(tool__services=None)).distinct()

    def visible_to(self, user):
        """QA leads see every version; whoever may open audits sees those that are or were in use."""
        if user.has_role(Role.QA_LEAD):
            return self.all()
        if user.has_role(Role.AUDITOR, Role.MANAGER, Role.HEAD, Role.LEADER):
            return self.exclude(status=VersionStatus.DRAFT)
        return self.none()

    def with_content(self):
        """With domains and questions, in three queries."""
        return self.select_related("tool").prefetch_related(
            "domains__concept", "domains__questions__concept", "domains__questions__show_if_question"
        )


class ToolVersion(models.Model):
    """One version of a tool: draft, then published and unchangeable, then retired."""

    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    scale = models.CharField(max_length=12, choices=Scale.choices, default=Scale.FOUR_GRADES)
    is_one_page = models.BooleanField(default=False)
    introduction = models.TextField(blank=True)
    conversation = models.CharField(max_length=14, choices=Requirement.choices, default=Requirement.REQUIRED)
    voice_child = models.CharField(max_length=14, choices=Requirement.choices, default=Requirement.REQUIRED)
    voice_parent = models.CharField(max_length=14, choices=Requirement.choices, default=Requirement.ASKED_FOR)
    voice_carer = models.CharField(max_length=14, choices=Requirement.choices, default=Requirement.ASKED_FOR)
    limits_overall_grade = models.BooleanField(default=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ToolVersionQuerySet.as_manager()

    class Meta:
        ordering = ["tool__title", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["tool", "number"], name="tool_version_once"),
            models.UniqueConstraint(
                fields=["tool"], condition=Q(status=VersionStatus.PUBLISHED), name="one_published_version"
            ),
        ]

    def __str__(self):
        return f"{self.tool.title}, version {self.number}"

    def get_absolute_url(self):
        return reverse("tools:detail", args=[self.pk])

    @property
    def grades(self) -> list[tuple[str, str]]:
        """The words in which an audit on this version can be judged overall."""
        return SCALE_GRADES[self.scale]

    @property
    def has_limiting_rule(self) -> bool:
        """Whether its domains can limit the overall grade."""
        return self.scale == Scale.FOUR_GRADES and self.limits_overall_grade

    def requirement(self, who: str) -> str:
        """Whether a voice (child, parent, carer) is required, asked for or not applicable."""
        return getattr(self, f"voice_{who}")

    @cached_property
    def all_domains(self) -> list:
        """Its domains in order, with their questions when fetched by `with_content`."""
        return list(self.domains.all())

    def entry_count(self) -> int:
        """How many entries an auditor makes.

        Grade and evidence per graded domain, every question that is not conditional, the overall judgement
        and its reason, impact and its sentence, whether the child is unsafe now, one strength, one area for
        improvement, each voice and the conversation where they apply.
        """
        asked = [self.voice_child, self.voice_parent, self.voice_carer, self.conversation]
        return (
            sum(2 * domain.is_graded for domain in self.all_domains)
            + sum(not q.show_if_question_id for domain in self.all_domains for q in domain.questions.all())
            + (7 if self.scale != Scale.NONE else 5)
            + sum(requirement != Requirement.NOT_APPLICABLE for requirement in asked)
        )


class Domain(models.Model):
    """A judged area of practice in a tool version."""

    version = models.ForeignKey(ToolVersion, on_delete=models.CASCADE, related_name="domains")
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="domains")
    order = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    prompt = models.TextField(blank=True)
    is_graded = models.BooleanField(default=True)
    is_core = models.BooleanField(default=False)
    is_limiting = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "concept"], name="domain_concept_once"),
            models.CheckConstraint(
                condition=Q(is_limiting=False) | Q(is_core=True, is_graded=True),
                name="limiting_is_core_and_graded",
            ),
        ]

    def __str__(self):
        return self.title


class Question(models.Model):
    """One question of a domain, shown always or when another question of the domain has a given answer."""

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="questions")
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="questions")
    order = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    guidance = models.TextField(blank=True)
    is_required = models.BooleanField(default=False)
    answer_type = models.CharField(max_length=10, choices=AnswerType.choices, default=AnswerType.YES_NO)
    choices = models.JSONField(default=list, blank=True)
    show_if_question = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="followers"
    )
    show_if_value = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["domain", "concept"], name="question_concept_once")]

    def __str__(self):
        return self.text

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The answers to choose from, (stored, shown); empty for dates and text."""
        if self.answer_type == AnswerType.GRADE:
            return Grade.choices
        if self.answer_type == AnswerType.YES_NO:
            return YES_NO_ANSWERS
        if self.answer_type == AnswerType.SCALE:
            return [(str(number), str(number)) for number in range(11)]
        return [(choice, choice) for choice in self.choices]
