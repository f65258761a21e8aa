"""What a person may read reaches them as a page or as JSON; what they may not, never does."""

import pytest
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django.fixtures import Settings

from config import urls
from core.errors import AppError, Conflict, LimitReached, NotAllowed
from core.middleware import error_body
from core.requests import posted_text, wants_json

FAILURES = {
    "plain": AppError("Write something first.", code="empty", field="text"),
    "limit": LimitReached("Enough for now.", retry_after=90),
    "conflict": Conflict("It has moved on."),
    "refused": NotAllowed("Not you."),
    "broken": RuntimeError("the secret of the house"),
}


def fail(request: object, name: str) -> None:
    raise FAILURES[name]


urlpatterns = [*urls.urlpatterns, path("fail/<str:name>/", fail)]


@pytest.fixture
def browser(settings: Settings) -> Client:
    """The site with a door that fails."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "status"), [("plain", 400), ("limit", 429), ("conflict", 409), ("refused", 403)])
def test_an_error_is_a_page_for_people(browser: Client, name: str, status: int) -> None:
    page = browser.get(f"/fail/{name}/")
    assert page.status_code == status
    assert page["Content-Type"].startswith("text/html")
    assert str(FAILURES[name]) in page.text
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


@pytest.mark.parametrize(("name", "status"), [("plain", 400), ("limit", 429), ("conflict", 409), ("refused", 403)])
def test_an_error_is_json_for_programs(browser: Client, name: str, status: int) -> None:
    reply = browser.get(f"/fail/{name}/", headers={"accept": "application/json"})
    assert reply.status_code == status
    assert reply.json() == error_body(FAILURES[name])


def test_the_shape_of_an_error_is_one() -> None:
    assert error_body(FAILURES["plain"]) == {
        "error": {"code": "empty", "message": "Write something first.", "field": "text"}
    }
    assert error_body(FAILURES["limit"])["error"]["retry_after"] == 90


def test_a_limit_says_when_to_come_back(browser: Client) -> None:
    assert browser.get("/fail/limit/", headers={"accept": "application/json"})["Retry-After"] == "90"


def test_a_bug_of_ours_shows_nothing_of_itself(browser: Client) -> None:
    page = browser.get("/fail/broken/")
    assert page.status_code == 500
    assert "Something broke here" in page.text
    assert "secret" not in page.text


@pytest.mark.django_db
def test_an_address_of_nothing_is_a_page(client: Client) -> None:
    page = client.get("/nothing/here/")
    assert page.status_code == 404
    assert "Nothing stands here" in page.text


@pytest.mark.parametrize("url", ["/%00", "/search/?q=%00", "/a/%00/"])
def test_a_nul_finds_nothing(client: Client, db: None, url: str) -> None:
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("body", "text"),
    [(b'{"text": "Hi"}', "Hi"), (b"{}", ""), (b"{", ""), (b"[1]", ""), (b'{"text": 5}', ""), (b"\xff", "")],
)
def test_a_posted_text_is_read_from_json(body: bytes, text: str) -> None:
    assert posted_text(RequestFactory().post("/", body, content_type="application/json")) == text


def test_a_posted_text_is_read_from_a_form() -> None:
    assert posted_text(RequestFactory().post("/", {"text": "Hi"})) == "Hi"
    assert posted_text(RequestFactory().post("/")) == ""


def test_who_sends_or_accepts_json_wants_json() -> None:
    make = RequestFactory()
    assert wants_json(make.get("/", headers={"accept": "application/json, text/plain"}))
    assert wants_json(make.post("/", {}, content_type="application/json"))
    assert not wants_json(make.get("/", headers={"accept": "text/html,*/*"}))
