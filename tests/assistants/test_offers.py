import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from assistants import offers
from assistants.models import Offer
from core.errors import AppError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    offers.forget()
    yield
    offers.forget()


@pytest.fixture
def scripted_offers(request: pytest.FixtureRequest) -> None:
    """The shared fixture under another name: `offers` is the module here."""
    request.getfixturevalue("offers")


@pytest.fixture
def environment(settings: Settings) -> Settings:
    settings.OFFLINE_MODEL = False
    settings.OPENAI_BASE_URL = settings.EMBEDDING_BASE_URL = "http://127.0.0.1:9/v1"
    settings.OPENAI_API_KEY = settings.EMBEDDING_API_KEY = "sk-first"
    settings.CHAT_MODEL, settings.EMBEDDING_MODEL = "gpt-small", "text-embedding-3-small"
    return settings


def chat() -> Offer:
    return Offer.objects.get(kind="chat")


def test_the_first_start_fills_the_table(environment: Settings) -> None:
    offers.ensure_from_environment()
    facts = set(Offer.objects.values_list("kind", "name", "label", "is_default", "is_offline"))
    assert facts == {
        ("chat", "gpt-small", "gpt-small", True, False),
        ("embedding", "text-embedding-3-small", "text-embedding-3-small", True, False),
    }
    assert chat().api_key == "sk-first"


def test_a_second_start_adds_nothing(environment: Settings) -> None:
    offers.ensure_from_environment()
    offers.ensure_from_environment()
    assert Offer.objects.count() == 2


def test_the_offline_model_is_named_as_what_it_is(environment: Settings) -> None:
    environment.OFFLINE_MODEL, environment.CHAT_MODEL = True, ""
    offers.ensure_from_environment()
    assert (chat().name, chat().label, chat().is_offline) == ("vitrine-offline", "Offline demonstration model", True)


def test_the_offline_server_may_answer_on_another_port_next_time(environment: Settings) -> None:
    environment.OFFLINE_MODEL, environment.CHAT_MODEL = True, ""
    offers.ensure_from_environment()
    environment.OPENAI_BASE_URL = environment.EMBEDDING_BASE_URL = "http://127.0.0.1:10/v1"
    offers.ensure_from_environment()
    assert set(Offer.objects.values_list("base_url", flat=True)) == {"http://127.0.0.1:10/v1"}


def test_plugging_in_a_real_model_replaces_the_offline_one(environment: Settings) -> None:
    environment.OFFLINE_MODEL, environment.CHAT_MODEL = True, ""
    offers.ensure_from_environment()
    environment.OFFLINE_MODEL, environment.CHAT_MODEL = False, "gpt-small"
    offers.ensure_from_environment()
    assert (chat().name, chat().label, chat().is_offline) == ("gpt-small", "gpt-small", False)


def test_what_an_administrator_entered_is_left_alone(environment: Settings) -> None:
    Offer.objects.create(kind="chat", name="theirs", label="Theirs", base_url="https://b/v1", api_key="sk-theirs")
    offers.ensure_from_environment()
    assert (chat().name, chat().api_key) == ("theirs", "sk-theirs")


def test_prices_and_a_label_of_ones_own_stay(environment: Settings) -> None:
    offers.ensure_from_environment()
    Offer.objects.filter(kind="chat").update(label="House model", price_in=3)
    environment.OPENAI_API_KEY = "sk-second"
    offers.ensure_from_environment()
    assert (chat().label, chat().price_in, chat().api_key) == ("House model", 3, "sk-second")


def test_an_environment_without_chat_model_offers_none(environment: Settings) -> None:
    environment.CHAT_MODEL = ""
    offers.ensure_from_environment()
    assert not Offer.objects.for_chat()


def test_a_definition_gets_the_model_that_it_names(scripted_offers: None) -> None:
    Offer.objects.create(name="other", label="Other", base_url="http://a/v1")
    assert offers.choose("other").name == "other"


def test_without_name_or_with_a_retired_one_the_default_answers(scripted_offers: None) -> None:
    Offer.objects.create(name="another", label="A first", base_url="http://a/v1")
    assert [offers.choose(name).name for name in ("", "retired")] == ["scripted", "scripted"]


def test_a_model_that_was_switched_off_answers_no_more(scripted_offers: None) -> None:
    Offer.objects.create(name="off", label="Off", base_url="http://a/v1", is_enabled=False)
    assert offers.choose("off").name == "scripted"


def test_an_instance_without_model_says_so() -> None:
    with pytest.raises(AppError) as refusal:
        offers.choose("")
    assert refusal.value.code == "no_model"


def test_the_embedder_speaks_to_the_default_embedding_model(environment: Settings) -> None:
    offers.ensure_from_environment()
    assert offers.embedder().model == "text-embedding-3-small"


def test_the_embedder_is_remembered_and_soon_forgotten(environment: Settings, django_assert_num_queries: Any) -> None:
    offers.ensure_from_environment()
    offers.embedder()
    with django_assert_num_queries(0):
        offers.embedder()
    Offer.objects.filter(kind="embedding").update(name="other")
    offers.forget()
    assert offers.embedder().model == "other"


def test_chat_models_are_remembered_by_workers_and_soon_forgotten(
    scripted_offers: None, django_assert_num_queries: Any
) -> None:
    offers.choose("")
    with django_assert_num_queries(0):
        offers.choose("")
    Offer.objects.filter(kind="chat").update(name="other")
    assert offers.find("").name == "other"
    offers.forget()
    assert offers.choose("").name == "other"


def test_an_instance_without_embedding_model_says_so() -> None:
    with pytest.raises(AppError) as refusal:
        offers.embedder()
    assert refusal.value.code == "embedding_unavailable"


def test_the_demonstration_model_is_named_in_the_readers_language(environment: Settings) -> None:
    environment.OFFLINE_MODEL, environment.CHAT_MODEL = True, ""
    offers.ensure_from_environment()
    with translation.override("fr"):
        assert chat().shown_label == "Modèle de démonstration hors ligne"
        Offer.objects.filter(kind="chat").update(label="House model")
        assert chat().shown_label == "House model"


def test_a_silent_provider_is_not_waited_for_long(environment: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "_answering", None)
    monkeypatch.setattr(offers, "PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment.OPENAI_BASE_URL = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        offers.ensure_from_environment()
        start = time.monotonic()
        assert not offers.is_answering()
        assert time.monotonic() - start < 2


@pytest.mark.parametrize("known", [True, False])
def test_while_one_asks_the_others_hear_what_was_known(
    scripted_offers: None, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    monkeypatch.setattr(offers, "_answering", (time.monotonic() - 1, known))
    with offers._asking:
        assert offers.is_answering() is known
    assert offers.is_answering()
