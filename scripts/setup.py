"""Make what the checkout needs to run: .venv with the pinned packages, and the built front-end files.

    python3 scripts/setup.py [--production]

Plain Python with no packages, readable by older versions too, so that it can say which one is missing.
"""

import re
import shutil
import subprocess
import sys

from steps import (
    PRODUCTION_LOCK,
    ROOT,
    TEST_LOCK,
    fingerprint,
    is_done,
    mark_done,
    pip_install,
    run_or_stop,
)

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin/python"
STAMP = VENV / "packages.stamp"

OLDEST = (3, 11)
NAMES = ("python3.11", "python3.12", "python3.13", "python3.14", "python3")


def main():
    make_environment()
    if "--production" in sys.argv[1:]:
        install_packages(PRODUCTION_LOCK)
        remove_the_rest(PRODUCTION_LOCK)
    else:
        install_packages(TEST_LOCK)
    build_front_end()


def build_front_end():
    built = subprocess.run([str(VENV_PYTHON), str(ROOT / "scripts/build_frontend.py")], cwd=str(ROOT))
    if built.returncode:
        raise SystemExit(built.returncode)


def make_environment():
    if is_new_enough(VENV_PYTHON) and runs(VENV_PYTHON, "import pip"):
        return
    python = find_python()
    print("Python: making .venv", flush=True)
    run_or_stop([python, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")


def find_python():
    candidates = (sys.executable, *map(shutil.which, NAMES))
    new_enough = [python for python in candidates if python and is_new_enough(python)]
    if not new_enough:
        wanted = ".".join(map(str, OLDEST))
        raise SystemExit(f"Python {wanted} or newer is needed, and none was found. Please install one.")
    for python in new_enough:
        if runs(python, "import ensurepip, venv"):
            return python
    raise SystemExit(
        f"{new_enough[0]} lacks its venv module. On Debian or Ubuntu: apt-get install python3-venv"
    )


def is_new_enough(python):
    return runs(python, f"import sys; sys.exit(sys.version_info < {OLDEST})")


def runs(python, code):
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def install_packages(lock):
    wanted = fingerprint(lock)
    if is_done(STAMP, wanted):
        print("Python packages: up to date")
        return
    print("Python packages: installing into .venv, about a minute", flush=True)
    run_or_stop(
        pip_install(VENV_PYTHON, lock), "The Python packages could not be installed: is there a network?"
    )
    mark_done(STAMP, wanted)
    print("Python packages: installed")


def remove_the_rest(lock):
    """Take out of .venv what is not in the lock: tools of tests, and what an earlier version needed."""
    pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check"]
    listed = subprocess.run(
        [*pip, "list", "--format=freeze"], check=True, capture_output=True, text=True, cwd=str(ROOT)
    )
    installed = {line.partition("==")[0] for line in listed.stdout.split()}
    rest = sorted(name for name in installed if plain(name) not in {*locked_names(lock), "pip", "setuptools"})
    if rest:
        run_or_stop(
            [*pip, "uninstall", "--quiet", "--yes", *rest], "What is not needed could not be removed."
        )
        print("Python packages: removed " + ", ".join(rest))


def locked_names(lock):
    return {plain(name) for name in re.findall(r"^([\w.-]+)==", lock.read_text(), re.MULTILINE)}


def plain(name):
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
