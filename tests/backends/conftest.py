from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

import pytest

from backends.base import ChatRequest, Message, Reply, StreamHandle, ToolSpec
from backends.openai_compatible import OpenAICompatible
from tests.scripted import ScriptedServer


@dataclass
class Talk:
    """One streamed answer: the reply and each piece with its time."""

    backend: OpenAICompatible
    pieces: list[tuple[float, str]] = field(default_factory=list)

    def ask(self, question: str, *, handle: StreamHandle | None = None, tools: tuple[ToolSpec, ...] = ()) -> Reply:
        start = monotonic()
        request = ChatRequest("scripted", (Message("user", question),), tools)
        return self.backend.stream(
            request, lambda text: self.pieces.append((monotonic() - start, text)), handle or StreamHandle()
        )


@pytest.fixture(scope="session")
def shared_provider() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def provider(shared_provider: ScriptedServer) -> ScriptedServer:
    shared_provider.reset()
    return shared_provider


@pytest.fixture
def backend(provider: ScriptedServer) -> OpenAICompatible:
    return OpenAICompatible(provider.base_url, "sk-secret-key")


@pytest.fixture
def talk(backend: OpenAICompatible) -> Talk:
    return Talk(backend)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    from time import sleep

    def wait(condition: Callable[[], bool]) -> None:
        end = monotonic() + 3
        while not condition():
            assert monotonic() < end, "it did not happen within three seconds"
            sleep(0.02)

    return wait


@pytest.fixture(scope="session")
def offline_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The offline server as a process, with its embedding model built."""
    import json
    import socket
    import subprocess
    import sys
    from time import sleep
    from urllib.error import URLError
    from urllib.request import urlopen

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "backends.offline", "--port", str(port), "--data"]
    process = subprocess.Popen([*command, str(tmp_path_factory.mktemp("offline"))])
    end = monotonic() + 60
    state = ""
    while state != "ready":
        assert monotonic() < end and process.poll() is None, "the offline server did not start"
        sleep(0.1)
        try:
            state = json.load(urlopen(f"http://127.0.0.1:{port}/livez"))["embeddings"]
        except URLError:
            continue
    yield f"http://127.0.0.1:{port}/v1"
    process.terminate()
    process.wait(10)
