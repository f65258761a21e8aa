"""`python -m backends.offline --port 8009 --data .data` serves the offline models on this machine only."""

import argparse
from pathlib import Path

import uvicorn

from backends.offline.server import OfflineServer


def main() -> None:
    """Read the arguments and serve until ended."""
    parser = argparse.ArgumentParser(description="The offline model server.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder for the embedding model that is built once")
    parser.add_argument("--host", default="127.0.0.1")
    given = parser.parse_args()
    uvicorn.run(
        OfflineServer(given.data),
        host=given.host,
        port=given.port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
