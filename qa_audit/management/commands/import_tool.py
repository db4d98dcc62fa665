import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from qa_audit.people.actions.persons import system_user
from qa_audit.tools.actions import ToolRefused, import_tool, publish


class Command(BaseCommand):
    help = "Bring in one version of a tool from a JSON file, as a draft."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--publish", action="store_true", help="publish it at once")

    def handle(self, *, file, publish: bool = False, **options):
        try:
            content = json.loads(Path(file).read_text("utf-8-sig"))
        except OSError as error:
            raise CommandError(f"{file} cannot be opened: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{file} cannot be read as JSON.") from error
        try:
            self._bring_in(content, publish)
        except ToolRefused as refusal:
            raise CommandError("\n".join(refusal.problems)) from refusal

    def _bring_in(self, content: dict, is_to_be_published: bool) -> None:
        by = system_user()
        version, is_new = import_tool(content=content, by=by)
        if not is_new:
            self.stdout.write(f"The file says the same as {version}. Nothing was changed.")
            tool = content["tool"]
            if tool["title"] != version.tool.title or tool["audits"] != version.tool.audits:
                self.stdout.write(
                    "Its tool has a different title or record here; a file does not change those."
                )
        elif is_to_be_published:
            self.stdout.write(f"{publish(version=version, by=by)} is published.")
        else:
            self.stdout.write(f"{version} is here as a draft.")
