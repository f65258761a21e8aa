"""One reading loop per process: an asyncio thread that reads all model streams, while the workers' threads sleep.

A stream's first piece is handed over at once. Afterwards the loop drains, then decodes: it lets tokens gather for a
tick, reads all of them in one go and hands them over as one piece. That costs a third of the processor time of
reading token by token, and people see ten updates a second.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from backends.wire import Assembly, SSEDecoder

try:
    import uvloop

    new_event_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
except ImportError:  # Windows has none
    new_event_loop = asyncio.new_event_loop

if TYPE_CHECKING:
    import httpx2

MAX_CONNECTIONS = 2000  # the transport's own default is 100, and the 101st stream would wait in silence
SHORTEST_TICK, LONGEST_TICK, TICK_PER_STREAM = 0.04, 0.12, 0.0004
EAGER_READS = 5  # a role, an empty delta: reads before the first visible piece that are not worth a tick
GRACE_AFTER_FINISH, GRACE_AFTER_DONE = 5.0, 0.05

T = TypeVar("T")


def tick_seconds(live_streams: int) -> float:
    """How long tokens gather: short for a few people, longer the more streams there are."""
    return min(LONGEST_TICK, SHORTEST_TICK + TICK_PER_STREAM * live_streams)


class ReadingLoop:
    """The thread with its event loop; started by the first call or by `start`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._pools: dict[bool, httpx2.AsyncClient] = {}
        self.live_streams = 0

    def start(self) -> asyncio.AbstractEventLoop:
        """Start the thread unless it runs; the loop."""
        with self._lock:
            if self._loop is None:
                self._loop = new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="model-streams", daemon=True)
                self._thread.start()
            return self._loop

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Block this thread until the coroutine is done on the loop. Never call it from the loop itself."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.start()).result()

    def pool(self, *, use_proxies: bool) -> "httpx2.AsyncClient":
        """The connections of this loop, shared by all providers. Call it on the loop."""
        if use_proxies not in self._pools:
            self._pools[use_proxies] = _new_pool(use_proxies)
        return self._pools[use_proxies]

    def stop(self) -> None:
        """Close the connections and end the thread; streams still open are abandoned."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop and thread:
            asyncio.run_coroutine_threadsafe(self._close_all(loop), loop)
            thread.join(timeout=2)

    async def _close_all(self, loop: asyncio.AbstractEventLoop) -> None:
        pools, self._pools = self._pools, {}
        await asyncio.gather(*(pool.aclose() for pool in pools.values()), return_exceptions=True)
        loop.stop()

    def forget(self) -> None:
        """In a forked child the thread does not exist: the next call starts another."""
        self.__init__()  # type: ignore[misc]

    async def drain(self, pieces: AsyncIterator[bytes], assembly: Assembly, on_text: Callable[[str], None]) -> None:
        """Read a stream of server-sent events to its end, into `assembly`, telling `on_text` of new text."""
        self.live_streams += 1
        try:
            async with asyncio.timeout(None) as limit:
                await self._drain(pieces, assembly, on_text, limit)
        except TimeoutError:
            if not assembly.complete:
                raise
        finally:
            self.live_streams -= 1

    async def _drain(
        self, pieces: AsyncIterator[bytes], assembly: Assembly, on_text: Callable[[str], None], limit: asyncio.Timeout
    ) -> None:
        decoder, reads = SSEDecoder(), 0
        async for data in pieces:
            _take(assembly, decoder.feed(data), on_text)
            reads += 1
            if assembly.complete:
                self._hurry(assembly, limit)
            elif assembly.texts or reads >= EAGER_READS:
                await asyncio.sleep(tick_seconds(self.live_streams))
        _take(assembly, decoder.finish(), on_text)

    @staticmethod
    def _hurry(assembly: Assembly, limit: asyncio.Timeout) -> None:
        """After the last token only the usage and the end of the body may follow: read them, but not for long."""
        grace = GRACE_AFTER_DONE if assembly.done else GRACE_AFTER_FINISH
        limit.reschedule(asyncio.get_running_loop().time() + grace)


def _take(assembly: Assembly, payloads: list[bytes], on_text: Callable[[str], None]) -> None:
    if text := assembly.feed(payloads):
        on_text(text)
    if assembly.error:
        raise assembly.error


def _new_pool(use_proxies: bool) -> "httpx2.AsyncClient":
    import httpx2  # noqa: PLC0415 (with the client half a second: only for processes that talk to a model)
    from openai import DefaultAioHttpClient  # noqa: PLC0415

    limits = httpx2.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=15.0)
    return DefaultAioHttpClient(limits=limits, trust_env=use_proxies)


reading_loop = ReadingLoop()
atexit.register(reading_loop.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=reading_loop.forget)
