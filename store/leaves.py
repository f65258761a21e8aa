"""*What leaves this site* for a listing, generated from what the assistant uses."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from assistants.models import Offer
from core.net import is_private_host


def rows(offer: Offer | None) -> list[tuple[str, str, str]]:
    """(label, value, detail) rows: messages, domains, model."""
    host = urlsplit(offer.base_url).hostname or "" if offer else ""
    is_local = is_private_host(host)
    messages = (_("Stay on this server"), _("Nobody else reads them")) if is_local else (_("Go to the model"), host)
    model = offer.shown_label if offer else _("None set up yet")
    return [
        (_("Your messages"), *messages),
        (_("Domains"), _("No domain") if is_local else host, _("It calls no tool")),
        (_("Model"), model, _("Hosted here") if is_local else _("Hosted by %(host)s") % {"host": host}),
    ]
