"""Work that runs beside the requests."""

from django.db import models


class Lock(models.Model):
    """Held while one machine does what a timer may start on several."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=32, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.name
