"""Changes one thing at a time in a package, in a copy of the project, and lists what its tests did not see.

    python -m tests.faults.mutate kpi/measures [--tests PATH ...]

A mutant that lives is a test that is missing, or says the same as the code: read them one by one. mutmut
changes functions and methods, and passes over constants, properties and the bodies of classes: faults are
planted there.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import PurePosixPath

from tests.faults.plant import ROOT, copy_of_the_project

PLACE = ROOT / "var" / "mutation"
SURVIVORS = PLACE / "survivors.txt"
MUTMUT = [sys.executable, "-m", "mutmut"]


def tests_of(package: str) -> str:
    """The folder of tests that mirrors a package, or the package of a file."""
    folder = PurePosixPath(package)
    if folder.suffix:
        folder = folder.parent
    return str("tests" / folder.relative_to("qa_audit" if folder.parts[0] == "qa_audit" else "."))


def settings(package: str, tests: list[str], beside: list[str]) -> str:
    """What mutmut reads: the package it changes, the tests it runs, and what it copies with them."""
    options = {
        "source_paths": [package],
        "also_copy": beside,
        "pytest_add_cli_args": ["--reuse-db", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": tests,
    }
    # A list of strings is written the same in JSON and in TOML.
    return "\n[tool.mutmut]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in options.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", help="a folder or a file: kpi/measures, qa_audit/reports/grades.py")
    parser.add_argument("--tests", nargs="+", metavar="PATH", help="others than the folder that mirrors it")
    asked = parser.parse_args()
    package = asked.package.rstrip("/")
    tests = asked.tests or [tests_of(package)]
    for path in (package, *tests):
        if not (ROOT / path).exists():
            raise SystemExit(f"There is no {path} here.")
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    copy_of_the_project(PLACE)
    beside = sorted(path.name for path in PLACE.iterdir() if path.name not in (".venv", "tests"))
    with (PLACE / "pyproject.toml").open("a") as file:
        file.write(settings(package, tests, beside))
    if mutmut("run", "--max-children", "1").returncode:
        return 1
    survivors = [line.split(":")[0].strip() for line in output_of("results").splitlines() if ": " in line]
    SURVIVORS.write_text("".join(output_of("show", name) + "\n" for name in survivors))
    print(f"\n{len(survivors)} mutants were not seen: {SURVIVORS.relative_to(ROOT)}")
    return 0


def mutmut(*arguments: str, **options: object) -> subprocess.CompletedProcess:
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": ""}
    return subprocess.run([*MUTMUT, *arguments], cwd=PLACE, env=environment, **options)


def output_of(*arguments: str) -> str:
    return mutmut(*arguments, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
