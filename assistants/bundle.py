"""Portable assistants: a folder or zip with `assistant.json` and the knowledge files that it lists with their hashes.

`samples/README.md` describes the format. Nothing outside the folder is ever read, whatever its lists say.
"""

import hashlib
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assistants import services
from assistants.definition import SCHEMA, Definition
from assistants.models import Assistant, KnowledgeBase
from core.errors import AppError, Conflict

MANIFEST = "assistant.json"
MANIFEST_BYTES = 1024 * 1024
FILE_BYTES = 50 * 1024 * 1024
TOTAL_BYTES = 200 * 1024 * 1024
MAX_FILES = 100
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BAD_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, KeyError, OSError, ValueError)


class BadBundle(AppError):
    """The folder or zip is not an assistant that can be read."""

    code = "bad_bundle"


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A knowledge file whose content has the hash that was promised."""

    name: str
    sha256: str
    licence: str
    origin: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """A portable assistant, read and verified. `digest` changes with anything in it."""

    slug: str
    definition: Definition
    files: tuple[BundleFile, ...]
    digest: str


class _Source(Protocol):
    def read(self, name: str, limit: int) -> bytes: ...


def read(path: Path) -> Bundle:
    """Read a folder or a zip; raises BadBundle that says what is wrong with it."""
    source: _Source = _Folder(path) if path.is_dir() else _Zip(path)
    try:
        manifest = json.loads(source.read(MANIFEST, MANIFEST_BYTES))
        return _parse(manifest, source)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise BadBundle(_("%(file)s can't be understood: %(reason)s") % {"file": MANIFEST, "reason": error}) from error


@transaction.atomic
def import_bundle(*, owner: User, bundle: Bundle) -> Assistant:
    """Make or renew the draft of this slug. One that has not changed since its last import is left as it is now.

    A renewed one takes the bundle's definition and files; files with known content are not read again.
    """
    assistant = Assistant.objects.select_related("live_version", "knowledge_base").filter(slug=bundle.slug).first()
    if assistant and assistant.owner_id != owner.pk:
        raise Conflict(_("The address %(slug)s belongs to another assistant.") % {"slug": bundle.slug})
    if assistant and assistant.bundle_digest == bundle.digest:
        return assistant
    if assistant:
        services.save_draft(assistant=assistant, definition=bundle.definition)
    else:
        assistant = services.create_assistant(owner=owner, definition=bundle.definition)
    _replace_files(assistant.knowledge_base, bundle.files)
    assistant.slug, assistant.bundle_digest = bundle.slug, bundle.digest
    assistant.save(update_fields=["slug", "bundle_digest", "updated_at"])
    return assistant


def _replace_files(base: KnowledgeBase, wanted: tuple[BundleFile, ...]) -> None:
    for file in base.files.exclude(sha256__in=[item.sha256 for item in wanted]):
        services.remove_file(file=file)
    for item in wanted:
        upload = ContentFile(item.content)
        file = services.add_file(base=base, name=item.name, upload=upload)
        base.files.filter(pk=file.pk).update(name=item.name, licence=item.licence, origin=item.origin)


def _parse(manifest: dict[str, Any], source: _Source) -> Bundle:
    if manifest["schema"] > SCHEMA:
        raise BadBundle(_("This assistant was made by a newer version of Vitrine."))
    slug = manifest["slug"]
    if not SLUG.fullmatch(slug) or len(slug) > services.SLUG_LENGTH:
        raise ValueError("slug")
    listed = manifest.get("knowledge", [])
    if len(listed) > MAX_FILES:
        raise BadBundle(_("This assistant has more than %(limit)s files.") % {"limit": MAX_FILES})
    definition = _definition(manifest)
    files = tuple(_file(item, source) for item in listed)
    if sum(len(file.content) for file in files) > TOTAL_BYTES:
        raise BadBundle(_("The files of this assistant are too big together."))
    digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    return Bundle(slug, definition, files, digest)


def _definition(manifest: dict[str, Any]) -> Definition:
    """A definition whose texts are texts of a bearable length."""
    definition = Definition.from_json(manifest)
    if not all(isinstance(getattr(definition, name), str) for name in services.LENGTHS):
        raise TypeError("texts")
    if not all(isinstance(text, str) for starter in definition.starters for text in (starter.title, starter.text)):
        raise TypeError("starters")
    services.check_lengths(definition)
    return definition


def _file(item: dict[str, Any], source: _Source) -> BundleFile:
    name = item["file"]
    content = source.read(name, FILE_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    if digest != item["sha256"]:
        raise BadBundle(_("%(file)s is not the file that was listed: its hash differs.") % {"file": name})
    path = PurePosixPath(name)
    title = str(item.get("title") or path.stem).replace("/", "-")[:180]
    return BundleFile(
        name=f"{title}{path.suffix}",
        sha256=digest,
        licence=str(item.get("licence", ""))[:200],
        origin=str(item.get("origin", ""))[:300],
        content=content,
    )


def _check_name(name: str) -> str:
    """A plain path inside the folder, or BadBundle."""
    parts = name.split("/")
    is_inside = name == MANIFEST or (len(parts) > 1 and parts[0] == "knowledge")
    if not is_inside or any(part in {"", ".", ".."} for part in parts) or any(sign in name for sign in "\\:\x00"):
        raise BadBundle(_("%(file)s does not lie in the assistant's folder.") % {"file": name})
    return name


def _too_big(name: str, limit: int) -> BadBundle:
    facts = {"file": name, "limit": limit // 1024 // 1024}
    return BadBundle(_("%(file)s is larger than %(limit)s MB.") % facts)


def _absent(name: str) -> BadBundle:
    return BadBundle(_("%(file)s is missing.") % {"file": name})


class _Folder:
    def __init__(self, path: Path) -> None:
        self._root = path.resolve()

    def read(self, name: str, limit: int) -> bytes:
        path = (self._root / _check_name(name)).resolve()
        if not path.is_relative_to(self._root):  # a link that leads out
            raise BadBundle(_("%(file)s does not lie in the assistant's folder.") % {"file": name})
        if not path.is_file():
            raise _absent(name)
        if path.stat().st_size > limit:
            raise _too_big(name, limit)
        return path.read_bytes()


class _Zip:
    """Reads members by the names that the manifest lists, so no other name in the zip matters."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str, limit: int) -> bytes:
        _check_name(name)
        try:
            with zipfile.ZipFile(self._path) as archive:
                member = self._find(archive, name)
                if member is None:
                    raise _absent(name)
                with archive.open(member) as stream:
                    content = stream.read(limit + 1)  # what is unpacked counts, not what the zip's head says
        except BAD_ZIP as error:
            raise BadBundle(_("This is not a zip file that can be read.")) from error
        if len(content) > limit:
            raise _too_big(name, limit)
        return content

    def _find(self, archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
        """At the top, or in the one folder that was packed."""
        names = archive.namelist()
        tops = {entry.partition("/")[0] for entry in names}
        folder = "" if MANIFEST in names else f"{next(iter(tops))}/" if len(tops) == 1 else ""
        return archive.getinfo(folder + name) if folder + name in names else None
