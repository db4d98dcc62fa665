"""Pages in D and saves beside the plainest, and how many queries they take whatever the size of the data."""

from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import floors
from bench.bare import bare_client
from bench.data import A_YEAR, TEN_YEARS, Council
from bench.measure import Goal, Job, Row, faster, in_d, interleaved, slower
from qa_audit.audits.models.answers import Answer
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.places import mark
from qa_audit.people.models import User
from qa_audit.policy import POLICY, READERS, see
from qa_audit.reports.grade_distribution import GradeDistribution
from qa_audit.reports.period import Period
from qa_audit.reports.scope import Scope
from qa_audit.tools.models import AnswerType

YEAR = f"?from={A_YEAR[0]}&to={A_YEAR[1]}"
DECADE = f"?from={TEN_YEARS[0]}&to={TEN_YEARS[1]}"
PEERS = ("bench-count-per-cell", "bench-empty")


def admit_peers() -> None:
    """The policy refuses every page that it does not name."""
    POLICY.update({name: see(READERS) for name in PEERS})


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
    """The pages that are measured, as people of each role see them, in D: Django's bare page."""

    def __init__(self, council: Council, audits: list[Audit], rounds: int):
        self.council, self.rounds = council, rounds
        self.audit, self.other_audit = audits[:2]
        self.lead, self.auditor = client_for(council.lead), client_for(council.writers[0])
        # The domain with the most questions of all.
        self.domain = max(council.domains, key=lambda domain: len(domain.questions.all()))
        self.list = page(self.lead, reverse("audits:list"))
        self.homes = {role: page(client_for(person), "/") for role, person in council.people.items()}
        self.bare = page(bare_client(council.lead), reverse("bench-bare"))

    def all(self) -> dict[str, Job]:
        """Every kind of page that shows audits or figures made of them."""
        over_a_year = ("self_evaluation", "domains", "voice", "impact", "findings", "answers", "records")
        cuts = {
            f"grade_distribution by {cut}": page(
                self.lead, f"{reverse('reports:grade_distribution')}{DECADE}&by={cut}"
            )
            for cut, _ in GradeDistribution.by
        }
        own = [reverse(name, args=[self.audit.reference]) for name in ("audits:detail", "audits:fill")]
        return {
            **{name: self._report(name) for name in over_a_year},
            **cuts,
            "audits": self.list,
            **{f"home of the {role}": job for role, job in self.homes.items()},
            **{address: page(self.auditor, address) for address in (*own, self._form)},
        }

    @property
    def _form(self) -> str:
        return reverse("audits:page", args=[self.audit.reference, self.domain.concept.key])

    def _report(self, name: str) -> Job:
        return page(self.lead, reverse(f"reports:{name}") + YEAR)

    def rows(self, is_large: bool) -> Iterator[Row]:
        yield self._in_d("Empty signed-in page", page(self.lead, reverse("bench-empty")), 1.6, 4)
        yield self._save()
        yield self._in_d("Audit form, one domain", page(self.auditor, self._form), 7)
        yield self._in_d("List of 25 audits", self.list, 8)
        yield self._in_d("Self-evaluation, a year", self._report("self_evaluation"), 10, 12)
        for name in ("answers", "voice", "domains"):
            yield self._in_d(f"Report of {name}, a year", self._report(name), 20)
        for role, home in self.homes.items():
            yield self._in_d(f"Home of the {role}", home, 10)
        yield self._counting(is_large)
        yield self._domains()

    def at_few(self) -> tuple[dict[str, int], dict[str, float]]:
        """What `grown` compares with: each page's queries, and the seconds of what must not grow."""
        return self._queries(), self._seconds()

    def grown(self, few_queries: dict[str, int], few_seconds: dict[str, float]) -> Iterator[Row]:
        """What must not grow beside itself at a twentieth of the data, and pages with more queries."""
        for name, took in self._seconds().items():
            yield slower(f"{name}, beside itself at a twentieth of the data", took, few_seconds[name], 1.3)
        now = self._queries()
        others = [name for name, made in now.items() if made != few_queries[name]]
        said = f": {', '.join(others)}" if others else ""
        name = f"Pages, of {len(now)}, that take other queries at twenty times the data{said}"
        yield Row(name, len(others), "", Goal(at_most=0))

    def _queries(self) -> dict[str, int]:
        return {name: queries(job) for name, job in self.all().items()}

    def _seconds(self) -> dict[str, float]:
        jobs = {"List of 25 audits": self.list}
        jobs |= {f"Home of the {role}": home for role, home in self.homes.items()}
        return dict(zip(jobs, interleaved([*jobs.values()], self.rounds), strict=True))

    def _in_d(self, name: str, job: Job, at_most: float, most_queries: int | None = None) -> Row:
        took, bare = interleaved([job, self.bare], self.rounds)
        return in_d(name, took, bare, at_most, queries(job), most_queries)

    def _counting(self, is_large: bool) -> Row:
        counting = page(self.lead, reverse("bench-count-per-cell"))
        took, peer = interleaved([self._report("self_evaluation"), counting], 3 if is_large else self.rounds)
        return faster("Self-evaluation, beside a count for each cell", took, peer, 50 if is_large else None)

    def _domains(self) -> Row:
        """The figures alone: a page around them costs the same whatever it shows."""
        scope = Scope(self.council.lead, Period(*TEN_YEARS), by="domain")

        def figures():
            return GradeDistribution(scope).rows

        took, least = interleaved([figures, floors.domain_distribution], self.rounds)
        return slower("Domain distribution, ten years: the figures", took, least, 2, queries(figures))

    def _save(self) -> Row:
        """One answer, saved again and again as the page's script does.

        Its floor is a request that updates the same answer of another audit and writes the event of every
        save. There, for the product reads the events of its own audit to tell what belongs to one run.
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
        address, plain = reverse("audits:save", args=[self.audit.reference]), reverse("bench-save")
        browser = bare_client(self.council.writers[0])

        def save():
            nonlocal stored
            value = values.get(stored, "yes")
            sent = {"field": f"answer-{question.pk}", "value": value, "version": mark(stored)}
            response = self.auditor.post(address, sent, headers={"X-Autosave": "1"})
            assert response.status_code == 200, response.content
            stored = value

        def plain_save():
            row.value = values.get(row.value, "yes")
            response = browser.post(plain, {"answer": row.pk, "version": row.version, "value": row.value})
            assert response.json() == {"saved": 1}, response.content
            row.version += 1

        took, least = interleaved([save, plain_save], self.rounds)
        goal = Goal(at_most=1.6)
        return Row("Save of one answer (autosave)", took / least, "x", goal, took, least, queries(save), 10)
