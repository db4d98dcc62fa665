from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from qa_audit.history.actions import append_head, mail_head
from qa_audit.history.models import ChainHead
from qa_audit.jobs.actions import LockHeld, lock


class Command(BaseCommand):
    help = "What is done once a night: hands out the head of history. On several machines only one does it."

    def handle(self, **options):
        try:
            with lock("nightly", at_most=timedelta(hours=1)):
                self._hand_out_head()
        except LockHeld as error:
            self.stdout.write(f"{error} Nothing to do here.")

    def _hand_out_head(self) -> None:
        head = ChainHead.objects.first()
        if head is None:
            self.stdout.write("History is empty: there is no head to hand out.")
            return
        ways = {}
        if settings.HISTORY_HEADS:
            ways[settings.HISTORY_HEADS] = lambda: append_head(head, Path(settings.HISTORY_HEADS))
        if settings.HISTORY_HEADS_TO:
            ways[", ".join(settings.HISTORY_HEADS_TO)] = lambda: mail_head(head, settings.HISTORY_HEADS_TO)
        if not ways:
            raise CommandError(
                "The head of history was not sent anywhere: "
                "set HISTORY_HEADS (a file) or HISTORY_HEADS_TO (people)."
            )
        failed = []
        for name, hand_out in ways.items():
            try:
                hand_out()
            except OSError as error:
                failed.append(f"{name}: {error}")
        if failed:
            raise CommandError(f"The head of history, {head}, did not reach {'; '.join(failed)}")
        self.stdout.write(f"The head of history, event {head.sequence:,}, went to {' and '.join(ways)}.")
