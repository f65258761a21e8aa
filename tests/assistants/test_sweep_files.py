from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from assistants import services, sweeper
from assistants.models import KnowledgeFile
from tests.assistants.made import assistant_of, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(creator: User) -> KnowledgeFile:
    return services.add_file(base=assistant_of(creator).knowledge_base, name="a.md", upload=upload())


def silent_for(seconds: int, **facts: Any) -> None:
    KnowledgeFile.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=seconds), **facts)


@pytest.mark.parametrize("state", ["queued", "reading", "indexing"])
def test_a_file_without_a_sign_of_life_is_put_back(file: KnowledgeFile, state: str) -> None:
    silent_for(61, state=state, attempt=1)
    assert sweeper.put_back_lost() == [file.id]
    file.refresh_from_db()
    assert file.state == "queued"


def test_only_one_sweeper_puts_it_back(file: KnowledgeFile) -> None:
    silent_for(61, state="reading", attempt=1)
    assert [sweeper.put_back_lost(), sweeper.put_back_lost()] == [[file.id], []]


def test_a_file_that_is_being_read_is_left_alone(file: KnowledgeFile) -> None:
    silent_for(30, state="reading", attempt=1)
    assert sweeper.put_back_lost() == []


def test_the_third_lost_attempt_is_the_last(file: KnowledgeFile) -> None:
    silent_for(61, state="reading", attempt=3)
    assert sweeper.put_back_lost() == []
    file.refresh_from_db()
    assert (file.state, file.error_code) == ("failed", "lost")


def test_waiting_long_is_no_attempt(file: KnowledgeFile) -> None:
    silent_for(3600, state="queued", attempt=0)
    assert sweeper.put_back_lost() == [file.id]


@pytest.mark.parametrize("state", ["ready", "failed"])
def test_what_is_finished_stays_finished(file: KnowledgeFile, state: str) -> None:
    silent_for(3600, state=state)
    assert sweeper.put_back_lost() == []
