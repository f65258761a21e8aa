"""How much one may say."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants.models import Assistant
from conversations import limits, services
from conversations.engine.sweeper import forget_addresses
from conversations.models import Run
from conversations.people import Person
from core.errors import LimitReached
from tests.assistants.made import SignIn
from tests.conversations.made import answered, begun, guest, known

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def low(settings: Settings) -> None:
    settings.MESSAGE_LIMIT_PERSON, settings.MESSAGE_LIMIT_GUEST, settings.MESSAGE_LIMIT_ADDRESS = 3, 2, 4


def say(person: Person, assistant, times: int) -> None:
    for _ in range(times):
        answered(begun(person, assistant))


def test_a_person_has_so_many_messages(person: User, assistant: Assistant) -> None:
    say(known(person), assistant, 3)
    with pytest.raises(LimitReached, match="You have used your 3 messages"):
        begun(known(person), assistant)


def test_a_guest_has_fewer(assistant: Assistant) -> None:
    visitor = guest()
    say(visitor, assistant, 2)
    with pytest.raises(LimitReached, match="You have used your 2 messages"):
        begun(visitor, assistant)


def test_everybody_at_one_address_shares_a_limit(assistant: Assistant) -> None:
    say(guest(), assistant, 2)
    say(guest(), assistant, 2)
    with pytest.raises(LimitReached, match="4 messages"):
        begun(guest(), assistant)


def test_somebody_elsewhere_is_not_held_up(assistant: Assistant) -> None:
    say(guest(), assistant, 2)
    say(guest(), assistant, 2)
    elsewhere = Person(visitor_id=services.new_visitor().pk, address_hash="c" * 32)
    assert begun(elsewhere, assistant).run.pk


def test_the_next_message_is_free_when_the_oldest_leaves_the_window(
    person: User, assistant: Assistant, settings: Settings
) -> None:
    settings.MESSAGE_LIMIT_WINDOW_HOURS = 2
    say(known(person), assistant, 3)
    oldest = Run.objects.order_by("queued_at").first()
    Run.objects.filter(pk=oldest.pk).update(queued_at=timezone.now() - timedelta(minutes=90))
    with pytest.raises(LimitReached, match="free in 30 min") as refusal:
        begun(known(person), assistant)
    assert 1790 <= refusal.value.retry_after <= 1800
    Run.objects.filter(pk=oldest.pk).update(queued_at=timezone.now() - timedelta(hours=2, seconds=1))
    assert begun(known(person), assistant).run.pk


def test_trying_again_counts_too(person: User, assistant: Assistant) -> None:
    say(known(person), assistant, 2)
    sent = begun(known(person), assistant)
    Run.objects.filter(pk=sent.run.pk).update(state=Run.State.FAILED)
    sent.run.refresh_from_db()
    with pytest.raises(LimitReached):
        services.retry(person=known(person), run=sent.run)


def test_the_refusal_says_when_to_come_back(person: User, assistant: Assistant, as_user: SignIn) -> None:
    say(known(person), assistant, 3)
    reply = as_user(person).post(f"/c/start/{assistant.slug}/", {"text": "Hi"}, content_type="application/json")
    error = reply.json()["error"]
    assert (reply.status_code, error["code"]) == (429, "limit_reached")
    assert int(reply["Retry-After"]) == error["retry_after"] > 86_000
    assert "1440 min" in error["message"]


def test_the_page_tells_what_is_left(person: User, assistant: Assistant, as_user: SignIn) -> None:
    say(known(person), assistant, 1)
    quota = as_user(person).get(f"/c/new/{assistant.slug}/").context["quota"]
    assert (quota.used, quota.limit, quota.remaining) == (1, 3, 2)
    assert quota.resets_at - timezone.now() > timedelta(hours=23, minutes=59)


def test_signing_in_does_not_win_a_guest_new_messages_at_the_address(person: User, assistant: Assistant) -> None:
    say(guest(), assistant, 2)
    say(guest(), assistant, 2)
    with pytest.raises(LimitReached):
        begun(Person(user_id=person.pk, address_hash="b" * 32), assistant)


def test_counting_costs_one_query(
    person: User, assistant: Assistant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    say(known(person), assistant, 2)
    with django_assert_num_queries(1):
        limits.check(known(person))


def test_an_address_is_kept_as_a_keyed_hash_only(assistant: Assistant, client: Client) -> None:
    client.post(f"/c/start/{assistant.slug}/", {"text": "Hi"}, REMOTE_ADDR="203.0.113.7")
    assert "203.0.113.7" not in str(Run.objects.values().get())
    assert len(Run.objects.get().address_hash) == 32


def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(
    assistant: Assistant, settings: Settings, client: Client
) -> None:
    def hash_for(forwarded: str) -> str:
        headers = {"x-forwarded-for": forwarded}
        client.post(f"/c/start/{assistant.slug}/", {"text": "Hi"}, headers=headers)
        Run.objects.update(state=Run.State.DONE)
        run = Run.objects.order_by("-queued_at").first()
        found = run.address_hash
        run.delete()
        return found

    assert hash_for("203.0.113.7") == hash_for("203.0.113.8")
    settings.TRUSTED_PROXIES = 1
    assert hash_for("203.0.113.7") != hash_for("203.0.113.8")
    assert hash_for("198.51.100.1, 203.0.113.7") == hash_for("203.0.113.7")


def test_an_address_is_forgotten_when_no_limit_counts_it_any_more(assistant: Assistant) -> None:
    old, fresh = begun(guest(), assistant).run, begun(guest(), assistant).run
    Run.objects.filter(pk=old.pk).update(queued_at=timezone.now() - timedelta(hours=25))
    assert forget_addresses(limits.window()) == 1
    assert Run.objects.get(pk=old.pk).address_hash == ""
    assert Run.objects.get(pk=fresh.pk).address_hash != ""
