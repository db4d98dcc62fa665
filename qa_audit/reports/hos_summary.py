"""The Excel summary of one service that a head of service exports: one workbook, a sheet for each subject."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django import forms

from qa_audit.common import excel
from qa_audit.common.charts import GRADE_FILLS
from qa_audit.common.forms import ENDS_BEFORE_IT_BEGINS, DateField, Form
from qa_audit.common.publishing.files import sheet_of
from qa_audit.common.wording import clock, count, day, percent, percent_in_words, short_day
from qa_audit.people.models import Role, Service, User
from qa_audit.reports.answers import AnswersOfEveryTool
from qa_audit.reports.asked import JUDGEMENT, Asked
from qa_audit.reports.domains import Domains
from qa_audit.reports.findings import Findings
from qa_audit.reports.grade_distribution import GradeDistribution
from qa_audit.reports.hos_records import audits_sheet, findings_sheet
from qa_audit.reports.measures_sheet import measures_sheet
from qa_audit.reports.period import Period
from qa_audit.reports.report import Report
from qa_audit.reports.scope import Scope, ThemeField, themes_of
from qa_audit.reports.self_evaluation import SelfEvaluation
from qa_audit.reports.sentences import of_other_scales
from qa_audit.reports.voice import CONVERSATION, SUBJECTS, VOICE_PARTS, VoiceReport
from qa_audit.tools.models import Grade

PERSONAL = "Contains personal data: handle as OFFICIAL-SENSITIVE"
GRADE_COLOURS = [fill.lstrip("#") for fill in GRADE_FILLS]
WIDTHS = {"Question": 60, "Note": 44, "Answer": 34, "Domain": 34, "Voice": 36, "Caution": 18}
WIDTHS |= {"Analysis": 50, "Analysis by": 20, "Drafted sentence": 50}
DEFINITIONS = [
    (
        "Counted",
        "Audits that are agreed, or challenged with the grade as it was, by the day they were audited on.",
    ),
    ("Provisional", "Submitted and not yet agreed: given on the sheet Summary and counted nowhere else."),
    (
        "Graded",
        "Judged on the four grades. Threshold decisions and other scales count in Total, not in Graded.",
    ),
    ("Grade", "The moderated grade where there is one, otherwise the auditor’s own."),
    ("n", "How many records a percentage is a share of. Below 10 too few to judge, below 20 a small number."),
    (
        "Shares",
        "Each percentage is a ratio of counts: exact in its cell, rounded once, half up, where it is shown.",
    ),
    (
        "95% interval",
        "Where the true share may lie, if these records were drawn at random (Wilson’s interval).",
    ),
    ("Sought", "A voice that was heard, declined, has not answered yet, or is arranged for later."),
    ("Heard", "Only what was heard or held; arranged is not yet heard."),
    ("Findings", "Only those of records that the person named above can open."),
    (
        "Rating",
        "Green at or beyond the target, amber within its margin, red further off; no target, no rating.",
    ),
    ("Trend", "The movement of the figure on the month before, both as shown."),
    ("Direction of travel", "The same movement as better or worse; none where neither high nor low is good."),
]


class HosSummaryForm(Form):
    """Which service, which period, and whether case references are asked for."""

    service = forms.ChoiceField(error_messages={"required": "Choose a service"})
    case_references = forms.BooleanField(
        required=False,
        label="Put case references on the sheet Audits",
        help_text=f"The file then says “{PERSONAL}”.",
    )

    def __init__(self, data, *, user: User):
        # `from` is a word of the language, so it cannot be written as an attribute above.
        self.base_fields = {
            "service": self.base_fields["service"],
            "from": DateField(required=False, label="From", help_text="For example, 1 January 2026"),
            "to": DateField(required=False, label="To"),
            "theme": ThemeField(),
            "case_references": self.base_fields["case_references"],
        }
        super().__init__(data)
        self.user = user
        services = list(services_to_export(user))
        self.fields["service"].choices = [(str(service.pk), service.name) for service in services]
        self.fields["service"].error_messages["invalid_choice"] = "Choose a service from the list"
        self.fields["theme"].offer(themes_of(user))
        self.fields["theme"].widget.attrs["empty_choice"] = "Every theme"
        if not any(may_name_cases(user, service.pk) for service in services):
            del self.fields["case_references"]

    def clean(self):
        typed = super().clean()
        if not self.errors:
            period = Period.of(typed.get("from"), typed.get("to"))
            if period.first > period.last:
                self.add_error("to", ENDS_BEFORE_IT_BEGINS)
        if typed.get("case_references") and not may_name_cases(self.user, int(typed.get("service") or 0)):
            self.add_error("case_references", "Case references are for the service’s head and QA leads only")
        return typed

    def summary(self) -> "HosSummary":
        """What was asked for; only of a valid form."""
        typed = self.cleaned_data
        service = Service.objects.get(pk=typed["service"])
        period = Period.of(typed["from"], typed["to"])
        chosen, filters = {"service": str(service.pk)}, [("Service", service.name)]
        if theme := typed["theme"]:
            chosen["theme"] = theme
            filters.append(("Theme", dict(self.fields["theme"].choices)[theme]))
        scope = Scope(self.user, period, chosen, filters=tuple(filters))
        return HosSummary(service, scope, bool(typed.get("case_references")))


def services_to_export(user: User):
    """The services whose summary the person may export: heads their own, QA leads and leaders any."""
    services = Service.objects.visible_to(user)
    if user.has_role(Role.QA_LEAD, Role.LEADER):
        return services
    return services.filter(pk__in=user.headed_service_ids)


def may_name_cases(user: User, service_id: int) -> bool:
    """QA leads, and the head of that service."""
    return user.has_role(Role.QA_LEAD) or service_id in user.headed_service_ids


@dataclass
class HosSummary:
    """The workbook of one service over one period, as one person may see it."""

    service: Service
    scope: Scope
    names_cases: bool = False

    @cached_property
    def evaluation(self) -> SelfEvaluation:
        return SelfEvaluation(self.scope)

    @cached_property
    def voice(self) -> VoiceReport:
        return VoiceReport(self.scope)

    @cached_property
    def answers(self) -> AnswersOfEveryTool:
        return AnswersOfEveryTool(replace(self.scope, by="question"))

    @property
    def title(self) -> str:
        return f"{self.service.name}, {self.scope.period}"

    @property
    def asked_for(self) -> str:
        """Service, period and theme, as history keeps them."""
        period, theme = self.scope.period, self.scope.chosen.get("theme", "")
        return f"{self.service.pk} {period.first} {period.last} {theme}".strip()

    @property
    def file_name(self) -> str:
        """Social Work with Families 2026-01-01 to 2026-05-12.xlsx"""
        period = self.scope.period
        return f"{self.service.name} {period.first} to {period.last}.xlsx".replace('"', "").replace("/", " ")

    def content(self) -> bytes:
        """The file's bytes."""
        properties = excel.Properties(
            title=self.title, author=str(self.scope.user), subject="Case audits", created=self.evaluation.at
        )
        return excel.xlsx_bytes(self.sheets(), properties=properties)

    def sheets(self) -> Iterator[excel.Sheet]:
        """In the order in which they are read: the summary, the figures, the records, what it all means."""
        yield self._summary()
        yield self._grades()
        yield self._domains()
        yield _laid_out(self.answers, "Answers", f"Answers to every tool’s questions, {self.title}", freeze=3)
        yield self._voice()
        yield findings_sheet(self.scope, f"Findings, {self.title}")
        yield measures_sheet(self.service, self.scope, f"Measures, {self.title}")
        yield audits_sheet(self.scope, f"Audits, {self.title}", names_cases=self.names_cases)
        yield self._about()

    def _charted(self, subject: str, n: int) -> str:
        """A chart's title: short enough for one line, with its dates and n."""
        return f"{subject}: {_dates(self.scope.period)}, n = {n:,}"

    def _charted_up_to(self, subject: str, most: int) -> str:
        """The same for a chart whose bars each have an n of their own."""
        return f"{subject}: {_dates(self.scope.period)}, n up to {most:,}"

    def _summary(self) -> excel.Sheet:
        evaluation = self.evaluation
        row = evaluation.rows[0] if evaluation.rows else None
        columns = [column for column in evaluation.columns if column.heading != "Formerly"]
        judged = self._judged
        headings = [excel.Column(column.heading, column.kind, _width(column, 56, 11)) for column in columns]
        values = [column.value(row) for column in columns] if row else []
        for asked in judged:
            replies = asked.together()
            headings += [excel.Column(part.label, "integer", 11) for part in asked.parts]
            values += [replies.whole.counts[part.value] for part in asked.parts]
        return excel.Sheet(
            title="Summary",
            columns=headings,
            rows=[values] if row else [],
            notes=[self.title, *evaluation.standing, *self._sentences(), *evaluation.rounding],
            charts=list(self._summary_charts(row, judged)) if row else [],
            freeze=1,
        )

    @cached_property
    def _judged(self) -> list[Asked]:
        """Overall judgements on other scales than the four grades: threshold decisions, meets good."""
        of_grades = set(Grade.values)
        return [
            asked
            for asked in self.answers.asked
            if asked.kind == JUDGEMENT and of_grades.isdisjoint(part.value for part in asked.parts)
        ]

    def _summary_charts(self, row, judged: Sequence[Asked]) -> Iterator[excel.ClusteredColumns]:
        kinds = ("Thematic / individual audits", "Managers audits", "Learning reviews")
        if row.graded:
            title = self._charted("Grades", row.graded)
            yield excel.StackedBars(title, "Service", Grade.labels, GRADE_COLOURS)
        for asked in judged:
            title = self._charted(asked.text, asked.together().n)
            colours = [part.fill.lstrip("#") for part in asked.parts]
            yield excel.StackedBars(title, "Service", [part.label for part in asked.parts], colours)
        title = self._charted("Audits and reviews", row.total)
        yield excel.ClusteredColumns(title, "Service", kinds, ("123F6D", "27759B", "6B5B95"))

    def _sentences(self) -> Iterator[str]:
        """The headline figures, each a sentence in a cell of its own."""
        evaluation = self.evaluation
        if not evaluation.rows:
            yield "Nothing was agreed in this period."
            return
        if evaluation.of_own_teams:
            yield evaluation.of_own_teams
        grades = evaluation.rows[0].grades
        if grades and grades.n and not grades.is_few:
            interval = " to ".join(percent(end) for end in grades.interval)
            share = percent(grades.share_good_or_better)
            yield f"Good or better: {share} (n = {grades.n:,}; 95% interval {interval})."
        yield from of_other_scales(evaluation.rows[0].judged, evaluation.rows[0].noun)
        for voice in self.voice.rows:
            if voice.whole.n:
                done = "held" if voice.subject == CONVERSATION else "heard"
                share = voice.whole.caution if voice.whole.n < 10 else percent_in_words(voice.share_heard)
                yield f"{SUBJECTS[voice.subject]} {done}: {share} (n = {voice.whole.n:,})."
        words = [f"{number} {words}" for number, words in Findings(self.scope).headline]
        yield f"Findings: {', '.join(words)}."

    def _grades(self) -> excel.Sheet:
        report = GradeDistribution(replace(self.scope, by="quarter"))
        sheet = _laid_out(report, "Grades", f"Grades by quarter, {self.title}")
        n = sum(row.n for row in report.rows)
        title = self._charted("Grades by quarter", n)
        chart = excel.StackedBars(title, "Quarter", Grade.labels, GRADE_COLOURS)
        columns = [excel.Column("Service", width=34), *sheet.columns]
        shown = [index for index, column in enumerate(columns) if "as audited" not in column.heading]
        return replace(
            sheet,
            columns=[columns[index] for index in shown],
            rows=[_only([self.service.name, *row], shown) for row in sheet.rows],
            totals=[_only([self.service.name, *row], shown) for row in sheet.totals],
            charts=[chart] if n else [],
            freeze=2,
        )

    def _domains(self) -> excel.Sheet:
        report = Domains(self.scope)
        most = max((row.n for row in report.rows), default=0)
        title = self._charted_up_to("Grades by domain", most)
        chart = excel.StackedBars(title, "Domain", Grade.labels, GRADE_COLOURS)
        return _laid_out(report, "Domains", f"Domains, {self.title}", charts=[chart] if most else [])

    def _voice(self) -> excel.Sheet:
        most = max((row.whole.n for row in self.voice.rows), default=0)
        labels = ["Heard or held", *(part.label for part in VOICE_PARTS[1:])]
        colours = [part.fill.lstrip("#") for part in VOICE_PARTS]
        title = self._charted_up_to("Voices", most)
        chart = excel.StackedBars(title, "Voice", labels, colours)
        return _laid_out(self.voice, "Voice", f"Voice, {self.title}", charts=[chart] if most else [])

    def _about(self) -> excel.Sheet:
        at, every_theme = self.evaluation.at, "" if "theme" in self.scope.chosen else ", theme"
        facts = [
            ("Service", self.service.name),
            ("Formerly", self.service.formerly or "–"),
            ("Period", str(self.scope.period)),
            *self.scope.filters[1:],
            ("Filters", f"No others: every team, capacity, reason chosen{every_theme} and tool"),
            ("Exported by", str(self.scope.user)),
            ("Exported at", f"{day(at)}, {clock(at)}"),
            *(("Status", line) for line in self.evaluation.standing[1:]),
            ("Case references", "On the sheet Audits" if self.names_cases else "None in this file"),
            *([("Handling", PERSONAL)] if self.names_cases else []),
            *(("Note", note) for note in self.evaluation.footnotes),
            *DEFINITIONS,
        ]
        columns = [excel.Column("About", width=24), excel.Column("", width=100)]
        return excel.Sheet("About", columns, facts, notes=[PERSONAL] if self.names_cases else [])

    def size(self) -> str:
        """How much is in it, for the message of the command."""
        reviews = sum(row.reviews for row in self.evaluation.rows)
        audits = count(self.evaluation.agreed_and_provisional[0], "audit")
        return f"{audits} and {count(reviews, 'learning review')}" if reviews else audits


def _dates(period: Period) -> str:
    """1 Jan to 12 May 2026; with both years where they differ."""
    first = short_day(period.first)
    return f"{first[:-5] if period.first.year == period.last.year else first} to {short_day(period.last)}"


def _only(row: Sequence[object], indexes: Sequence[int]) -> list[object]:
    return [row[index] for index in indexes]


def _width(column, text: float, figure: float) -> float:
    return WIDTHS.get(column.heading, text if column.kind == "text" else figure)


def _laid_out(
    report: Report, title: str, note: str, *, charts: Sequence = (), freeze: int = 1
) -> excel.Sheet:
    """The report's sheet with a title above the table, widths that read well, and charts."""
    sheet = sheet_of(report.sheets[0])
    columns = [replace(column, width=_width(column, 28, 12)) for column in sheet.columns]
    notes = [note, *report.rounding]
    return replace(sheet, title=title, columns=columns, notes=notes, charts=charts, freeze=freeze)
