"""A knowledge base with real files in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants import offers as offered
from assistants.knowledge.index import index_file
from assistants.models import KnowledgeBase, KnowledgeFile, Offer

FILES = Path(__file__).parents[2] / "files"
GUIDE = "fr_rgaa_guide_accompagnement.pdf"

Add = Callable[..., KnowledgeFile]


@pytest.fixture(autouse=True)
def stored(settings: Settings, tmp_path: Path) -> None:
    """Uploads of a test go with it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    offered.forget()


@pytest.fixture
def base(creator: User) -> KnowledgeBase:
    return KnowledgeBase.objects.create(owner=creator, name="Base")


@pytest.fixture
def add(base: KnowledgeBase) -> Add:
    """Put a file into a base, waiting to be read: one of tests/files, or the content given."""

    def make(name: str, content: str | bytes | None = None, to: KnowledgeBase | None = None) -> KnowledgeFile:
        if content is None:
            content = (FILES / name).read_bytes()
        file = KnowledgeFile(base=to or base, name=name)
        file.upload.save(name, ContentFile(content.encode() if isinstance(content, str) else content), save=False)
        file.save(force_insert=True)
        return file

    return make


@pytest.fixture
def index(add: Add) -> Add:
    """Put a file into a base and read it."""

    def make(name: str, content: str | bytes | None = None, to: KnowledgeBase | None = None) -> KnowledgeFile:
        file = add(name, content, to)
        index_file(file.pk)
        file.refresh_from_db()
        return file

    return make


@pytest.fixture
def no_embedder(offers: None) -> None:
    """The embedding model's address answers to nobody."""
    Offer.objects.filter(kind="embedding").update(base_url="http://127.0.0.1:9/v1")
    offered.forget()
