"""The only thing that reports store: the analysis that a head of service writes in their own words."""

from django.db import models
from django.db.models import Q

from qa_audit.people.models import Service, User
from qa_audit.reports.period import Period


class Analysis(models.Model):
    """A service's analysis for a period, in place of the drafted sentence; earlier ones stay.

    The period is the one that its author saw, to the day.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="analyses")
    period_from = models.DateField()
    period_to = models.DateField()
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "period_from", "period_to"],
                condition=Q(is_current=True),
                name="one_current_analysis",
            )
        ]

    def __str__(self):
        return f"{self.service}, {self.period_from} to {self.period_to}"

    @property
    def period(self) -> Period:
        return Period(self.period_from, self.period_to)
