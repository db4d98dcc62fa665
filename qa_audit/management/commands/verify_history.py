from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from qa_audit.history.checks import chain_problems, head_problems, read_head, read_heads
from qa_audit.history.models import Event


class Command(BaseCommand):
    help = (
        "Recompute the chain of history and say where it was altered (exit status 1). Whoever owns the "
        "database can rewrite the whole chain: check it against the heads that `nightly` handed out."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--expect",
            metavar="SEQUENCE:HASH",
            action="append",
            default=[],
            help="a head from a mail of nightly",
        )
        parser.add_argument("--heads", metavar="FILE", type=Path, help="the file that nightly appends to")
        parser.add_argument(
            "--after-restore",
            action="store_true",
            help="list heads later than the last event without calling them problems: for an older back-up",
        )

    def handle(self, *, expect, heads, after_restore, **options):
        altered, missing = head_problems(self._handed_out(expect, heads))
        problems = [*chain_problems(), *altered, *([] if after_restore else missing)]
        for problem in problems[:50]:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"History is not whole: {len(problems)} problems.")
        if after_restore:
            for line in missing:
                self.stdout.write(line)
        self.stdout.write(f"History is whole: {Event.objects.count()} events.")

    def _handed_out(self, expect: list[str], heads: Path | None) -> list[tuple[int, str]]:
        try:
            from_file = read_heads(heads.read_text(encoding="utf-8").splitlines()) if heads else []
            return [*map(read_head, expect), *from_file]
        except (OSError, ValueError) as error:
            raise CommandError(f"{heads}: {error}" if heads else str(error)) from error
