"""python -m bench.apart JOB ARGUMENT: a file job in a process of its own, and what it cost, as JSON.

A process gives memory back late: in one process the most that one job held would hide another's.
"""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import process_time

import django


def run_apart(job: str, argument: object = "") -> dict[str, float]:
    """Seconds of processor time, megabytes held before the job and at most during it."""
    command = [sys.executable, "-m", "bench.apart", job, str(argument)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def _megabytes(name: str) -> float:
    """Of this process, as Linux keeps it: VmRSS now, VmHWM the most so far."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[name].split()[0]) / 1024


def main() -> None:
    job, argument = sys.argv[1:]
    django.setup()
    do = import_module("bench.files").JOBS[job](argument)
    before, began = _megabytes("VmRSS"), process_time()
    do()
    print(json.dumps({"cpu": process_time() - began, "before": before, "most": _megabytes("VmHWM")}))


if __name__ == "__main__":
    main()
