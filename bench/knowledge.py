"""What both knowledge benchmarks stand on: embedded servers and the offline model server with MiniLM."""

import os

from bench.environment import Environment


def start(name: str) -> Environment:
    """Start the parts. `bench.shelf` may be imported after this only: it reads Django's settings."""
    environment = Environment(name)
    os.environ["EMBEDDING_MODEL"] = "all-MiniLM-L6-v2"
    port = str(environment.backend_port)
    environment.start("backend", "backends.offline", "--port", port, "--data", str(environment.data))
    environment.wait(f"{environment.backend_url}/livez", seconds=120)
    return environment
