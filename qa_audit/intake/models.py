"""A file that waits for its person, in the database because web nodes share no disk."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from qa_audit.people.models import User

# A file that nobody accepted is not kept longer.
WAITS_FOR = timedelta(days=1)


class WaitingQuerySet(models.QuerySet):
    """Files that wait to be accepted, each its person's own."""

    def visible_to(self, user):
        """The person's own, as long as it waits."""
        return self.filter(user=user.pk, uploaded_at__gte=timezone.now() - WAITS_FOR)

    def stale(self):
        """Left by people who neither accepted nor threw them away."""
        return self.filter(uploaded_at__lt=timezone.now() - WAITS_FOR)


class WaitingUpload(models.Model):
    """What each package that takes files in has a table of: one file for each person."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        abstract = True
