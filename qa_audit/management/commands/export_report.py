from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kpi.indicators.models.indicators import Indicator
from kpi.packs.catalogue import PACKS
from kpi.packs.meaning import meanings
from kpi.packs.team_table import team_table
from kpi.returns.months import months_with_figures
from qa_audit.common import excel
from qa_audit.common.months import month_words, parse_month
from qa_audit.common.publishing import files
from qa_audit.common.wording import count
from qa_audit.history.actions import record_reading
from qa_audit.people.actions.persons import system_user
from qa_audit.people.models import Service
from qa_audit.reports.catalogue import REPORTS
from qa_audit.reports.period import Period
from qa_audit.reports.scope import ScopeForm

TEAM_TABLE = "team-table"
NAMES = (*REPORTS, *PACKS, TEAM_TABLE)
OF_AUDITS_ONLY = {"first": "--from", "last": "--to", "service": "--service", "by": "--by"}
OF_AUDITS_ONLY["theme"] = "--theme"


class Command(BaseCommand):
    help = "Write a report to an Excel or csv file, over all services, as the system itself."

    def add_arguments(self, parser):
        parser.add_argument("name", help=", ".join(NAMES))
        parser.add_argument("--out", help="the file, ending in .xlsx or .csv")
        parser.add_argument("--from", dest="first", help="first day, like 2026-01-01")
        parser.add_argument("--to", dest="last", help="last day")
        parser.add_argument("--month", help="a whole month in place of the two days, like 2026-03")
        parser.add_argument("--service", help="one service, by its current or a former name")
        parser.add_argument("--theme", help="one theme of audits; capitals do not matter")
        parser.add_argument("--by", help="what the rows are broken down by, for reports that can be")
        parser.add_argument(
            "--indicator", help="a code of an indicator, its own or one elsewhere, for its team table"
        )

    def handle(self, **options):
        name = options["name"]
        if name not in NAMES:
            raise CommandError(f"There is no report “{name}”. There are: {', '.join(NAMES)}.")
        path = _path(options["out"])
        kind = path.suffix[1:].lower()
        make = _pack if name in PACKS else _team_table if name == TEAM_TABLE else _report
        content, summary = make(options, kind)
        try:
            files.write(path, content)
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error.strerror}.") from None
        record_reading("report exported", by=system_user(), changes={"report": [None, name]})
        self.stdout.write(f"{path}: {summary}.")


def _report(options: dict, kind: str) -> tuple[bytes, str]:
    """A report of audits: the file's bytes and what is in it."""
    if options["indicator"]:
        raise CommandError(f"“{options['name']}” is about audits: leave out --indicator.")
    report_class = REPORTS[options["name"]]
    form = ScopeForm(_typed(options, report_class), user=system_user(), by=report_class.by)
    if not form.is_valid():
        problems = [f"{name}: {' '.join(errors)}" for name, errors in form.errors.items()]
        raise CommandError(". ".join(problems))
    report = report_class(form.scope())
    return files.content(report.document(), kind), f"{report.title}, {report.scope.period}, {report.size()}"


def _pack(options: dict, kind: str) -> tuple[bytes, str]:
    """A pack of a month: the file's bytes and what is in it."""
    month = _month(options)
    if options["indicator"]:
        raise CommandError(f"“{options['name']}” covers every indicator: leave out --indicator.")
    if month not in months_with_figures(system_user()):
        raise CommandError(f"There are no figures for {month_words(month)}.")
    pack = PACKS[options["name"]](system_user(), month)
    document = pack.document(is_full=False)
    return files.content(document, kind), f"{pack.title}, {month_words(month)}, {pack.size()}"


def _team_table(options: dict, kind: str) -> tuple[bytes, str]:
    """The team table of an indicator in a month: the file's bytes and what is in it."""
    month, code = _month(options), options["indicator"] or ""
    found = list(Indicator.objects.named(code))
    if len(found) != 1:
        several = f"Several indicators have the code “{code}”: {', '.join(map(str, found))}" if found else ""
        none = f"There is no indicator “{code}”" if code else f"“{TEAM_TABLE}” covers one indicator"
        raise CommandError(f"{several or none}. Give its code with --indicator CODE.")
    indicator = found[0]
    version = next(meanings(system_user(), month, [indicator.pk]), None)
    table = team_table(system_user(), version, month) if version else None
    if not table or not table.rows:
        raise CommandError(f"“{indicator}” has no figures of teams in {month_words(month)}.")
    sheet = table.sheet()
    if kind == "csv":
        content = excel.csv_bytes(sheet)
    else:
        content = excel.xlsx_bytes([sheet], properties=excel.Properties(title=version.title))
    return content, f"{version.title}, {month_words(month)}, {count(len(table.rows), 'team')}"


def _month(options: dict):
    """The month that was asked for; of what else only reports of audits know, nothing."""
    if given := [flag for name, flag in OF_AUDITS_ONLY.items() if options[name]]:
        raise CommandError(f"“{options['name']}” covers one month: leave out {', '.join(given)}.")
    if not options["month"]:
        raise CommandError("Say which month with --month, like 2026-03.")
    try:
        return parse_month(options["month"])
    except ValueError as error:
        raise CommandError(f"{error}.") from None


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
                f"--by can be {cuts}."
                if cuts
                else f"“{report_class.name}” cannot be broken down: leave out --by."
            )
        typed["by"] = options["by"]
    if name := options["service"]:
        service = Service.objects.named(name).first()
        if not service:
            names = ", ".join(Service.objects.values_list("name", flat=True))
            raise CommandError(f"There is no service “{name}”. There are: {names}.")
        typed["service"] = str(service.pk)
    if options["theme"]:
        typed["theme"] = options["theme"]
    return typed
