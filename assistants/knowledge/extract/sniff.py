"""What a file really is, by its bytes; its name only tells apart the kinds of plain text."""

import zipfile
from pathlib import PurePath

from assistants.knowledge.extract.blocks import ExtractionError, Problem, Source

HEAD = 64 * 1024
ZIP_MAX_ENTRIES = 20_000
ZIP_MAX_BYTES = 400 * 1024 * 1024
ZIP_MAX_RATIO = 200
# A small file may well unpack to many times its size; only much text at a high ratio is a bomb.
ZIP_RATIO_FROM = 50 * 1024 * 1024

SUFFIXES = {
    "pdf": "pdf",
    "docx": "docx docm",
    "pptx": "pptx pptm",
    "sheet": "xlsx xlsm xlsb xls ods",
    "html": "html htm xhtml",
    "markdown": "md markdown mdx",
    "csv": "csv tsv",
    "code": "py js mjs ts tsx jsx java kt c h cpp hpp cc cs go rs rb php swift scala sh bash ps1 sql r jl lua pl css "
    "scss json jsonl yaml yml toml ini cfg conf xml tex vue dart ex exs hs ipynb dockerfile makefile",
    "text": "txt text log rst adoc srt vtt",
}
KIND_OF = {suffix: kind for kind, suffixes in SUFFIXES.items() for suffix in suffixes.split()}
BINARY_KINDS = {"pdf", "docx", "pptx", "sheet"}

MAGIC = [
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"BM", "image"),
    (b"ID3", "audio"),
    (b"OggS", "audio"),
    (b"fLaC", "audio"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
]
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def sniff(source: Source) -> str:
    """The reader's name for this file: one of `SUFFIXES`. A name that promises another kind is refused."""
    with source.path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\x00 \t\r\n"):
        raise ExtractionError(Problem.EMPTY)
    found = _found(source, head)
    claimed = claimed_kind(source.name)
    if claimed == found or (found in BINARY_KINDS and not claimed):
        return found
    misnamed = claimed in BINARY_KINDS or (claimed == "csv" and found == "html")
    if misnamed or found not in {"html", "text"}:
        raise ExtractionError(Problem.WRONG_TYPE, claimed=claimed, found=found)
    return "html" if found == "html" and claimed in {"", "text"} else claimed or found


def claimed_kind(name: str) -> str:
    """The kind that a file's name promises, or nothing."""
    path = PurePath(name.lower())
    return KIND_OF.get(path.suffix.lstrip(".") or path.name, "")


def _found(source: Source, head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(source)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _inside_ole(source)
    for magic, found in MAGIC:
        if head.startswith(magic) and not _is_text(head):
            return found
    if head[4:8] == b"ftyp" or (head.startswith(b"RIFF") and head[8:12] in {b"WEBP", b"AVI ", b"WAVE"}):
        return "media"
    if not _is_text(head):
        return "binary"
    return "html" if _is_html(head) else "text"


def _is_text(head: bytes) -> bool:
    """Text has no control characters to speak of; UTF-16 is text full of NULs, on one side only."""
    if head.startswith(BOMS):
        return True
    if 0 in head:
        zeros = sorted(side.count(0) / max(1, len(side)) for side in (head[0::2], head[1::2]))
        return zeros[0] < 0.05 and zeros[1] > 0.4
    controls = sum(head.count(byte) for byte in (*range(1, 9), *range(14, 27), *range(28, 32)))
    return controls <= len(head) * 0.01


def _is_html(head: bytes) -> bool:
    start = head[:4096].replace(b"\x00", b"").lower()
    return b"<!doctype html" in start or b"<html" in start


def _inside_zip(source: Source) -> str:
    try:
        with zipfile.ZipFile(source.path) as archive:
            entries = archive.infolist()
            check_bomb(entries, source.path.stat().st_size)
            if any(entry.flag_bits & 1 for entry in entries):
                raise ExtractionError(Problem.LOCKED)
            names = [entry.filename for entry in entries]
            mimetype = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise ExtractionError(Problem.UNREADABLE, reason=type(error).__name__) from error
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "sheet"
    folders = {name.partition("/")[0] for name in names}
    return next(
        (kind for folder, kind in (("word", "docx"), ("ppt", "pptx"), ("xl", "sheet")) if folder in folders), "archive"
    )


def check_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive by what it says it unpacks to, before unpacking a byte of it."""
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = unpacked > ZIP_RATIO_FROM and unpacked > size * ZIP_MAX_RATIO
    if len(entries) > ZIP_MAX_ENTRIES or unpacked > ZIP_MAX_BYTES or too_dense:
        raise ExtractionError(Problem.ZIP_BOMB, entries=len(entries), unpacked=unpacked)


def _inside_ole(source: Source) -> str:
    """The old Office container: a workbook, an encrypted new-style document, or something we do not read."""
    content = source.path.read_bytes()
    if _utf16("EncryptedPackage") in content:
        raise ExtractionError(Problem.LOCKED)
    if _utf16("Workbook") in content or _utf16("Book") in content:
        return "sheet"
    return "old office"


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")
