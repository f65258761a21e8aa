from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from assistants import offers as offered
from assistants import services as assistants
from store import services, tasks
from store.models import Listing
from tests.assistants.made import assistant_of
from tests.scripted import ScriptedServer

Shelf = Callable[..., Listing]


@pytest.fixture(autouse=True)
def fresh_provider(scripted: ScriptedServer) -> None:
    """Nothing queued or remembered by the test before."""
    scripted.reset()
    offered.forget()


@pytest.fixture
def shelf(creator: User, categories: None, offers: None) -> Shelf:
    """Put an assistant into the store; `by` names another creator, `meant` gives it its meaning."""

    def make(name: str, *, by: User | None = None, meant: bool = False, **facts: Any) -> Listing:
        assistant = assistant_of(by or creator, name=name, **({"promise": f"{name}, at work."} | facts))
        services.submit(assistants.publish_version(assistant=assistant, author=by or creator))
        listing = Listing.objects.get(assistant=assistant)
        if meant:
            tasks.embed_listing(listing.pk)
        return listing

    return make
