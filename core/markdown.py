"""Markdown from models and creators to HTML that can do no harm: no raw HTML, no image, no script, only links."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

TAGS = {
    "a",
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "del",
    "s",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
}
ATTRIBUTES = {
    "a": {"href", "title", "class", "data-source", "aria-label"},
    "code": {"class"},
    "th": {"align"},
    "td": {"align"},
    "ol": {"start"},
    "div": {"class"},
}


def render(text: str, cite: Callable[[int], str] | None = None) -> str:
    """Safe HTML. With `cite`, `[3]` becomes a numeral that links to `cite(3)`; an empty link leaves the text."""
    html = _parser().render(text, {"cite": cite})
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"})


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("link", "citation", _citation)
    parser.add_render_rule("citation", _render_citation)
    parser.add_render_rule("image", _render_image)
    parser.add_render_rule("table_open", lambda *_: '<div class="scroll-x"><table>')
    parser.add_render_rule("table_close", lambda *_: "</table></div>")
    return parser


def _citation(state: StateInline, silent: bool) -> bool:
    """`[12]` that isn't the text of a link."""
    end = state.src.find("]", state.pos, state.pos + 4)
    number = state.src[state.pos + 1 : end]
    is_number = number.isascii() and number.isdigit()
    if state.src[state.pos] != "[" or end < 0 or not is_number or state.src[end + 1 : end + 2] == "(":
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = number
    state.pos = end + 1
    return True


def _render_citation(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, environment: Any
) -> str:
    number = tokens[index].content
    cite = environment.get("cite")
    link = cite(int(number)) if cite else ""
    if not link:
        return f"[{number}]"
    return f'<a class="cite" href="{link}" data-source="{number}">{number}</a>'


def _render_image(renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _environment: Any) -> str:
    """A picture would tell a stranger's server that this was read: only a link to it is shown."""
    token = tokens[index]
    label = nh3.clean_text(token.content or str(token.attrGet("src") or ""))
    return f'<a href="{nh3.clean_text(str(token.attrGet("src") or ""))}">{label}</a>'
