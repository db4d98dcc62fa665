"""The map of 2 apps and their packages, held against the code: imports and foreign keys point down."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = settings.BASE_DIR
# A package may import from those on lower lines; of its own line only itself.
LAYERS = [
    {"qa_audit.home"},
    {"qa_audit.reports", "qa_audit.imports"},
    {"kpi.packs"},
    {"kpi.commentary"},
    {"qa_audit.learning", "qa_audit.moderation", "qa_audit.programmes", "kpi.returns"},
    {"qa_audit.audits", "kpi.measures"},
    {"qa_audit.findings", "qa_audit.notices", "kpi.indicators"},
    {"qa_audit.tools"},
    {"qa_audit.loop", "qa_audit.intake", "qa_audit.jobs"},
    {"qa_audit.people"},
    {"qa_audit.history"},
    {"qa_audit.common"},
]
LEVEL = {package: level for level, layer in enumerate(LAYERS) for package in layer}
# What kpi may know of qa_audit; only reports sees both.
SHARED_WITH_KPI = {
    "qa_audit.common",
    "qa_audit.history",
    "qa_audit.intake",
    "qa_audit.jobs",
    "qa_audit.loop",
    "qa_audit.people",
}
FILE_NAMES = {
    "models",
    "permissions",
    "actions",
    "forms",
    "tables",
    "views",
    "urls",
    "checks",
    "middleware",
    "triggers",
    # Of audits: what is asked, and where it is stored, for its forms, actions and checks.
    "sheet",
}
# These name their files by noun.
FREE_NAMES = {
    "qa_audit.common",
    "qa_audit.reports",
    "qa_audit.imports",
    "qa_audit.intake",
    "kpi.measures",
    "kpi.returns",
    "kpi.commentary",
    "kpi.packs",
}
# allauth asks for its adapters, and Django for its sessions, by a path of their own.
ALLOWED_FILES = {"qa_audit/people/sign_in.py", "qa_audit/people/sessions.py"}


@cache
def sources() -> list[Path]:
    return [
        path
        for app in ("qa_audit", "kpi")
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


@cache
def text(path: Path) -> str:
    return path.read_text()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def package_of(path: Path) -> str | None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:2])
    return name if name in LEVEL else None


def imported_modules(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(
                f"{node.module}" if not node.level else ".".join(path.relative_to(ROOT).parts[: -node.level])
            )
    return modules


def may_import(importer: str, imported: str) -> bool:
    if importer == imported:
        return True
    if importer.startswith("kpi."):
        return imported in SHARED_WITH_KPI or (
            imported.startswith("kpi.") and LEVEL[imported] > LEVEL[importer]
        )
    if imported.startswith("kpi."):
        return importer in ("qa_audit.reports", "qa_audit.home")
    return LEVEL[imported] > LEVEL[importer]


def test_imports_point_down():
    climbing = []
    for path in sources():
        importer = package_of(path)
        if importer is None:
            continue
        for module in imported_modules(path):
            imported = ".".join(module.split(".")[:2])
            if imported in LEVEL and not may_import(importer, imported):
                climbing.append(f"{path.relative_to(ROOT)} imports {module}")
            if module.split(".")[0] in ("qa_audit", "kpi") and imported not in LEVEL:
                climbing.append(f"{path.relative_to(ROOT)} imports the shell: {module}")
    assert climbing == []


def test_foreign_keys_point_down():
    climbing = []
    for model in apps.get_models():
        holder = ".".join(model.__module__.split(".")[:2])
        for field in model._meta.get_fields():
            if holder in LEVEL and field.concrete and field.related_model:
                target = ".".join(field.related_model.__module__.split(".")[:2])
                if target in LEVEL and not may_import(holder, target):
                    climbing.append(f"{model.__name__}.{field.name} → {field.related_model.__name__}")
    assert climbing == []


def test_lower_packages_use_no_reverse_accessor_of_higher_ones():
    """`finding.audit_finding` in findings would know audits by the back door."""
    used = []
    for model in apps.get_models():
        target_package = ".".join(model.__module__.split(".")[:2])
        for relation in model._meta.related_objects:
            source_package = ".".join(relation.related_model.__module__.split(".")[:2])
            name = relation.get_accessor_name()
            if not name or target_package not in LEVEL or source_package not in LEVEL or len(name) < 5:
                continue
            for path in sources():
                package = package_of(path)
                if package and LEVEL[package] > LEVEL[source_package] and package.startswith("qa_audit"):
                    pattern = rf"\b{model.__name__.lower()}\.{name}\b"
                    if re.search(pattern, text(path)):
                        used.append(f"{path.relative_to(ROOT)} uses {model.__name__.lower()}.{name}")
    assert used == []


def test_files_have_the_names_of_the_map():
    strange = []
    for path in sources():
        package = package_of(path)
        if package is None or package in FREE_NAMES or path.name == "__init__.py":
            continue
        relative = path.relative_to(ROOT)
        if relative.parts[2].removesuffix(".py") not in FILE_NAMES and str(relative) not in ALLOWED_FILES:
            strange.append(str(relative))
    assert strange == []


def test_files_stay_under_four_hundred_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*sources(), *(ROOT / "tests").rglob("*.py")]
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def functions(path: Path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_functions_stay_under_forty_lines():
    long = [
        f"{path.relative_to(ROOT)}:{node.name} has {node.end_lineno - node.lineno + 1}"
        for path in sources()
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > 40
    ]
    assert long == []


def views() -> list[Path]:
    return [path for path in sources() if path.stem == "views" or path.parent.name == "views"]


def test_views_are_functions_under_thirty_lines():
    wrong = []
    for path in views():
        wrong += [f"{path}: class {node.name}" for node in tree(path).body if isinstance(node, ast.ClassDef)]
        wrong += [
            f"{path.relative_to(ROOT)}:{node.name}"
            for node in functions(path)
            if node.end_lineno - node.lineno + 1 > 30
        ]
    assert wrong == []


def test_views_reach_rows_only_through_a_scoped_queryset():
    """In a view `.objects` is followed by what says for whom."""
    scoped = r"\.objects\.(visible_to|listed_for|counted_for)\("
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in views()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ".objects" in line and not re.search(scoped, line)
    ]
    assert bare == []


def test_no_import_stands_inside_a_function():
    inside = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in sources()
        for node in functions(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def has_code(path: Path) -> bool:
    """A docstring is none."""
    return any(not isinstance(node, ast.Expr) for node in tree(path).body)


def test_no_init_hands_on_the_names_of_its_modules():
    """A name is imported from where it is defined: one address for each."""
    full = [
        str(path.relative_to(ROOT)) for path in sources() if path.name == "__init__.py" and has_code(path)
    ]
    assert full == []


@pytest.mark.parametrize("word", ["utils", "helpers", "managers", "selectors"])
def test_no_file_is_named_for_nothing(word):
    assert [path for path in sources() if path.stem == word] == []


def test_templates_hold_no_inline_script_or_style():
    inline = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*\ssrc=)", path.read_text())
    ]
    assert inline == []


@pytest.mark.parametrize("app", ["qa_audit", "kpi"])
def test_a_class_name_stands_for_one_thing(app):
    """Two classes of one name are two meanings that a reader has to tell apart by their imports."""
    places = defaultdict(list)
    for path in sources():
        if path.relative_to(ROOT).parts[0] == app:
            for node in tree(path).body:
                if isinstance(node, ast.ClassDef) and node.name != "Command":
                    places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def names_given(path: Path) -> set[str]:
    """What the file itself gives a name to: variables, arguments, functions."""
    names = {node.arg for node in ast.walk(tree(path)) if isinstance(node, ast.arg)}
    names |= {node.name for node in functions(path)}
    stored = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Name))
    return names | {node.id for node in stored if isinstance(node.ctx, ast.Store)}


def test_no_name_says_only_that_something_was_said_or_kept():
    """An error is an error, and a stored value is named for what it is."""
    vague = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        for name in names_given(path)
        if name.rsplit("_", 1)[-1] in ("told", "kept", "said")
    ]
    assert vague == []
