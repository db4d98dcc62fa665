"""The check before submitting, and the rule that limits the overall grade."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.utils import timezone

from qa_audit.audits.models import Audit, DomainGrade, NotAName, Outcome, Who
from qa_audit.audits.sheet.pages import Page, Sheet
from qa_audit.common.dates import months_back
from qa_audit.common.forms import TextField
from qa_audit.common.identifiers import Sighting, in_one_sentence, scan_reference
from qa_audit.findings.models import FindingKind
from qa_audit.people.checks import Look
from qa_audit.tools.models import Grade, Requirement

COMPLETED, IN_PROGRESS, NOT_STARTED = "Completed", "In progress", "Not started"
BEST_FIRST = Grade.values
GRADE_WORDS = re.compile(r"\b(outstanding|good|requires improvement|inadequate)\b", re.IGNORECASE)
# Shorter evidence ("Not applicable here") may be the same in many audits and mean nothing.
LONG_ENOUGH_TO_COPY = 40
REFERENCES = "case_reference", "earlier_reference"
# These name a person whatever the auditor thinks. A reference of ten digits may pass an NHS number's check
# by chance, and stays what names the child here: in its own field it may be declared.
NEVER_DECLARED = frozenset(("nhs_number", "phone", "national_insurance_number", "pupil_number", "email"))
NAMES_SOMEBODY = "names_somebody"  # the code of the error where it is refused
LONGEST_NOT_A_NAME = NotAName._meta.get_field("text").max_length
CONVERSATION_ENTRIES = "conversation", "conversation_on", "conversation_with", "conversation_why"
AGENCIES = "agencies"  # a page beside those of the sheet
COPIED_WITHIN = 24  # months


@dataclass(frozen=True)
class Problem:
    """Something to look at before submitting: its words, and the page and entry where it is put right."""

    words: str
    page: str
    entry: str = ""
    is_blocking: bool = True
    # What looks like a name, and whether the auditor can say that it is none.
    sighted: str = ""
    may_be_declared: bool = False


@dataclass(frozen=True)
class Limit:
    """The best overall grade that the domains allow, and why."""

    grade: Grade
    why: str


def limit_of(sheet: Sheet) -> Limit | None:
    """The limiting rule: a limiting domain inadequate, or two core domains below good."""
    if not sheet.version.has_limiting_rule:
        return None
    graded = [(domain, sheet.stored(f"grade-{domain.pk}")) for domain in sheet.version.all_domains]
    stops = [domain.title for domain, grade in graded if domain.is_limiting and grade == Grade.INADEQUATE]
    if stops:
        return Limit(Grade.INADEQUATE, f"{_listed(stops)}: a limiting domain graded inadequate")
    weak = [
        domain.title
        for domain, grade in graded
        if domain.is_core and grade in (Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)
    ]
    if len(weak) >= 2:
        return Limit(
            Grade.REQUIRES_IMPROVEMENT, f"{_listed(weak)}: core domains at requires improvement or below"
        )
    return None


def is_beyond(limit: Limit | None, grade: str) -> bool:
    """Whether the overall grade is better than the limiting rule allows."""
    return bool(limit) and grade in BEST_FIRST and BEST_FIRST.index(grade) < BEST_FIRST.index(limit.grade)


def _listed(titles: list[str]) -> str:
    return ", ".join(titles[:-1]) + " and " + titles[-1] if len(titles) > 1 else titles[0]


def blocking_problems(audit: Audit) -> list[Problem]:
    """What must be put right before the audit can be submitted."""
    return _blocking(Sheet(audit))


def problems(sheet: Sheet) -> list[Problem]:
    """Everything that the check before submitting has to say, what blocks first."""
    return [*_blocking(sheet), *_warnings(sheet)]


def states_of(sheet: Sheet) -> dict[str, str]:
    """Each page of the task list as completed, in progress or not started.

    Completed: nothing blocks, and all that applies is filled in, or the check has nothing at all against it.
    """
    against: dict[str, list[Problem]] = {}
    for problem in problems(sheet):
        against.setdefault(problem.page, []).append(problem)
    return {page.key: _state_of(sheet, page, against.get(page.key, [])) for page in sheet.pages}


def _state_of(sheet: Sheet, page: Page, against: list[Problem]) -> str:
    answered, asked = sheet.count(page)
    if page.key == "header":
        # Started with the audit.
        return IN_PROGRESS if against else COMPLETED
    is_filled_in = answered == asked
    if not is_filled_in and not any(sheet.stored(item.name) for item in page.items):
        return NOT_STARTED
    is_stopped = any(problem.is_blocking for problem in against)
    return COMPLETED if not is_stopped and (is_filled_in or not against) else IN_PROGRESS


def _blocking(sheet: Sheet) -> list[Problem]:
    return [
        *_missing_answers(sheet),
        *_limiting_without_grade(sheet),
        *_missing_evidence(sheet),
        *_missing_voices(sheet, Requirement.REQUIRED),
        *_missing_judgement(sheet),
        *_missing_conversation(sheet, Requirement.REQUIRED),
        *_missing_safety(sheet),
        *sightings(sheet),
    ]


def _warnings(sheet: Sheet) -> list[Problem]:
    found = [
        *_missing_status(sheet),
        *_domains_without_grade(sheet),
        *_limiting_left_out(sheet),
        *_grades_without_evidence(sheet),
        *_missing_voices(sheet, Requirement.ASKED_FOR),
        *_missing_conversation(sheet, Requirement.ASKED_FOR),
        *_missing_findings(sheet),
        *_evidence_naming_grades(sheet),
        *_copied_evidence(sheet),
    ]
    return [Problem(item.words, item.page, item.entry, False, item.sighted) for item in found]


def _missing_status(sheet: Sheet) -> Iterator[Problem]:
    if not sheet.audit.status_on_day:
        yield Problem("Say what the status was on the day", "header", "status_on_day")


def _domains(sheet: Sheet) -> Iterator[tuple]:
    """The domains that apply, with grade and evidence."""
    for domain in sheet.version.all_domains:
        if not sheet.stored(f"applies-{domain.pk}"):
            yield domain, sheet.stored(f"grade-{domain.pk}"), sheet.stored(f"evidence-{domain.pk}")


def _missing_answers(sheet: Sheet) -> Iterator[Problem]:
    for page in sheet.pages:
        for section in page.sections:
            for question in section.domain.questions.all() if section.domain else ():
                item = sheet.items[f"answer-{question.pk}"]
                if question.is_required and sheet.is_asked(section, item) and not sheet.stored(item.name):
                    yield Problem(f"{section.title}: answer “{question.text}”", page.key, item.name)


def _can_limit(sheet: Sheet, domain) -> bool:
    return domain.is_limiting and sheet.version.has_limiting_rule


def _limiting_without_grade(sheet: Sheet) -> Iterator[Problem]:
    """Left ungraded, it would never limit anything."""
    for domain, grade, _ in _domains(sheet):
        if _can_limit(sheet, domain) and not grade:
            words = f"{domain.title} can limit the overall grade: grade it, or say that it does not apply"
            yield Problem(words, domain.concept.key, f"grade-{domain.pk}")


def _domains_without_grade(sheet: Sheet) -> Iterator[Problem]:
    for domain, grade, _ in _domains(sheet):
        if domain.is_graded and not grade and not _can_limit(sheet, domain):
            yield Problem(f"{domain.title} is not graded", domain.concept.key, f"grade-{domain.pk}")


def _limiting_left_out(sheet: Sheet) -> Iterator[Problem]:
    for domain in sheet.version.all_domains:
        if _can_limit(sheet, domain) and sheet.stored(f"applies-{domain.pk}"):
            words = f"{domain.title} can limit the overall grade, and you left it out: is that right?"
            yield Problem(words, domain.concept.key, f"applies-{domain.pk}")


def _missing_evidence(sheet: Sheet) -> Iterator[Problem]:
    for domain, _, evidence in _domains(sheet):
        if domain.is_limiting and not evidence:
            words = f"{domain.title} can limit the overall grade: write the evidence for it"
            yield Problem(words, domain.concept.key, f"evidence-{domain.pk}")


def _grades_without_evidence(sheet: Sheet) -> Iterator[Problem]:
    for domain, grade, evidence in _domains(sheet):
        if grade and grade != Grade.GOOD and not evidence and not domain.is_limiting:
            words = f"{domain.title} is graded {Grade(grade).label.lower()} without evidence"
            yield Problem(words, domain.concept.key, f"evidence-{domain.pk}")


def _missing_judgement(sheet: Sheet) -> Iterator[Problem]:
    audit, page = sheet.audit, "judgement"
    if audit.has_overall_judgement:
        if not audit.grade:
            yield Problem("Give the overall judgement", page, "grade")
        if not audit.grade_reason:
            yield Problem("Write the reason for the overall judgement", page, "grade_reason")
    limit = limit_of(sheet)
    if is_beyond(limit, audit.grade) and not audit.beyond_cap_reason:
        words = f"The overall grade goes beyond the limit ({limit.grade.label.lower()}): write why"
        yield Problem(words, page, "beyond_cap_reason")
    if not audit.impact:
        yield Problem("Say what the impact for the child was", page, "impact")


def _missing_safety(sheet: Sheet) -> Iterator[Problem]:
    audit = sheet.audit
    if not audit.child_unsafe:
        yield Problem("Answer “Is a child unsafe now?”", "safety", "child_unsafe")
    elif audit.child_unsafe == Audit.Safety.YES and not audit.notice_id:
        yield Problem(
            "You said a child may be unsafe now: say whom you told and what they will do",
            "safety",
            "told_role",
        )


def _missing_voices(sheet: Sheet, requirement: str) -> Iterator[Problem]:
    for who in Who:
        if sheet.version.requirement(who) != requirement:
            continue
        voice = {
            name: sheet.stored(f"voice-{who}-{name}")
            for name in ("outcome", "why", "arranged_for", "arranged_with")
        }
        missing = missing_in_voice(who, voice)
        if missing:
            name, words = missing
            yield Problem(words, "voices", f"voice-{who}-{name}")


def missing_in_voice(who: Who, voice: dict) -> tuple[str, str] | None:
    """What keeps a voice from being met in one of its three ways: the entry's last word, and what to do."""
    label, outcome = who.label, voice["outcome"]
    if outcome in (Outcome.DECLINED, Outcome.NOT_POSSIBLE) and not voice["why"]:
        return "why", f"{label}'s voice: say why it was not heard"
    if outcome == Outcome.ARRANGED and not (voice["arranged_for"] and voice["arranged_with"]):
        name = "arranged_with" if voice["arranged_for"] else "arranged_for"
        return name, f"{label}'s voice: say for which day it is arranged, and who will ask"
    if outcome in (None, "", Outcome.SOUGHT):
        return "outcome", f"{label}'s voice: heard, not possible and why, or arranged for a day"
    return None


def _missing_conversation(sheet: Sheet, requirement: str) -> Iterator[Problem]:
    if sheet.version.conversation != requirement:
        return
    for name, words in missing_in_conversation(
        {name: getattr(sheet.audit, name) for name in CONVERSATION_ENTRIES}
    ):
        yield Problem(f"Conversation with the practitioner: {words}", "conversation", name)


def missing_in_conversation(conversation: dict) -> Iterator[tuple[str, str]]:
    """What keeps the conversation from being met in one of its three ways: the entry, and what to do."""
    outcome, held_on = conversation["conversation"], conversation["conversation_on"]
    if not outcome:
        yield "conversation", "held, not possible and why, or arranged for a day"
    elif outcome == Audit.Conversation.NOT_POSSIBLE:
        if not conversation["conversation_why"]:
            yield "conversation_why", "say why it is not possible"
    else:
        if not held_on:
            yield "conversation_on", "say on which day"
        elif outcome == Audit.Conversation.HELD and held_on > timezone.localdate():
            yield "conversation_on", "it cannot have been held on a day that is still to come"
        if not conversation["conversation_with"]:
            yield "conversation_with", "say with whom (their role)"


def _missing_findings(sheet: Sheet) -> Iterator[Problem]:
    kinds = {found.finding.kind for found in sheet.findings}
    if FindingKind.STRENGTH not in kinds:
        yield Problem("No strength is written down", "findings", FindingKind.STRENGTH.value)
    if FindingKind.IMPROVEMENT not in kinds:
        yield Problem(
            "No area for improvement is written down, so no action will follow", "findings", "improvement"
        )
    if sheet.audit.conversation == Audit.Conversation.HELD:
        for name, words in (("told_strength", "strength"), ("told_change", "one change")):
            if not getattr(sheet.audit, f"{name}_id"):
                yield Problem(f"Pick the {words} that you talked about", "conversation", name)


def _evidence_naming_grades(sheet: Sheet) -> Iterator[Problem]:
    for domain, _, evidence in _domains(sheet):
        if named := GRADE_WORDS.search(evidence):
            words = (
                f"{domain.title}: the evidence says “{named[0]}”. Write what you saw; the grade says the rest"
            )
            yield Problem(words, domain.concept.key, f"evidence-{domain.pk}")


def _copied_evidence(sheet: Sheet) -> Iterator[Problem]:
    texts = {
        evidence: domain for domain, _, evidence in _domains(sheet) if len(evidence) >= LONG_ENOUGH_TO_COPY
    }
    # Any audit's, whoever may open it: what is said is only that the words are the same.
    copies = DomainGrade.objects.filter(
        evidence__in=texts, audit__audited_on__gte=months_back(timezone.localdate(), COPIED_WITHIN)
    ).exclude(audit=sheet.audit)
    for text in sorted(set(copies.values_list("evidence", flat=True))):
        domain = texts[text]
        words = f"{domain.title}: the evidence is word for word that of another audit"
        yield Problem(words, domain.concept.key, f"evidence-{domain.pk}")


def sightings(sheet: Sheet) -> Iterator[Problem]:
    """What looks like a name, a birthday or a number of a person: once per text, unless said to be none."""
    told, declared = set(), said_to_be_none(sheet.audit)
    for page_key, entry, sightings in _seen(sheet):
        for sighting in still_open(sightings, entry, declared):
            may_be = may_be_declared(sighting, entry)
            if (key := (sighted(sighting).casefold(), may_be)) not in told:
                told.add(key)
                yield Problem(
                    f"{sighting.words}: “{sighting.text}”",
                    page_key,
                    entry,
                    sighted=sighted(sighting),
                    may_be_declared=may_be,
                )


def said_to_be_none(audit: Audit) -> set[str]:
    """What its auditor declared to be no name, in small letters."""
    return {text.casefold() for text in NotAName.objects.filter(audit=audit).values_list("text", flat=True)}


def sighted(sighting: Sighting) -> str:
    """The text that is declared none, as long as it is kept."""
    return sighting.text[:LONGEST_NOT_A_NAME]


def may_be_declared(sighting: Sighting, entry: str) -> bool:
    """Whether the auditor can say that it is none."""
    return sighting.kind not in NEVER_DECLARED or entry in REFERENCES


def still_open(sightings: list[Sighting], entry: str, declared: set[str]) -> list[Sighting]:
    """Those that were not declared, or cannot be."""
    return [
        one for one in sightings if not (may_be_declared(one, entry) and sighted(one).casefold() in declared)
    ]


def noticed(audit: Audit, texts: dict[str, str]) -> dict[str, list[Sighting]]:
    """What is seen in texts by their entries, and not declared."""
    look = Look()
    found = {
        entry: scan_reference(text) if entry in REFERENCES else look(text) for entry, text in texts.items()
    }
    declared = said_to_be_none(audit) if any(found.values()) else set()
    still = {entry: still_open(sightings, entry, declared) for entry, sightings in found.items()}
    return {entry: sightings for entry, sightings in still.items() if sightings}


def warning_of(audit: Audit, *texts: str) -> str:
    """The warning that stands beside these texts of an audit, or nothing."""
    found = noticed(audit, {str(place): text for place, text in enumerate(texts)})
    return in_one_sentence(chain.from_iterable(found.values()))


def _seen(sheet: Sheet) -> Iterator[tuple[str, str, list[Sighting]]]:
    """What is seen in each text of the audit, with its page and entry."""
    look = Look()
    for name in REFERENCES:
        yield "header", name, scan_reference(getattr(sheet.audit, name))
    for name in ("case_system", "worker_role", "theme"):
        yield "header", name, look(getattr(sheet.audit, name))
    for page in sheet.pages:
        for item in page.items:
            if isinstance(item.field, TextField):
                yield page.key, item.name, look(sheet.stored(item.name))
    for found in sheet.findings:
        yield "findings", "", look(found.finding.text)
    for row in sheet.audit.partner_agencies.all():
        for text in (row.agency, row.strengths, row.improvements):
            yield AGENCIES, "", look(text)
