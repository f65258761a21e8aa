"""Where published versions go. The store is a floor above, which fills this in."""

from collections.abc import Callable
from dataclasses import dataclass

from assistants.models import Assistant, AssistantVersion


@dataclass(frozen=True, slots=True)
class Outlet:
    """What an outlet can do: take a version and give its address, take an assistant off the shelf, tell its address."""

    submit: Callable[[AssistantVersion], str]
    withdraw: Callable[[Assistant], None]
    url: Callable[[Assistant], str]


_outlets: list[Outlet] = []


def register(
    submit: Callable[[AssistantVersion], str],
    withdraw: Callable[[Assistant], None],
    url: Callable[[Assistant], str],
) -> None:
    """Called once by an app's `ready`. `submit` releases the version when the outlet shows it."""
    _outlets.append(Outlet(submit, withdraw, url))


def submit(version: AssistantVersion) -> str:
    """Hand a version to every outlet; gives the address where people find it."""
    addresses = [outlet.submit(version) for outlet in _outlets]
    return next((address for address in addresses if address), "")


def withdraw(assistant: Assistant) -> None:
    """Take the assistant off every outlet."""
    for outlet in _outlets:
        outlet.withdraw(assistant)


def url(assistant: Assistant) -> str:
    """Where people find it, or nothing."""
    return next((address for outlet in _outlets if (address := outlet.url(assistant))), "")
