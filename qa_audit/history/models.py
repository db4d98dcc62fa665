"""The append-only, chained record of who changed or read what, when and why."""

import hashlib
import json

from django.db import models


def digest(content: object) -> str:
    """SHA-256 (hex) of the canonical JSON of `content`: the same on every database."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


class EventQuerySet(models.QuerySet):
    """Events of one record, told apart as changes and readings."""

    def about(self, obj: models.Model):
        """Events about one record, newest first, with those from before its model had today's name."""
        names = (obj._meta.model_name, *getattr(obj, "known_before_as", ()))
        return self.filter(object_type__in=names, object_id=obj.pk).order_by("-sequence")

    def readings(self):
        """Events by which somebody looked at a record without changing it."""
        return self.filter(is_reading=True)

    def changes(self):
        """Events by which somebody changed a record."""
        return self.filter(is_reading=False)


class Event(models.Model):
    """One thing that somebody did. No foreign keys: history must not depend on live rows."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    actor_roles = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=60)
    is_reading = models.BooleanField(default=False)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    object_reference = models.CharField(max_length=200, blank=True)
    service_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "sequence"], name="event_object"),
            models.Index(fields=["actor_id", "sequence"], name="event_actor"),
        ]

    def __str__(self):
        return f"{self.sequence} {self.action} {self.object_reference}"

    def chained_hash(self) -> str:
        """What `hash` must be: the previous hash and this event's own payload, hashed together."""
        payload = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.attname not in ("at", "hash", "previous_hash")
        }
        payload["at"] = self.at.isoformat(timespec="microseconds")
        return digest([self.previous_hash, digest(payload)])


class ChainHead(models.Model):
    """The last link of the chain: one row, made on first use, locked while a link is added."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self):
        """As it is handed out, and held against the chain later."""
        return f"{self.sequence}:{self.hash}"


class Snapshot(models.Model):
    """A record as it was after an event; the event holds its hash."""

    event_sequence = models.BigIntegerField(unique=True)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    content = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="snapshot_object")]

    def __str__(self):
        return f"{self.object_type} {self.object_id} after event {self.event_sequence}"
