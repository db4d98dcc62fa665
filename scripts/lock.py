"""Write the lock files anew from pyproject.toml: every package with its version and the hashes of its files.

    .venv/bin/python scripts/lock.py [--keep]

Made for every system and every Python we run on, whatever it is made on. No address of a registry is written.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib

from steps import NODE_LOCK, PRODUCTION_LOCK, ROOT, TEST_LOCK

COMPILE = ["pip", "compile", "-", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
COMPILE += ["--no-annotate", "--custom-compile-command", "make lock"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="change no version that is still allowed")
    versions = [] if parser.parse_args().keep else ["--upgrade"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    site, extras = project["dependencies"], project["optional-dependencies"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", *extras["lock"]], check=True)
        environment = os.environ | index_of(pip)

        def write(lock, wanted, *options):
            command = [f"{folder}/bin/uv", *COMPILE, *versions, *options, "--output-file", lock.name]
            names = "\n".join(wanted).encode()
            subprocess.run(
                command, input=names, stdout=subprocess.DEVNULL, check=True, cwd=ROOT, env=environment
            )

        write(PRODUCTION_LOCK, site)
        write(TEST_LOCK, [*site, *extras["test"], *extras["bench"]], "--constraint", PRODUCTION_LOCK.name)
        write(NODE_LOCK, extras["node"])


def index_of(pip):
    """The setting by which uv looks where pip is told to look: it does not read what pip reads."""
    settings = subprocess.run([*pip, "config", "list"], check=True, capture_output=True, text=True).stdout
    found = dict(re.findall(r"^(\S+)\.index-url='(.*)'$", settings, re.MULTILINE))
    index = found.get(":env:") or found.get("install") or found.get("global")
    return {"UV_DEFAULT_INDEX": index} if index else {}


if __name__ == "__main__":
    main()
