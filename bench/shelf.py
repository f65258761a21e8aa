"""Bases, files and questions for the knowledge benchmarks. Imported once the environment names real servers."""

import django

django.setup()

from typing import Any  # noqa: E402

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402

from accounts.models import User  # noqa: E402
from assistants import offers, services  # noqa: E402
from assistants.knowledge import passages  # noqa: E402
from assistants.knowledge.extract.blocks import Block  # noqa: E402
from assistants.knowledge.search import Found, search  # noqa: E402
from assistants.knowledge.split import split  # noqa: E402
from assistants.models import KnowledgeBase, KnowledgeFile, Offer  # noqa: E402


class Shelf:
    """One knowledge base of a creator made for it."""

    def __init__(self, name: str) -> None:
        owner = User.objects.filter(handle="bench").first()
        owner = owner or User.objects.create_user("bench@example.org", "bench", display_name="Bench", handle="bench")
        self.embedder = offers.embedder()
        self.base = KnowledgeBase.objects.create(owner=owner, name=name, embedder=self.embedder.tag)

    def upload(self, name: str, content: bytes) -> KnowledgeFile:
        """Hand a file in as the builder page does; a worker reads it."""
        return services.add_file(base=self.base, name=name, upload=SimpleUploadedFile(name, content))

    def fill(self, corpus: list[dict[str, Any]]) -> dict[str, str]:
        """Index a corpus as the worker does after reading; gives document ids by file id."""
        documents: dict[str, str] = {}
        for entry in corpus:
            file = KnowledgeFile.objects.create(base=self.base, name=entry["id"], state="indexing", attempt=1)
            pieces = split([Block(entry["text"])], entry.get("title") or "")
            passages.replace(file, pieces)
            vectors = self.embedder.embed_passages([passages.embedded_text(piece) for piece in pieces])
            passages.store_vectors(file, pieces, vectors)
            documents[file.pk] = entry["id"]
        self.base.files.update(state="ready")
        return documents

    def ask(self, question: str, limit: int) -> list[Found]:
        return search([self.base.pk], question, limit=limit)


def clear() -> None:
    """An empty database, the offline models on offer, and the embedding model loaded."""
    call_command("migrate", verbosity=0)
    User.objects.filter(handle="bench").delete()
    Offer.objects.all().delete()
    offers.ensure_from_environment()
    offers.embedder().embed_query("The first question pays for loading the model.")
