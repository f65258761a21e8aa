"""Simple limits on messages: per person, guest and address, in a sliding window counted from the runs themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.people import Person
from core.errors import LimitReached


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of a limit is used; `resets_at` is when the oldest counted message leaves the window."""

    used: int
    limit: int
    resets_at: datetime | None

    @property
    def remaining(self) -> int:
        """Messages left."""
        return max(0, self.limit - self.used)


def window() -> timedelta:
    """How far back messages count."""
    return timedelta(hours=settings.MESSAGE_LIMIT_WINDOW_HOURS)


# Asked before every message, so written by hand: Django needs three times as long to build it as Postgres to answer.
COUNT = """
select count(*) filter (where {who} = %(id)s), min(queued_at) filter (where {who} = %(id)s),
       count(*) filter (where address_hash = %(address)s), min(queued_at) filter (where address_hash = %(address)s)
from conversations_run
where queued_at > %(since)s and ({who} = %(id)s or address_hash = %(address)s)
"""


def allowances(person: Person) -> tuple[Allowance, Allowance]:
    """What the person, and everybody at their address, have used. One query."""
    who = "user_id" if person.user_id else "visitor_id"
    values: dict[str, Any] = {
        "id": person.user_id or person.visitor_id or "",
        "address": person.address_hash or "none",
        "since": timezone.now() - window(),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(who=who), values)
        own, own_since, near, near_since = cursor.fetchone()
    limit = settings.MESSAGE_LIMIT_PERSON if person.user_id else settings.MESSAGE_LIMIT_GUEST
    return (
        Allowance(own, limit, _reset(own_since)),
        Allowance(near, settings.MESSAGE_LIMIT_ADDRESS, _reset(near_since)),
    )


def check(person: Person) -> None:
    """Raise LimitReached when one more message would be too many."""
    for allowance in allowances(person):
        if allowance.remaining == 0:
            raise limit_reached(allowance)


def limit_reached(allowance: Allowance) -> LimitReached:
    """The error with the limit, and when it ends."""
    seconds = (allowance.resets_at - timezone.now()).total_seconds() if allowance.resets_at else 60
    minutes = max(1, round(seconds / 60))
    message = _("You have used your %(limit)s messages. The next one is free in %(minutes)s min.")
    values = {"limit": allowance.limit, "minutes": minutes}
    return LimitReached(message % values, retry_after=max(1, int(seconds)))


def _reset(oldest: datetime | None) -> datetime | None:
    return oldest + window() if oldest else None
