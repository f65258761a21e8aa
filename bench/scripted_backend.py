"""A model provider that costs next to nothing, so that a benchmark measures the product and not its backend.

Every answer is the same prepared bytes: the first token after 200 ms, then 200 tokens at 50 a second. One wheel turns
for all streams: each slot holds the streams that are due together. Also answers embeddings (one constant unit vector)
and the list of models.

    python -m bench.scripted_backend --port 9100 [--tokens 200] [--rate 50] [--first 0.2]
"""

import argparse
import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

try:
    import uvloop

    new_event_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
except ImportError:  # Windows has none
    new_event_loop = asyncio.new_event_loop

DIMENSIONS = 384
SLOT_SECONDS = 0.004
WORDS = ("the", "answer", "to", "this", "question", "stands", "in", "several", "documents", "and")
EVENT_STREAM = b"\r\n".join(
    (b"HTTP/1.1 200 OK", b"Content-Type: text/event-stream", b"Cache-Control: no-cache", b"Transfer-Encoding: chunked")
) + (b"\r\n" * 2)


def render_event(delta: dict[str, Any] | None, **more: Any) -> bytes:
    """One server-sent event as an HTTP chunk."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": more.pop("finish", None)}]
    chunk = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 0, "model": "bench"}
    event = b"data: " + orjson.dumps(chunk | {"choices": choices} | more) + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(event), event)


def render_json(body: Any) -> bytes:
    """A whole JSON response."""
    content = orjson.dumps(body)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
    return head + content


@dataclass
class Plan:
    """The prepared answer."""

    tokens: int
    rate: float
    first: float
    pieces: list[bytes] = field(default_factory=list)
    ending: bytes = b""
    usage: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.usage = {"prompt_tokens": 100, "completion_tokens": self.tokens, "total_tokens": 100 + self.tokens}
        self.pieces = [render_event({"content": WORDS[n % len(WORDS)] + " "}) for n in range(self.tokens)]
        self.pieces[0] = EVENT_STREAM + render_event({"role": "assistant", "content": ""}) + self.pieces[0]
        done = b"data: [DONE]\n\n"
        self.ending = (
            render_event({}, finish="stop")
            + render_event(None, usage=self.usage)
            + b"%x\r\n%s\r\n0\r\n\r\n" % (len(done), done)
        )


class Wheel:
    """Sends the next token to the streams of one slot at each turn."""

    def __init__(self, plan: Plan, loop: asyncio.AbstractEventLoop) -> None:
        self.plan = plan
        self._loop = loop
        period = 1 / plan.rate
        self._slots: list[set[Connection]] = [set() for _ in range(max(1, round(period / SLOT_SECONDS)))]
        self._step = period / len(self._slots)
        self._turn = 0
        self._next = 0.0
        self._spinning = False

    def add(self, connection: "Connection") -> None:
        """Send the first token now and the next one a period later."""
        if connection.send_next():
            self._slots[self._turn].add(connection)
        if not self._spinning:
            self._spinning = True
            self._next = self._loop.time() + self._step
            self._loop.call_at(self._next, self._spin)

    def _spin(self) -> None:
        """Serve one slot and come back for the next; late turns are caught up, so the rate holds."""
        now = self._loop.time()
        while self._next <= now:
            self._next += self._step
            self._turn = (self._turn + 1) % len(self._slots)
            slot = self._slots[self._turn]
            ended = [connection for connection in slot if not connection.send_next()]
            slot.difference_update(ended)
        self._spinning = any(self._slots)
        if self._spinning:
            self._loop.call_at(self._next, self._spin)


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection, kept alive; requests come one after the other."""

    def __init__(self, wheel: Wheel, loop: asyncio.AbstractEventLoop) -> None:
        self._wheel = wheel
        self._loop = loop
        self._buffer = b""
        self._sent = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = next((int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if x[:15] == b"content-length:"), 0)
        if len(rest) >= length:
            self._buffer = rest[length:]
            self._answer(head.split(b" ", 2)[1], rest[:length])

    def send_next(self) -> bool:
        """Send one token; False when the answer is over or the client has left."""
        if self._transport is None:
            return False
        pieces = self._wheel.plan.pieces
        if self._sent + 1 < len(pieces):
            self._transport.write(pieces[self._sent])
            self._sent += 1
            return True
        self._transport.write(pieces[-1] + self._wheel.plan.ending)
        return False

    def _answer(self, path: bytes, content: bytes) -> None:
        assert self._transport is not None
        body = orjson.loads(content) if content else {}
        if path.endswith(b"/chat/completions") and body.get("stream"):
            self._sent = 0
            self._loop.call_later(self._wheel.plan.first, self._wheel.add, self)
        elif path.endswith(b"/chat/completions"):
            message = {"role": "assistant", "content": "A benchmark conversation"}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._transport.write(render_json({"choices": [choice], "usage": self._wheel.plan.usage}))
        elif path.endswith(b"/embeddings"):
            self._transport.write(render_json(embeddings(body["input"])))
        else:
            self._transport.write(render_json({"object": "list", "data": [{"id": "bench", "object": "model"}]}))


def embeddings(texts: str | list[str]) -> dict[str, Any]:
    """The same unit vector for every text."""
    vector = [DIMENSIONS**-0.5] * DIMENSIONS
    count = 1 if isinstance(texts, str) else len(texts)
    rows = [{"object": "embedding", "index": n, "embedding": vector} for n in range(count)]
    return {"object": "list", "data": rows, "model": "bench"}


async def serve(port: int, plan: Plan) -> None:
    """Answer until ended by a signal."""
    loop = asyncio.get_running_loop()
    wheel = Wheel(plan, loop)
    server = await loop.create_server(lambda: Connection(wheel, loop), "127.0.0.1", port, backlog=2048)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    print(f"scripted backend on http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description="A fast scripted model provider for benchmarks.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--first", type=float, default=0.2)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(serve(given.port, Plan(given.tokens, given.rate, given.first)))


if __name__ == "__main__":
    main()
