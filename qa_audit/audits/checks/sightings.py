"""What looks like a name, a birthday or a number of a person in an audit, and what was said to be none."""

from collections.abc import Iterator
from itertools import chain

from qa_audit.audits.checks.problems import Problem
from qa_audit.audits.models.answers import NotAName
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.common.forms import TextField
from qa_audit.common.identifiers.sightings import Sighting, in_one_sentence, scan_reference
from qa_audit.people.checks import Look

REFERENCES = "case_reference", "earlier_reference"
# These name a person whatever the auditor thinks. A reference of ten digits may pass an NHS number's check
# by chance, and stays what names the child here: in its own field it may be declared.
NEVER_DECLARED = frozenset(("nhs_number", "phone", "national_insurance_number", "pupil_number", "email"))
NAMES_SOMEBODY = "names_somebody"  # the code of the error where it is refused
LONGEST_NOT_A_NAME = NotAName._meta.get_field("text").max_length
AGENCIES = "agencies"  # a page beside those of the sheet


def sightings(sheet: AuditSheet) -> Iterator[Problem]:
    """What looks like a name, a birthday or a number of a person: once per text, unless said to be none."""
    seen, declared = set(), declared_no_name(sheet.audit)
    for page_key, entry, sightings in _seen(sheet):
        for sighting in still_open(sightings, entry, declared):
            may_be = may_be_declared(sighting, entry)
            if (key := (sighted(sighting).casefold(), may_be)) not in seen:
                seen.add(key)
                yield Problem(
                    f"{sighting.words}: “{sighting.text}”",
                    page_key,
                    entry,
                    sighted=sighted(sighting),
                    may_be_declared=may_be,
                )


def declared_no_name(audit: Audit) -> set[str]:
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
    declared = declared_no_name(audit) if any(found.values()) else set()
    still = {entry: still_open(sightings, entry, declared) for entry, sightings in found.items()}
    return {entry: sightings for entry, sightings in still.items() if sightings}


def warning_of(audit: Audit, *texts: str) -> str:
    """The warning that is beside these texts of an audit, or nothing."""
    found = noticed(audit, {str(place): text for place, text in enumerate(texts)})
    return in_one_sentence(chain.from_iterable(found.values()))


def _seen(sheet: AuditSheet) -> Iterator[tuple[str, str, list[Sighting]]]:
    """What is seen in each text of the audit, with its page and entry."""
    look = Look()
    if sheet.page("header"):
        yield from _seen_beside(sheet.audit, look)
    for page in sheet.pages:
        for item in page.items:
            if isinstance(item.field, TextField):
                yield page.key, item.name, look(sheet.stored(item.name))
    for found in sheet.findings:
        yield "findings", "", look(found.finding.text)


def _seen_beside(audit: Audit, look: Look) -> Iterator[tuple[str, str, list[Sighting]]]:
    """In the header and the rows of partner agencies, which only the audit itself has."""
    for name in REFERENCES:
        yield "header", name, scan_reference(getattr(audit, name))
    for name in ("case_system", "worker_role", "theme"):
        yield "header", name, look(getattr(audit, name))
    for row in audit.partner_agencies.all():
        for text in (row.agency, row.strengths, row.improvements):
            yield AGENCIES, "", look(text)
