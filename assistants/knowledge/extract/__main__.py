"""The child: reads one file under limits and writes JSON lines on standard output.

    python -m assistants.knowledge.extract PATH NAME '{"seconds": 120, "memory": 1073741824, ...}'

A line is `["progress", done, total]`, `["block", text, page, heading, kind]`, and last either
`["end", title, pages, pages_without_text]` or `["error", code, {...}]`.
"""

import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from assistants.knowledge.extract.blocks import Block, ExtractionError, Problem, Source, clean
from assistants.knowledge.extract.sniff import sniff

# By name, so that a child imports the one parser it needs: all of them together take four times as long to start.
READERS = {
    "pdf": ("pdf", "read"),
    "docx": ("word", "read"),
    "pptx": ("slides", "read"),
    "sheet": ("sheet", "read"),
    "html": ("web", "read"),
    "markdown": ("text", "read_markdown"),
    "csv": ("text", "read_csv"),
    "code": ("text", "read_code"),
    "text": ("text", "read_text"),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Standard error is a file; a parser that complains without end must not fill the disk.
COMPLAINTS_MAX = 64 * 1024
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "shutil.", "os.remove")
# A page of a scan often carries a stamp or a number; less than this many letters a page is no text.
LETTERS_PER_PAGE = 8


def main(path: str, name: str, limits: str) -> None:
    """Read the file and say how it ended; whatever a parser throws at a bad file is one of our problems."""
    wanted = json.loads(limits)
    out = _take_output()
    source = Source(Path(path), name, max_pages=wanted["pages"], on_progress=lambda *step: _say(out, "progress", *step))
    try:
        confine(wanted["seconds"], wanted["memory"])
        source.kind = sniff(source)
        module, function = READERS[source.kind]
        read = getattr(importlib.import_module(f"assistants.knowledge.extract.{module}"), function)
        _send(out, read(source), source, wanted["characters"])
    except ExtractionError as error:
        _say(out, "error", error.code, error.detail)
    except MemoryError:
        _say(out, "error", Problem.MEMORY, {})
    except Exception as error:
        _say(out, "error", Problem.UNREADABLE, {"reason": type(error).__name__})


def _send(out: TextIO, blocks: Iterator[Block], source: Source, max_characters: int) -> None:
    characters = letters = 0
    for block in blocks:
        characters += len(block.text)
        if characters > max_characters:
            raise ExtractionError(Problem.TOO_MUCH_TEXT, limit=max_characters)
        letters += sum(map(str.isalnum, block.text)) if letters < LETTERS_PER_PAGE * max(1, source.pages) else 0
        _say(out, "block", block.text, block.page, block.heading, block.kind)
    wordless = source.kind == "pdf" and letters < LETTERS_PER_PAGE * source.pages
    if not letters or wordless:
        raise ExtractionError(Problem.NO_TEXT if source.kind in {"pdf", "docx", "pptx"} else Problem.EMPTY)
    _say(out, "end", clean(source.title), source.pages, source.pages_without_text)


def confine(seconds: int, memory: int) -> None:
    """From here on: bounded time and memory, no written file, no socket, no other program."""
    signal.alarm(seconds + 5)  # the parent ends us sooner; this is for when the parent is gone
    for kind, limit in (
        (resource.RLIMIT_CPU, seconds + 5),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, COMPLAINTS_MAX),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):
            continue  # macOS refuses some of them
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(FORBIDDEN) or (event == "open" and arguments[2] and arguments[2] & WRITING):
        raise PermissionError(event)


def _take_output() -> TextIO:
    """Keep standard output to ourselves: what a parser prints goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def _say(out: TextIO, *words: object) -> None:
    out.write(json.dumps(words, ensure_ascii=False) + "\n")
    out.flush()


if __name__ == "__main__":
    sys.setrecursionlimit(5000)
    main(*sys.argv[1:])
