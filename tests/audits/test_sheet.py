"""The sheet is one room: forms render it, actions store what it holds, checks read it."""

import ast

import pytest
from django.conf import settings

SHEET = settings.BASE_DIR / "qa_audit" / "audits" / "sheet"


@pytest.mark.parametrize("upper", ["actions", "checks", "forms", "views"])
def test_sheet_knows_nothing_of_what_uses_it(upper):
    imported = [
        f"{path.name} imports {node.module}"
        for path in SHEET.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"qa_audit.audits.{upper}")
    ]
    assert imported == []
