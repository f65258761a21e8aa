"""The product's own processes for tests: web, worker and beat against the test database and a scripted model."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from core.embedded.redis import free_port

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Stack:
    """Processes by name, each with a log file; `kill` and `start` play the accidents."""

    environment: dict[str, str]
    folder: Path
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, name: str) -> list[str]:
        python = sys.executable
        worker = ["worker", "-P", "threads", "-c", "32", "--without-gossip", "--without-mingle", "-l", "WARNING"]
        return {
            "web": [python, "-m", "uvicorn", "config.asgi:application", "--port", str(self.port), "--no-access-log"],
            "worker": [python, "-m", "celery", "-A", "config", *worker],
            "beat": [python, "-m", "celery", "-A", "config", "beat", "-l", "WARNING"],
        }[name]

    def start(self, name: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        environment = {**os.environ, **self.environment, "SITE_URL": self.url, "PORT": str(self.port)}
        self.processes[name] = subprocess.Popen(
            self.command(name), cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )

    def is_running(self, name: str) -> bool:
        process = self.processes.get(name)
        return process is not None and process.poll() is None

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        process = self.processes.pop(name, None)
        if process and process.poll() is None:
            os.killpg(process.pid, number)
            process.wait(timeout=20)

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def wait_until_healthy(self, *parts: str, seconds: float = 60) -> None:
        """Until /healthz says ok for these parts (all when none is named)."""
        deadline = time.monotonic() + seconds
        report: object = None
        while time.monotonic() < deadline:
            try:
                report = httpx2.get(f"{self.url}/healthz", timeout=5).json()["parts"]
                if all(report[part] == "ok" for part in parts or report):
                    return
            except (httpx2.HTTPError, ValueError, KeyError):
                pass
            time.sleep(0.1)
        raise AssertionError(f"not healthy after {seconds} s: {report}\n{self.tail()}")

    def tail(self) -> str:
        """The end of each log, for a failed test's message."""
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.folder.glob("*.log")))


def wait_for(check: Callable[[], object], seconds: float = 30) -> None:
    """Until `check` gives something true; what it raises meanwhile counts as not yet."""
    deadline = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < deadline:
        try:
            if last := check():
                return
        except Exception as error:
            last = error
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {last!r}")
