from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from qa_audit.history.actions import record_reading
from qa_audit.people.actions import system_user
from qa_audit.people.models import Service
from qa_audit.reports import files
from qa_audit.reports.catalogue import REPORTS
from qa_audit.reports.period import Period
from qa_audit.reports.scope import ScopeForm


class Command(BaseCommand):
    help = "Write a report to an Excel or csv file, over all services, as the system itself."

    def add_arguments(self, parser):
        parser.add_argument("name", help=", ".join(REPORTS))
        parser.add_argument("--out", help="the file, ending in .xlsx or .csv")
        parser.add_argument("--from", dest="first", help="first day, like 2026-01-01")
        parser.add_argument("--to", dest="last", help="last day")
        parser.add_argument("--month", help="a whole month in place of the two days, like 2026-03")
        parser.add_argument("--service", help="one service, by its current or a former name")
        parser.add_argument("--by", help="what the rows are cut by, for reports that can be cut")

    def handle(self, **options):
        report_class = REPORTS.get(options["name"])
        if not report_class:
            raise CommandError(f"There is no report “{options['name']}”. There are: {', '.join(REPORTS)}.")
        path = _path(options["out"])
        form = ScopeForm(_typed(options, report_class), user=system_user(), by=report_class.by)
        if not form.is_valid():
            problems = [f"{name}: {' '.join(errors)}" for name, errors in form.errors.items()]
            raise CommandError(". ".join(problems))
        report = report_class(form.scope())
        try:
            files.write(path, files.content(report, path.suffix[1:].lower()))
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error.strerror}.") from None
        record_reading("report exported", by=report.scope.user, changes={"report": [None, report.name]})
        self.stdout.write(f"{path}: {report.title}, {report.scope.period}, {report.said()}.")


def _path(out: str | None) -> Path:
    path = Path(out or "")
    if path.suffix[1:].lower() not in files.KINDS:
        raise CommandError("Say where to write with --out FILE.xlsx or --out FILE.csv.")
    return path


def _typed(options: dict, report_class) -> dict[str, str]:
    """The options as an address would have them."""
    typed = {"from": options["first"] or "", "to": options["last"] or ""}
    if options["month"]:
        if options["first"] or options["last"]:
            raise CommandError("Give either --month or --from and --to.")
        try:
            typed = Period.of_month(options["month"]).query
        except ValueError as error:
            raise CommandError(str(error)) from None
    if options["by"]:
        if options["by"] not in dict(report_class.by):
            cuts = ", ".join(key for key, _ in report_class.by)
            raise CommandError(
                f"--by can be {cuts}." if cuts else f"“{report_class.name}” cannot be cut: leave out --by."
            )
        typed["by"] = options["by"]
    if name := options["service"]:
        service = Service.objects.named(name).first()
        if not service:
            names = ", ".join(Service.objects.values_list("name", flat=True))
            raise CommandError(f"There is no service “{name}”. There are: {names}.")
        typed["service"] = str(service.pk)
    return typed
