"""The fixed cast and the real parts. A creator makes, a person talks, a stranger must see nothing of theirs."""

import os
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import translation

from accounts.models import User
from core import redis, storage
from tests.scripted import ScriptedServer
from tests.stack import Stack

PASSWORD = "correct horse battery"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with the product's own processes come last: a live worker would take the tasks of all others."""
    items.sort(key=lambda item: "stack" in getattr(item, "fixturenames", ()))


@cache
def _hashed() -> str:
    """Argon2 is slow on purpose: once is enough for the whole cast."""
    return make_password(PASSWORD)


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Each test begins in English: a page that an earlier one read in French leaves its language in the thread."""
    translation.activate("en")


def _user(name: str, **fields: object) -> User:
    facts = {"email": f"{name}@example.org", "password": _hashed(), "display_name": name.title(), "handle": name}
    return User.objects.create(**facts, **fields)


@pytest.fixture
def creator(db: None) -> User:
    return _user("creator")


@pytest.fixture
def person(db: None) -> User:
    return _user("person")


@pytest.fixture
def stranger(db: None) -> User:
    return _user("stranger")


@pytest.fixture
def administrator(db: None) -> User:
    return _user("administrator", is_staff=True, is_superuser=True)


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A browser without pages, signed in as somebody."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return make


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Static files and the cache table are part of every real start; make them once."""
    storage.collect_when_changed()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)


@pytest.fixture(scope="session")
def scripted() -> Iterator[ScriptedServer]:
    """A scripted model provider on a real port."""
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def offers(db: None, scripted: ScriptedServer) -> None:
    """The scripted provider's models on offer."""
    from assistants.models import Offer

    address = scripted.base_url
    Offer.objects.create(kind="chat", name="scripted", label="Scripted", base_url=address, is_default=True)
    Offer.objects.create(kind="embedding", name="all-MiniLM-L6-v2", label="MiniLM", base_url=address, is_default=True)


@pytest.fixture
def categories(db: None) -> None:
    """The sample catalogue's shelves."""
    call_command("load_categories", verbosity=0)


@pytest.fixture(scope="session")
def stack_processes(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, scripted: ScriptedServer
) -> Iterator[Stack]:
    """Web, worker and beat as real processes on the test database."""
    environment = {
        "DATABASE_URL": _test_database_url(connections["default"].settings_dict["NAME"]),
        "OPENAI_BASE_URL": scripted.base_url,
        # accidents are noticed sooner than people need it
        "RUN_QUEUED_SECONDS": "2",
        "RUN_SILENT_SECONDS": "4",
    }
    stack = Stack(environment, tmp_path_factory.mktemp("stack"))
    yield stack
    stack.stop()


def _test_database_url(test_name: str) -> str:
    """The address of the test database: the configured one with the name replaced."""
    head, separator, options = os.environ["DATABASE_URL"].partition("?")
    return f"{head.rsplit('/', 1)[0]}/{test_name}{separator}{options}"


@pytest.fixture
def stack(transactional_db: None, offers: None, categories: None, stack_processes: Stack) -> Iterator[Stack]:
    """The whole product running, with an empty Redis and the cast's database."""
    redis.client().flushdb()
    names = ("web", "worker", "beat")
    absent = [name for name in names if not stack_processes.is_running(name)]
    for name in absent:
        stack_processes.start(name)
    if absent:
        stack_processes.wait_until_healthy("database", "redis", "worker")
    yield stack_processes
