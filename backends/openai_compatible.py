"""Any provider that speaks OpenAI's wire format: OpenAI, Azure, vLLM, Ollama, LM Studio, the offline server."""

import asyncio
import dataclasses
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from backends.base import ChatRequest, Reply, StreamHandle
from backends.errors import BackendError, ContentRefused, ProviderFailed, RateLimited, StreamCut, TooSlow, Unreachable
from backends.failures import refused_parameter, translate, was_stale
from backends.streaming import ReadingLoop, reading_loop
from backends.wire import Assembly, read_json, read_reply, request_json

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

MAX_RETRIES = 2
LONGEST_WAIT = 20.0
UNDECODED = {"Accept-Encoding": "identity", "Accept": "text/event-stream"}

T = TypeVar("T")


class OpenAICompatible:
    """One provider: an address and a key. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        idle_timeout: float = 60.0,
        connect_timeout: float = 10.0,
        loop: ReadingLoop = reading_loop,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._idle_timeout = idle_timeout
        self._connect_timeout = connect_timeout
        self._loop = loop
        self._client: tuple[httpx2.AsyncClient, AsyncOpenAI] | None = None
        self._refused: dict[str, set[str]] = {}

    def stream(self, request: ChatRequest, on_text: Callable[[str], None], handle: StreamHandle) -> Reply:
        """See `Backend.stream`. A rate limit with a short wait is waited out, twice at most, before the first token."""
        return self._loop.run(self._stream(request, on_text, handle))

    def complete(self, request: ChatRequest) -> Reply:
        """See `Backend.complete`."""

        async def call() -> Reply:
            body = self._body(request, stream=False)
            response = await self._connect().chat.completions.with_raw_response.create(**body)
            return read_reply(read_json(response.http_response.content))

        return self._refuse_empty(self._loop.run(self._persist(call, request.model)))

    def embed(
        self, model: str, texts: Sequence[str], dimensions: int | None = None, timeout: float | None = None
    ) -> list[list[float]]:
        """See `Backend.embed`. `dimensions` asks a model that can for shorter vectors."""
        if not texts:
            return []
        body: dict[str, Any] = {"model": model, "input": list(texts), "encoding_format": "float"}
        if dimensions:
            body["dimensions"] = dimensions

        async def call() -> list[list[float]]:
            response = await self._connect().embeddings.with_raw_response.create(**body)
            return _read_vectors(read_json(response.http_response.content), len(texts))

        return self._loop.run(_within(timeout, self._persist(call, model)))

    def list_models(self, timeout: float | None = None) -> list[str]:
        """See `Backend.list_models`."""

        async def call() -> list[str]:
            response = await self._connect().models.with_raw_response.list()
            return _read_models(read_json(response.http_response.content))

        return self._loop.run(_within(timeout, self._persist(call, "")))

    async def _stream(self, request: ChatRequest, on_text: Callable[[str], None], handle: StreamHandle) -> Reply:
        assembly = Assembly()
        self._let_cancel(handle)

        async def call() -> Reply:
            nonlocal assembly
            assembly = Assembly()
            return await self._read_stream(self._body(request, stream=True), assembly, on_text)

        try:
            return self._refuse_empty(await self._persist(call, request.model, lambda: not assembly.begun))
        except asyncio.CancelledError:
            if not handle.cancelled:
                raise
            return dataclasses.replace(assembly.reply(), tool_calls=(), finish_reason="cancelled")
        except BackendError as failure:
            if isinstance(failure, Unreachable) and assembly.begun:
                raise StreamCut(failure.message, partial=assembly.text) from failure
            failure.partial = assembly.text
            raise

    async def _read_stream(self, body: dict[str, Any], assembly: Assembly, on_text: Callable[[str], None]) -> Reply:
        # As `extra_body` the messages go out as they are; as arguments the client would walk through each of their
        # types first, which costs more than the rest of the request.
        create = self._connect().chat.completions.with_streaming_response.create
        opening = create(model=body["model"], messages=(), stream=True, extra_body=body, extra_headers=UNDECODED)
        async with opening as response:
            if response.headers.get("content-type", "").startswith(("application/json", "text/html")):
                reply = read_reply(read_json(await response.http_response.aread()))
                on_text(reply.text)
                return reply
            await self._loop.drain(response.http_response.aiter_raw(), assembly, on_text)
        if not assembly.complete:
            raise StreamCut("the connection ended before the answer did")
        return assembly.reply()

    @staticmethod
    def _let_cancel(handle: StreamHandle) -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None

        def cancel() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(task.cancel)

        handle.on_cancel(cancel)

    async def _persist(
        self, call: Callable[[], Awaitable[T]], model: str, may_retry: Callable[[], bool] = lambda: True
    ) -> T:
        """Run `call`, and again where that can help: a short rate limit, a stale connection, a refused option."""
        for attempt in range(MAX_RETRIES + 1):
            try:
                return await call()
            except Exception as error:
                failure = translate(error, secret=self._api_key)
                wait = self._retry_wait(error, failure, model, attempt)
                if wait is None or attempt == MAX_RETRIES or not may_retry():
                    raise failure from error
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    def _retry_wait(self, error: Exception, failure: BackendError, model: str, attempt: int) -> float | None:
        """Seconds to wait before another attempt; None when there is no point."""
        if isinstance(failure, RateLimited):
            if getattr(error, "code", None) == "insufficient_quota":
                return None
            wait = failure.retry_after if failure.retry_after is not None else 1.0 + 2 * attempt
            return wait if wait <= LONGEST_WAIT else None
        if isinstance(failure, Unreachable):
            return 0.0 if attempt == 0 and was_stale(error) else None
        refused = refused_parameter(error) if isinstance(failure, ProviderFailed) else ""
        if refused and refused not in self._refused.setdefault(model, set()):
            self._refused[model].add(refused)
            return 0.0
        return None

    def _body(self, request: ChatRequest, *, stream: bool) -> dict[str, Any]:
        body = request_json(request, stream=stream)
        for refused in self._refused.get(request.model, ()):
            value = body.pop(refused, None)
            if refused == "max_tokens" and value is not None:
                body["max_completion_tokens"] = value
        return body

    @staticmethod
    def _refuse_empty(reply: Reply) -> Reply:
        """A filter that let nothing through is a refusal; one that cut the end leaves an answer."""
        if reply.finish_reason == "content_filter" and not reply.text:
            raise ContentRefused("the provider's content filter returned nothing")
        return reply

    def _connect(self) -> "AsyncOpenAI":
        """The client on this loop's connections; only ever called on the loop, so no lock is needed."""
        pool = self._loop.pool(use_proxies=not _is_loopback(self.base_url))
        if self._client is None or self._client[0] is not pool:
            self._client = (pool, self._new_client(pool))
        return self._client[1]

    def _new_client(self, pool: "httpx2.AsyncClient") -> "AsyncOpenAI":
        from openai import AsyncOpenAI, Timeout  # noqa: PLC0415 (half a second: only for who talks to a model)

        return AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._api_key or "none",  # local servers ask for no key, the client insists on one
            timeout=Timeout(self._idle_timeout, connect=self._connect_timeout, pool=self._connect_timeout),
            max_retries=0,
            http_client=pool,
        )


async def _within(seconds: float | None, work: Awaitable[T]) -> T:
    """What `work` gives, or `TooSlow`; None waits for as long as the connection's own limits let it."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as error:
        raise TooSlow(f"no answer within {seconds} seconds") from error


def _read_vectors(body: Any, count: int) -> list[list[float]]:
    """Vectors in the order of the texts, whatever the order of the answer."""
    try:
        rows = sorted(body["data"], key=lambda row: row["index"])
        vectors = [row["embedding"] for row in rows]
    except (KeyError, TypeError) as error:
        raise ProviderFailed(f"no vectors in the response: {str(body)[:200]}") from error
    if len(vectors) != count:
        raise ProviderFailed(f"{len(vectors)} vectors for {count} texts")
    return vectors


def _read_models(body: Any) -> list[str]:
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise ProviderFailed(f"no list of models in the response: {str(body)[:200]}")
    return [str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")]


def _is_loopback(url: str) -> bool:
    """A proxy named in the environment must not swallow calls to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
