"""Whose voice was sought and heard, by service: the child's, a parent's, a carer's; and conversations held.

A voice is asked for where the version of the tool does not call it "not applicable". Sought is what was
heard, declined, without an answer, or arranged for later (not yet heard). "Not possible" is separate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from django.db.models import Count

from qa_audit.audits.models.answers import Outcome, Who
from qa_audit.audits.models.audit import Audit
from qa_audit.common.charts import Chart
from qa_audit.common.publishing.values import Column, Section, Table
from qa_audit.common.wording import percent
from qa_audit.reports.parts import (
    PartOfWhole,
    Whole,
    bar,
    count_and_share,
    count_columns,
    series,
    share_columns,
)
from qa_audit.reports.report import Report
from qa_audit.tools.models import Requirement, ToolVersion

NOTHING = "none"
FILLS = {
    Outcome.HEARD: "#123f6d",
    Outcome.SOUGHT: "#27759b",
    Outcome.DECLINED: "#6b5b95",
    Outcome.ARRANGED: "#2f6f5e",
    Outcome.NOT_POSSIBLE: "#4a5560",
}
# Short, for headings; the note below the tables says what they mean in full.
LABELS = {
    **dict(Outcome.choices),
    Outcome.SOUGHT: "No answer yet",
    Outcome.ARRANGED: "Arranged",
    Outcome.NOT_POSSIBLE: "Not possible",
}
VOICE_PARTS = [
    *(PartOfWhole(outcome.value, LABELS[outcome], fill) for outcome, fill in FILLS.items()),
    PartOfWhole(NOTHING, "Nothing recorded", "#a85a0a"),
]
SOUGHT = (Outcome.HEARD, Outcome.SOUGHT, Outcome.DECLINED, Outcome.ARRANGED)
# The conversation with the practitioner, told in the same words: held is heard.
CONVERSATION = "conversation"
CONVERSATION_PARTS = [
    PartOfWhole(Audit.Conversation.HELD, "Held", "#123f6d"),
    PartOfWhole(Audit.Conversation.ARRANGED, "Arranged", "#2f6f5e"),
    PartOfWhole(Audit.Conversation.NOT_POSSIBLE, "Not possible", "#4a5560"),
    PartOfWhole(NOTHING, "Nothing recorded", "#a85a0a"),
]
SUBJECTS = {**dict(Who.choices), CONVERSATION: "Conversation with the practitioner"}
REQUIREMENTS = [*(f"voice_{who}" for who in Who.values), "conversation"]  # in the order of the subjects
COUNTED_AS = (
    "n is the audits whose tool asks for it. Sought: heard, declined, no answer yet, or arranged for later. "
    "Arranged counts as not yet heard. Not possible, which includes not safe to ask, is shown separately."
)


def _parts(subject: str) -> list[PartOfWhole]:
    return CONVERSATION_PARTS if subject == CONVERSATION else VOICE_PARTS


@dataclass
class VoiceRow:
    """One voice, or the conversation, in one service or in all."""

    subject: str
    name: str = ""
    service: int | None = None
    whole: Whole = field(init=False)

    def __post_init__(self):
        self.whole = Whole(_parts(self.subject))

    @property
    def got(self) -> str:
        """The outcome that counts as heard or held."""
        return Audit.Conversation.HELD if self.subject == CONVERSATION else Outcome.HEARD

    @property
    def sought(self) -> int | None:
        return None if self.subject == CONVERSATION else self.whole.of(SOUGHT)

    @property
    def share_sought(self) -> Fraction | None:
        return None if self.subject == CONVERSATION else self.whole.share_of(SOUGHT)

    @property
    def share_heard(self) -> Fraction | None:
        return self.whole.share_of([self.got])

    def cell(self, outcome: str) -> dict:
        """What narrows the records to one outcome of this row."""
        return {
            "voice": self.subject,
            "outcome": outcome,
            **({"service": self.service} if self.service else {}),
        }


SERVICE = Column("Service", value=lambda row: row.name)
N = Column("n", "integer", value=lambda row: row.whole.n, cell=lambda row: row.cell("any"))
CAUTION = Column("Caution", value=lambda row: row.whole.caution)
# What the count and the share of a figure have in common.
HEARD = {
    "cell": lambda row: row.cell(row.got),
    "fraction": lambda row: (row.whole.counts[row.got], row.whole.n),
}
OF_SOUGHT = {
    "cell": lambda row: row.cell("sought_in_all"),
    "fraction": lambda row: None if row.sought is None else (row.sought, row.whole.n),
}
SOUGHT_IN_ALL = Column(
    "Sought in all",
    "integer",
    value=lambda row: row.sought,
    text=lambda row: count_and_share(row.sought, row.whole.n),
    **OF_SOUGHT,
)


class VoiceReport(Report):
    """Child, parent and carer sought and heard, and the conversation held, by service."""

    name = "voice"
    title = "Voice"
    shows = (
        "Whether the child, parents and carers were sought and heard, and the conversation held, by service."
    )
    grouped_by = ("service", "conversation", "tool_version")
    template = "reports/voice.html"

    @property
    def columns(self) -> Sequence[Column]:
        return [
            Column("Voice", value=lambda row: SUBJECTS[row.subject]),
            SERVICE,
            N,
            Column("Heard or held", "integer", value=lambda row: row.whole.counts[row.got], **HEARD),
            Column("% heard or held", "percent", value=lambda row: row.share_heard, **HEARD),
            SOUGHT_IN_ALL,
            Column("% sought", "percent", value=lambda row: row.share_sought, **OF_SOUGHT),
            *count_columns(VOICE_PARTS[1:], lambda row: row.whole, VoiceRow.cell),
            *share_columns(VOICE_PARTS[1:], lambda row: row.whole, VoiceRow.cell),
            CAUTION,
        ]

    @cached_property
    def rows(self) -> list[VoiceRow]:
        found: dict[tuple[str, int], VoiceRow] = {}
        for subject, service, outcome, n in [*self._asked(), *self._outcomes()]:
            row = found.setdefault((subject, service), VoiceRow(subject, service=service))
            row.whole.add(outcome, n)
        names = self.scope.named({service for _, service in found})
        rows = []
        for subject in SUBJECTS:
            of_subject = [found[subject, pk] for pk in names if (subject, pk) in found]
            for row in of_subject:
                row.name = names[row.service].name
            rows += [*of_subject, *self._all(subject, of_subject)]
        return rows

    @cached_property
    def _requirements(self) -> dict[int, dict[str, str]]:
        """What each version of a tool asks for, by subject."""
        versions = ToolVersion.objects.filter(pk__in={group[3] for group in self.groups})
        return {
            pk: dict(zip(SUBJECTS, requirements, strict=True))
            for pk, *requirements in versions.values_list("pk", *REQUIREMENTS)
        }

    def _is_asked(self, version: int, subject: str) -> bool:
        return self._requirements[version][subject] != Requirement.NOT_APPLICABLE

    def _asked(self) -> Iterator[tuple[str, int, str, int]]:
        """Of every audit that asks for it: how the conversation went, and each voice as not recorded."""
        for service, conversation, version, n in self.counted_groups:
            for subject in SUBJECTS:
                if self._is_asked(version, subject):
                    outcome = conversation if subject == CONVERSATION else ""
                    yield subject, service, outcome or NOTHING, n

    def _outcomes(self) -> Iterator[tuple[str, int, str, int]]:
        """What came of each voice that was asked for; each takes one away from nothing recorded."""
        voices = self.scope.counted().filter(voices__outcome__gt="")
        groups = voices.values_list("service", "tool_version", "voices__who", "voices__outcome")
        for service, version, who, outcome, n in groups.annotate(n=Count("*")):
            if self._is_asked(version, who):
                yield from ((who, service, outcome, n), (who, service, NOTHING, -n))

    def _all(self, subject: str, rows: list[VoiceRow]) -> list[VoiceRow]:
        if len(rows) < 2:
            return []
        total = VoiceRow(subject, "All services")
        for row in rows:
            total.whole.absorb(row.whole)
        return [total]

    def _of(self, subject: str) -> list[VoiceRow]:
        return [row for row in self.rows if row.subject == subject and row.whole.n]

    @property
    def headline(self) -> list[tuple[str, str]]:
        """The share heard of each voice over the whole scope, with its words."""
        ends = [self._of(subject)[-1] for subject in SUBJECTS if self._of(subject)]
        return [
            (percent(row.share_heard) if not row.whole.caution.startswith("too") else "–", _heard(row))
            for row in ends
        ]

    @property
    def sections(self) -> list[Section]:
        """For each voice its table and its chart."""
        return [
            Section(SUBJECTS[subject], [self._table(subject)], charts=[self._chart(subject)])
            for subject in SUBJECTS
            if self._of(subject)
        ]

    def _table(self, subject: str) -> Table:
        counts = count_columns(_parts(subject), lambda row: row.whole, VoiceRow.cell)
        sought = [] if subject == CONVERSATION else [SOUGHT_IN_ALL]
        columns = [SERVICE, N, counts[0], *sought, *counts[1:]]
        rows = self._of(subject)
        total = rows.pop() if len(rows) > 1 else None
        return self.table(SUBJECTS[subject], columns, rows, total)

    def _chart(self, subject: str) -> Chart:
        bars = [bar(row.name, row.whole, row.cell, row.cell("any")) for row in self._of(subject)]
        title = f"{SUBJECTS[subject]}: what came of it"
        return self.chart(title, series(_parts(subject)), bars, "Service")

    @property
    def wholes(self) -> list[list[int]]:
        return [row.whole.ordered for row in self.rows]

    @property
    def footnotes(self) -> list[str]:
        return [*super().footnotes, COUNTED_AS]


def _heard(row: VoiceRow) -> str:
    words = "conversation held" if row.subject == CONVERSATION else f"{SUBJECTS[row.subject].lower()} heard"
    return f"{words} (n = {row.whole.n:,}{', ' + row.whole.caution if row.whole.caution else ''})"
