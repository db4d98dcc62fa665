import json

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from qa_audit.findings.actions import load_themes
from qa_audit.people.actions.persons import system_user
from qa_audit.tools.actions import import_tool, load_core_domains, publish
from qa_audit.tools.models import Tool

FIXTURES = settings.BASE_DIR / "fixtures"


class Command(BaseCommand):
    help = "Load the starter themes, core domains and tools that are not there yet; what is there stays."

    @transaction.atomic
    def handle(self, **options):
        by = system_user()
        domains = load_core_domains(content=self._read("library/core_domains.json"), by=by)
        themes = load_themes(content=self._read("library/themes.json"), by=by)
        tools = 0
        for path in sorted((FIXTURES / "tools").glob("*.json")):
            content = json.loads(path.read_text("utf-8"))
            # A council's own later version of a starter tool is not overtaken by ours.
            if not Tool.objects.filter(code=content["tool"]["code"]).exists():
                version, _ = import_tool(content=content, by=by)
                publish(version=version, by=by)
                tools += 1
        self.stdout.write(
            f"Starter content: {domains} core domains, {themes} themes and {tools} tools are new."
        )

    def _read(self, name: str) -> list:
        return json.loads((FIXTURES / name).read_text("utf-8"))
