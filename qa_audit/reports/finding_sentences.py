"""Findings in words: each sentence once for a service, with the audits and learning reviews that say it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse

from qa_audit.audits.models.answers import AuditFinding
from qa_audit.common.names import name_key
from qa_audit.common.publishing.values import Column
from qa_audit.common.wording import count
from qa_audit.findings.models import FindingKind, Severity, Theme
from qa_audit.learning.models import ReviewFinding
from qa_audit.reports.scope import Scope, services_of

KINDS = {FindingKind.STRENGTH: "What is going well", FindingKind.IMPROVEMENT: "Areas for improvement"}
OF_A_FINDING = (
    "finding",
    "finding__service",
    "finding__kind",
    "finding__text",
    "finding__severity",
    "finding__themes",
)


@dataclass
class FindingSentence:
    """One sentence about one service, and the records that say it."""

    place: str
    kind: str
    key: str
    spellings: dict[int, str] = field(default_factory=dict)  # by finding
    severities: set[str] = field(default_factory=set)
    themes: set[int] = field(default_factory=set)
    theme_names: list[str] = field(default_factory=list)
    audits: set[str] = field(default_factory=set)  # their references
    reviews: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """As most wrote it."""
        written = Counter(self.spellings.values())
        return min(written, key=lambda text: (-written[text], text))

    @property
    def records(self) -> str:
        """in 2 audits and 1 learning review"""
        counts = [(len(self.audits), "audit"), (len(self.reviews), "learning review")]
        return f"in {' and '.join(count(n, noun) for n, noun in counts if n)}"

    @property
    def severity(self) -> str:
        """The gravest first."""
        return ", ".join(one.label for one in Severity if one in self.severities)

    @property
    def cell(self) -> dict:
        """What narrows the records to these."""
        return {"sentence": min(self.spellings)}

    def href(self, scope: Scope) -> str:
        """The address of the one record that says it, or of the list of those that do."""
        match [*self.audits], [*self.reviews]:
            case [audit], []:
                return reverse("audits:detail", args=[audit])
            case [], [review]:
                return reverse("learning:detail", args=[review])
        return scope.records(**self.cell)


COLUMNS = [
    Column("Service", value=lambda row: row.place),
    Column("Kind", value=lambda row: KINDS[row.kind]),
    Column("Finding", value=lambda row: row.text),
    Column("Audits", "integer", value=lambda row: len(row.audits)),
    Column("Learning reviews", "integer", value=lambda row: len(row.reviews)),
    Column("Severity", value=lambda row: row.severity),
    Column("Themes", value=lambda row: ", ".join(row.theme_names)),
]


def opened(scope: Scope) -> QuerySet:
    """The links to findings of those counted audits that the person may open, newest first.

    Not of those that they are still to moderate: a finding's severity tells of the grade.
    """
    audits = scope.counted().visible_to(scope.user).showing_grades_to(scope.user)
    links = AuditFinding.objects.filter(audit__in=audits.values("pk")).select_related("audit", "finding")
    return links.order_by("-finding__found_on", "-pk")


def opened_of_reviews(scope: Scope) -> QuerySet:
    """The links to findings of the learning reviews that the person may open, whichever service led them."""
    reviews = scope.reviews_of_any_lead().visible_to(scope.user)
    links = ReviewFinding.objects.filter(review__in=reviews.values("pk"))
    return links.filter(finding__service=scope.chosen["service"]) if "service" in scope.chosen else links


def finding_sentences(scope: Scope) -> list[FindingSentence]:
    """Every sentence that the person may read: by service and kind, those of the most audits first.

    Sentences are one when they differ in capitals, spaces and a full stop at the end alone.
    """
    names = dict(services_of(scope.user).values_list("pk", "name"))
    found: dict[tuple, FindingSentence] = {}
    for links, record in ((opened(scope), "audit"), (opened_of_reviews(scope), "review")):
        # Without the order of each: the sentences have their own.
        lines = links.order_by().values_list(*OF_A_FINDING, f"{record}__reference")
        for pk, service, kind, text, severity, theme, owner in lines:
            if service not in names:  # a review that they may open tells of other services too
                continue
            key = sentence_key(text)
            one = found.setdefault((service, kind, key), FindingSentence(names[service], kind, key))
            one.spellings[pk] = text
            one.severities.add(severity)
            one.themes.add(theme)
            (one.audits if record == "audit" else one.reviews).add(owner)
    ordered = list(_in_order(found, names))
    for theme in Theme.objects.in_tree_order():
        for one in ordered:
            if theme.pk in one.themes:
                one.theme_names.append(theme.path)
    return ordered


def _in_order(found: dict[tuple, FindingSentence], services: Iterable[int]) -> Iterator[FindingSentence]:
    places, kinds = ({key: place for place, key in enumerate(keys)} for keys in (services, KINDS))
    for _, one in sorted(
        found.items(),
        key=lambda item: (places[item[0][0]], kinds[item[0][1]], -len(item[1].audits), item[1].key),
    ):
        yield one


def sentence_key(text: str) -> str:
    """By what sentences are compared: without capitals, spaces and a full stop at the end."""
    return name_key(text).removesuffix(".").rstrip()
