"""The shelves and the sample catalogue, loaded and loaded again."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from store import services
from store.models import Category, Listing

pytestmark = pytest.mark.django_db
SHELVES = json.loads((Path(settings.BASE_DIR) / "samples" / "categories.json").read_text())


def test_the_shelves_are_filled_in_order(categories: None) -> None:
    assert [category.pk for category in Category.objects.all()] == [item["slug"] for item in SHELVES]


def test_filling_them_again_changes_nothing(categories: None) -> None:
    Category.objects.filter(pk="servir").update(name_en="Renamed by hand", position=99)
    call_command("load_categories", verbosity=0)
    assert Category.objects.count() == len(SHELVES)
    kept = Category.objects.get(pk="servir")
    assert (kept.name_en, kept.position) == ("Renamed by hand", 99)


def test_shelves_speak_the_readers_language(client: Client, categories: None) -> None:
    first = SHELVES[0]
    for language in ("fr", "en"):
        page = client.get("/categories/", headers={"accept-language": language})
        assert first["name"][language] in page.content.decode().replace("&#x27;", "'")


def test_the_samples_are_published_once(
    creator: User, categories: None, offers: None, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    folder = Path(settings.BASE_DIR) / "samples"
    count = services.load_samples(folder=folder, owner=creator)
    assert count == Listing.objects.live().count() >= 16
    assert services.load_samples(folder=folder, owner=creator) == 0
    taken = Listing.objects.first()
    services.withdraw(taken.assistant)
    assert services.load_samples(folder=folder, owner=creator) == 0
    taken.refresh_from_db()
    assert taken.state == "withdrawn"
