"""References, given in the order in which records come."""

from django.db import models, transaction


class ReferenceSeries(models.Model):
    """The last number given in a year: A for audits, L for learning reviews."""

    prefix = models.CharField(max_length=1)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="series_once")]

    def __str__(self):
        return f"{self.prefix}-{self.year}-{self.last:04d}"

    @classmethod
    def take(cls, prefix: str, year: int, count: int = 1) -> list[str]:
        """The next `count` references of the year; the series stays locked to the transaction's end."""
        with transaction.atomic():
            series, _ = cls.objects.select_for_update().get_or_create(prefix=prefix, year=year)
            first = series.last + 1
            series.last += count
            series.save()
        return [f"{prefix}-{year}-{number:04d}" for number in range(first, first + count)]
