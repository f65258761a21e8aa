"""How soon an uploaded PDF answers, through storage, Celery, the reading child, Postgres and the offline embedder.

    python -m bench.ingestion

Measured with the French guide of tests/files (41 pages) and with 135 pages made of it. The first answer is the first
search that gives the right passage; the total ends when every passage has its vector.
"""

import io
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pypdfium2

from bench.environment import ROOT
from bench.knowledge import start

if TYPE_CHECKING:
    from assistants.models import KnowledgeFile
    from bench.shelf import Shelf

GUIDE = ROOT / "tests" / "files" / "fr_rgaa_guide_accompagnement.pdf"
QUESTION = "Quel est le niveau d’accessibilité légalement exigé ?"
ANSWER = "Le niveau légalement attendu est le niveau double A"
PAGES = 135
PATIENCE = 180.0


def long_guide() -> bytes:
    """The guide again and again, up to 135 pages."""
    with pypdfium2.PdfDocument(GUIDE) as guide, pypdfium2.PdfDocument.new() as long:
        while len(long) < PAGES:
            long.import_pages(guide, list(range(min(len(guide), PAGES - len(long)))))
        content = io.BytesIO()
        long.save(content)
        return content.getvalue()


def measure(shelf: "Shelf", name: str, content: bytes) -> dict[str, Any]:
    begun = time.perf_counter()
    file = shelf.upload(name, content)
    wait(lambda: any(ANSWER in found.body for found in shelf.ask(QUESTION, 3)))
    first = time.perf_counter() - begun
    wait(lambda: is_ready(file))
    total = time.perf_counter() - begun
    return {
        "bench": "ingestion",
        "file": name,
        "pages": file.pages,
        "passages": file.passages_count,
        "seconds_to_first_answer": round(first, 2),
        "seconds_total": round(total, 2),
    }


def is_ready(file: "KnowledgeFile") -> bool:
    file.refresh_from_db()
    if file.state == "failed":
        raise SystemExit(f"{file.name}: {file.error_code} {file.error_detail}")
    return bool(file.state == "ready")


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"nothing after {PATIENCE:g} s")
        time.sleep(0.1)


def main() -> None:
    environment = start("ingestion")
    from bench import shelf  # noqa: PLC0415 (reads Django's settings, which need the environment made above)

    try:
        shelf.clear()
        environment.start("worker", "celery", "-A", "config", "worker", "-P", "threads", "-c", "8", "-l", "INFO")
        note = shelf.Shelf("warm-up").upload("note.txt", b"The first file pays for the worker's imports.")
        wait(lambda: is_ready(note))
        for name, content in {GUIDE.name: GUIDE.read_bytes(), f"the same, {PAGES} pages.pdf": long_guide()}.items():
            print(json.dumps(measure(shelf.Shelf(name), name, content)), flush=True)
    finally:
        environment.stop()


if __name__ == "__main__":
    main()
