"""How often the right passage is found, through the real index and search.

    python -m bench.retrieval [FOLDER ...]

A folder holds corpus.jsonl (id, title, text) and queries.jsonl (text, relevant: ids); bench/data has two. Every
document becomes a file of one base; it is found when one of its passages is. Times are of whole searches, with the
question's embedding by the offline server.
"""

import argparse
import json
import math
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.environment import ROOT
from bench.knowledge import start

if TYPE_CHECKING:
    from bench.shelf import Shelf

SETS = [ROOT / "bench" / "data" / "cnil-faq-fr", ROOT / "bench" / "data" / "xquad-en"]
DEPTH = 10


@dataclass(frozen=True)
class Answer:
    """One question's ranked documents, those that answer it, and the time it took."""

    ranked: list[str]
    relevant: set[str]
    seconds: float

    def gain(self) -> float:
        """nDCG@10 with every relevant document worth the same."""
        found = sum(1 / math.log2(place + 2) for place, key in enumerate(self.ranked[:DEPTH]) if key in self.relevant)
        return found / sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(self.relevant))))

    def hit(self, depth: int) -> bool:
        return bool(self.relevant & set(self.ranked[:depth]))


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def measure(shelf: "Shelf", folder: Path) -> dict[str, Any]:
    documents = shelf.fill(read(folder / "corpus.jsonl"))
    answers = []
    for query in read(folder / "queries.jsonl"):
        begun = time.perf_counter()
        found = shelf.ask(query["text"], DEPTH + 5)
        seconds = time.perf_counter() - begun
        ranked = list(dict.fromkeys(documents[passage.file_id] for passage in found))
        answers.append(Answer(ranked, set(query["relevant"]), seconds))
    times = statistics.quantiles([answer.seconds * 1000 for answer in answers], n=100)
    return {
        "bench": "retrieval",
        "set": folder.name,
        "passages": shelf.base.passages.count(),
        "questions": len(answers),
        "ndcg10": round(statistics.fmean(answer.gain() for answer in answers), 4),
        "hit1": round(statistics.fmean(answer.hit(1) for answer in answers), 4),
        "hit5": round(statistics.fmean(answer.hit(5) for answer in answers), 4),
        "p50_ms": round(times[49], 1),
        "p95_ms": round(times[94], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=SETS)
    folders = parser.parse_args().folders
    environment = start("retrieval")
    from bench import shelf  # noqa: PLC0415 (reads Django's settings, which need the environment made above)

    try:
        shelf.clear()
        for folder in folders:
            print(json.dumps(measure(shelf.Shelf(folder.name), folder)), flush=True)
    finally:
        environment.stop()


if __name__ == "__main__":
    main()
