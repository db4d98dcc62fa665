"""Keep the demonstration as this version makes it, for the tests that upgrade it: tests/upgrade/NAME.*.xz.

    .venv/bin/python scripts/dump_demonstration.py 2026-12-one-truth
    scripts/with_postgres.sh .venv/bin/python scripts/dump_demonstration.py 2026-12-one-truth

Once for each landing and database. On PostgreSQL the database that DATABASE_URL names must be empty.
"""

import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from steps import ROOT

FOLDER = ROOT / "tests/upgrade"
LARGEST = 2 * 1024 * 1024
PYTHON = ROOT / ".venv/bin/python"
# Written by newer releases of pg_dump, and not understood by older ones of psql.
NOT_FOR_ALL = (b"\\restrict", b"\\unrestrict", b"SET transaction_timeout")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    name, url = sys.argv[1], os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        load_demonstration(url)
        keep(FOLDER / f"{name}.sql.xz", dumped(url))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "demonstration.sqlite3")
        load_demonstration(f"sqlite:///{path}")
        keep(FOLDER / f"{name}.sqlite3.xz", in_one_piece(path))


def load_demonstration(url):
    environment = os.environ | {"DATABASE_URL": url, "DEBUG": "1"}
    for command in (["migrate", "--verbosity", "0"], ["demo"]):
        subprocess.run([PYTHON, ROOT / "manage.py", *command], env=environment, check=True)


def in_one_piece(path):
    """The file's bytes, with what its journal beside it held."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    return path.read_bytes()


def dumped(url):
    programs = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), key=lambda path: float(path.parts[4])
    )
    program = programs[-1] if programs else "pg_dump"
    options = ["--no-owner", "--no-privileges"]
    done = subprocess.run([program, *options, url], stdout=subprocess.PIPE, check=True)
    return b"\n".join(line for line in done.stdout.splitlines() if not line.startswith(NOT_FOR_ALL)) + b"\n"


def keep(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path} is too large to keep: {size:,} bytes.")
    print(f"{path.relative_to(ROOT)}: {size:,} bytes")


if __name__ == "__main__":
    main()
