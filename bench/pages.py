"""Pages and saves beside their floors, and how many queries they take whatever the size of the data."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench import floors
from bench.data import A_YEAR, TEN_YEARS, Council
from bench.measure import Goal, Job, Row, faster, interleaved, slower
from qa_audit.audits.models import Answer, Audit
from qa_audit.audits.sheet.places import mark
from qa_audit.history.actions import record
from qa_audit.people.models import User
from qa_audit.policy import POLICY, READERS, see
from qa_audit.reports.grade_distribution import GradeDistribution
from qa_audit.reports.period import Period
from qa_audit.reports.scope import Scope
from qa_audit.tools.models import AnswerType

YEAR = f"?from={A_YEAR[0]}&to={A_YEAR[1]}"
DECADE = f"?from={TEN_YEARS[0]}&to={TEN_YEARS[1]}"
FLOORS = (
    *("bench-self-evaluation", "bench-count-per-cell", "bench-list", "bench-form"),
    *("bench-dataset", "bench-indicator", "bench-empty"),
)


def admit_floors() -> None:
    """The policy refuses every page that it does not name."""
    POLICY.update({name: see(READERS) for name in FLOORS})


def client_for(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, address: str) -> Job:
    def get():
        status = client.get(address).status_code
        assert status == 200, f"{address} answers {status}"

    return get


def queries(job: Job) -> int:
    """How many the job makes once it has run: the first time may read what is kept from then on.

    The fewer of two times, for every quarter of a minute the session notes that its person is active.
    """
    job()
    made = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            job()
        made.append(len(captured))
    return min(made)


class Pages:
    """The pages that are measured, as the QA lead and as an auditor see them."""

    def __init__(self, council: Council, audits: list[Audit], rounds: int):
        self.council, self.rounds = council, rounds
        self.audit, self.other_audit = audits[:2]
        self.lead, self.auditor = client_for(council.lead), client_for(council.writers[0])
        # The domain with the most questions of all.
        self.domain = max(council.domains, key=lambda domain: len(domain.questions.all()))
        self.self_evaluation = page(self.lead, reverse("reports:self_evaluation") + YEAR)
        self.list = page(self.lead, reverse("audits:list"))

    def all(self) -> dict[str, Job]:
        """Every kind of page that shows audits or figures made of them."""
        over_a_year = ("self_evaluation", "domains", "voice", "impact", "findings", "answers", "records")
        reports = {name: page(self.lead, reverse(f"reports:{name}") + YEAR) for name in over_a_year}
        cuts = {
            f"grade_distribution by {cut}": page(
                self.lead, f"{reverse('reports:grade_distribution')}{DECADE}&by={cut}"
            )
            for cut, _ in GradeDistribution.by
        }
        own = [reverse(name, args=[self.audit.reference]) for name in ("audits:detail", "audits:fill")]
        return {
            **reports,
            **cuts,
            "audits": self.list,
            "home of the lead": page(self.lead, "/"),
            "home of an auditor": page(self.auditor, "/"),
            **{address: page(self.auditor, address) for address in (*own, self._form)},
        }

    @property
    def _form(self) -> str:
        return reverse("audits:page", args=[self.audit.reference, self.domain.concept.key])

    @property
    def _form_floor(self) -> Job:
        keys = [self.audit.reference, self.domain.concept.key]
        return page(self.auditor, reverse("bench-form", args=keys))

    def rows(self, is_large: bool) -> Iterator[Row]:
        yield from self._self_evaluation(is_large)
        yield self._domains()
        yield self._beside("List of 25 audits", self.list, page(self.lead, reverse("bench-list")), 2.5)
        yield self._beside("Audit form, one domain", page(self.auditor, self._form), self._form_floor, 2.5)
        yield self._save()

    def at_a_tenth(self) -> tuple[dict[str, int], float]:
        """What `grown` compares with: each page's queries, and the seconds of the list."""
        return self._queries(), interleaved([self.list], self.rounds)[0]

    def grown(self, few_queries: dict[str, int], list_of_few: float) -> list[Row]:
        """The list beside itself, and how many pages take another number of queries with more data."""
        [list_of_many] = interleaved([self.list], self.rounds)
        now = self._queries()
        others = [name for name, made in now.items() if made != few_queries[name]]
        said = f": {', '.join(others)}" if others else ""
        name = f"Pages, of {len(now)}, that take other queries at ten times the data{said}"
        return [
            slower("List of 25 audits, beside itself at a tenth of the data", list_of_many, list_of_few, 1.3),
            Row(name, len(others), "", Goal(at_most=0)),
        ]

    def _queries(self) -> dict[str, int]:
        return {name: queries(job) for name, job in self.all().items()}

    def _beside(self, name: str, job: Job, floor: Job, at_most: float) -> Row:
        took, least = interleaved([job, floor], self.rounds)
        return slower(name, took, least, at_most, queries(job))

    def _self_evaluation(self, is_large: bool) -> list[Row]:
        floor = page(self.lead, reverse("bench-self-evaluation"))
        counting = page(self.lead, reverse("bench-count-per-cell"))
        took, peer = interleaved([self.self_evaluation, counting], 3 if is_large else self.rounds)
        return [
            self._beside("Self-evaluation page, a year", self.self_evaluation, floor, 1.7),
            faster("Self-evaluation, beside a count for each cell", took, peer, 50 if is_large else None),
        ]

    def _domains(self) -> Row:
        """The figures alone: a page around them costs the same whatever it shows."""
        scope = Scope(self.council.lead, Period(*TEN_YEARS), by="domain")

        def figures():
            return GradeDistribution(scope).rows

        return self._beside(
            "Domain distribution, ten years: the figures", figures, floors.domain_distribution, 2
        )

    def _save(self) -> Row:
        """One answer, saved again and again as the page's script does.

        Its floor updates the same answer of another audit and writes the event of every save. There, for the
        product reads the events of its own audit to tell whether a save belongs to a run.
        """
        question = next(
            question
            for domain in self.council.domains
            for question in domain.questions.all()
            if question.answer_type == AnswerType.YES_NO and not question.show_if_question_id
        )
        values = {"yes": "no", "no": "yes"}
        row = Answer.objects.get(audit=self.other_audit, question=question)
        stored = Answer.objects.get(audit=self.audit, question=question).value

        address = reverse("audits:save", args=[self.audit.reference])

        def save():
            nonlocal stored
            value = values.get(stored, "yes")
            sent = {"field": f"answer-{question.pk}", "value": value, "version": mark(stored)}
            response = self.auditor.post(address, sent, headers={"X-Autosave": "1"})
            assert response.status_code == 200, response.content
            stored = value

        def update():
            with transaction.atomic():
                facts = {
                    "value": values.get(row.value, "yes"),
                    "version": row.version + 1,
                    "saved_at": timezone.now(),
                }
                Answer.objects.filter(pk=row.pk, version=row.version).update(**facts)
                changes = {question.text: [row.value, facts["value"]]}
                record("wrote", by=self.council.writers[0], obj=self.other_audit, changes=changes)
            row.value, row.version = facts["value"], facts["version"]

        return self._beside("Save of one answer (autosave)", save, update, 3)
