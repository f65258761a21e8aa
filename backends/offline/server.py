"""The offline model server: OpenAI's wire format over ASGI, so that the product starts without key or network."""

import asyncio
import base64
import logging
import os
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from backends.offline import answer, embedder
from backends.offline.weights import ModelFilesMissing

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

CHAT_MODEL = "vitrine-offline"
MODELS = (CHAT_MODEL, embedder.MODEL)
WORDS_A_PIECE = 3
MAX_BODY = 32 * 1024 * 1024
MAX_COMPARED = 60
PIECE = re.compile(rf"(?:\s*\S+){{1,{WORDS_A_PIECE}}}\s*")


class Refusal(Exception):
    """A request that can't be served, in the shape that OpenAI's clients understand."""

    def __init__(self, status: int, message: str, code: str) -> None:
        super().__init__(message)
        self.status = status
        kind = "invalid_request_error" if status < 500 else "server_error"
        self.body = {"error": {"message": message, "type": kind, "param": None, "code": code}}


class OfflineServer:
    """The ASGI application. `delay` seconds pass between two pieces of a streamed answer, so that streaming shows."""

    def __init__(self, data: Path, delay: float | None = None) -> None:
        self._model = embedder.ModelFile(data)
        self._delay = float(os.environ.get("OFFLINE_DELAY_MS", "20")) / 1000 if delay is None else delay
        self._preparing: asyncio.Task[None] | None = None
        self._routes = {
            ("GET", "/livez"): self._livez,
            ("GET", "/v1/models"): self._models,
            ("POST", "/v1/chat/completions"): self._chat,
            ("POST", "/v1/embeddings"): self._embeddings,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        try:
            await self._route(scope)(scope, receive, send)
        except Refusal as refusal:
            await _send_json(send, refusal.body, refusal.status)
        except Exception:
            logger.exception("The offline model failed")
            await _send_json(send, Refusal(500, "The offline model failed; see its log.", "server_error").body, 500)

    def _route(self, scope: Scope) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
        path = scope["path"].rstrip("/")
        if path.startswith(("/v1/images", "/v1/audio")):
            raise Refusal(501, "The offline demonstration model makes no images and no speech.", "not_implemented")
        route = self._routes.get((scope["method"], path))
        if route is None:
            raise Refusal(404, f"Nothing answers at {scope['method']} {path}.", "not_found")
        return route

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """The embedding model is built while chats are served already."""
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                self._preparing = asyncio.create_task(self._prepare())
            await send({"type": f"{event['type']}.complete"})
            if event["type"] == "lifespan.shutdown":
                return

    async def _prepare(self) -> None:
        try:
            await asyncio.to_thread(self._model.prepare)
        except Exception:
            logger.exception("The embedding model could not be built")

    async def _livez(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _send_json(send, {"status": "ok", "embeddings": "ready" if self._model.is_built else "being built"})

    async def _models(self, scope: Scope, receive: Receive, send: Send) -> None:
        rows = [{"id": name, "object": "model", "created": 0, "owned_by": "vitrine"} for name in MODELS]
        await _send_json(send, {"object": "list", "data": rows})

    async def _embeddings(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read_json(receive)
        texts = [body["input"]] if isinstance(body.get("input"), str) else body.get("input")
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts) or not texts:
            raise Refusal(400, "`input` must be a text or a list of texts.", "invalid_input")
        _expect_model(body, embedder.MODEL)
        vectors, tokens = await asyncio.to_thread(self._embed, texts)
        encode = _as_base64 if body.get("encoding_format") == "base64" else _as_list
        rows = [{"object": "embedding", "index": n, "embedding": encode(v)} for n, v in enumerate(vectors)]
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        await _send_json(send, {"object": "list", "data": rows, "model": embedder.MODEL, "usage": usage})

    def _embed(self, texts: Sequence[str]) -> tuple[list[np.ndarray], int]:
        try:
            return self._model.load().embed(texts), sum(map(_count_tokens, texts))
        except ModelFilesMissing as error:
            raise Refusal(503, str(error), "model_files_missing") from error

    async def _chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read_json(receive)
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise Refusal(400, "`messages` must be a list.", "invalid_messages")
        _expect_model(body, CHAT_MODEL)
        text = await asyncio.to_thread(answer.reply, messages, self._similarity if self._model.is_built else None)
        pieces, finish = _pieces(text, body.get("max_completion_tokens") or body.get("max_tokens"))
        prompt, completion = sum(_count_tokens(str(m.get("content") or "")) for m in messages), _count_tokens(text)
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        if not body.get("stream"):
            await _send_json(send, _whole("".join(pieces), finish, usage))
            return
        wants_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        await self._stream(receive, send, pieces, finish, usage if wants_usage else None)

    def _similarity(self, question: str, texts: Sequence[str]) -> list[float]:
        """How near each text is in meaning; the first ones only, for a quick answer."""
        first, *others = self._model.load().embed([question, *(text[:600] for text in texts[:MAX_COMPARED])])
        return [float(first @ other) for other in others] + [0.0] * (len(texts) - len(others))

    async def _stream(
        self, receive: Receive, send: Send, pieces: list[str], finish: str, usage: dict[str, int] | None
    ) -> None:
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.ensure_future(receive())  # the body has been read: what comes next is the end of the connection
        event = _Events()
        await _send_part(send, event.render({"role": "assistant", "content": ""}))
        for piece in pieces:
            await _send_part(send, event.render({"content": piece}))
            await asyncio.wait([gone], timeout=self._delay)
            if gone.done():
                return
        gone.cancel()
        ending = event.render({}, finish=finish) + (event.render(None, usage=usage) if usage else b"")
        await _send_part(send, ending + b"data: [DONE]\n\n", more=False)


class _Events:
    """Renders the chunks of one answer."""

    def __init__(self) -> None:
        self._head = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": CHAT_MODEL,
        }

    def render(
        self, delta: dict[str, Any] | None, *, finish: str | None = None, usage: dict[str, int] | None = None
    ) -> bytes:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        extra = {"usage": usage} if usage else {}
        return b"data: " + orjson.dumps(self._head | {"choices": choices} | extra) + b"\n\n"


def _pieces(text: str, max_tokens: int | None) -> tuple[list[str], str]:
    """The text in small groups of words, cut where the caller wants no more."""
    pieces = PIECE.findall(text)
    if max_tokens is None:
        return pieces, "stop"
    kept: list[str] = []
    for piece in pieces:
        max_tokens -= _count_tokens(piece)
        if max_tokens < 0:
            return kept, "length"
        kept.append(piece)
    return kept, "stop"


def _count_tokens(text: str) -> int:
    """An estimate: four characters a token."""
    return -(-len(text) // 4)


def _whole(text: str, finish: str, usage: dict[str, int]) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": CHAT_MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": usage,
    }


def _expect_model(body: dict[str, Any], expected: str) -> None:
    if str(body.get("model", "")).rpartition("/")[2] != expected:
        raise Refusal(404, f"The model `{body.get('model')}` does not exist here.", "model_not_found")


def _as_base64(vector: np.ndarray) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


def _as_list(vector: np.ndarray) -> list[float]:
    return [float(x) for x in vector]


async def _read_json(receive: Receive) -> dict[str, Any]:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        event = await receive()
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        more = bool(event.get("more_body"))
        if size > MAX_BODY:
            raise Refusal(413, "The request is too large.", "request_too_large")
    try:
        body = orjson.loads(b"".join(parts))
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "The body must be a JSON object.", "invalid_json")
    return body


async def _send_json(send: Send, body: Any, status: int = 200) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await _send_part(send, orjson.dumps(body), more=False)


async def _send_part(send: Send, content: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": content, "more_body": more})
