"""Work that runs beside the requests."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from qa_audit.people.models import User

# Work says so often that it goes on: after that its process has died.
SILENT_AFTER = timedelta(minutes=2)


class Lock(models.Model):
    """Held while one machine does what a timer may start on several."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=32, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.name


class JobState(models.TextChoices):
    RUNNING = "running", "At work"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    STOPPED = "stopped", "Stopped"


class JobQuerySet(models.QuerySet):
    """Jobs by whether they go on."""

    def running(self):
        """Those at work now; of one whose process died nobody has heard for a while."""
        return self.filter(state=JobState.RUNNING, alive_until__gt=timezone.now())


class Job(models.Model):
    """One go at a piece of long work: how far it is, and what came of it. Another go is another job."""

    # What is done, in a word of the package that begins it.
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.RUNNING)
    done = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    # Why it could not be done as things stood.
    error = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    # Moved on by the process that is at it.
    alive_until = models.DateTimeField()

    objects = JobQuerySet.as_manager()

    def __str__(self):
        return f"Job {self.pk}"

    @property
    def is_running(self) -> bool:
        """Whether it is running at this moment."""
        return self.state == JobState.RUNNING and self.alive_until > timezone.now()

    @property
    def is_broken_off(self) -> bool:
        """Whether it ended before it was done: it failed, or its process died."""
        return self.state == JobState.STOPPED or (self.state == JobState.RUNNING and not self.is_running)
