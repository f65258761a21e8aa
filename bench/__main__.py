"""`make bench`: each benchmark in a process of its own; each result is one JSON object a line on standard output."""

import subprocess
import sys

BENCHMARKS = ("streams", "retrieval", "ingestion")


def main() -> int:
    wanted = [name for name in sys.argv[1:] if name] or list(BENCHMARKS)
    if unknown := [name for name in wanted if name not in BENCHMARKS]:
        print(f"no benchmark named {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    return max(subprocess.call([sys.executable, "-m", f"bench.{name}"]) for name in wanted)


if __name__ == "__main__":
    sys.exit(main())
