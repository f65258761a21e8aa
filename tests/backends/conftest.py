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
