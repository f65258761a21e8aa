import multiprocessing
import threading

from backends.base import ChatRequest, Message, StreamHandle
from backends.openai_compatible import OpenAICompatible
from backends.streaming import ReadingLoop
from tests.scripted import ScriptedServer


def test_all_threads_share_one_loop() -> None:
    loop = ReadingLoop()
    found: set[object] = set()
    threads = [threading.Thread(target=lambda: found.add(loop.start())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    loop.stop()


def test_a_stopped_loop_starts_again_with_new_connections(provider: ScriptedServer) -> None:
    loop = ReadingLoop()
    backend = OpenAICompatible(provider.base_url, "", loop=loop)
    assert backend.list_models()
    loop.stop()
    assert backend.list_models()
    loop.stop()


def test_live_streams_are_counted_and_released(provider: ScriptedServer) -> None:
    loop = ReadingLoop()
    backend = OpenAICompatible(provider.base_url, "", loop=loop)
    seen: list[int] = []
    request = ChatRequest("scripted", (Message("user", "[[tokens:10 rate:50]]"),))
    backend.stream(request, lambda text: seen.append(loop.live_streams), StreamHandle())
    assert set(seen) == {1}
    assert loop.live_streams == 0
    loop.stop()


def test_a_failing_listener_ends_the_stream_and_not_the_loop(backend: OpenAICompatible) -> None:
    def fail(text: str) -> None:
        raise ValueError("the listener is broken")

    request = ChatRequest("scripted", (Message("user", "Hello"),))
    caught: list[Exception] = []
    try:
        backend.stream(request, fail, StreamHandle())
    except Exception as error:
        caught.append(error)
    assert isinstance(caught[0].__cause__, ValueError)
    assert backend.complete(request).text == "Scripted answer to: Hello"


def _ask_in_child(url: str, results: "multiprocessing.Queue[int]") -> None:
    results.put(len(OpenAICompatible(url, "").list_models()))


def test_a_forked_child_reads_on_a_loop_of_its_own(backend: OpenAICompatible, provider: ScriptedServer) -> None:
    assert backend.list_models()
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    child = context.Process(target=_ask_in_child, args=(provider.base_url, results))
    child.start()
    assert results.get(timeout=20) == 3
    child.join(10)
