"""Markdown from models and creators can do no harm."""

import re

import pytest

from core.markdown import render


def cite(number: int) -> str:
    return f"/messages/msg_1/sources/{number}/" if number < 10 else ""


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="https://x" onclick="alert(1)">x</a>',
        '<iframe src="https://evil.example"></iframe>',
        "<svg/onload=alert(1)>",
        "<style>body{display:none}</style>",
        "```\n</code><script>alert(1)</script>\n```",
        "`<script>alert(1)</script>`",
        '[x](https://x "><script>alert(1)</script>")',
        "| a |\n|---|\n| <script>alert(1)</script> |",
    ],
)
def test_html_is_shown_not_run(attack: str) -> None:
    tags = re.findall(r"<\s*/?\s*([a-z0-9]+)([^>]*)>", render(attack, cite))
    assert not {name for name, _ in tags} & {"script", "img", "iframe", "svg", "style"}
    assert not [rest for _, rest in tags if re.search(r"\son\w+=", rest)]


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
    ],
)
def test_links_lead_only_to_the_web_and_to_mail(link: str) -> None:
    assert not re.search(r'href="(?!https?:|mailto:|/)', render(link))


@pytest.mark.parametrize("address", ["https://example.org/a?b=1&c=2", "http://example.org", "mailto:a@example.org"])
def test_good_links_stay(address: str) -> None:
    html = render(f"[a link]({address})")
    assert f'href="{address.replace("&", "&amp;")}"' in html
    assert 'rel="noopener noreferrer"' in html


def test_a_picture_becomes_a_link_to_it() -> None:
    html = render("Look: ![a cat](https://example.org/cat.png)")
    assert "<img" not in html
    assert re.search(r'<a href="https://example.org/cat.png"[^>]*>a cat</a>', html)


def test_a_picture_without_words_shows_its_address() -> None:
    assert ">https://example.org/cat.png</a>" in render("![](https://example.org/cat.png)")


def test_a_numeral_links_to_its_source() -> None:
    html = render("Thirty days[1][2].", cite)
    for number in (1, 2):
        assert f'href="/messages/msg_1/sources/{number}/" data-source="{number}"' in html
    assert html.count('class="cite"') == 2


def test_a_numeral_without_source_stays_text() -> None:
    assert render("Thirty days[12].", cite) == "<p>Thirty days[12].</p>\n"
    assert render("Thirty days[1].") == "<p>Thirty days[1].</p>\n"


@pytest.mark.parametrize("text", ["[1](https://example.org)", "`[1]`", "```\n[1]\n```", "[x1]", "[ 1 ]", "[123]", "[]"])
def test_what_only_looks_like_a_numeral_is_none(text: str) -> None:
    assert "cite" not in render(text, cite)


@pytest.mark.parametrize("text", ["[²]", "[٣]", "[①]", "[", "[1", "x[", "[[1]]"])
def test_odd_numerals_do_no_harm(text: str) -> None:
    assert render(text, cite).startswith("<p>")


def test_a_numeral_in_a_table_and_a_list_links_too() -> None:
    assert render("| a |\n|---|\n| b[1] |\n\n- c[2]", cite).count('class="cite"') == 2


def test_a_table_can_be_scrolled() -> None:
    assert '<div class="scroll-x"><table>' in render("| a | b |\n|---|--:|\n| 1 | 2 |")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>\n"),
        ("# T", "<h1>T</h1>\n"),
        ("3. x", '<ol start="3">\n<li>x</li>\n</ol>\n'),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>\n"),
        ("```python\nx = 1\n```", '<pre><code class="language-python">x = 1\n</code></pre>\n'),
        ("", ""),
    ],
)
def test_plain_markdown_is_rendered(text: str, html: str) -> None:
    assert render(text) == html


def test_a_hostile_nest_ends_soon() -> None:
    assert render("[" * 20_000) and render("> " * 5_000) and render("*a " * 20_000)
