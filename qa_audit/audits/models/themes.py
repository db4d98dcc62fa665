"""The themes that audits were chosen for: plain text, so one may be written in several ways."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import models

from qa_audit.common.names import name_key, one_line


@dataclass(frozen=True)
class AuditTheme:
    """One theme: as it is written most often, and every way it is written."""

    key: str
    title: str
    spellings: tuple[str, ...]


class ThemedQuerySet(models.QuerySet):
    """Audits by their theme."""

    def themes(self) -> dict[str, AuditTheme]:
        """The themes of these audits by key, in the order of the alphabet."""
        counts: dict[str, Counter] = defaultdict(Counter)
        written = self.filter(theme__gt="").order_by().values_list("theme").annotate(n=models.Count("*"))
        for spelling, n in sorted(written):
            if key := name_key(spelling):
                counts[key][spelling] = n
        return {
            key: AuditTheme(key, one_line(spellings.most_common(1)[0][0]), tuple(spellings))
            for key, spellings in sorted(counts.items())
        }
