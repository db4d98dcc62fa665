"""Past audits that came in from a workbook."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from qa_audit.audits.models.audit import Audit
from qa_audit.history.models import Event
from qa_audit.intake.models import WaitingUpload
from qa_audit.learning.models import LearningReview
from qa_audit.people.models import Role, User


class PastImportQuerySet(models.QuerySet):
    """Files that were imported."""

    def visible_to(self, user):
        """Past audits come in by QA leads."""
        return self.all() if user.has_role(Role.QA_LEAD) else self.none()

    def standing(self):
        """Those that were not withdrawn: the rows of the others may come in again."""
        return self.filter(withdrawn_at=None)


class PastImport(models.Model):
    """One accepted file of past audits. The file itself is not kept."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    made = models.PositiveIntegerField()
    skipped = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = PastImportQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self):
        # Not the file's name: history keeps this for good, and people name files after children.
        return f"Import {self.pk}"

    def get_absolute_url(self):
        return reverse("imports:detail", args=[self.pk])

    @property
    def knows_its_rows(self) -> bool:
        """Whether all that it made is known; of an old one history may say too little."""
        return self.imported.count() == self.made

    @property
    def events(self):
        """What history knows of it, newest first."""
        return Event.objects.about(self)


class ImportedRow(models.Model):
    """An audit or learning review that an import made."""

    past_import = models.ForeignKey(PastImport, on_delete=models.PROTECT, related_name="imported")
    audit = models.OneToOneField(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="imported_row"
    )
    review = models.OneToOneField(
        LearningReview, null=True, blank=True, on_delete=models.PROTECT, related_name="imported_row"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audit=None, review__isnull=False) | Q(audit__isnull=False, review=None),
                name="imported_row_is_one_record",
            )
        ]

    def __str__(self):
        return f"{self.past_import_id}/{self.pk}"

    @property
    def record(self) -> Audit | LearningReview:
        """What came of the row."""
        return self.audit or self.review


class WaitingFile(WaitingUpload):
    """A file of past audits that a person has yet to accept."""

    def __str__(self):
        return f"Waiting file {self.pk}"
