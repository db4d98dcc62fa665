"""python -m bench --size small|medium|large [--only measures pages wire writers files] [--json FILE]"""

import argparse
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import django

from bench.database import throw_away_database

SIZES = ("small", "medium", "large")
GROUPS = ("measures", "pages", "wire", "writers", "files")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure each job beside its floor.")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS, help="measure no others")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    asked = parser.parse_args()
    # Stopped from outside it ends as it ends by itself: server and database are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.environ |= {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "qa_audit.settings"}
    with throw_away_database() as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        # Only now: it imports models, and they need the settings to name the database.
        import_module("bench.run").run(asked.size, asked.only, asked.json)


if __name__ == "__main__":
    main()
