"""Between our values and the JSON of OpenAI's chat completions. Pure: nothing here opens a socket."""

from typing import Any, cast

import orjson

from backends.base import ChatRequest, FinishReason, Message, Reply, ToolCall, ToolSpec, Usage
from backends.errors import ProviderFailed

FINISH_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}


def message_json(message: Message) -> dict[str, Any]:
    """One message as providers read it; empty fields are left out, since some providers refuse them."""
    body: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        body["content"] = message.content or None
        body["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        body["tool_call_id"] = message.tool_call_id
    return body


def tool_json(tool: ToolSpec) -> dict[str, Any]:
    """One tool as a function with a JSON schema."""
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def request_json(request: ChatRequest, *, stream: bool) -> dict[str, Any]:
    """The whole body of a chat request."""
    body: dict[str, Any] = {"model": request.model, "messages": [message_json(m) for m in request.messages]}
    if request.tools:
        body["tools"] = [tool_json(tool) for tool in request.tools]
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    if stream:
        body["stream"] = True
        body["stream_options"] = {"include_usage": True}
    return body


def read_usage(usage: dict[str, Any] | None) -> Usage:
    """Zero for what the provider leaves out."""
    usage = usage or {}
    return Usage(usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0)


def settle_finish(reason: str | None, tool_calls: tuple[ToolCall, ...]) -> FinishReason:
    """Our word for the provider's; several providers say `stop` although they call tools."""
    finish = FINISH_REASONS.get(reason or "stop", "stop")
    return "tool_calls" if tool_calls and finish == "stop" else finish


def read_reply(body: dict[str, Any]) -> Reply:
    """A whole (not streamed) answer."""
    if isinstance(body, dict) and body.get("error"):
        raise StreamedError(body["error"])
    try:
        choice = body["choices"][0]
        message = choice["message"]
    except (KeyError, IndexError, TypeError) as error:
        raise ProviderFailed(f"no answer in the response: {str(body)[:200]}") from error
    calls = tuple(
        ToolCall(call.get("id") or f"call_{n}", call["function"]["name"], call["function"].get("arguments") or "")
        for n, call in enumerate(message.get("tool_calls") or ())
    )
    text = message.get("content") or message.get("refusal") or ""
    return Reply(text, calls, read_usage(body.get("usage")), settle_finish(choice.get("finish_reason"), calls))


def read_json(content: bytes) -> Any:
    """Parsed JSON, or ProviderFailed: an address that answers with a web page is a common wrong setting."""
    try:
        return orjson.loads(content)
    except ValueError as error:
        start = content[:120].decode("utf-8", "replace")
        raise ProviderFailed(f"the address does not answer in JSON: {start!r}") from error


class SSEDecoder:
    """Bytes in, `data` payloads out. Fed with whatever has arrived; keeps the unfinished event for the next call."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads of all events completed by `data`."""
        data = self._rest + data
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        events = data.split(b"\n\n")
        self._rest = events.pop()
        return [payload for event in events if (payload := self._payload(event))]

    @staticmethod
    def _payload(event: bytes) -> bytes:
        if event.startswith(b"data: ") and b"\n" not in event:
            return event[6:]
        lines = (line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:"))
        return b"\n".join(lines)

    def finish(self) -> list[bytes]:
        """The last event of a server that forgot its closing blank line."""
        return self.feed(b"\n\n") if self._rest else []


class Assembly:
    """Puts a streamed answer together: text, calls, usage and how it ended."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.usage = Usage()
        self.finish: str | None = None
        self.done = False
        self.error: StreamedError | None = None
        self._calls: list[dict[str, Any]] = []
        self._by_index: dict[int, dict[str, Any]] = {}

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def begun(self) -> bool:
        """Whether anything of the answer has arrived: asking again would now say things twice."""
        return bool(self.texts or self._calls)

    @property
    def complete(self) -> bool:
        """Whether the provider said that this is the end."""
        return self.done or self.finish is not None

    def feed(self, payloads: list[bytes]) -> str:
        """Take in decoded events; the new text, joined. An error event ends up in `error`."""
        fresh: list[str] = []
        for payload in payloads:
            if payload == b"[DONE]":
                self.done = True
                continue
            self._take(read_json(payload), fresh)
        if not fresh:
            return ""
        text = "".join(fresh)
        self.texts.append(text)
        return text

    def _take(self, chunk: dict[str, Any], fresh: list[str]) -> None:
        choices = chunk.get("choices")
        if choices:
            choice = choices[0]
            delta = choice.get("delta") or {}
            if content := delta.get("content") or delta.get("refusal"):
                fresh.append(content)
            if calls := delta.get("tool_calls"):
                self._take_calls(calls)
            if reason := choice.get("finish_reason"):
                self.finish = reason
        if usage := chunk.get("usage"):
            self.usage = read_usage(usage)
        if error := chunk.get("error"):
            self.error = StreamedError(error)

    def _take_calls(self, deltas: list[dict[str, Any]]) -> None:
        for delta in deltas:
            call = self._call_of(delta)
            function = delta.get("function") or {}
            call["name"] += function.get("name") or ""
            call["arguments"] += function.get("arguments") or ""

    def _call_of(self, delta: dict[str, Any]) -> dict[str, Any]:
        """The call that a piece belongs to: a new id starts a new call even where the index repeats."""
        index, call_id = delta.get("index", 0), delta.get("id")
        call = self._by_index.get(index)
        if call is None or (call_id and call["id"] and call_id != call["id"]):
            call = {"id": call_id or "", "name": "", "arguments": ""}
            self._by_index[index] = call
            self._calls.append(call)
        return call

    def reply(self) -> Reply:
        """What has arrived, as one answer."""
        calls = tuple(
            ToolCall(c["id"] or f"call_{n}", c["name"], c["arguments"]) for n, c in enumerate(self._calls) if c["name"]
        )
        return Reply(self.text, calls, self.usage, settle_finish(self.finish, calls))


class StreamedError(Exception):
    """An error that the provider sent as an event in the middle of a stream."""

    def __init__(self, error: Any) -> None:
        self.body: dict[str, Any] = cast(dict[str, Any], error) if isinstance(error, dict) else {"message": str(error)}
        super().__init__(str(self.body.get("message", error)))
