from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from qa_audit.common.wording import count
from qa_audit.imports.actions import ImportRefused, import_past
from qa_audit.imports.check import Check, check_file
from qa_audit.people.actions.persons import system_user


class Command(BaseCommand):
    help = "Import past audits from an .xlsx or .csv file: all of it, or nothing (exit status 1)."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--check", action="store_true", help="write nothing and say what would happen")

    def handle(self, *, file, check, **options):
        try:
            with file.open("rb") as opened:
                found = check_file(opened, file_name=file.name)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        for warning in found.warnings:
            self.stdout.write(f"Warning. {warning}")
        for problem in found.problems:
            self.stderr.write(str(problem))
        if found.problems:
            raise CommandError(found.outcome)
        if check or found.seen or not found.makes:
            self.stdout.write(found.outcome + (" Nothing was written." if check else ""))
        else:
            self._import(found)

    def _import(self, found: Check) -> None:
        try:
            import_past(check=found, by=system_user())
        except ImportRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        audits = count(len(found.audits), "audit")
        reviews = count(len(found.reviews), "learning review")
        skipped = f"{found.skipped:,} already stored."
        self.stdout.write(f"{count(found.rows, 'row')} read: {audits} and {reviews} imported, {skipped}")
