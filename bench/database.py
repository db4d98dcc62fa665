"""A database made for one run and removed after it; what the configured one holds is never touched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import environ
import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
NAME = f"line_of_sight_bench_{os.getpid()}"


@contextmanager
def throw_away_database() -> Iterator[str]:
    """Give the address of a new, empty database of the configured kind."""
    environ.Env.read_env(ROOT / ".env")
    configured = os.environ.get("DATABASE_URL", "sqlite:")
    make = _on_server if configured.startswith("postgres") else _in_file
    with make(configured) as url:
        yield url


@contextmanager
def _in_file(configured: str) -> Iterator[str]:
    path = ROOT / "var" / f"{NAME}.sqlite3"
    path.parent.mkdir(exist_ok=True)
    try:
        yield f"sqlite:///{path}"
    finally:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def _on_server(configured: str) -> Iterator[str]:
    """Beside the configured database, on its server: the account must be allowed to make one."""
    name = sql.Identifier(NAME)
    with psycopg.connect(configured, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(configured)._replace(path=f"/{NAME}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
