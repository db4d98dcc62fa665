"""Sheets of the demonstration go into the database by hundreds, and into history like everything else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from qa_audit.audits.actions.snapshots import WHOLE, snapshot
from qa_audit.audits.models.agencies import PartnerAgency
from qa_audit.audits.models.answers import Answer, AuditFinding, DomainGrade, Voice
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.models.series import ReferenceSeries
from qa_audit.findings.models import Finding, FindingKind
from qa_audit.history.actions import NewEvent, record_all
from qa_audit.management.demonstration.sheets import FilledSheet
from qa_audit.people.models import User

# Of what hangs on so many audits, SQLite looks up everything in one query.
BATCH = 200


def store(sheets: list[FilledSheet]) -> None:
    """Give references in the order of their days, and insert everything."""
    sheets = sorted(sheets, key=lambda sheet: sheet.audit.audited_on)
    _give_references([sheet.audit for sheet in sheets])
    Audit.objects.bulk_create([sheet.audit for sheet in sheets])
    Answer.objects.bulk_create(_all(sheet.answers for sheet in sheets))
    DomainGrade.objects.bulk_create(_all(sheet.grades for sheet in sheets))
    Voice.objects.bulk_create(_all(sheet.voices for sheet in sheets))
    PartnerAgency.objects.bulk_create(_all(sheet.agencies for sheet in sheets))
    _store_findings(sheets)


def record_loaded(sheets: list[FilledSheet], by: User) -> None:
    """Write one event for each audit: it came as it is."""
    for batch in _batches(sheets):
        record_all([NewEvent("loaded", audit, snapshot=snapshot(audit)) for audit in batch], by=by)


def stored(sheets: list[FilledSheet]) -> list[Audit]:
    """The audits as the database has them, with all that hangs on them."""
    return _all(_batches(sheets))


def _batches(sheets: list[FilledSheet]) -> Iterator[list[Audit]]:
    numbers = sorted(sheet.audit.pk for sheet in sheets)
    for first in range(0, len(numbers), BATCH):
        whole = Audit.objects.filter(pk__in=numbers[first : first + BATCH]).order_by("pk")
        whole = whole.select_related("tool_version__tool", "service", "team", "auditor")
        yield list(whole.prefetch_related(*WHOLE))


def _all(lists: Iterable[list]) -> list:
    return [item for items in lists for item in items]


def _give_references(audits: list[Audit]) -> None:
    years = defaultdict(list)
    for audit in audits:
        years[audit.audited_on.year].append(audit)
    for year, theirs in sorted(years.items()):
        for audit, reference in zip(theirs, ReferenceSeries.take("A", year, len(theirs)), strict=True):
            audit.reference = reference


def _store_findings(sheets: list[FilledSheet]) -> None:
    """Findings with their themes; what the practitioner was told is picked from them."""
    pairs = _all(sheet.findings for sheet in sheets)
    Finding.objects.bulk_create([found.finding for found, _ in pairs])
    AuditFinding.objects.bulk_create([found for found, _ in pairs])
    link = Finding.themes.through
    link.objects.bulk_create(link(finding=found.finding, theme=theme) for found, theme in pairs)
    audits = []
    for found, _ in pairs:
        if found.audit.conversation == Audit.Conversation.HELD:
            name = "told_strength" if found.finding.kind == FindingKind.STRENGTH else "told_change"
            setattr(found.audit, name, found)
            audits.append(found.audit)
    Audit.objects.bulk_update(set(audits), ["told_strength", "told_change"], batch_size=BATCH)
