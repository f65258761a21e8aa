"""Browsers that are signed in."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import sign_in

LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:security")).status_code == 200


def browser(person: User, agent: str = LAPTOP) -> Client:
    client = Client(headers={"User-Agent": agent})
    sign_in(client, person)
    return client


def test_each_browser_is_listed_by_its_name(person: User) -> None:
    browser(person, PHONE)
    page = browser(person).get(reverse("accounts:security")).content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert page.count("This browser") == 1


def test_one_other_browser_can_be_signed_out(person: User) -> None:
    here, lost, other = browser(person), browser(person, PHONE), browser(person)
    lost_id = person.usersession_set.get(user_agent=PHONE).pk
    here.post(reverse("accounts:end_session", args=[lost_id]))
    assert (is_in(here), is_in(lost), is_in(other)) == (True, False, True)


def test_all_others_can_be_signed_out_at_once(person: User) -> None:
    here, lost = browser(person), browser(person, PHONE)
    here.post(reverse("usersessions_list"))
    assert (is_in(here), is_in(lost)) == (True, False)


def test_a_stranger_cannot_end_it(person: User, stranger: User) -> None:
    here = browser(person)
    browser(stranger).post(reverse("accounts:end_session", args=[person.usersession_set.get().pk]))
    assert is_in(here)


def test_a_new_password_signs_the_others_out(person: User) -> None:
    here, other = browser(person), browser(person, PHONE)
    new = {"oldpassword": "correct horse battery", "password1": "another few words"}
    here.post(reverse("account_change_password"), new)
    assert (is_in(here), is_in(other)) == (True, False)


def test_a_session_that_is_too_old_is_over(person: User) -> None:
    here = browser(person)
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=60))
    assert is_in(here)
    Session.objects.update(expire_date=timezone.now())
    assert not is_in(here)


def test_a_session_that_nobody_knows_is_none(person: User) -> None:
    here = browser(person)
    Session.objects.all().delete()
    assert not is_in(here)
