from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kpi.returns.actions import ReturnRefused, accept_return
from kpi.returns.cells import read_month
from kpi.returns.dry_run import DryRun, check_return
from qa_audit.intake.cells import CellRefused
from qa_audit.people.actions.persons import system_user


class Command(BaseCommand):
    help = "Bring in a return of figures (.xlsx or .csv): all of it, or nothing (exit status 1)."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--check", action="store_true", help="write nothing and say what would happen")
        parser.add_argument("--month", metavar="YYYY-MM", help="the month of a file that does not say it")
        parser.add_argument("--reason", default="", help="why stored figures are revised")
        parser.add_argument("--create-indicators", action="store_true", help="create unknown indicators")
        parser.add_argument("--create-teams", action="store_true", help="create unknown teams")

    def handle(self, *, file, check, month, reason, create_indicators, create_teams, **options):
        try:
            with file.open("rb") as opened:
                found = check_return(
                    opened,
                    file_name=file.name,
                    month=_month(month),
                    reason=reason,
                    create_indicators=create_indicators,
                    create_teams=create_teams,
                    progress=self._progress if options["verbosity"] > 1 else None,
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        self._print(found)
        if found.problems or found.needs_reason:
            self.stdout.write(found.last_line)
            raise CommandError(found.outcome)
        if not check and found.changes_anything:
            self._store(found)
        self.stdout.write(found.last_line)

    def _progress(self, read: int, expected: int) -> None:
        self.stdout.write(f"{read:,} of {expected:,} rows read")

    def _print(self, found: DryRun) -> None:
        """Every warning that was kept, and every problem, with how many more there are."""
        for warning in found.warnings:
            self.stdout.write(f"Warning. {warning}")
        for unmade in found.found.unmade:
            self.stdout.write(str(unmade))
        for line in (planned.line for planned in found.planned):
            was = f"{line.old} → " if line.old else ""
            self.stdout.write(f"{line.words} of {line.indicator} {line.month}: {was}{line.new}")
        for problem in found.problems:
            beside = (
                f" Stored now: {problem.old or 'nothing'}. In the file: {problem.new}." if problem.new else ""
            )
            self.stderr.write(f"{problem}{beside}")
        if found.warnings.left_out:
            self.stdout.write(f"{found.warnings.left_out:,} more warnings.")
        if found.problems.left_out:
            self.stderr.write(f"{found.problems.left_out:,} more problems.")

    def _store(self, found: DryRun) -> None:
        try:
            accept_return(check=found, by=system_user(), reason=found.reason)
        except ReturnRefused as refusal:
            self.stdout.write(found.last_line)
            raise CommandError(str(refusal)) from refusal


def _month(text: str | None) -> date | None:
    try:
        return read_month(text) if text else None
    except CellRefused as refusal:
        raise CommandError(f"--month: {refusal}") from refusal
