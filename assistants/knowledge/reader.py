"""Reading a file in a child process, so that a bad one costs no more than itself."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from assistants.knowledge.extract.blocks import Block, ExtractionError, Problem

ROOT = Path(__file__).resolve().parents[2]
# Nothing of ours reaches the child: no key, no database address. It needs a search path for its libraries only.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1"}
TIME_SIGNALS = {signal.SIGALRM, signal.SIGXCPU}
OUT_OF_MEMORY = ("MemoryError", "memory allocation of", "bad_alloc", "Out of memory")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost: bytes of the file, seconds and bytes of memory to read it, and what comes out."""

    file_bytes: int = 50 * 1024 * 1024
    seconds: int = 120
    memory: int = 1024 * 1024 * 1024
    pages: int = 5000
    characters: int = 25_000_000


@dataclass(slots=True)
class Document:
    """A file that has been read. `title` is the file's own, if it carries one."""

    title: str = ""
    pages: int = 0
    pages_without_text: int = 0
    blocks: list[Block] = field(default_factory=list)


def read_file(
    path: Path, name: str, *, limits: Limits | None = None, on_progress: Callable[[int, int], None] | None = None
) -> Document:
    """Blocks of the file, or an `ExtractionError` with one `Problem`. `on_progress(done, total)` counts pages."""
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise ExtractionError(Problem.TOO_BIG, size=size, limit=limits.file_bytes)
    with tempfile.TemporaryFile() as complaints, _start(path, name, limits, complaints) as child:
        too_late = threading.Event()
        clock = threading.Timer(limits.seconds, _end, [child, too_late])
        clock.start()
        try:
            return _receive(child, complaints, too_late, on_progress or (lambda done, total: None))
        finally:
            clock.cancel()
            with suppress(ProcessLookupError):
                child.kill()


def _start(path: Path, name: str, limits: Limits, complaints: IO[bytes]) -> "subprocess.Popen[bytes]":
    wanted = {
        "seconds": limits.seconds,
        "memory": limits.memory,
        "pages": limits.pages,
        "characters": limits.characters,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "assistants.knowledge.extract", str(path.resolve()), name, json.dumps(wanted)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=complaints,
        cwd=ROOT,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def _receive(
    child: "subprocess.Popen[bytes]",
    complaints: IO[bytes],
    too_late: threading.Event,
    on_progress: Callable[[int, int], None],
) -> Document:
    document = Document()
    assert child.stdout is not None
    for line in child.stdout:
        word, *rest = _parse(line)
        if word == "block":
            text, page, heading, kind = rest
            document.blocks.append(Block(text, page, tuple(heading), kind))
        elif word == "progress":
            on_progress(*rest)
        elif word == "error":
            raise ExtractionError(Problem(rest[0]), **rest[1])
        elif word == "end":
            document.title, document.pages, document.pages_without_text = rest
            return document
    child.wait()
    raise _crash(child.returncode, complaints, too_late)


def _end(child: "subprocess.Popen[bytes]", too_late: threading.Event) -> None:
    too_late.set()
    child.kill()


def _parse(line: bytes) -> list[Any]:
    """A line of the child; one cut off by its death is no line."""
    try:
        words = json.loads(line)
    except ValueError:
        return [""]
    return words if isinstance(words, list) and words else [""]


def _crash(status: int, complaints: IO[bytes], too_late: threading.Event) -> ExtractionError:
    """What a child that ended without a word died of."""
    complaints.seek(0)
    said = complaints.read(20_000).decode(errors="replace")
    if too_late.is_set() or -status in TIME_SIGNALS:
        return ExtractionError(Problem.TIMEOUT)
    if any(sign in said for sign in OUT_OF_MEMORY):
        return ExtractionError(Problem.MEMORY)
    return ExtractionError(Problem.UNREADABLE, reason=f"exit status {status}")
