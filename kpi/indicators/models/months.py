"""Months, and whether they take figures."""

from django.db import models
from django.db.models import Q

from kpi.indicators.models.areas import ReadersQuerySet


class MonthState(models.TextChoices):
    OPEN = "open", "Open"
    LOCKED = "locked", "Locked"
    PUBLISHED = "published", "Published"


def is_first_of_month(name: str) -> Q:
    """The condition that a date stands for a month."""
    return Q(**{f"{name}__day": 1})


class MonthQuerySet(ReadersQuerySet):
    """Months by whether they take figures."""

    def closed(self):
        """Those that take no figures."""
        return self.exclude(state=MonthState.OPEN)


class Month(models.Model):
    """A month's state, kept once somebody locked or published it; a month without a row is open."""

    first = models.DateField(unique=True)
    state = models.CharField(max_length=9, choices=MonthState.choices, default=MonthState.OPEN)
    version = models.PositiveIntegerField(default=1)

    objects = MonthQuerySet.as_manager()

    class Meta:
        ordering = ["-first"]
        constraints = [models.CheckConstraint(condition=is_first_of_month("first"), name="month_is_a_first")]

    def __str__(self):
        return f"{self.first:%B %Y}"
