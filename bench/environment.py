"""The whole product for a benchmark: embedded servers in a folder of its own, web and worker as real processes."""

import atexit
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
from redis import Redis

from core.embedded import postgres, redis

ROOT = Path(__file__).resolve().parent.parent


class Environment:
    """Started servers and processes. Make it before Django's settings are read: it fills the environment."""

    def __init__(self, name: str) -> None:
        self.data = Path(os.environ.get("VITRINE_DATA") or ROOT / ".data") / "bench" / name
        self.data.mkdir(parents=True, exist_ok=True)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.port = redis.free_port()
        self.backend_port = redis.free_port()
        self.database = postgres.start(self.data / "postgres")
        self.redis, redis_url = redis.start(self.data / "redis")
        Redis.from_url(redis_url).flushall()
        atexit.register(self.stop)
        os.environ.update(
            VITRINE_DATA=str(self.data),
            DATABASE_URL=self.database.ensure_database("vitrine"),
            REDIS_URL=redis_url,
            SECRET_KEY="a key for benchmarks alone",
            SITE_URL=f"http://127.0.0.1:{self.port}",
            OPENAI_BASE_URL=f"http://127.0.0.1:{self.backend_port}/v1",
            OPENAI_API_KEY="none",
            CHAT_MODEL="bench",
            EMBEDDING_MODEL="bench",
            MESSAGE_LIMIT_PERSON="1000000",
            MESSAGE_LIMIT_ADDRESS="1000000",
            DJANGO_SETTINGS_MODULE="config.settings",
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def backend_url(self) -> str:
        return f"http://127.0.0.1:{self.backend_port}"

    def start(self, name: str, *arguments: str) -> None:
        log = (self.data / f"{name}.log").open("wb")
        command = [sys.executable, "-m", *arguments]
        self.processes[name] = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    def start_backend(self) -> None:
        self.start("backend", "bench.scripted_backend", "--port", str(self.backend_port))
        self.wait(f"{self.backend_url}/v1/models")

    def start_product(self) -> None:
        web = ["uvicorn", "config.asgi:application", "--port", str(self.port), "--no-access-log"]
        worker = ["celery", "-A", "config", "worker", "-P", "threads", "--without-gossip", "--without-mingle"]
        self.start("web", *web, "--log-level", "warning")
        self.start("worker", *worker, "-l", "WARNING")
        self.start("beat", "celery", "-A", "config", "beat", "-l", "WARNING")
        self.wait(f"{self.url}/healthz")

    def wait(self, url: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(url, timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit(f"{url} did not answer; logs are in {self.data}")

    def product(self) -> Iterator[psutil.Process]:
        """All our processes: web, worker, beat, Postgres and Redis, with their children."""
        roots = [process.pid for name, process in self.processes.items() if name != "backend"]
        roots += [self.redis.pid, int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])]
        for pid in roots:
            process = psutil.Process(pid)
            yield process
            yield from process.children(recursive=True)

    def cpu_seconds(self) -> dict[str, float]:
        """User and system seconds so far, by process; Postgres' ended children count through their parent."""
        found: dict[str, float] = {}
        for process in self.product():
            times = process.cpu_times()
            is_postmaster = process.name() == "postgres" and process.ppid() == 1
            total = times.user + times.system + (times.children_user + times.children_system) * is_postmaster
            found[f"{process.name()}:{process.pid}"] = total
        return found

    def rss_mb(self) -> float:
        """Proportional set size of all our processes: shared pages count once."""
        return sum(process.memory_full_info().pss for process in self.product()) / 2**20

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=20)
        self.processes.clear()
        self.redis.kill()
        self.database.stop()
