"""The words to translate, collected without the gettext binary: `python -m config.messages collect` (`make messages`).

Django turns templates into something like Python, Babel reads the calls. Translations are kept, new words arrive empty,
words that are gone go. `problems` says what is missing; `make check` fails on it.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from config.env import BASE_DIR

APPS = ("core", "backends", "accounts", "assistants", "conversations", "store", "widget", "config")
LANGUAGES = ("en", "fr")
SOURCE_LANGUAGE = "en"
TEMPLATES = "templates"
COMMENT = "Translators"
HOLE = re.compile(r"%\(\w+\)s|\{\w+\}")

# Functions whose arguments are words: by place, a context marked "c". Each also comes lazy.
FUNCTIONS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
KEYWORDS = {**FUNCTIONS, **{f"{name}_lazy": places for name, places in FUNCTIONS.items()}, "gettext_noop": None}

Words = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A marked word (or a word with its plural) in a file of ours."""

    file: str
    words: Words
    context: str | None
    comments: list[str]


def collect(root: Path = BASE_DIR) -> list[str]:
    """Rewrite the catalogues of all languages from the code; gives one line a language."""
    return [_collect(root, language) for language in LANGUAGES]


def problems(root: Path = BASE_DIR) -> list[str]:
    """What keeps a language from being complete: words not collected, not translated, in doubt, or no longer used."""
    found = list(find(root))
    return [problem for language in LANGUAGES for problem in _problems(root, language, found)]


def find(root: Path) -> Iterator[Found]:
    """Every marked word of the product, in the order of its files."""
    for path in _sources(root):
        source = path.read_text()
        if path.suffix != ".py":
            source = _flat(templatize(source, origin=str(path)))
        name = path.relative_to(root).as_posix()
        options = {"encoding": "utf-8"}
        for _line, words, comments, context in extract(
            "python", BytesIO(source.encode()), KEYWORDS, [COMMENT], options
        ):
            yield Found(name, words if isinstance(words, str) else (words[0], words[1]), context, list(comments))


def _collect(root: Path, language: str) -> str:
    path = _path(root, language)
    old = _read(path, language)
    new = Catalog(locale=language, project="Vitrine", charset="utf-8", fuzzy=False, header_comment=_header(language))
    # A file that changes only when its words do.
    new.creation_date = new.revision_date = old.creation_date
    new.last_translator, new.language_team, new.msgid_bugs_address = "Vitrine", language, "none"
    for found in find(root):
        new.add(found.words, None, [(found.file, 0)], auto_comments=found.comments, context=found.context)
    for message in _messages(new):
        if (kept := old.get(message.id, message.context)) and _is_same(kept, message):
            message.string, message.flags = kept.string, message.flags | (kept.flags & {"fuzzy"})
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, new, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    missing = sum(1 for message in _messages(new) if language != SOURCE_LANGUAGE and not _is_translated(message))
    return f"{language}: {len(new)} entries, {missing} not translated"


def _problems(root: Path, language: str, found: Iterable[Found]) -> Iterator[str]:
    catalogue = _read(_path(root, language), language)
    used = set()
    for one in found:
        entry = catalogue.get(one.words, one.context)
        if entry is None or not _has_form(entry, one.words):
            yield f"{language}: not collected (make messages): {one.words!r} in {one.file}"
            continue
        used.add((entry.id, entry.context))
        if language != SOURCE_LANGUAGE and not _is_translated(entry):
            yield f"{language}: not translated: {one.words!r} in {one.file}"
    for message in _messages(catalogue):
        if (message.id, message.context) not in used:
            yield f"{language}: no longer used (make messages): {message.id!r}"
        yield from (f"{language}: {error}: {message.id!r}" for error in _errors(message))
    yield from (f"{language}: obsolete entry: {key!r}" for key in catalogue.obsolete)


def _errors(message: Message) -> Iterator[str]:
    """Doubt, and placeholders that do not fit."""
    if message.fuzzy:
        yield "in doubt (fuzzy)"
    if _is_translated(message):
        yield from (str(error) for error in message.check())
        # A singular may write its number out, the last plural may not.
        if _holes(message.id) != _holes(message.string):
            yield "other placeholders than in English"


def _holes(words: Sequence[str] | None) -> set[str]:
    last = words if isinstance(words, str) else (words or [""])[-1]
    return set(HOLE.findall(last))


def _sources(root: Path) -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in sorted((root / app).rglob("*.py")) if "migrations" not in path.parts)
    yield from (path for path in sorted((root / TEMPLATES).rglob("*")) if path.suffix in {".html", ".txt"})


def _flat(source: str) -> str:
    """Without indentation, which Python's tokenizer would stumble over; lines stay."""
    return "\n".join(line.lstrip() for line in source.split("\n"))


def _path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _is_same(kept: Message, fresh: Message) -> bool:
    return isinstance(kept.id, tuple) == isinstance(fresh.id, tuple)


def _has_form(entry: Message, words: Words) -> bool:
    """A plural needs an entry with a plural; a word alone may share it."""
    return not isinstance(words, tuple) or entry.id == words


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(strings) and all(strings)


def _header(language: str) -> str:
    return f"# Vitrine's words, {language}. `make messages` collects them; translate by hand, keep the placeholders."


def main() -> int:
    """Collect, or say what is missing."""
    lines = collect() if sys.argv[1:] == ["collect"] else problems()
    print("\n".join(lines))  # noqa: T201 (this module is a command line)
    return 1 if lines and sys.argv[1:] != ["collect"] else 0


if __name__ == "__main__":
    sys.exit(main())
