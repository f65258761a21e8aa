"""How many people can read answers at once: simultaneous streams through the whole product, all rows written.

    python -m bench.streams [--levels 1,100,200] [--repeat 1]

Streams open evenly over two seconds. Each is a signed-in person who posts one message in their conversation (which
has one exchange already) and follows the answer on the same connection to its end. The load generator and the backend
share the machine's cores.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from bench.environment import Environment

FIRST_SECONDS = 0.2
TOKENS = 200
OPENING_SECONDS = 2.0
LEVELS = "1,100,200"


@dataclass
class Stream:
    """What one person saw."""

    first: float = 0.0
    gaps: list[float] = field(default_factory=list)
    error: str = ""


@dataclass
class Seat:
    """A signed-in person with a conversation."""

    send_path: str
    cookies: str
    csrf: str


Door = Callable[[aiohttp.ClientSession, str, Seat], Awaitable[Stream]]


def percentile(values: list[float], share: float) -> float:
    """Milliseconds, rounded to a tenth; the value that this share stays under."""
    ordered = sorted(values) or [0.0]
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


async def follow(response: aiohttp.ClientResponse, stream: Stream, begun: float, *, marks: tuple[bytes, bytes]) -> None:
    """Note when text arrives, until the end."""
    text_mark, end_mark = marks
    last, tail = 0.0, b""
    async for piece in response.content.iter_any():
        now = time.perf_counter()
        tail = tail[-64:] + piece
        if text_mark in piece:
            if last:
                stream.gaps.append(now - last)
            stream.first = stream.first or now - begun
            last = now
        if end_mark in tail:
            return
    stream.error = "ended early"


async def through_product(session: aiohttp.ClientSession, url: str, seat: Seat) -> Stream:
    """What the chat page does: the reply to the message is the stream of its answer."""
    stream, begun = Stream(), time.perf_counter()
    headers = {"Cookie": seat.cookies, "X-CSRFToken": seat.csrf, "Accept": "text/event-stream", "Referer": url}
    async with session.post(url + seat.send_path, json={"text": "How many people can read?"}, headers=headers) as reply:
        if reply.status != 201:
            stream.error = f"{reply.status} {(await reply.text())[:200]}"
            return stream
        await follow(reply, stream, begun, marks=(b"event: text", b"event: done"))
    return stream


async def bare(session: aiohttp.ClientSession, url: str, _seat: Seat) -> Stream:
    stream, begun = Stream(), time.perf_counter()
    body = {"model": "bench", "stream": True, "messages": [{"role": "user", "content": "x"}]}
    async with session.post(f"{url}/v1/chat/completions", json=body) as response:
        await follow(response, stream, begun, marks=(b'"content":"', b"[DONE]"))
    return stream


async def level(door: Door, url: str, seats: list[Seat]) -> list[Stream]:
    """Open all streams evenly and wait for the last."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), skip_auto_headers=["User-Agent"]
    ) as session:

        async def one(index: int, seat: Seat) -> Stream:
            await asyncio.sleep(OPENING_SECONDS * index / len(seats))
            try:
                return await asyncio.wait_for(door(session, url, seat), 120)
            except (TimeoutError, aiohttp.ClientError) as error:
                return Stream(error=repr(error))

        return await asyncio.gather(*(one(index, seat) for index, seat in enumerate(seats)))


def measure(environment: Environment, seats: list[Seat]) -> dict[str, object]:
    floor = asyncio.run(level(bare, environment.backend_url, seats))
    before, begun = environment.cpu_seconds(), time.perf_counter()
    streams = asyncio.run(level(through_product, environment.url, seats))
    after, seconds = environment.cpu_seconds(), time.perf_counter() - begun
    used = {name: after[name] - before.get(name, 0.0) for name in after}
    errors = [stream.error for stream in streams if stream.error]
    overheads = [stream.first - FIRST_SECONDS for stream in streams if stream.first]
    floors = [stream.first - FIRST_SECONDS for stream in floor if stream.first]
    return {
        "bench": "streams",
        "door": "sse",
        "streams": len(seats),
        "errors": len(errors),
        "ttft_p50_ms": percentile(overheads, 0.5),
        "ttft_p95_ms": percentile(overheads, 0.95),
        "gap_p95_ms": percentile([gap for stream in streams for gap in stream.gaps], 0.95),
        "gap_max_ms": percentile([gap for stream in streams for gap in stream.gaps], 1.0),
        "cpu_s_per_1k_tokens": round(1000 * sum(used.values()) / (TOKENS * len(seats)), 4),
        "cpu_by": _by_part(used, TOKENS * len(seats) / 1000),
        "rss_mb": round(environment.rss_mb()),
        "floor_ttft_p95_ms": percentile(floors, 0.95),
        "ttft_p95_ratio": round(percentile(overheads, 0.95) / max(0.1, percentile(floors, 0.95)), 1),
        "seconds": round(seconds, 1),
        **({"first_error": errors[0]} if errors else {}),
    }


def _by_part(used: dict[str, float], thousands: float) -> dict[str, float]:
    parts: dict[str, float] = {}
    for name, seconds in used.items():
        part = name.split(":")[0]
        part = name if part.startswith("python") else part
        parts[part] = round(parts.get(part, 0.0) + seconds / thousands, 4)
    return {part: share for part, share in sorted(parts.items(), key=lambda item: -item[1]) if share >= 0.0005}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--levels", default=LEVELS)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    levels = [int(count) for count in options.levels.split(",")]
    environment = Environment("streams")
    from bench import seats  # noqa: PLC0415 (reads Django's settings, which need the environment made above)

    places = seats.make(max(levels))
    environment.start_backend()
    environment.start_product()
    print(json.dumps({"bench": "idle", "rss_mb": round(environment.rss_mb())}), flush=True)
    for count in levels:
        rounds = [measure(environment, places[:count]) for _ in range(options.repeat)]
        for result in rounds:
            print(json.dumps(result), flush=True)
        if options.repeat > 1:
            keys = ("ttft_p95_ms", "cpu_s_per_1k_tokens")
            medians = {key: statistics.median(float(str(result[key])) for result in rounds) for key in keys}
            print(json.dumps({"bench": "streams-median", "door": "sse", "streams": count, **medians}), flush=True)


if __name__ == "__main__":
    main()
