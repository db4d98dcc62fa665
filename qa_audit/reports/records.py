"""The records behind a figure: the report's filters and the figure's own; listed is what one may open."""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.db.models import Q, QuerySet

from qa_audit.audits.models.answers import DomainGrade
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.models.header import Kind
from qa_audit.common import tables
from qa_audit.common.components import tag_html
from qa_audit.common.wording import count
from qa_audit.learning.models import LearningReview
from qa_audit.reports.finding_sentences import FindingSentence, finding_sentences
from qa_audit.reports.groups import CUTS, FEW, small_groups_of
from qa_audit.reports.narrowed import PRACTICE, PracticeCell, keeps_of, narrowed, whole_of
from qa_audit.reports.scope import ANY, Scope, ScopeForm
from qa_audit.reports.small_teams import LABEL, SmallTeams, shows_grades, small_teams
from qa_audit.tools.models import Concept, Grade

GRADE_CHOICES = [ANY, ("any", "Any of the four grades"), *Grade.choices]
OF_AUDITS = ("kind", "grade", "first_grade", "domain", "domain_grade", "teams", *CUTS, *PRACTICE)
CELL = (*OF_AUDITS, "show", "sentence")
OF_GRADES = ("grade", "first_grade", "domain_grade", "judgement", "answer")


class RecordsForm(PracticeCell, ScopeForm):
    """The filters of a report, and what narrows its records to one figure."""

    kind = forms.ChoiceField(
        required=False, choices=[ANY, ("other", "Thematic or individual"), (Kind.MANAGER, "Manager")]
    )
    grade = forms.ChoiceField(required=False, choices=GRADE_CHOICES)
    first_grade = forms.ChoiceField(required=False, label="Grade as audited", choices=GRADE_CHOICES)
    domain = forms.ModelChoiceField(Concept.objects.filter(kind=Concept.Kind.DOMAIN), required=False)
    domain_grade = forms.ChoiceField(required=False, label="Grade of the domain", choices=GRADE_CHOICES)
    teams = forms.ChoiceField(required=False, choices=[ANY, ("few", LABEL), ("none", "No team recorded")])
    show = forms.ChoiceField(required=False, choices=[ANY, ("reviews", "Learning reviews")])
    sentence = forms.IntegerField(required=False, label="Finding")  # any finding that says it
    status, age, ethnicity, disability = (
        forms.ChoiceField(
            required=False, label=cut.label, choices=[ANY, *cut.groups.items(), (FEW, cut.together)]
        )
        for cut in CUTS.values()
    )

    def records(self) -> "Records":
        """The records asked for; only of a valid form."""
        scope = self.scope()
        cell = {name: self.cleaned_data[name] for name in CELL if self.cleaned_data.get(name)}
        return Records(scope, cell, small_teams(scope))

    def in_words(self) -> list[tuple[str, str]]:
        """The figure in words: each filter that is set, by its label."""
        return [
            (str(self[name].label), str(dict(self.fields[name].choices)[self.data[name]]))
            for name in CELL
            if name not in ("domain", "sentence", *PRACTICE) and self.cleaned_data.get(name)
        ] + self.practice_in_words()


class AuditRecordTable(tables.ListTable):
    reference = tables.LinkColumn()
    service = tables.ListColumn(verbose_name="Service", accessor="service__name")
    team = tables.ListColumn(verbose_name="Team", accessor="team__name", empty_values=())
    kind = tables.ListColumn(accessor="get_kind_display", order_by="kind")
    audited_on = tables.DateColumn()
    grade = tables.ListColumn()
    caption, noun, is_caption_hidden = "Audits", "audit", True

    class Meta:
        order_by = "-audited_on"

    def __init__(self, *args, small: SmallTeams, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.small, self.user = small, user
        # In the order of their names, joined teams would be told apart.
        self.columns["team"].column.orderable = not small.together

    def render_team(self, record):
        return (
            LABEL
            if self.small.holds(record.service_id, record.team_id)
            else record.team or "No team recorded"
        )

    def render_grade(self, record):
        return (
            ""
            if record.hides_grades_from(self.user)
            else tag_html("grade", record.grade, record.get_grade_display())
        )


class ReviewRecordTable(tables.ListTable):
    reference = tables.LinkColumn()
    title = tables.ListColumn()
    lead_service = tables.ListColumn(verbose_name="Lead service", accessor="lead_service__name")
    completed_on = tables.DateColumn()
    caption, noun, is_caption_hidden = "Learning reviews", "learning review", True

    class Meta:
        order_by = "-completed_on"


@dataclass
class Records:
    """The audits and learning reviews that make one figure."""

    scope: Scope
    cell: dict
    small: SmallTeams

    @cached_property
    def sentence(self) -> FindingSentence | None:
        """The sentence that was asked for, where the person may read it."""
        asked = self.cell["sentence"]
        return next((one for one in finding_sentences(self.scope) if asked in one.spellings), None)

    @property
    def sentence_in_words(self) -> list[tuple[str, str]]:
        """The sentence in words, where the figure is of one."""
        return [("Finding", self.sentence.text)] if "sentence" in self.cell and self.sentence else []

    @cached_property
    def shows_grades(self) -> bool:
        """Grades of a team that is joined are not shown, nor is a list of those with one grade."""
        return shows_grades(self.scope)

    def parts(self, request) -> list[dict]:
        """What the page lists: of each kind of record how many count and the table of those to open."""
        hidden = () if self.shows_grades else ("grade",)
        audits, reviews, user = self.audits(), self.reviews(), self.scope.user
        seen_audits = audits.visible_to(user).select_related("service", "team")
        seen_reviews = reviews.visible_to(user).select_related("lead_service")
        tables = [
            (
                audits,
                AuditRecordTable.for_request(
                    request, seen_audits, small=self.small, user=user, exclude=hidden
                ),
            ),
            (reviews, ReviewRecordTable.for_request(request, seen_reviews, prefix="reviews-")),
        ]
        return [
            {"table": table, "words": _counted_in_words(n, table), "is_open": table.paginator.count}
            for counted, table in tables
            if (n := counted.count())
        ]

    def audits(self) -> QuerySet[Audit]:
        """Every audit in the figure, whether or not the person may open it."""
        audits = self.scope.counted()
        if self.cell.get("show") == "reviews" or (self._is_by_grade and not self.shows_grades):
            return audits.none()
        if "sentence" in self.cell:
            audits = audits.filter(reference__in=self.sentence.audits if self.sentence else ())
        return self._narrowed(audits, self.cell).filter(self._of_group())

    def _narrowed(self, audits: QuerySet, cell: dict) -> QuerySet:
        """Those of the figure, of whatever group of children."""
        if kind := cell.get("kind"):
            audits = audits.exclude(kind=Kind.MANAGER) if kind == "other" else audits.filter(kind=kind)
        for name in ("grade", "first_grade"):
            if name in cell:
                audits = audits.filter(**{f"{name}__in": _grades(cell[name])})
        if "domain" in cell:
            of_domain = DomainGrade.objects.filter(domain__concept=cell["domain"])
            of_domain = of_domain.filter(grade__in=_grades(cell.get("domain_grade", "any")))
            audits = audits.filter(pk__in=of_domain.values("audit"))
        return narrowed(audits, cell).filter(self._teams())

    def _of_group(self) -> Q:
        """Those of the group that the figure is broken down by; none of a group alone that is joined."""
        names = [name for name in CUTS if name in self.cell]
        if not names:
            return Q()
        by, nothing = names[0], Q(pk__in=[])
        small = small_groups_of(self.scope, by, self._whole, keeps_of(self.cell))
        asked = self.cell[by]
        if len(names) > 1 or small.is_withheld or asked in small.together:
            return nothing
        return CUTS[by].of(small.together if asked == FEW else [asked])

    def _whole(self, audits: QuerySet) -> QuerySet:
        """All audits that the figure is a share of, in every group."""
        cell, whole = whole_of(self.cell)
        return self._narrowed(audits, cell).filter(whole)

    @property
    def _is_by_grade(self) -> bool:
        return any(name in self.cell for name in OF_GRADES)

    def _teams(self) -> Q:
        """Those without a team, or those of teams that are joined, as the cell asks."""
        if self.cell.get("teams") == "none":
            return Q(team=None)
        if self.cell.get("teams") != "few":
            return Q()
        found = Q(pk__in=[])
        for service, teams in self.small.together.items():
            if not (self._is_by_grade and service in self.small.withheld):
                without = Q(team=None) if None in teams else Q(pk__in=[])
                found |= Q(service=service) & (Q(team__in=teams - {None}) | without)
        return found

    def reviews(self) -> QuerySet[LearningReview]:
        """Every learning review in the figure."""
        if any(name in self.cell for name in OF_AUDITS):
            return LearningReview.objects.none()
        if "sentence" in self.cell:
            of_any_lead = self.scope.reviews_of_any_lead()
            return of_any_lead.filter(reference__in=self.sentence.reviews if self.sentence else ())
        return self.scope.reviews()


def _grades(asked: str) -> list[str]:
    return Grade.values if asked == "any" else [asked]


def _counted_in_words(counted: int, table: tables.ListTable) -> str:
    """12 audits count; you may open 10"""
    seen = table.paginator.count
    verb = "counts" if counted == 1 else "count"
    words = f"{count(counted, table.noun)} {verb}"
    return words if seen == counted else f"{words}; you can open {seen:,}"
