"""What partner agencies found in a multi-agency audit: a row for each, and still one audit in the counts."""

from django.db import models
from django.db.models import Q

from qa_audit.audits.models.audit import Audit
from qa_audit.common.names import NameKey
from qa_audit.people.models import User
from qa_audit.tools.models import Grade


class PartnerAgency(models.Model):
    """One agency's part in one audit: its own grade or none, strengths, and areas for improvement."""

    audit = models.ForeignKey(
        Audit, on_delete=models.PROTECT, related_name="partner_agencies", db_index=False
    )
    agency = models.CharField(max_length=120)
    agency_key = NameKey("agency")
    # It judges the agency's own practice, and enters no figure.
    grade = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    strengths = models.TextField(blank=True)
    improvements = models.TextField("areas for improvement", blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "agency_key"], name="partner_agency_once"),
            models.CheckConstraint(condition=~Q(agency=""), name="partner_agency_is_named"),
            models.CheckConstraint(
                condition=Q(grade__in=["", *Grade.values]), name="partner_agency_grade_is_one_of_four"
            ),
        ]

    def __str__(self):
        return self.agency
