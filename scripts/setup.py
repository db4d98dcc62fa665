"""Make what the checkout needs to run: .venv with the pinned packages, and the built front-end files.

Plain Python with no packages, readable by older versions too, so that it can say which one is missing.
"""

import shutil
import subprocess
import sys

from steps import ROOT, fingerprint, is_done, mark_done, run_or_stop

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin/python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "packages.stamp"

OLDEST = (3, 11)
NAMES = ("python3.11", "python3.12", "python3.13", "python3.14", "python3")


def main():
    make_environment()
    install_packages()
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


def install_packages():
    wanted = fingerprint(LOCK)
    if is_done(STAMP, wanted):
        print("Python packages: up to date")
        return
    print("Python packages: installing into .venv, about a minute", flush=True)
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run_or_stop(
        [*pip, "--requirement", str(LOCK)], "The Python packages could not be installed: is there a network?"
    )
    mark_done(STAMP, wanted)
    print("Python packages: installed")


if __name__ == "__main__":
    main()
