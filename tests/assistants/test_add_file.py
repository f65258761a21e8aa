from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants import services
from assistants.models import KnowledgeBase, KnowledgeFile
from core.errors import AppError
from tests.assistants.made import SignIn, assistant_of, upload

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def base(creator: User) -> KnowledgeBase:
    return assistant_of(creator).knowledge_base


def test_a_file_waits_to_be_read(base: KnowledgeBase) -> None:
    file = services.add_file(base=base, name="returns.md", upload=upload())
    assert (file.state, file.size, file.name) == ("queued", 23, "returns.md")
    assert file.sha256 == "".join(f"{byte:02x}" for byte in bytes.fromhex(file.sha256))
    assert file.heartbeat_at is not None


def test_its_name_never_reaches_the_disk(base: KnowledgeBase) -> None:
    file = services.add_file(base=base, name="../../etc/passwd.md", upload=upload())
    assert file.name == "passwd.md"
    assert file.upload.name == f"knowledge/{base.id}/{file.id}"


def test_a_long_name_keeps_its_ending(base: KnowledgeBase) -> None:
    file = services.add_file(base=base, name="é" * 400 + ".pdf", upload=upload())
    assert file.name.endswith("….pdf") or file.name.endswith(".pdf")
    assert len(file.name) <= 200


def test_the_same_content_again_is_the_same_file(base: KnowledgeBase) -> None:
    first = services.add_file(base=base, name="returns.md", upload=upload())
    again = services.add_file(base=base, name="copy.md", upload=upload())
    assert again == first
    assert base.files.count() == 1


def test_too_big_names_the_limit_and_the_size(base: KnowledgeBase, settings: Settings) -> None:
    settings.KNOWLEDGE_MAX_FILE_BYTES = 1024
    with pytest.raises(AppError) as refusal:
        services.add_file(base=base, name="big.txt", upload=upload(b"x" * 2048))
    assert refusal.value.code == "too_big"
    assert str(refusal.value).replace("\xa0", " ") == (
        "This file weighs 2.0 KB; the most is 1.0 KB. Split it and upload the parts."
    )


def test_an_empty_file_is_refused(base: KnowledgeBase) -> None:
    with pytest.raises(AppError, match="empty"):
        services.add_file(base=base, name="nothing.txt", upload=upload(b""))


def test_a_full_assistant_says_how_many_files_it_holds(base: KnowledgeBase, settings: Settings) -> None:
    settings.KNOWLEDGE_MAX_FILES = 1
    services.add_file(base=base, name="one.txt", upload=upload(b"one"))
    with pytest.raises(AppError, match="has 1 files, which is the most"):
        services.add_file(base=base, name="two.txt", upload=upload(b"two"))


def test_removing_forgets_the_stored_file(base: KnowledgeBase, django_capture_on_commit_callbacks: Any) -> None:
    file = services.add_file(base=base, name="returns.md", upload=upload())
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_file(file=file)
    assert not default_storage.exists(file.upload.name)
    assert not KnowledgeFile.objects.exists()


def test_a_dead_broker_does_not_lose_the_file(
    base: KnowledgeBase, django_capture_on_commit_callbacks: Any, unreachable_broker: None
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        file = services.add_file(base=base, name="returns.md", upload=upload())
    file.refresh_from_db()
    assert file.state == "queued"


def test_only_a_failed_file_is_read_again(base: KnowledgeBase) -> None:
    file = services.add_file(base=base, name="returns.md", upload=upload())
    KnowledgeFile.objects.update(state="ready", attempt=1)
    assert services.retry_file(file=file).state == "ready"
    KnowledgeFile.objects.update(state="failed", error_code="lost", attempt=3)
    again = services.retry_file(file=file)
    assert (again.state, again.error_code, again.attempt) == ("queued", "", 0)


def test_one_bad_file_among_many_does_not_stop_the_others(creator: User, as_user: SignIn, base: KnowledgeBase) -> None:
    files = [upload(b"one", "one.txt"), upload(b"", "nothing.txt"), upload(b"two", "two.txt")]
    page = as_user(creator).post(f"/assistants/{base.assistant.id}/files/", {"files": files}, follow=True)
    assert sorted(base.files.values_list("name", flat=True)) == ["one.txt", "two.txt"]
    assert "nothing.txt: This file is empty." in page.text


def test_a_script_hears_why_a_file_was_refused(
    creator: User, as_user: SignIn, base: KnowledgeBase, settings: Settings
) -> None:
    settings.KNOWLEDGE_MAX_FILE_BYTES = 2
    url = f"/assistants/{base.assistant.id}/files/"
    response = as_user(creator).post(url, {"files": [upload()]}, headers=JSON)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "too_big"


def test_a_script_hears_that_a_file_is_there_already(creator: User, as_user: SignIn, base: KnowledgeBase) -> None:
    url = f"/assistants/{base.assistant.id}/files/"
    answers = [as_user(creator).post(url, {"files": [upload()]}, headers=JSON).json()["known"] for _ in range(2)]
    assert answers == [0, 1]
