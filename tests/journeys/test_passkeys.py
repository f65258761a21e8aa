"""A person adds a passkey with the lock of their computer, then comes back with nothing else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from tests.conftest import PASSWORD
from tests.stack import Stack

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
LOCK = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(stack: Stack) -> str:
    """Passkeys need a host with a name."""
    return stack.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def computer(new_context: Callable[..., BrowserContext]) -> Page:
    """A browser on a computer with a fingerprint reader."""
    context = new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": LOCK})
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def sign_in(page: Page, site: str, person: User) -> None:
    page.goto(f"{site}/accounts/login/?next=/account/security/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page) -> None:
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add this device").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_signs_in_and_is_the_second_step(computer: Page, site: str, person: User) -> None:
    sign_in(computer, site, person)
    add_passkey(computer)

    computer.context.clear_cookies()
    computer.goto(f"{site}/accounts/login/?next=/account/profile/")
    computer.get_by_role("button", name="Sign in with a passkey").click()
    expect(computer.get_by_label("Handle")).to_have_value("person")

    computer.context.clear_cookies()
    sign_in(computer, site, person)
    computer.get_by_role("button", name="Use a passkey").click()
    expect(computer.get_by_role("heading", name="Ways in")).to_be_visible()


def test_a_password_can_be_shown_while_it_is_typed(computer: Page) -> None:
    computer.goto("/accounts/signup/")
    field = computer.locator("#id_password1")
    computer.get_by_role("button", name="Show").click()
    expect(field).to_have_attribute("type", "text")
    computer.get_by_role("button", name="Show").click()
    expect(field).to_have_attribute("type", "password")


def test_without_any_passkey_the_page_says_what_else_to_do(computer: Page, stack: Stack) -> None:
    computer.goto(f"{stack.url}/accounts/login/")
    computer.get_by_role("button", name="Sign in with a passkey").click()
    expect(computer.get_by_role("alert").filter(visible=True)).to_contain_text("open it as localhost")
