"""What was asked in the counted audits of a scope, and how it was answered; across versions by concept."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from statistics import median, quantiles

from django.db.models import Case, Count, F, QuerySet, TextField, Value, When

from qa_audit.audits.models.audit import COUNTED_STATES
from qa_audit.common.statistics import share
from qa_audit.common.wording import count
from qa_audit.reports.groups import CUTS, FEW, small_groups
from qa_audit.reports.parts import PartOfWhole, Whole
from qa_audit.reports.scope import Scope
from qa_audit.reports.small_teams import FEWEST, is_one_hidden_team, sees_every_team, shows_grades
from qa_audit.tools.models import SCALE_GRADES, AnswerType, Domain, Grade, Question, Scale, ToolVersion

# What is asked of every audit beside its questions.
JUDGEMENT, DOMAIN_GRADE = "judgement", "domain_grade"
OVERALL = {
    Scale.FOUR_GRADES: "Overall grade",
    Scale.MEETS: "Overall judgement",
    Scale.THRESHOLD: "Threshold decision",
}
FREE = (AnswerType.DATE, AnswerType.SHORT_TEXT, AnswerType.LONG_TEXT)
FOUR = ("#123f6d", "#27759b", "#a85a0a", "#861b2d")
GRADED = (AnswerType.GRADE, DOMAIN_GRADE, Scale.FOUR_GRADES)
FILLS = {
    AnswerType.YES_NO: {"yes": "#27759b", "no": "#a85a0a", "not_recorded": "#4a5560"},
    **{kind: dict(zip(Grade.values, FOUR, strict=True)) for kind in GRADED},
    Scale.MEETS: {"meets_good": "#27759b", "not_yet_good": "#a85a0a"},
    Scale.THRESHOLD: {
        "right": "#27759b",
        "too_high": "#6b5b95",
        "too_low": "#a85a0a",
        "consent_missing": "#861b2d",
    },
}
CYCLE = ("#123f6d", "#27759b", "#2f6f5e", "#6b5b95", "#a85a0a", "#8a4f7d", "#4a5560", "#861b2d")
NOT_APPLICABLE = "not_applicable"


@dataclass
class Asked:
    """One question, a domain's grade, or the overall judgement; in the words of its newest version.

    `replies` are by service, or by the group of the report. `whole` is empty of parts for a
    scale, dates and texts.
    """

    kind: str  # JUDGEMENT, DOMAIN_GRADE or the question's answer type
    tool: str
    section: str
    text: str
    parts: Sequence[PartOfWhole] = ()
    cell: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    replies: dict[int | str, "Replies"] = field(default_factory=dict)
    key: tuple = ()

    @property
    def is_one_whole(self) -> bool:
        """Whether its answers are parts of one whole: each audit gives one."""
        return bool(self.parts) and self.kind != AnswerType.CHOICES

    @property
    def is_judged(self) -> bool:
        """Whether its answers are judgements, which the rule of small teams protects."""
        return self.kind in (JUDGEMENT, DOMAIN_GRADE, AnswerType.GRADE)

    def together(self) -> "Replies":
        """The replies of all services, or of all groups."""
        whole = Replies(Whole(self.parts))
        for replies in self.replies.values():
            whole.absorb(replies)
        return whole


@dataclass
class Replies:
    """The answers of some audits to one question. `n` is how many answered, "not applicable" left out."""

    whole: Whole
    n: int = 0
    not_applicable: int = 0
    is_withheld: bool = False

    def add(self, value: str, n: int) -> None:
        """Count n audits more that answered so."""
        if value == NOT_APPLICABLE:
            self.not_applicable += n
        else:
            self.n += n
            self.whole.add(value, n)

    def add_several(self, values: list[str], n: int) -> None:
        """Count n audits more that chose all of these."""
        self.n += n if values else 0
        for value in values:
            self.whole.add(value, n)

    def absorb(self, other: "Replies") -> None:
        """Stand for the other as well."""
        self.whole.absorb(other.whole)
        self.n += other.n
        self.not_applicable += other.not_applicable
        self.is_withheld |= other.is_withheld

    def share(self, value: str) -> Fraction | None:
        """The exact percentage that gave this answer, of those that answered."""
        return share(self.whole.counts[value], self.n)

    @property
    def spread(self) -> "Spread":
        """Of a scale: where the answers lie."""
        return Spread.of(
            sorted(Counter({int(value): n for value, n in self.whole.counts.items()}).elements())
        )

    @property
    def note(self) -> str:
        return f"{count(self.not_applicable, 'audit')} not applicable" if self.not_applicable else ""


@dataclass(frozen=True)
class Spread:
    """Median, the ends of the middle half (quartiles, both ends counted in), lowest and highest."""

    median: float
    lower: float
    upper: float
    lowest: int
    highest: int

    @classmethod
    def of(cls, values: list[int]) -> "Spread":
        """The spread of sorted answers; raises ValueError where there is none."""
        if not values:
            raise ValueError("There is no answer to give the spread of.")
        lower, _, upper = quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
        return cls(median(values), lower, upper, values[0], values[-1])

    def __str__(self):
        return (
            f"Median {self.median:g}, middle half {self.lower:g} to {self.upper:g}, "
            f"lowest {self.lowest}, highest {self.highest}"
        )


def judged_by(scope: Scope) -> tuple[str, str, str]:
    """By what the judgements of audits are grouped: version, service or group, grade."""
    return "tool_version", _place(scope), "grade"


def versions_in(groups: Collection[tuple]) -> dict[int, ToolVersion]:
    """The versions of audits grouped so, with their tools, by title and scale."""
    versions = ToolVersion.objects.filter(pk__in={version for _, version, *_ in groups})
    return {
        version.pk: version for version in versions.select_related("tool").order_by("tool__title", "scale")
    }


def asked_in(scope: Scope, groups: Collection[tuple], versions: dict[int, ToolVersion]) -> list[Asked]:
    """Everything that has an answer: first the overall judgement of each tool, then by domain.

    In: the scope's audits in groups by `judged_by`, and their versions.
    """
    found = _gathered(scope, groups, versions)
    guard = _Guard(scope)
    for asked in found:
        for replies in asked.replies.values():
            # Groups of few are joined below: only what the team's own size hides is withheld here.
            n = FEWEST if scope.by in CUTS else replies.n
            replies.is_withheld = asked.is_judged and guard.hides(n)
    if scope.by in CUTS and not sees_every_team(scope):
        _join_small_groups(scope, found)
    return found


def _gathered(scope: Scope, groups: Collection[tuple], versions: dict[int, ToolVersion]) -> list[Asked]:
    counted = [group for state, *group in groups if state in COUNTED_STATES]
    found = [
        *_judgements(scope, counted, versions),
        *_of_domains(scope, {version for version, *_ in counted}),
    ]
    return [asked for asked in found if any(r.n or r.not_applicable for r in asked.replies.values())]


def _join_small_groups(scope: Scope, found: list[Asked]) -> None:
    """Of each question the groups that few answered for become one, withheld where that is few as well."""
    unfiltered = replace(
        scope, chosen={name: value for name, value in scope.chosen.items() if name == "tool"}
    )
    wide = found
    if unfiltered.chosen != scope.chosen:
        groups = unfiltered.groups(*judged_by(unfiltered))
        wide = _gathered(unfiltered, groups, versions_in(groups))
    wide_counts = {asked.key: {key: r.n for key, r in asked.replies.items()} for asked in wide}
    for asked in found:
        small = small_groups({key: r.n for key, r in asked.replies.items()}, wide_counts[asked.key])
        together = Replies(Whole(asked.parts))
        for key in small.together:
            together.absorb(asked.replies.pop(key))
        if small.together:
            together.is_withheld |= small.is_withheld
            asked.replies[FEW] = together


class _Guard:
    """Whether judgements may be seen: of one team that the person sees only joined, none of few."""

    def __init__(self, scope: Scope):
        self.shows_grades = shows_grades(scope)
        self.is_one_hidden_team = is_one_hidden_team(scope)

    def hides(self, n: int) -> bool:
        return not self.shows_grades or (self.is_one_hidden_team and n < FEWEST)


def _parts(answers: Sequence[tuple[str, str]], fills: dict[str, str]) -> list[PartOfWhole]:
    return [
        PartOfWhole(value, label, fills.get(value, CYCLE[index % len(CYCLE)]))
        for index, (value, label) in enumerate(answers)
        if value != NOT_APPLICABLE
    ]


def _replies(asked: Asked, scope: Scope, place: int | str | bool) -> Replies:
    """Where answers given there are counted: in the service, or in the group of the report."""
    key = CUTS[scope.by].key(place) if scope.by in CUTS else place
    return asked.replies.setdefault(key, Replies(Whole(asked.parts)))


def _place(scope: Scope) -> str:
    """The column of an audit by which its answers are counted."""
    return CUTS[scope.by].column if scope.by in CUTS else "service"


def _judgements(scope: Scope, counted: Collection[tuple], versions: dict[int, ToolVersion]) -> list[Asked]:
    """The overall judgement of each tool, apart for each scale that its versions had."""
    found: dict[tuple, Asked] = {}
    order = {version: place for place, version in enumerate(versions)}
    for pk, place, grade, n in sorted(counted, key=lambda group: order[group[0]]):
        tool, scale = versions[pk].tool.title, versions[pk].scale
        if grade and scale in OVERALL:
            parts = _parts(SCALE_GRADES[scale], FILLS[scale])
            asked = found.setdefault((tool, scale), Asked(JUDGEMENT, tool, "Overall", OVERALL[scale], parts))
            asked.key = (tool, scale)
            _replies(asked, scope, place).add(grade, n)
    return list(found.values())


def _of_domains(scope: Scope, versions: set[int]) -> list[Asked]:
    """Domains' grades and questions, in the order of each tool's newest version."""
    domains = Domain.objects.filter(version__in=versions).select_related("version__tool", "concept")
    questions = Question.objects.filter(domain__version__in=versions).select_related("concept")
    of_domain = defaultdict(list)
    for question in questions:
        of_domain[question.domain_id].append(question)
    gathered = _Gathered()
    for domain in domains.order_by("version__tool__title", "version__tool", "-version__number", "order"):
        gathered.add_domain(domain, of_domain[domain.pk])
    gathered.count(scope)
    return gathered.in_order()


class _Gathered:
    """Domains and questions of several versions, each once by its concept, and how they were answered."""

    def __init__(self):
        self.asked: dict[tuple, Asked] = {}
        self.of_domain: dict[int, Asked] = {}
        self.of_question: dict[int, Asked] = {}
        self.sections: dict[tuple, str] = {}
        self.newest: dict[int, int] = {}

    def add_domain(self, domain: Domain, questions: list[Question]) -> None:
        """Take in a domain of a version; newer versions come first and give the words."""
        tool, version = domain.version.tool, domain.version
        self.newest.setdefault(tool.pk, version.number)
        section = self.sections.setdefault((tool.pk, domain.concept_id), domain.title)
        if domain.is_graded:
            key = (tool.pk, domain.concept_id, DOMAIN_GRADE)
            cell = {"domain": domain.concept_id}
            asked = Asked(DOMAIN_GRADE, tool.title, section, f"Grade of {section}", cell=cell)
            asked.parts = _parts(Grade.choices, FILLS[DOMAIN_GRADE])
            self.of_domain[domain.pk] = self._known(key, asked, version, domain.title)
        for question in questions:
            key = (tool.pk, question.concept_id, question.answer_type)
            kind, cell = question.answer_type, {"question": question.concept_id}
            asked = Asked(kind, tool.title, section, question.text, cell=cell)
            known = self._known(key, asked, version, question.text)
            answers = [] if question.answer_type == AnswerType.SCALE else question.answers
            new = [answer for answer in answers if answer[0] not in {part.value for part in known.parts}]
            old = [(part.value, part.label) for part in known.parts]
            known.parts = _parts([*old, *new], FILLS.get(kind, {}))
            self.of_question[question.pk] = known

    def _known(self, key: tuple, asked: Asked, version, text: str) -> Asked:
        """What stands for it already, told of a change of wording; else it as it is."""
        known = self.asked.setdefault(key, asked)
        known.key = key
        if known is asked and version.number != self.newest[key[0]]:
            known.notes.append(f"Last asked this way in version {version.number}.")
        if known is not asked and text not in (known.text, known.section):
            known.notes.append(f"Wording changed: version {version.number} said “{text}”.")
        return known

    def count(self, scope: Scope) -> None:
        """Count every answer, in two queries."""
        audits = scope.counted()
        graded = audits.filter(domain_grades__domain__in=list(self.of_domain), domain_grades__grade__gt="")
        place = _place(scope)
        columns = ("domain_grades__domain", place, "domain_grades__grade")
        for domain, where, grade, n in graded.values_list(*columns).annotate(n=Count("*")):
            _replies(self.of_domain[domain], scope, where).add(grade, n)
        for question, where, value, n in _answers(audits, place):
            asked = self.of_question[question]
            replies = _replies(asked, scope, where)
            if asked.kind in FREE:
                replies.n += n
            elif asked.kind == AnswerType.CHOICES:
                replies.add_several(json.loads(value), n)
            else:
                replies.add(value, n)

    def in_order(self) -> list[Asked]:
        """By tool and section as the newest version has them; what only older ones had after."""
        sections = dict.fromkeys((asked.tool, asked.section) for asked in self.asked.values())
        place = {section: index for index, section in enumerate(sections)}
        return sorted(self.asked.values(), key=lambda asked: place[asked.tool, asked.section])


def _answers(audits: QuerySet, place: str) -> QuerySet:
    """(question, place, value, n) of every answer; the value only where it is picked from given ones."""
    is_free = When(answers__question__answer_type__in=FREE, then=Value(""))
    picked = Case(is_free, default=F("answers__value"), output_field=TextField())
    answers = audits.filter(answers__value__gt="").annotate(picked=picked)
    return answers.values_list("answers__question", place, "picked").annotate(n=Count("*"))
