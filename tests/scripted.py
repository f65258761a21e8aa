"""A model provider for tests: real HTTP in OpenAI's wire format, doing what the test asks for.

What it does is written in the last user message, between double brackets, or queued with `server.script(...)`:

    [[say:Bonjour]]                     answer exactly this
    [[tokens:200 rate:50 first:0.2]]    200 words, 50 a second, the first after 0.2 s (each may stand alone)
    [[slow:5]]                          first word after 5 s
    [[hang]]                            headers, then silence
    [[cut:20]]                          close the connection after 20 words
    [[drop]]                            close it before any answer
    [[status:429 retry=1 times=1]]      an HTTP error, with Retry-After, for the first `times` requests (else always)
    [[context]]  [[refuse]]             context too long, content refused
    [[error]]                           an error event in the middle of the stream
    [[plain]]                           one JSON answer although a stream was asked for
    [[finish:length]]                   another finish reason
    [[tool:name {"a": 1}]]              call that tool first, answer once its result is there

Without a marker it quotes the first sentence of the first passage with [1], else says "Scripted answer to: …".
`python -m tests.scripted --port N` runs it as a process; GET /_record tells what it saw, POST /_script queues.
"""

import argparse
import asyncio
import json
import math
import re
import sys
import threading
import unicodedata
import zlib
from collections import Counter, deque
from dataclasses import asdict, dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from aiohttp import web

MARKER = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
WORD = re.compile(r"\s*\S+")
PASSAGE = re.compile(r"<passages>\s*\[1\][^\n]*\n(.*?)(?:\n\s*\n|</passages>)", re.DOTALL)
DIMENSIONS = 384
MODELS = ("scripted", "scripted-tools", "all-MiniLM-L6-v2")


@dataclass
class Script:
    """What to do with one request."""

    say: str = ""
    tokens: int = 0
    rate: float = 0.0
    first: float = 0.0
    cut: int = -1
    drop: bool = False
    hang: bool = False
    status: int = 0
    retry: str = ""
    times: int = -1
    code: str = ""
    message: str = ""
    error: bool = False
    plain: bool = False
    finish: str = "stop"
    tool: str = ""


@dataclass
class Record:
    """What the server saw."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    embeddings: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    disconnects: int = 0
    tokens_sent: int = 0


def read_script(text: str) -> Script:
    """The script written in a message."""
    script = Script()
    for marker in MARKER.findall(text):
        name, _, rest = marker.partition(":")
        if name in ("say", "tool"):
            setattr(script, name, rest)
        else:
            _read_options(script, marker)
    return script


def _read_options(script: Script, marker: str) -> None:
    shorthands = {"context": (400, "context_length_exceeded"), "refuse": (400, "content_filter")}
    for option in marker.split():
        name, _, value = re.sub("[:=]", " ", option, count=1).partition(" ")
        if name in shorthands:
            script.status, script.code = shorthands[name]
        elif name == "slow":
            script.first = float(value)
        elif name in ("drop", "hang", "error", "plain"):
            setattr(script, name, True)
        else:
            setattr(script, name, type(getattr(script, name))(value))


def answer_text(messages: list[dict[str, Any]], script: Script) -> str:
    """What to say when there is no error to play."""
    if script.say:
        return script.say
    if script.tokens or script.cut >= 0 or script.rate:
        script.tokens = script.tokens or max(50, script.cut + 20)
        return " ".join(f"word{n}" for n in range(1, script.tokens + 1))
    system = "\n".join(text_of(m) for m in messages if m["role"] == "system")
    question = MARKER.sub("", last_question(messages)).strip()
    if system.startswith("Write a title"):
        return " ".join(question.split()[:5]).rstrip(".?!") or "Scripted title"
    if found := PASSAGE.search(system):
        sentence = re.split(r"(?<=[.!?])\s", found[1].strip(), maxsplit=1)[0]
        return f"{' '.join(sentence.split())} [1]"
    if messages and messages[-1]["role"] == "tool":
        return f"The tool said: {text_of(messages[-1])}"
    return f"Scripted answer to: {question}"


def last_question(messages: list[dict[str, Any]]) -> str:
    """The last message of the person."""
    return next((text_of(m) for m in reversed(messages) if m["role"] == "user"), "")


def text_of(message: dict[str, Any]) -> str:
    """The text of a message, also of one in parts."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def embed(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A unit vector of hashed word beginnings: texts that share words are near each other."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    vector = [0.0] * dimensions
    for word, count in Counter(w[:5] for w in re.findall(r"[a-z0-9]{3,}", plain)).items():
        vector[zlib.crc32(word.encode()) % dimensions] += 1 + math.log(count)
    norm = math.sqrt(sum(x * x for x in vector))
    return [x / norm for x in vector] if norm else [1.0] + [0.0] * (dimensions - 1)


def count_tokens(messages: list[dict[str, Any]]) -> int:
    """A token a word: close enough for a test."""
    return sum(len(text_of(m).split()) for m in messages)


class ScriptedServer:
    """The server on a free port, in a thread of its own; use it as a context manager."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.record = Record()
        self._scripts: deque[Script] = deque()
        self._failures: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="scripted-provider", daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Bodies of the chat requests so far."""
        return self.record.requests

    @property
    def disconnects(self) -> int:
        """Streams that the client closed before their end."""
        return self.record.disconnects

    @property
    def tokens_sent(self) -> int:
        """Words sent in all streams."""
        return self.record.tokens_sent

    def script(self, **wishes: Any) -> None:
        """Queue what the next chat request gets, whatever its message says: `server.script(status=429, retry="1")`."""
        self._scripts.append(Script(**wishes))

    def reset(self) -> None:
        """Forget what was seen and queued."""
        self.record = Record()
        self._scripts.clear()
        self._failures.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def start(self) -> None:
        """Listen."""
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    def stop(self) -> None:
        """Close every connection and end the thread; a test may call it to make the provider unreachable."""
        if self._loop.is_running() and self._runner:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/v1/models", self._models)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_get("/page/models", self._page)
        app.router.add_get("/_record", self._show_record)
        app.router.add_post("/_script", self._queue_script)
        return app

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text="<h1>Welcome</h1>", content_type="text/html")

    async def _show_record(self, request: web.Request) -> web.Response:
        return web.json_response(asdict(self.record))

    async def _queue_script(self, request: web.Request) -> web.Response:
        self.script(**await request.json())
        return web.json_response({"queued": len(self._scripts)})

    async def _embeddings(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.record.embeddings.append(body)
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = (embed(text, body.get("dimensions", DIMENSIONS)) for text in texts)
        rows = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)]
        rows.reverse()  # the order of an answer is not promised: clients must go by the index
        return web.json_response({"object": "list", "data": rows, "model": body["model"]})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.record.requests.append(body)
        self.record.keys.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        script = self._script_for(body["messages"])
        if script.drop:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if script.status:
            return _error(script)
        if not body.get("stream") or script.plain:
            await asyncio.sleep(script.first)
            return web.json_response(_whole(body, script))
        return await self._stream(request, body, script)

    def _script_for(self, messages: list[dict[str, Any]]) -> Script:
        if self._scripts:
            return self._scripts.popleft()
        if any(text_of(m).startswith("Write a title") for m in messages if m["role"] == "system"):
            return Script()
        question = last_question(messages)
        script = read_script(question)
        if script.status and 0 <= script.times <= self._failures[question]:
            return replace(script, status=0)
        if script.status:
            self._failures[question] += 1
        return script

    async def _stream(self, request: web.Request, body: dict[str, Any], script: Script) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        try:
            await self._send(request, response, body, script)
        except (ConnectionError, asyncio.CancelledError):
            self.record.disconnects += 1
        return response

    async def _send(
        self, request: web.Request, response: web.StreamResponse, body: dict[str, Any], script: Script
    ) -> None:
        await _pause(request, 3600 if script.hang else script.first)
        if script.tool and body.get("tools") and body["messages"][-1]["role"] != "tool":
            return await _send_tool_call(response, script)
        words = WORD.findall(answer_text(body["messages"], script))
        await _event(response, {"role": "assistant", "content": ""})
        for count, word in enumerate(words):
            if count == script.cut and request.transport:
                await asyncio.sleep(0.02)  # let what was written leave before the connection breaks
                request.transport.abort()
                return
            await _event(response, {"content": word})
            self.record.tokens_sent += 1
            await _pause(request, 1 / script.rate if script.rate else 0)
        if script.error:
            await response.write(b'data: {"error": {"message": "The engine died", "code": 500}}\n\n')
            return
        await _close(response, script.finish, _usage(body, len(words)))


async def _pause(request: web.Request, seconds: float) -> None:
    """Sleep, but notice a client that leaves."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        if request.transport is None or request.transport.is_closing():
            raise ConnectionResetError("the client left")
        left = end - asyncio.get_running_loop().time()
        if left <= 0:
            return
        await asyncio.sleep(min(left, 0.05))


async def _event(response: web.StreamResponse, delta: dict[str, Any], **more: Any) -> None:
    choice = {"index": 0, "delta": delta, "finish_reason": None} | more
    chunk = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "model": "scripted", "choices": [choice]}
    await response.write(f"data: {json.dumps(chunk)}\n\n".encode())


async def _close(response: web.StreamResponse, finish: str, usage: dict[str, int]) -> None:
    await _event(response, {}, finish_reason=finish)
    await response.write(f"data: {json.dumps({'choices': [], 'usage': usage})}\n\ndata: [DONE]\n\n".encode())


async def _send_tool_call(response: web.StreamResponse, script: Script) -> None:
    """The call in three pieces, as providers send it."""
    name, _, arguments = script.tool.partition(" ")
    half = len(arguments) // 2
    call = {"index": 0, "id": "call_scripted", "type": "function", "function": {"name": name, "arguments": ""}}
    await _event(response, {"role": "assistant", "content": None, "tool_calls": [call]})
    for piece in (arguments[:half], arguments[half:]):
        await _event(response, {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    await _close(response, "tool_calls", {"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20})


def _usage(body: dict[str, Any], completion: int) -> dict[str, int]:
    prompt = count_tokens(body["messages"])
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _whole(body: dict[str, Any], script: Script) -> dict[str, Any]:
    text = answer_text(body["messages"], script)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    finish = script.finish
    if script.tool and body.get("tools") and body["messages"][-1]["role"] != "tool":
        name, _, arguments = script.tool.partition(" ")
        call = {"id": "call_scripted", "type": "function", "function": {"name": name, "arguments": arguments}}
        message, finish = {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": _usage(body, len(text.split())),
    }


def _error(script: Script) -> web.Response:
    words = {
        "context_length_exceeded": "This model's maximum context length is 4096 tokens.",
        "content_filter": "The prompt was filtered by the content policy.",
    }
    plain = {
        401: "Incorrect API key provided.",
        404: "The model `scripted` does not exist.",
        429: "Rate limit reached.",
    }
    message = script.message or words.get(script.code) or plain.get(script.status, f"Scripted error {script.status}")
    error = {"message": message, "type": "scripted_error", "code": script.code or None, "param": None}
    headers = {"Retry-After": script.retry} if script.retry else {}
    return web.json_response({"error": error}, status=script.status, headers=headers)


def main() -> None:
    """Run as a process until it is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    server = ScriptedServer(parser.parse_args().port)
    with server:
        sys.stdout.write(f"scripted provider on {server.base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
