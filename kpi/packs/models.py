"""From which month the limits of a chart are worked out."""

from django.db import models
from django.db.models import Q

from kpi.indicators.models.areas import READERS
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.months import is_first_of_month
from qa_audit.people.models import User

# Fewer months say too little about what is usual.
LEAST_BASELINE = 12


class BaselineQuerySet(models.QuerySet):
    """Baselines by who may know of them."""

    def visible_to(self, user):
        """Everybody's who meets measures: they say how a chart was made."""
        return self.all() if user.has_role(*READERS) else self.none()


class Baseline(models.Model):
    """From which month on, and over how many months, the limits of an indicator's chart are worked out.

    A later one is a recalculation: the chart's limits change there, and nowhere by themselves.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="baselines")
    from_month = models.DateField()
    months = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=250)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = BaselineQuerySet.as_manager()

    class Meta:
        ordering = ["from_month"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "from_month"], name="baseline_once_a_month"),
            models.CheckConstraint(condition=is_first_of_month("from_month"), name="baseline_month"),
            models.CheckConstraint(condition=Q(months__gte=LEAST_BASELINE), name="baseline_is_long_enough"),
        ]

    def __str__(self):
        return f"Baseline of {self.indicator} from {self.from_month:%B %Y}"
