from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from qa_audit.common.publishing.files import write
from qa_audit.history.actions import record_reading
from qa_audit.people.actions.persons import system_user
from qa_audit.people.models import Service
from qa_audit.reports.hos_summary import HosSummaryForm


class Command(BaseCommand):
    help = "Write the Excel summary of one service, as the system itself, without case references."

    def add_arguments(self, parser):
        parser.add_argument("--service", required=True, help="its current or a former name")
        parser.add_argument("--from", dest="first", default="", help="first day, like 2026-01-01")
        parser.add_argument("--to", dest="last", default="", help="last day")
        parser.add_argument("--theme", default="", help="one theme of audits; capitals do not matter")
        parser.add_argument("--out", required=True, help="the file, ending in .xlsx")

    def handle(self, **options):
        path = Path(options["out"])
        if path.suffix.lower() != ".xlsx":
            raise CommandError("Say where to write with --out FILE.xlsx.")
        service = Service.objects.named(options["service"]).first()
        if not service:
            names = ", ".join(Service.objects.values_list("name", flat=True))
            raise CommandError(f"There is no service “{options['service']}”. There are: {names}.")
        typed = {
            "service": str(service.pk),
            "from": options["first"],
            "to": options["last"],
            "theme": options["theme"],
        }
        form = HosSummaryForm(typed, user=system_user())
        if not form.is_valid():
            raise CommandError(
                ". ".join(f"{name}: {' '.join(errors)}" for name, errors in form.errors.items())
            )
        summary = form.summary()
        try:
            write(path, summary.content())
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error.strerror}.") from None
        looked_for = f"hos-summary {summary.asked_for}"
        record_reading("report exported", by=form.user, changes={"report": [None, looked_for]})
        self.stdout.write(f"{path}: {summary.title}, {summary.size()}.")
