"""Findings and their themes. What a finding came from holds the link to it; the finding holds none."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from qa_audit.common.names import NameKey
from qa_audit.history.actions import difference
from qa_audit.people.models import Service, Team, User
from qa_audit.tools.models import Concept


class ThemeQuerySet(models.QuerySet):
    """Themes of findings, in two levels."""

    def visible_to(self, user):
        """The themes are no secret: everybody signed in sees them."""
        return self.all() if user.is_authenticated else self.none()

    def tops(self):
        """The themes at the top."""
        return self.filter(parent=None)

    def in_tree_order(self):
        """Each theme after the one it stands under."""
        return self.select_related("parent").order_by(
            Coalesce("parent__order", "order"),
            Coalesce("parent__title", "title"),
            F("parent").asc(nulls_first=True),
            "order",
            "title",
        )


class Theme(models.Model):
    """A subject of findings, kept by the QA lead; a theme is at the top or under one that is."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    title_key = NameKey("title")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # The domain from which a finding takes this theme when its author names none.
    concept = models.OneToOneField(
        Concept, null=True, blank=True, on_delete=models.PROTECT, related_name="default_theme"
    )
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "title"]
        constraints = [models.UniqueConstraint(fields=["title_key"], name="theme_title_once")]

    def __str__(self):
        return self.title

    @property
    def path(self) -> str:
        """The theme with the one it stands under: "Plan: Permanence"."""
        return f"{self.parent}: {self.title}" if self.parent_id else self.title


class FindingKind(models.TextChoices):
    STRENGTH = "strength", "Strength"
    IMPROVEMENT = "improvement", "Area for improvement"


class Severity(models.TextChoices):
    AT_RISK = "at_risk", "Child at risk now"
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Origin(models.TextChoices):
    AUDIT = "audit", "Audit"
    LEARNING_REVIEW = "learning_review", "Learning review"
    PROGRAMME = "programme", "Programme"
    ASSURANCE_CLINIC = "assurance_clinic", "Assurance clinic"
    SCRUTINY = "scrutiny", "Scrutiny panel or board"
    INSPECTION = "inspection", "Inspection"
    COMPLAINT = "complaint", "Complaint"
    PEER_REVIEW = "peer_review", "Peer review"
    CHILDRENS_COUNCIL = "childrens_council", "Children's council"
    OTHER = "other", "Other"


class Finding(models.Model):
    """A strength, or an area for improvement, with themes and a service."""

    kind = models.CharField(max_length=12, choices=FindingKind.choices)
    text = models.TextField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="findings")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    themes = models.ManyToManyField(Theme, blank=True, related_name="findings")
    severity = models.CharField(max_length=8, choices=Severity.choices, blank=True)
    origin = models.CharField(max_length=18, choices=Origin.choices)
    found_on = models.DateField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=FindingKind.STRENGTH, severity="")
                | (Q(kind=FindingKind.IMPROVEMENT) & ~Q(severity="")),
                name="improvement_has_severity",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="finding_has_text"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def history_name(self) -> str:
        """What history calls it: its number tells it from the record's other findings."""
        return f"Finding {self.pk}"

    def settle(self, changed: set[str]) -> dict:
        """Raise ValidationError, by attribute, where its words were taken out."""
        if not self.text:
            raise ValidationError({"text": "Enter some text. To remove it, use “Remove” in the list"})
        return {}

    def recorded(self, **more: object) -> dict[str, str]:
        """All that history holds of it, under its name there; `more` is what its record knows of it."""
        facts = {
            "kind": self.get_kind_display(),
            "severity": self.get_severity_display(),
            "themes": ", ".join(sorted(theme.title for theme in self.themes.all())),
            **{name: str(value or "") for name, value in more.items()},
        }
        name = self.history_name
        return {name: self.text, **{f"{name}: {fact}": words for fact, words in facts.items()}}


def finding_changes(before: dict[str, str], after: dict[str, str]) -> dict:
    """What differs between two of a finding's `told`, as history keeps it: its text as hash and length."""
    names = before or after
    texts = [name for name in names if ":" not in name]
    return difference(
        {name: before.get(name, "") for name in names}, {name: after.get(name, "") for name in names}, texts
    )
