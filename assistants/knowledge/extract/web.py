"""Web pages: the article, without the page's furniture."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from assistants.knowledge.extract.blocks import Block, Outline, Source, clean
from assistants.knowledge.extract.tables import row_lines
from assistants.knowledge.extract.text import decode

FURNITURE = (
    "script, style, noscript, template, nav, footer, button, select, input, textarea, svg, iframe, dialog, [hidden], "
)
FURNITURE += "[role=navigation], [role=search], [role=banner], [role=contentinfo]"
# Where the page does not say which part is the main one, these are taken for its frame.
FRAME = "aside, body > header, [role=complementary]"
CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
BREAKS = {"p", "div", "section", "article", "main", "header", "blockquote", "ul", "ol", "dl", "dt", "dd", "hr"}
BREAKS |= {"table", "tr", "td", "th", "figure", "figcaption", "address", "details", "summary"}


def read(source: Source) -> Iterator[Block]:
    """Blocks of the page's main part, or of its body."""
    tree = LexborHTMLParser(page_text(source.path.read_bytes()))
    title = tree.css_first("title")
    source.title = " ".join(clean(title.text()).split()) if title else ""
    body = main_part(tree)
    for node in tree.css(FURNITURE if body else f"{FURNITURE}, {FRAME}"):
        node.decompose()
    body = body or tree.body
    if body is not None:
        walk = Walk()
        yield from walk.children(body)
        yield from walk.end()


def main_part(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that the page marks as its content; several articles are a list, and no one's main part."""
    articles = tree.css("article")
    return tree.css_first("main") or tree.css_first("[role=main]") or (articles[0] if len(articles) == 1 else None)


def page_text(content: bytes) -> str:
    """The page in the character set that it names, else the likeliest."""
    named = CHARSET.search(content[:4096])
    try:
        return content.decode(named[1].decode()) if named else decode(content)
    except (UnicodeDecodeError, LookupError):
        return decode(content)


class Walk:
    """Goes through the tree once and gathers lines under headings."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.line: list[str] = []

    def children(self, parent: LexborNode) -> Iterator[Block]:
        """Everything inside a node, in order."""
        node = parent.first_child
        while node is not None:
            yield from self.node(node)
            node = node.next

    def node(self, node: LexborNode) -> Iterator[Block]:
        """One node, by what its tag means to a reader."""
        tag = node.tag or ""
        if node.is_text_node:
            self.line.append(node.text_content or "")
        elif re.fullmatch("h[1-6]", tag):
            yield from self.flush()
            yield from self.outline.heading(int(tag[1]), " ".join(node.text(separator="").split()))
        elif tag == "table" and not _holds_tables(node):
            yield from self.flush()
            yield from self.outline.add("\n".join(row_lines(_rows(node))), "rows")
        elif tag == "pre":
            yield from self.flush()
            yield from self.outline.add(f"```\n{node.text()}\n```")
        elif tag == "br":
            yield from self.flush()
        elif tag == "li":
            yield from self.flush()
            self.line.append("- ")
            yield from self.children(node)
            yield from self.flush()
        elif node.is_element_node:
            yield from self.flush() if tag in BREAKS else ()
            yield from self.children(node)
            yield from self.flush() if tag in BREAKS else ()

    def flush(self) -> Iterator[Block]:
        """End the line."""
        text = " ".join(clean("".join(self.line)).split())
        self.line = []
        if text.strip("- "):
            yield from self.outline.add(text)

    def end(self) -> Iterator[Block]:
        """End the page."""
        yield from self.flush()
        yield from self.outline.end()


def _holds_tables(table: LexborNode) -> bool:
    """A table around tables lays out the page."""
    return any(inner.mem_id != table.mem_id for inner in table.css("table"))


def _rows(table: LexborNode) -> list[list[str]]:
    return [[" ".join(cell.text(separator=" ").split()) for cell in row.css("th, td")] for row in table.css("tr")]
