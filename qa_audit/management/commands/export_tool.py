import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from qa_audit.tools.actions import export_tool
from qa_audit.tools.models import ToolVersion, VersionStatus


class Command(BaseCommand):
    help = "Write one version of a tool as a JSON file: the published one, or the number asked for."

    def add_arguments(self, parser):
        parser.add_argument("code")
        parser.add_argument("--number", type=int)
        parser.add_argument("--out", help="a file; without it the text is printed")

    def handle(self, *, code, number, out, **options):
        versions = ToolVersion.objects.with_content().filter(tool__code=code)
        wanted = versions.filter(number=number) if number else versions.filter(status=VersionStatus.PUBLISHED)
        version = wanted.first()
        if version is None:
            which = f"version {number}" if number else "published version"
            raise CommandError(f"There is no {which} of a tool with the code “{code}”.")
        text = json.dumps(export_tool(version), indent=2, ensure_ascii=False) + "\n"
        if not out:
            self.stdout.write(text, ending="")
            return
        try:
            Path(out).write_text(text, "utf-8")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{version} is written to {out}.")
