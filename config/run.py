"""`make run`: everything a working store needs, started in order and ended together.

Postgres, Redis and the offline model server are embedded unless the environment names real ones; each child's output
carries its name; Ctrl-C, or the end of any child, ends them all.
"""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

import psycopg
import redis as redis_client

from config import env
from core.embedded import postgres, redis

PYTHON = sys.executable
OFFLINE_START_SECONDS = 120


class CannotStart(Exception):
    """One clear line for the newcomer."""


def say(line: str) -> None:
    """A line of our own."""
    print(line, flush=True)  # noqa: T201 (this module is a command line)


@dataclass
class Starter:
    """The children by name, and how to end them."""

    data: Path
    port: int
    secrets: dict[str, str]
    children: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    database: postgres.Postgres | None = None
    redis: subprocess.Popen[bytes] | None = None
    lock: IO[str] | None = None

    def child(self, name: str, *command: str) -> None:
        """Start a child whose lines are printed with its name in front."""
        process = subprocess.Popen(
            command,
            cwd=env.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.children[name] = process
        threading.Thread(target=_relay, args=(name, process), daemon=True).start()

    def stop(self) -> None:
        """End all: the workers first, so that they can still write what they hold."""
        for process in reversed(self.children.values()):
            _signal(process, signal.SIGTERM)
        for process in self.children.values():
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
        if self.redis:
            self.redis.terminate()
            self.redis.wait(timeout=8)
        if self.database:
            self.database.stop()


def main() -> int:
    """Start everything, stay until told to stop; gives the exit status."""
    env.load_file(env.BASE_DIR / ".env")
    data = env.data_dir()
    data.mkdir(parents=True, exist_ok=True)
    starter = Starter(data, env.number("PORT", 8000), _secrets(data / "secrets.json"))
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        starter.lock = _lock(data / "run.lock")
        _refuse_taken_port(starter.port)
        _servers(starter)
        _models(starter)
        _write_environment(data / "run.env")
        _prepare(starter)
        _product(starter)
        _wait_until_healthy(starter)
        _wait_for_offline(starter)
        _welcome(starter)
        return _stay(starter)
    except CannotStart as error:
        say(f"Vitrine cannot start: {error}")
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        starter.stop()


def _servers(starter: Starter) -> None:
    """Postgres and Redis: those that the environment names, else the embedded ones."""
    os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or starter.secrets["secret_key"]
    os.environ.setdefault("PORT", str(starter.port))
    if url := os.environ.get("DATABASE_URL"):
        _check_database(url)
    else:
        starter.database = postgres.start(starter.data / "postgres")
        os.environ["DATABASE_URL"] = starter.database.ensure_database("vitrine")
    if url := os.environ.get("REDIS_URL"):
        _check_redis(url)
    else:
        try:
            starter.redis, url = redis.start(starter.data / "redis", password=starter.secrets["redis_password"])
        except (RuntimeError, OSError) as error:
            raise CannotStart(f"no Redis: {error}. Set REDIS_URL to a running server.") from error
        os.environ["REDIS_URL"] = url
    # Marks of an earlier start would make /healthz speak for processes that are not up yet.
    redis_client.Redis.from_url(os.environ["REDIS_URL"]).delete("pulse:worker", "pulse:beat")


def _check_database(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            connection.execute("create extension if not exists vector")
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"DATABASE_URL does not lead to a Postgres with pgvector: {reason}") from error


def _check_redis(url: str) -> None:
    try:
        redis_client.Redis.from_url(url, socket_connect_timeout=3).ping()
    except (redis_client.RedisError, ValueError) as error:
        raise CannotStart(f"REDIS_URL does not lead to a Redis server: {error}") from error


def _models(starter: Starter) -> None:
    """The offline server answers chats unless a real provider is named, and embeds unless one is named for that."""
    has_provider = bool(os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_KEY"))
    if has_provider and os.environ.get("EMBEDDING_BASE_URL"):
        return
    port = redis.free_port()
    starter.child("offline", PYTHON, "-m", "backends.offline", "--port", str(port), "--data", str(starter.data))
    url = f"http://127.0.0.1:{port}/v1"
    os.environ.setdefault("EMBEDDING_BASE_URL", url)
    os.environ.setdefault("EMBEDDING_API_KEY", "offline")
    os.environ.setdefault("EMBEDDING_MODEL", "all-MiniLM-L6-v2")
    if not has_provider:
        os.environ.update(OPENAI_BASE_URL=url, OPENAI_API_KEY="offline", OFFLINE_MODEL="1")
        os.environ["CHAT_MODEL"] = "vitrine-offline"


def _wait_for_offline(starter: Starter) -> None:
    """At the first start it builds its embedding model, while everything else starts."""
    if "offline" not in starter.children:
        return
    for _ in range(OFFLINE_START_SECONDS * 10):
        _raise_if_ended(starter)
        if _status(os.environ["EMBEDDING_BASE_URL"].removesuffix("/v1") + "/livez") == 200:
            return
        time.sleep(0.1)
    raise CannotStart(f"the offline model server did not answer within {OFFLINE_START_SECONDS} s.")


def _write_environment(path: Path) -> None:
    """Lets `manage.py` find these servers from another terminal."""
    names = ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORT", "OPENAI_BASE_URL", "OPENAI_API_KEY", "CHAT_MODEL"]
    names += ["OFFLINE_MODEL", "EMBEDDING_BASE_URL", "EMBEDDING_API_KEY", "EMBEDDING_MODEL"]
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={os.environ[name]}\n" for name in names if name in os.environ))


def _prepare(starter: Starter) -> None:
    """Tables, static files, people, models and samples; quick when nothing has changed."""
    command = [PYTHON, "manage.py", "prepare", "--people", str(starter.data / "secrets.json")]
    process = subprocess.run(command, cwd=env.BASE_DIR, check=False)
    if process.returncode:
        raise CannotStart("the database could not be prepared; the reason is above.")


def _product(starter: Starter) -> None:
    host = os.environ.get("HOST", "127.0.0.1")
    web = ["uvicorn", "config.asgi:application", "--host", host, "--port", str(starter.port), "--no-access-log"]
    worker = ["celery", "-A", "config", "worker", "-P", "threads", "--without-gossip", "--without-mingle"]
    starter.child("web", PYTHON, "-m", *web, "--log-level", "warning")
    starter.child("worker", PYTHON, "-m", *worker, "--loglevel", "WARNING")
    starter.child("beat", PYTHON, "-m", "celery", "-A", "config", "beat", "--loglevel", "WARNING")


def _wait_until_healthy(starter: Starter) -> None:
    for _ in range(600):
        _raise_if_ended(starter)
        if _status(f"http://127.0.0.1:{starter.port}/healthz") == 200:
            return
        time.sleep(0.1)
    raise CannotStart(f"not healthy after 60 s; see http://127.0.0.1:{starter.port}/healthz")


def _welcome(starter: Starter) -> None:
    people = starter.secrets
    model = "The offline demonstration model is answering: it only quotes. README.md says how to plug in a real one."
    lines = [
        "",
        f"  Vitrine is open: http://127.0.0.1:{starter.port}",
        f"  Demo creator:   {people['creator_email']}  {people['creator_password']}",
        f"  Administrator:  {people['admin_email']}  {people['admin_password']}   (/admin/)",
        f"  {model}" if env.flag("OFFLINE_MODEL") else f"  Models are answered by {os.environ['OPENAI_BASE_URL']}",
        "  Ctrl-C stops everything.",
        "",
    ]
    say("\n".join(lines))


def _stay(starter: Starter) -> int:
    """Until Ctrl-C, or until a child ends by itself."""
    while True:
        _raise_if_ended(starter)
        time.sleep(0.5)


def _raise_if_ended(starter: Starter) -> None:
    for name, process in starter.children.items():
        if process.poll() is not None:
            raise CannotStart(f"{name} ended with status {process.returncode}; its last lines are above.")


def _lock(path: Path) -> IO[str]:
    """Two starters on one folder would stop each other's Postgres."""
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        reason = f"another Vitrine runs on {path.parent}, or is still ending. VITRINE_DATA names another folder."
        raise CannotStart(reason) from error
    return lock


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CannotStart(f"port {port} is taken. Choose another: PORT=8001 make run") from error


def _secrets(path: Path) -> dict[str, str]:
    """Keys and passwords made at the first start and kept."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    made = {
        "secret_key": secrets.token_urlsafe(48),
        "redis_password": secrets.token_urlsafe(16),
        "creator_email": "creator@vitrine.example",
        "creator_password": secrets.token_urlsafe(9),
        "admin_email": "admin@vitrine.example",
        "admin_password": secrets.token_urlsafe(9),
    }
    found = {**made, **kept}
    if found != kept:
        path.touch(mode=0o600)
        path.write_text(json.dumps(found, indent=2))
    return found


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 (our own loopback address)
            return int(response.status)
    except OSError:
        return 0


def _relay(name: str, process: subprocess.Popen[str]) -> None:
    assert process.stdout
    for line in process.stdout:
        say(f"{name:>8} | {line.rstrip()}")


def _signal(process: subprocess.Popen[str], number: int) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
