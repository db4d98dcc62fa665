"""The list of audits, its filter and its file. It shows more audits than one may open, and less of those."""

from collections.abc import Iterator

import django_filters
from django.db.models import QuerySet

from qa_audit.audits.models.audit import COUNTED_STATES, Audit, State
from qa_audit.audits.models.header import Capacity, Kind, ReasonChosen
from qa_audit.common import tables
from qa_audit.common.excel import Column, Sheet
from qa_audit.common.filters import DateFilter, FilterSet
from qa_audit.people.models import Role, Service, Team, User
from qa_audit.tools.models import JUDGEMENTS, Tool, ToolVersion

# Choices of the state filter that are not states.
OPEN, LATE, AWAITING, COUNTED = "open", "late", "awaiting_feedback", "counted"
STATE_CHOICES = [
    (OPEN, "Open: not submitted yet"),
    (LATE, "Late: open and past its due date"),
    (AWAITING, "Awaiting feedback"),
    (COUNTED, "Counted in reports"),
    *State.choices,
]
PERSONAL_DATA = "Contains personal data: handle as OFFICIAL-SENSITIVE"


def listed_audits(user: User) -> QuerySet:
    """The audits of which the person may know; `may_open` says which they may open, too."""
    return Audit.objects.listed_for(user).marked_for(user).select_related("service", "team")


class AuditFilter(FilterSet):
    state = django_filters.ChoiceFilter(label="State", choices=STATE_CHOICES, method="in_state")
    service = django_filters.ModelChoiceFilter(
        label="Service", queryset=lambda request: Service.objects.visible_to(request.user)
    )
    team = django_filters.ModelChoiceFilter(
        label="Team", queryset=lambda request: Team.objects.visible_to(request.user)
    )
    tool = django_filters.ModelChoiceFilter(
        field_name="tool_version__tool",
        label="Tool",
        queryset=lambda request: Tool.objects.filter(
            pk__in=ToolVersion.objects.visible_to(request.user).values("tool")
        ),
    )
    kind = django_filters.ChoiceFilter(label="Kind", choices=Kind.choices)
    capacity = django_filters.ChoiceFilter(label="Auditor’s capacity", choices=Capacity.choices)
    reason_chosen = django_filters.ChoiceFilter(label="Reason chosen", choices=ReasonChosen.choices)
    theme = django_filters.ChoiceFilter(label="Theme", method="of_theme")
    grade = django_filters.ChoiceFilter(label="Judgement", choices=JUDGEMENTS)
    audited_from = DateFilter(field_name="audited_on", lookup_expr="gte", label="Audited from")
    audited_to = DateFilter(field_name="audited_on", lookup_expr="lte", label="Audited to")

    # What the list shows only of audits that the person may open: whoever asks for it gets only those.
    PRIVATE = {"team", "tool", "kind", "capacity", "reason_chosen", "theme", "grade"}
    PRIVATE |= {"audited_from", "audited_to"}

    class Meta:
        model = Audit
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.themes = Audit.objects.visible_to(self.request.user).themes()
        offered = [(theme.key, theme.title) for theme in self.themes.values()]
        self.filters["theme"].extra["choices"] = offered

    def filter_queryset(self, queryset):
        chosen = {name for name, value in self.form.cleaned_data.items() if value}
        if chosen & self.PRIVATE or self.form.cleaned_data.get("state") == AWAITING:
            queryset = queryset.visible_to(self.request.user)
        if "grade" in chosen:
            queryset = queryset.showing_grades_to(self.request.user)
        return super().filter_queryset(queryset)

    def of_theme(self, queryset, name, value):
        return queryset.filter(theme__in=self.themes[value].spellings)

    def in_state(self, queryset, name, value):
        if value == COUNTED:
            return queryset.filter(state__in=COUNTED_STATES)
        if value in (OPEN, LATE, AWAITING):
            return getattr(queryset, value)()
        return queryset.filter(state=value)


class _OnlyWhatOneMayOpen:
    """A column that stays empty for an audit that the person may not open. Not sortable: order would tell."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, orderable=False, **kwargs)

    def render(self, value, record):
        return super().render(value) if record.may_open else ""


class PrivateColumn(_OnlyWhatOneMayOpen, tables.ListColumn):
    pass


class PrivateDateColumn(_OnlyWhatOneMayOpen, tables.DateColumn):
    pass


class PrivateGradeColumn(_OnlyWhatOneMayOpen, tables.GradeColumn):
    def render(self, value, record):
        return super().render(value, record) if record.may_see_grade else ""


class AuditTable(tables.ListTable):
    reference = tables.LinkColumn(url=lambda record: record.get_absolute_url() if record.may_open else "")
    case_reference = PrivateColumn(verbose_name="Case")
    service = tables.ListColumn(accessor="service__name", verbose_name="Service")
    team = PrivateColumn(accessor="team__name", verbose_name="Team")
    kind = PrivateColumn()
    audited_on = PrivateDateColumn(verbose_name="Audited")
    state = tables.StateColumn(choices=State.choices)
    due_on = tables.DateColumn(verbose_name="Due")
    grade = PrivateGradeColumn(choices=JUDGEMENTS, verbose_name="Judgement")

    caption, noun, plural = "Case audits", "audit", "audits"
    is_caption_hidden = True

    class Meta:
        order_by = ()


def may_export_case_references(user: User) -> bool:
    """QA leads of every audit, auditors of their own."""
    return user.has_role(Role.QA_LEAD, Role.AUDITOR)


def audit_sheet(audits: QuerySet, user: User, *, with_case_references: bool) -> Sheet:
    """The list as one sheet: no narrative, and case references only when asked for."""
    headings = ["Service", "Team", "Kind", "Tool", "Audited", "State", "Due", "Judgement"]
    kinds = {"Audited": "date", "Due": "date"}
    columns = [Column("Reference", width=14), *(Column(name, kinds.get(name, "text")) for name in headings)]
    if with_case_references:
        columns.append(Column("Case reference"))
    return Sheet(
        "Audits",
        columns,
        _sheet_rows(audits, user, with_case_references),
        notes=[PERSONAL_DATA] if with_case_references else [],
        freeze=1,
    )


def _sheet_rows(audits: QuerySet, user: User, with_case_references: bool) -> Iterator[list]:
    names = (
        *("reference", "service__name", "team__name", "kind", "tool_version__tool__title", "audited_on"),
        *("state", "due_on", "grade", "may_open", "may_see_grade", "auditor_id", "case_reference"),
    )
    kinds, states, judgements = dict(Kind.choices), dict(State.choices), dict(JUDGEMENTS)
    sees_every_case = user.has_role(Role.QA_LEAD)
    for row in audits.values_list(*names, named=True).iterator(chunk_size=2000):
        line = [
            row.reference,
            row.service__name,
            row.team__name if row.may_open else None,
            kinds[row.kind] if row.may_open else None,
            row.tool_version__tool__title if row.may_open else None,
            row.audited_on if row.may_open else None,
            states[row.state],
            row.due_on,
            judgements.get(row.grade) if row.may_see_grade else None,
        ]
        if with_case_references:
            line.append(row.case_reference if sees_every_case or row.auditor_id == user.pk else None)
        yield line
