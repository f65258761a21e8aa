import zlib
from struct import pack
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from assistants import picture, services
from assistants.models import Assistant
from core.errors import AppError
from tests.assistants.made import SignIn, assistant_of, typed
from tests.assistants.made import picture as drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def assistant(creator: User) -> Assistant:
    return assistant_of(creator)


def refusal(assistant: Assistant, upload: SimpleUploadedFile) -> AppError:
    with pytest.raises(AppError) as refused:
        services.set_avatar(assistant=assistant, upload=upload)
    return refused.value


def png_of(width: int, height: int) -> SimpleUploadedFile:
    """A PNG of a few hundred bytes whose head promises that many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return SimpleUploadedFile("bomb.png", b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"x") + chunk(b"IEND", b""))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_small_square_webp(assistant: Assistant, form: str) -> None:
    services.set_avatar(assistant=assistant, upload=drawn(form=form))
    with Image.open(assistant.avatar.open()) as stored:
        assert (stored.format, stored.size) == ("WEBP", (512, 512))


def test_what_a_photo_tells_about_its_place_is_dropped(assistant: Assistant) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    services.set_avatar(assistant=assistant, upload=drawn(form="JPEG", exif=exif))
    assert b"taken at home" not in assistant.avatar.open().read()


def test_a_photo_taken_sideways_stands_upright(assistant: Assistant) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = Image.new("RGB", (100, 100), "red")
    wide.paste("blue", (0, 0, 100, 50))
    wide.save(name := default_storage.path("sideways.jpg"), exif=exif)
    with open(name, "rb") as file:
        services.set_avatar(assistant=assistant, upload=SimpleUploadedFile("me.jpg", file.read()))
    with Image.open(assistant.avatar.open()) as stored:
        red, _, blue = stored.convert("RGB").getpixel((480, 256))
        assert blue > 200 > red


@pytest.mark.parametrize("size", [(6000, 6000), (40_000, 40_000)])
def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(assistant: Assistant, size: tuple[int, int]) -> None:
    assert refusal(assistant, png_of(*size)).code == "too_many_pixels"
    assert not assistant.avatar


def test_a_heavy_picture_is_refused_with_both_figures(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MAX_BYTES", 100)
    error = refusal(assistant, drawn())
    assert error.code == "too_big"
    assert "100\xa0bytes" in str(error)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused(assistant: Assistant, content: bytes) -> None:
    assert refusal(assistant, SimpleUploadedFile("me.png", content)).code == "wrong_type"


def test_the_former_picture_is_forgotten(assistant: Assistant, django_capture_on_commit_callbacks: Any) -> None:
    services.set_avatar(assistant=assistant, upload=drawn())
    former = assistant.avatar.name
    with django_capture_on_commit_callbacks(execute=True):
        services.set_avatar(assistant=assistant, upload=drawn())
    assert not default_storage.exists(former)
    assert default_storage.exists(assistant.avatar.name)


def test_the_figurine_comes_back(assistant: Assistant) -> None:
    services.set_avatar(assistant=assistant, upload=drawn())
    services.remove_avatar(assistant=assistant)
    assert assistant.avatar_url == ""


def test_a_refusal_is_said_in_the_builder(creator: User, as_user: SignIn, assistant: Assistant) -> None:
    upload = SimpleUploadedFile("me.png", b"no")
    page = as_user(creator).post(f"/assistants/{assistant.id}/avatar/", {"avatar": upload}, follow=True)
    assert "not a picture that can be used" in page.text


def test_everybody_sees_the_picture_once_published_and_nobody_before(
    creator: User, as_user: SignIn, client: Client, assistant: Assistant, categories: None
) -> None:
    services.set_avatar(assistant=assistant, upload=drawn())
    assert client.get(assistant.avatar_url).status_code == 404
    as_user(creator).post(f"/assistants/{assistant.id}/publish/", typed(assistant))
    response = client.get(assistant.avatar_url)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")


def test_an_assistant_without_picture_has_no_address_for_one(client: Client, assistant: Assistant) -> None:
    assert client.get(f"/assistants/{assistant.id}/avatar.webp").status_code == 404
