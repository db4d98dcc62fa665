from django.core.management.base import BaseCommand, CommandError

from qa_audit.history.checks import chain_problems
from qa_audit.history.models import Event


class Command(BaseCommand):
    help = "Recompute the chain of history and say where it was altered (exit status 1)."

    def handle(self, **options):
        problems = list(chain_problems())
        for problem in problems[:50]:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"History is not whole: {len(problems)} problems.")
        self.stdout.write(f"History is whole: {Event.objects.count()} events.")
