import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from accounts.models import User
from assistants import bundle, services
from assistants.models import Assistant, KnowledgeFile
from core.errors import AppError, Conflict
from tests.assistants.made import assistant_of

SAMPLES = sorted(path.parent for path in Path(configured.BASE_DIR, "samples").glob("*/assistant.json"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A portable assistant with two files."""
    root = tmp_path / "returns-desk"
    (root / "knowledge").mkdir(parents=True)
    listed = []
    for name in ("policy.md", "faq.md"):
        (root / "knowledge" / name).write_text(f"# {name}\n\nThirty days.")
        listed.append({"file": f"knowledge/{name}", "title": name[:-3].title(), "licence": "CC0-1.0", "origin": "here"})
    facts = {"schema": 1, "slug": "returns-desk", "language": "en", "category": "servir", "name": "Returns desk"}
    starters = [{"title": "Return", "text": "How do I return this?"}]
    write(root, facts | {"promise": "P", "instructions": "I", "starters": starters, "knowledge": listed})
    return root


def write(root: Path, manifest: dict[str, Any]) -> None:
    for item in manifest["knowledge"]:
        path = root / item["file"]
        if path.is_file() and "sha256" not in item:
            item["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (root / "assistant.json").write_text(json.dumps(manifest))


def change(root: Path, **changes: Any) -> None:
    manifest = json.loads((root / "assistant.json").read_text()) | changes
    write(root, manifest)


def zipped(root: Path, inside: str = "") -> Path:
    path = root.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in root.rglob("*.*"):
            archive.write(file, f"{inside}{file.relative_to(root)}")
    return path


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_sample_can_be_read(sample: Path) -> None:
    found = bundle.read(sample)
    assert found.slug == sample.name
    assert found.definition.starters
    assert found.files


def test_a_zip_reads_like_its_folder(folder: Path) -> None:
    assert bundle.read(zipped(folder)) == bundle.read(folder) == bundle.read(zipped(folder, "returns-desk/"))


def test_a_file_is_called_by_its_title(folder: Path) -> None:
    assert [file.name for file in bundle.read(folder).files] == ["Policy.md", "Faq.md"]


def test_importing_makes_a_draft_with_its_files(creator: User, folder: Path) -> None:
    assistant = bundle.import_bundle(owner=creator, bundle=bundle.read(folder))
    assert (assistant.slug, assistant.owner, assistant.live_version) == ("returns-desk", creator, None)
    facts = list(assistant.knowledge_base.files.values_list("name", "licence", "origin", "state"))
    assert facts == [("Policy.md", "CC0-1.0", "here", "queued"), ("Faq.md", "CC0-1.0", "here", "queued")]


def test_importing_twice_changes_nothing(creator: User, folder: Path) -> None:
    first = bundle.import_bundle(owner=creator, bundle=bundle.read(folder))
    KnowledgeFile.objects.update(state="ready")
    again = bundle.import_bundle(owner=creator, bundle=bundle.read(folder))
    assert (again.pk, again.updated_at) == (first.pk, first.updated_at)
    assert set(KnowledgeFile.objects.values_list("state", flat=True)) == {"ready"}


def test_what_its_creator_changed_since_stays(creator: User, folder: Path) -> None:
    assistant = bundle.import_bundle(owner=creator, bundle=bundle.read(folder))
    mine = assistant_of(creator, name="My own").draft_definition
    services.save_draft(assistant=assistant, definition=mine)
    assert bundle.import_bundle(owner=creator, bundle=bundle.read(folder)).draft_definition == mine


def test_a_changed_sample_replaces_the_draft_and_reads_only_what_is_new(creator: User, folder: Path) -> None:
    assistant = bundle.import_bundle(owner=creator, bundle=bundle.read(folder))
    KnowledgeFile.objects.update(state="ready")
    (folder / "knowledge" / "faq.md").write_text("# New\n\nForty days.")
    manifest = json.loads((folder / "assistant.json").read_text())
    del manifest["knowledge"][1]["sha256"]
    change(folder, promise="New promise", knowledge=manifest["knowledge"])
    again = bundle.import_bundle(owner=creator, bundle=bundle.read(folder))
    assert (again.pk, again.draft_definition.promise) == (assistant.pk, "New promise")
    assert dict(KnowledgeFile.objects.values_list("name", "state")) == {"Policy.md": "ready", "Faq.md": "queued"}


def test_an_address_of_somebody_else_is_not_taken_over(creator: User, stranger: User, folder: Path) -> None:
    assistant_of(stranger)
    with pytest.raises(Conflict):
        bundle.import_bundle(owner=creator, bundle=bundle.read(folder))
    assert Assistant.objects.get().owner == stranger


def refusal(path: Path) -> AppError:
    with pytest.raises(AppError) as refused:
        bundle.read(path)
    return refused.value


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "knowledge/../../secret.txt",
        "/etc/passwd",
        "knowledge/..\\secret.txt",
        "secret.txt",
        "knowledge/",
    ],
)
def test_nothing_outside_the_folder_is_read(folder: Path, name: str) -> None:
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "secret.txt").write_text("secret")
    digest = hashlib.sha256(b"secret").hexdigest()
    change(folder, knowledge=[{"file": name, "sha256": digest}])
    for path in (folder, zipped(folder)):
        error = refusal(path)
        assert (error.code, "folder" in str(error)) == ("bad_bundle", True)


def test_a_link_that_leads_out_is_refused(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "knowledge" / "link.md").symlink_to(folder.parent / "secret.txt")
    change(folder, knowledge=[{"file": "knowledge/link.md", "sha256": hashlib.sha256(b"secret").hexdigest()}])
    assert "does not lie in" in str(refusal(folder))


def test_a_file_that_is_not_the_listed_one_is_refused(folder: Path) -> None:
    (folder / "knowledge" / "policy.md").write_text("swapped")
    assert "its hash differs" in str(refusal(folder))


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "knowledge" / "policy.md").unlink()
    assert str(refusal(folder)) == "knowledge/policy.md is missing."


def test_a_zip_that_unpacks_to_more_than_it_may_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "FILE_BYTES", 10)
    assert "larger than" in str(refusal(zipped(folder)))


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"not a zip")
    assert "not a zip file" in str(refusal(path))


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "Returns Desk"},
        {"slug": "../up"},
        {"slug": 3},
        {"name": ["a"]},
        {"starters": [{"title": "only"}]},
        {"starters": "text"},
        {"schema": 99},
        {"name": "x" * 81},
        {"knowledge": [3]},
        {"schema": "one"},
    ],
)
def test_a_strange_manifest_is_refused(folder: Path, changes: dict[str, Any]) -> None:
    manifest = json.loads((folder / "assistant.json").read_text()) | changes
    (folder / "assistant.json").write_text(json.dumps(manifest))
    assert refusal(folder)


def test_a_folder_without_manifest_is_refused(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    assert str(refusal(folder)) == "assistant.json is missing."
