"""The sheet: an audit's pages, what is asked on them, and what is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from django.db import models
from django.urls import reverse

from qa_audit.audits.models.answers import Who
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.items import (
    Item,
    conversation_items,
    domain_items,
    first_finding_items,
    judgement_items,
    safety_item,
    voice_items,
)
from qa_audit.audits.sheet.places import Part, Rows, rows_of
from qa_audit.common.prepared import Given, Prepared
from qa_audit.tools.models import Domain, Question, Requirement

# What every page of a sheet asks of its tool.
VERSION = Given("version", models.BigAutoField())
DOMAINS = Prepared(lambda: Domain.objects.filter(version=VERSION).select_related("concept"))
QUESTIONS = Prepared(lambda: Question.objects.filter(domain__version=VERSION).order_by("order", "pk"))

REQUIREMENT_WORDS = {
    Requirement.REQUIRED: "Required: heard, or why it was not possible, or arranged for a day.",
    Requirement.ASKED_FOR: "Asked for: fill it in if you can.",
}


@dataclass
class SheetSection:
    """Entries that belong together under one heading."""

    title: str
    items: list[Item]
    prompt: str = ""
    domain: Domain | None = None


@dataclass
class Page:
    """One step of the task list; its entries are built when they are asked for."""

    key: str
    title: str
    build: Callable[[], list[SheetSection]] = list
    url_name: str = "audits:page"

    @cached_property
    def sections(self) -> list[SheetSection]:
        return self.build()

    @property
    def items(self) -> list[Item]:
        return [item for section in self.sections for item in section.items]

    def address(self, audit: Audit) -> str:
        keys = [audit.reference, self.key] if self.url_name == "audits:page" else [audit.reference]
        return reverse(self.url_name, args=keys)


class AuditSheet:
    """Everything that one audit asks, and what is answered, in a fixed number of queries.

    In: `rows` where another holder than the audit answers: a second grading has rows of its own.
    """

    def __init__(self, audit: Audit, rows: Rows | None = None):
        self.audit = audit
        self.rows = rows or rows_of(audit)
        self.version = audit.tool_version
        self.domains: list[Domain] = DOMAINS.rows(version=audit.tool_version_id)
        self.pages = self._pages()

    def _pages(self) -> list[Page]:
        version = self.version
        judgement, findings = "Overall judgement and impact", "Strengths and areas for improvement"
        conversation, safety = "Conversation with the practitioner", "Is a child unsafe now?"
        pages = [
            Page("header", "About this audit", url_name="audits:header"),
            *(
                Page(domain.concept.key, domain.title, partial(self._domain_sections, domain))
                for domain in self.domains
            ),
            Page("voices", "Voices", self._voice_sections),
            Page(
                "judgement",
                judgement,
                lambda: [SheetSection(judgement, judgement_items(version.scale, version.grades))],
            ),
            Page("findings", findings, lambda: [SheetSection(findings, first_finding_items())]),
            Page("conversation", conversation, self._conversation_sections),
            Page("safety", safety, lambda: [SheetSection(safety, [safety_item()])], "audits:safety"),
        ]
        asked = {"voices": bool(self._asked_voices()), "conversation": self._asks_conversation()}
        asked |= dict.fromkeys(self.rows.pages_left_out, False)
        return [page for page in pages if asked.get(page.key, True)]

    def _asked_voices(self) -> list[tuple[Who, str]]:
        asked = [(who, self.version.requirement(who)) for who in Who]
        return [(who, requirement) for who, requirement in asked if requirement != Requirement.NOT_APPLICABLE]

    def _asks_conversation(self) -> bool:
        return self.version.conversation != Requirement.NOT_APPLICABLE

    def _domain_sections(self, domain: Domain) -> list[SheetSection]:
        return [
            SheetSection(domain.title, domain_items(domain, self.questions[domain.pk]), domain.prompt, domain)
        ]

    def _voice_sections(self) -> list[SheetSection]:
        return [
            SheetSection(who.label, voice_items(who.value, requirement), REQUIREMENT_WORDS[requirement])
            for who, requirement in self._asked_voices()
        ]

    def _conversation_sections(self) -> list[SheetSection]:
        prompt = REQUIREMENT_WORDS[self.version.conversation].replace("heard", "held")
        return [SheetSection("Conversation with the practitioner", conversation_items(self.findings), prompt)]

    @cached_property
    def questions(self) -> dict[int, list[Question]]:
        """The questions of each domain, each with its domain and the question that it waits for."""
        domains = {domain.pk: domain for domain in self.domains}
        questions = {row.pk: row for row in QUESTIONS.rows(version=self.audit.tool_version_id)}
        found: dict[int, list[Question]] = {pk: [] for pk in domains}
        for question in questions.values():
            question.domain = domains[question.domain_id]
            if question.show_if_question_id:
                question.show_if_question = questions[question.show_if_question_id]
            found[question.domain_id].append(question)
        return found

    @cached_property
    def findings(self) -> list:
        """The findings of this audit, in the order in which they were written."""
        if Part.FINDINGS not in self.rows.related:
            return []
        found = self.audit.audit_findings.select_related("finding", "domain")
        return list(found.prefetch_related("finding__themes"))

    @cached_property
    def _read(self) -> dict[tuple, models.Model]:
        return self.rows.read(item.place for item in self.items.values())

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.name: item for page in self.pages for item in page.items}

    def row(self, item: Item) -> models.Model:
        """The row in which an entry of this sheet is stored."""
        return self._read[item.place.row_key]

    def stored(self, name: str) -> object:
        """What is stored for an entry; nothing for one that this audit does not ask."""
        item = self.items.get(name)
        return item.place.stored_in(self._read) if item else ""

    def page(self, key: str) -> Page | None:
        return next((page for page in self.pages if page.key == key), None)

    def sections(self, key: str) -> list[SheetSection]:
        page = self.page(key)
        return page.sections if page else []

    def after(self, page: Page) -> Page | None:
        """The step that follows."""
        place = self.pages.index(page) + 1
        return self.pages[place] if place < len(self.pages) else None

    def everything(self) -> Page:
        """All steps as one page."""
        return Page(
            "all",
            "All on one page",
            lambda: [section for page in self.pages for section in page.sections],
            "audits:all",
        )

    def is_asked(self, section: SheetSection, item: Item) -> bool:
        """Whether an entry counts here: its domain applies, and what it waits for was answered so."""
        if not item.is_counted:
            return False
        if section.domain and self.stored(f"applies-{section.domain.pk}"):
            return False
        return item.asked_if is None or self.stored(item.asked_if[0]) == item.asked_if[1]

    def count(self, page: Page) -> tuple[int, int]:
        """How many of the page's applicable entries are answered, and how many there are."""
        asked = [item for section in page.sections for item in section.items if self.is_asked(section, item)]
        return sum(bool(self.stored(item.name)) for item in asked), len(asked)

    def progress(self) -> tuple[int, int]:
        """How many applicable entries of the audit are answered, and how many there are."""
        counts = [self.count(page) for page in self.pages]
        return sum(answered for answered, _ in counts), sum(asked for _, asked in counts)
