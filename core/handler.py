"""How the web process runs Django: pages synchronously on a few shared threads, streams on the event loop.

Django's own ASGI handler gives every request a thread of its own for as long as it lives and crosses between thread and
loop at each middleware; with hundreds of open streams that costs more than all else (docs/decisions/web-process.md).
Here a request's synchronous part crosses once. A view that wants to stream returns a StreamingHttpResponse over an
async iterator; its frames are sent from the loop after the thread and the database connection are given back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from typing import Any, TypeGuard

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import set_script_prefix

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Handler(ASGIHandler):
    """The ASGI application."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is spoken here, not {scope['type']}")
        try:
            body = await self.read_body(_bounded(receive))
        except RequestAborted:
            return
        except OverflowError:
            await self._send_whole(HttpResponse("413 Payload too large", status=413), send)
            return
        request, refused = self.create_request(scope, body)
        try:
            response = refused or await self._in_thread(partial(self._respond, request, scope))  # type: ignore[arg-type]
            if _is_stream(response):
                await self._send_stream(response, receive, send)
            else:
                await self._send_whole(response, send)
        finally:
            body.close()

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _respond(self, request: ASGIRequest, scope: Scope) -> HttpResponseBase:
        """The whole synchronous part, on one thread; closing the response gives the database connection back."""
        set_script_prefix(scope.get("root_path", "") or "/")
        signals.request_started.send(sender=self.__class__, scope=scope)
        response = self.get_response(request)
        if response.streaming and not _is_stream(response):
            whole = HttpResponse(b"".join(response), status=response.status_code)  # type: ignore[arg-type]
            whole.headers, whole.cookies = response.headers, response.cookies
            response.close()
            return whole
        response.close()
        return response

    async def _send_whole(self, response: HttpResponseBase, send: Send) -> None:
        await send(_start(response))
        await send({"type": "http.response.body", "body": response.content})  # type: ignore[attr-defined]

    async def _send_stream(self, response: StreamingHttpResponse, receive: Receive, send: Send) -> None:
        """Send frames until they end or the client goes away."""
        sending = asyncio.create_task(_send_frames(response, send))
        leaving = asyncio.create_task(_disconnected(receive))
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        if not sending.done():
            sending.cancel()
        ended, _left = await asyncio.gather(sending, leaving, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended  # the server logs it and breaks the connection, so that the client comes back


def _is_stream(response: HttpResponseBase) -> TypeGuard[StreamingHttpResponse]:
    return isinstance(response, StreamingHttpResponse) and response.is_async


def _bounded(receive: Receive) -> Receive:
    """Stop reading a body past the limit, before it fills the disk; OverflowError says so."""
    seen = 0

    async def inner() -> dict[str, Any]:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > settings.MAX_REQUEST_BYTES:
            raise OverflowError
        return message

    return inner


async def _send_frames(response: StreamingHttpResponse, send: Send) -> None:
    await send(_start(response))
    async with aclosing(aiter(response)) as frames:  # type: ignore[type-var]
        async for frame in frames:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(response: HttpResponseBase) -> dict[str, Any]:
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    headers += [(b"Set-Cookie", cookie.OutputString().encode("ascii")) for cookie in response.cookies.values()]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}
