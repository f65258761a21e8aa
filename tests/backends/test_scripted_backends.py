"""The two providers that stand in for real ones: what tests and benchmarks rest on must itself be right."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic, sleep
from urllib.request import Request, urlopen

import pytest

from backends.openai_compatible import OpenAICompatible
from tests.backends.conftest import Talk
from tests.scripted import ScriptedServer, answer_text, embed, read_script

SYSTEM = {"role": "system", "content": "<passages>\n[1] a.md · Title\nIt rains. It pours.\n\n</passages>"}


def start(module: str, *options: str) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", module, "--port", str(port), *options])
    end = monotonic() + 20
    while monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        sleep(0.05)
    return process, f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def fast_url() -> Iterator[str]:
    process, url = start("bench.scripted_backend", "--tokens", "50", "--rate", "100", "--first", "0.3")
    yield url + "/v1"
    process.terminate()
    process.wait(10)


def test_the_fast_backend_keeps_its_time(fast_url: str) -> None:
    talk = Talk(OpenAICompatible(fast_url, ""))
    begun = monotonic()
    reply = talk.ask("Hello")
    assert 0.75 < monotonic() - begun < 1.5
    assert 0.29 < talk.pieces[0][0] < 0.5
    assert len(reply.text.split()) == reply.usage.completion_tokens == 50


def test_the_fast_backend_answers_all_that_the_product_asks(fast_url: str) -> None:
    backend = OpenAICompatible(fast_url, "")
    first, second = backend.embed("bench", ["a", "b"])
    assert first == second
    assert sum(x * x for x in first) == pytest.approx(1)
    assert backend.list_models() == ["bench"]


def test_markers_are_read_from_a_message() -> None:
    script = read_script("Hello [[tokens:200 rate:50 first:0.2]] [[status:429 retry=1]] [[say:Good day: all]]")
    assert (script.tokens, script.rate, script.first) == (200, 50.0, 0.2)
    assert (script.status, script.retry, script.say) == (429, "1", "Good day: all")


def test_the_scripted_server_quotes_the_first_passage() -> None:
    messages = [SYSTEM, {"role": "user", "content": "Does it rain?"}]
    assert answer_text(messages, read_script("")) == "It rains. [1]"


def test_texts_that_share_words_are_near_each_other() -> None:
    def near(a: str, b: str) -> float:
        return sum(x * y for x, y in zip(embed(a), embed(b), strict=True))

    assert near("retourner un article", "le retour d’un article") > near("retourner un article", "la pluie tombe")


def test_a_queued_script_comes_before_the_markers(talk: Talk, provider: ScriptedServer) -> None:
    provider.script(say="Queued")
    assert talk.ask("[[say:Marked]]").text == "Queued"
    assert talk.ask("[[say:Marked]]").text == "Marked"


def test_as_a_process_it_tells_what_it_saw() -> None:
    process, url = start("tests.scripted")
    try:
        Talk(OpenAICompatible(url + "/v1", "key")).ask("Hello")
        urlopen(Request(url + "/_script", b'{"say": "Queued"}'))
        assert Talk(OpenAICompatible(url + "/v1", "key")).ask("Hello").text == "Queued"
        record = json.load(urlopen(url + "/_record"))
    finally:
        process.terminate()
        process.wait(10)
    assert [body["messages"][0]["content"] for body in record["requests"]] == ["Hello", "Hello"]
    assert record["keys"] == ["key", "key"]
