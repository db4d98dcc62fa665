"""Answers: for one tool each question with counts and shares; threshold decisions and domains likewise."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial

from qa_audit.common.charts import Chart
from qa_audit.common.publishing.values import Column, Section, Table
from qa_audit.common.statistics import caution, too_few
from qa_audit.common.wording import percent
from qa_audit.reports.asked import (
    DOMAIN_GRADE,
    FREE,
    JUDGEMENT,
    Asked,
    Replies,
    asked_in,
    judged_by,
    versions_in,
)
from qa_audit.reports.groups import CHOICES, CUTS, FEW
from qa_audit.reports.parts import bar, count_and_share, series
from qa_audit.reports.report import Report
from qa_audit.reports.scope import Scope
from qa_audit.tools.models import AnswerType, Grade, Tool, ToolVersion

ALL, EVERY_GROUP = "All services", "All"
CHANGED = " ‡"
MARKED = "‡ Not asked the same way in every version: what changed is below the figures."
COUNTED_AS = (
    "n is the audits that answered; “not applicable” is left out of it and of the shares. Where several "
    "answers can be chosen the shares do not add to 100. For dates and texts, only the number of answers "
    "is given."
)


@dataclass(frozen=True)
class AnswerRow:
    """One answer to one question in one service or group, or in all; `cut` narrows the records to it."""

    asked: Asked
    cut: dict
    place: str
    replies: Replies
    answer: str
    value: str = ""
    count: int | None = None
    share: Fraction | None = None

    @property
    def note(self) -> str:
        """What must be known to read the figure."""
        words = [caution(self.replies.n) if self.replies.n else "", self.replies.note, *self.asked.notes]
        return ". ".join(word.rstrip(".") for word in words if word)

    @property
    def cell(self) -> dict | None:
        """What narrows the records to those that answered so."""
        return cell_of(self.asked, self.value, self.cut)


def cell_of(asked: Asked, value: str, cut: dict) -> dict:
    """What narrows the records to those of the service or group that answered so ("": that answered)."""
    if asked.kind == JUDGEMENT:
        return {**cut, "judgement": value}
    if asked.kind == DOMAIN_GRADE:
        return {**cut, **asked.cell, "domain_grade": value or "any"}
    return {**cut, **asked.cell, **({"answer": value} if value else {})}


def _count(row: AnswerRow) -> int | None:
    return row.count


def _cell(row: AnswerRow) -> dict:
    return row.cell


def _fraction(row: AnswerRow) -> tuple[int, int] | None:
    return None if row.count is None else (row.count, row.replies.n)


class Answers(Report):
    """Each question of one tool: counts, shares, n; across versions by concept."""

    name = "answers"
    title = "Answers"
    shows = "For one tool, how each question was answered, threshold decisions and the grades of its domains."
    by = [
        ("question", "Question"),
        ("service", "Question and service"),
        *((name, f"Question and {words[:1].lower()}{words[1:]}") for name, words in CHOICES),
    ]
    template = "reports/answers.html"

    def __init__(self, scope: Scope):
        super().__init__(scope)
        if "tool" not in scope.chosen:
            self._narrow_to_most_used()

    def _narrow_to_most_used(self) -> None:
        """To the tool with most counted audits; past audits that were imported come last."""
        counts: Counter[Tool] = Counter()
        for version, *_, n in self.counted_groups:
            counts[self.versions[version].tool] += n
        if not counts:
            return
        tool = min(counts, key=lambda one: (one.is_built_in, -counts[one], one.pk))
        filters = (*self.scope.filters, ("Tool", tool.title))
        self.scope = replace(self.scope, chosen={**self.scope.chosen, "tool": str(tool.pk)}, filters=filters)
        self.groups = [group for group in self.groups if self.versions[group[1]].tool == tool]

    @property
    def grouped_by(self) -> Sequence[str]:
        return judged_by(self.scope)

    @cached_property
    def versions(self) -> dict[int, ToolVersion]:
        """The versions of its audits' tools."""
        return versions_in(self.groups)

    @property
    def columns(self) -> Sequence[Column]:
        return [
            Column("Tool", value=lambda row: row.asked.tool),
            Column("Domain", value=lambda row: row.asked.section),
            Column("Question", value=lambda row: row.asked.text),
            self._place,
            Column("Answer", value=lambda row: row.answer),
            Column("Count", "integer", value=_count, cell=_cell, fraction=_fraction),
            Column("n", "integer", value=lambda row: row.replies.n),
            Column("%", "percent", value=lambda row: row.share, cell=_cell, fraction=_fraction),
            Column("Note", value=lambda row: row.note),
        ]

    @cached_property
    def asked(self) -> list[Asked]:
        return asked_in(self.scope, self.groups, self.versions)

    @property
    def _place(self) -> Column:
        return Column(self._placed_in, value=lambda row: row.place)

    @property
    def _placed_in(self) -> str:
        return CUTS[self.scope.by].label if self.scope.by in CUTS else "Service"

    @cached_property
    def _names(self) -> dict[int | str, str]:
        """The services, or the groups, in their order."""
        keys = {key for asked in self.asked for key in asked.replies}
        if self.scope.by in CUTS:
            cut = CUTS[self.scope.by]
            return {key: name for key, name in [*cut.groups.items(), (FEW, cut.together)] if key in keys}
        return {pk: named.name for pk, named in self.scope.named(keys).items()}

    @cached_property
    def rows(self) -> list[AnswerRow]:
        return [
            row
            for asked in self.asked
            for cut, place, replies in self._places(asked)
            for row in _rows(asked, cut, place, replies)
        ]

    def _places(self, asked: Asked) -> list[tuple[dict, str, Replies]]:
        """All together, and before that each service or group, where the report is broken down by it."""
        by = self.scope.by if self.scope.by in CUTS else "service"
        each = [
            ({by: key}, name, asked.replies[key]) for key, name in self._names.items() if key in asked.replies
        ]
        if by in CUTS:
            each = [one for one in each if one[2].n]
            return [*each, ({}, EVERY_GROUP, asked.together())]
        if len(self._names) == 1:
            return each
        together = ({}, ALL, asked.together())
        return [*each, together] if self.scope.by == "service" else [together]

    @property
    def headline(self) -> list[tuple[str, str]]:
        """How many audits have the overall judgement and, where it is no grade, its first answer's share."""
        whole = [(asked, asked.together()) for asked in self.asked if asked.kind == JUDGEMENT]
        return [
            (percent(replies.share(part.value)), f"{part.label.lower()} (n = {replies.n:,})")
            for asked, replies in whole
            if not (replies.is_withheld or too_few(replies.n))
            for part in asked.parts
        ]

    @cached_property
    def sections(self) -> list[Section]:
        """The page: the overall judgement first, the domains' grades, then the questions by domain."""
        grouped: dict[str, list[Asked]] = defaultdict(list)
        for asked in self.asked:
            grouped["Domains" if asked.kind == DOMAIN_GRADE else asked.section].append(asked)
        order = sorted(grouped, key=lambda title: {"Overall": 0, "Domains": 1}.get(title, 2))
        return [self._section(title, grouped[title]) for title in order]

    def _section(self, title: str, all_asked: list[Asked]) -> Section:
        alike: dict[tuple, list[Asked]] = defaultdict(list)
        for asked in all_asked:
            if asked.is_one_whole:
                # Questions with the same answers share one chart, unless each is broken down by service.
                is_apart = self._is_cut or asked.kind == AnswerType.CHOICE
                alike[(asked.kind, id(asked) if is_apart else None)].append(asked)
        return Section(
            title,
            list(self._tables(all_asked)),
            notes=[f"{asked.text}: {note}" for asked in all_asked for note in asked.notes],
            charts=[chart for group in alike.values() for chart in self._charts(title, group)],
        )

    @property
    def _is_cut(self) -> bool:
        return self.scope.by in CUTS or (self.scope.by == "service" and len(self._names) > 1)

    def _charts(self, section: str, group: list[Asked]) -> list[Chart]:
        bars = [
            bar(
                place if self._is_cut or group[0].kind == AnswerType.CHOICE else _words(asked),
                replies.whole,
                partial(cell_of, asked, cut=cut),
                cell_of(asked, "", cut),
                _note(asked, replies),
            )
            for asked in group
            for cut, place, replies in self._places(asked)
            if not replies.is_withheld
        ]
        is_one = self._is_cut or group[0].kind in (AnswerType.CHOICE, JUDGEMENT)
        title = _words(group[0]) if is_one else f"{section}: {TITLES[group[0].kind]}"
        is_by_place = self._is_cut or group[0].kind == AnswerType.CHOICE
        heading = self._placed_in if is_by_place else "Question"
        return [self.chart(title, series(group[0].parts), bars, heading)] if bars else []

    def _tables(self, all_asked: list[Asked]) -> Iterator[Table]:
        """What is no part of one whole: several choices, scales, dates and texts."""
        for caption, kinds, columns in (
            (
                "More than one answer possible",
                (AnswerType.CHOICES,),
                [QUESTION, self._place, ANSWER, COUNT, N],
            ),
            ("On a scale from 0 to 10", (AnswerType.SCALE,), [QUESTION, self._place, SPREAD, N]),
            ("How many answered", FREE, [QUESTION, self._place, N]),
        ):
            asked = {id(one) for one in all_asked if one.kind in kinds}
            if rows := [row for row in self.rows if id(row.asked) in asked]:
                yield self.table(caption, columns, rows)

    @property
    def wholes(self) -> Iterator[list[int]]:
        for asked in self.asked:
            for _, _, replies in self._places(asked):
                if asked.is_one_whole and not replies.is_withheld:
                    yield replies.whole.ordered

    @property
    def footnotes(self) -> list[str]:
        is_marked = any(asked.notes for asked in self.asked)
        return [*super().footnotes, COUNTED_AS, *([MARKED] if is_marked else [])]


TITLES = {
    AnswerType.YES_NO: "yes, no or not recorded",
    AnswerType.GRADE: "graded questions",
    DOMAIN_GRADE: "how practice was graded",
}
QUESTION = Column("Question", value=lambda row: _words(row.asked))
ANSWER = Column("Answer", value=lambda row: row.answer)
COUNT = Column(
    "Chosen",
    "integer",
    value=_count,
    text=lambda row: count_and_share(row.count, row.replies.n),
    cell=_cell,
    fraction=_fraction,
)
SPREAD = Column("Median and spread", value=lambda row: row.answer)
N = Column("n", "integer", value=lambda row: row.replies.n, cell=lambda row: cell_of(row.asked, "", row.cut))


def _words(asked: Asked) -> str:
    text = asked.section if asked.kind == DOMAIN_GRADE else asked.text
    return text + (CHANGED if asked.notes else "")


def _note(asked: Asked, replies: Replies) -> str:
    """What is beside n: how many it did not apply to; of a domain the share good or better."""
    if asked.kind != DOMAIN_GRADE or too_few(replies.n):
        return replies.note
    return f"{percent(replies.whole.share_of([Grade.OUTSTANDING, Grade.GOOD]))} good or better"


def _rows(asked: Asked, cut: dict, place: str, replies: Replies) -> list[AnswerRow]:
    """A row for each answer; one for all of a scale, of dates and of texts."""
    if replies.is_withheld:
        return [AnswerRow(asked, cut, place, replies, "Not shown")]
    if asked.parts:
        return [
            AnswerRow(
                asked,
                cut,
                place,
                replies,
                part.label,
                part.value,
                replies.whole.counts[part.value],
                replies.share(part.value),
            )
            for part in asked.parts
        ]
    answer = str(replies.spread) if asked.kind == AnswerType.SCALE else "Answered"
    return [AnswerRow(asked, cut, place, replies, answer, count=replies.n)]


class AnswersOfEveryTool(Answers):
    """The same for every tool of the scope, one after the other."""

    def _narrow_to_most_used(self) -> None:
        pass
