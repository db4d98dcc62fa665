"""The areas of work under which indicators stand, and who meets measures at all."""

from django.db import models

from qa_audit.common.names import NameKey
from qa_audit.people.models import Role

# Who meets measures at all; of teams and services each sees what `Observation.visible_to` gives.
READERS = (Role.AUDITOR, Role.MANAGER, Role.HEAD, Role.QA_LEAD, Role.LEADER, Role.ANALYST)


class ReadersQuerySet(models.QuerySet):
    """What goes with the indicators and does not belong to one service."""

    def visible_to(self, user):
        """Everybody's who meets measures."""
        return self.all() if user.has_role(*READERS) else self.none()


class Area(models.Model):
    """A part of the work under which indicators stand together, in their order."""

    title = models.CharField(max_length=120, unique=True)
    title_key = NameKey("title")
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = ReadersQuerySet.as_manager()

    class Meta:
        ordering = ["order", "title"]
        constraints = [models.UniqueConstraint(fields=["title_key"], name="area_title_once")]

    def __str__(self):
        return self.title
