"""Plants one fault at a time in a copy of the project, and demands that its tests turn red.

    python -m tests.faults.plant [--only NAME] [--jobs 2]

Each fault is an exact replacement: when the code moves on, the script says so and fails. Only an assertion
that fails counts as red: a fault that merely breaks the program proves nothing.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.faults.fault import Fault
from tests.faults.of_access import OF_ACCESS
from tests.faults.of_measures import OF_MEASURES
from tests.faults.of_people_and_reports import OF_PEOPLE, OF_REPORTS, OF_WITHHELD

ROOT = Path(__file__).resolve().parents[2]
FAULTS = [*OF_ACCESS, *OF_PEOPLE, *OF_REPORTS, *OF_WITHHELD, *OF_MEASURES]
# How pytest says that what a test asserts is not so; "with pytest.raises" asserts that something is refused.
SEEN = ("AssertionError", "assert ", "Failed: DID NOT RAISE")
WIDE = 90  # letters of why
# What pytest says of each test that failed: its name and the first line of why.
FAILED = re.compile(r"^FAILED \S+ - (.*)$", re.MULTILINE)


def copy_of_the_project(target: Path) -> Path:
    """All files that git tracks or would track, and what is installed beside them. Out: the folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(source.read_bytes())
    (target / "var").mkdir(exist_ok=True)
    (target / ".venv").symlink_to(ROOT / ".venv")
    (target / "var" / "frontend").symlink_to(ROOT / "var" / "frontend")
    return target


def run_tests(project: Path, *tests: str) -> list[str] | None:
    """Why each test that failed did; None where pytest could not run them all."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--reuse-db", *tests]
    # Wide, so that the summary has room to say why.
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": "", "COLUMNS": "400"}
    ran = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    (project / "var" / "last-run.txt").write_text(ran.stdout + ran.stderr)
    return FAILED.findall(ran.stdout) if ran.returncode in (0, 1) else None


@contextmanager
def planted(project: Path, fault: Fault) -> Iterator[None]:
    """The fault is in; afterwards the project is as it was."""
    file = project / fault.path
    kept = file.read_text()
    if kept.count(fault.before) != 1:
        raise SystemExit(f"{fault.name}: {fault.path} holds {kept.count(fault.before)} times: {fault.before}")
    file.write_text(kept.replace(fault.before, fault.after))
    try:
        yield
    finally:
        file.write_text(kept)


def try_out(fault: Fault, free_copies: SimpleQueue) -> bool:
    """Whether an assertion saw the fault; says so in a line."""
    project, started = free_copies.get(), time.monotonic()
    try:
        with planted(project, fault):
            failed = run_tests(project, fault.test)
    finally:
        free_copies.put(project)
    is_seen = bool(failed) and failed[0].startswith(SEEN)
    verdict = "red" if is_seen else "STAYS GREEN" if failed == [] else "BREAKS"
    why = f": {failed[0][:WIDE]}" if failed else ""
    print(f"{verdict:<12}{time.monotonic() - started:4.0f} s  {fault.name}{why}", flush=True)
    return is_seen


def demand_green(project: Path, chosen: list[Fault]) -> None:
    if run_tests(project, *sorted({fault.test for fault in chosen})) != []:
        print((project / "var" / "last-run.txt").read_text()[-3000:])
        raise SystemExit("The tests are red without a fault: put that right first.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAME", default="", help="only the faults with this in their name")
    parser.add_argument("--jobs", type=int, default=2, help="how many faults at a time, each in its own copy")
    asked = parser.parse_args()
    chosen = [fault for fault in FAULTS if asked.only in fault.name]
    if not chosen:
        raise SystemExit(
            f"No fault is named {asked.only}. There are: {', '.join(one.name for one in FAULTS)}"
        )
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        copies = [copy_of_the_project(Path(place) / f"faults_{number}") for number in range(asked.jobs)]
        demand_green(copies[0], chosen)
        free_copies = SimpleQueue()
        for project in copies:
            free_copies.put(project)
        with ThreadPoolExecutor(asked.jobs) as pool:
            seen = list(pool.map(lambda fault: try_out(fault, free_copies), chosen))
    print(f"{sum(seen)} of {len(seen)} faults turn the tests red.")
    return 0 if all(seen) else 1


if __name__ == "__main__":
    sys.exit(main())
