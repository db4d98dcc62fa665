"""Ask whether a package of the lock files has a known vulnerability.

    .venv/bin/python scripts/audit_packages.py [--service URL]

Fails with the name of each that is found and not accepted. Where the service cannot be reached it says so
and passes. What is accepted stands in pyproject.toml with its reason, as an accepted vulnerability.
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib

from steps import NODE_LOCK, ROOT, TEST_LOCK

SERVICE = "https://api.osv.dev/v1/query"
# The last line of what pip-audit says when the service does not answer, or answers with something else.
NOT_REACHED = re.compile(r"^(requests\.exceptions|pip_audit\._service)\.|Could not connect", re.MULTILINE)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--service", default=SERVICE, metavar="URL", help="another that speaks as osv.dev does"
    )
    packages = ask(parser.parse_args().service)
    if packages is None:
        print("Known vulnerabilities: NOT CHECKED, for the advisory service could not be reached.")
        return 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    refused = judge(packages, project["tool"]["line-of-sight"]["accepted-vulnerabilities"])
    print(f"Known vulnerabilities: {refused} in {len(packages)} locked packages, besides those accepted.")
    return 1 if refused else 0


def ask(service):
    """Each locked package with its vulnerabilities, as pip-audit gives them; None where it reached nobody."""
    # Nothing is worked out or installed: the locks name every package.
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner=off"]
    locks = [f"--requirement={lock}" for lock in (TEST_LOCK, NODE_LOCK)]
    options = ["--vulnerability-service=osv", f"--osv-url={service}", "--format=json"]
    ran = subprocess.run([*command, *locks, *options], capture_output=True, text=True)
    if ran.stdout:
        return json.loads(ran.stdout)["dependencies"]
    if NOT_REACHED.search(ran.stderr):
        return None
    raise SystemExit(f"pip-audit could not read the lock files.\n{ran.stderr}")


def judge(packages, accepted):
    """Print each vulnerability. Out: how many are not accepted."""
    refused = 0
    for package in packages:
        for found in package["vulns"]:
            names = [found["id"], *found["aliases"]]
            reasons = [accepted[name] for name in names if name in accepted]
            refused += not reasons
            verdict = (
                f"accepted: {reasons[0]}" if reasons else f"mended in {found['fix_versions'] or 'none yet'}"
            )
            print(f"{package['name']} {package['version']}: {', '.join(names)}, {verdict}")
    return refused


if __name__ == "__main__":
    sys.exit(main())
